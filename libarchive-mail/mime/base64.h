/* base64 (RFC 2045 6.8), written as the input comes. */
#ifndef AM_MIME_BASE64_H
#define AM_MIME_BASE64_H

#include "base/buf.h"

/* A line of 76 characters holds this many bytes. */
enum { AM_BASE64_LINE_BYTES = 57 };

/* Zero-initialise; set lf for lines that end in LF instead of CRLF. */
struct am_base64 {
	bool lf;
	bool begun; /* a line was written */
	size_t held_len;
	uint8_t held[AM_BASE64_LINE_BYTES]; /* not yet a line */
};

/* Any number of times, then am_base64_end. Line ends stand between lines,
 * none behind the last. For n bytes of input at most
 * n / 57 * 78 + 78 bytes are added to out. */
void
am_base64_add(struct am_base64 *enc, struct am_bytes bytes, struct am_buf *out);
void am_base64_end(struct am_base64 *enc, struct am_buf *out);

/* The whole of bytes on one line, for header fields. */
void am_base64_text(struct am_buf *out, struct am_bytes bytes);

#endif
