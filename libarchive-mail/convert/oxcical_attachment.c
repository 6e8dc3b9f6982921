/* [MS-OXCICAL] 2.1.3.1.1.20.1 ATTACH. */
#include "base/ascii.h"
#include "convert/arena_text.h"
#include "convert/attachment_name.h"
#include "convert/oxcical_private.h"

static enum am_status
record_add(struct am_oxcical *cx, const char *name,
	   struct am_item_attachment **record_out, struct am_error *err)
{
	struct am_item_attachment *record =
		am_arena_new(cx->arena, struct am_item_attachment);

	if (record == NULL)
		return am_arena_failed(cx->arena, sizeof(*record), err);
	AM_TRY(am_arena_text_copy(cx->arena, am_bytes_of(name), &record->name,
				  err));
	*cx->records_end = record;
	cx->records_end = &record->next;
	cx->mail.counts.attachments_found++;
	*record_out = record;
	return AM_OK;
}

static void
attach_begin(struct am_oxcical *cx, const char *type, const char *name)
{
	am_ical_name(&cx->ical, "ATTACH");
	am_ical_param(&cx->ical, "FMTTYPE", am_bytes_of(type));
	am_ical_param(&cx->ical, "X-FILENAME", am_bytes_of(name));
}

/* What is only told of: a link, or a path, which becomes a file URI. */
static enum am_status
reference_write(struct am_oxcical *cx, const struct am_attachment *attachment,
		const char *name, struct am_error *err)
{
	struct am_item_attachment *record = NULL;
	struct am_text path;

	AM_TRY(am_attachment_text(attachment, AM_PID_ATTACH_LONG_PATHNAME,
				  &path, err));
	if (path.len == 0)
		AM_TRY(am_attachment_text(attachment, AM_PID_ATTACH_PATHNAME,
					  &path, err));
	AM_TRY(record_add(cx, name, &record, err));
	record->done = true;
	if (path.len == 0) {
		record->status = AM_NOT_FOUND;
		am_report_note(am_oxcical_report(cx), "attachment-lost",
			       "\"%s\" is a reference to nothing", name);
		return AM_OK;
	}
	if (am_sha256(am_bytes("", 0), record->sha256) != AM_OK)
		return am_nomem(err);
	cx->mail.counts.attachments_written++;
	am_ical_name(&cx->ical, "ATTACH");
	am_ical_param(&cx->ical, "X-FILENAME", am_bytes_of(name));
	am_ical_colon(&cx->ical);
	if (strstr(path.data, "://") == NULL)
		am_ical_raw(&cx->ical, "file:///");
	am_ical_uri(&cx->ical, am_bytes(path.data, path.len));
	am_ical_eol(&cx->ical);
	return AM_OK;
}

static enum am_status
lost_write(struct am_oxcical *cx, const struct am_attachment *attachment,
	   const char *name, enum am_status status, struct am_error *err)
{
	struct am_item_attachment *record = NULL;
	struct am_error none;

	am_report_note(am_oxcical_report(cx), "attachment-lost", "\"%s\": %s",
		       name, err->text);
	if (attachment->method == AM_ATTACH_EMBEDDED) {
		cx->mail.counts.embedded_found++;
		return AM_OK;
	}
	AM_TRY(record_add(cx, name, &record, &none));
	record->status = status;
	record->done = true;
	return AM_OK;
}

static enum am_status
value_write(struct am_oxcical *cx, const struct am_attachment *attachment,
	    const char *name, struct am_error *err)
{
	struct am_oxcical_segment value = { .value = AM_OXCICAL_ATTACHMENT,
					    .attachment = attachment,
					    .name = name };
	const char *type = "application/octet-stream";

	if (attachment->method != AM_ATTACH_OLE)
		AM_TRY(am_attachment_type(attachment, name, &type, err));
	AM_TRY(record_add(cx, name, &value.record, err));
	attach_begin(cx, type, name);
	am_ical_raw(&cx->ical, ";ENCODING=BASE64;VALUE=BINARY:");
	return am_oxcical_segment_end(cx, &value, err);
}

