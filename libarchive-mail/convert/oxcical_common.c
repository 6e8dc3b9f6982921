/* Lines that appointments, tasks and journal entries have in common. */
#include <stdio.h>

#include "convert/oxcical_lids.h"
#include "convert/oxcical_private.h"
#include "convert/oxcmail_private.h"
#include "convert/plain_body.h"

enum {
	MAX_CATEGORIES = 1000,
	MINUTE = 60,
	DEFAULT_DELTA = 15,		/* minutes */
	MAX_DELTA = 10 * 366 * 24 * 60, /* what is longer is no reminder */
	DELTA_IS_DEFAULT = 0x5ae980e1
};

int64_t
am_oxcical_stamp(const struct am_oxcical_source *source)
{
	const int64_t times[] = {
		am_oxcical_time(source, AM_PSETID_MEETING,
				LID_OWNER_CRITICAL_CHANGE),
		am_oxcical_time(source, AM_PSETID_MEETING,
				LID_ATTENDEE_CRITICAL_CHANGE),
		am_oxcical_tag_time(source, AM_PID_LAST_MODIFICATION_TIME),
		am_oxcical_tag_time(source, AM_PID_CREATION_TIME),
		am_oxcical_time(source, AM_PSETID_APPOINTMENT, LID_START_WHOLE),
	};
	size_t i;

	for (i = 0; i < sizeof(times) / sizeof(times[0]); i++)
		if (times[i] != AM_TIME_NONE)
			return times[i];
	return 0;
}

enum am_status
am_oxcical_identity(struct am_oxcical *cx,
		    const struct am_oxcical_source *source,
		    struct am_error *err)
{
	if (cx->uid == NULL)
		AM_TRY(am_oxcical_uid(cx->message, &cx->uid, err));
	am_ical_text_line(&cx->ical, "UID", am_bytes_of(cx->uid));
	am_ical_utc_line(&cx->ical, "DTSTAMP",
			 am_oxcical_is_message(cx)
				 ? am_oxcical_meeting_stamp(cx, source)
				 : am_oxcical_stamp(source));
	return AM_OK;
}

static enum am_status
summary_write(struct am_oxcical *cx, const struct am_oxcical_source *source,
	      struct am_error *err)
{
	struct am_text subject = { NULL, 0, false };
	const char *line;

	if (source->info != NULL &&
	    (source->info->flags & AM_EXCEPTION_SUBJECT) != 0)
		subject = source->info->subject;
	if (subject.len == 0 && source->exception != NULL)
		AM_TRY(am_oxcmail_subject(source->exception, &subject, err));
	if (subject.len == 0)
		AM_TRY(am_oxcmail_subject(source->message, &subject, err));
	AM_TRY(am_oxcmail_subject_line(cx->arena, subject, &line, err));
	am_ical_text_line(&cx->ical, "SUMMARY", am_bytes_of(line));
	return AM_OK;
}

static void
class_write(struct am_oxcical *cx, const struct am_oxcical_source *source)
{
	static const char *const names[] = { "PUBLIC", "PERSONAL", "PRIVATE",
					     "CONFIDENTIAL" };
	int64_t value = am_oxcical_tag_int(source, AM_PID_SENSITIVITY, 0);

	if (value == 0 &&
	    am_oxcical_int(source, AM_PSETID_COMMON, LID_PRIVATE, 0) != 0)
		value = 2;
	if (value < 0 || value > 3)
		value = 2; /* nobody knows, so nobody is told */
	am_ical_line(&cx->ical, "CLASS", "%s", names[value]);
}

/* PidTagImportance 0 to 2. */
static void
priority_write(struct am_oxcical *cx, const struct am_oxcical_source *source)
{
	static const int priorities[] = { 9, 5, 1 };
	const int64_t value = am_oxcical_tag_int(source, AM_PID_IMPORTANCE, 1);

	if (value < 0 || value > 2)
		return;
	am_ical_line(&cx->ical, "PRIORITY", "%d", priorities[value]);
	am_ical_line(&cx->ical, "X-MICROSOFT-CDO-IMPORTANCE", "%d", (int)value);
}

static enum am_status
categories_write(struct am_oxcical *cx, const struct am_oxcical_source *source,
		 struct am_error *err)
{
	const uint16_t id = am_store_named_text(
		cx->message->store, AM_PS_PUBLIC_STRINGS, "Keywords");
	const struct am_message *owner = source->message;
	struct am_text *texts;
	struct am_prop prop;
	enum am_status status;
	size_t count;
	size_t i;

	if (source->exception != NULL && id != 0 &&
	    am_pc_find(source->exception->pc, id, &prop))
		owner = source->exception;
	if (id == 0 || !am_pc_find(owner->pc, id, &prop))
		return AM_OK;
	status = am_prop_texts(&prop, owner->codepage, owner->arena, &texts,
			       &count, err);
	if (status != AM_OK)
		return am_oxcical_finding(cx, "categories", status, err);
	for (i = 0; i < count && i < MAX_CATEGORIES; i++)
		am_ical_text_line(&cx->ical, "CATEGORIES",
				  am_bytes(texts[i].data, texts[i].len));
	return AM_OK;
}

/* Of a message they tell when this copy of it was stored. */
static void
changes_write(struct am_oxcical *cx, const struct am_oxcical_source *source)
{
	am_ical_utc_line(&cx->ical, "CREATED",
			 am_oxcical_tag_time(source, AM_PID_CREATION_TIME));
	am_ical_utc_line(
		&cx->ical, "LAST-MODIFIED",
		am_oxcical_tag_time(source, AM_PID_LAST_MODIFICATION_TIME));
}

