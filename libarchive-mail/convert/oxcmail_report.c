/* [MS-OXCMAIL] 2.1.3.6 reports as multipart/report: a text, what a program
 * reads, and what is left of the original (RFC 6522; tricky D16). */
#include "convert/oxcmail_report.h"
#include "mime/field.h"

/* Fields of an archive that are longer stay an ordinary attachment. */
enum { AM_REPORT_MAX_FIELDS = 64 << 10, MAX_MADE = 1 << 20 };

/* The parts of a report in the making. */
struct report {
	struct am_oxcmail *cx;
	const struct am_report_kind *kind;
	bool is_notification;
	struct am_mime_part *fields;
	struct am_mime_part *original;
	struct am_mime_part *rest; /* other attachments */
};

static void
list_end(struct am_mime_part **list, struct am_mime_part *part)
{
	while (*list != NULL)
		list = &(*list)->next;
	part->next = NULL;
	*list = part;
}

/* The content of an attachment by value that is not too long. */
static enum am_status
content_read(struct am_oxcmail_part *part, struct am_buf *content,
	     struct am_error *err)
{
	struct am_oxcmail *cx = part->cx;
	struct am_stream *data;
	enum am_status status;
	uint64_t size;

	am_arena_reset(&cx->scratch);
	status = am_attachment_open(part->attachment, &cx->scratch, &data,
				    &size, err);
	if (status != AM_OK)
		return status;
	status = size <= content->max
			 ? am_stream_read_all(data, content, err)
			 : am_fail(err, AM_LIMIT, "no fields are that long");
	am_stream_close(data);
	return status;
}

/* The fields as they came over the network: an attachment of the archive. */
static enum am_status
fields_take(struct report *report, struct am_mime_part *mime, bool *taken_out,
	    struct am_error *err)
{
	struct am_oxcmail_part *part = am_oxcmail_part_of(mime);
	struct am_oxcmail *cx = report->cx;
	struct am_buf content = am_buf(AM_REPORT_MAX_FIELDS);
	enum am_status status;
	bool is_notification;

	*taken_out = false;
	if (report->fields != NULL || mime->children != NULL ||
	    part->attachment == NULL || part->record == NULL ||
	    part->attachment->method != AM_ATTACH_BY_VALUE)
		return AM_OK;
	status = content_read(part, &content, err);
	*taken_out =
		status == AM_OK &&
		am_report_is_fields(am_buf_bytes(&content), &is_notification);
	am_buf_free(&content);
	if (!*taken_out)
		return status == AM_OK || am_is_item_scoped(status) ? AM_OK
								    : status;
	am_field_ascii(&cx->lines, "Content-Type",
		       is_notification ? "message/disposition-notification"
				       : "message/delivery-status");
	AM_TRY(am_oxcmail_part_headers(cx, mime, err));
	mime->encoding = AM_MIME_7BIT;
	mime->next = NULL;
	report->fields = mime;
	report->is_notification = is_notification;
	return AM_OK;
}

/* Gives each attachment its place. */
static enum am_status
files_sort(struct report *report, struct am_mime_part *files,
	   struct am_error *err)
{
	while (files != NULL) {
		struct am_mime_part *part = files;
		bool taken = false;

		files = part->next;
		if (report->original == NULL && part->is_message) {
			part->next = NULL;
			report->original = part;
			continue;
		}
		AM_TRY(fields_take(report, part, &taken, err));
		if (!taken)
			list_end(&report->rest, part);
	}
	return AM_OK;
}

/* A part of what is in text, which is clean ASCII. */
static enum am_status
made_part(struct am_oxcmail *cx, const char *type, const struct am_buf *text,
	  struct am_mime_part **part_out, struct am_error *err)
{
	struct am_oxcmail_part *part;
	struct am_bytes copy;

	AM_TRY(am_arena_copy(cx->message->arena, am_buf_bytes(text), &copy,
			     err));
	AM_TRY(am_oxcmail_text_part(cx, type, copy, &part, err));
	part->part.encoding = AM_MIME_7BIT;
	*part_out = &part->part;
	return AM_OK;
}

static enum am_status
fields_make(struct report *report, struct am_error *err)
{
	struct am_buf text = am_buf(MAX_MADE);
	enum am_status status;

	if (report->fields != NULL)
		return AM_OK;
	report->is_notification = report->kind->is_notification;
	status = am_report_fields(report->cx, report->kind, &text, err);
	if (status == AM_OK)
		status = made_part(report->cx,
				   report->is_notification
					   ? "message/disposition-notification"
					   : "message/delivery-status",
				   &text, &report->fields, err);
	am_buf_free(&text);
	return status;
}

static enum am_status
original_make(struct report *report, struct am_error *err)
{
	struct am_buf text = am_buf(MAX_MADE);
	enum am_status status;

	if (report->original != NULL)
		return AM_OK;
	status = am_report_original(report->cx, &text, err);
	if (status == AM_OK && text.len > 0)
		status = made_part(report->cx, "text/rfc822-headers", &text,
				   &report->original, err);
	am_buf_free(&text);
	return status;
}

/* What a person reads: the body with what else is attached. */
static enum am_status
human_make(struct report *report, struct am_mime_part *body,
	   struct am_mime_part **human_out, struct am_error *err)
{
	struct am_oxcmail *cx = report->cx;

	if (!cx->bodies.text.is_there && !cx->bodies.html.is_there) {
		struct am_oxcmail_part *part;

		AM_TRY(am_oxcmail_text_part(cx, "text/plain; charset=us-ascii",
					    am_bytes_of(report->kind->human),
					    &part, err));
		part->part.encoding = AM_MIME_7BIT;
		body = &part->part;
	}
	*human_out = body;
	if (report->rest == NULL)
		return AM_OK;
	body->next = report->rest;
	return am_oxcmail_multipart(cx, "mixed", body, human_out, err);
}

enum am_status
am_oxcmail_report_plan(struct am_oxcmail *cx, struct am_mime_part *body,
		       struct am_mime_part *files,
		       struct am_mime_part **root_out, struct am_error *err)
{
	struct report report = {
		.cx = cx, .kind = am_report_kind_find(cx->message->class_name)
	};
	struct am_mime_part *human;

	*root_out = NULL;
	if (report.kind == NULL)
		return AM_OK;
	AM_TRY(files_sort(&report, files, err));
	AM_TRY(fields_make(&report, err));
	AM_TRY(original_make(&report, err));
	AM_TRY(human_make(&report, body, &human, err));
	human->next = report.fields;
	report.fields->next = report.original;
	return am_oxcmail_multipart_of(cx, "report", "report-type",
				       report.is_notification
					       ? "disposition-notification"
					       : "delivery-status",
				       human, root_out, err);
}
