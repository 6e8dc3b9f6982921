/* [MS-OXCICAL] 2.1.3.2 series: the event, its rule, the instances that were
 * deleted, and those that are otherwise. */
#include <stdlib.h>

#include "convert/oxcical_lids.h"
#include "convert/oxcical_private.h"
#include "ical/rule.h"

enum {
	DAY = 86400,
	MINUTE = 60,
	QUARTER = 15 * 60,
	FARTHEST = 14 * 3600 /* that clocks are ahead of UTC */
};

struct series {
	struct am_oxcical *cx;
	struct am_oxcical_source source;
	struct am_recurrence *recurrence;
	struct am_oxcical_exceptions exceptions;
	const struct am_ical_zone *zone; /* NULL: UTC */
	bool is_date;
	int64_t start; /* of the first instance, local */
	int64_t length;
};

static int64_t
time_of_day(const struct series *series)
{
	return (series->start % DAY + DAY) % DAY;
}

static int64_t
day_of(uint32_t minutes)
{
	const int64_t seconds = am_recurrence_seconds(minutes);

	return seconds - (seconds % DAY + DAY) % DAY;
}

static int64_t
utc_of(const struct series *series, int64_t local)
{
	return series->zone == NULL
		       ? local
		       : local - am_timezone_offset_local(series->zone->zone,
							  local);
}

/* ---- reading ---- */

/* The pattern; NULL when there is none that can be read. */
static enum am_status
pattern_read(struct series *series, struct am_error *err)
{
	struct am_oxcical *cx = series->cx;
	struct am_bytes raw;
	enum am_status status;

	AM_TRY(am_oxcical_bytes(&series->source, AM_PSETID_APPOINTMENT,
				LID_RECUR, &raw, err));
	if (raw.len == 0)
		return AM_OK;
	status = am_recurrence_appointment(raw, cx->message->codepage,
					   cx->arena, &series->recurrence, err);
	if (status != AM_OK) {
		series->recurrence = NULL;
		return am_oxcical_finding(cx, "recurrence", status, err);
	}
	if (series->recurrence->is_cut)
		am_report_note(am_oxcical_report(cx), "recurrence",
			       "the pattern of %zu bytes ends too early: %zu "
			       "exception(s) could be read",
			       raw.len, series->recurrence->exception_count);
	return AM_OK;
}

/* What a series is calculated in ([MS-OXOCAL] 2.2.1.43, 2.2.1.39). */
static enum am_status
zone_read(struct series *series, struct am_error *err)
{
	static const uint32_t lids[] = { LID_ZONE_RECUR, LID_TIME_ZONE_STRUCT,
					 LID_ZONE_START };
	size_t i;

	for (i = 0; i < 3 && series->zone == NULL; i++)
		AM_TRY(am_oxcical_zone(series->cx, series->cx->message, lids[i],
				       &series->zone, err));
	return AM_OK;
}

static bool
has_pattern_start(const struct am_recurrence *recurrence)
{
	return recurrence->start_date != 0 &&
	       !am_recurrence_is_no_date(recurrence->start_date) &&
	       recurrence->start_offset < 2 * DAY / MINUTE;
}

static int64_t
pattern_start(const struct am_recurrence *recurrence)
{
	return day_of(recurrence->start_date) +
	       (int64_t)recurrence->start_offset * MINUTE;
}

/* Without a zone the pattern, whose times are local, still tells how far
 * clocks were ahead of UTC at the first instance. */
static enum am_status
zone_guess(struct series *series, int64_t start, struct am_error *err)
{
	const int64_t ahead = pattern_start(series->recurrence) - start;

	if (ahead == 0 || ahead > FARTHEST || ahead < -FARTHEST ||
	    ahead % QUARTER != 0)
		return AM_OK;
	am_report_note(am_oxcical_report(series->cx), "time-zone",
		       "the series has no time zone: its clocks are taken to "
		       "stay where they were at the first instance");
	return am_oxcical_fixed_zone(series->cx, ahead, &series->zone, err);
}

static bool
is_instance(const struct series *series, int64_t start)
{
	const struct am_ical_series rule = { series->recurrence, start,
					     series->is_date, 0 };

	return am_ical_is_other_calendar(series->recurrence) ||
	       am_ical_rule_has_start(&rule);
}

