/* Printing, safely, and with an eye on whether it arrives. */
#include "output.h"

#include <errno.h>

#include "base/text.h"

/* An escape is at most six bytes for one ("\u202e" stands for three). */
enum { ARENA_LIMIT = 6 * AM_OUTPUT_MAX_LINE + 4096 };

struct am_output
am_output(FILE *file)
{
	const struct am_output out = {
		.file = file,
		.arena = { .limit = ARENA_LIMIT },
		.line = am_buf(AM_OUTPUT_MAX_LINE),
	};

	return out;
}

static void
error_note(struct am_output *out)
{
	if (out->error == 0)
		out->error = errno != 0 ? errno : EIO;
}

void
am_output_raw(struct am_output *out, struct am_bytes bytes)
{
	if (out->error != 0 || bytes.len == 0)
		return;
	errno = 0;
	if (fwrite(bytes.data, 1, bytes.len, out->file) != bytes.len)
		error_note(out);
}

/* Prints out->line; whole is false when some of it had to go. */
static void
line_print(struct am_output *out, bool whole)
{
	const char *printable;

	am_arena_reset(&out->arena);
	if (am_text_printable(&out->arena, am_buf_bytes(&out->line), &printable,
			      NULL) != AM_OK) {
		printable = "";
		whole = false;
	}
	am_output_raw(out, am_bytes_of(printable));
	if (!whole)
		am_output_raw(out, am_bytes_of(" [cut here]"));
}

void
am_output_args(struct am_output *out, const char *format, va_list args)
{
	uint8_t *room = NULL;
	size_t size = 0; /* with the NUL */
	va_list again;
	int len;

	am_buf_clear(&out->line);
	va_copy(again, args);
	len = vsnprintf(NULL, 0, format, again);
	va_end(again);
	if (len >= 0) {
		size = (size_t)len + 1;
		if (size > AM_OUTPUT_MAX_LINE)
			size = AM_OUTPUT_MAX_LINE;
		room = am_buf_room(&out->line, size);
	}
	if (room != NULL) {
		(void)vsnprintf((char *)room, size, format, args);
		out->line.len = size - 1;
	}
	line_print(out, room != NULL && size == (size_t)len + 1);
}

void
am_output_part(struct am_output *out, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	am_output_args(out, format, args);
	va_end(args);
}

void
am_output_line(struct am_output *out, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	am_output_args(out, format, args);
	va_end(args);
	am_output_raw(out, am_bytes_of("\n"));
}

bool
am_output_failed(const struct am_output *out)
{
	return out->error != 0;
}

bool
am_output_close(struct am_output *out)
{
	errno = 0;
	if (fflush(out->file) != 0)
		error_note(out);
	am_buf_free(&out->line);
	am_arena_free(&out->arena);
	return out->error == 0;
}
