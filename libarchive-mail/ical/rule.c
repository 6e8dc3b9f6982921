/* Rules for recurrence patterns. */
#include "ical/rule.h"

#include <stdarg.h>
#include <stdio.h>

#include <libical/ical.h>

#include "ical/line.h"

enum { LAST = 5, FEBRUARY = 2, RULE_DAYS = 7 };

static const char weekdays[RULE_DAYS][3] = { "SU", "MO", "TU", "WE",
					     "TH", "FR", "SA" };

/* CalendarType; those that only count years in another way are not here. */
static const struct calendar {
	unsigned type;
	const char *name;
} calendars[] = {
	{ 0x06, "ISLAMIC-CIVIL" },    { 0x08, "HEBREW" },
	{ 0x0e, "CHINESE" },	      { 0x0f, "CHINESE" },
	{ 0x11, "CHINESE" },	      { 0x12, "DANGI" },
	{ 0x13, "CHINESE" },	      { 0x14, "DANGI" },
	{ 0x17, "ISLAMIC-UMALQURA" },
};

const char *
am_ical_calendar(const struct am_recurrence *recurrence)
{
	size_t i;

	if (recurrence->pattern == AM_RECUR_DAY ||
	    recurrence->pattern == AM_RECUR_WEEK)
		return NULL;
	for (i = 0; i < sizeof(calendars) / sizeof(calendars[0]); i++)
		if (calendars[i].type == recurrence->calendar)
			return calendars[i].name;
	return recurrence->pattern >= AM_RECUR_HJ_MONTH ? "ISLAMIC-CIVIL"
							: NULL;
}

bool
am_ical_is_other_calendar(const struct am_recurrence *recurrence)
{
	return am_ical_calendar(recurrence) != NULL;
}

/* A text of limited size in the making. */
struct rule {
	char *text;
	size_t len;
};

static void add(struct rule *rule, const char *format, ...) AM_PRINTF(2, 3);

static void
add(struct rule *rule, const char *format, ...)
{
	va_list args;
	int len;

	va_start(args, format);
	len = vsnprintf(rule->text + rule->len, AM_ICAL_RULE_SIZE - rule->len,
			format, args);
	va_end(args);
	if (len > 0 && (size_t)len < AM_ICAL_RULE_SIZE - rule->len)
		rule->len += (size_t)len;
}

/* The names of the days in the mask, each led by nth. */
static void
days_add(struct rule *rule, unsigned mask, const char *nth)
{
	unsigned day;
	const char *comma = "";

	add(rule, ";BYDAY=");
	for (day = 0; day < RULE_DAYS; day++) {
		if ((mask >> day & 1) == 0)
			continue;
		add(rule, "%s%s%s", comma, nth, weekdays[day]);
		comma = ",";
	}
}

static int
days_of_month(int year, int month)
{
	return am_time_civil(am_time_from_civil(year, month + 1, 0, 0, 0, 0))
		.day;
}

/* A day that a month may not have means its last one. month 0: any. */
static void
month_day_add(struct rule *rule, unsigned day, int month)
{
	/* 2001 had no leap day: what February may not have is kept apart */
	const unsigned least =
		month == 0 ? 28 : (unsigned)days_of_month(2001, month);

	if (day <= least)
		add(rule, ";BYMONTHDAY=%u", day);
	else if (day == 31 || (month != 0 && month != FEBRUARY))
		add(rule, ";BYMONTHDAY=-1");
	else
		add(rule, ";BYMONTHDAY=28,29%s;BYSETPOS=-1",
		    day == 30 ? ",30" : "");
}

static void
nth_add(struct rule *rule, const struct am_recurrence *recurrence)
{
	const int nth = recurrence->nth == LAST ? -1 : (int)recurrence->nth;
	const bool is_one = (recurrence->days & (recurrence->days - 1)) == 0;
	char number[8];

	(void)snprintf(number, sizeof(number), "%d", nth);
	days_add(rule, recurrence->days, is_one ? number : "");
	if (!is_one)
		add(rule, ";BYSETPOS=%d", nth);
}

