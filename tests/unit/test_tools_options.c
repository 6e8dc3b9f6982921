/* tools/options: what the words of a command line mean. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/time.h"
#include "options.h"

struct values {
	bool json;
	bool verbose;
	const char *output;
	unsigned jobs;
	int target;
	const char *const *folders;
	struct am_option_time since;
	struct am_option_time until;
	unsigned codepage;
};

static const char *const targets[] = { "maildir", "mbox", NULL };

static const struct am_option table[] = {
	{ .name = "json",
	  .kind = AM_OPTION_FLAG,
	  .field = offsetof(struct values, json) },
	{ .name = "verbose",
	  .letter = 'v',
	  .kind = AM_OPTION_FLAG,
	  .field = offsetof(struct values, verbose) },
	{ .name = "output",
	  .letter = 'o',
	  .kind = AM_OPTION_TEXT,
	  .argument = "DIR",
	  .field = offsetof(struct values, output),
	  .required = true },
	{ .name = "jobs",
	  .letter = 'j',
	  .kind = AM_OPTION_COUNT,
	  .argument = "N",
	  .field = offsetof(struct values, jobs),
	  .max = 64 },
	{ .name = "to",
	  .kind = AM_OPTION_CHOICE,
	  .argument = "FORM",
	  .field = offsetof(struct values, target),
	  .choices = targets },
	{ .name = "folder",
	  .kind = AM_OPTION_LIST,
	  .argument = "GLOB",
	  .field = offsetof(struct values, folders) },
	{ .name = "since",
	  .kind = AM_OPTION_DAY_BEGIN,
	  .argument = "DATE",
	  .field = offsetof(struct values, since) },
	{ .name = "until",
	  .kind = AM_OPTION_DAY_END,
	  .argument = "DATE",
	  .field = offsetof(struct values, until) },
	{ .name = "charset",
	  .kind = AM_OPTION_CODEPAGE,
	  .argument = "CP",
	  .field = offsetof(struct values, codepage) },
	AM_OPTION_LAST
};

enum { MAX_WORDS = 12 };

static enum am_status
parse(const char *const *words, struct am_arena *arena, struct values *values,
      struct am_operands *operands, struct am_error *err)
{
	int count = 0;

	while (words[count] != NULL)
		count++;
	memset(values, 0, sizeof(*values));
	return am_options_parse(table, count, words, arena, values, operands,
				err);
}

static void
test_all_kinds(void **state)
{
	static const char *const words[] = {
		"a.pst", "--json",    "--output=x", "-j",
		"8",	 "--to",      "mbox",	    "--since=2004-02-29",
		"b.pst", "--charset", "1251",	    NULL
	};
	struct am_arena arena = { 0 };
	struct values values;
	struct am_operands operands;
	struct am_error err;

	(void)state;
	assert_int_equal(parse(words, &arena, &values, &operands, &err), AM_OK);
	assert_true(values.json);
	assert_false(values.verbose);
	assert_string_equal(values.output, "x");
	assert_int_equal(values.jobs, 8);
	assert_int_equal(values.target, 2);
	assert_true(values.since.given);
	assert_int_equal(values.since.time,
			 am_time_from_civil(2004, 2, 29, 0, 0, 0));
	assert_false(values.until.given);
	assert_int_equal(values.codepage, 1251);
	assert_null(values.folders);
	assert_int_equal(operands.count, 2);
	assert_string_equal(operands.list[0], "a.pst");
	assert_string_equal(operands.list[1], "b.pst");
	assert_null(operands.list[2]);
	am_arena_free(&arena);
}

static void
test_short_forms(void **state)
{
	static const struct {
		const char *words[MAX_WORDS];
		unsigned jobs;
		bool verbose;
		const char *output;
	} cases[] = {
		{ { "-o", "x", NULL }, 0, false, "x" },
		{ { "-ox", NULL }, 0, false, "x" },
		{ { "-vj2", "-ox", NULL }, 2, true, "x" },
		{ { "-vox", NULL }, 0, true, "x" },
		{ { "-vo", "-", NULL }, 0, true, "-" },
		{ { "-o", "--", NULL }, 0, false, "--" },
		{ { "-ox", "-oy", NULL }, 0, false, "y" },
		{ { "--output", "-v", NULL }, 0, false, "-v" },
		{ { "--output=a=b", NULL }, 0, false, "a=b" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct am_arena arena = { 0 };
		struct values values;
		struct am_operands operands;
		struct am_error err;

		assert_int_equal(
			parse(cases[i].words, &arena, &values, &operands, &err),
			AM_OK);
		assert_int_equal(values.jobs, cases[i].jobs);
		assert_int_equal(values.verbose, cases[i].verbose);
		assert_string_equal(values.output, cases[i].output);
		assert_int_equal(operands.count, 0);
		am_arena_free(&arena);
	}
}

static void
test_operands(void **state)
{
	static const char *const words[] = { "-",  "-ox",    "--", "-v",
					     "--", "--json", "",   NULL };
	struct am_arena arena = { 0 };
	struct values values;
	struct am_operands operands;
	struct am_error err;

	(void)state;
	assert_int_equal(parse(words, &arena, &values, &operands, &err), AM_OK);
	assert_false(values.verbose);
	assert_int_equal(operands.count, 5);
	assert_string_equal(operands.list[0], "-");
	assert_string_equal(operands.list[1], "-v");
	assert_string_equal(operands.list[2], "--");
	assert_string_equal(operands.list[3], "--json");
	assert_string_equal(operands.list[4], "");
	am_arena_free(&arena);
}

static void
test_list_keeps_order(void **state)
{
	static const char *const words[] = { "--folder",   "a",	       "-ox",
					     "--folder=b", "--folder", "a",
					     NULL };
	struct am_arena arena = { 0 };
	struct values values;
	struct am_operands operands;
	struct am_error err;

	(void)state;
	assert_int_equal(parse(words, &arena, &values, &operands, &err), AM_OK);
	assert_string_equal(values.folders[0], "a");
	assert_string_equal(values.folders[1], "b");
	assert_string_equal(values.folders[2], "a");
	assert_null(values.folders[3]);
	am_arena_free(&arena);
}

static void
test_days(void **state)
{
	static const char *const words[] = { "-ox",	   "--since",
					     "2004-02-29", "--until",
					     "2004-02-29", NULL };
	struct am_arena arena = { 0 };
	struct values values;
	struct am_operands operands;
	struct am_error err;

	(void)state;
	assert_int_equal(parse(words, &arena, &values, &operands, &err), AM_OK);
	assert_int_equal(values.until.time - values.since.time, 86399);
	am_arena_free(&arena);
}

static void
test_charset_names(void **state)
{
	static const char *const words[] = { "-ox", "--charset=windows-1251",
					     NULL };
	struct am_arena arena = { 0 };
	struct values values;
	struct am_operands operands;
	struct am_error err;

	(void)state;
	assert_int_equal(parse(words, &arena, &values, &operands, &err), AM_OK);
	assert_int_equal(values.codepage, 1251);
	am_arena_free(&arena);
}

/* Each is refused, with a sentence that says what to do. */
static void
test_refusals(void **state)
{
	static const struct {
		const char *words[MAX_WORDS];
		const char *text;
	} cases[] = {
		{ { "a", NULL }, "-o (--output) DIR is missing" },
		{ { "-o", NULL }, "-o (--output) needs a value: DIR" },
		{ { "--output", NULL }, "-o (--output) needs a value: DIR" },
		{ { "--output=", NULL }, "-o (--output) is empty" },
		{ { "-o", "", NULL }, "-o (--output) is empty" },
		{ { "-ox", "--to", NULL }, "--to needs one of: maildir, mbox" },
		{ { "-ox", "--to=pst", NULL },
		  "--to cannot be 'pst'; there are: maildir, mbox" },
		{ { "-ox", "--to=mbo", NULL },
		  "--to cannot be 'mbo'; there are: maildir, mbox" },
		{ { "-ox", "--json=1", NULL }, "--json takes no value" },
		{ { "-ox", "--jsn", NULL },
		  "there is no option --jsn; did you mean --json?" },
		{ { "-ox", "--fold=x", NULL },
		  "there is no option --fold; did you mean --folder?" },
		{ { "-ox", "--hlep", NULL },
		  "there is no option --hlep; did you mean --help?" },
		{ { "-ox", "--frobnicate", NULL },
		  "there is no option --frobnicate" },
		{ { "-ox", "--outputx=1", NULL },
		  "there is no option --outputx; did you mean --output?" },
		{ { "-ox", "-vx", NULL }, "there is no option -x" },
		{ { "-ox", "-j0", NULL },
		  "-j (--jobs) needs a number from 1 to 64, not '0'" },
		{ { "-ox", "-j65", NULL },
		  "-j (--jobs) needs a number from 1 to 64, not '65'" },
		{ { "-ox", "-j", "-1", NULL },
		  "-j (--jobs) needs a number from 1 to 64, not '-1'" },
		{ { "-ox", "-j", "", NULL }, "-j (--jobs) is empty" },
		{ { "-ox", "-j2x", NULL },
		  "-j (--jobs) needs a number from 1 to 64, not '2x'" },
		{ { "-ox", "-j99999999999999999999", NULL },
		  "-j (--jobs) needs a number from 1 to 64, not "
		  "'99999999999999999999'" },
		{ { "-ox", "--since=2003-02-29", NULL },
		  "--since needs a date such as 2004-02-29 or "
		  "2004-02-29T12:00:00Z, not '2003-02-29'" },
		{ { "-ox", "--charset=klingon", NULL },
		  "--charset needs a code page such as 1252 or a charset such "
		  "as windows-1252, not 'klingon'" },
		{ { "-ox", "--charset=0", NULL },
		  "--charset needs a code page such as 1252 or a charset such "
		  "as windows-1252, not '0'" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct am_arena arena = { 0 };
		struct values values;
		struct am_operands operands;
		struct am_error err;

		assert_int_equal(
			parse(cases[i].words, &arena, &values, &operands, &err),
			AM_UNSUPPORTED);
		assert_string_equal(err.text, cases[i].text);
		am_arena_free(&arena);
	}
}

static void
test_help_wins(void **state)
{
	static const char *const cases[][MAX_WORDS] = {
		{ "--help", NULL },
		{ "-h", NULL },
		{ "a", "-vh", NULL },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct am_arena arena = { 0 };
		struct values values;
		struct am_operands operands;

		assert_int_equal(
			parse(cases[i], &arena, &values, &operands, NULL),
			AM_END);
		am_arena_free(&arena);
	}
}

static void
test_no_memory(void **state)
{
	static const char *const words[] = { "-ox", "--folder=a", NULL };
	struct am_operands operands;
	struct values values;
	size_t limit;

	(void)state;
	for (limit = 1; limit < 48; limit++) {
		struct am_arena arena = { .limit = limit };
		struct am_error err;
		const enum am_status status =
			parse(words, &arena, &values, &operands, &err);

		assert_true(status == AM_NOMEM ||
			    (status == AM_OK && limit >= 24));
		am_arena_free(&arena);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_all_kinds),
		cmocka_unit_test(test_short_forms),
		cmocka_unit_test(test_operands),
		cmocka_unit_test(test_list_keeps_order),
		cmocka_unit_test(test_days),
		cmocka_unit_test(test_charset_names),
		cmocka_unit_test(test_refusals),
		cmocka_unit_test(test_help_wins),
		cmocka_unit_test(test_no_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
