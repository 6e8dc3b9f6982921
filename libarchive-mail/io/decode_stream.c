/* A stream in some code page, read as UTF-8. */
#include "io/decode_stream.h"

#include "base/decoder.h"

/* Raw bytes that are decoded at a time. */
enum { PIECE = 16 << 10 };

struct decode_stream {
	struct am_stream base; /* first */
	struct am_stream *raw;
	struct am_bytes left; /* of what raw gave last */
	bool ended;	      /* raw has no more */
	bool flushed;	      /* and the decoder was told */
	struct am_decoder decoder;
	struct am_buf text;
	bool *replaced_out;
};

/* Takes the next piece into stream->text, which may stay empty. */
static enum am_status
piece_decode(struct decode_stream *stream, struct am_error *err)
{
	struct am_bytes piece = stream->left;
	enum am_status status;

	if (piece.len == 0 && !stream->ended) {
		status = am_stream_next(stream->raw, &piece, err);
		if (status != AM_OK && status != AM_END)
			return status;
		stream->ended = status == AM_END;
		if (stream->ended)
			piece = am_bytes(NULL, 0);
	}
	stream->left = am_bytes(NULL, 0);
	if (piece.len > PIECE) {
		stream->left = am_bytes(piece.data + PIECE, piece.len - PIECE);
		piece.len = PIECE;
	}
	stream->flushed = stream->ended;
	am_decoder_add(&stream->decoder, piece, stream->ended, &stream->text);
	if (stream->decoder.faults > 0 && stream->replaced_out != NULL)
		*stream->replaced_out = true;
	return am_buf_status(&stream->text, err);
}

static enum am_status
decode_next(struct am_stream *base, struct am_bytes *bytes_out,
	    struct am_error *err)
{
	struct decode_stream *stream = (struct decode_stream *)base;

	am_buf_clear(&stream->text);
	while (stream->text.len == 0) {
		if (stream->flushed)
			return AM_END;
		AM_TRY(piece_decode(stream, err));
	}
	*bytes_out = am_buf_bytes(&stream->text);
	return AM_OK;
}

static void
decode_close(struct am_stream *base)
{
	struct decode_stream *stream = (struct decode_stream *)base;

	am_decoder_close(&stream->decoder);
	am_buf_free(&stream->text);
}

enum am_status
am_decode_stream_open(struct am_arena *arena, struct am_stream *raw,
		      unsigned codepage, bool *replaced_out,
		      struct am_stream **stream_out, struct am_error *err)
{
	struct decode_stream *stream =
		am_arena_new(arena, struct decode_stream);

	if (stream == NULL)
		return am_arena_failed(arena, sizeof(*stream), err);
	/* What is not declared, unknown here or called ASCII is UTF-8 where it
	 * is valid and CP1252 where it is not. */
	if (codepage == AM_CP_ASCII)
		codepage = AM_CP_UTF8;
	if (!am_decoder_open(&stream->decoder, codepage) &&
	    !am_decoder_open(&stream->decoder, AM_CP_UTF8))
		return am_fail(err, AM_UNSUPPORTED, "there is no UTF-8");
	stream->base.next = decode_next;
	stream->base.close = decode_close;
	stream->raw = raw;
	stream->text = am_buf((size_t)PIECE * 16);
	stream->replaced_out = replaced_out;
	*stream_out = &stream->base;
	return AM_OK;
}
