/* [MS-OXVCARD] 2.1.3.6 the photo, and all else that is attached: as contents
 * in the card (calendar-contacts 12). */
#include "base/ascii.h"
#include "convert/arena_text.h"
#include "convert/attachment_name.h"
#include "convert/oxvcard.h"

/* What is planned of one attachment. */
struct plan {
	struct am_oxvcard *cx;
	const struct am_attachment *attachment;
	const char *name;
	const char *type;
};

static enum am_status
record_add(struct plan *plan, struct am_item_attachment **record_out,
	   struct am_error *err)
{
	struct am_oxvcard *cx = plan->cx;
	struct am_item_attachment *record =
		am_arena_new(cx->message->arena, struct am_item_attachment);

	if (record == NULL)
		return am_arena_failed(cx->message->arena, sizeof(*record),
				       err);
	record->name = plan->name;
	*cx->records_end = record;
	cx->records_end = &record->next;
	cx->mail.counts.attachments_found++;
	*record_out = record;
	return AM_OK;
}

/* The head of a line is written; its base64 will stand here. */
static enum am_status
data_add(struct plan *plan, struct am_item_attachment *record,
	 struct am_error *err)
{
	struct am_oxvcard *cx = plan->cx;
	struct am_oxvcard_data *data =
		am_arena_new(cx->message->arena, struct am_oxvcard_data);

	if (data == NULL)
		return am_arena_failed(cx->message->arena, sizeof(*data), err);
	data->place = cx->lines.len;
	data->attachment = plan->attachment;
	data->record = record;
	*cx->data_end = data;
	cx->data_end = &data->next;
	am_vcard_eol(&cx->card);
	return am_buf_status(&cx->lines, err);
}

static void
type_write(struct am_oxvcard *cx, const char *type)
{
	if (!am_oxvcard_is_v4(cx))
		return;
	am_vcard_more(&cx->card, "data:");
	am_vcard_uri(&cx->card, am_bytes_of(type));
	am_vcard_more(&cx->card, ";base64,");
}

/* RFC 6350 6.2.4, RFC 2426 3.1.4 */
static void
photo_head(struct plan *plan)
{
	struct am_oxvcard *cx = plan->cx;
	const char *format =
		am_ascii_equal(am_bytes_of(plan->type), "image/png")
			? ";TYPE=PNG"
			: ";TYPE=JPEG";

	if (!am_ascii_starts(am_bytes_of(plan->type), "image/"))
		plan->type = "image/jpeg";
	am_vcard_name(&cx->card, "PHOTO");
	if (!am_oxvcard_is_v4(cx)) {
		am_vcard_more(&cx->card, ";ENCODING=b");
		am_vcard_more(&cx->card, format);
	}
	am_vcard_colon(&cx->card);
	type_write(cx, plan->type);
}

/* vCard has no property for files. */
static void
file_head(struct plan *plan)
{
	struct am_oxvcard *cx = plan->cx;

	am_vcard_name(&cx->card, "X-ATTACH");
	if (!am_oxvcard_is_v4(cx)) {
		am_vcard_more(&cx->card, ";ENCODING=b");
		am_vcard_param(&cx->card, "FMTTYPE", am_bytes_of(plan->type));
	}
	am_vcard_param(&cx->card, "X-NAME", am_bytes_of(plan->name));
	am_vcard_colon(&cx->card);
	type_write(cx, plan->type);
}

/* tricky F15: hidden or not, with the flag or by its name. */
static bool
is_photo(const struct plan *plan)
{
	return am_pc_int(plan->attachment->pc, AM_PID_ATTACHMENT_CONTACT_PHOTO,
			 0) != 0 ||
	       am_ascii_equal(am_bytes_of(plan->name), "ContactPicture.jpg");
}

/* Can the content be opened, and how long is it? */
static enum am_status
content_probe(const struct plan *plan, uint64_t *size_out, struct am_error *err)
{
	struct am_arena arena = { 0 };
	struct am_stream *stream = NULL;
	const enum am_status status = am_attachment_open(
		plan->attachment, &arena, &stream, size_out, err);

	am_stream_close(stream);
	am_arena_free(&arena);
	return status;
}

static enum am_status
content_plan(struct plan *plan, struct am_item_attachment *record,
	     struct am_error *err)
{
	AM_TRY(am_attachment_type(plan->attachment, plan->name, &plan->type,
				  err));
	if (is_photo(plan) && !plan->cx->has_photo) {
		plan->cx->has_photo = true;
		photo_head(plan);
	} else {
		file_head(plan);
	}
	return data_add(plan, record, err);
}

