/* [MS-OXOCAL] time zones. */
#include "mapi/timezone.h"

#include <stdlib.h>

enum {
	MINUTE = 60,
	DAY = 86400,
	STRUCT_SIZE = 48,
	RULE_SIZE = 66,
	RULE_RESERVED = 14, /* X, "unused": real files have something there */
	FLAG_CURRENT = 1,
	FLAG_EFFECTIVE = 2,
	LAST = 5 /* wDay of a rule: the last one in the month */
};

/* SYSTEMTIME */
static void
date_read(struct am_cursor *cur, struct am_timezone_date *date)
{
	date->year = am_u16(cur);
	date->month = am_u16(cur);
	date->weekday = am_u16(cur);
	date->day = am_u16(cur);
	date->hour = am_u16(cur);
	date->minute = am_u16(cur);
	date->second = am_u16(cur);
	am_skip(cur, 2); /* wMilliseconds */
}

static void
biases_read(struct am_cursor *cur, struct am_timezone_rule *rule)
{
	rule->bias = (int32_t)am_u32(cur);
	rule->standard_bias = (int32_t)am_u32(cur);
	rule->daylight_bias = (int32_t)am_u32(cur);
}

static bool
bias_is_valid(int bias)
{
	return bias >= -AM_TIMEZONE_MAX_BIAS && bias <= AM_TIMEZONE_MAX_BIAS;
}

static bool
date_is_valid(const struct am_timezone_date *date)
{
	const int days = date->year == 0 ? LAST : 31;

	if (date->month == 0)
		return true;
	return date->month <= 12 && date->weekday <= 6 && date->day >= 1 &&
	       date->day <= days && date->hour <= 24 && date->minute <= 59 &&
	       date->second <= 59 && date->year <= 9999;
}

static bool
rule_is_valid(const struct am_timezone_rule *rule)
{
	return bias_is_valid(rule->bias) &&
	       bias_is_valid(rule->standard_bias) &&
	       bias_is_valid(rule->daylight_bias) &&
	       bias_is_valid(rule->bias + rule->standard_bias) &&
	       bias_is_valid(rule->bias + rule->daylight_bias) &&
	       date_is_valid(&rule->standard) && date_is_valid(&rule->daylight);
}

static enum am_status
zone_new(struct am_arena *arena, size_t rules, struct am_timezone **zone_out,
	 struct am_error *err)
{
	struct am_timezone *zone = am_arena_new(arena, struct am_timezone);

	if (zone == NULL)
		return am_arena_failed(arena, sizeof(*zone), err);
	zone->rules = am_arena_array(arena, rules, struct am_timezone_rule);
	if (zone->rules == NULL)
		return am_arena_failed(arena, rules * sizeof(*zone->rules),
				       err);
	zone->name = "";
	*zone_out = zone;
	return AM_OK;
}

enum am_status
am_timezone_struct(struct am_bytes raw, struct am_arena *arena,
		   struct am_timezone **zone_out, struct am_error *err)
{
	struct am_cursor cur = am_cursor(raw);
	struct am_timezone *zone = NULL;
	struct am_timezone_rule *rule;

	AM_TRY(zone_new(arena, 1, &zone, err));
	rule = &zone->rules[0];
	biases_read(&cur, rule);
	am_skip(&cur, 2); /* wStandardYear */
	date_read(&cur, &rule->standard);
	am_skip(&cur, 2); /* wDaylightYear */
	date_read(&cur, &rule->daylight);
	rule->is_current = true;
	rule->is_effective = true;
	if (!am_cursor_ok(&cur))
		return am_fail(err, AM_CORRUPT,
			       "PidLidTimeZoneStruct has %zu bytes, want %d",
			       raw.len, STRUCT_SIZE);
	if (!rule_is_valid(rule))
		return am_fail(err, AM_CORRUPT,
			       "PidLidTimeZoneStruct: no clock has bias %d and "
			       "such dates",
			       rule->bias);
	zone->count = 1;
	*zone_out = zone;
	return AM_OK;
}

/* TZRule; false when it is not whole, or makes no sense. */
static bool
rule_read(struct am_cursor *cur, struct am_timezone_rule *rule)
{
	struct am_cursor at = am_cursor(am_take(cur, RULE_SIZE));
	unsigned flags;

	memset(rule, 0, sizeof(*rule));
	am_skip(&at, 4); /* bMajorVersion, bMinorVersion, wReserved */
	flags = am_u16(&at);
	rule->year = am_u16(&at);
	am_skip(&at, RULE_RESERVED);
	biases_read(&at, rule);
	date_read(&at, &rule->standard);
	date_read(&at, &rule->daylight);
	rule->is_current = (flags & FLAG_CURRENT) != 0;
	rule->is_effective = (flags & FLAG_EFFECTIVE) != 0;
	return am_cursor_ok(&at) && rule_is_valid(rule);
}

static int
rule_compare(const void *a, const void *b)
{
	return ((const struct am_timezone_rule *)a)->year -
	       ((const struct am_timezone_rule *)b)->year;
}