enum am_status
am_oxcical_common(struct am_oxcical *cx, const struct am_oxcical_source *source,
		  struct am_error *err)
{
	AM_TRY(summary_write(cx, source, err));
	class_write(cx, source);
	priority_write(cx, source);
	AM_TRY(categories_write(cx, source, err));
	if (!am_oxcical_is_message(cx))
		changes_write(cx, source);
	AM_TRY(am_oxcical_texts_line(cx, source, "CONTACT", AM_PSETID_COMMON,
				     LID_CONTACTS, err));
	AM_TRY(am_oxcical_texts_line(cx, source, "X-OUTLOOK-COMPANY",
				     AM_PSETID_COMMON, LID_COMPANIES, err));
	AM_TRY(am_oxcical_text_line(cx, source, "X-OUTLOOK-MILEAGE",
				    AM_PSETID_COMMON, LID_MILEAGE, err));
	return am_oxcical_text_line(cx, source, "X-OUTLOOK-BILLING",
				    AM_PSETID_COMMON, LID_BILLING, err);
}

/* ---- bodies ---- */

/* Is there a first piece? */
static enum am_status
stream_probe(struct am_stream *stream, bool *is_there_out, struct am_error *err)
{
	struct am_bytes piece;
	const enum am_status status = am_stream_next(stream, &piece, err);

	am_stream_close(stream);
	*is_there_out = status == AM_OK;
	return status == AM_OK || status == AM_END || am_is_item_scoped(status)
		       ? AM_OK
		       : status;
}

static enum am_status
text_write(struct am_oxcical *cx, const struct am_message *message,
	   struct am_error *err)
{
	const struct am_oxcical_segment value = { .value = AM_OXCICAL_BODY,
						  .message = message,
						  .name = "the body" };
	struct am_stream *stream = NULL;
	bool is_there = false;

	am_arena_reset(&cx->scratch);
	AM_TRY(am_plain_body_open(message, &cx->scratch, &stream, err));
	AM_TRY(stream_probe(stream, &is_there, err));
	if (!is_there)
		return AM_OK;
	am_ical_name(&cx->ical, "DESCRIPTION");
	am_ical_colon(&cx->ical);
	return am_oxcical_segment_end(cx, &value, err);
}

/* The HTML is written too, as Outlook does, where there is some. */
static enum am_status
html_write(struct am_oxcical *cx, const struct am_message *message,
	   struct am_error *err)
{
	const struct am_oxcical_segment value = { .value = AM_OXCICAL_HTML,
						  .message = message,
						  .name = "the HTML body" };
	struct am_prop prop;

	if (!am_pc_find(message->pc, AM_PID_HTML, &prop))
		return AM_OK;
	am_ical_name(&cx->ical, "X-ALT-DESC;FMTTYPE=text/html");
	am_ical_colon(&cx->ical);
	return am_oxcical_segment_end(cx, &value, err);
}

enum am_status
am_oxcical_body(struct am_oxcical *cx, const struct am_message *message,
		struct am_error *err)
{
	AM_TRY(text_write(cx, message, err));
	if (cx->meeting != NULL)
		return AM_OK; /* the mail has a part with the HTML */
	return html_write(cx, message, err);
}

/* ---- reminders ---- */

static void
alarm_write(struct am_oxcical *cx, const char *parameter, const char *trigger)
{
	am_ical_begin(&cx->ical, "VALARM");
	am_ical_line(&cx->ical, "ACTION", "DISPLAY");
	am_ical_line(&cx->ical, "DESCRIPTION", "REMINDER");
	am_ical_name(&cx->ical, "TRIGGER");
	am_ical_raw(&cx->ical, parameter);
	am_ical_colon(&cx->ical);
	am_ical_raw(&cx->ical, trigger);
	am_ical_eol(&cx->ical);
	am_ical_end(&cx->ical, "VALARM");
}

/* Minutes before the event. */
static int64_t
delta_of(const struct am_oxcical_source *source, int64_t start)
{
	const int64_t signal = am_oxcical_time(source, AM_PSETID_COMMON,
					       LID_REMINDER_SIGNAL_TIME);
	int64_t delta = am_oxcical_int(source, AM_PSETID_COMMON,
				       LID_REMINDER_DELTA, DELTA_IS_DEFAULT);

	if (source->info != NULL &&
	    (source->info->flags & AM_EXCEPTION_REMINDER_DELTA) != 0)
		delta = source->info->reminder_delta;
	if (delta >= 0 && delta <= MAX_DELTA)
		return delta;
	/* a signal that was put off tells nothing */
	if (signal != AM_TIME_NONE && signal <= start &&
	    start - signal <= MAX_DELTA * (int64_t)MINUTE)
		return (start - signal) / MINUTE;
	return DEFAULT_DELTA;
}

static bool
is_set(const struct am_oxcical_source *source)
{
	if (source->info != NULL &&
	    (source->info->flags & AM_EXCEPTION_REMINDER_SET) != 0)
		return source->info->reminder_set != 0;
	return am_oxcical_int(source, AM_PSETID_COMMON, LID_REMINDER_SET, 0) !=
	       0;
}

void
am_oxcical_alarm(struct am_oxcical *cx, const struct am_oxcical_source *source,
		 int64_t start)
{
	const int64_t at =
		am_oxcical_time(source, AM_PSETID_COMMON, LID_REMINDER_TIME);
	char text[AM_ICAL_TIME_SIZE];

	if (!is_set(source) ||
	    (cx->meeting != NULL && !cx->meeting->kind->has_time))
		return;
	if (start != AM_TIME_NONE) {
		(void)snprintf(text, sizeof(text), "-PT%dM",
			       (int)delta_of(source, start));
		alarm_write(cx, "", text);
	} else if (at != AM_TIME_NONE) {
		am_ical_time(at, true, text);
		alarm_write(cx, ";VALUE=DATE-TIME", text);
	}
}
