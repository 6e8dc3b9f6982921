/* Text as lines, for 7bit and 8bit: one kind of line end, none too long. */
#ifndef AM_MIME_LINES_H
#define AM_MIME_LINES_H

#include "base/buf.h"

/* RFC 5322 2.1.1: bytes of a line without its end. */
enum { AM_LINE_MAX = 998 };

/* Zero-initialise; set lf for lines that end in LF instead of CRLF, long_lines
 * where no limit holds (text that is encoded afterwards). */
struct am_lines {
	bool lf;
	bool long_lines;
	bool after_cr;
	size_t column;
};

/* Any number of times; there is no end to be told of. CRLF, CR and LF become
 * one line end, NUL is dropped, a line of more than AM_LINE_MAX bytes is
 * broken between characters. For n bytes of input at most 2 n + 2 bytes are
 * added to out. */
void
am_lines_add(struct am_lines *enc, struct am_bytes bytes, struct am_buf *out);

#endif
