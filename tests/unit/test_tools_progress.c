/* tools/progress: the text of the line, and when there is none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "progress.h"

static void
test_text(void **state)
{
	static const struct {
		const char *title;
		struct am_progress first, now;
		double seconds;
		size_t columns;
		const char *text;
	} cases[] = {
		{ "old.pst",
		  { 0, 20000, 0 },
		  { 0, 20000, 0 },
		  0,
		  80,
		  "old.pst: 0 of 20000 items, 0%" },
		{ "old.pst",
		  { 0, 20000, 0 },
		  { 5000, 20000, 100000000 },
		  10,
		  80,
		  "old.pst: 5000 of 20000 items, 25%, 10.0 MB/s, 0:30 left" },
		/* too early to guess */
		{ "old.pst",
		  { 0, 20000, 0 },
		  { 5000, 20000, 100000000 },
		  0.5,
		  80,
		  "old.pst: 5000 of 20000 items, 25%" },
		/* resumed: what was there already is not speed */
		{ "old.pst",
		  { 4000, 20000, 90000000 },
		  { 5000, 20000, 100000000 },
		  10,
		  80,
		  "old.pst: 5000 of 20000 items, 25%, 1.0 MB/s, 2:30 left" },
		{ "old.pst",
		  { 0, 10, 0 },
		  { 10, 10, 99949 },
		  1,
		  80,
		  "old.pst: 10 of 10 items, 100%, 0.1 MB/s, 0:00 left" },
		/* looking only: nothing is written */
		{ "old.pst",
		  { 0, 100, 0 },
		  { 50, 100, 0 },
		  5,
		  80,
		  "old.pst: 50 of 100 items, 50%, 0:05 left" },
		{ "old.pst",
		  { 0, 0, 0 },
		  { 0, 0, 0 },
		  5,
		  80,
		  "old.pst: 0 items" },
		/* so slow that a guess would be none */
		{ "old.pst",
		  { 0, 1000000, 0 },
		  { 1, 1000000, 0 },
		  100,
		  80,
		  "old.pst: 1 of 1000000 items, 0%" },
		/* more than there should be */
		{ "old.pst",
		  { 0, 1, 0 },
		  { 2, 1, 0 },
		  5,
		  80,
		  "old.pst: 2 of 1 items, 200%" },
		{ "old.pst",
		  { 0, 100, 0 },
		  { 50, 100, 0 },
		  5,
		  20,
		  "old.pst: 50 of 100 i" },
		/* cut between characters */
		{ "\xc3\xa9\xc3\xa9",
		  { 0, 1, 0 },
		  { 0, 1, 0 },
		  0,
		  3,
		  "\xc3\xa9" },
		{ "a-name-of-thirty-two-bytes-and-m\xc3\xb6re.pst",
		  { 0, 0, 0 },
		  { 0, 0, 0 },
		  0,
		  80,
		  "a-name-of-thirty-two-bytes-and-m: 0 items" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char text[AM_PROGRESS_LINE_SIZE];

		am_progress_text(text, cases[i].title, &cases[i].first,
				 &cases[i].now, cases[i].seconds,
				 cases[i].columns);
		assert_string_equal(text, cases[i].text);
	}
}

/* Into a file nothing is written. */
static void
test_no_terminal(void **state)
{
	const struct am_progress progress = { 1, 2, 3 };
	FILE *const file = tmpfile();
	struct am_progress_line line;

	(void)state;
	assert_non_null(file);
	line = am_progress_line(file);
	am_progress_begin(&line, "old.pst");
	am_progress_show(&line, &progress);
	am_progress_hide(&line);
	assert_int_equal(ftell(file), 0);
	(void)fclose(file);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_text),
		cmocka_unit_test(test_no_terminal),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
