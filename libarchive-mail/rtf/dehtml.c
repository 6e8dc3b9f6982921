/* [MS-OXRTFEX] 2.2.3 groups, text and the stream. */
#include "rtf/dehtml_private.h"

enum {
	CHUNK_SIZE = 16 << 10,
	/* Beyond what one step adds to a chunk. */
	OUT_MAX = 1 << 20
};

/* ---- groups ---- */

/* What is inside of a group that has text of its own is text like other. */
static uint8_t
destination_inside(uint8_t destination)
{
	switch ((enum am_rtf_destination)destination) {
	case AM_RTF_TO_RESULT:
	case AM_RTF_TO_NOTE:
	case AM_RTF_TO_SHAPE_TEXT:
		return AM_RTF_TO_BODY;
	default:
		return destination;
	}
}

static void
group_open(struct am_dehtml *dehtml)
{
	am_dehtml_run_end(dehtml);
	if (dehtml->groups.len >=
	    AM_RTF_MAX_DEPTH * sizeof(struct am_rtf_group)) {
		dehtml->too_deep++;
		dehtml->facts->is_limited = true;
		return;
	}
	am_buf_add(&dehtml->groups,
		   am_bytes(&dehtml->now, sizeof(dehtml->now)));
	dehtml->now.destination = destination_inside(dehtml->now.destination);
}

static void
link_add(struct am_dehtml *dehtml)
{
	const bool told =
		dehtml->facts->kind == AM_RTF_NATIVE && am_dehtml_emits(dehtml);

	am_rtf_field_result_end(&dehtml->field, told ? &dehtml->out : NULL);
}

/* What the end of a destination means; outer is the one around it. */
static enum am_status
destination_end(struct am_dehtml *dehtml, uint8_t outer, struct am_error *err)
{
	const enum am_rtf_destination ends = dehtml->now.destination;

	if (ends == AM_RTF_TO_RESULT)
		link_add(dehtml);
	else if (ends == AM_RTF_TO_NOTE)
		am_dehtml_text(dehtml, "]");
	else if (ends == AM_RTF_TO_SHAPE_TEXT)
		am_dehtml_newline(dehtml);
	else if (ends == AM_RTF_TO_INSTRUCTION && outer != ends)
		am_rtf_field_end(&dehtml->field);
	else if (ends == AM_RTF_TO_FONTS && outer != ends)
		return am_rtf_font_end(&dehtml->fonts, err);
	return AM_OK;
}

static enum am_status
group_close(struct am_dehtml *dehtml, struct am_error *err)
{
	const size_t size = sizeof(struct am_rtf_group);
	struct am_rtf_group outer;
	struct am_bytes saved;

	am_dehtml_run_end(dehtml);
	if (dehtml->too_deep > 0) {
		dehtml->too_deep--;
		return AM_OK;
	}
	/* One brace too many closes nothing. */
	if (dehtml->groups.len < size ||
	    !am_slice(am_buf_bytes(&dehtml->groups), dehtml->groups.len - size,
		      size, &saved))
		return AM_OK;
	memcpy(&outer, saved.data, sizeof(outer));
	AM_TRY(destination_end(dehtml, outer.destination, err));
	dehtml->groups.len -= size;
	dehtml->now = outer;
	if (dehtml->groups.len == 0)
		dehtml->root_is_over = true;
	return AM_OK;
}

/* ---- tokens ---- */

/* Text, less what a \u said already, and the space of an object. */
static enum am_status
text_token(struct am_dehtml *dehtml, struct am_bytes text, struct am_error *err)
{
	const size_t skip = dehtml->skip < text.len ? dehtml->skip : text.len;

	dehtml->skip -= (unsigned)skip;
	if (!am_slice(text, skip, text.len - skip, &text) || text.len == 0)
		return AM_OK;
	if (dehtml->skip_space && text.data[0] == ' ')
		(void)am_slice(text, 1, text.len - 1, &text);
	dehtml->skip_space = false;
	return text.len == 0 ? AM_OK : am_dehtml_bytes(dehtml, text, err);
}

static enum am_status
token_do(struct am_dehtml *dehtml, struct am_error *err)
{
	const struct am_rtf_token *token = &dehtml->token;

	switch (token->kind) {
	case AM_RTF_OPEN:
		dehtml->skip = 0;
		group_open(dehtml);
		return AM_OK;
	case AM_RTF_CLOSE:
		dehtml->skip = 0;
		return group_close(dehtml, err);
	case AM_RTF_TEXT:
		return text_token(dehtml, token->text, err);
	case AM_RTF_HEX:
		return text_token(dehtml, am_bytes(&token->byte, 1), err);
	case AM_RTF_WORD:
		return am_dehtml_word(dehtml, err);
	case AM_RTF_SYMBOL:
		return am_dehtml_symbol(dehtml, err);
	case AM_RTF_END:
		break;
	}
	return AM_OK;
}

/* A surrogate that still waits has nothing to wait for. The line end that
 * the last paragraph has is the writer's. */
