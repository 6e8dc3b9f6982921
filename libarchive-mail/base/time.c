/* Times, in the proleptic Gregorian calendar and UTC only. */
#include "base/time.h"

#include <string.h>

enum {
	DAY = 86400,	     /* seconds */
	DAYS_400 = 146097,   /* days in 400 years */
	EPOCH_DAYS = 719468, /* from 0000-03-01 to 1970-01-01 */
	FIRST_YEAR = 1970,   /* of the times that a FILETIME may mean */
	LAST_YEAR = 2200
};

/* From 1601-01-01 to 1970-01-01, in units of 100 ns. */
static const uint64_t filetime_1970 = UINT64_C(116444736000000000);
static const uint64_t filetime_second = 10000000;

static const char weekday_names[7][4] = { "Sun", "Mon", "Tue", "Wed",
					  "Thu", "Fri", "Sat" };
static const char month_names[12][4] = { "Jan", "Feb", "Mar", "Apr",
					 "May", "Jun", "Jul", "Aug",
					 "Sep", "Oct", "Nov", "Dec" };

/* Division that rounds towards minus infinity. */
static int64_t
floor_div(int64_t a, int64_t b)
{
	const int64_t quotient = a / b;

	return a % b < 0 ? quotient - 1 : quotient;
}

/* Days since 1970-01-01. Years start in March here, so that the leap day is
 * their last; month may be any number and carries into the year. */
static int64_t
days_of(int64_t year, int64_t month, int64_t day)
{
	const int64_t months = year * 12 + month - 3;
	const int64_t y = floor_div(months, 12);
	const int64_t m = months - y * 12;
	const int64_t century = floor_div(y, 100);

	return y * 365 + floor_div(y, 4) - century + floor_div(century, 4) +
	       (m * 153 + 2) / 5 + day - 1 - EPOCH_DAYS;
}

/* What a struct am_civil and four digits can hold. */
static int64_t
clamp(int64_t unix_time)
{
	const int64_t first = days_of(0, 1, 1) * DAY;
	const int64_t last = days_of(10000, 1, 1) * DAY - 1;

	if (unix_time == AM_TIME_NONE)
		return 0;
	if (unix_time < first)
		return first;
	return unix_time > last ? last : unix_time;
}

static void
civil_date(struct am_civil *civil, int64_t days)
{
	const int64_t shifted = days + EPOCH_DAYS;
	const int64_t era = floor_div(shifted, DAYS_400);
	const int64_t in_era = shifted - era * DAYS_400;
	const int64_t year = (in_era - in_era / 1460 + in_era / 36524 -
			      in_era / (DAYS_400 - 1)) /
			     365;
	const int64_t in_year = in_era - (year * 365 + year / 4 - year / 100);
	const int64_t month = (in_year * 5 + 2) / 153;

	civil->day = (int)(in_year - (month * 153 + 2) / 5 + 1);
	civil->month = (int)(month < 10 ? month + 3 : month - 9);
	civil->year = (int)(year + era * 400 + (month < 10 ? 0 : 1));
	/* 1970-01-01 was a Thursday. */
	civil->weekday = (int)(((days + 4) % 7 + 7) % 7);
}

struct am_civil
am_time_civil(int64_t unix_time)
{
	const int64_t clamped = clamp(unix_time);
	const int64_t days = floor_div(clamped, DAY);
	const int second = (int)(clamped - days * DAY);
	struct am_civil civil = { 0 };

	civil_date(&civil, days);
	civil.hour = second / 3600;
	civil.minute = second / 60 % 60;
	civil.second = second % 60;
	return civil;
}

int64_t
am_time_from_civil(int year, int month, int day, int hour, int minute,
		   int second)
{
	return days_of(year, month, day) * DAY + (int64_t)hour * 3600 +
	       (int64_t)minute * 60 + second;
}

int64_t
am_time_from_filetime(uint64_t filetime)
{
	const int64_t end = days_of(LAST_YEAR + 1, 1, 1) * DAY;
	uint64_t seconds;

	if (filetime < filetime_1970)
		return AM_TIME_NONE;
	seconds = (filetime - filetime_1970) / filetime_second;
	return seconds < (uint64_t)end ? (int64_t)seconds : AM_TIME_NONE;
}

