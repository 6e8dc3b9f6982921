/* Reading what stands in header fields: addresses, dates, message ids. */
#ifndef AM_CONVERT_RFC5322_H
#define AM_CONVERT_RFC5322_H

#include "base/arena.h"
#include "mime/field.h"

/* What is read of one field, the rest is not looked at. */
enum { AM_RFC5322_MAX_ADDRESSES = 20000 };

/* The mailboxes of an address list (RFC 5322 3.4, with its obsolete forms), in
 * order; members of groups too. Quotes and comments are taken off names; a
 * mailbox that is no addr-spec has address NULL and its text as name. Encoded
 * words stay as they are. list_out in arena. */
enum am_status
am_rfc5322_addresses(struct am_arena *arena, struct am_bytes value,
		     struct am_address **list_out, size_t *count_out,
		     struct am_error *err);

/* A date-time (RFC 5322 3.3, and the zones and short years of 4.3);
 * AM_TIME_NONE when it is none. */
int64_t am_rfc5322_date(struct am_bytes value);

/* The first "<...>" in value that is a message id: no space, control,
 * non-ASCII byte or bracket inside, at most AM_MESSAGE_ID_MAX bytes. */
enum { AM_MESSAGE_ID_MAX = 900 };
bool am_rfc5322_message_id(struct am_bytes value, struct am_bytes *id_out);

#endif
