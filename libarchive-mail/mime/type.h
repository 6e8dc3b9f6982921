/* MIME types: syntax, and what a file name tells of one. */
#ifndef AM_MIME_TYPE_H
#define AM_MIME_TYPE_H

#include <stdbool.h>

/* The type that goes with the file name's extension; NULL if there is none or
 * it is unknown. Borrowed for ever. ".eml" gives message/rfc822, which the
 * caller may only use for content that is a message in clean lines. */
const char *am_mime_type_of_name(const char *file_name);

/* "type/subtype", both tokens of at most 127 bytes (RFC 6838 4.2), without
 * parameters? NULL is none. */
bool am_mime_type_is_valid(const char *type);

#endif
