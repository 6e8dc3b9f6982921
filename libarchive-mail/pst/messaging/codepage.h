/* Which code page the 8-bit texts of a message or a store are in (mapi-to-mime
 * 2). */
#ifndef AM_PST_MESSAGING_CODEPAGE_H
#define AM_PST_MESSAGING_CODEPAGE_H

#include "pst/messaging/store_private.h"

enum {
	/* Messages that are asked, and nodes that are passed on the way. */
	AM_CODEPAGE_MAX_MESSAGES = 32,
	AM_CODEPAGE_MAX_NODES = 1 << 16
};

/* The code page if it says how 8-bit text is to be read, else 0. UTF-16 is no
 * 8-bit text: writers that declare it mean nothing by it. */
unsigned am_codepage_usable(int64_t codepage);

/* What the properties of a message say, by the ladder; store: what the store
 * says (0: nothing), which comes before the weaker properties. 0: nothing. */
unsigned am_codepage_of_pc(const struct am_pc *pc, unsigned store);

/* What most of the first messages of the file say; 0: nothing. For stores
 * that say nothing themselves, as ANSI ones do. AM_NOMEM, AM_IO. */
enum am_status am_codepage_sample(struct am_ndb *ndb, unsigned *codepage_out,
				  struct am_error *err);

#endif