/* A reference is told, never followed. */
static enum am_status
reference_plan(struct plan *plan, struct am_item_attachment *record,
	       struct am_error *err)
{
	static const uint16_t ids[] = { AM_PID_ATTACH_LONG_PATHNAME,
					AM_PID_ATTACH_PATHNAME };
	struct am_oxvcard *cx = plan->cx;
	struct am_text path = { 0 };
	size_t i;

	for (i = 0; i < 2 && path.len == 0; i++)
		AM_TRY(am_attachment_text(plan->attachment, ids[i], &path,
					  err));
	am_vcard_name(&cx->card, "X-ATTACH");
	am_vcard_param(&cx->card, "X-NAME", am_bytes_of(plan->name));
	am_vcard_colon(&cx->card);
	am_vcard_uri(&cx->card, am_bytes(path.data, path.len));
	am_vcard_eol(&cx->card);
	record->done = true;
	record->size = path.len;
	cx->mail.counts.attachments_written++;
	return am_sha256(am_bytes(path.data, path.len), record->sha256);
}

static bool
is_reference(const struct am_attachment *attachment)
{
	return attachment->method == AM_ATTACH_BY_REFERENCE ||
	       attachment->method == AM_ATTACH_BY_REFERENCE_RESOLVE ||
	       attachment->method == AM_ATTACH_BY_REFERENCE_ONLY ||
	       attachment->method == AM_ATTACH_WEB_REFERENCE;
}

static enum am_status
file_plan(struct plan *plan, struct am_error *err)
{
	struct am_item_attachment *record = NULL;
	struct am_error cause = { 0 };
	uint64_t size = 0;
	enum am_status found;

	AM_TRY(record_add(plan, &record, err));
	found = plan->attachment->pc != NULL
			? content_probe(plan, &size, &cause)
			: am_fail(&cause, AM_CORRUPT, "the object is lost");
	if (found == AM_OK)
		return content_plan(plan, record, err);
	if (plan->attachment->pc != NULL && is_reference(plan->attachment))
		return reference_plan(plan, record, err);
	if (!am_is_item_scoped(found)) {
		*err = cause;
		return found;
	}
	record->done = true;
	record->status = found;
	am_report_note(am_oxvcard_report(plan->cx), "attachment-lost",
		       "\"%s\": %s", plan->name, cause.text);
	return AM_OK;
}

static enum am_status
embedded_plan(struct plan *plan, struct am_error *err)
{
	plan->cx->mail.counts.embedded_found++;
	if (plan->attachment->pc == NULL) {
		am_report_note(am_oxvcard_report(plan->cx), "embedded-lost",
			       "\"%s\": the object is lost", plan->name);
		return AM_OK;
	}
	plan->type = "message/rfc822";
	file_head(plan);
	return data_add(plan, NULL, err);
}

/* The item is taken out of the mail's list, and kept. */
static enum am_status
photo_plan(struct plan *plan, struct am_error *err)
{
	struct am_arena *arena = plan->cx->message->arena;
	struct am_attachment *kept = am_arena_new(arena, struct am_attachment);
	struct am_item_attachment *record = NULL;

	if (kept == NULL)
		return am_arena_failed(arena, sizeof(*kept), err);
	*kept = *plan->attachment;
	plan->attachment = kept;
	AM_TRY(record_add(plan, &record, err));
	return content_plan(plan, record, err);
}

/* The first photo that can be read; all else is a part of the mail. */
static enum am_status
photo_only(struct am_oxvcard *cx, struct am_error *err)
{
	size_t i;

	for (i = 0; i < cx->item_count && !cx->has_photo; i++) {
		struct plan plan = { cx, &cx->items[i], "", "" };
		struct am_error cause;
		uint64_t size;

		if (plan.attachment->pc == NULL ||
		    plan.attachment->method != AM_ATTACH_BY_VALUE)
			continue;
		AM_TRY(am_attachment_name(plan.attachment, &plan.name, err));
		if (!is_photo(&plan) ||
		    content_probe(&plan, &size, &cause) != AM_OK)
			continue;
		AM_TRY(photo_plan(&plan, err));
		cx->photo = i;
	}
	return AM_OK;
}

enum am_status
am_oxvcard_attachments(struct am_oxvcard *cx, struct am_error *err)
{
	struct am_attachment *attachments;
	size_t count;
	size_t i;

	if (cx->is_part)
		return photo_only(cx, err);
	AM_TRY(am_message_attachments(cx->message, &attachments, &count, err));
	for (i = 0; i < count; i++) {
		struct plan plan = { cx, &attachments[i], "", "" };

		AM_TRY(am_attachment_name(plan.attachment, &plan.name, err));
		if (plan.attachment->method == AM_ATTACH_EMBEDDED)
			AM_TRY(embedded_plan(&plan, err));
		else
			AM_TRY(file_plan(&plan, err));
	}
	return AM_OK;
}
