/* Text as lines. */
#include "mime/lines.h"

#include "mime/scan.h"

static uint8_t *
line_end_put(struct am_lines *enc, uint8_t *to)
{
	if (!enc->lf)
		*to++ = '\r';
	*to++ = '\n';
	enc->column = 0;
	return to;
}

/* Bytes of the UTF-8 sequence that c begins; 1 also for what is inside one. */
static size_t
sequence_length(uint8_t c)
{
	if (c < 0xc0)
		return 1;
	if (c < 0xe0)
		return 2;
	return c < 0xf0 ? 3 : 4;
}

static uint8_t *
byte_put(struct am_lines *enc, uint8_t c, uint8_t *to)
{
	const bool after_cr = enc->after_cr;

	if (c == 0)
		return to;
	enc->after_cr = c == '\r';
	if (c == '\n' && after_cr)
		return to;
	if (c == '\r' || c == '\n')
		return line_end_put(enc, to);
	if (!enc->long_lines && enc->column + sequence_length(c) > AM_LINE_MAX)
		to = line_end_put(enc, to);
	enc->column++;
	*to++ = c;
	return to;
}

/* Copies what is far from the end of its line; returns how many bytes. */
static size_t
run_copy(struct am_lines *enc, struct am_bytes bytes, uint8_t *to)
{
	const size_t safe = AM_LINE_MAX - 4;
	const size_t room = enc->column < safe ? safe - enc->column : 0;
	const size_t max =
		bytes.len < room || enc->long_lines ? bytes.len : room;
	const size_t n = am_scan_text(bytes, max);

	memcpy(to, bytes.data, n);
	enc->column += n;
	enc->after_cr = enc->after_cr && n == 0;
	return n;
}

void
am_lines_add(struct am_lines *enc, struct am_bytes bytes, struct am_buf *out)
{
	uint8_t *const room = am_buf_room(out, 2 * bytes.len + 2);
	uint8_t *to = room;

	if (room == NULL)
		return;
	while (bytes.len > 0) {
		size_t n = run_copy(enc, bytes, to);

		to += n;
		if (n < bytes.len)
			to = byte_put(enc, bytes.data[n++], to);
		while (n < bytes.len && bytes.data[n] < ' ')
			to = byte_put(enc, bytes.data[n++], to);
		(void)am_slice(bytes, n, bytes.len - n, &bytes);
	}
	out->len += (size_t)(to - room);
	out->data[out->len] = '\0';
}
