/* [MS-OXOTASK] tasks as VTODO ([MS-OXCICAL] does not know them). */
#include <stdlib.h>

#include "convert/oxcical_lids.h"
#include "convert/oxcical_private.h"
#include "ical/rule.h"

enum { DAY = 86400, STATUS_COMPLETE = 2 };

/* PidLidTaskStatus; waiting and deferred have no word of their own. */
static const char *const status_names[] = { "NEEDS-ACTION", "IN-PROCESS",
					    "COMPLETED", "NEEDS-ACTION",
					    "NEEDS-ACTION" };
static const char *const outlook_names[] = { "NOTSTARTED", "INPROGRESS",
					     "COMPLETE", "WAITING",
					     "DEFERRED" };

struct task {
	struct am_oxcical *cx;
	struct am_oxcical_source source;
	int64_t start, due; /* UTC, or dates; AM_TIME_NONE */
	bool is_date;
};

static int64_t
task_int(const struct task *task, uint32_t lid, int64_t fallback)
{
	return am_oxcical_int(&task->source, AM_PSETID_TASK, lid, fallback);
}

static int64_t
task_time(const struct task *task, uint32_t lid)
{
	return am_oxcical_time(&task->source, AM_PSETID_TASK, lid);
}

/* PidLidPercentComplete is a PtypFloating64 of 0 to 1. */
static int
percent_of(const struct task *task)
{
	struct am_prop prop;
	double part;

	if (!am_message_named(task->source.message, AM_PSETID_TASK,
			      LID_TASK_PERCENT, &prop) ||
	    !am_prop_double(&prop, &part) || !(part >= 0.0 && part <= 1.0))
		return -1;
	return (int)(part * 100.0 + 0.5);
}

/* Dates are midnights of no zone in particular, stored as if they were UTC: the
 * day is the day (tricky F19). A time of day makes it a moment. */
static void
dates_read(struct task *task)
{
	task->start = task_time(task, LID_TASK_START);
	task->due = task_time(task, LID_TASK_DUE);
	task->is_date =
		(task->start == AM_TIME_NONE || task->start % DAY == 0) &&
		(task->due == AM_TIME_NONE || task->due % DAY == 0);
	if (task->start != AM_TIME_NONE && task->due != AM_TIME_NONE &&
	    task->due < task->start)
		task->start = AM_TIME_NONE; /* RFC 5545 3.8.2.3 */
}

static void
dates_write(const struct task *task)
{
	if (task->start != AM_TIME_NONE)
		am_oxcical_time_line(task->cx, "DTSTART", task->start, NULL,
				     task->is_date);
	if (task->due != AM_TIME_NONE)
		am_oxcical_time_line(task->cx, "DUE", task->due, NULL,
				     task->is_date);
}

static void
status_write(const struct task *task)
{
	struct am_ical *ical = &task->cx->ical;
	const int64_t completed = task_time(task, LID_TASK_DATE_COMPLETED);
	int64_t status = task_int(task, LID_TASK_STATUS, 0);
	int percent = percent_of(task);

	if (task_int(task, LID_TASK_COMPLETE, 0) != 0)
		status = STATUS_COMPLETE;
	if (status >= 0 && status <= 4) {
		am_ical_line(ical, "STATUS", "%s", status_names[status]);
		am_ical_line(ical, "X-OUTLOOK-STATUS", "%s",
			     outlook_names[status]);
	}
	if (status == STATUS_COMPLETE)
		percent = 100;
	if (percent >= 0)
		am_ical_line(ical, "PERCENT-COMPLETE", "%d", percent);
	if (status == STATUS_COMPLETE)
		am_ical_utc_line(ical, "COMPLETED", completed);
}

/* A task that comes again when it is done has no instances to foresee. */
static enum am_status
recurrence_write(struct task *task, struct am_error *err)
{
	struct am_oxcical *cx = task->cx;
	struct am_recurrence *recurrence;
	struct am_ical_series series = { .is_date = true };
	struct am_bytes raw;
	enum am_status status;

	AM_TRY(am_oxcical_bytes(&task->source, AM_PSETID_TASK, LID_TASK_RECUR,
				&raw, err));
	if (raw.len == 0 || task_int(task, LID_TASK_FRECURRING, 1) == 0)
		return AM_OK;
	status = am_recurrence_pattern(raw, cx->arena, &recurrence, err);
	if (status != AM_OK)
		return am_oxcical_finding(cx, "recurrence", status, err);
	if (recurrence->is_sliding) {
		am_ical_line(&cx->ical, "X-OUTLOOK-REGENERATING", "TRUE");
		return AM_OK;
	}
	series.recurrence = recurrence;
	series.start = task->start;
	if (series.start == AM_TIME_NONE)
		series.start = task->due;
	if (series.start == AM_TIME_NONE &&
	    !am_recurrence_is_no_date(recurrence->start_date))
		series.start = am_recurrence_seconds(recurrence->start_date);
	if (series.start == AM_TIME_NONE) {
		am_report_note(am_oxcical_report(cx), "recurrence",
			       "the task recurs from no date at all");
		return AM_OK;
	}
	if (task->start == AM_TIME_NONE)
		am_oxcical_time_line(cx, "DTSTART", series.start, NULL,
				     task->is_date);
	series.is_date = task->is_date;
	return am_oxcical_rule(cx, &series, NULL, err);
}

static enum am_status
outlook_write(struct task *task, struct am_error *err)
{
	static const struct {
		const char *name;
		uint32_t lid;
	} efforts[] = {
		{ "X-OUTLOOK-ACTUAL-EFFORT", LID_TASK_ACTUAL_EFFORT },
		{ "X-OUTLOOK-ESTIMATED-EFFORT", LID_TASK_ESTIMATED_EFFORT },
	};
	size_t i;

	for (i = 0; i < 2; i++) {
		const int64_t minutes = task_int(task, efforts[i].lid, 0);

		if (minutes > 0 && minutes <= INT32_MAX)
			am_ical_line(&task->cx->ical, efforts[i].name, "PT%dM",
				     (int)minutes);
	}
	AM_TRY(am_oxcical_text_line(task->cx, &task->source, "X-OUTLOOK-OWNER",
				    AM_PSETID_TASK, LID_TASK_OWNER, err));
	return am_oxcical_text_line(task->cx, &task->source,
				    "X-OUTLOOK-ASSIGNER", AM_PSETID_TASK,
				    LID_TASK_ASSIGNER, err);
}

enum am_status
am_oxotask_write(struct am_oxcical *cx, struct am_error *err)
{
	struct task task = { .cx = cx, .source = { .message = cx->message } };
	const struct am_attachment *items;
	size_t count;

	AM_TRY(am_oxcical_items(cx, &items, &count, err));
	dates_read(&task);
	am_ical_begin(&cx->ical, "VTODO");
	AM_TRY(am_oxcical_identity(cx, &task.source, err));
	dates_write(&task);
	AM_TRY(recurrence_write(&task, err));
	status_write(&task);
	AM_TRY(am_oxcical_common(cx, &task.source, err));
	AM_TRY(outlook_write(&task, err));
	AM_TRY(am_oxcical_people(cx, &task.source, err));
	AM_TRY(am_oxcical_body(cx, cx->message, err));
	AM_TRY(am_oxcical_attachments(cx, items, count, err));
	am_oxcical_alarm(cx, &task.source, AM_TIME_NONE);
	am_ical_end(&cx->ical, "VTODO");
	return AM_OK;
}
