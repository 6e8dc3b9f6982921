/* One line on a terminal that says how far it is. */
#include "progress.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include "base/text.h"

enum { TITLE_MAX = 32 };

static const double draw_every = 0.1;	  /* seconds */
static const double guess_after = 1.0;	  /* before it no speed is said */
static const double longest = 3600 * 100; /* a guess of more is none */

static double
seconds_now(void)
{
	struct timespec now;

	if (clock_gettime(CLOCK_MONOTONIC, &now) != 0)
		return 0;
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static size_t
terminal_columns(FILE *file)
{
	struct winsize size;

	if (ioctl(fileno(file), TIOCGWINSZ, &size) != 0 || size.ws_col < 20)
		return 80;
	return size.ws_col;
}

struct am_progress_line
am_progress_line(FILE *file)
{
	const char *const term = getenv("TERM");
	struct am_progress_line line = { .file = NULL };

	if (isatty(fileno(file)) == 1 &&
	    (term == NULL || strcmp(term, "dumb") != 0))
		line.file = file;
	return line;
}

void
am_progress_begin(struct am_progress_line *line, const char *title)
{
	am_progress_hide(line);
	line->title = title;
	line->begin = 0;
}

/* Adds to text what fits. */
static void __attribute__((format(printf, 2, 3)))
part_add(char text[AM_PROGRESS_LINE_SIZE], const char *format, ...)
{
	const size_t len = strlen(text);
	va_list args;

	va_start(args, format);
	(void)vsnprintf(text + len, AM_PROGRESS_LINE_SIZE - len, format, args);
	va_end(args);
}

/* "43.1" without the locale's decimal point. */
static void
tenths_add(char text[AM_PROGRESS_LINE_SIZE], double value, const char *unit)
{
	const uint64_t tenths = (uint64_t)(value * 10 + 0.5);

	part_add(text, ", %" PRIu64 ".%" PRIu64 " %s", tenths / 10, tenths % 10,
		 unit);
}

static void
speed_add(char text[AM_PROGRESS_LINE_SIZE], const struct am_progress *first,
	  const struct am_progress *now, double seconds)
{
	const double items = (double)(now->done - first->done);
	const double bytes = (double)(now->bytes_out - first->bytes_out);
	double left;

	if (seconds < guess_after || items <= 0)
		return;
	if (bytes > 0)
		tenths_add(text, bytes / seconds / 1e6, "MB/s");
	left = (double)(now->found - now->done) * seconds / items;
	if (now->found < now->done || left > longest)
		return;
	part_add(text, ", %u:%02u left", (unsigned)left / 60,
		 (unsigned)left % 60);
}

/* At most max bytes of text, and no part of a character. Bytes, not columns:
 * with accents the line is a little short. */
static size_t
cut(const char *text, size_t max)
{
	size_t len = strlen(text);

	if (len <= max)
		return len;
	for (len = max; len > 0; len--)
		if (((unsigned char)text[len] & 0xc0) != 0x80)
			break;
	return len;
}

void
am_progress_text(char text[AM_PROGRESS_LINE_SIZE], const char *title,
		 const struct am_progress *first, const struct am_progress *now,
		 double seconds, size_t columns)
{
	text[0] = '\0';
	part_add(text, "%.*s: %" PRIu64, (int)cut(title, TITLE_MAX), title,
		 now->done);
	if (now->found > 0)
		part_add(text, " of %" PRIu64 " items, %u%%", now->found,
			 (unsigned)((double)now->done * 100 /
				    (double)now->found));
	else
		part_add(text, " items");
	speed_add(text, first, now, seconds);
	if (strlen(text) > columns)
		text[cut(text, columns)] = '\0';
}

static void
line_draw(struct am_progress_line *line, const struct am_progress *now,
	  double seconds)
{
	char text[AM_PROGRESS_LINE_SIZE];
	struct am_arena arena = { 0 };
	const char *title;

	if (am_text_printable(&arena, am_bytes_of(line->title), &title, NULL) ==
	    AM_OK) {
		am_progress_text(text, title, &line->first, now, seconds,
				 terminal_columns(line->file) - 1);
		(void)fprintf(line->file, "\r%s\033[K", text);
		(void)fflush(line->file);
		line->visible = true;
	}
	am_arena_free(&arena);
}

void
am_progress_show(void *arg, const struct am_progress *progress)
{
	struct am_progress_line *const line = arg;
	double now;

	if (line->file == NULL)
		return;
	now = seconds_now();
	if (line->begin <= 0) {
		line->begin = now;
		line->first = *progress;
	} else if (now - line->drawn < draw_every) {
		return;
	}
	line->drawn = now;
	line_draw(line, progress, now - line->begin);
}

void
am_progress_hide(struct am_progress_line *line)
{
	if (!line->visible)
		return;
	(void)fputs("\r\033[K", line->file);
	(void)fflush(line->file);
	line->visible = false;
}
