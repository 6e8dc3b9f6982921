/* A part of mail that holds the message, or the item that it is kept for, in
 * the form that a program reads: a calendar object, a card. */
#include "convert/oxcmail_private.h"

static enum am_status
object_open(struct am_mime_part *mime, struct am_stream **content_out,
	    struct am_error *err)
{
	struct am_oxcmail_part *part = am_oxcmail_part_of(mime);

	(void)err;
	*content_out = am_oxcmail_guard(part, part->cx->object->mime);
	return AM_OK;
}

/* What the object holds is counted with the rest: what is attached to the
 * exceptions of a series, the photo of a contact. */
static enum am_status
records_take(struct am_oxcmail *cx, const struct am_mail *object,
	     struct am_error *err)
{
	struct am_oxcmail_run *run = cx->run;
	struct am_item_attachment **end = am_oxcmail_records_end(run);
	const struct am_item_attachment *item = object->attachments;

	for (; item != NULL; item = item->next) {
		struct am_item_attachment *record;

		AM_TRY(am_oxcmail_record_add(cx, &end, item->name, &record,
					     err));
		record->size = item->size;
		memcpy(record->sha256, item->sha256, sizeof(item->sha256));
		record->status = item->status;
		record->done = item->done;
		run->last_done = record;
	}
	return AM_OK;
}

static void
counts_take(struct am_mail *mail, const struct am_mail *object)
{
	mail->counts.attachments_written += object->counts.attachments_written;
	mail->counts.embedded_found += object->counts.embedded_found;
	mail->counts.embedded_written += object->counts.embedded_written;
	mail->damaged = mail->damaged || object->damaged;
}

static void
object_done(struct am_mime_part *mime, enum am_status status,
	    const struct am_error *err)
{
	struct am_oxcmail_part *part = am_oxcmail_part_of(mime);
	struct am_oxcmail *cx = part->cx;
	struct am_error cause = { 0 };
	enum am_status taken;

	if (status != AM_OK) {
		cx->run->mail->damaged = true;
		am_report_add(am_oxcmail_report(cx), part->name, err);
		if (!am_is_item_scoped(status))
			am_oxcmail_fatal(cx->run, status, err);
	}
	taken = records_take(cx, cx->object, &cause);
	if (taken != AM_OK)
		am_oxcmail_fatal(cx->run, taken, &cause);
	counts_take(cx->run->mail, cx->object);
	/* its memory is not needed while others are written */
	am_mail_close(cx->object);
	cx->object = NULL;
}

void
am_oxcmail_part_object(struct am_oxcmail_part *part)
{
	/* folded lines may end in a blank, and in half a word */
	part->part.encoding = AM_MIME_QUOTED;
	part->part.is_text = true;
	part->part.open = object_open;
	part->part.done = object_done;
}
