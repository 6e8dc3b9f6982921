/* mapi/recurrence: the blob of the digest, and what is cut or lies. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/time.h"
#include "ical/rule.h"

/* Weekly on Tuesday from 2016-08-02, 08:00 to 08:30, no end; one instance
 * deleted, two moved: made by Outlook, in a public sample. */
static const uint8_t outlook[] = {
	0x04, 0x30, 0x04, 0x30, 0x0b, 0x20, 0x01, 0x00, 0x00, 0x00, 0xc0, 0x21,
	0x00, 0x00, 0x01, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x04, 0x00,
	0x00, 0x00, 0x23, 0x20, 0x00, 0x00, 0x0a, 0x00, 0x00, 0x00, 0x00, 0x00,
	0x00, 0x00, 0x03, 0x00, 0x00, 0x00, 0x80, 0x5c, 0x07, 0x0d, 0x40, 0xab,
	0x07, 0x0d, 0xa0, 0xd2, 0x07, 0x0d, 0x02, 0x00, 0x00, 0x00, 0x40, 0xab,
	0x07, 0x0d, 0xa0, 0xd2, 0x07, 0x0d, 0x20, 0x35, 0x07, 0x0d, 0xdf, 0x80,
	0xe9, 0x5a, 0x06, 0x30, 0x00, 0x00, 0x09, 0x30, 0x00, 0x00, 0xe0, 0x01,
	0x00, 0x00, 0xfe, 0x01, 0x00, 0x00, 0x02, 0x00, 0x5c, 0xad, 0x07, 0x0d,
	0x7a, 0xad, 0x07, 0x0d, 0x20, 0xad, 0x07, 0x0d, 0x00, 0x02, 0xf8, 0xd4,
	0x07, 0x0d, 0x16, 0xd5, 0x07, 0x0d, 0x80, 0xd4, 0x07, 0x0d, 0x00, 0x02,
	0x00, 0x00, 0x00, 0x00, 0x04, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
	0x00, 0x00, 0x00, 0x00, 0x04, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
	0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
};

enum {
	PATTERN_HEAD = 38, /* up to FirstDOW */
	PATTERN_SIZE = 74,
	TAIL = 4 /* ReservedBlock2, which nobody reads */
};

static enum am_status
decode(struct am_bytes raw, struct am_arena *arena, struct am_recurrence **out,
       struct am_error *err)
{
	return am_recurrence_appointment(raw, 1252, arena, out, err);
}

static void
what_outlook_wrote(void **state)
{
	struct am_recurrence *got = NULL;
	struct am_arena arena = { 0 };
	struct am_error err;

	(void)state;
	assert_int_equal(
		decode(am_bytes(outlook, sizeof(outlook)), &arena, &got, &err),
		AM_OK);
	assert_int_equal(got->frequency, AM_RECUR_WEEKLY);
	assert_int_equal(got->pattern, AM_RECUR_WEEK);
	assert_int_equal(got->days, 4);
	assert_int_equal(got->period, 1);
	assert_int_equal(got->end, AM_RECUR_END_NEVER);
	assert_int_equal(got->start_date, 218576160);
	assert_int_equal(am_recurrence_seconds(got->start_date),
			 am_time_from_civil(2016, 8, 2, 0, 0, 0));
	assert_true(am_recurrence_is_no_date(got->end_date));
	assert_int_equal(got->deleted_count, 3);
	assert_int_equal(got->modified_count, 2);
	assert_int_equal(got->start_offset, 480);
	assert_int_equal(got->end_offset, 510);
	assert_int_equal(got->exception_count, 2);
	assert_int_equal(am_recurrence_seconds(got->exceptions[1].start),
			 am_time_from_civil(2016, 8, 30, 10, 0, 0));
	assert_int_equal(am_recurrence_seconds(got->exceptions[1].original),
			 am_time_from_civil(2016, 8, 30, 8, 0, 0));
	assert_int_equal(got->exceptions[0].flags, AM_EXCEPTION_BODY);
	assert_false(got->is_cut);
	am_arena_free(&arena);
}

