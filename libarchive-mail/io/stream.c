/* Streams: the plain ones. */
#include "io/stream.h"

struct bytes_stream {
	struct am_stream base; /* first */
	struct am_bytes left;
};

void
am_stream_close(struct am_stream *stream)
{
	if (stream != NULL && stream->close != NULL)
		stream->close(stream);
}

static enum am_status
bytes_next(struct am_stream *base, struct am_bytes *bytes_out,
	   struct am_error *err)
{
	struct bytes_stream *stream = (struct bytes_stream *)base;

	(void)err;
	if (stream->left.len == 0)
		return AM_END;
	*bytes_out = stream->left;
	stream->left.len = 0;
	return AM_OK;
}

enum am_status
am_stream_of_bytes(struct am_arena *arena, struct am_bytes bytes,
		   struct am_stream **stream_out, struct am_error *err)
{
	struct bytes_stream *stream = am_arena_new(arena, struct bytes_stream);

	if (stream == NULL)
		return am_arena_failed(arena, sizeof(*stream), err);
	stream->base.next = bytes_next;
	stream->left = bytes;
	*stream_out = &stream->base;
	return AM_OK;
}

struct part_stream {
	struct am_stream base; /* first */
	struct am_stream *content;
	struct am_bytes front;
	uint64_t skip;
	uint64_t left;
};

static enum am_status
part_next(struct am_stream *base, struct am_bytes *bytes_out,
	  struct am_error *err)
{
	struct part_stream *stream = (struct part_stream *)base;
	struct am_bytes bytes = stream->front;

	stream->front.len = 0;
	while (bytes.len == 0) {
		size_t skip;

		if (stream->left == 0)
			return AM_END;
		AM_TRY(am_stream_next(stream->content, &bytes, err));
		skip = stream->skip < bytes.len ? (size_t)stream->skip
						: bytes.len;
		stream->skip -= skip;
		(void)am_slice(bytes, skip, bytes.len - skip, &bytes);
		if (bytes.len > stream->left)
			bytes.len = (size_t)stream->left;
		stream->left -= bytes.len;
	}
	*bytes_out = bytes;
	return AM_OK;
}

static void
part_close(struct am_stream *base)
{
	am_stream_close(((struct part_stream *)base)->content);
}

enum am_status
am_stream_part(struct am_arena *arena, struct am_bytes front,
	       struct am_stream *content, uint64_t skip, uint64_t len,
	       struct am_stream **stream_out, struct am_error *err)
{
	struct part_stream *stream = am_arena_new(arena, struct part_stream);

	if (stream == NULL)
		return am_arena_failed(arena, sizeof(*stream), err);
	stream->base.next = part_next;
	stream->base.close = part_close;
	stream->content = content;
	stream->front = front;
	stream->skip = skip;
	stream->left = len;
	*stream_out = &stream->base;
	return AM_OK;
}

enum am_status
am_stream_read_all(struct am_stream *stream, struct am_buf *buf,
		   struct am_error *err)
{
	struct am_bytes bytes;
	enum am_status status;

	while ((status = am_stream_next(stream, &bytes, err)) == AM_OK) {
		am_buf_add(buf, bytes);
		AM_TRY(am_buf_status(buf, err));
	}
	return status == AM_END ? AM_OK : status;
}
