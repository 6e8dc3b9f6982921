/* [MS-OXBBODY] the bodies as streams. */
#include "base/ascii.h"
#include "convert/oxbbody_private.h"
#include "io/decode_stream.h"
#include "rtf/lzfu.h"

/* The last of some streams, each of which reads the one before; with head in
 * place of its first skip bytes. */
struct chain_stream {
	struct am_stream base;	    /* first */
	struct am_stream *parts[3]; /* from the first to the last; NULL: none */
	struct am_stream *last;
	struct am_bytes head; /* still to be given */
	size_t skip;
	struct am_rtf_facts facts; /* where nobody asks for them */
};

static enum am_status
chain_next(struct am_stream *base, struct am_bytes *bytes_out,
	   struct am_error *err)
{
	struct chain_stream *chain = (struct chain_stream *)base;

	if (chain->head.len > 0) {
		*bytes_out = chain->head;
		chain->head.len = 0;
		return AM_OK;
	}
	for (;;) {
		struct am_bytes piece;

		AM_TRY(am_stream_next(chain->last, &piece, err));
		if (piece.len > chain->skip) {
			*bytes_out = am_ascii_after(piece, chain->skip);
			chain->skip = 0;
			return AM_OK;
		}
		chain->skip -= piece.len;
	}
}

static void
chain_close(struct am_stream *base)
{
	struct chain_stream *chain = (struct chain_stream *)base;
	size_t i;

	for (i = sizeof(chain->parts) / sizeof(chain->parts[0]); i > 0; i--)
		am_stream_close(chain->parts[i - 1]);
}

/* A chain of the value of prop alone. */
static enum am_status
chain_open(const struct am_prop *prop, struct am_arena *arena,
	   uint64_t *size_out, struct chain_stream **chain_out,
	   struct am_error *err)
{
	struct chain_stream *chain = am_arena_new(arena, struct chain_stream);

	if (chain == NULL)
		return am_arena_failed(arena, sizeof(*chain), err);
	AM_TRY(am_prop_open(prop, arena, &chain->parts[0], size_out, err));
	chain->base.next = chain_next;
	chain->base.close = chain_close;
	chain->last = chain->parts[0];
	*chain_out = chain;
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

/* ---- RTF ---- */

static enum am_status
rtf_chain(const struct am_bbody_rtf *rtf, struct am_arena *arena,
	  struct am_report *report, struct chain_stream **chain_out,
	  struct am_error *err)
{
	struct chain_stream *chain = NULL;
	enum am_status status;
	uint64_t size;

	AM_TRY(chain_open(&rtf->prop, arena, &size, &chain, err));
	status = am_lzfu_open(arena, chain->parts[0], size, report,
			      &chain->parts[1], err);
	if (status != AM_OK) {
		chain_close(&chain->base);
		return status;
	}
	chain->last = chain->parts[1];
	*chain_out = chain;
	return AM_OK;
}

enum am_status
am_bbody_rtf_open(const struct am_bbody_rtf *rtf, struct am_arena *arena,
		  struct am_report *report, struct am_stream **stream_out,
		  struct am_error *err)
{
	struct chain_stream *chain = NULL;

	AM_TRY(rtf_chain(rtf, arena, report, &chain, err));
	*stream_out = &chain->base;
	return AM_OK;
}

static enum am_status
rtf_text_chain(const struct am_bbody_rtf *rtf, struct am_arena *arena,
	       struct am_report *report, struct am_rtf_facts *facts_out,
	       struct chain_stream **chain_out, struct am_error *err)
{
	struct chain_stream *chain = NULL;
	enum am_status status;

	AM_TRY(rtf_chain(rtf, arena, report, &chain, err));
	status = am_dehtml_open(arena, chain->parts[1], &rtf->options,
				facts_out != NULL ? facts_out : &chain->facts,
				&chain->parts[2], err);
	if (status != AM_OK) {
		chain_close(&chain->base);
		return status;
	}
	chain->last = chain->parts[2];
	*chain_out = chain;
	return AM_OK;
}

enum am_status
am_bbody_rtf_text_open(const struct am_bbody_rtf *rtf, struct am_arena *arena,
		       struct am_report *report, struct am_rtf_facts *facts_out,
		       struct am_stream **stream_out, struct am_error *err)
{
	struct chain_stream *chain = NULL;

	AM_TRY(rtf_text_chain(rtf, arena, report, facts_out, &chain, err));
	*stream_out = &chain->base;
	return AM_OK;
}

/* ---- any of them ---- */

static enum am_status
decoded_chain(const struct am_bbody *body, struct am_arena *arena,
	      bool *replaced_out, struct chain_stream **chain_out,
	      struct am_error *err)
{
	struct chain_stream *chain = NULL;
	enum am_status status;
	uint64_t size;

	AM_TRY(chain_open(&body->prop, arena, &size, &chain, err));
	status = am_decode_stream_open(arena, chain->parts[0], body->codepage,
				       replaced_out, &chain->parts[1], err);
	if (status != AM_OK) {
		chain_close(&chain->base);
		return status;
	}
	chain->last = chain->parts[1];
	*chain_out = chain;
	return AM_OK;
}

enum am_status
am_bbody_open_checked(const struct am_bbody *body, struct am_arena *arena,
		      bool *replaced_out, struct am_stream **stream_out,
		      struct am_error *err)
{
	struct chain_stream *chain = NULL;

	if (body->in_memory)
		return pair_open(body, arena, stream_out, err);
	if (body->rtf != NULL)
		AM_TRY(rtf_text_chain(body->rtf, arena, NULL, NULL, &chain,
				      err));
	else
		AM_TRY(decoded_chain(body, arena, replaced_out, &chain, err));
	chain->head = body->head;
	chain->skip = body->head_skip;
	*stream_out = &chain->base;
	return AM_OK;
}

enum am_status
am_bbody_open(const struct am_bbody *body, struct am_arena *arena,
	      struct am_stream **stream_out, struct am_error *err)
{
	return am_bbody_open_checked(body, arena, NULL, stream_out, err);
}
