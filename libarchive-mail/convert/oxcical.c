/* [MS-OXCICAL] items as iCalendar: the segments, and the stream. */
#include "convert/oxcical_private.h"

#include <inttypes.h>

#include "convert/oxbbody.h"
#include "convert/oxcmail_private.h"
#include "convert/plain_body.h"

enum { OUTPUT_BASE = 64 << 20, OUTPUT_FACTOR = 4 };

enum am_status
am_oxcical_finding(struct am_oxcical *cx, const char *kind,
		   enum am_status status, struct am_error *err)
{
	if (!am_is_item_scoped(status))
		return status;
	am_report_add(am_oxcical_report(cx), kind, err);
	return AM_OK;
}

enum am_status
am_oxcical_segment_end(struct am_oxcical *cx,
		       const struct am_oxcical_segment *value,
		       struct am_error *err)
{
	struct am_oxcical_segment *segment =
		am_arena_new(cx->arena, struct am_oxcical_segment);

	if (segment == NULL)
		return am_arena_failed(cx->arena, sizeof(*segment), err);
	AM_TRY(am_buf_status(&cx->text, err));
	if (value != NULL)
		*segment = *value;
	AM_TRY(am_arena_copy(cx->arena, am_buf_bytes(&cx->text),
			     &segment->lines, err));
	am_buf_clear(&cx->text);
	segment->column = cx->ical.column;
	/* the value ends with a line end, which comes with the next lines */
	if (value != NULL)
		am_ical_eol(&cx->ical);
	if (cx->last != NULL)
		cx->last->next = segment;
	else
		cx->first = segment;
	cx->last = segment;
	return AM_OK;
}

/* ---- values ---- */

static struct am_oxcical *
cx_of_tap(struct am_stream *tap)
{
	return (struct am_oxcical *)((char *)tap -
				     offsetof(struct am_oxcical, tap));
}

/* The content of an attachment on its way: counted, and its digest taken. */
static enum am_status
tap_next(struct am_stream *tap, struct am_bytes *bytes_out,
	 struct am_error *err)
{
	struct am_oxcical *cx = cx_of_tap(tap);

	AM_TRY(am_stream_next(cx->content, bytes_out, err));
	if (cx->at->record != NULL) {
		cx->at->record->size += bytes_out->len;
		am_sha256_add(cx->sha, *bytes_out);
	}
	return AM_OK;
}

static enum am_status
html_open(struct am_oxcical *cx, const struct am_message *message,
	  struct am_error *err)
{
	struct am_bbodies *bodies =
		am_arena_new(&cx->scratch, struct am_bbodies);
	struct am_arena own = { 0 };
	enum am_status status;

	if (bodies == NULL)
		return am_arena_failed(&cx->scratch, sizeof(*bodies), err);
	status = am_bbodies_read(message, &own, NULL, NULL, 0, bodies, err);
	am_arena_free(&own);
	AM_TRY(status);
	if (!bodies->html.is_there)
		return am_stream_of_bytes(&cx->scratch, am_bytes("", 0),
					  &cx->content, err);
	return am_bbody_open(&bodies->html, &cx->scratch, &cx->content, err);
}

static enum am_status
embedded_open(struct am_oxcical *cx, struct am_error *err)
{
	struct am_convert_options options = cx->options;
	struct am_message *message = NULL;

	options.lf = false;
	AM_TRY(am_attachment_message(cx->at->attachment, &cx->scratch, &message,
				     err));
	AM_TRY(am_oxcmail_open(message, &options, &cx->embedded, err));
	cx->content = cx->embedded->mime;
	return AM_OK;
}

static enum am_status
content_open(struct am_oxcical *cx, struct am_error *err)
{
	uint64_t size;

	switch (cx->at->value) {
	case AM_OXCICAL_BODY:
		return am_plain_body_open(cx->at->message, &cx->scratch,
					  &cx->content, err);
	case AM_OXCICAL_HTML:
		return html_open(cx, cx->at->message, err);
	case AM_OXCICAL_ATTACHMENT:
		return am_attachment_open(cx->at->attachment, &cx->scratch,
					  &cx->content, &size, err);
	case AM_OXCICAL_EMBEDDED:
		return embedded_open(cx, err);
	case AM_OXCICAL_LINES:
		break;
	}
	return AM_OK;
}

