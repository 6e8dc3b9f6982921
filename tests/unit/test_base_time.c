/* base/time: the calendar, FILETIME, texts and their parser. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/time.h"

struct known {
	const char *name;
	int64_t unix_time;
	const char *rfc5322, *iso, *asctime;
};

static const struct known known[] = {
	{ "the epoch", 0, "Thu, 01 Jan 1970 00:00:00 +0000",
	  "1970-01-01T00:00:00Z", "Thu Jan  1 00:00:00 1970" },
	{ "the second before", -1, "Wed, 31 Dec 1969 23:59:59 +0000",
	  "1969-12-31T23:59:59Z", "Wed Dec 31 23:59:59 1969" },
	{ "a leap day", 1078056000, "Sun, 29 Feb 2004 12:00:00 +0000",
	  "2004-02-29T12:00:00Z", "Sun Feb 29 12:00:00 2004" },
	{ "the leap day of 2000", 951782400, "Tue, 29 Feb 2000 00:00:00 +0000",
	  "2000-02-29T00:00:00Z", "Tue Feb 29 00:00:00 2000" },
	{ "2100 has none", 4107542400, "Mon, 01 Mar 2100 00:00:00 +0000",
	  "2100-03-01T00:00:00Z", "Mon Mar  1 00:00:00 2100" },
	{ "beyond 32 bits", 4294967296, "Sun, 07 Feb 2106 06:28:16 +0000",
	  "2106-02-07T06:28:16Z", "Sun Feb  7 06:28:16 2106" },
	{ "FILETIME 0", -11644473600, "Mon, 01 Jan 1601 00:00:00 +0000",
	  "1601-01-01T00:00:00Z", "Mon Jan  1 00:00:00 1601" },
	{ "no time is the epoch", AM_TIME_NONE,
	  "Thu, 01 Jan 1970 00:00:00 +0000", "1970-01-01T00:00:00Z",
	  "Thu Jan  1 00:00:00 1970" },
	{ "too late", INT64_MAX, "Fri, 31 Dec 9999 23:59:59 +0000",
	  "9999-12-31T23:59:59Z", "Fri Dec 31 23:59:59 9999" },
	{ "too early", INT64_MIN + 1, "Sat, 01 Jan 0000 00:00:00 +0000",
	  "0000-01-01T00:00:00Z", "Sat Jan  1 00:00:00 0000" },
};

static void
test_texts(void **state)
{
	char text[AM_TIME_TEXT_SIZE];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		print_message("%s\n", known[i].name);
		am_time_rfc5322(known[i].unix_time, text);
		assert_string_equal(text, known[i].rfc5322);
		am_time_iso(known[i].unix_time, text);
		assert_string_equal(text, known[i].iso);
		am_time_asctime(known[i].unix_time, text);
		assert_string_equal(text, known[i].asctime);
	}
}

/* Each day of 400 years, and some: there and back, and the weekday turns. */
static void
test_every_day(void **state)
{
	int64_t day;
	int weekday = 6; /* of 0000-01-01 */

	(void)state;
	for (day = -719528; day < -719528 + 2 * 146097; day++) {
		const struct am_civil t = am_time_civil(day * 86400 + 86399);

		assert_int_equal(am_time_from_civil(t.year, t.month, t.day,
						    t.hour, t.minute, t.second),
				 day * 86400 + 86399);
		assert_int_equal(t.weekday, weekday);
		assert_in_range(t.month, 1, 12);
		assert_in_range(t.day, 1, 31);
		weekday = (weekday + 1) % 7;
	}
}

static void
test_parts_carry(void **state)
{
	(void)state;
	assert_int_equal(am_time_from_civil(2003, 14, 29, 0, 0, 0),
			 am_time_from_civil(2004, 2, 29, 0, 0, 0));
	assert_int_equal(am_time_from_civil(2004, 0, 1, 0, 0, 0),
			 am_time_from_civil(2003, 12, 1, 0, 0, 0));
	assert_int_equal(am_time_from_civil(2004, 3, 0, 0, 0, 0),
			 am_time_from_civil(2004, 2, 29, 0, 0, 0));
	assert_int_equal(am_time_from_civil(2004, -11, 1, 25, -60, 60),
			 am_time_from_civil(2003, 1, 2, 0, 1, 0));
}

static void
test_filetime(void **state)
{
	static const struct {
		const char *name;
		uint64_t filetime;
		int64_t want;
	} cases[] = {
		{ "none", 0, AM_TIME_NONE },
		{ "the epoch", UINT64_C(116444736000000000), 0 },
		{ "just before", UINT64_C(116444735999999999), AM_TIME_NONE },
		{ "a part of a second is cut", UINT64_C(116444736019999999),
		  1 },
		{ "a meeting of 2016", UINT64_C(131146236000000000),
		  1470150000 },
		{ "4501, Outlook's none", UINT64_C(0x0CB34557A3DD4000),
		  AM_TIME_NONE },
		{ "the end of 2200", UINT64_C(189341279999999999), 7289654399 },
		{ "2201", UINT64_C(189341280000000000), AM_TIME_NONE },
		{ "all bits", UINT64_MAX, AM_TIME_NONE },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		print_message("%s\n", cases[i].name);
		assert_int_equal(am_time_from_filetime(cases[i].filetime),
				 cases[i].want);
	}
}

static void
test_parse(void **state)
{
	static const struct {
		const char *text;
		bool end_of_day, good;
		int64_t want;
	} cases[] = {
		{ "2004-02-29", false, true, 1078012800 },
		{ "2004-02-29", true, true, 1078099199 },
		{ "2004-02-29T12:00:00Z", true, true, 1078056000 },
		{ "1969-12-31T23:59:59Z", false, true, -1 },
		{ "2003-02-29", false, false, 0 },
		{ "2004-00-01", false, false, 0 },
		{ "2004-13-01", false, false, 0 },
		{ "2004-01-00", false, false, 0 },
		{ "2004-01-01T24:00:00Z", false, false, 0 },
		{ "2004-01-01T00:00:60Z", false, false, 0 },
		{ "2004-01-01T00:00:00", false, false, 0 },
		{ "2004-01-01T00:00:00z", false, false, 0 },
		{ "2004-01-01 00:00:00Z", false, false, 0 },
		{ "2004-1-01", false, false, 0 },
		{ "2004-01-1x", false, false, 0 },
		{ "+004-01-01", false, false, 0 },
		{ "2004-01-01Z", false, false, 0 },
		{ "", false, false, 0 },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		int64_t found = 42;

		print_message("%s\n", cases[i].text);
		assert_int_equal(am_time_parse(cases[i].text,
					       cases[i].end_of_day, &found),
				 cases[i].good);
		assert_int_equal(found, cases[i].good ? cases[i].want : 42);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_texts),
		cmocka_unit_test(test_every_day),
		cmocka_unit_test(test_parts_carry),
		cmocka_unit_test(test_filetime),
		cmocka_unit_test(test_parse),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
