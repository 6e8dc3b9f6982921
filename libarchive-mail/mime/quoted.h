/* quoted-printable (RFC 2045 6.7) of text, written as the input comes. */
#ifndef AM_MIME_QUOTED_H
#define AM_MIME_QUOTED_H

#include "base/buf.h"

/* Zero-initialise; set lf for lines that end in LF instead of CRLF. */
struct am_quoted {
	bool lf;
	bool after_cr;
	uint8_t space; /* a SPACE or TAB that waits: does the line end here? */
	size_t column;
};

/* Any number of times, then am_quoted_end. CRLF, CR and LF are line ends, NUL
 * is dropped. Beside what must be, "-" at the start of a line is escaped, so
 * that no line can be a boundary. For n bytes of input at most 4 n + 8 bytes
 * are added to out. */
void
am_quoted_add(struct am_quoted *enc, struct am_bytes bytes, struct am_buf *out);
void am_quoted_end(struct am_quoted *enc, struct am_buf *out);

#endif
