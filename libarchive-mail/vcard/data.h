/* A content as base64 in a content line, as it comes: a photo is never whole
 * in memory. */
#ifndef AM_VCARD_DATA_H
#define AM_VCARD_DATA_H

#include "io/stream.h"

/* Gives the base64 of content, folded: every line of it begins with CRLF and a
 * space, so it continues a line whose head ends in ":" or ",". No CRLF stands
 * behind. content is closed with it. AM_NOMEM, AM_LIMIT (of the arena). */
enum am_status
am_vcard_data_open(struct am_arena *arena, struct am_stream *content,
		   struct am_stream **stream_out, struct am_error *err);

#endif