static void
text_end(struct am_dehtml *dehtml)
{
	struct am_rtf_facts *facts = dehtml->facts;

	am_dehtml_run_end(dehtml);
	am_rtf_run_finish(&dehtml->run, &dehtml->out);
	facts->faults = dehtml->run.faults;
	facts->is_cut =
		dehtml->groups.len > 0 || am_rtf_reader_is_cut(&dehtml->reader);
	dehtml->is_over = true;
}

/* One token. What fails comes after what was read so far. */
static void
step(struct am_dehtml *dehtml)
{
	const bool was_star = dehtml->is_star;
	struct am_error *cause = &dehtml->cause;

	dehtml->status =
		am_rtf_token_next(&dehtml->reader, &dehtml->token, cause);
	if (dehtml->status == AM_OK)
		dehtml->status = token_do(dehtml, cause);
	if (was_star)
		dehtml->is_star = false;
	if (dehtml->status == AM_OK)
		dehtml->status = am_buf_status(&dehtml->out, cause);
	if (dehtml->status == AM_OK)
		dehtml->status = am_buf_status(&dehtml->groups, cause);
	if (dehtml->status != AM_OK || dehtml->token.kind == AM_RTF_END)
		text_end(dehtml);
}

static enum am_status
dehtml_next(struct am_stream *base, struct am_bytes *bytes_out,
	    struct am_error *err)
{
	struct am_dehtml *dehtml = (struct am_dehtml *)base;

	if (dehtml->is_given)
		am_buf_clear(&dehtml->out);
	while (!dehtml->is_over && dehtml->out.len < CHUNK_SIZE)
		step(dehtml);
	dehtml->is_given = true;
	*bytes_out = am_buf_bytes(&dehtml->out);
	if (bytes_out->len > 0)
		return AM_OK;
	if (dehtml->status == AM_OK)
		return AM_END;
	if (err != NULL)
		*err = dehtml->cause;
	return dehtml->status;
}

static void
dehtml_close(struct am_stream *base)
{
	struct am_dehtml *dehtml = (struct am_dehtml *)base;

	am_rtf_run_close(&dehtml->run);
	am_rtf_field_close(&dehtml->field);
	am_buf_free(&dehtml->groups);
	am_buf_free(&dehtml->out);
	dehtml->is_over = true;
}

/* ---- the beginning ---- */

/* "{\rtf" and nothing else begins RTF. */
static enum am_status
start_read(struct am_dehtml *dehtml, struct am_error *err)
{
	struct am_rtf_token *token = &dehtml->token;
	bool good;

	AM_TRY(am_rtf_token_next(&dehtml->reader, token, err));
	good = token->kind == AM_RTF_OPEN;
	if (good)
		AM_TRY(am_rtf_token_next(&dehtml->reader, token, err));
	if (!good || token->kind != AM_RTF_WORD ||
	    strcmp(token->word, "rtf") != 0)
		return am_fail(err, AM_CORRUPT,
			       "the RTF does not begin with {\\rtf");
	group_open(dehtml);
	return AM_OK;
}

static void
state_begin(struct am_dehtml *dehtml, const struct am_rtf_options *options)
{
	const struct am_rtf_group root = { .uc = 1,
					   .font = -1,
					   .associated = { -1, -1 } };

	if (options != NULL)
		dehtml->options = *options;
	dehtml->now = root;
	dehtml->default_page = AM_CP_1252;
	if (am_rtf_page_is_usable((int32_t)dehtml->options.override))
		dehtml->default_page = dehtml->options.override;
	else if (am_rtf_page_is_usable((int32_t)dehtml->options.codepage))
		dehtml->default_page = dehtml->options.codepage;
	dehtml->groups = am_buf(AM_RTF_MAX_DEPTH * sizeof(struct am_rtf_group));
	dehtml->out = am_buf(OUT_MAX);
	am_rtf_run_begin(&dehtml->run);
	am_rtf_field_begin(&dehtml->field);
}

enum am_status
am_dehtml_open(struct am_arena *arena, struct am_stream *rtf,
	       const struct am_rtf_options *options,
	       struct am_rtf_facts *facts_out, struct am_stream **stream_out,
	       struct am_error *err)
{
	struct am_dehtml *dehtml = am_arena_new(arena, struct am_dehtml);
	const struct am_rtf_facts none = { 0 };
	enum am_status status;

	if (dehtml == NULL)
		return am_arena_failed(arena, sizeof(*dehtml), err);
	*facts_out = none;
	dehtml->base.next = dehtml_next;
	dehtml->base.close = dehtml_close;
	dehtml->facts = facts_out;
	dehtml->reader.rtf = rtf;
	dehtml->fonts.arena = arena;
	state_begin(dehtml, options);
	status = start_read(dehtml, err);
	if (status != AM_OK) {
		dehtml_close(&dehtml->base);
		return status;
	}
	while (!dehtml->is_started && !dehtml->is_over)
		step(dehtml);
	*stream_out = &dehtml->base;
	return AM_OK;
}
