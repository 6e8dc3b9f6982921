/* Embedded messages: opened when the writer gets there, each in an arena of
 * its own that goes when it is written (tricky D6, D21). */
#include "base/alloc.h"
#include "convert/arena_text.h"
#include "convert/oxcmail_private.h"

static void
child_free(struct am_oxcmail_part *part)
{
	if (part->child == NULL)
		return;
	am_oxcmail_end(part->child);
	am_free(part->child);
	part->child = NULL;
	part->cx->child = NULL;
}

static enum am_status
embedded_next(struct am_stream *guard, struct am_bytes *bytes_out,
	      struct am_error *err)
{
	return am_stream_next(am_oxcmail_part_of_guard(guard)->child->mime,
			      bytes_out, err);
}

static void
embedded_close(struct am_stream *guard)
{
	child_free(am_oxcmail_part_of_guard(guard));
}

/* A message in place of one that cannot be planned. */
static enum am_status
lost_open(struct am_oxcmail_part *part, struct am_stream **content_out,
	  struct am_error *err)
{
	struct am_oxcmail *cx = part->cx;
	const char *end = cx->run->options.lf ? "\n" : "\r\n";
	const char *text;

	part->lost = err->status;
	am_report_note(am_oxcmail_report(cx), "embedded-lost", "\"%s\": %s",
		       part->name, err->text);
	AM_TRY(am_arena_text_format(
		cx->message->arena, &text, err,
		"MIME-Version: 1.0%sX-PST-Part: " AM_STUB_LOST
		"%sContent-Type: text/plain; charset=us-ascii%s%s"
		"This embedded message could not be read from the archive.%s",
		end, end, end, end, end));
	return am_stream_of_bytes(cx->message->arena, am_bytes_of(text),
				  content_out, err);
}

static enum am_status
child_begin(struct am_oxcmail_part *part, struct am_error *err)
{
	struct am_oxcmail *child = part->child;

	child->run = part->cx->run;
	child->parent = part->cx;
	child->nid = part->attachment->node.nid;
	AM_TRY(am_attachment_message(part->attachment, &child->own,
				     &child->message, err));
	return am_oxcmail_begin(child, err);
}

static enum am_status
embedded_open(struct am_mime_part *mime, struct am_stream **content_out,
	      struct am_error *err)
{
	struct am_oxcmail_part *part = am_oxcmail_part_of(mime);
	enum am_status status;

	part->child = am_alloc(sizeof(*part->child));
	if (part->child == NULL)
		return am_nomem(err);
	part->cx->child = part->child;
	status = child_begin(part, err);
	if (status == AM_OK) {
		part->guard.next = embedded_next;
		part->guard.close = embedded_close;
		*content_out = &part->guard;
		return AM_OK;
	}
	child_free(part);
	return am_is_item_scoped(status) ? lost_open(part, content_out, err)
					 : status;
}

static void
embedded_done(struct am_mime_part *mime, enum am_status status,
	      const struct am_error *err)
{
	struct am_oxcmail_part *part = am_oxcmail_part_of(mime);
	struct am_oxcmail_run *run = part->cx->run;

	if (status == AM_OK && part->lost == AM_OK)
		run->mail->counts.embedded_written++;
	if (status == AM_OK)
		return;
	am_report_note(am_oxcmail_report(part->cx), "embedded-cut",
		       "\"%s\": %s", part->name, err->text);
	if (!am_is_item_scoped(status))
		am_oxcmail_fatal(run, status, err);
}

void
am_oxcmail_part_embedded(struct am_oxcmail_part *part)
{
	part->part.is_message = true;
	part->part.open = embedded_open;
	part->part.done = embedded_done;
}
