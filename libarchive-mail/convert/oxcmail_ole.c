/* Attachments that are OLE objects: the file in the object, where it has one
 * (tricky D23; mapi-to-mime 9.2). */
#include "base/ascii.h"
#include "convert/arena_text.h"
#include "convert/attachment_name.h"
#include "convert/oxcmail_plan.h"
#include "mime/type.h"
#include "ole/object.h"

/* Extensions are short. */
enum { HEAD_ENOUGH = 64 };

/* The object, all of it; what is longer than is looked into stays as it is,
 * and its beginning is in file. */
static enum am_status
file_read(struct am_oxcmail_part *part, struct am_buf *file,
	  struct am_error *err)
{
	struct am_oxcmail *cx = part->cx;
	struct am_stream *data;
	struct am_bytes piece;
	enum am_status status;
	uint64_t size;

	am_arena_reset(&cx->scratch);
	AM_TRY(am_attachment_open(part->attachment, &cx->scratch, &data, &size,
				  err));
	while ((status = am_stream_next(data, &piece, err)) == AM_OK &&
	       am_buf_status(file, err) == AM_OK) {
		if (file->len == 0 && !am_cfb_is(piece))
			file->max = piece.len > HEAD_ENOUGH ? piece.len
							    : HEAD_ENOUGH;
		am_buf_add(file, piece);
	}
	am_stream_close(data);
	if (status == AM_END)
		return am_buf_status(file, err);
	/* The beginning is enough of what is no compound file. */
	if (status == AM_OK && am_cfb_is(am_buf_bytes(file)))
		return am_buf_status(file, err);
	return status;
}

/* The object in the part; file holds it as long as it is used. Without a
 * stream it is nothing better than what the archive has. */
static enum am_status
object_read(struct am_oxcmail_part *part, struct am_buf *file,
	    struct am_ole_object *object, struct am_error *err)
{
	enum am_status status = file_read(part, file, err);

	if (status == AM_NOMEM)
		return status;
	if (status != AM_OK && !am_is_item_scoped(status))
		return status;
	return am_ole_object_find(status == AM_OK ? am_buf_bytes(file)
						  : am_bytes(NULL, 0),
				  &part->cx->scratch, object, err);
}

static enum am_status
object_open(struct am_mime_part *mime, struct am_stream **content_out,
	    struct am_error *err)
{
	struct am_oxcmail_part *part = am_oxcmail_part_of(mime);
	struct am_ole_object *object;
	struct am_stream *content;
	enum am_status status;

	part->held = am_buf(AM_CFB_MAX_FILE);
	status = file_read(part, &part->held, err);
	object = am_arena_new(&part->cx->scratch, struct am_ole_object);
	if (status == AM_OK && object == NULL)
		status = am_arena_failed(&part->cx->scratch, sizeof(*object),
					 err);
	if (status == AM_OK)
		status = am_ole_object_find(am_buf_bytes(&part->held),
					    &part->cx->scratch, object, err);
	if (status == AM_OK)
		status = am_ole_object_open(am_buf_bytes(&part->held), object,
					    &part->cx->scratch, &content, err);
	if (status != AM_OK) {
		am_buf_free(&part->held);
		return status;
	}
	*content_out = am_oxcmail_guard(part, content);
	return AM_OK;
}

/* The name that the package has, or that of the attachment with what the
 * content is called. */
static enum am_status
name_choose(struct am_plan *plan, const struct am_ole_object *object,
	    struct am_error *err)
{
	struct am_arena *arena = plan->cx->message->arena;
	struct am_text label = { 0 };
	const char *name = "";

	if (object->label.len > 0) {
		AM_TRY(am_text_decode(arena, plan->cx->message->codepage,
				      object->label, &label, err));
		name = am_file_name_of_path(arena, label);
	}
	if (name == NULL)
		return am_arena_failed(arena, 3 * label.len + 1, err);
	if (name[0] != '\0') {
		plan->name = name;
		return AM_OK;
	}
	if (am_ascii_ends(am_bytes_of(plan->name), object->extension))
		return AM_OK;
	return am_arena_text_format(arena, &plan->name, err, "%s%s", plan->name,
				    object->extension);
}

static void
found_tell(const struct am_plan *plan, const struct am_ole_object *object)
{
	const char *stream = object->stream;

	if (stream == NULL)
		return;
	am_report_note(am_oxcmail_report(plan->cx), "ole-object",
		       "\"%s\" is what the stream \"%s\" of an OLE object "
		       "has; pictures of it and such are left out",
		       plan->name, stream[0] < ' ' ? stream + 1 : stream);
}

enum am_status
am_oxcmail_ole_plan(struct am_plan *plan, struct am_error *err)
{
	struct am_oxcmail_part *part = plan->part;
	struct am_buf file = am_buf(AM_CFB_MAX_FILE);
	struct am_ole_object object;
	enum am_status status = object_read(part, &file, &object, err);

	if (status == AM_OK)
		status = name_choose(plan, &object, err);
	if (status == AM_OK) {
		const char *type = am_mime_type_of_name(plan->name);

		plan->type = type != NULL && strncmp(type, "message/", 8) != 0
				     ? type
				     : "application/octet-stream";
		part->name = plan->name;
		if (plan->size == 0)
			am_report_note(am_oxcmail_report(plan->cx),
				       "attachment-empty",
				       "\"%s\" is an OLE object without data",
				       plan->name);
		if (object.stream != NULL) {
			plan->size = object.header_len + object.size;
			part->part.open = object_open;
		}
		found_tell(plan, &object);
	}
	am_buf_free(&file);
	return status;
}

/* ---- without an object ---- */

/* [MS-OXCMSG] 2.2.2.17 PidTagAttachRendering: a metafile. */
static enum am_status
rendering_size(struct am_plan *plan, const struct am_prop *prop,
	       struct am_error *err)
{
	struct am_stream *data;

	am_arena_reset(&plan->cx->scratch);
	AM_TRY(am_prop_open(prop, &plan->cx->scratch, &data, &plan->size, err));
	am_stream_close(data);
	return AM_OK;
}

enum am_status
am_oxcmail_ole_rendering(struct am_plan *plan, struct am_error *err)
{
	struct am_prop prop;
	enum am_status status;

	if (!am_pc_find(plan->attachment->pc, AM_PID_ATTACH_RENDERING, &prop) ||
	    prop.type != AM_TYPE_BINARY)
		return AM_OK;
	status = rendering_size(plan, &prop, err);
	if (status != AM_OK)
		return am_is_item_scoped(status) ? AM_OK : status;
	if (plan->size == 0)
		return AM_OK;
	am_report_note(am_oxcmail_report(plan->cx), "ole-rendering",
		       "the object \"%s\" is not in the archive, only a "
		       "picture of it",
		       plan->name);
	AM_TRY(am_arena_text_format(plan->cx->message->arena, &plan->name, err,
				    "%s.wmf", plan->name));
	plan->type = "image/wmf"; /* RFC 7903 */
	plan->is_counted = true;
	AM_TRY(am_plan_part(plan, err));
	am_oxcmail_part_property(plan->part, &prop);
	am_oxcmail_part_counted(plan->part);
	return am_plan_fields(plan, err);
}