static enum am_status
value_open(struct am_oxcical *cx, struct am_error *err)
{
	const bool is_text = cx->at->value == AM_OXCICAL_BODY ||
			     cx->at->value == AM_OXCICAL_HTML;

	am_arena_reset(&cx->scratch);
	if (cx->sha == NULL)
		cx->sha = am_sha256_open();
	if (cx->sha == NULL)
		return am_nomem(err);
	AM_TRY(content_open(cx, err));
	cx->tap.next = tap_next;
	return am_ical_value_open(&cx->scratch,
				  is_text ? AM_ICAL_TEXT : AM_ICAL_BASE64,
				  cx->at->column, &cx->tap, &cx->value, err);
}

/* What lies in an embedded message outlives it. */
static enum am_status
embedded_count(struct am_oxcical *cx, struct am_error *err)
{
	const struct am_item_counts *counts = &cx->embedded->counts;
	const struct am_item_attachment *item = cx->embedded->attachments;

	cx->mail.counts.attachments_found += counts->attachments_found;
	cx->mail.counts.attachments_written += counts->attachments_written;
	cx->mail.counts.embedded_found += counts->embedded_found;
	cx->mail.counts.embedded_written += counts->embedded_written;
	cx->mail.damaged = cx->mail.damaged || cx->embedded->damaged;
	for (; item != NULL; item = item->next) {
		struct am_item_attachment *copy =
			am_arena_new(cx->arena, struct am_item_attachment);

		if (copy == NULL)
			return am_arena_failed(cx->arena, sizeof(*copy), err);
		*copy = *item;
		copy->next = NULL;
		copy->name = am_arena_text(cx->arena, item->name,
					   strlen(item->name));
		if (copy->name == NULL)
			return am_arena_failed(cx->arena, strlen(item->name),
					       err);
		*cx->records_end = copy;
		cx->records_end = &copy->next;
	}
	return AM_OK;
}

static void
value_close(struct am_oxcical *cx)
{
	am_stream_close(cx->value);
	cx->value = NULL;
	if (cx->embedded != NULL)
		am_mail_close(cx->embedded);
	else
		am_stream_close(cx->content);
	cx->embedded = NULL;
	cx->content = NULL;
}

static enum am_status
record_end(struct am_oxcical *cx, enum am_status status, struct am_error *err)
{
	struct am_item_attachment *record = cx->at->record;

	if (record == NULL)
		return AM_OK;
	record->done = true;
	record->status = status;
	if (am_sha256_finish(cx->sha, record->sha256) != AM_OK)
		return am_nomem(err);
	if (status == AM_OK)
		cx->mail.counts.attachments_written++;
	return AM_OK;
}

/* The value is at its end, or broke off: the item goes on behind it. */
static enum am_status
value_end(struct am_oxcical *cx, enum am_status status, struct am_error *err)
{
	const struct am_oxcical_segment *at = cx->at;
	enum am_status ended = AM_OK;

	if (status != AM_OK) {
		am_report_note(am_oxcical_report(cx),
			       at->record != NULL ? "attachment-cut" : "body",
			       "\"%s\" could be read only in part: %s",
			       at->name, err->text);
		cx->mail.damaged = cx->mail.damaged || at->record == NULL;
	}
	if (at->value == AM_OXCICAL_EMBEDDED) {
		cx->mail.counts.embedded_written += status == AM_OK;
		if (cx->embedded != NULL)
			ended = embedded_count(cx, err);
	} else {
		ended = record_end(cx, status, err);
	}
	value_close(cx);
	return ended;
}

/* AM_END: the value is at its end, and the next segment's turn comes. */
static enum am_status
value_next(struct am_oxcical *cx, struct am_bytes *bytes_out,
	   struct am_error *err)
{
	enum am_status status = AM_OK;

	if (cx->at->value == AM_OXCICAL_LINES)
		return AM_END;
	if (cx->value == NULL)
		status = value_open(cx, err);
	if (status == AM_OK)
		status = am_stream_next(cx->value, bytes_out, err);
	if (status == AM_OK)
		return AM_OK;
	if (status != AM_END && !am_is_item_scoped(status))
		return status;
	AM_TRY(value_end(cx, status == AM_END ? AM_OK : status, err));
	return AM_END;
}

