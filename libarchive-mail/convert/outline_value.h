/* What outline.c knows of content lines; nobody else includes it. */
#ifndef AM_CONVERT_OUTLINE_VALUE_H
#define AM_CONVERT_OUTLINE_VALUE_H

#include "base/buf.h"

struct am_outline_line {
	struct am_bytes name;
	struct am_bytes params; /* with the ; in front */
	struct am_bytes value;
};

/* How a value is shown. */
enum am_outline_form {
	AM_OUTLINE_TEXT,       /* escaped */
	AM_OUTLINE_COMPONENTS, /* of them, those that say something */
	AM_OUTLINE_TYPED,      /* text; TYPE says more of the label */
	AM_OUTLINE_PLAIN,      /* as it is */
	AM_OUTLINE_TIME,
	AM_OUTLINE_END, /* a time; as a date it is the first that is not */
	AM_OUTLINE_PERSON,
	AM_OUTLINE_LINES /* text without a label */
};

/* False if it is no content line. */
bool am_outline_split(struct am_bytes text, struct am_outline_line *line_out);

/* The value of a parameter, without its quotes; "" when it is not there. */
struct am_bytes
am_outline_param(const struct am_outline_line *line, const char *name);

void am_outline_value(struct am_buf *out, const struct am_outline_line *line,
		      enum am_outline_form form);

#endif
