/* What the content lines of an item say (RFC 5545, 6350), as a text for people:
 * when and where it is, who it is about. */
#ifndef AM_CONVERT_OUTLINE_H
#define AM_CONVERT_OUTLINE_H

#include "base/buf.h"

enum {
	/* Bytes of the text, and of a line that it is made from. What is
	 * longer is cut, and ends in dots: the item itself has all of it. */
	AM_OUTLINE_MAX = 64 << 10
};

struct am_outline {
	struct am_buf text; /* the result: UTF-8, LF */
	struct am_buf line; /* unfolded so far */
	bool at_eol;	    /* the next byte tells whether it goes on */
	bool is_cut;	    /* of the line at hand */
	unsigned passed;    /* components around it that are passed over */
	bool is_done;	    /* the first component has come to its end */
};

/* Closed with am_outline_free. */
void am_outline_begin(struct am_outline *outline);

/* More lines, in pieces that may be cut anywhere. */
void am_outline_add(struct am_outline *outline, struct am_bytes lines);

/* The last line is complete. AM_NOMEM. */
enum am_status am_outline_end(struct am_outline *outline, struct am_error *err);

void am_outline_free(struct am_outline *outline);

#endif