/* ---- the stream ---- */

static struct am_oxcical *
cx_of_stream(struct am_stream *stream)
{
	return (struct am_oxcical *)((char *)stream -
				     offsetof(struct am_oxcical, stream));
}

static enum am_status
piece_next(struct am_oxcical *cx, struct am_bytes *bytes_out,
	   struct am_error *err)
{
	while (cx->at != NULL) {
		enum am_status status;

		if (!cx->lines_given) {
			cx->lines_given = true;
			*bytes_out = cx->at->lines;
			if (bytes_out->len > 0)
				return AM_OK;
		}
		status = value_next(cx, bytes_out, err);
		if (status != AM_END)
			return status;
		cx->at = cx->at->next;
		cx->lines_given = false;
	}
	return AM_END;
}

static enum am_status
item_next(struct am_stream *stream, struct am_bytes *bytes_out,
	  struct am_error *err)
{
	struct am_oxcical *cx = cx_of_stream(stream);

	AM_TRY(piece_next(cx, bytes_out, err));
	cx->output += bytes_out->len;
	if (cx->output <= cx->options.max_output)
		return AM_OK;
	return am_fail(err, AM_LIMIT,
		       "the item would be larger than %" PRIu64 " bytes",
		       cx->options.max_output);
}

static void
item_close(struct am_mail *mail)
{
	struct am_oxcical *cx = (struct am_oxcical *)mail;

	value_close(cx);
	am_sha256_close(cx->sha);
	cx->sha = NULL;
	am_buf_free(&cx->text);
	am_arena_free(&cx->scratch);
	am_arena_free(&cx->own);
}

/* ---- opening ---- */

typedef enum am_status
component_writer(struct am_oxcical *cx, struct am_error *err);

static component_writer *
writer_of(const struct am_message *message)
{
	switch (am_item_kind(message->class_name)) {
	case AM_ITEM_TASK:
		return am_oxotask_write;
	case AM_ITEM_JOURNAL:
		return am_oxojrnl_write;
	default:
		return am_oxcical_appointment;
	}
}

/* The zones come first, where the sink looks for them. */
static enum am_status
zones_lead(struct am_oxcical *cx, struct am_error *err)
{
	struct am_oxcical_segment *rest = cx->first;
	size_t i;

	cx->first = NULL;
	cx->last = NULL;
	if (cx->meeting != NULL) {
		am_buf_add_text(&cx->text, AM_ICAL_PROLOGUE);
		if (cx->meeting->method != NULL)
			am_ical_line(&cx->ical, "METHOD", "%s",
				     cx->meeting->method);
		AM_TRY(am_oxcical_segment_end(cx, NULL, err));
	}
	for (i = 0; i < cx->zone_count; i++) {
		am_buf_add(&cx->text, cx->zones[i]->component);
		AM_TRY(am_oxcical_segment_end(cx, NULL, err));
	}
	if (cx->last != NULL)
		cx->last->next = rest;
	else
		cx->first = rest;
	return AM_OK;
}

static enum am_status
item_write(struct am_oxcical *cx, struct am_error *err)
{
	AM_TRY(am_item_facts(cx->message, &cx->mail, err));
	AM_TRY(writer_of(cx->message)(cx, err));
	if (cx->meeting != NULL)
		am_buf_add_text(&cx->text, AM_ICAL_EPILOGUE);
	AM_TRY(am_oxcical_segment_end(cx, NULL, err));
	AM_TRY(zones_lead(cx, err));
	if (cx->meeting == NULL && !cx->is_instance)
		cx->mail.uid = cx->uid;
	cx->at = cx->first;
	return AM_OK;
}

/* Closed with item_close. */
static enum am_status
item_begin(struct am_message *message, const struct am_convert_options *options,
	   struct am_oxcical **cx_out, struct am_error *err)
{
	const struct am_store_info *info = am_store_info(message->store);
	struct am_oxcical *cx = am_arena_new(message->arena, struct am_oxcical);

