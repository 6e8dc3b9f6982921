/* What lies in a mailbox, as far as it tells messages apart: to find out what
 * of an upload that broke off has arrived; and flags that the server forgot. */
#ifndef AM_IMAP_FETCH_H
#define AM_IMAP_FETCH_H

#include "base/hash.h"
#include "imap/session.h"

enum {
	AM_IMAP_FETCH_UIDS = 50 * 1000, /* UIDs asked for in one command */
	AM_IMAP_STORE_UIDS = 500	/* named in one command */
};

/* The digest of a Message-ID field's value, without white space: servers fold
 * it in other places. Of the header that mime begins with; without the field
 * it is that of nothing. AM_NOMEM. */
enum am_status
am_imap_message_id(struct am_bytes mime, uint8_t id_out[AM_SHA256_SIZE],
		   struct am_error *err);

struct am_imap_found {
	uint32_t uid;
	uint64_t size;	  /* RFC822.SIZE */
	int64_t received; /* INTERNALDATE; AM_TIME_NONE: not understood */
	uint8_t id[AM_SHA256_SIZE]; /* of am_imap_message_id */
};

typedef enum am_status
am_imap_find(void *arg, const struct am_imap_found *found,
	     struct am_error *err);

/* Messages with UIDs from first to last, in whatever order the server gives
 * them. The mailbox is selected for reading meanwhile. AM_REFUSED in the
 * server's words, and what am_imap_command answers. */
enum am_status
am_imap_find_all(struct am_imap *imap, const char *raw, uint32_t first,
		 uint32_t last, am_imap_find *find, void *arg,
		 struct am_error *err);

/* Which of the UIDs (ascending) have no \Flagged? These are given it. With
 * check nothing is stored, and *lost_out is how many have none; else all are
 * stored and it is 0. The mailbox is selected meanwhile. */
enum am_status
am_imap_flag(struct am_imap *imap, const char *raw, const uint32_t *uids,
	     size_t count, bool check, size_t *lost_out, struct am_error *err);

#endif
