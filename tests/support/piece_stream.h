/* A stream for tests: gives bytes in pieces of a chosen size, and may fail
 * after them. Counts how often it was closed. */
#ifndef PIECE_STREAM_H
#define PIECE_STREAM_H

#include "io/stream.h"

struct piece_stream {
	struct am_stream base; /* first */
	struct am_bytes left;
	size_t piece;	     /* 0: all at once */
	enum am_status then; /* AM_OK: AM_END */
	unsigned closed;
	uint8_t copy[64]; /* a piece that is small enough moves each time */
};

static inline enum am_status
piece_stream_next(struct am_stream *base, struct am_bytes *bytes_out,
		  struct am_error *err)
{
	struct piece_stream *stream = (struct piece_stream *)base;
	size_t len = stream->left.len;

	memset(stream->copy, 0xee, sizeof(stream->copy));
	if (len == 0 && stream->then != AM_OK)
		return am_fail(err, stream->then, "as the test wants it");
	if (len == 0)
		return AM_END;
	if (stream->piece > 0 && stream->piece < len)
		len = stream->piece;
	*bytes_out = am_bytes(stream->left.data, len);
	if (len <= sizeof(stream->copy)) {
		memcpy(stream->copy, stream->left.data, len);
		bytes_out->data = stream->copy;
	}
	stream->left =
		am_bytes(stream->left.data + len, stream->left.len - len);
	return AM_OK;
}

static inline void
piece_stream_close(struct am_stream *base)
{
	((struct piece_stream *)base)->closed++;
}

static inline struct piece_stream
piece_stream(struct am_bytes bytes, size_t piece)
{
	const struct piece_stream stream = {
		.base = { piece_stream_next, piece_stream_close },
		.left = bytes,
		.piece = piece,
	};

	return stream;
}

#endif
