/* One line on a terminal that says how far it is; nothing anywhere else. */
#ifndef AM_TOOLS_PROGRESS_H
#define AM_TOOLS_PROGRESS_H

#include <stdbool.h>
#include <stdio.h>

#include <archive-mail/transfer.h>

enum { AM_PROGRESS_LINE_SIZE = 512 };

struct am_progress_line {
	FILE *file;   /* NULL: no terminal, say nothing */
	bool visible; /* something stands on the line */
	const char *title;
	double begin; /* seconds of the monotonic clock */
	double drawn;
	struct am_progress first; /* what was there already */
};

/* For a terminal behind file, else it stays silent. */
struct am_progress_line am_progress_line(FILE *file);

/* A new piece of work; title is borrowed until the next one. */
void am_progress_begin(struct am_progress_line *line, const char *title);

/* Draws at most ten times a second. For am_transfer_options.progress. */
void am_progress_show(void *line, const struct am_progress *progress);

/* Clears the line, so that something else can be printed. */
void am_progress_hide(struct am_progress_line *line);

/* The text of the line, at most columns wide: "old.pst: 1200 of 20000 items,
 * 6%, 43.1 MB/s, 0:12 left". seconds since the first count. */
void
am_progress_text(char text[AM_PROGRESS_LINE_SIZE], const char *title,
		 const struct am_progress *first, const struct am_progress *now,
		 double seconds, size_t columns);

#endif
