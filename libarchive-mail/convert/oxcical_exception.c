/* [MS-OXOCAL] 2.2.10.1 exceptions: messages embedded in the one of their
 * series. */
#include "convert/oxcical_lids.h"
#include "convert/oxcical_private.h"

enum { FLAG_EXCEPTION = 2 }; /* PidTagAttachmentFlags: afException */

static int64_t
attachment_time(const struct am_attachment *attachment, uint16_t id)
{
	const struct am_message view = { .pc = attachment->pc };
	const struct am_oxcical_source source = { .message = &view };

	return am_oxcical_tag_time(&source, id);
}

bool
am_oxcical_is_exception(const struct am_attachment *attachment)
{
	if (attachment->pc == NULL || attachment->method != AM_ATTACH_EMBEDDED)
		return false;
	return (am_pc_int(attachment->pc, AM_PID_ATTACHMENT_FLAGS, 0) &
		FLAG_EXCEPTION) != 0 ||
	       attachment_time(attachment, AM_PID_EXCEPTION_REPLACE_TIME) !=
		       AM_TIME_NONE;
}

static enum am_status
exception_open(struct am_oxcical *cx, const struct am_attachment *attachment,
	       struct am_oxcical_exceptions *exceptions, struct am_error *err)
{
	struct am_oxcical_exception *exception =
		&exceptions->items[exceptions->count];
	struct am_oxcical_source source = { 0 };
	const size_t max = cx->options.max_exception_memory;
	enum am_status status;

	cx->mail.counts.embedded_found++;
	if (cx->own.used > max)
		status = am_fail(err, AM_LIMIT,
				 "the exceptions of the series need more than "
				 "%zu bytes",
				 max);
	else
		status = am_attachment_message(attachment, cx->arena,
					       &exception->message, err);
	if (status != AM_OK)
		return am_oxcical_finding(cx, "exception-lost", status, err);
	cx->mail.counts.embedded_written++;
	source.message = exception->message;
	exception->replaced =
		attachment_time(attachment, AM_PID_EXCEPTION_REPLACE_TIME);
	if (exception->replaced == AM_TIME_NONE)
		exception->replaced =
			am_oxcical_time(&source, AM_PSETID_APPOINTMENT,
					LID_EXCEPTION_REPLACE_TIME);
	/* a local time, stored as if it were UTC (tricky F5) */
	exception->start =
		attachment_time(attachment, AM_PID_EXCEPTION_START_TIME);
	exceptions->count++;
	return AM_OK;
}

enum am_status
am_oxcical_exceptions_read(struct am_oxcical *cx,
			   const struct am_attachment *items, size_t count,
			   struct am_oxcical_exceptions *exceptions_out,
			   struct am_error *err)
{
	size_t i;

	exceptions_out->count = 0;
	exceptions_out->items =
		am_arena_array(cx->arena, count, struct am_oxcical_exception);
	if (exceptions_out->items == NULL)
		return am_arena_failed(
			cx->arena, count * sizeof(*exceptions_out->items), err);
	for (i = 0; i < count; i++)
		if (am_oxcical_is_exception(&items[i]))
			AM_TRY(exception_open(cx, &items[i], exceptions_out,
					      err));
	return AM_OK;
}

struct am_message *
am_oxcical_exception_take(struct am_oxcical_exceptions *exceptions,
			  int64_t replaced, int64_t start)
{
	struct am_oxcical_exception *found = NULL;
	size_t i;

	for (i = 0; i < exceptions->count && found == NULL; i++)
		if (!exceptions->items[i].is_used &&
		    exceptions->items[i].replaced == replaced)
			found = &exceptions->items[i];
	for (i = 0; i < exceptions->count && found == NULL; i++)
		if (!exceptions->items[i].is_used &&
		    exceptions->items[i].start == start)
			found = &exceptions->items[i];
	if (found == NULL)
		return NULL;
	found->is_used = true;
	return found->message;
}

static bool
has_body(const struct am_message *message)
{
	static const uint16_t ids[] = { AM_PID_BODY, AM_PID_HTML,
					AM_PID_RTF_COMPRESSED };
	struct am_prop prop;
	size_t i;

	for (i = 0; i < sizeof(ids) / sizeof(ids[0]); i++)
		if (am_pc_find(message->pc, ids[i], &prop))
			return true;
	return false;
}

enum am_status
am_oxcical_override(struct am_oxcical *cx,
		    const struct am_oxcical_source *source,
		    const struct am_oxcical_times *times, int64_t start,
		    struct am_error *err)
{
	struct am_message *own = source->exception;
	struct am_attachment *items;
	size_t count;

	am_oxcical_times_write(cx, times);
	AM_TRY(am_oxcical_event(cx, source, times, err));
	AM_TRY(am_oxcical_body(
		cx, own != NULL && has_body(own) ? own : cx->message, err));
	if (own != NULL) {
		AM_TRY(am_message_attachments(own, &items, &count, err));
		AM_TRY(am_oxcical_attachments(cx, items, count, err));
	}
	am_oxcical_alarm(cx, source, start);
	am_ical_end(&cx->ical, "VEVENT");
	return AM_OK;
}

static enum am_status
rest_write(struct am_oxcical *cx, struct am_oxcical_exception *exception,
	   struct am_error *err)
{
	const struct am_oxcical_source own = { .message = exception->message };
	const struct am_oxcical_source source = { .message = cx->message,
						  .exception =
							  exception->message };
	struct am_oxcical_times times;
	enum am_status status;
	int64_t start;
	int64_t end;

	status = am_oxcical_times(cx, &own, &times, err);
	if (status != AM_OK)
		return am_oxcical_finding(cx, "exception-lost", status, err);
	am_oxcical_when(&own, &start, &end);
	am_ical_begin(&cx->ical, "VEVENT");
	AM_TRY(am_oxcical_identity(cx, &source, err));
	if (exception->replaced != AM_TIME_NONE)
		am_oxcical_time_line(cx, "RECURRENCE-ID", exception->replaced,
				     NULL, times.is_date);
	return am_oxcical_override(cx, &source, &times, start, err);
}

enum am_status
am_oxcical_exceptions_rest(struct am_oxcical *cx,
			   struct am_oxcical_exceptions *exceptions,
			   struct am_error *err)
{
	size_t i;

	for (i = 0; i < exceptions->count; i++) {
		if (exceptions->items[i].is_used)
			continue;
		am_report_note(am_oxcical_report(cx), "exception",
			       "an exception of the series is not in its "
			       "pattern");
		AM_TRY(rest_write(cx, &exceptions->items[i], err));
	}
	return AM_OK;
}
