/* The examination of a text: which encoding does it need? */
#include "mime/lines.h"
#include "mime/part.h"
#include "mime/scan.h"

/* "From " is the longest start of a line that is looked at. */
enum { START_MAX = 5 };

static bool
is_space(uint8_t c)
{
	return c == ' ' || c == '\t';
}

static void
line_end(struct am_mime_text *text)
{
	if (is_space(text->previous)) {
		text->trailing_space = true;
		text->escapes++;
	}
	text->line = 0;
}

/* A byte of a line; c is no line end. */
static void
line_byte(struct am_mime_text *text, uint8_t c)
{
	if (c >= 0x80)
		text->non_ascii++;
	if ((c < ' ' && c != '\t') || c == 0x7f)
		text->controls = true;
	if (!am_scan_is_plain(c) && c != '\t')
		text->escapes++;
	if (text->line < START_MAX)
		text->last[text->line] = c;
	text->line++;
	if (text->line == 1 && c == '-')
		text->escapes++;
	if (text->line == 2 && memcmp(text->last, "--", 2) == 0)
		text->dashes = true;
	if (text->line == START_MAX &&
	    memcmp(text->last, "From ", START_MAX) == 0)
		text->from = true;
	if (text->line > text->longest)
		text->longest = text->line;
}

static void
byte_add(struct am_mime_text *text, uint8_t c)
{
	if (c == '\r' || c == '\n')
		line_end(text);
	else
		line_byte(text, c);
	text->previous = c;
}

/* Can the line at hand still turn out to start with "--" or "From "? */
static bool
is_in_start(const struct am_mime_text *text, uint8_t c)
{
	const uint8_t first = text->line == 0 ? c : text->last[0];

	return text->line < START_MAX && (first == '-' || first == 'F');
}

/* Counts what needs no look. */
static size_t
run_add(struct am_mime_text *text, struct am_bytes bytes)
{
	size_t n;

	if (is_in_start(text, bytes.data[0]))
		return 0;
	n = am_scan_plain(bytes, bytes.len);
	if (n == 0)
		return 0;
	if (text->line == 0)
		text->last[0] = bytes.data[0];
	text->previous = bytes.data[n - 1];
	text->line += n;
	if (text->line > text->longest)
		text->longest = text->line;
	return n;
}

void
am_mime_text_add(struct am_mime_text *text, struct am_bytes bytes)
{
	text->bytes += bytes.len;
	while (bytes.len > 0) {
		size_t n = run_add(text, bytes);

		if (n < bytes.len)
			byte_add(text, bytes.data[n++]);
		while (n < bytes.len && !am_scan_is_plain(bytes.data[n]))
			byte_add(text, bytes.data[n++]);
		(void)am_slice(bytes, n, bytes.len - n, &bytes);
	}
}

enum am_mime_encoding
am_mime_text_encoding(const struct am_mime_text *text)
{
	/* Ends of lines and soft line breaks cost about the same in both. */
	const uint64_t quoted = text->bytes + 2 * text->escapes;
	const uint64_t base64 = text->bytes / 3 * 4 + 4;

	if (text->non_ascii == 0 && text->longest <= AM_LINE_MAX &&
	    !text->trailing_space && !is_space(text->previous) &&
	    !text->dashes && !text->controls)
		return AM_MIME_7BIT;
	return quoted > base64 + base64 / 2 ? AM_MIME_BASE64 : AM_MIME_QUOTED;
}
