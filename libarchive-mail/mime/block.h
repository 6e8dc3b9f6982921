/* A block of complete header lines on its way out. */
#ifndef AM_MIME_BLOCK_H
#define AM_MIME_BLOCK_H

#include "base/buf.h"

/* Set left to the lines, ended by LF or CRLF, and lf for lines that are to
 * end in LF instead of CRLF. */
struct am_block {
	struct am_bytes left;
	bool lf;
	bool broken; /* private: the next piece goes on with a broken line */
};

/* Writes one line; false when none is left. What would end the block or break
 * the message is mended: empty lines, CR and NUL inside a line are dropped, a
 * line of more than 998 bytes is folded, at a space if it has one. */
bool am_block_write(struct am_block *block, struct am_buf *out);

#endif