static void
days_of_month_add(struct rule *rule, const struct am_recurrence *recurrence,
		  int month)
{
	switch (recurrence->pattern) {
	case AM_RECUR_MONTH_NTH:
	case AM_RECUR_HJ_MONTH_NTH:
		nth_add(rule, recurrence);
		break;
	case AM_RECUR_MONTH_END:
	case AM_RECUR_HJ_MONTH_END:
		add(rule, ";BYMONTHDAY=-1");
		break;
	default:
		month_day_add(rule, recurrence->day, month);
	}
}

/* Years are stored as twelve months (tricky F1). */
static bool
is_yearly(const struct am_recurrence *recurrence)
{
	return recurrence->frequency == AM_RECUR_YEARLY &&
	       recurrence->period % 12 == 0;
}

static void
pattern_add(struct rule *rule, const struct am_ical_series *series)
{
	const struct am_recurrence *recurrence = series->recurrence;
	const int month = am_time_civil(series->start).month;

	if (recurrence->pattern == AM_RECUR_DAY) {
		add(rule, "FREQ=DAILY;INTERVAL=%u", recurrence->period);
	} else if (recurrence->pattern == AM_RECUR_WEEK) {
		add(rule, "FREQ=WEEKLY;INTERVAL=%u", recurrence->period);
		days_add(rule, recurrence->days, "");
		add(rule, ";WKST=%s", weekdays[recurrence->first_day]);
	} else if (is_yearly(recurrence)) {
		add(rule, "FREQ=YEARLY;INTERVAL=%u", recurrence->period / 12);
		if (!am_ical_is_other_calendar(recurrence))
			add(rule, ";BYMONTH=%d", month);
		days_of_month_add(rule, recurrence, month);
	} else {
		add(rule, "FREQ=MONTHLY;INTERVAL=%u", recurrence->period);
		days_of_month_add(rule, recurrence, 0);
	}
}

/* The last instance begins at EndDate, at the time of day of the first. */
static int64_t
last_start(const struct am_ical_series *series)
{
	const int64_t day = 86400;

	return am_recurrence_seconds(series->recurrence->end_date) +
	       (series->start % day + day) % day;
}

static bool
has_end_date(const struct am_recurrence *recurrence)
{
	return recurrence->end != AM_RECUR_END_NEVER &&
	       !am_recurrence_is_no_date(recurrence->end_date);
}

static void
end_add(struct rule *rule, const struct am_ical_series *series)
{
	const struct am_recurrence *recurrence = series->recurrence;
	char text[AM_ICAL_TIME_SIZE];

	if (recurrence->end == AM_RECUR_END_COUNT && recurrence->count > 0) {
		add(rule, ";COUNT=%u", recurrence->count);
	} else if (has_end_date(recurrence)) {
		if (series->is_date)
			am_ical_date(last_start(series), text);
		else
			am_ical_time(last_start(series) - series->offset, true,
				     text);
		add(rule, ";UNTIL=%s", text);
	}
}

void
am_ical_rule(const struct am_ical_series *series, char text[AM_ICAL_RULE_SIZE])
{
	struct rule rule = { text, 0 };

	text[0] = '\0';
	pattern_add(&rule, series);
	if (am_ical_is_other_calendar(series->recurrence))
		add(&rule, ";RSCALE=%s", am_ical_calendar(series->recurrence));
	else
		end_add(&rule, series);
}

static struct icaltimetype
ical_time(int64_t local)
{
	const struct am_civil t = am_time_civil(local);
	struct icaltimetype time = icaltime_null_time();

	time.year = t.year;
	time.month = t.month;
	time.day = t.day;
	time.hour = t.hour;
	time.minute = t.minute;
	time.second = t.second;
	return time;
}

static int64_t
seconds_of(struct icaltimetype time)
{
	return am_time_from_civil(time.year, time.month, time.day, time.hour,
				  time.minute, time.second);
}

bool
am_ical_rule_has_start(const struct am_ical_series *series)
{
	char text[AM_ICAL_RULE_SIZE];
	struct rule rule = { text, 0 };
	struct icalrecurrencetype parsed;
	icalrecur_iterator *each;
	struct icaltimetype first;

	text[0] = '\0';
	pattern_add(&rule, series);
	parsed = icalrecurrencetype_from_string(text);
	each = icalrecur_iterator_new(parsed, ical_time(series->start));
	if (each == NULL)
		return false;
	first = icalrecur_iterator_next(each);
	icalrecur_iterator_free(each);
	return !icaltime_is_null_time(first) &&
	       seconds_of(first) == series->start;
}

