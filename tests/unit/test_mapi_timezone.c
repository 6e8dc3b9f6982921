/* mapi/timezone and ical/zone: offsets, and the VTIMEZONE. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "ical/windows_zone.h"
#include "ical/zone.h"

#define US_STANDARD                                                            \
	{                                                                      \
		.month = 11, .day = 1, .hour = 2                               \
	}
#define US_DAYLIGHT                                                            \
	{                                                                      \
		.month = 3, .day = 2, .hour = 2                                \
	}

static struct am_timezone_rule pacific_rules[] = {
	{ .year = 2006,
	  .bias = 480,
	  .daylight_bias = -60,
	  .standard = { .month = 10, .day = 5, .hour = 2 },
	  .daylight = { .month = 4, .day = 1, .hour = 2 } },
	{ .year = 2007,
	  .bias = 480,
	  .daylight_bias = -60,
	  .standard = US_STANDARD,
	  .daylight = US_DAYLIGHT },
};
static const struct am_timezone pacific = { "Pacific Standard Time",
					    pacific_rules, 2 };

/* South of the equator: daylight saving over the new year. */
static struct am_timezone_rule sydney_rules[] = {
	{ .bias = -600,
	  .daylight_bias = -60,
	  .standard = { .month = 4, .day = 1, .hour = 3 },
	  .daylight = { .month = 10, .day = 1, .hour = 2 } },
};
static const struct am_timezone sydney = { "AUS Eastern Standard Time",
					   sydney_rules, 1 };

static void
offsets(void **state)
{
	static const struct {
		const struct am_timezone *zone;
		int year, month, day, hour; /* UTC */
		int ahead;		    /* minutes */
	} cases[] = {
		{ &pacific, 2020, 1, 1, 0, -480 },
		{ &pacific, 2020, 3, 8, 9, -480 },
		{ &pacific, 2020, 3, 8, 10, -420 },
		{ &pacific, 2020, 11, 1, 8, -420 },
		{ &pacific, 2020, 11, 1, 9, -480 },
		{ &pacific, 2006, 3, 20, 12, -480 }, /* the rule of then */
		{ &pacific, 1980, 7, 1, 12, -420 },
		{ &sydney, 2020, 1, 1, 0, 660 },
		{ &sydney, 2020, 4, 4, 15, 660 },
		{ &sydney, 2020, 4, 4, 16, 600 },
		{ &sydney, 2020, 12, 31, 23, 660 },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const int64_t at =
			am_time_from_civil(cases[i].year, cases[i].month,
					   cases[i].day, cases[i].hour, 0, 0);

		assert_int_equal(am_timezone_offset(cases[i].zone, at),
				 cases[i].ahead * 60);
	}
}

/* 02:30 of the day of the change never comes, 01:30 of the other comes twice.
 */
static void
local_times(void **state)
{
	const int64_t never = am_time_from_civil(2020, 3, 8, 2, 30, 0);
	const int64_t twice = am_time_from_civil(2020, 11, 1, 1, 30, 0);

	(void)state;
	assert_int_equal(am_timezone_offset_local(&pacific, never), -480 * 60);
	assert_int_equal(am_timezone_offset_local(&pacific, never + 3600),
			 -420 * 60);
	assert_int_equal(am_timezone_offset_local(&pacific, twice), -420 * 60);
	assert_int_equal(am_timezone_offset_local(&pacific, twice + 3600),
			 -480 * 60);
}

static struct am_ical_zone *
made(const struct am_timezone *zone, const char *name, struct am_arena *arena)
{
	struct am_ical_zone *out = NULL;
	struct am_error err;

	assert_int_equal(am_ical_zone_make(zone, name, arena, &out, &err),
			 AM_OK);
	return out;
}

static const char *
text_of(const struct am_ical_zone *zone, struct am_arena *arena)
{
	const char *text = am_arena_text(
		arena, (const char *)zone->component.data, zone->component.len);

	assert_non_null(text);
	return text;
}

static void
the_component(void **state)
{
	static const char want[] =
		"X-LIC-LOCATION:America/Los_Angeles\r\n"
		"BEGIN:STANDARD\r\n"
		"DTSTART:16011028T020000\r\n"
		"TZOFFSETFROM:-0700\r\n"
		"TZOFFSETTO:-0800\r\n"
		"RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU;COUNT=406\r\n"
		"END:STANDARD\r\n"
		"BEGIN:DAYLIGHT\r\n"
		"DTSTART:16010401T020000\r\n"
		"TZOFFSETFROM:-0800\r\n"
		"TZOFFSETTO:-0700\r\n"
		"RRULE:FREQ=YEARLY;BYMONTH=4;BYDAY=1SU;COUNT=406\r\n"
		"END:DAYLIGHT\r\n"
		"BEGIN:STANDARD\r\n"
		"DTSTART:20071104T020000\r\n"
		"TZOFFSETFROM:-0700\r\n"
		"TZOFFSETTO:-0800\r\n"
		"RRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=1SU\r\n"
		"END:STANDARD\r\n"
		"BEGIN:DAYLIGHT\r\n"
		"DTSTART:20070311T020000\r\n"
		"TZOFFSETFROM:-0800\r\n"
		"TZOFFSETTO:-0700\r\n"
		"RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=2SU\r\n"
		"END:DAYLIGHT\r\n"
		"END:VTIMEZONE\r\n";
	struct am_arena arena = { 0 };
	const struct am_ical_zone *zone = made(&pacific, "", &arena);
	const char *text = text_of(zone, &arena);

	(void)state;
	assert_memory_equal(zone->tzid, "Pacific Standard Time/", 22);
	assert_int_equal(strlen(zone->tzid), 22 + 8);
	assert_memory_equal(text, "BEGIN:VTIMEZONE\r\nTZID:Pacific", 29);
	assert_string_equal(strstr(text, "X-LIC"), want);
	am_arena_free(&arena);
}

