/* A content as base64 in a content line. */
#include "vcard/data.h"

enum {
	LINE_BYTES = 54, /* 72 characters behind the space */
	LINE_OUT = 75,	 /* with CRLF and space */
	LINES_AT_ONCE = 400
};

struct data_stream {
	struct am_stream base; /* first */
	struct am_stream *content;
	struct am_bytes piece; /* of the content, not yet taken */
	size_t held_len;
	uint8_t held[LINE_BYTES]; /* not yet a line */
	bool is_at_end;
	size_t out_len;
	char out[LINES_AT_ONCE * LINE_OUT];
};

static void
line_write(struct data_stream *stream)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmn"
				     "opqrstuvwxyz0123456789+/";
	char *out = stream->out + stream->out_len;
	size_t i;

	*out++ = '\r';
	*out++ = '\n';
	*out++ = ' ';
	for (i = 0; i < stream->held_len; i += 3) {
		const size_t left = stream->held_len - i;
		uint32_t three = (uint32_t)stream->held[i] << 16;

		if (left > 1)
			three |= (uint32_t)stream->held[i + 1] << 8;
		if (left > 2)
			three |= stream->held[i + 2];
		*out++ = digits[three >> 18];
		*out++ = digits[three >> 12 & 63];
		*out++ = left > 1 ? digits[three >> 6 & 63] : '=';
		*out++ = left > 2 ? digits[three & 63] : '=';
	}
	stream->out_len = (size_t)(out - stream->out);
	stream->held_len = 0;
}

/* Takes what the line has room for; a full line is written. */
static void
piece_take(struct data_stream *stream)
{
	size_t len = LINE_BYTES - stream->held_len;
	struct am_bytes front;
	size_t i;

	if (len > stream->piece.len)
		len = stream->piece.len;
	(void)am_slice(stream->piece, 0, len, &front);
	for (i = 0; i < len; i++)
		stream->held[stream->held_len++] = front.data[i];
	(void)am_slice(stream->piece, len, stream->piece.len - len,
		       &stream->piece);
	if (stream->held_len == LINE_BYTES)
		line_write(stream);
}

static enum am_status
data_next(struct am_stream *base, struct am_bytes *bytes_out,
	  struct am_error *err)
{
	struct data_stream *stream = (struct data_stream *)base;

	stream->out_len = 0;
	while (stream->out_len <= sizeof(stream->out) - LINE_OUT) {
		enum am_status status = AM_OK;

		if (stream->piece.len > 0) {
			piece_take(stream);
			continue;
		}
		if (stream->is_at_end)
			break;
		status = am_stream_next(stream->content, &stream->piece, err);
		stream->is_at_end = status == AM_END;
		if (status != AM_OK && !stream->is_at_end)
			return status;
	}
	if (stream->is_at_end && stream->held_len > 0 &&
	    stream->out_len <= sizeof(stream->out) - LINE_OUT)
		line_write(stream);
	*bytes_out = am_bytes(stream->out, stream->out_len);
	return stream->out_len > 0 ? AM_OK : AM_END;
}

static void
data_close(struct am_stream *base)
{
	am_stream_close(((struct data_stream *)base)->content);
}

enum am_status
am_vcard_data_open(struct am_arena *arena, struct am_stream *content,
		   struct am_stream **stream_out, struct am_error *err)
{
	struct data_stream *stream = am_arena_new(arena, struct data_stream);

	if (stream == NULL)
		return am_arena_failed(arena, sizeof(*stream), err);
	stream->base.next = data_next;
	stream->base.close = data_close;
	stream->content = content;
	*stream_out = &stream->base;
	return AM_OK;
}
