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
