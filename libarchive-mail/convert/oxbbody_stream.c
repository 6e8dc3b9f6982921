/* [MS-OXBBODY] the bodies as streams. */
#include "base/ascii.h"
#include "convert/oxbbody.h"
#include "io/decode_stream.h"
#include "rtf/lzfu.h"

/* head, then the decoded value behind its first skip bytes. */
struct decoded_stream {
	struct am_stream base; /* first */
	struct am_stream *raw;
	struct am_stream *text;
	struct am_bytes head; /* still to be given, in place of skip */
	size_t skip;
};

static enum am_status
decoded_next(struct am_stream *base, struct am_bytes *bytes_out,
	     struct am_error *err)
{
	struct decoded_stream *stream = (struct decoded_stream *)base;

	if (stream->head.len > 0) {
		*bytes_out = stream->head;
		stream->head.len = 0;
		return AM_OK;
	}
	for (;;) {
		struct am_bytes piece;

		AM_TRY(am_stream_next(stream->text, &piece, err));
		if (piece.len > stream->skip) {
			*bytes_out = am_ascii_after(piece, stream->skip);
			stream->skip = 0;
			return AM_OK;
		}
		stream->skip -= piece.len;
	}
}

static void
decoded_close(struct am_stream *base)
{
	struct decoded_stream *stream = (struct decoded_stream *)base;

	am_stream_close(stream->text);
	am_stream_close(stream->raw);
}

/* raw is closed with the stream, and on failure. */
static enum am_status
decoded_open(const struct am_bbody *body, struct am_arena *arena,
	     struct am_stream *raw, struct am_stream **stream_out,
	     struct am_error *err)
{
	struct decoded_stream *stream =
		am_arena_new(arena, struct decoded_stream);
	enum am_status status;

	if (stream == NULL)
		status = am_arena_failed(arena, sizeof(*stream), err);
	else
		status = am_decode_stream_open(arena, raw, body->codepage, NULL,
					       &stream->text, err);
	if (status != AM_OK) {
		am_stream_close(raw);
		return status;
	}
	stream->base.next = decoded_next;
	stream->base.close = decoded_close;
	stream->raw = raw;
	stream->head = body->head;
	stream->skip = body->head_skip;
	*stream_out = &stream->base;
	return AM_OK;
}

/* Two runs of bytes, one after the other. */
struct pair_stream {
	struct am_stream base; /* first */
	struct am_bytes left[2];
};

static enum am_status
pair_next(struct am_stream *base, struct am_bytes *bytes_out,
	  struct am_error *err)
{
	struct pair_stream *stream = (struct pair_stream *)base;
	struct am_bytes *left = &stream->left[stream->left[0].len > 0 ? 0 : 1];

	(void)err;
	if (left->len == 0)
		return AM_END;
	*bytes_out = *left;
	left->len = 0;
	return AM_OK;
}

static enum am_status
pair_open(const struct am_bbody *body, struct am_arena *arena,
	  struct am_stream **stream_out, struct am_error *err)
{
	struct pair_stream *stream = am_arena_new(arena, struct pair_stream);

	if (stream == NULL)
		return am_arena_failed(arena, sizeof(*stream), err);
	stream->base.next = pair_next;
	stream->left[0] = body->head;
	stream->left[1] = body->rest;
	*stream_out = &stream->base;
	return AM_OK;
}

enum am_status
am_bbody_open(const struct am_bbody *body, struct am_arena *arena,
	      struct am_stream **stream_out, struct am_error *err)
{
	struct am_stream *raw;
	uint64_t size;

	if (body->in_memory)
		return pair_open(body, arena, stream_out, err);
	AM_TRY(am_prop_open(&body->prop, arena, &raw, &size, err));
	return decoded_open(body, arena, raw, stream_out, err);
}

/* ---- RTF ---- */

struct rtf_stream {
	struct am_stream base; /* first */
	struct am_stream *raw;
	struct am_stream *rtf;
};

static enum am_status
rtf_next(struct am_stream *base, struct am_bytes *bytes_out,
	 struct am_error *err)
{
	return am_stream_next(((struct rtf_stream *)base)->rtf, bytes_out, err);
}

static void
rtf_close(struct am_stream *base)
{
	struct rtf_stream *stream = (struct rtf_stream *)base;

	am_stream_close(stream->rtf);
	am_stream_close(stream->raw);
}

enum am_status
am_bbody_rtf_open(const struct am_bbodies *bodies, struct am_arena *arena,
		  struct am_report *report, struct am_stream **stream_out,
		  struct am_error *err)
{
	struct rtf_stream *stream = am_arena_new(arena, struct rtf_stream);
	enum am_status status;
	uint64_t size;

	if (stream == NULL)
		return am_arena_failed(arena, sizeof(*stream), err);
	AM_TRY(am_prop_open(&bodies->rtf, arena, &stream->raw, &size, err));
	status = am_lzfu_open(arena, stream->raw, size, report, &stream->rtf,
			      err);
	if (status != AM_OK) {
		am_stream_close(stream->raw);
		return status;
	}
	stream->base.next = rtf_next;
	stream->base.close = rtf_close;
	*stream_out = &stream->base;
	return AM_OK;
}
