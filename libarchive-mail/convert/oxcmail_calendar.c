/* [MS-OXCMAIL] 2.1.3.3.8 meeting messages: what a program reads, as the last
 * alternative of the body (mapi-to-mime 12; tricky D35). */
#include "convert/oxcical.h"
#include "convert/oxcmail_private.h"
#include "mime/field.h"

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
	am_oxcmail_part_object(part);
	*part_out = &part->part;
	return AM_OK;
}

void
am_oxcmail_exceptions_drop(struct am_oxcmail_attachments *attachments)
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
	enum am_status status;

	*part_out = NULL;
	if (cx->has_object)
		return AM_OK;
	status = am_oxcical_meeting_open(cx->message, attachments->items,
					 attachments->count, &cx->run->options,
					 &cx->object, &method, &cause);
	if (status != AM_OK && !am_is_item_scoped(status)) {
		*err = cause;
		return status;
	}
	if (status != AM_OK)
		am_report_note(am_oxcmail_report(cx), "no-calendar",
			       "the %s has no text/calendar part: %s",
			       cx->message->class_name, cause.text);
	if (cx->object == NULL)
		return AM_OK;
	cx->has_calendar = true;
	cx->has_object = true;
	am_oxcmail_exceptions_drop(attachments);
	return part_make(cx, method, part_out, err);
}
