/* Printing. What comes from an archive, a path or a server never reaches a
 * terminal as it is: control and bidirectional characters are escaped. */
#ifndef AM_TOOLS_OUTPUT_H
#define AM_TOOLS_OUTPUT_H

#include <stdarg.h>
#include <stdio.h>

#include "base/arena.h"
#include "base/buf.h"

/* Longest line, in bytes and unescaped; a longer one is cut, visibly. */
enum { AM_OUTPUT_MAX_LINE = 1 << 20 };

struct am_output {
	FILE *file; /* borrowed */
	struct am_arena arena;
	struct am_buf line;
	int error; /* errno of the first write that failed; 0: none */
};

/* caller closes with am_output_close. */
struct am_output am_output(FILE *file);

/* Pushes out what is buffered, and gives back the memory; the file stays
 * open. False when that, or anything before it, could not be written. */
bool am_output_close(struct am_output *out);

/* One line, escaped, and a line end. */
void
am_output_line(struct am_output *out, const char *format, ...) AM_PRINTF(2, 3);

/* The same without the line end, in both forms. */
void
am_output_part(struct am_output *out, const char *format, ...) AM_PRINTF(2, 3);

void am_output_args(struct am_output *out, const char *format, va_list args)
	AM_PRINTF(2, 0);

/* Bytes as they are: JSON that is escaped already, texts of our own. */
void am_output_raw(struct am_output *out, struct am_bytes bytes);

/* Nothing more will arrive: a pipe is closed, a disk is full. */
bool am_output_failed(const struct am_output *out);

#endif
