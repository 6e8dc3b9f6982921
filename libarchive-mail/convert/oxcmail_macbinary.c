/* Attachments in MacBinary: the file itself, and beside it, where it has one,
 * its resource fork ([MS-OXCMAIL] 2.1.3.4.1; RFC 1740). */
#include "base/ascii.h"
#include "convert/arena_text.h"
#include "convert/macbinary.h"
#include "convert/oxcmail_plan.h"
#include "mime/field.h"
#include "mime/type.h"

static enum am_status
header_read(const struct am_oxcmail_part *part, struct am_bytes *header_out,
	    struct am_error *err)
{
	struct am_buf head = am_buf(AM_MACBINARY_HEADER);
	struct am_stream *data;
	struct am_bytes piece;
	enum am_status status;
	uint64_t size;

	am_arena_reset(&part->cx->scratch);
	AM_TRY(am_attachment_open(part->attachment, &part->cx->scratch, &data,
				  &size, err));
	while (head.len < head.max &&
	       (status = am_stream_next(data, &piece, err)) == AM_OK) {
		if (piece.len > head.max - head.len)
			piece.len = head.max - head.len;
		am_buf_add(&head, piece);
	}
	am_stream_close(data);
	status = am_buf_status(&head, err);
	if (status == AM_OK)
		status = am_arena_copy(part->cx->message->arena,
				       am_buf_bytes(&head), header_out, err);
	am_buf_free(&head);
	return status;
}

/* A fork of the attachment, behind front. */
static enum am_status
fork_open(struct am_oxcmail_part *part, struct am_bytes front, uint64_t skip,
	  uint64_t len, struct am_stream **content_out, struct am_error *err)
{
	struct am_arena *scratch = &part->cx->scratch;
	struct am_stream *data;
	struct am_stream *fork;
	uint64_t size;

	am_arena_reset(scratch);
	AM_TRY(am_attachment_open(part->attachment, scratch, &data, &size,
				  err));
	AM_TRY(am_stream_part(scratch, front, data, skip, len, &fork, err));
	*content_out = am_oxcmail_guard(part, fork);
	return AM_OK;
}

static enum am_status
data_open(struct am_mime_part *mime, struct am_stream **content_out,
	  struct am_error *err)
{
	struct am_oxcmail_part *part = am_oxcmail_part_of(mime);

	return fork_open(part, am_bytes(NULL, 0), part->skip, part->fork_size,
			 content_out, err);
}

/* text is what stands before the fork */
static enum am_status
resource_open(struct am_mime_part *mime, struct am_stream **content_out,
	      struct am_error *err)
{
	struct am_oxcmail_part *part = am_oxcmail_part_of(mime);

	return fork_open(part, part->text, part->skip, part->fork_size,
			 content_out, err);
}

static void
resource_done(struct am_mime_part *mime, enum am_status status,
	      const struct am_error *err)
{
	struct am_oxcmail_part *part = am_oxcmail_part_of(mime);

	if (status == AM_OK)
		return;
	am_report_note(am_oxcmail_report(part->cx), "attachment-cut",
		       "the resource fork of \"%s\": %s", part->name,
		       err->text);
	if (!am_is_item_scoped(status))
		am_oxcmail_fatal(part->cx->run, status, err);
}

/* RFC 1740 4: application/applefile first, then the data. */
static enum am_status
resource_plan(struct am_plan *plan, struct am_bytes header,
	      const struct am_macbinary *forks, struct am_error *err)
{
	struct am_oxcmail *cx = plan->cx;
	struct am_oxcmail_part *part = am_oxcmail_part_new(cx);
	uint8_t front[AM_APPLEDOUBLE_HEADER];

	if (part == NULL)
		return am_arena_failed(cx->message->arena, sizeof(*part), err);
	am_macbinary_apple_header(header, forks, front);
	AM_TRY(am_arena_copy(cx->message->arena, am_bytes(front, sizeof(front)),
			     &part->text, err));
	am_field_begin(&cx->lines, "Content-Type", "application/applefile");
	am_field_param(&cx->lines, "name", plan->name);
	am_field_end(&cx->lines);
	AM_TRY(am_oxcmail_part_headers(cx, &part->part, err));
	part->name = plan->name;
	part->attachment = plan->attachment;
	part->skip = forks->resource;
	part->fork_size = forks->resource_size;
	part->part.encoding = AM_MIME_BASE64;
	part->part.open = resource_open;
	part->part.done = resource_done;
	part->part.next = &plan->part->part;
	return am_oxcmail_multipart(cx, "appledouble", &part->part,
				    &plan->whole, err);
}

/* The name without the extension that says only that it is MacBinary. */
static enum am_status
name_choose(struct am_plan *plan, struct am_error *err)
{
	struct am_bytes name = am_bytes_of(plan->name);
	const char *type;

	if (am_ascii_ends(name, ".bin") && name.len > 4) {
		name.len -= 4;
		AM_TRY(am_arena_text_copy(plan->cx->message->arena, name,
					  &plan->name, err));
		plan->part->name = plan->name;
	}
	type = am_mime_type_of_name(plan->name);
	if (type != NULL && strncmp(type, "message/", 8) != 0)
		plan->type = type;
	else if (am_ascii_equal(am_bytes_of(plan->type),
				"application/macbinary"))
		plan->type = "application/octet-stream";
	return AM_OK;
}

enum am_status
am_oxcmail_macbinary_plan(struct am_plan *plan, struct am_error *err)
{
	struct am_oxcmail_part *part = plan->part;
	struct am_macbinary forks;
	struct am_bytes encoding;
	struct am_bytes header;
	enum am_status status;

	AM_TRY(am_pc_bytes(plan->attachment->pc, AM_PID_ATTACH_ENCODING,
			   plan->cx->message->arena, &encoding, err));
	if (!am_macbinary_is_encoding(encoding))
		return am_plan_fields(plan, err);
	status = header_read(part, &header, err);
	if (status != AM_OK && !am_is_item_scoped(status))
		return status;
	if (status != AM_OK || !am_macbinary_read(header, plan->size, &forks)) {
		am_report_note(am_oxcmail_report(plan->cx), "macbinary",
			       "\"%s\" is called MacBinary, and is none",
			       plan->name);
		return am_plan_fields(plan, err);
	}
	part->skip = forks.data;
	part->fork_size = forks.data_size;
	part->part.open = data_open;
	plan->size = forks.data_size;
	AM_TRY(name_choose(plan, err));
	AM_TRY(am_plan_fields(plan, err));
	return forks.resource_size > 0 && !plan->is_inline
		       ? resource_plan(plan, header, &forks, err)
		       : AM_OK;
}
