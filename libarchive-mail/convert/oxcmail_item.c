/* Items that are no mail, and become mail: in a message that they are embedded
 * in, or because mail is all that the destination takes (mapi-to-mime 9). Each
 * is a text, and a file that programs read. */
#include "convert/arena_text.h"
#include "convert/attachment_name.h"
#include "convert/outline.h"
#include "convert/oxcical.h"
#include "convert/oxcmail_private.h"
#include "convert/oxvcard.h"
#include "mime/field.h"

/* The two forms of items. */
static const struct form {
	const char *type;
	const char *extension;
	const char *finding; /* why there is no such file */
} calendar_form = { "text/calendar", ".ics", "no-calendar" },
  card_form = { "text/vcard", ".vcf", "no-card" };

/* NULL: it is mail, or (an appointment in a message) its part is made by
 * am_oxcmail_calendar_plan. */
static const struct form *
form_of(const struct am_oxcmail *cx)
{
	const bool is_embedded = cx->parent != NULL;
	const bool is_kept = cx->run->options.items_as_mail;

	switch (am_item_kind(cx->message->class_name)) {
	case AM_ITEM_APPOINTMENT:
		return !is_embedded && is_kept ? &calendar_form : NULL;
	case AM_ITEM_TASK:
	case AM_ITEM_JOURNAL:
		return is_embedded || is_kept ? &calendar_form : NULL;
	case AM_ITEM_CONTACT:
	case AM_ITEM_DISTLIST:
		return is_embedded || is_kept ? &card_form : NULL;
	default:
		return NULL;
	}
}

/* ---- the file ---- */

/* The item has it already. */
static void
attachment_drop(struct am_oxcmail_attachments *attachments, size_t at)
{
	for (; at + 1 < attachments->count; at++)
		attachments->items[at] = attachments->items[at + 1];
	attachments->count--;
}

static enum am_status
card_open(struct am_oxcmail *cx, struct am_oxcmail_attachments *attachments,
	  struct am_error *err)
{
	size_t photo = SIZE_MAX;

	AM_TRY(am_oxvcard_part_open(cx->message, attachments->items,
				    attachments->count, &cx->run->options,
				    &cx->object, &photo, err));
	if (photo < attachments->count)
		attachment_drop(attachments, photo);
	return AM_OK;
}

static enum am_status
object_open(struct am_oxcmail *cx, const struct form *form,
	    struct am_oxcmail_attachments *attachments, struct am_error *err)
{
	if (form == &card_form)
		return card_open(cx, attachments, err);
	AM_TRY(am_oxcical_part_open(cx->message, attachments->items,
				    attachments->count, &cx->run->options,
				    &cx->object, err));
	am_oxcmail_exceptions_drop(attachments);
	return AM_OK;
}

/* Called as the item is. */
static enum am_status
name_make(struct am_oxcmail *cx, const char *extension, const char **name_out,
	  struct am_error *err)
{
	struct am_arena *arena = cx->message->arena;
	struct am_text subject;
	const char *name;

	AM_TRY(am_oxcmail_subject(cx->message, &subject, err));
	name = am_file_name_of_text(arena, subject);
	if (name == NULL)
		return am_arena_failed(arena, 3 * subject.len + 1, err);
	return am_arena_text_format(arena, name_out, err, "%s%s",
				    name[0] != '\0' ? name : "item", extension);
}

static enum am_status
part_make(struct am_oxcmail *cx, const struct form *form,
	  struct am_mime_part **part_out, struct am_error *err)
{
	struct am_oxcmail_part *part = am_oxcmail_part_new(cx);
	const char *name;

	if (part == NULL)
		return am_arena_failed(cx->message->arena, sizeof(*part), err);
	AM_TRY(name_make(cx, form->extension, &name, err));
	am_field_begin(&cx->lines, "Content-Type", form->type);
	am_field_param(&cx->lines, "charset", "utf-8");
	am_field_end(&cx->lines);
	am_field_begin(&cx->lines, "Content-Disposition", "attachment");
	am_field_param(&cx->lines, "filename", name);
	am_field_end(&cx->lines);
	am_field_ascii(&cx->lines, "X-PST-Part", "item");
	AM_TRY(am_oxcmail_part_headers(cx, &part->part, err));
	part->name = "item-part";
	am_oxcmail_part_object(part);
	*part_out = &part->part;
	return AM_OK;
}

enum am_status
am_oxcmail_item_plan(struct am_oxcmail *cx,
		     struct am_oxcmail_attachments *attachments,
		     struct am_mime_part **part_out, struct am_error *err)
{
	const struct form *form = form_of(cx);
	struct am_error cause = { 0 };
	enum am_status status;

	*part_out = NULL;
	if (form == NULL)
		return AM_OK;
	status = object_open(cx, form, attachments, &cause);
	if (status == AM_OK) {
		cx->has_object = true;
		return part_make(cx, form, part_out, err);
	}
	if (!am_is_item_scoped(status)) {
		*err = cause;
		return status;
	}
	am_report_note(am_oxcmail_report(cx), form->finding,
		       "the %s has no %s part: %s", cx->message->class_name,
		       form->type, cause.text);
	return AM_OK;
}

/* ---- the text ---- */

static void
outline_write(const struct am_oxcmail *cx, struct am_outline *outline)
{
	switch (am_item_kind(cx->message->class_name)) {
	case AM_ITEM_CONTACT:
	case AM_ITEM_DISTLIST:
		am_oxvcard_outline(cx->object, outline);
		break;
	default:
		am_oxcical_outline(cx->object, outline);
		break;
	}
}

enum am_status
am_oxcmail_item_body(struct am_oxcmail *cx, struct am_mime_part **part_out,
		     struct am_error *err)
{
	struct am_oxcmail_part *part = NULL;
	struct am_bytes text = { NULL, 0 };
	struct am_outline outline;
	enum am_status status;

	am_outline_begin(&outline);
	outline_write(cx, &outline);
	status = am_outline_end(&outline, err);
	if (status == AM_OK)
		status = am_arena_copy(cx->message->arena,
				       am_buf_bytes(&outline.text), &text, err);
	am_outline_free(&outline);
	if (status != AM_OK || text.len == 0)
		return status;
	AM_TRY(am_oxcmail_text_part(cx,
				    am_is_ascii(text)
					    ? "text/plain; charset=us-ascii"
					    : "text/plain; charset=utf-8",
				    text, &part, err));
	*part_out = &part->part;
	return AM_OK;
}
