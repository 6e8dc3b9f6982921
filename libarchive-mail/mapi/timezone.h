/* [MS-OXOCAL] 2.2.1.39 PidLidTimeZoneStruct and 2.2.1.41 to 2.2.1.43
 * PidLidAppointmentTimeZoneDefinition...: when clocks show what. */
#ifndef AM_MAPI_TIMEZONE_H
#define AM_MAPI_TIMEZONE_H

#include "base/cursor.h"
#include "base/text.h"
#include "base/time.h"

enum {
	AM_TIMEZONE_MAX_RULES = 256, /* of one definition */
	AM_TIMEZONE_MAX_BIAS =
		24 * 60 - 1,	    /* minutes; what is beyond is none */
	AM_TIMEZONE_MAX_NAME = 260, /* UTF-16 units of KeyName */
	AM_TIMEZONE_MAX_OFFSET = 3 * AM_TIMEZONE_MAX_BIAS
};

/* When a change comes (SYSTEMTIME): month 0 is never; year 0 is each year, on
 * the day-th (5: last) weekday of the month; else that day of that year. The
 * time is what clocks show before it. */
struct am_timezone_date {
	int year, month, weekday, day;
	int hour, minute, second;
};

/* Minutes: UTC = local time + bias + standard_bias (or daylight_bias). */
struct am_timezone_rule {
	int year;	   /* wYear, from which it holds; 0: always */
	bool is_current;   /* TZRULE_FLAG_RECUR_CURRENT_TZREG */
	bool is_effective; /* TZRULE_FLAG_EFFECTIVE_TZREG */
	int bias, standard_bias, daylight_bias;
	struct am_timezone_date standard, daylight;
};

struct am_timezone {
	const char *name; /* KeyName, a Windows zone id; "" in a struct */
	struct am_timezone_rule *rules; /* by year; at least one */
	size_t count;
};

/* PidLidTimeZoneStruct. name "". AM_CORRUPT (short, or values no clock can
 * have), AM_NOMEM, AM_LIMIT (of the arena). */
enum am_status
am_timezone_struct(struct am_bytes raw, struct am_arena *arena,
		   struct am_timezone **zone_out, struct am_error *err);

/* A TZDEFINITION. Rules beyond AM_TIMEZONE_MAX_RULES, and those that the bytes
 * do not hold whole, are left out. The same statuses. */
enum am_status
am_timezone_definition(struct am_bytes raw, struct am_arena *arena,
		       struct am_timezone **zone_out, struct am_error *err);

bool am_timezone_has_daylight(const struct am_timezone_rule *rule);

/* Seconds since 1970 of the change in a year, as clocks show it before. */
int64_t am_timezone_change(const struct am_timezone_date *date, int year);

/* Seconds that clocks are ahead of UTC, at a UTC time and at a local time (of
 * a local time that comes twice the first; of one that never comes what held
 * before). */
int64_t am_timezone_offset(const struct am_timezone *zone, int64_t unix_time);
int64_t am_timezone_offset_local(const struct am_timezone *zone, int64_t local);

#endif