static enum am_status
embedded_write(struct am_oxcical *cx, const struct am_attachment *attachment,
	       const char *name, struct am_error *err)
{
	const struct am_oxcical_segment value = { .value = AM_OXCICAL_EMBEDDED,
						  .attachment = attachment,
						  .name = name };

	cx->mail.counts.embedded_found++;
	attach_begin(cx, "message/rfc822", name);
	am_ical_raw(&cx->ical, ";ENCODING=BASE64;VALUE=BINARY:");
	return am_oxcical_segment_end(cx, &value, err);
}

/* Can the content be opened, and does it say anything? */
static enum am_status
content_probe(struct am_oxcical *cx, const struct am_attachment *attachment,
	      uint64_t *size_out, struct am_error *err)
{
	struct am_message *embedded = NULL;
	struct am_stream *data = NULL;
	enum am_status status;

	*size_out = 0;
	am_arena_reset(&cx->scratch);
	if (attachment->pc == NULL)
		return am_fail(err, AM_NOT_FOUND,
			       "only its row in the attachment table is left");
	if (attachment->method == AM_ATTACH_EMBEDDED)
		return am_attachment_message(attachment, &cx->scratch,
					     &embedded, err);
	status = am_attachment_open(attachment, &cx->scratch, &data, size_out,
				    err);
	if (status == AM_OK)
		am_stream_close(data);
	return status;
}

static bool
is_reference(const struct am_attachment *attachment)
{
	return attachment->method == AM_ATTACH_WEB_REFERENCE ||
	       (attachment->method >= AM_ATTACH_BY_REFERENCE &&
		attachment->method <= AM_ATTACH_BY_REFERENCE_ONLY);
}

static enum am_status
name_of(struct am_oxcical *cx, const struct am_attachment *attachment,
	size_t number, const char **name_out, struct am_error *err)
{
	const bool is_message = attachment->method == AM_ATTACH_EMBEDDED;

	AM_TRY(am_attachment_name(attachment, name_out, err));
	if ((*name_out)[0] == '\0')
		return am_arena_text_format(cx->arena, name_out, err,
					    "attachment-%zu%s", number,
					    is_message ? ".eml" : "");
	if (is_message && !am_ascii_ends(am_bytes_of(*name_out), ".eml"))
		return am_arena_text_format(cx->arena, name_out, err, "%s.eml",
					    *name_out);
	return AM_OK;
}

static enum am_status
attachment_write(struct am_oxcical *cx, const struct am_attachment *attachment,
		 size_t number, struct am_error *err)
{
	enum am_status status;
	const char *name;
	uint64_t size;

	AM_TRY(name_of(cx, attachment, number, &name, err));
	status = content_probe(cx, attachment, &size, err);
	if (status != AM_OK && !am_is_item_scoped(status))
		return status;
	if (attachment->pc != NULL && is_reference(attachment) &&
	    (status != AM_OK || size == 0))
		return reference_write(cx, attachment, name, err);
	if (attachment->method == AM_ATTACH_NONE && status == AM_NOT_FOUND) {
		am_report_note(am_oxcical_report(cx), "attachment-empty",
			       "\"%s\" has neither a method nor data", name);
		return AM_OK;
	}
	if (status != AM_OK)
		return lost_write(cx, attachment, name, status, err);
	if (attachment->method == AM_ATTACH_EMBEDDED)
		return embedded_write(cx, attachment, name, err);
	return value_write(cx, attachment, name, err);
}

enum am_status
am_oxcical_items(struct am_oxcical *cx, const struct am_attachment **items_out,
		 size_t *count_out, struct am_error *err)
{
	struct am_attachment *items = NULL;

	if (cx->meeting != NULL) {
		*items_out = cx->meeting->items;
		*count_out = cx->meeting->count;
		return AM_OK;
	}
	AM_TRY(am_message_attachments(cx->message, &items, count_out, err));
	*items_out = items;
	return AM_OK;
}

enum am_status
am_oxcical_attachments(struct am_oxcical *cx, const struct am_attachment *items,
		       size_t count, struct am_error *err)
{
	size_t i;

	if (cx->meeting != NULL && items == cx->meeting->items)
		return AM_OK; /* they are parts of the mail */
	for (i = 0; i < count; i++)
		if (!am_oxcical_is_exception(&items[i]))
			AM_TRY(attachment_write(cx, &items[i], i + 1, err));
	return AM_OK;
}
