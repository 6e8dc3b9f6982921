/* Values of content lines that are read from a stream. */
#include "ical/line.h"

#include "base/ascii.h"
#include "mime/base64.h"

enum {
	LINE_BYTES = 54, /* of content in a line of Base64: 72 characters */
	PIECE_MAX = 16 << 10,
	TAIL_MAX = 4 /* of a character that goes on in the next piece */
};

struct value_stream {
	struct am_stream base; /* first */
	enum am_ical_value kind;
	struct am_stream *content;
	struct am_buf out;
	struct am_ical ical;
	struct am_bytes left; /* of the piece at hand */
	uint8_t held[LINE_BYTES];
	size_t held_len;
	bool ended;
};

static void
line_base64(struct value_stream *value)
{
	am_buf_add_text(&value->out, "\r\n ");
	am_base64_text(&value->out, am_bytes(value->held, value->held_len));
	value->held_len = 0;
}

static void
base64_add(struct value_stream *value, struct am_bytes bytes)
{
	size_t i;

	for (i = 0; i < bytes.len; i++) {
		value->held[value->held_len++] = bytes.data[i];
		if (value->held_len == LINE_BYTES)
			line_base64(value);
	}
}

/* How many bytes at the end may be the start of a character. */
static size_t
tail_of(struct am_bytes bytes)
{
	size_t len;

	for (len = 1; len < TAIL_MAX && len <= bytes.len; len++) {
		const uint8_t c = bytes.data[bytes.len - len];

		if (c >= 0xc0)
			return (c >= 0xf0   ? 4U
				: c >= 0xe0 ? 3U
					    : 2U) > len
				       ? len
				       : 0;
		if (c < 0x80)
			return 0;
	}
	return 0;
}

static void
text_add(struct value_stream *value, struct am_bytes bytes, bool is_last)
{
	uint8_t joined[PIECE_MAX + TAIL_MAX];
	struct am_bytes all = { joined, 0 };
	size_t tail;
	size_t i;

	for (i = 0; i < value->held_len; i++)
		joined[all.len++] = value->held[i];
	for (i = 0; i < bytes.len; i++)
		joined[all.len++] = bytes.data[i];
	tail = is_last ? 0 : tail_of(all);
	all.len -= tail;
	am_ical_text(&value->ical, all);
	for (i = 0; i < tail; i++)
		value->held[i] = joined[all.len + i];
	value->held_len = tail;
}

static void
piece_add(struct value_stream *value)
{
	struct am_bytes piece = value->left;

	if (piece.len > PIECE_MAX)
		piece.len = PIECE_MAX;
	value->left = am_ascii_after(value->left, piece.len);
	if (value->kind == AM_ICAL_TEXT)
		text_add(value, piece, false);
	else
		base64_add(value, piece);
}

static void
value_end(struct value_stream *value)
{
	value->ended = true;
	if (value->kind == AM_ICAL_TEXT)
		text_add(value, am_bytes(NULL, 0), true);
	else if (value->held_len > 0)
		line_base64(value);
}

static enum am_status
value_next(struct am_stream *base, struct am_bytes *bytes_out,
	   struct am_error *err)
{
	struct value_stream *value = (struct value_stream *)base;

	am_buf_clear(&value->out);
	while (value->out.len == 0) {
		enum am_status status = AM_OK;

		if (value->ended)
			return AM_END;
		if (value->left.len == 0)
			status = am_stream_next(value->content, &value->left,
						err);
		if (status == AM_END)
			value_end(value);
		else if (status != AM_OK)
			return status;
		else
			piece_add(value);
		AM_TRY(am_buf_status(&value->out, err));
	}
	*bytes_out = am_buf_bytes(&value->out);
	return AM_OK;
}

static void
value_close(struct am_stream *base)
{
	struct value_stream *value = (struct value_stream *)base;

	am_stream_close(value->content);
	am_buf_free(&value->out);
}

enum am_status
am_ical_value_open(struct am_arena *arena, enum am_ical_value kind,
		   size_t column, struct am_stream *content,
		   struct am_stream **stream_out, struct am_error *err)
{
	struct value_stream *value = am_arena_new(arena, struct value_stream);

	if (value == NULL) {
		am_stream_close(content);
		return am_arena_failed(arena, sizeof(*value), err);
	}
	value->base.next = value_next;
	value->base.close = value_close;
	value->kind = kind;
	value->content = content;
	value->out = am_buf(8 * PIECE_MAX);
	value->ical.out = &value->out;
	value->ical.column = column;
	*stream_out = &value->base;
	return AM_OK;
}
