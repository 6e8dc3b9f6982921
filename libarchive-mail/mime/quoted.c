/* quoted-printable. */
#include "mime/quoted.h"

#include "mime/scan.h"

enum {
	/* RFC 2045 6.7 (5): 76 columns with the "=" of a soft line break. */
	COLUMN_MAX = 75
};

static bool
is_plain(uint8_t c)
{
	return c != ' ' && am_scan_is_plain(c);
}

static uint8_t *
line_end_put(const struct am_quoted *enc, uint8_t *to)
{
	if (!enc->lf)
		*to++ = '\r';
	*to++ = '\n';
	return to;
}

/* Makes room for len columns on the line. */
static uint8_t *
column_reserve(struct am_quoted *enc, size_t len, uint8_t *to)
{
	if (enc->column + len > COLUMN_MAX) {
		*to++ = '=';
		to = line_end_put(enc, to);
		enc->column = 0;
	}
	enc->column += len;
	return to;
}

static uint8_t *
escape_put(struct am_quoted *enc, uint8_t c, uint8_t *to)
{
	static const char hex[] = "0123456789ABCDEF";

	to = column_reserve(enc, 3, to);
	*to++ = '=';
	*to++ = (uint8_t)hex[c >> 4];
	*to++ = (uint8_t)hex[c & 15];
	return to;
}

/* A character that needs no escape, but as the first of a line. */
static uint8_t *
plain_put(struct am_quoted *enc, uint8_t c, uint8_t *to)
{
	to = column_reserve(enc, 1, to);
	if (c == '-' && enc->column == 1) {
		enc->column = 0;
		return escape_put(enc, c, to);
	}
	*to++ = c;
	return to;
}

/* The waiting space, which turned out not to be the last of its line. */
static uint8_t *
space_put(struct am_quoted *enc, uint8_t *to)
{
	if (enc->space != 0)
		to = plain_put(enc, enc->space, to);
	enc->space = 0;
	return to;
}

static uint8_t *
line_end(struct am_quoted *enc, uint8_t *to)
{
	if (enc->space != 0)
		to = escape_put(enc, enc->space, to);
	enc->space = 0;
	enc->column = 0;
	return line_end_put(enc, to);
}

static uint8_t *
byte_put(struct am_quoted *enc, uint8_t c, uint8_t *to)
{
	const bool after_cr = enc->after_cr;

	if (c == 0)
		return to;
	enc->after_cr = c == '\r';
	if (c == '\n' && after_cr)
		return to;
	if (c == '\r' || c == '\n')
		return line_end(enc, to);
	to = space_put(enc, to);
	if (c == ' ' || c == '\t') {
		enc->space = c;
		return to;
	}
	return is_plain(c) ? plain_put(enc, c, to) : escape_put(enc, c, to);
}

/* Copies what the line at hand takes as it is, spaces only where a plain byte
 * follows; returns how many bytes. */
static size_t
run_copy(struct am_quoted *enc, struct am_bytes bytes, uint8_t *to)
{
	size_t n;

	if (enc->space != 0 || (enc->column == 0 && bytes.data[0] == '-'))
		return 0;
	n = am_scan_plain(bytes, COLUMN_MAX - enc->column);
	if (n == bytes.len || !is_plain(bytes.data[n]))
		while (n > 0 && bytes.data[n - 1] == ' ')
			n--;
	memcpy(to, bytes.data, n);
	enc->column += n;
	enc->after_cr = enc->after_cr && n == 0;
	return n;
}

/* The bytes from room to end were written. */
static void
room_used(struct am_buf *out, const uint8_t *room, const uint8_t *end)
{
	out->len += (size_t)(end - room);
	out->data[out->len] = '\0';
}

void
am_quoted_add(struct am_quoted *enc, struct am_bytes bytes, struct am_buf *out)
{
	uint8_t *const room = am_buf_room(out, 4 * bytes.len + 8);
	uint8_t *to = room;

	if (room == NULL)
		return;
	while (bytes.len > 0) {
		size_t n = run_copy(enc, bytes, to);

		to += n;
		if (n < bytes.len)
			to = byte_put(enc, bytes.data[n++], to);
		while (n < bytes.len && !am_scan_is_plain(bytes.data[n]))
			to = byte_put(enc, bytes.data[n++], to);
		(void)am_slice(bytes, n, bytes.len - n, &bytes);
	}
	room_used(out, room, to);
}

void
am_quoted_end(struct am_quoted *enc, struct am_buf *out)
{
	uint8_t *room;

	if (enc->space == 0)
		return;
	room = am_buf_room(out, 8);
	if (room != NULL)
		room_used(out, room, escape_put(enc, enc->space, room));
	enc->space = 0;
}
