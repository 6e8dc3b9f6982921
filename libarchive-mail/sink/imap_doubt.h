/* Messages of a mailbox that may be ours: they came after the last checkpoint
 * of a run that broke off. A row that says the same as one of them is bound to
 * it instead of being sent again, each of them to one row. */
#ifndef AM_SINK_IMAP_DOUBT_H
#define AM_SINK_IMAP_DOUBT_H

#include "imap/fetch.h"

enum {
	/* In all mailboxes together, 64 bytes each. A run that broke off
	 * leaves some thousands; more are there when somebody else has filled
	 * the mailbox, or the server has numbered it anew. */
	AM_IMAP_DOUBT_MAX = 500 * 1000
};

struct am_imap_doubt_entry;

enum am_imap_doubt_order {
	AM_IMAP_DOUBT_BY_UID, /* as servers usually give them */
	AM_IMAP_DOUBT_BY_NOTHING,
	AM_IMAP_DOUBT_BY_CLAIM /* what they say, then UID */
};

struct am_imap_doubt {
	struct am_imap_doubt_entry *entries;
	size_t count, room;
	size_t unbound;
	enum am_imap_doubt_order order;
};

/* What a row says. */
struct am_imap_claim {
	uint8_t id[AM_SHA256_SIZE]; /* of am_imap_message_id */
	uint64_t size;
	int64_t received;
	bool has_date; /* it was sent along: received must be the same */
};

/* AM_NOMEM, AM_LIMIT. */
enum am_status
am_imap_doubt_add(struct am_imap_doubt *doubt,
		  const struct am_imap_found *found, struct am_error *err);

/* The UID is that of a row that is done. Before the first bind. */
void am_imap_doubt_drop(struct am_imap_doubt *doubt, uint32_t uid);

/* The UID of one that says the same, which nobody gets any more; one of the
 * same size is preferred, as servers may change the size. 0: there is none. */
uint32_t am_imap_doubt_bind(struct am_imap_doubt *doubt,
			    const struct am_imap_claim *claim);

/* The lowest UID that is not bound; 0: all are. */
uint32_t am_imap_doubt_lowest(const struct am_imap_doubt *doubt);

void am_imap_doubt_free(struct am_imap_doubt *doubt);

#endif
