/* [MS-OXCMAIL] 2.1.3.3.8 meeting messages: what a program reads, as the last
 * alternative of the body (mapi-to-mime 12; tricky D35). */
#include "convert/oxcical.h"
#include "convert/oxcmail_private.h"
#include "mime/field.h"

static enum am_status
calendar_open(struct am_mime_part *mime, struct am_stream **content_out,
	      struct am_error *err)
{
	struct am_oxcmail_part *part = am_oxcmail_part_of(mime);

	(void)err;
	*content_out = am_oxcmail_guard(part, part->cx->calendar->mime);
	return AM_OK;
}

/* What is attached to the exceptions of a series is counted with the rest. */
static enum am_status
records_take(struct am_oxcmail *cx, const struct am_mail *calendar,
	     struct am_error *err)
{
	struct am_oxcmail_run *run = cx->run;
	struct am_item_attachment **end = am_oxcmail_records_end(run);
	const struct am_item_attachment *item = calendar->attachments;

	for (; item != NULL; item = item->next) {
		struct am_item_attachment *record;

		AM_TRY(am_oxcmail_record_add(cx, &end, item->name, &record,
					     err));
		record->size = item->size;
		memcpy(record->sha256, item->sha256, sizeof(item->sha256));
		record->status = item->status;
		record->done = item->done;
		run->last_done = record;
	}
	return AM_OK;
}

static void
counts_take(struct am_mail *mail, const struct am_mail *calendar)
{
	mail->counts.attachments_written +=
		calendar->counts.attachments_written;
	mail->counts.embedded_found += calendar->counts.embedded_found;
	mail->counts.embedded_written += calendar->counts.embedded_written;
	mail->damaged = mail->damaged || calendar->damaged;
}

static void
calendar_done(struct am_mime_part *mime, enum am_status status,
	      const struct am_error *err)
{
	struct am_oxcmail_part *part = am_oxcmail_part_of(mime);
	struct am_oxcmail *cx = part->cx;
	struct am_error cause = { 0 };
	enum am_status taken;

	if (status != AM_OK) {
		cx->run->mail->damaged = true;
		am_report_add(am_oxcmail_report(cx), part->name, err);
		if (!am_is_item_scoped(status))
			am_oxcmail_fatal(cx->run, status, err);
	}
	taken = records_take(cx, cx->calendar, &cause);
	if (taken != AM_OK)
		am_oxcmail_fatal(cx->run, taken, &cause);
	counts_take(cx->run->mail, cx->calendar);
	/* its memory is not needed while others are written */
	am_mail_close(cx->calendar);
	cx->calendar = NULL;
}

static enum am_status
part_make(struct am_oxcmail *cx, const char *method,
	  struct am_mime_part **part_out, struct am_error *err)
{
	struct am_oxcmail_part *part = am_oxcmail_part_new(cx);

	if (part == NULL)
		return am_arena_failed(cx->message->arena, sizeof(*part), err);
	am_field_begin(&cx->lines, "Content-Type", "text/calendar");
	am_field_param(&cx->lines, "charset", "utf-8");
	am_field_param(&cx->lines, "method", method);
	am_field_end(&cx->lines);
	AM_TRY(am_oxcmail_part_headers(cx, &part->part, err));
	part->name = "calendar-part";
	/* folded lines may end in a blank, and in half a word */
	part->part.encoding = AM_MIME_QUOTED;
	part->part.is_text = true;
	part->part.open = calendar_open;
	part->part.done = calendar_done;
	*part_out = &part->part;
	return AM_OK;
}

/* They are in the object (tricky D22). */
static void
exceptions_drop(struct am_oxcmail_attachments *attachments)
{
	size_t kept = 0;
	size_t i;

	for (i = 0; i < attachments->count; i++)
		if (!am_oxcical_is_exception(&attachments->items[i]))
			attachments->items[kept++] = attachments->items[i];
	attachments->count = kept;
}

enum am_status
am_oxcmail_calendar_plan(struct am_oxcmail *cx,
			 struct am_oxcmail_attachments *attachments,
			 struct am_mime_part **part_out, struct am_error *err)
{
	struct am_error cause = { 0 };
	const char *method = NULL;
	const enum am_status status = am_oxcical_meeting_open(
		cx->message, attachments->items, attachments->count,
		&cx->run->options, &cx->calendar, &method, &cause);

	*part_out = NULL;
	if (status != AM_OK && !am_is_item_scoped(status)) {
		*err = cause;
		return status;
	}
	if (status != AM_OK)
		am_report_note(am_oxcmail_report(cx), "no-calendar",
			       "the %s has no text/calendar part: %s",
			       cx->message->class_name, cause.text);
	if (cx->calendar == NULL)
		return AM_OK;
	cx->has_calendar = true;
	exceptions_drop(attachments);
	return part_make(cx, method, part_out, err);
}