/* Each line of a ledger and each header has such: printf would take longer
 * for them than for all that is around. */
static char *
digits_put(char *to, size_t count, int value)
{
	size_t i;

	for (i = count; i > 0; i--) {
		to[i - 1] = (char)('0' + value % 10);
		value /= 10;
	}
	return to + count;
}

static char *
text_put(char *to, const char *text)
{
	while (*text != '\0')
		*to++ = *text++;
	return to;
}

/* "hh:mm:ss" */
static char *
clock_put(char *to, const struct am_civil *t)
{
	to = digits_put(to, 2, t->hour);
	*to++ = ':';
	to = digits_put(to, 2, t->minute);
	*to++ = ':';
	return digits_put(to, 2, t->second);
}

void
am_time_rfc5322(int64_t unix_time, char text[AM_TIME_TEXT_SIZE])
{
	const struct am_civil t = am_time_civil(unix_time);
	char *to = text_put(text, weekday_names[t.weekday]);

	to = text_put(to, ", ");
	to = digits_put(to, 2, t.day);
	*to++ = ' ';
	to = text_put(to, month_names[t.month - 1]);
	*to++ = ' ';
	to = digits_put(to, 4, t.year);
	*to++ = ' ';
	to = clock_put(to, &t);
	to = text_put(to, " +0000");
	*to = '\0';
}

void
am_time_iso(int64_t unix_time, char text[AM_TIME_TEXT_SIZE])
{
	const struct am_civil t = am_time_civil(unix_time);
	char *to = digits_put(text, 4, t.year);

	*to++ = '-';
	to = digits_put(to, 2, t.month);
	*to++ = '-';
	to = digits_put(to, 2, t.day);
	*to++ = 'T';
	to = clock_put(to, &t);
	*to++ = 'Z';
	*to = '\0';
}

void
am_time_asctime(int64_t unix_time, char text[AM_TIME_TEXT_SIZE])
{
	const struct am_civil t = am_time_civil(unix_time);
	char *to = text_put(text, weekday_names[t.weekday]);

	*to++ = ' ';
	to = text_put(to, month_names[t.month - 1]);
	*to++ = ' ';
	to = digits_put(to, 2, t.day);
	if (t.day < 10)
		to[-2] = ' ';
	*to++ = ' ';
	to = clock_put(to, &t);
	*to++ = ' ';
	to = digits_put(to, 4, t.year);
	*to = '\0';
}

/* Reads as many digits as pattern has '0's, and its other characters as they
 * stand. Puts each run of digits into the next of values. */
static bool
pattern_read(const char *pattern, const char *text, int *values)
{
	size_t i;

	for (i = 0; pattern[i] != '\0'; i++) {
		if (pattern[i] != '0') {
			if (text[i] != pattern[i])
				return false;
			continue;
		}
		if (text[i] < '0' || text[i] > '9')
			return false;
		if (i > 0 && pattern[i - 1] != '0')
			values++;
		*values = *values * 10 + (text[i] - '0');
	}
	return text[i] == '\0';
}

bool
am_time_parse(const char *text, bool end_of_day, int64_t *unix_time_out)
{
	int v[6] = { 0 }; /* year, month, day, hour, minute, second */
	struct am_civil back;
	int64_t found;

	if (strlen(text) == strlen("0000-00-00")) {
		if (!pattern_read("0000-00-00", text, v))
			return false;
		if (end_of_day) {
			v[3] = 23;
			v[4] = 59;
			v[5] = 59;
		}
	} else if (!pattern_read("0000-00-00T00:00:00Z", text, v)) {
		return false;
	}
	found = am_time_from_civil(v[0], v[1], v[2], v[3], v[4], v[5]);
	back = am_time_civil(found);
	/* 30 February, 24:00 or second 60 would come back as another. */
	if (back.year != v[0] || back.month != v[1] || back.day != v[2] ||
	    back.hour != v[3] || back.minute != v[4] || back.second != v[5])
		return false;
	*unix_time_out = found;
	return true;
}