/* DTSTART must be an instance (RFC 5545 3.8.5.3). */
static void
start_choose(struct series *series, int64_t start)
{
	const struct am_recurrence *recurrence = series->recurrence;
	int64_t by_pattern = start;

	if (has_pattern_start(recurrence))
		by_pattern = series->is_date ? day_of(recurrence->start_date)
					     : pattern_start(recurrence);
	series->start = start;
	if (is_instance(series, start) || by_pattern == start ||
	    !is_instance(series, by_pattern))
		return;
	series->start = by_pattern;
	am_report_note(am_oxcical_report(series->cx), "recurrence",
		       "the series begins on another day than its pattern, "
		       "which decides");
}

static enum am_status
start_read(struct series *series, bool *is_there_out, struct am_error *err)
{
	const struct am_recurrence *recurrence = series->recurrence;
	struct am_oxcical_times days;
	int64_t start;
	int64_t end;

	am_oxcical_when(&series->source, &start, &end);
	*is_there_out = start != AM_TIME_NONE || has_pattern_start(recurrence);
	if (!*is_there_out)
		return AM_OK;
	if (start == AM_TIME_NONE) {
		start = utc_of(series, pattern_start(recurrence));
		end = start;
	}
	if (series->zone == NULL && has_pattern_start(recurrence))
		AM_TRY(zone_guess(series, start, err));
	series->length = end - start;
	if (end == start && recurrence->end_offset > recurrence->start_offset &&
	    recurrence->end_offset < 366 * DAY / MINUTE)
		series->length = (int64_t)(recurrence->end_offset -
					   recurrence->start_offset) *
				 MINUTE;
	if (series->zone != NULL)
		start += am_timezone_offset(series->zone->zone, start);
	if (series->is_date) {
		days.start = start;
		days.end = start + series->length;
		am_oxcical_whole_days(&days);
		start = days.start;
		series->length = days.end - days.start;
	}
	start_choose(series, start);
	return AM_OK;
}

/* ---- the series ---- */

static bool
is_exception_day(const struct am_recurrence *recurrence, int64_t day)
{
	size_t low = 0;
	size_t high = recurrence->exception_count;

	while (low < high) {
		const size_t middle = low + (high - low) / 2;

		if (day_of(recurrence->exceptions[middle].original) < day)
			low = middle + 1;
		else
			high = middle;
	}
	return low < recurrence->exception_count &&
	       day_of(recurrence->exceptions[low].original) == day;
}

static int
date_compare(const void *a, const void *b)
{
	const uint32_t left = *(const uint32_t *)a;
	const uint32_t right = *(const uint32_t *)b;

	return left < right ? -1 : left > right;
}

/* Modified instances are among the deleted ones, at midnight: they are told
 * from each other by the day (tricky F3, F4). */
static void
deleted_write(struct series *series)
{
	struct am_recurrence *recurrence = series->recurrence;
	size_t i;

	if (recurrence->deleted_count > 1)
		qsort(recurrence->deleted, recurrence->deleted_count,
		      sizeof(*recurrence->deleted), date_compare);
	for (i = 0; i < recurrence->deleted_count; i++) {
		const int64_t day = day_of(recurrence->deleted[i]);

		if ((i > 0 &&
		     recurrence->deleted[i] == recurrence->deleted[i - 1]) ||
		    is_exception_day(recurrence, day))
			continue;
		am_oxcical_time_line(series->cx, "EXDATE",
				     day + time_of_day(series), series->zone,
				     series->is_date);
	}
}

static enum am_status
instances_write(struct am_oxcical *cx, const struct am_ical_series *rule,
		const struct am_ical_zone *zone, struct am_error *err)
{
	int64_t *instances;
	bool is_cut;
	size_t count;
	size_t i;
	const enum am_status status = am_ical_instances(
		rule, cx->arena, &instances, &count, &is_cut, err);

	if (status != AM_OK)
		return am_oxcical_finding(cx, "recurrence", status, err);
	for (i = 0; i < count; i++)
		if (instances[i] != rule->start)
			am_oxcical_time_line(cx, "RDATE", instances[i], zone,
					     rule->is_date);
	if (is_cut)
		am_report_note(am_oxcical_report(cx), "recurrence",
			       "the series in the calendar %s goes on after "
			       "the %zu instances that are written",
			       am_ical_calendar(rule->recurrence), count);
	return AM_OK;
}

enum am_status
am_oxcical_rule(struct am_oxcical *cx, const struct am_ical_series *series,
		const struct am_ical_zone *zone, struct am_error *err)
{
	char text[AM_ICAL_RULE_SIZE];

	am_ical_rule(series, text);
	if (!am_ical_is_other_calendar(series->recurrence)) {
		am_ical_line(&cx->ical, "RRULE", "%s", text);
		return AM_OK;
	}
	am_ical_line(&cx->ical, "X-MICROSOFT-RRULE", "%s", text);
	return instances_write(cx, series, zone, err);
}