/* Without days: those of the first instance, in the calendar that is meant.
 * Months that are too short give their last day. */
static struct icalrecurrencetype
other_rule(const struct am_recurrence *recurrence, char calendar[32])
{
	struct icalrecurrencetype rule;
	const bool years = is_yearly(recurrence);
	const char *name = am_ical_calendar(recurrence);

	icalrecurrencetype_clear(&rule);
	(void)snprintf(calendar, 32, "%s", name != NULL ? name : "GREGORIAN");
	rule.rscale = calendar;
	rule.skip = ICAL_SKIP_BACKWARD;
	rule.freq = years ? ICAL_YEARLY_RECURRENCE : ICAL_MONTHLY_RECURRENCE;
	rule.interval =
		(short)(years ? recurrence->period / 12 : recurrence->period);
	return rule;
}

static void
other_days(struct icalrecurrencetype *rule,
	   const struct am_recurrence *recurrence)
{
	const int nth = recurrence->nth == LAST ? -1 : (int)recurrence->nth;
	unsigned count = 0;
	unsigned day;

	if (recurrence->pattern == AM_RECUR_MONTH_END ||
	    recurrence->pattern == AM_RECUR_HJ_MONTH_END) {
		rule->by_month_day[0] = -1;
		rule->by_month_day[1] = ICAL_RECURRENCE_ARRAY_MAX;
	}
	if (recurrence->pattern != AM_RECUR_MONTH_NTH &&
	    recurrence->pattern != AM_RECUR_HJ_MONTH_NTH)
		return;
	for (day = 0; day < RULE_DAYS; day++)
		if ((recurrence->days >> day & 1) != 0)
			rule->by_day[count++] = (short)(day + 1);
	rule->by_day[count] = ICAL_RECURRENCE_ARRAY_MAX;
	rule->by_set_pos[0] = (short)nth;
	rule->by_set_pos[1] = ICAL_RECURRENCE_ARRAY_MAX;
}

/* Past the end of the series? */
static bool
is_past_end(const struct am_ical_series *series, int64_t at, size_t count)
{
	const struct am_recurrence *recurrence = series->recurrence;

	if (recurrence->end == AM_RECUR_END_COUNT && recurrence->count > 0)
		return count >= recurrence->count;
	return has_end_date(recurrence) && at > last_start(series);
}

enum am_status
am_ical_instances(const struct am_ical_series *series, struct am_arena *arena,
		  int64_t **instances_out, size_t *count_out, bool *is_cut_out,
		  struct am_error *err)
{
	const int64_t years = AM_ICAL_MAX_YEARS * INT64_C(366) * 86400;
	int64_t *instances =
		am_arena_array(arena, AM_ICAL_MAX_INSTANCES, int64_t);
	char calendar[32];
	struct icalrecurrencetype rule =
		other_rule(series->recurrence, calendar);
	struct icaltimetype time;
	icalrecur_iterator *each;
	size_t count = 0;
	int64_t at;

	if (instances == NULL)
		return am_arena_failed(
			arena, AM_ICAL_MAX_INSTANCES * sizeof(*instances), err);
	other_days(&rule, series->recurrence);
	each = icalrecur_iterator_new(rule, ical_time(series->start));
	if (each == NULL)
		return am_fail(err, AM_UNSUPPORTED,
			       "libical cannot count in the calendar %s",
			       calendar);
	*is_cut_out = false;
	for (;;) {
		time = icalrecur_iterator_next(each);
		if (icaltime_is_null_time(time))
			break;
		at = seconds_of(time);
		if (is_past_end(series, at, count))
			break;
		*is_cut_out = count == AM_ICAL_MAX_INSTANCES ||
			      at > series->start + years;
		if (*is_cut_out)
			break;
		instances[count++] = at;
	}
	icalrecur_iterator_free(each);
	*instances_out = instances;
	*count_out = count;
	return AM_OK;
}