static void
cut_anywhere(void **state)
{
	size_t len;

	(void)state;
	for (len = 0; len < sizeof(outlook) - TAIL; len++) {
		struct am_recurrence *got = NULL;
		struct am_arena arena = { 0 };
		struct am_error err = { 0 };
		const enum am_status status =
			decode(am_bytes(outlook, len), &arena, &got, &err);

		/* what recurs is told by the first fields */
		assert_int_equal(status,
				 len < PATTERN_HEAD ? AM_CORRUPT : AM_OK);
		if (status == AM_OK)
			assert_true(got->is_cut);
		else
			assert_non_null(strstr(err.text, "RecurrencePattern"));
		assert_int_equal(am_recurrence_pattern(am_bytes(outlook, len),
						       &arena, &got, &err),
				 len < PATTERN_HEAD ? AM_CORRUPT : AM_OK);
		if (len >= PATTERN_HEAD)
			assert_int_equal(got->is_cut, len < PATTERN_SIZE);
		am_arena_free(&arena);
	}
}

static void
fields_that_mean_nothing(void **state)
{
	static const struct {
		const char *name;
		size_t offset;
		uint8_t byte;
	} cases[] = {
		{ "ReaderVersion", 0, 5 }, { "RecurFrequency", 4, 0x0e },
		{ "PatternType", 6, 5 },   { "Period", 17, 0x7f },
		{ "no day", 22, 0 },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct am_recurrence *got = NULL;
		struct am_arena arena = { 0 };
		struct am_error err;
		uint8_t raw[sizeof(outlook)];

		memcpy(raw, outlook, sizeof(raw));
		raw[cases[i].offset] = cases[i].byte;
		print_message("%s\n", cases[i].name);
		assert_int_equal(
			decode(am_bytes(raw, sizeof(raw)), &arena, &got, &err),
			AM_CORRUPT);
		am_arena_free(&arena);
	}
}

/* Counts are compared with what is left before anything is made for them. */
static void
counts_that_lie(void **state)
{
	static const size_t offsets[] = { 38, 54, 90 };
	size_t i;

	(void)state;
	for (i = 0; i < 3; i++) {
		struct am_recurrence *got = NULL;
		struct am_arena arena = { .limit = 1 << 20 };
		struct am_error err;
		uint8_t raw[sizeof(outlook)];

		memcpy(raw, outlook, sizeof(raw));
		raw[offsets[i]] = 0xff;
		raw[offsets[i] + 1] = 0xff;
		assert_int_equal(
			decode(am_bytes(raw, sizeof(raw)), &arena, &got, &err),
			AM_OK);
		assert_true(got->is_cut);
		assert_true(got->exception_count <=
			    AM_RECURRENCE_MAX_EXCEPTIONS);
		am_arena_free(&arena);
	}
}

/* More dates, and more exceptions, than the limits let in. */
static void
more_than_the_limits(void **state)
{
	const size_t dates = AM_RECURRENCE_MAX_DATES + 1;
	struct am_recurrence *got = NULL;
	struct am_arena arena = { 0 };
	struct am_buf raw = am_buf(1 << 20);
	struct am_error err;
	uint8_t *room;
	size_t i;

	(void)state;
	am_buf_add(&raw, am_bytes(outlook, 38));
	room = am_buf_room(&raw, 4 + dates * 4);
	assert_non_null(room);
	memset(room, 0, 4 + dates * 4);
	for (i = 0; i < 4; i++)
		room[i] = (uint8_t)(dates >> 8 * i);
	raw.len += 4 + dates * 4;
	assert_int_equal(decode(am_buf_bytes(&raw), &arena, &got, &err), AM_OK);
	assert_true(got->is_cut);
	assert_int_equal(got->deleted_count, 0);
	am_buf_clear(&raw);
	am_buf_add(&raw, am_bytes(outlook, 90));
	room = am_buf_room(&raw, 60000);
	assert_non_null(room);
	memset(room, 0, 60000);
	room[0] = 0xff;
	room[1] = 0x0f; /* 4095 exceptions of 14 bytes */
	raw.len += 60000;
	assert_int_equal(decode(am_buf_bytes(&raw), &arena, &got, &err), AM_OK);
	assert_true(got->is_cut);
	assert_int_equal(got->exception_count, AM_RECURRENCE_MAX_EXCEPTIONS);
	am_buf_free(&raw);
	am_arena_free(&arena);
}

