/* The header fields of attachments (mapi-to-mime 9.1; RFC 2183). */
#include <stdio.h>

#include "base/ascii.h"
#include "convert/oxcmail_plan.h"
#include "mime/field.h"
#include "mime/fold.h"

static bool
is_url_char(uint8_t c)
{
	return c > ' ' && c < 0x7f && strchr("<>\"\\", c) == NULL;
}

/* A Content-ID or a URL: what may not stand in one is percent-encoded. */
static void
url_field(struct am_buf *lines, const char *name, const char *open,
	  struct am_text url, const char *close)
{
	struct am_buf value = am_buf(4 * (size_t)AM_HTML_MAX_URL);
	size_t i;

	am_buf_add_text(&value, open);
	for (i = 0; i < url.len; i++) {
		const uint8_t c = (uint8_t)url.data[i];

		if (is_url_char(c))
			am_buf_add_char(&value, (char)c);
		else
			am_buf_printf(&value, "%%%02X", c);
	}
	am_buf_add_text(&value, close);
	if (value.status != AM_LIMIT)
		am_field_ascii(lines, name, am_buf_text(&value));
	else
		value.status = AM_OK; /* a reference nobody can make */
	am_fold_scratch_free(&value, lines);
}

static struct am_text
trimmed(struct am_text text, const char *open, const char *close)
{
	struct am_bytes bytes = am_ascii_trim(am_bytes(text.data, text.len));

	if (am_ascii_starts(bytes, open))
		bytes = am_ascii_after(bytes, strlen(open));
	if (am_ascii_ends(bytes, close))
		bytes.len -= strlen(close);
	text.data = (const char *)bytes.data;
	text.len = bytes.len;
	return text;
}

static enum am_status
reference_fields(struct am_plan *plan, struct am_error *err)
{
	const struct am_attachment *attachment = plan->attachment;
	struct am_buf *lines = &plan->cx->lines;
	struct am_text text;

	AM_TRY(am_attachment_text(attachment, AM_PID_ATTACH_CONTENT_ID, &text,
				  err));
	text = trimmed(text, "<", ">");
	if (text.len > 0)
		url_field(lines, "Content-ID", "<", text, ">");
	AM_TRY(am_attachment_text(attachment, AM_PID_ATTACH_CONTENT_LOCATION,
				  &text, err));
	text = trimmed(text, "", "");
	if (text.len > 0)
		url_field(lines, "Content-Location", "", text, "");
	return AM_OK;
}

static void
date_param(struct am_buf *lines, const struct am_pc *pc, uint16_t id,
	   const char *name)
{
	const int64_t when = am_pc_time(pc, id);
	char text[AM_TIME_TEXT_SIZE];

	if (when == AM_TIME_NONE)
		return;
	am_time_rfc5322(when, text);
	am_field_param(lines, name, text);
}

static void
disposition_field(struct am_plan *plan)
{
	struct am_buf *lines = &plan->cx->lines;
	const struct am_pc *pc = plan->attachment->pc;
	char size[24];

	(void)snprintf(size, sizeof(size), "%llu",
		       (unsigned long long)plan->size);
	am_field_begin(lines, "Content-Disposition",
		       plan->is_inline ? "inline" : "attachment");
	am_field_param(lines, "filename", plan->name);
	am_field_param(lines, "size", size);
	date_param(lines, pc, AM_PID_CREATION_TIME, "creation-date");
	date_param(lines, pc, AM_PID_LAST_MODIFICATION_TIME,
		   "modification-date");
	am_field_end(lines);
}

static enum am_status
type_field(struct am_plan *plan, struct am_error *err)
{
	struct am_buf *lines = &plan->cx->lines;
	struct am_text charset = { 0 };

	am_field_begin(lines, "Content-Type", plan->type);
	if (am_ascii_starts(am_bytes_of(plan->type), "text/"))
		AM_TRY(am_attachment_text(plan->attachment,
					  AM_PID_ATTACH_CHARSET, &charset,
					  err));
	if (am_codepage_of_charset(am_bytes(charset.data, charset.len)) != 0)
		am_field_param(lines, "charset", charset.data);
	/* For readers that know no Content-Disposition; the others do not need
	 * it twice. */
	if (am_is_ascii(am_bytes_of(plan->name)))
		am_field_param(lines, "name", plan->name);
	am_field_end(lines);
	return AM_OK;
}

static enum am_status
description_field(struct am_plan *plan, struct am_error *err)
{
	struct am_text text;

	AM_TRY(am_attachment_text(plan->attachment, AM_PID_DISPLAY_NAME, &text,
				  err));
	if (text.len > 0 && strcmp(text.data, plan->name) != 0)
		am_field_text(&plan->cx->lines, "Content-Description", text);
	return AM_OK;
}

enum am_status
am_plan_fields(struct am_plan *plan, struct am_error *err)
{
	AM_TRY(type_field(plan, err));
	disposition_field(plan);
	AM_TRY(reference_fields(plan, err));
	AM_TRY(description_field(plan, err));
	return am_oxcmail_part_headers(plan->cx, &plan->part->part, err);
}