enum am_status
am_timezone_definition(struct am_bytes raw, struct am_arena *arena,
		       struct am_timezone **zone_out, struct am_error *err)
{
	struct am_cursor cur = am_cursor(raw);
	struct am_timezone *zone = NULL;
	struct am_text name = { "", 0, false };
	struct am_bytes key;
	unsigned major;
	size_t count;
	size_t len;
	size_t i;

	major = am_u8(&cur);
	am_skip(&cur, 5);   /* bMinorVersion, cbHeader, wReserved */
	len = am_u16(&cur); /* cchKeyName */
	key = am_take(&cur, 2 * len);
	count = am_u16(&cur); /* cRules */
	if (!am_cursor_ok(&cur) || major != 2 || len > AM_TIMEZONE_MAX_NAME)
		return am_fail(err, AM_CORRUPT,
			       "TZDEFINITION of %zu bytes: bMajorVersion %u, "
			       "cchKeyName %zu",
			       raw.len, major, len);
	if (count > AM_TIMEZONE_MAX_RULES)
		count = AM_TIMEZONE_MAX_RULES;
	if (count > cur.left / RULE_SIZE)
		count = cur.left / RULE_SIZE;
	AM_TRY(zone_new(arena, count, &zone, err));
	AM_TRY(am_text_from_utf16(arena, key, &name, err));
	zone->name = name.data;
	for (i = 0; i < count; i++)
		if (rule_read(&cur, &zone->rules[zone->count]))
			zone->count++;
	if (zone->count == 0)
		return am_fail(err, AM_CORRUPT,
			       "TZDEFINITION has no rule that can be read");
	qsort(zone->rules, zone->count, sizeof(*zone->rules), rule_compare);
	*zone_out = zone;
	return AM_OK;
}

bool
am_timezone_has_daylight(const struct am_timezone_rule *rule)
{
	return rule->standard.month != 0 && rule->daylight.month != 0;
}

int64_t
am_timezone_change(const struct am_timezone_date *date, int year)
{
	const int64_t time =
		date->hour * 3600 + date->minute * MINUTE + date->second;
	int64_t day;
	int first;

	if (date->year != 0)
		return am_time_from_civil(date->year, date->month, date->day, 0,
					  0, 0) +
		       time;
	day = am_time_from_civil(year, date->month, 1, 0, 0, 0);
	first = am_time_civil(day).weekday;
	day += (date->weekday - first + 7) % 7 * (int64_t)DAY;
	day += (date->day - 1) * 7 * (int64_t)DAY;
	while (am_time_civil(day).month != date->month)
		day -= 7 * (int64_t)DAY; /* there is no fifth */
	return day + time;
}

/* The rule of a year: the last that holds from then or before. */
static const struct am_timezone_rule *
rule_of_year(const struct am_timezone *zone, int year)
{
	size_t i = zone->count - 1;

	while (i > 0 && zone->rules[i].year > year)
		i--;
	return &zone->rules[i];
}

/* to_standard and to_daylight: seconds to add to the time of each change, which
 * is what clocks show before it, to compare it with at. */
static bool
is_daylight(const struct am_timezone_rule *rule, int year, int64_t at,
	    int64_t to_standard, int64_t to_daylight)
{
	const int64_t standard =
		am_timezone_change(&rule->standard, year) + to_standard;
	const int64_t daylight =
		am_timezone_change(&rule->daylight, year) + to_daylight;

	if (daylight < standard)
		return at >= daylight && at < standard;
	return at >= daylight || at < standard;
}

static int64_t
standard_offset(const struct am_timezone_rule *rule)
{
	return -(int64_t)(rule->bias + rule->standard_bias) * MINUTE;
}

static int64_t
daylight_offset(const struct am_timezone_rule *rule)
{
	return -(int64_t)(rule->bias + rule->daylight_bias) * MINUTE;
}

int64_t
am_timezone_offset(const struct am_timezone *zone, int64_t unix_time)
{
	const struct am_timezone_rule *rule =
		rule_of_year(zone, am_time_civil(unix_time).year);
	const int64_t standard = standard_offset(rule);
	const int64_t daylight = daylight_offset(rule);
	const int year = am_time_civil(unix_time + standard).year;

	rule = rule_of_year(zone, year);
	if (!am_timezone_has_daylight(rule))
		return standard_offset(rule);
	return is_daylight(rule, year, unix_time, -daylight, -standard)
		       ? daylight_offset(rule)
		       : standard_offset(rule);
}

int64_t
am_timezone_offset_local(const struct am_timezone *zone, int64_t local)
{
	const int year = am_time_civil(local).year;
	const struct am_timezone_rule *rule = rule_of_year(zone, year);
	const int64_t gain = daylight_offset(rule) - standard_offset(rule);

	if (!am_timezone_has_daylight(rule))
		return standard_offset(rule);
	/* in the hour that never comes what held before it still holds */
	return is_daylight(rule, year, local, 0, gain > 0 ? gain : 0)
		       ? daylight_offset(rule)
		       : standard_offset(rule);
}
