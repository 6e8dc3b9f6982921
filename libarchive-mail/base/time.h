/* Times: seconds since 1970-01-01 00:00:00 UTC; formatting and parsing
 * without locale, time zone or clock. */
#ifndef AM_BASE_TIME_H
#define AM_BASE_TIME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* "No time": FILETIME 0, 4501-01-01 and what lies outside 1970..2200. */
#define AM_TIME_NONE INT64_MIN

struct am_civil {
	int year, month, day; /* month and day from 1 */
	int hour, minute, second;
	int weekday; /* 0 Sunday */
};

/* Years 0 to 9999; what lies outside becomes the nearest second inside, and
 * AM_TIME_NONE becomes 1970-01-01 00:00:00, here and in the texts below. */
struct am_civil am_time_civil(int64_t unix_time);

/* The parts may be outside their usual ranges (month 13, day 0, second -1);
 * they carry. */
int64_t am_time_from_civil(int year, int month, int day, int hour, int minute,
			   int second);

/* 100 ns since 1601 to seconds; AM_TIME_NONE outside 1970..2200. */
int64_t am_time_from_filetime(uint64_t filetime);

enum { AM_TIME_TEXT_SIZE = 48 };

/* "Thu, 01 Jan 1970 00:00:00 +0000" (RFC 5322 3.3) */
void am_time_rfc5322(int64_t unix_time, char text[AM_TIME_TEXT_SIZE]);
/* "1970-01-01T00:00:00Z" */
void am_time_iso(int64_t unix_time, char text[AM_TIME_TEXT_SIZE]);
/* "Thu Jan  1 00:00:00 1970", the asctime of an mbox From_ line, in UTC */
void am_time_asctime(int64_t unix_time, char text[AM_TIME_TEXT_SIZE]);

/* "2004-02-29" or "2004-02-29T12:00:00Z"; false if it is no such date. A date
 * alone is its first second, or its last with end_of_day. */
bool am_time_parse(const char *text, bool end_of_day, int64_t *unix_time_out);

#endif
