/* [MS-OXBBODY] the body that is RTF: what it was made from. */
#include <inttypes.h>

#include "convert/oxbbody_private.h"

/* Nothing but zeros where the RTF should be: some writers leave it so. */
static enum am_status
is_blank(struct am_bbody_reader *reader, const struct am_prop *prop,
	 bool *blank_out, struct am_error *err)
{
	struct am_stream *raw;
	struct am_bytes piece;
	enum am_status status;
	uint64_t size;
	size_t i;

	*blank_out = true;
	am_arena_reset(reader->scratch);
	status = am_prop_open(prop, reader->scratch, &raw, &size, err);
	if (status == AM_OK) {
		while (*blank_out &&
		       (status = am_stream_next(raw, &piece, err)) == AM_OK)
			for (i = 0; i < piece.len; i++)
				*blank_out = *blank_out && piece.data[i] == 0;
		am_stream_close(raw);
	}
	if (status == AM_OK || status == AM_END)
		return AM_OK;
	*blank_out = false;
	return am_unless_item_scoped(status);
}

/* Reads all of it; text keeps what fits. */
static enum am_status
text_drain(struct am_bbody_reader *reader, struct am_stream *stream,
	   struct am_buf *text, struct am_error *err)
{
	struct am_bbody *body = reader->body;
	struct am_bytes piece;
	enum am_status status;

	body->in_memory = true;
	while ((status = am_stream_next(stream, &piece, err)) == AM_OK) {
		body->is_there = body->is_there || am_bbody_has_content(piece);
		if (piece.len > AM_BBODY_MAX_IN_MEMORY - text->len)
			body->in_memory = false;
		if (body->in_memory)
			am_buf_add(text, piece);
	}
	/* Who writes it shall see where it ends early. */
	if (status != AM_END)
		body->in_memory = false;
	return status == AM_END ? am_buf_status(text, err) : status;
}

static enum am_status
text_read(struct am_bbody_reader *reader, struct am_bbody_rtf *rtf,
	  struct am_error *err)
{
	struct am_bbody *body = reader->body;
	struct am_buf text = am_buf(AM_BBODY_MAX_IN_MEMORY);
	struct am_stream *stream;
	enum am_status status;

	am_arena_reset(reader->scratch);
	status = am_bbody_rtf_text_open(rtf, reader->scratch,
					am_bbody_report(reader), &rtf->facts,
					&stream, err);
	if (status == AM_OK) {
		status = text_drain(reader, stream, &text, err);
		am_stream_close(stream);
	}
	if (status == AM_OK && body->in_memory)
		status = am_arena_copy(reader->message->arena,
				       am_buf_bytes(&text), &body->rest, err);
	am_buf_free(&text);
	return status;
}

/* Is there something in it, RTF or not? */
static enum am_status
is_there(struct am_bbody_reader *reader, const struct am_bbody_rtf *rtf,
	 bool *there_out, struct am_error *err)
{
	struct am_stream *stream;
	struct am_bytes piece;
	enum am_status status;

	am_arena_reset(reader->scratch);
	status = am_bbody_rtf_open(rtf, reader->scratch, NULL, &stream, err);
	if (status == AM_OK) {
		status = am_stream_next(stream, &piece, err);
		am_stream_close(stream);
	}
	*there_out = status == AM_OK;
	return status == AM_END ? AM_OK : am_unless_item_scoped(status);
}

enum am_status
am_bbody_rtf_read(struct am_bbody_reader *reader, struct am_bbody_rtf *rtf,
		  bool *usable_out, struct am_error *err)
{
	enum am_status status;
	bool blank;

	*usable_out = false;
	AM_TRY(is_blank(reader, &rtf->prop, &blank, err));
	if (blank)
		return AM_OK;
	status = text_read(reader, rtf, err);
	am_arena_reset(reader->scratch);
	if (status != AM_OK && !am_is_item_scoped(status))
		return status;
	rtf->is_partial = status != AM_OK;
	*usable_out = status == AM_OK || reader->body->is_there;
	if (*usable_out)
		return AM_OK;
	am_report_add(am_bbody_report(reader), reader->name, err);
	AM_TRY(is_there(reader, rtf, &rtf->is_other, err));
	reader->damaged = !rtf->is_other;
	return AM_OK;
}

bool
am_bbody_rtf_is_whole(const struct am_bbody_rtf *rtf)
{
	const struct am_rtf_facts *facts = &rtf->facts;

	return !rtf->is_partial && facts->faults == 0 && !facts->is_cut &&
	       !facts->has_rest && !facts->is_limited;
}

void
am_bbody_rtf_report(const struct am_bbody_reader *reader,
		    const struct am_bbody_rtf *rtf)
{
	const struct am_rtf_facts *facts = &rtf->facts;
	struct am_report *report = am_bbody_report(reader);

	if (facts->faults > 0)
		am_report_note(
			report, "text",
			"the RTF body has bytes that are no text (%" PRIu64
			"); they were replaced",
			facts->faults);
	if (facts->is_cut)
		am_report_note(report, "rtf-damaged",
			       "the RTF body ends in the middle of a group");
	if (facts->has_rest)
		am_report_note(report, "rtf-damaged",
			       "the RTF body goes on behind its end");
	if (facts->is_limited)
		am_report_note(
			report, "rtf-limit",
			"groups more than %d deep, or \\uc above %d, are "
			"left out of the RTF body",
			AM_RTF_MAX_DEPTH, AM_RTF_MAX_UC);
}
