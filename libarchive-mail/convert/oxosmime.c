/* [MS-OXOSMIME] 2.1: signed and encrypted messages, written with their own
 * bytes (mapi-to-mime 10; tricky D11). */
#include <stdio.h>

#include "base/ascii.h"
#include "convert/arena_text.h"
#include "convert/attachment_name.h"
#include "convert/item_class.h"
#include "convert/oxcmail_private.h"
#include "convert/oxosmime.h"
#include "mime/field.h"

enum { HEAD_MAX = 64 << 10 };

bool
am_oxosmime_is_class(const char *class_name)
{
	return am_class_has(class_name, "IPM.Note.SMIME") ||
	       am_class_has(class_name, "IPM.Note.Secure") ||
	       am_class_ends(class_name, "SMIME") ||
	       am_class_ends(class_name, "SMIME.MultipartSigned");
}

/* The attachment that is the message. */
struct wrapper {
	struct am_oxcmail *cx;
	const struct am_attachment *attachment;
	struct am_bytes head; /* its first bytes */
	struct am_text tag;   /* PidTagAttachMimeTag, with its parameters */
	bool lone_ends;	      /* CR or LF alone: an LF form is not exact */
	uint64_t skip;	      /* header lines of its own */
	struct am_mime_part **root_out;
};

static enum am_status
head_read(struct wrapper *wrapper, struct am_error *err)
{
	struct am_oxcmail *cx = wrapper->cx;
	struct am_buf head = am_buf(HEAD_MAX);
	struct am_stream *data;
	struct am_bytes piece;
	enum am_status status;
	uint64_t size;
	bool after_cr = false;

	am_arena_reset(&cx->scratch);
	status = am_attachment_open(wrapper->attachment, &cx->scratch, &data,
				    &size, err);
	if (status != AM_OK)
		return status;
	while ((status = am_stream_next(data, &piece, err)) == AM_OK) {
		struct am_bytes start = piece;

		if (start.len > head.max - head.len)
			start.len = head.max - head.len;
		am_buf_add(&head, start);
		if (cx->run->options.lf)
			wrapper->lone_ends |=
				am_oxosmime_lone_ends(piece, &after_cr);
		else if (head.len == head.max)
			break;
	}
	wrapper->lone_ends |= after_cr;
	am_stream_close(data);
	if (status == AM_OK || status == AM_END)
		status = am_arena_copy(cx->message->arena, am_buf_bytes(&head),
				       &wrapper->head, err);
	am_buf_free(&head);
	return status;
}

/* ---- the content ---- */

/* The bytes as they are, hashed on their way; then what LF needs. */
static enum am_status
exact_next(struct am_stream *guard, struct am_bytes *bytes_out,
	   struct am_error *err)
{
	struct am_oxcmail_part *part = am_oxcmail_part_of_guard(guard);
	enum am_status status;
	struct am_bytes piece;

	do {
		AM_TRY(am_oxcmail_output_check(part->cx->run, err));
		status = am_stream_next(part->content, &piece, err);
		if (status == AM_END)
			am_oxcmail_content_end(part);
		AM_TRY(status);
		am_oxcmail_content_add(part, piece);
		part->record->size += piece.len;
		am_sha256_add(part->cx->run->sha, piece);
		if (part->skip >= piece.len) {
			part->skip -= piece.len;
			piece.len = 0;
		} else {
			piece = am_ascii_after(piece, (size_t)part->skip);
			part->skip = 0;
		}
		if (part->to_lf) {
			am_buf_clear(&part->cx->lines);
			am_oxosmime_to_lf(piece, &part->held_cr,
					  &part->cx->lines);
			AM_TRY(am_buf_status(&part->cx->lines, err));
			piece = am_buf_bytes(&part->cx->lines);
		}
	} while (piece.len == 0);
	*bytes_out = piece;
	return AM_OK;
}

static enum am_status
exact_open(struct am_mime_part *mime, struct am_stream **content_out,
	   struct am_error *err)
{
	struct am_oxcmail_part *part = am_oxcmail_part_of(mime);
	struct am_stream *data;
	uint64_t size;

	am_arena_reset(&part->cx->scratch);
	AM_TRY(am_attachment_open(part->attachment, &part->cx->scratch, &data,
				  &size, err));
	*content_out = am_oxcmail_guard(part, data);
	part->guard.next = exact_next;
	return AM_OK;
}

/* Header fields are in cx->lines. */
static enum am_status
part_make(struct wrapper *wrapper, struct am_oxcmail_part **part_out,
	  struct am_error *err)
{
	struct am_oxcmail *cx = wrapper->cx;
	struct am_item_attachment **end = am_oxcmail_records_end(cx->run);
	struct am_oxcmail_part *part = am_oxcmail_part_new(cx);

	if (part == NULL)
		return am_arena_failed(cx->message->arena, sizeof(*part), err);
	part->attachment = wrapper->attachment;
	AM_TRY(am_oxcmail_part_headers(cx, &part->part, err));
	AM_TRY(am_attachment_name(wrapper->attachment, &part->name, err));
	if (part->name[0] == '\0')
		part->name = "smime.p7m";
	AM_TRY(am_oxcmail_record_add(cx, &end, part->name, &part->record, err));
	am_oxcmail_part_by_value(part);
	*wrapper->root_out = &part->part;
	*part_out = part;
	return AM_OK;
}