	if (cx == NULL)
		return am_arena_failed(message->arena, sizeof(*cx), err);
	if (options != NULL)
		cx->options = *options;
	if (cx->options.max_output == 0)
		cx->options.max_output =
			OUTPUT_FACTOR * info->file_size + OUTPUT_BASE;
	cx->message = message;
	if (cx->options.max_calendar_memory == 0)
		cx->options.max_calendar_memory = AM_OXCICAL_MEMORY;
	if (cx->options.max_exception_memory == 0)
		cx->options.max_exception_memory = AM_OXCICAL_EXCEPTION_MEMORY;
	cx->own.limit = cx->options.max_calendar_memory;
	cx->arena = &cx->own;
	cx->text = am_buf(AM_OXCICAL_TEXT_MAX);
	cx->ical.out = &cx->text;
	cx->records_end = &cx->mail.attachments;
	cx->stream.next = item_next;
	cx->mail.mime = &cx->stream;
	cx->mail.close = item_close;
	*cx_out = cx;
	return AM_OK;
}

enum am_status
am_oxcical_open(struct am_message *message,
		const struct am_convert_options *options,
		struct am_mail **mail_out, struct am_error *err)
{
	struct am_oxcical *cx = NULL;
	enum am_status status;

	AM_TRY(item_begin(message, options, &cx, err));
	status = item_write(cx, err);
	if (status != AM_OK) {
		item_close(&cx->mail);
		return status;
	}
	*mail_out = &cx->mail;
	return AM_OK;
}

/* All that is read for the part is in an arena of its own: the mail must not
 * run out of memory for it. */
static enum am_status
meeting_write(struct am_oxcical *cx, struct am_oxcical_meeting *meeting,
	      struct am_error *err)
{
	struct am_message *view = am_arena_new(cx->arena, struct am_message);

	if (view == NULL)
		return am_arena_failed(cx->arena, sizeof(*view), err);
	*view = *cx->message;
	view->arena = cx->arena;
	cx->message = view;
	AM_TRY(am_oxcical_meeting_begin(cx, meeting, err));
	return item_write(cx, err);
}

static enum am_status
part_open(struct am_message *message, const struct am_meeting_kind *kind,
	  const struct am_attachment *items, size_t count,
	  const struct am_convert_options *options, struct am_oxcical **cx_out,
	  struct am_error *err)
{
	struct am_oxcical_meeting *meeting =
		am_arena_new(message->arena, struct am_oxcical_meeting);
	struct am_oxcical *cx = NULL;
	enum am_status status;

	if (meeting == NULL)
		return am_arena_failed(message->arena, sizeof(*meeting), err);
	meeting->kind = kind;
	meeting->items = items;
	meeting->count = count;
	AM_TRY(item_begin(message, options, &cx, err));
	status = meeting_write(cx, meeting, err);
	if (status != AM_OK) {
		item_close(&cx->mail);
		return status;
	}
	*cx_out = cx;
	return AM_OK;
}

enum am_status
am_oxcical_meeting_open(struct am_message *message,
			const struct am_attachment *items, size_t count,
			const struct am_convert_options *options,
			struct am_mail **mail_out, const char **method_out,
			struct am_error *err)
{
	const struct am_meeting_kind *kind =
		am_meeting_kind_find(message->class_name);
	struct am_oxcical *cx = NULL;

	*mail_out = NULL;
	if (kind == NULL)
		return AM_OK;
	AM_TRY(part_open(message, kind, items, count, options, &cx, err));
	*mail_out = &cx->mail;
	*method_out = cx->meeting->method;
	return AM_OK;
}

enum am_status
am_oxcical_part_open(struct am_message *message,
		     const struct am_attachment *items, size_t count,
		     const struct am_convert_options *options,
		     struct am_mail **mail_out, struct am_error *err)
{
	struct am_oxcical *cx = NULL;

	AM_TRY(part_open(message, &am_meeting_item, items, count, options, &cx,
			 err));
	*mail_out = &cx->mail;
	return AM_OK;
}

void
am_oxcical_outline(const struct am_mail *mail, struct am_outline *outline)
{
	const struct am_oxcical *cx = (const struct am_oxcical *)mail;
	const struct am_oxcical_segment *segment = cx->first;

	for (; segment != NULL; segment = segment->next)
		am_outline_add(outline, segment->lines);
}
