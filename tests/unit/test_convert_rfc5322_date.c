/* convert/rfc5322_date: reading a date-time. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/time.h"
#include "convert/rfc5322.h"

static const struct {
	const char *value;
	const char *iso; /* NULL: no date */
} dates[] = {
	{ "Mon, 12 Jul 2004 18:30:00 +0000", "2004-07-12T18:30:00Z" },
	{ "Mon, 12 Jul 2004 20:30:00 +0200", "2004-07-12T18:30:00Z" },
	{ "Mon, 12 Jul 2004 13:00:01 -0530", "2004-07-12T18:30:01Z" },
	{ " 12 Jul 2004 18:30:00 +0000", "2004-07-12T18:30:00Z" },
	{ "12 Jul 2004 18:30 +0000", "2004-07-12T18:30:00Z" },
	{ "Mon, 12 Jul 2004 18:30:00 GMT", "2004-07-12T18:30:00Z" },
	{ "Mon, 12 Jul 2004 18:30:00 EST", "2004-07-12T23:30:00Z" },
	{ "Mon, 12 Jul 2004 18:30:00 pdt", "2004-07-13T01:30:00Z" },
	{ "Mon, 12 Jul 2004 18:30:00 XYZ", "2004-07-12T18:30:00Z" },
	{ "Mon, 12 Jul 2004 18:30:00", "2004-07-12T18:30:00Z" },
	{ "Mon, 12 Jul 2004 20:30:00 +0200 (CEST)", "2004-07-12T18:30:00Z" },
	{ "Mon,\r\n 12 Jul 2004\r\n\t18:30:00 +0000", "2004-07-12T18:30:00Z" },
	{ "(x) Mon (y), 12 Jul 2004 18:30:00 (z) +0000",
	  "2004-07-12T18:30:00Z" },
	{ "Monday, 12-Jul-04 18:30:00 GMT", "2004-07-12T18:30:00Z" },
	{ "Mon, 12 Jul 104 18:30:00 GMT", "2004-07-12T18:30:00Z" },
	{ "Mon, 12 July 2004 18:30:00 GMT", "2004-07-12T18:30:00Z" },
	{ "Fri, 31 Dec 99 23:59:60 +0000", "2000-01-01T00:00:00Z" },
	{ "Sun, 29 Feb 2004 00:00:00 +0000", "2004-02-29T00:00:00Z" },
	{ "Sat, 29 Feb 2003 00:00:00 +0000", NULL },
	{ "Mon, 31 Jun 2004 18:30:00 +0000", NULL },
	{ "Mon, 0 Jul 2004 18:30:00 +0000", NULL },
	{ "Mon, 12 Foo 2004 18:30:00 +0000", NULL },
	{ "Mon, 12 Jul 2004 24:30:00 +0000", NULL },
	{ "Mon, 12 Jul 2004 18:60:00 +0000", NULL },
	{ "Mon, 12 Jul 2004 18", NULL },
	{ "Mon, 12 Jul 2004", NULL },
	{ "Mon, 12 Jul 12004 18:30:00 +0000", NULL },
	{ "Mon, 12 Jul 1969 18:30:00 +0000", NULL },
	{ "12", NULL },
	{ "Mon", NULL },
	{ "", NULL },
	{ "(", NULL },
};

static void
test_dates(void **state)
{
	char text[AM_TIME_TEXT_SIZE];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(dates) / sizeof(dates[0]); i++) {
		const int64_t when =
			am_rfc5322_date(am_bytes_of(dates[i].value));

		print_message("%s\n", dates[i].value);
		if (dates[i].iso == NULL) {
			assert_true(when == AM_TIME_NONE);
			continue;
		}
		am_time_iso(when, text);
		assert_string_equal(text, dates[i].iso);
	}
}

/* Every time that is written is read again. */
static void
test_round(void **state)
{
	char text[AM_TIME_TEXT_SIZE];
	int64_t when;

	(void)state;
	for (when = 0; when < INT64_C(7000000000); when += 8640001) {
		am_time_rfc5322(when, text);
		assert_int_equal(am_rfc5322_date(am_bytes_of(text)), when);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_dates),
		cmocka_unit_test(test_round),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