static enum am_status
master_write(struct series *series, const struct am_attachment *items,
	     size_t count, struct am_error *err)
{
	struct am_oxcical *cx = series->cx;
	const struct am_oxcical_times times = { series->start,
						series->start + series->length,
						series->is_date, series->zone,
						series->zone };
	const int64_t last =
		am_recurrence_seconds(series->recurrence->end_date) +
		time_of_day(series);
	const struct am_ical_series rule = { series->recurrence, series->start,
					     series->is_date,
					     last - utc_of(series, last) };

	am_ical_begin(&cx->ical, "VEVENT");
	AM_TRY(am_oxcical_identity(cx, &series->source, err));
	am_oxcical_times_write(cx, &times);
	AM_TRY(am_oxcical_rule(cx, &rule, series->zone, err));
	deleted_write(series);
	AM_TRY(am_oxcical_event(cx, &series->source, &times, err));
	AM_TRY(am_oxcical_body(cx, cx->message, err));
	AM_TRY(am_oxcical_attachments(cx, items, count, err));
	am_oxcical_alarm(cx, &series->source, utc_of(series, series->start));
	am_ical_end(&cx->ical, "VEVENT");
	return AM_OK;
}

static enum am_status
override_write(struct series *series, const struct am_recur_exception *info,
	       struct am_error *err)
{
	struct am_oxcical *cx = series->cx;
	const int64_t replaced = day_of(info->original) + time_of_day(series);
	struct am_oxcical_source source = { .message = cx->message,
					    .info = info };
	struct am_oxcical_times times = { am_recurrence_seconds(info->start),
					  am_recurrence_seconds(info->end),
					  series->is_date, series->zone,
					  series->zone };

	source.exception = am_oxcical_exception_take(
		&series->exceptions, utc_of(series, replaced), times.start);
	if ((info->flags & AM_EXCEPTION_SUB_TYPE) != 0)
		times.is_date = info->sub_type != 0;
	if (times.end < times.start)
		times.end = times.start;
	if (times.is_date)
		am_oxcical_whole_days(&times);
	am_ical_begin(&cx->ical, "VEVENT");
	AM_TRY(am_oxcical_identity(cx, &source, err));
	am_oxcical_time_line(cx, "RECURRENCE-ID", replaced, series->zone,
			     series->is_date);
	return am_oxcical_override(cx, &source, &times,
				   utc_of(series, times.start), err);
}

static enum am_status
overrides_write(struct series *series, struct am_error *err)
{
	const struct am_recurrence *recurrence = series->recurrence;
	size_t i;

	for (i = 0; i < recurrence->exception_count; i++) {
		const struct am_recur_exception *info =
			&recurrence->exceptions[i];

		if (i > 0 &&
		    day_of(info->original) == day_of(info[-1].original)) {
			am_report_note(am_oxcical_report(series->cx),
				       "recurrence",
				       "two exceptions replace one instance: "
				       "the first is written");
			continue;
		}
		AM_TRY(override_write(series, info, err));
	}
	return AM_OK;
}

enum am_status
am_oxcical_appointment(struct am_oxcical *cx, struct am_error *err)
{
	struct series series = { .cx = cx,
				 .source = { .message = cx->message } };
	const struct am_attachment *items;
	bool is_series = false;
	size_t count;

	AM_TRY(am_oxcical_items(cx, &items, &count, err));
	AM_TRY(am_oxcical_exceptions_read(cx, items, count, &series.exceptions,
					  err));
	/* a counter is about one meeting, and one time */
	if (cx->meeting == NULL || !cx->meeting->is_counter)
		AM_TRY(pattern_read(&series, err));
	if (series.recurrence != NULL) {
		series.is_date =
			am_oxcical_int(&series.source, AM_PSETID_APPOINTMENT,
				       LID_SUB_TYPE, 0) != 0;
		AM_TRY(zone_read(&series, err));
		AM_TRY(start_read(&series, &is_series, err));
	}
	if (is_series) {
		AM_TRY(master_write(&series, items, count, err));
		AM_TRY(overrides_write(&series, err));
	} else {
		AM_TRY(am_oxcical_single(cx, items, count, err));
	}
	return am_oxcical_exceptions_rest(cx, &series.exceptions, err);
}