/* One name, two laws: two TZIDs. No name: the offset. */
static void
names(void **state)
{
	const struct am_timezone now = { "Pacific Standard Time",
					 pacific_rules + 1, 1 };
	const struct am_timezone nameless = { "", pacific_rules + 1, 1 };
	struct am_arena arena = { 0 };

	(void)state;
	assert_string_not_equal(made(&now, "", &arena)->tzid,
				made(&pacific, "", &arena)->tzid);
	assert_string_equal(made(&now, "", &arena)->tzid,
			    made(&now, "other", &arena)->tzid);
	assert_memory_equal(made(&nameless, "", &arena)->tzid, "UTC-0800/", 9);
	assert_memory_equal(
		made(&nameless, "(GMT-08:00) \"Pacific\"; x,y\r\n", &arena)
			->tzid,
		"(GMT-08.00) Pacific xy/", 23);
	am_arena_free(&arena);
}

/* A year whose rule begins with another offset than the last one ended with. */
static void
an_offset_that_changed_for_good(void **state)
{
	struct am_timezone_rule rules[] = { { .year = 2010, .bias = -180 },
					    { .year = 2011, .bias = -240 } };
	const struct am_timezone zone = { "Russian Standard Time", rules, 2 };
	struct am_arena arena = { 0 };
	const char *text = text_of(made(&zone, "", &arena), &arena);

	(void)state;
	assert_non_null(strstr(text, "DTSTART:16010101T000000\r\n"
				     "TZOFFSETFROM:+0300\r\n"
				     "TZOFFSETTO:+0300\r\n"));
	assert_non_null(strstr(text, "DTSTART:20110101T000000\r\n"
				     "TZOFFSETFROM:+0300\r\n"
				     "TZOFFSETTO:+0400\r\n"));
	am_arena_free(&arena);
}

/* PidLidTimeZoneStruct of [MS-OXOCAL], as Outlook wrote it. */
static void
the_struct(void **state)
{
	static const uint8_t raw[48] = {
		0xe0, 0x01, 0, 0, 0,	0, 0, 0, 0xc4, 0xff, 0xff, 0xff,
		0,    0,    0, 0, 0x0b, 0, 0, 0, 1,    0,    2,	   0,
		0,    0,    0, 0, 0,	0, 0, 0, 0,    0,    3,	   0,
		0,    0,    2, 0, 2,	0, 0, 0, 0,    0,    0,	   0,
	};
	struct am_arena arena = { 0 };
	struct am_timezone *zone = NULL;
	struct am_error err;
	size_t len;

	(void)state;
	assert_int_equal(am_timezone_struct(am_bytes(raw, sizeof(raw)), &arena,
					    &zone, &err),
			 AM_OK);
	assert_int_equal(zone->rules[0].bias, 480);
	assert_int_equal(zone->rules[0].daylight_bias, -60);
	assert_int_equal(zone->rules[0].standard.month, 11);
	assert_int_equal(zone->rules[0].daylight.day, 2);
	for (len = 0; len < sizeof(raw); len++)
		assert_int_equal(am_timezone_struct(am_bytes(raw, len), &arena,
						    &zone, &err),
				 AM_CORRUPT);
	am_arena_free(&arena);
}

static void
a_definition_has_a_limit_of_rules(void **state)
{
	const size_t rules = AM_TIMEZONE_MAX_RULES + 1;
	static uint8_t raw[10 + (AM_TIMEZONE_MAX_RULES + 1) * 66];
	struct am_arena arena = { 0 };
	struct am_timezone *zone = NULL;
	struct am_error err;

	(void)state;
	raw[0] = 2;
	raw[8] = (uint8_t)rules;
	raw[9] = (uint8_t)(rules >> 8);
	assert_int_equal(am_timezone_definition(am_bytes(raw, sizeof(raw)),
						&arena, &zone, &err),
			 AM_OK);
	assert_int_equal(zone->count, AM_TIMEZONE_MAX_RULES);
	assert_int_equal(am_timezone_definition(am_bytes(raw, 10 + 65), &arena,
						&zone, &err),
			 AM_CORRUPT);
	am_arena_free(&arena);
}

static void
windows_zones(void **state)
{
	(void)state;
	assert_string_equal(am_windows_zone_iana("Romance Standard Time"),
			    "Europe/Paris");
	assert_string_equal(am_windows_zone_iana("AUS Central Standard Time"),
			    "Australia/Darwin");
	assert_string_equal(am_windows_zone_iana("Yukon Standard Time"),
			    "America/Whitehorse");
	assert_null(am_windows_zone_iana("Mars Standard Time"));
	assert_null(am_windows_zone_iana(""));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(offsets),
		cmocka_unit_test(local_times),
		cmocka_unit_test(the_component),
		cmocka_unit_test(names),
		cmocka_unit_test(an_offset_that_changed_for_good),
		cmocka_unit_test(the_struct),
		cmocka_unit_test(a_definition_has_a_limit_of_rules),
		cmocka_unit_test(windows_zones),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
