/* The parts of all attachments of a message, and what is beyond a limit. */
#include "convert/oxcmail_plan.h"

static void
list_add(struct am_mime_part ***end, struct am_mime_part *part)
{
	**end = part;
	*end = &part->next;
}

/* The part and its record, at the end of the list it belongs to. */
static enum am_status
plan_keep(const struct am_plan *plan, struct am_mime_part ***end,
	  struct am_item_attachment ***records, struct am_error *err)
{
	struct am_oxcmail_part *part = plan->part;

	if (part == NULL)
		return AM_OK;
	list_add(end, plan->whole != NULL ? plan->whole : &part->part);
	if (!plan->is_counted)
		return AM_OK;
	AM_TRY(am_oxcmail_record_add(plan->cx, records, plan->name,
				     &part->record, err));
	if (plan->lost.status != AM_OK) {
		part->record->status = plan->lost.status;
		part->record->done = true;
	}
	return AM_OK;
}

/* What is beyond a limit is one stub for all. */
static enum am_status
rest_plan(struct am_oxcmail *cx, size_t left, const struct am_error *cause,
	  struct am_mime_part ***end, struct am_error *err)
{
	struct am_oxcmail_part *part;

	cx->run->mail->counts.attachments_found += left;
	AM_TRY(am_oxcmail_stub_lost(cx, "attachments", AM_STUB_NOT_READ, cause,
				    &part, err));
	list_add(end, &part->part);
	return AM_OK;
}

static enum am_status
rest_beyond_objects(struct am_oxcmail *cx, size_t left,
		    struct am_mime_part ***end, struct am_error *err)
{
	struct am_error cause;

	(void)am_fail(&cause, AM_LIMIT,
		      "%zu attachments are left out: the message has more than "
		      "%u parts",
		      left, cx->run->options.max_objects);
	am_report_add(am_oxcmail_report(cx), "attachment-lost", &cause);
	return rest_plan(cx, left, &cause, end, err);
}

/* Those for which there was no memory; who left them out has said so. */
static enum am_status
rest_beyond_memory(struct am_oxcmail *cx, struct am_mime_part ***end,
		   struct am_error *err)
{
	const size_t left = cx->message->attachments_left;
	struct am_error cause;

	if (left == 0)
		return AM_OK;
	(void)am_fail(&cause, AM_LIMIT,
		      "%zu attachments are left out: the message has too many",
		      left);
	return rest_plan(cx, left, &cause, end, err);
}

/* Those that are inline or those that are not. */
static enum am_status
parts_plan(struct am_oxcmail *cx,
	   const struct am_oxcmail_attachments *attachments, bool is_inline,
	   struct am_item_attachment ***records,
	   struct am_mime_part **first_out, struct am_error *err)
{
	struct am_mime_part **end = first_out;
	size_t i;

	for (i = 0; i < attachments->count; i++) {
		struct am_plan plan = { .cx = cx,
					.attachment = &attachments->items[i],
					.number = i + 1,
					.is_inline = is_inline };

		if (attachments->is_inline[i] != is_inline)
			continue;
		if (cx->run->objects >= cx->run->options.max_objects)
			return rest_beyond_objects(cx, attachments->count - i,
						   &end, err);
		AM_TRY(am_plan_attachment(&plan, err));
		AM_TRY(plan_keep(&plan, &end, records, err));
	}
	return is_inline ? AM_OK : rest_beyond_memory(cx, &end, err);
}

enum am_status
am_oxcmail_attachments_plan(struct am_oxcmail *cx,
			    struct am_oxcmail_attachments *attachments,
			    struct am_error *err)
{
	struct am_item_attachment **records = am_oxcmail_records_end(cx->run);

	AM_TRY(parts_plan(cx, attachments, true, &records,
			  &attachments->inlined, err));
	return parts_plan(cx, attachments, false, &records,
			  &attachments->attached, err);
}
