/* PidTagTransportMessageHeaders: the header of the message as it came over
 * the network, where it is there and makes sense (mapi-to-mime 3.1). */
#ifndef AM_CONVERT_OXCMAIL_TRANSPORT_H
#define AM_CONVERT_OXCMAIL_TRANSPORT_H

#include "base/arena.h"
#include "base/buf.h"
#include "convert/header_field.h"

struct am_transport_field {
	struct am_bytes name;
	struct am_bytes value; /* behind the colon, folded as it was */
	enum am_header_field field;
	bool is_extra; /* one too many of a field that may be there once */
};

enum { AM_TRANSPORT_MAX_FIELDS = 4000 };

struct am_transport {
	struct am_transport_field *fields;
	size_t count;
	size_t junk;   /* lines and fields that were left out */
	size_t end;    /* where what follows the empty line begins */
	bool is_whole; /* there is an empty line */
	struct am_transport_field *first[AM_FIELD_COUNT];
};

/* Reads the block. text is UTF-8 and must outlive what is made. A block that
 * does not begin like a header has count 0. AM_NOMEM, AM_LIMIT. */
enum am_status
am_transport_read(struct am_arena *arena, struct am_bytes text,
		  struct am_transport *transport_out, struct am_error *err);

static inline bool
am_transport_has(const struct am_transport *transport,
		 enum am_header_field field)
{
	return transport->first[field] != NULL;
}

/* From now on the field counts as not there; it is written under
 * "X-Original-" and its name. */
void am_transport_set_aside(struct am_transport *transport,
			    enum am_header_field field);

/* From now on the fields whose names are such are not there, and not
 * written. */
void am_transport_drop(struct am_transport *transport,
		       bool (*is_such)(struct am_bytes name));

/* The fields in their order: with their bytes where these are clean ASCII,
 * else encoded (RFC 2047). */
enum am_status
am_transport_write(struct am_arena *arena, const struct am_transport *transport,
		   struct am_buf *out, struct am_error *err);

#endif
