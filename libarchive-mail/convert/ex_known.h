/* Exchange's names for people (legacy DNs) and the SMTP addresses that stand
 * beside them in an item: in the groups of sender and receivers, in the
 * recipient table, in the addresses of a contact (mapi-to-mime 4.2, 6). */
#ifndef AM_CONVERT_EX_KNOWN_H
#define AM_CONVERT_EX_KNOWN_H

#include "pst/messaging/message.h"

struct am_ex_pair {
	const char *dn; /* in lower case */
	const char *smtp;
	size_t order; /* in which they stand in the item */
};

/* All that message tells, without what is embedded in it; in its arena. */
enum am_status am_ex_pairs_read(const struct am_message *message,
				struct am_ex_pair **pairs_out,
				size_t *count_out, struct am_error *err);

/* What an item tells, read when it is first asked for. Freed with
 * am_ex_known_free. */
struct am_ex_known {
	const struct am_message *message;
	struct am_arena arena; /* large tables are read a second time: not in
				* the memory of the message */
	bool is_read;
	struct am_ex_pair *pairs; /* sorted by DN */
	size_t count;
};

/* The first SMTP address of the DN (in lower case); NULL: the item tells of
 * none. What there is no room for is not known. AM_NOMEM. */
enum am_status am_ex_known_find(struct am_ex_known *known, const char *dn,
				const char **smtp_out, struct am_error *err);

void am_ex_known_free(struct am_ex_known *known);

#endif
