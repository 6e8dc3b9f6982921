/* The part of an attachment (mapi-to-mime 9; [MS-OXCMAIL] 2.1.3.4). */
#include "base/ascii.h"
#include "convert/arena_text.h"
#include "convert/attachment_name.h"
#include "convert/oxcmail_plan.h"
#include "mime/field.h"

/* ---- names ---- */

static const char *
extension_of_type(const char *type)
{
	static const struct {
		const char *type;
		const char *extension;
	} known[] = { { "application/pdf", ".pdf" }, { "image/bmp", ".bmp" },
		      { "image/gif", ".gif" },	     { "image/jpeg", ".jpg" },
		      { "image/png", ".png" },	     { "image/tiff", ".tif" },
		      { "text/calendar", ".ics" },   { "text/html", ".html" },
		      { "text/plain", ".txt" } };
	size_t i;

	for (i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (am_ascii_equal(am_bytes_of(type), known[i].type))
			return known[i].extension;
	return "";
}

static enum am_status
name_and_type(struct am_plan *plan, struct am_error *err)
{
	const struct am_attachment *attachment = plan->attachment;
	const char *type;

	AM_TRY(am_attachment_name(attachment, &plan->name, err));
	AM_TRY(am_attachment_type(attachment, plan->name, &type, err));
	plan->type = type;
	if (plan->name[0] != '\0')
		return AM_OK;
	return am_arena_text_format(plan->cx->message->arena, &plan->name, err,
				    "attachment-%zu%s", plan->number,
				    extension_of_type(type));
}

static enum am_status
suffix_add(struct am_plan *plan, const char *suffix, struct am_error *err)
{
	return am_arena_text_format(plan->cx->message->arena, &plan->name, err,
				    "%s%s", plan->name, suffix);
}

/* ---- kinds of parts ---- */

enum am_status
am_plan_part(struct am_plan *plan, struct am_error *err)
{
	plan->part = am_oxcmail_part_new(plan->cx);
	if (plan->part == NULL)
		return am_arena_failed(plan->cx->message->arena,
				       sizeof(*plan->part), err);
	plan->part->attachment = plan->attachment;
	plan->part->name = plan->name;
	return AM_OK;
}

/* Can the data be opened? *size_out is 0 when there is none. */
static enum am_status
data_probe(struct am_plan *plan, enum am_status *found_out,
	   struct am_error *err)
{
	struct am_arena *scratch = &plan->cx->scratch;
	struct am_stream *data;

	am_arena_reset(scratch);
	*found_out = am_attachment_open(plan->attachment, scratch, &data,
					&plan->size, err);
	if (*found_out == AM_OK)
		am_stream_close(data);
	return *found_out == AM_OK || am_is_item_scoped(*found_out)
		       ? AM_OK
		       : *found_out;
}

static enum am_status
value_plan(struct am_plan *plan, struct am_error *err)
{
	AM_TRY(am_plan_part(plan, err));
	am_oxcmail_part_by_value(plan->part);
	if (plan->attachment->method == AM_ATTACH_OLE)
		AM_TRY(am_oxcmail_ole_plan(plan, err));
	AM_TRY(am_oxcmail_macbinary_plan(plan, err));
	plan->is_counted = true;
	return AM_OK;
}

/* A text that says what is missing. */
static enum am_status
lost_plan(struct am_plan *plan, const struct am_error *cause,
	  struct am_error *err)
{
	plan->lost = *cause;
	plan->is_inline = false;
	plan->is_counted = plan->attachment->method != AM_ATTACH_EMBEDDED;
	am_report_note(am_oxcmail_report(plan->cx), "attachment-lost",
		       "\"%s\": %s", plan->name, cause->text);
	return am_oxcmail_stub_lost(plan->cx, plan->name, AM_STUB_NOT_READ,
				    cause, &plan->part, err);
}

static enum am_status
path_read(struct am_plan *plan, struct am_text *path_out, struct am_error *err)
{
	AM_TRY(am_attachment_text(plan->attachment, AM_PID_ATTACH_LONG_PATHNAME,
				  path_out, err));
	if (path_out->len > 0)
		return AM_OK;
	AM_TRY(am_attachment_text(plan->attachment, AM_PID_ATTACH_PATHNAME,
				  path_out, err));
	if (path_out->len == 0)
		path_out->data = "";
	return AM_OK;
}

/* A reference is told, never followed. */
static enum am_status
reference_plan(struct am_plan *plan, struct am_error *err)
{
	const bool is_web = plan->attachment->method == AM_ATTACH_WEB_REFERENCE;
	struct am_arena *arena = plan->cx->message->arena;
	struct am_text path;
	const char *text;

	AM_TRY(path_read(plan, &path, err));
	AM_TRY(am_arena_text_format(
		arena, &text, err,
		"This attachment is a reference; its content is not in the "
		"archive.\n\n%s: %s\n",
		is_web ? "Link" : "Path", path.data));
	am_report_note(am_oxcmail_report(plan->cx), "attachment-reference",
		       "\"%s\" is not in the archive, only where it was",
		       plan->name);
	AM_TRY(suffix_add(plan, ".url.txt", err));
	plan->is_inline = false;
	plan->is_counted = true;
	AM_TRY(am_oxcmail_stub(plan->cx, AM_STUB_REFERENCE, plan->name,
			       path.data, am_bytes_of(text), &plan->part, err));
	am_oxcmail_part_counted(plan->part);
	return AM_OK;
}

static bool
is_reference(const struct am_attachment *attachment)
{
	switch (attachment->method) {
	case AM_ATTACH_BY_REFERENCE:
	case AM_ATTACH_BY_REFERENCE_RESOLVE:
	case AM_ATTACH_BY_REFERENCE_ONLY:
	case AM_ATTACH_WEB_REFERENCE:
		return true;
	default:
		return false;
	}
}

/* An object that was never stored; err, which tells of it, stays. */
static enum am_status
rendering_try(struct am_plan *plan, struct am_error *err)
{
	struct am_error cause = { 0 };
	const enum am_status status = am_oxcmail_ole_rendering(plan, &cause);

	if (status != AM_OK)
		*err = cause;
	return status;
}

static enum am_status
data_plan(struct am_plan *plan, struct am_error *err)
{
	struct am_error cause = { 0 };
	enum am_status found;

	AM_TRY(data_probe(plan, &found, err));
	if (is_reference(plan->attachment) &&
	    (found != AM_OK || plan->size == 0))
		return reference_plan(plan, err);
	if (plan->attachment->method == AM_ATTACH_OLE &&
	    (found == AM_NOT_FOUND || (found == AM_OK && plan->size == 0)))
		AM_TRY(rendering_try(plan, err));
	if (plan->part != NULL)
		return AM_OK;
	if (found == AM_OK)
		return value_plan(plan, err);
	if (plan->attachment->method == AM_ATTACH_NONE &&
	    found == AM_NOT_FOUND) {
		am_report_note(am_oxcmail_report(plan->cx), "attachment-empty",
			       "\"%s\" has neither a method nor data",
			       plan->name);
		return AM_OK;
	}
	cause = *err;
	return lost_plan(plan, &cause, err);
}

/* ---- embedded messages ---- */

static enum am_status
embedded_name(struct am_plan *plan, const struct am_message *embedded,
	      struct am_error *err)
{
	struct am_bytes name;
	struct am_text subject;

	AM_TRY(am_attachment_name(plan->attachment, &plan->name, err));
	if (plan->name[0] == '\0' && embedded != NULL) {
		AM_TRY(am_oxcmail_subject(embedded, &subject, err));
		plan->name =
			am_file_name_of_text(plan->cx->message->arena, subject);
		if (plan->name == NULL)
			return am_arena_failed(plan->cx->message->arena,
					       3 * subject.len + 1, err);
	}
	name = am_bytes_of(plan->name);
	if (am_ascii_ends(name, ".msg") || am_ascii_ends(name, ".eml"))
		name.len -= strlen(".eml");
	if (name.len == 0)
		return am_arena_text_format(plan->cx->message->arena,
					    &plan->name, err,
					    "attachment-%zu.eml", plan->number);
	return am_arena_text_format(plan->cx->message->arena, &plan->name, err,
				    "%.*s.eml", (int)name.len,
				    (const char *)name.data);
}

static enum am_status
embedded_part(struct am_plan *plan, const struct am_message *embedded,
	      struct am_error *err)
{
	struct am_buf *lines = &plan->cx->lines;

	if (am_item_kind(embedded->class_name) == AM_ITEM_INTERNAL)
		am_report_note(am_oxcmail_report(plan->cx), "embedded-class",
			       "the embedded %s \"%s\" is written as a message",
			       embedded->class_name, plan->name);
	AM_TRY(am_plan_part(plan, err));
	am_field_begin(lines, "Content-Type", "message/rfc822");
	am_field_end(lines);
	am_field_begin(lines, "Content-Disposition", "attachment");
	am_field_param(lines, "filename", plan->name);
	am_field_end(lines);
	am_oxcmail_part_embedded(plan->part);
	/* Signed messages are written with their own bytes. */
	plan->part->part.encoding = am_oxosmime_is_class(embedded->class_name)
					    ? AM_MIME_8BIT
					    : AM_MIME_7BIT;
	return am_oxcmail_part_headers(plan->cx, &plan->part->part, err);
}

static enum am_status
embedded_open(struct am_plan *plan, struct am_message **embedded_out,
	      struct am_error *err)
{
	const struct am_oxcmail *cx = plan->cx;
	const unsigned max = cx->run->options.max_nesting;

	if (cx->message->depth >= max)
		return am_fail(err, AM_LIMIT,
			       "messages are embedded more than %u deep", max);
	am_arena_reset(&plan->cx->scratch);
	return am_attachment_message(plan->attachment, &plan->cx->scratch,
				     embedded_out, err);
}

static enum am_status
embedded_plan(struct am_plan *plan, struct am_error *err)
{
	struct am_message *embedded = NULL;
	enum am_status status = embedded_open(plan, &embedded, err);
	struct am_error cause = *err;

	if (status != AM_OK && !am_is_item_scoped(status))
		return status;
	if (status != AM_OK) {
		enum am_status found;

		AM_TRY(name_and_type(plan, err));
		AM_TRY(data_probe(plan, &found, err));
		if (found == AM_OK) /* it is no message, but something */
			return value_plan(plan, err);
	}
	plan->cx->run->mail->counts.embedded_found++;
	AM_TRY(embedded_name(plan, embedded, err));
	if (status == AM_OK)
		return embedded_part(plan, embedded, err);
	return lost_plan(plan, &cause, err);
}

enum am_status
am_plan_attachment(struct am_plan *plan, struct am_error *err)
{
	const struct am_attachment *attachment = plan->attachment;
	struct am_error cause;

	if (attachment->pc != NULL && attachment->method == AM_ATTACH_EMBEDDED)
		return embedded_plan(plan, err);
	AM_TRY(name_and_type(plan, err));
	if (attachment->pc != NULL)
		return data_plan(plan, err);
	if (attachment->method == AM_ATTACH_EMBEDDED)
		plan->cx->run->mail->counts.embedded_found++;
	(void)am_fail(&cause, AM_NOT_FOUND,
		      "only its row in the attachment table is left");
	return lost_plan(plan, &cause, err);
}
