/* The body of any item as plain text. */
#include "convert/plain_body.h"

#include "convert/arena_text.h"
#include "convert/html_text.h"
#include "convert/oxbbody.h"

/* The text of HTML, and the HTML, which is closed with it. */
struct plain_stream {
	struct am_stream base; /* first */
	struct am_stream *html;
	struct am_stream *text;
};

static enum am_status
plain_next(struct am_stream *base, struct am_bytes *bytes_out,
	   struct am_error *err)
{
	return am_stream_next(((struct plain_stream *)base)->text, bytes_out,
			      err);
}

static void
plain_close(struct am_stream *base)
{
	struct plain_stream *stream = (struct plain_stream *)base;

	am_stream_close(stream->text);
	am_stream_close(stream->html);
}

static enum am_status
html_open(const struct am_bbody *html, struct am_arena *arena,
	  struct am_stream **stream_out, struct am_error *err)
{
	struct plain_stream *stream = am_arena_new(arena, struct plain_stream);
	enum am_status status;

	if (stream == NULL)
		return am_arena_failed(arena, sizeof(*stream), err);
	stream->base.next = plain_next;
	stream->base.close = plain_close;
	AM_TRY(am_bbody_open(html, arena, &stream->html, err));
	status = am_html_text_open(arena, stream->html, &stream->text, err);
	if (status != AM_OK) {
		am_stream_close(stream->html);
		return status;
	}
	*stream_out = &stream->base;
	return AM_OK;
}

static enum am_status
bodies_read(const struct am_message *message, struct am_bbodies *bodies,
	    struct am_error *err)
{
	struct am_arena scratch = { 0 };
	const enum am_status status =
		am_bbodies_read(message, &scratch, NULL, NULL, 0, bodies, err);

	am_arena_free(&scratch);
	if (status == AM_OK && bodies->rtf_is_text && bodies->rtf.facts.is_rich)
		am_report_note(am_store_report(message->store), "rtf-only",
			       "the only body is RTF; its text is written");
	return status;
}

enum am_status
am_plain_body_open(const struct am_message *message, struct am_arena *arena,
		   struct am_stream **stream_out, struct am_error *err)
{
	struct am_bbodies *bodies =
		am_arena_new(message->arena, struct am_bbodies);

	if (bodies == NULL)
		return am_arena_failed(message->arena, sizeof(*bodies), err);
	AM_TRY(bodies_read(message, bodies, err));
	if (bodies->text.is_there)
		return am_bbody_open(&bodies->text, arena, stream_out, err);
	if (bodies->html.is_there)
		return html_open(&bodies->html, arena, stream_out, err);
	return am_stream_of_bytes(arena, am_bytes(NULL, 0), stream_out, err);
}

/* Adds what fits; false when something does not. */
static bool
piece_add(struct am_buf *text, struct am_bytes piece)
{
	const size_t room = text->max - text->len;
	const bool fits = piece.len <= room;

	if (!fits)
		piece.len = room;
	am_buf_add(text, piece);
	if (!fits)
		text->len = am_utf8_good(am_buf_bytes(text));
	return fits;
}

static enum am_status
text_drain(const struct am_message *message, struct am_stream *stream,
	   struct am_buf *text, struct am_error *err)
{
	struct am_report *report = am_store_report(message->store);
	struct am_bytes piece;
	enum am_status status;

	while ((status = am_stream_next(stream, &piece, err)) == AM_OK) {
		if (piece_add(text, piece))
			continue;
		am_report_note(report, "text-body",
			       "the text was cut off after %zu bytes",
			       text->len);
		break;
	}
	if (status == AM_OK || status == AM_END)
		return am_buf_status(text, err);
	if (!am_is_item_scoped(status))
		return status;
	am_report_add(report, "text-body", err);
	return AM_OK;
}

enum am_status
am_plain_body_text(const struct am_message *message, size_t max,
		   struct am_text *text_out, struct am_error *err)
{
	struct am_buf text = am_buf(max);
	struct am_arena arena = { 0 };
	struct am_stream *stream = NULL;
	enum am_status status;

	status = am_plain_body_open(message, &arena, &stream, err);
	if (status == AM_OK)
		status = text_drain(message, stream, &text, err);
	am_stream_close(stream);
	am_arena_free(&arena);
	if (status == AM_OK)
		status = am_arena_text_copy(message->arena, am_buf_bytes(&text),
					    &text_out->data, err);
	text_out->len = text.len;
	text_out->replaced = false;
	am_buf_free(&text);
	return status;
}