static enum am_status
exact_plan(struct wrapper *wrapper, struct am_error *err)
{
	struct am_oxcmail *cx = wrapper->cx;
	struct am_oxcmail_part *part = NULL;

	AM_TRY(part_make(wrapper, &part, err));
	part->part.encoding = AM_MIME_VERBATIM;
	part->part.open = exact_open;
	part->part.seen = NULL;
	part->skip = wrapper->skip;
	part->to_lf = cx->run->options.lf && !wrapper->lone_ends;
	if (wrapper->lone_ends)
		am_report_note(am_oxcmail_report(cx), "smime",
			       "the signed content has line ends other than "
			       "CR LF; it is written with its own");
	return AM_OK;
}

/* ---- kinds of content ---- */

/* A whole MIME entity: its header lines become the message's. */
static enum am_status
entity_plan(struct wrapper *wrapper, struct am_error *err)
{
	struct am_oxcmail *cx = wrapper->cx;
	struct am_transport header;
	size_t i;

	AM_TRY(am_transport_read(cx->message->arena, wrapper->head, &header,
				 err));
	if (header.count == 0 || !header.is_whole)
		return AM_OK;
	for (i = 0; i < header.count; i++)
		header.fields[i].field =
			am_ascii_starts(header.fields[i].name, "Content-")
				? AM_FIELD_OTHER
				: AM_FIELD_DROPPED;
	AM_TRY(am_transport_write(cx->message->arena, &header, &cx->lines,
				  err));
	wrapper->skip = header.end;
	return exact_plan(wrapper, err);
}

/* The boundary is what the first line with "--" says. */
static struct am_bytes
boundary_find(struct am_bytes head)
{
	struct am_bytes rest = head;

	while (rest.len > 2) {
		const uint8_t *end = memchr(rest.data, '\n', rest.len);
		struct am_bytes line = rest;

		if (end == NULL)
			break;
		line.len = (size_t)(end - rest.data);
		if (am_ascii_starts(line, "--"))
			return am_ascii_trim(am_ascii_after(line, 2));
		rest = am_ascii_after(rest, line.len + 1);
	}
	return am_bytes(NULL, 0);
}

/* The content without its header: PidTagAttachMimeTag has it. */
static enum am_status
tagged_plan(struct wrapper *wrapper, struct am_error *err)
{
	struct am_oxcmail *cx = wrapper->cx;
	const struct am_bytes boundary = boundary_find(wrapper->head);
	const char *value = wrapper->tag.data;

	if (boundary.len == 0)
		return AM_OK;
	if (strstr(value, "boundary=") == NULL)
		AM_TRY(am_arena_text_format(cx->message->arena, &value, err,
					    "%s; boundary=\"%.*s\"", value,
					    (int)boundary.len,
					    (const char *)boundary.data));
	am_field_ascii(&cx->lines, "Content-Type", value);
	return exact_plan(wrapper, err);
}

static enum am_status
opaque_plan(struct wrapper *wrapper, const char *smime_type, bool is_base64,
	    struct am_error *err)
{
	struct am_oxcmail *cx = wrapper->cx;
	struct am_oxcmail_part *part;

	am_field_begin(&cx->lines, "Content-Type", "application/pkcs7-mime");
	if (smime_type != NULL)
		am_field_param(&cx->lines, "smime-type", smime_type);
	am_field_param(&cx->lines, "name", "smime.p7m");
	am_field_end(&cx->lines);
	am_field_begin(&cx->lines, "Content-Disposition", "attachment");
	am_field_param(&cx->lines, "filename", "smime.p7m");
	am_field_end(&cx->lines);
	if (!is_base64)
		return part_make(wrapper, &part, err);
	am_field_ascii(&cx->lines, "Content-Transfer-Encoding", "base64");
	return exact_plan(wrapper, err);
}

static enum am_status
content_plan(struct wrapper *wrapper, struct am_error *err)
{
	const struct am_bytes head = wrapper->head;
	const struct am_bytes tag =
		am_bytes(wrapper->tag.data, wrapper->tag.len);

	if (am_ascii_starts(head, "Content-") ||
	    am_ascii_starts(head, "MIME-Version:"))
		return entity_plan(wrapper, err);
	if (am_oxosmime_is_der(head))
		return opaque_plan(wrapper, am_oxosmime_type(head), false, err);
	if (am_ascii_starts(tag, "multipart/signed"))
		return tagged_plan(wrapper, err);
	if (am_oxosmime_is_base64(head))
		return opaque_plan(wrapper, NULL, true, err);
	return AM_OK;
}

enum am_status
am_oxosmime_plan(struct am_oxcmail *cx,
		 struct am_oxcmail_attachments *attachments,
		 struct am_mime_part **root_out, struct am_error *err)
{
	struct wrapper wrapper = { .cx = cx,
				   .attachment = attachments->items,
				   .root_out = root_out };
	enum am_status status;

	*root_out = NULL;
	if (!am_oxosmime_is_class(cx->message->class_name))
		return AM_OK;
	if (attachments->count == 1 && wrapper.attachment->pc != NULL &&
	    wrapper.attachment->method == AM_ATTACH_BY_VALUE) {
		AM_TRY(am_attachment_text(wrapper.attachment,
					  AM_PID_ATTACH_MIME_TAG, &wrapper.tag,
					  err));
		status = head_read(&wrapper, err);
		if (status == AM_OK)
			AM_TRY(content_plan(&wrapper, err));
		else if (!am_is_item_scoped(status))
			return status;
	}
	if (*root_out == NULL)
		am_report_note(am_oxcmail_report(cx), "smime",
			       "the signed or encrypted form is not there; the "
			       "message is converted like any other");
	return AM_OK;
}
