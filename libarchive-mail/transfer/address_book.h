/* Who is who in an archive: the SMTP addresses of Exchange's names for people,
 * for all threads of a run. The archive is read for it once, when the first
 * name is asked for that no map given has: one that needs nothing pays
 * nothing. What it knows does not depend on who asks first. */
#ifndef AM_TRANSFER_ADDRESS_BOOK_H
#define AM_TRANSFER_ADDRESS_BOOK_H

#include <archive-mail/transfer.h>

#include "base/arena.h"

struct am_address_book;

/* What is beyond them is not learned from. */
enum {
	/* Embedded messages of one message, and how deep. */
	AM_LEARN_MAX_EMBEDDED = 1000,
	AM_LEARN_MAX_DEPTH = 8,

	/* Bytes: the recipients of one message, and the pairs of them. */
	AM_LEARN_MEMORY = 32 << 20
};

/* options: borrowed until it is closed. memory: bytes; 0: AM_LEARN_MEMORY.
 * AM_NOMEM. book_out: caller closes. */
enum am_status
am_address_book_open(const struct am_transfer_options *options, size_t memory,
		     struct am_address_book **book_out, struct am_error *err);

/* NULL is fine. */
void am_address_book_close(struct am_address_book *book);

/* Reads the archive now if that was not done. dir: where its memory may spill
 * into, as output/name.people. AM_INTERRUPTED, AM_IO, AM_NOMEM ...: the run
 * ends. */
enum am_status
am_address_book_learn(struct am_address_book *book, struct am_error *err);

/* The address of a name (in lower case), in arena; NULL: nobody knows. The
 * statuses of learning. */
enum am_status
am_address_book_find(struct am_address_book *book, const char *dn,
		     struct am_arena *arena, const char **smtp_out,
		     struct am_error *err);

#endif
