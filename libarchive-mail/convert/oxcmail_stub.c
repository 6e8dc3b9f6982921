/* Texts that stand where something is not: an attachment that is lost, or one
 * that is only a reference. */
#include <stdio.h>

#include "convert/arena_text.h"
#include "convert/oxcmail_private.h"
#include "mime/field.h"

static enum am_status
stub_open(struct am_mime_part *mime, struct am_stream **content_out,
	  struct am_error *err)
{
	struct am_oxcmail_part *part = am_oxcmail_part_of(mime);
	struct am_stream *text;

	am_arena_reset(&part->cx->scratch);
	AM_TRY(am_stream_of_bytes(&part->cx->scratch, part->text, &text, err));
	*content_out = am_oxcmail_guard(part, text);
	return AM_OK;
}

static void
stub_done(struct am_mime_part *mime, enum am_status status,
	  const struct am_error *err)
{
	struct am_oxcmail_part *part = am_oxcmail_part_of(mime);

	if (part->record != NULL)
		part->cx->run->last_done = part->record;
	if (status != AM_OK && !am_is_item_scoped(status))
		am_oxcmail_fatal(part->cx->run, status, err);
}

static void
stub_lines(struct am_buf *lines, const char *kind, const char *file_name,
	   const char *reference, bool is_ascii)
{
	am_field_begin(lines, "Content-Type", "text/plain");
	am_field_param(lines, "charset", is_ascii ? "us-ascii" : "utf-8");
	am_field_end(lines);
	am_field_begin(lines, "Content-Disposition", "attachment");
	am_field_param(lines, "filename", file_name);
	am_field_end(lines);
	am_field_ascii(lines, "X-PST-Part", kind);
	if (reference != NULL) {
		const struct am_text text = { reference, strlen(reference),
					      false };

		am_field_text(lines, "X-PST-Attachment-Reference", text);
	}
}

/* The header fields are in cx->lines. */
static enum am_status
text_part(struct am_oxcmail *cx, struct am_bytes text,
	  const struct am_mime_text *examined,
	  struct am_oxcmail_part **part_out, struct am_error *err)
{
	struct am_oxcmail_part *part = am_oxcmail_part_new(cx);

	if (part == NULL)
		return am_arena_failed(cx->message->arena, sizeof(*part), err);
	AM_TRY(am_oxcmail_part_headers(cx, &part->part, err));
	part->text = text;
	part->part.encoding = am_mime_text_encoding(examined);
	part->part.is_text = true;
	part->part.open = stub_open;
	part->part.done = stub_done;
	*part_out = part;
	return AM_OK;
}

enum am_status
am_oxcmail_text_part(struct am_oxcmail *cx, const char *type,
		     struct am_bytes text, struct am_oxcmail_part **part_out,
		     struct am_error *err)
{
	struct am_mime_text examined = { 0 };

	am_mime_text_add(&examined, text);
	am_field_ascii(&cx->lines, "Content-Type", type);
	return text_part(cx, text, &examined, part_out, err);
}

enum am_status
am_oxcmail_stub(struct am_oxcmail *cx, const char *kind, const char *file_name,
		const char *reference, struct am_bytes text,
		struct am_oxcmail_part **part_out, struct am_error *err)
{
	struct am_mime_text examined = { 0 };

	am_mime_text_add(&examined, text);
	stub_lines(&cx->lines, kind, file_name, reference,
		   examined.non_ascii == 0);
	AM_TRY(text_part(cx, text, &examined, part_out, err));
	(*part_out)->name = file_name;
	return AM_OK;
}

enum am_status
am_oxcmail_stub_lost(struct am_oxcmail *cx, const char *name, const char *what,
		     const struct am_error *cause,
		     struct am_oxcmail_part **part_out, struct am_error *err)
{
	struct am_arena *arena = cx->message->arena;
	const char *text;
	const char *file_name;

	AM_TRY(am_arena_text_format(
		arena, &text, err,
		"The attachment \"%s\" could %s from the archive:\n%s\n", name,
		what, cause->text));
	AM_TRY(am_arena_text_format(arena, &file_name, err, "%s.lost.txt",
				    name));
	return am_oxcmail_stub(cx, AM_STUB_LOST, file_name, NULL,
			       am_bytes_of(text), part_out, err);
}