/* ---- the rules ---- */

static void
rules(void **state)
{
	static const struct {
		struct am_recurrence recurrence;
		const char *rule;
	} cases[] = {
		{ { .frequency = AM_RECUR_DAILY,
		    .period = 3,
		    .end = AM_RECUR_END_COUNT,
		    .count = 7 },
		  "FREQ=DAILY;INTERVAL=3;COUNT=7" },
		{ { .frequency = AM_RECUR_WEEKLY,
		    .pattern = AM_RECUR_WEEK,
		    .period = 2,
		    .days = 0x41,
		    .first_day = 1 },
		  "FREQ=WEEKLY;INTERVAL=2;BYDAY=SU,SA;WKST=MO" },
		{ { .frequency = AM_RECUR_MONTHLY,
		    .pattern = AM_RECUR_MONTH,
		    .period = 1,
		    .day = 30 },
		  "FREQ=MONTHLY;INTERVAL=1;BYMONTHDAY=28,29,30;BYSETPOS=-1" },
		{ { .frequency = AM_RECUR_MONTHLY,
		    .pattern = AM_RECUR_MONTH,
		    .period = 1,
		    .day = 31 },
		  "FREQ=MONTHLY;INTERVAL=1;BYMONTHDAY=-1" },
		{ { .frequency = AM_RECUR_MONTHLY,
		    .pattern = AM_RECUR_MONTH_NTH,
		    .period = 1,
		    .days = 0x10,
		    .nth = 5 },
		  "FREQ=MONTHLY;INTERVAL=1;BYDAY=-1TH" },
		{ { .frequency = AM_RECUR_YEARLY,
		    .pattern = AM_RECUR_MONTH_NTH,
		    .period = 12,
		    .days = 0x3e,
		    .nth = 2 },
		  "FREQ=YEARLY;INTERVAL=1;BYMONTH=3;BYDAY=MO,TU,WE,TH,FR;"
		  "BYSETPOS=2" },
		{ { .frequency = AM_RECUR_YEARLY,
		    .pattern = AM_RECUR_MONTH,
		    .period = 18,
		    .day = 5 },
		  "FREQ=MONTHLY;INTERVAL=18;BYMONTHDAY=5" },
		{ { .frequency = AM_RECUR_YEARLY,
		    .pattern = AM_RECUR_HJ_MONTH_END,
		    .period = 12 },
		  "FREQ=YEARLY;INTERVAL=1;BYMONTHDAY=-1;RSCALE=ISLAMIC-CIVIL" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct am_recurrence recurrence = cases[i].recurrence;
		const struct am_ical_series series = {
			&recurrence, am_time_from_civil(2020, 3, 5, 9, 0, 0),
			false, 0
		};
		char text[AM_ICAL_RULE_SIZE];

		if (recurrence.end == 0)
			recurrence.end = AM_RECUR_END_NEVER;
		am_ical_rule(&series, text);
		assert_string_equal(text, cases[i].rule);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_outlook_wrote),
		cmocka_unit_test(cut_anywhere),
		cmocka_unit_test(fields_that_mean_nothing),
		cmocka_unit_test(counts_that_lie),
		cmocka_unit_test(more_than_the_limits),
		cmocka_unit_test(rules),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
