/* tools/options_help: help from the table, and guesses at mistyped names. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "options.h"

static void
test_nearest(void **state)
{
	static const char *const names[] = { "info",	       "list",
					     "convert",	       "to",
					     "folder",	       "since",
					     "exclude-folder", NULL };
	static const struct {
		const char *text;
		const char *nearest;
	} cases[] = {
		{ "info", "info" },
		{ "inof", "info" },
		{ "inf", "info" },
		{ "lst", "list" },
		{ "lists", "list" },
		{ "convrt", "convert" },
		{ "covnert", "convert" },
		{ "con", "convert" },
		{ "co", "to" },
		{ "since", "since" },
		{ "sinec", "since" },
		{ "exclude", "exclude-folder" },
		{ "upload", NULL },
		{ "", NULL },
		{ "x", NULL },
		{ "tp", "to" },
		{ "a-name-that-is-far-longer-than-any-of-our-options", NULL },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const char *const got = am_nearest(cases[i].text, names);
		const char *const want = cases[i].nearest;

		if ((got == NULL) != (want == NULL) ||
		    (got != NULL && strcmp(got, want) != 0))
			fail_msg("%s: %s", cases[i].text,
				 got != NULL ? got : "none");
	}
}

static void
test_help(void **state)
{
	static const struct am_option table[] = {
		{ .name = "to",
		  .kind = AM_OPTION_TEXT,
		  .argument = "FORM",
		  .help = "what to write" },
		{ .name = "jobs",
		  .letter = 'j',
		  .kind = AM_OPTION_COUNT,
		  .argument = "N",
		  .help = "threads; without it one for each processor, and the "
			  "output is the same with any number" },
		{ .name = "a-name-that-is-rather-long",
		  .kind = AM_OPTION_FLAG,
		  .help = "below" },
		AM_OPTION_LAST
	};
	struct am_buf help = am_buf(4096);

	(void)state;
	am_options_help(table, &help);
	assert_int_equal(am_buf_status(&help, NULL), AM_OK);
	assert_string_equal(
		am_buf_text(&help),
		"      --to FORM             what to write\n"
		"  -j, --jobs N              threads; without it one for each "
		"processor, and the\n"
		"                            output is the same with any "
		"number\n"
		"      --a-name-that-is-rather-long\n"
		"                            below\n"
		"  -h, --help                show this help\n");
	am_buf_free(&help);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_nearest),
		cmocka_unit_test(test_help),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
