/* tools/output: what reaches a terminal, and whether it does. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <stdlib.h>

#include "output.h"

/* Everything printed into file so far; the caller frees it. */
static char *
file_text(FILE *file, size_t *len_out)
{
	long len;
	char *text;

	assert_int_equal(fseek(file, 0, SEEK_END), 0);
	len = ftell(file);
	assert_true(len >= 0);
	rewind(file);
	text = calloc((size_t)len + 1, 1);
	assert_non_null(text);
	assert_int_equal(fread(text, 1, (size_t)len, file), (size_t)len);
	*len_out = (size_t)len;
	return text;
}

static void
test_escapes(void **state)
{
	FILE *const file = tmpfile();
	struct am_output out;
	size_t len;
	char *text;

	(void)state;
	assert_non_null(file);
	out = am_output(file);
	am_output_line(&out, "%s: %d", "plain \xc3\xa9", 5);
	am_output_line(&out, "%s", "red\x1b[31m\x07\n\ttab");
	am_output_line(&out, "%s",
		       "c1 \xc2\x9b"
		       "31m");
	am_output_line(&out, "%s",
		       "bidi \xe2\x80\xae"
		       "fdp.exe");
	am_output_line(&out, "%s", "bad \xff\xc3");
	am_output_line(&out, "%s", "");
	am_output_raw(&out, am_bytes_of("as\tit is\n"));
	am_output_part(&out, "%s", "a\tb");
	am_output_raw(&out, am_bytes_of("\n"));
	assert_true(am_output_close(&out));
	text = file_text(file, &len);
	assert_non_null(strstr(text, "plain \xc3\xa9: 5\nred\\x1b[31m\\x07"));
	assert_non_null(strstr(text, "\\u202e"
				     "fdp.exe\n"));
	assert_non_null(strstr(text, "\n\nas\tit is\na"));
	assert_null(strchr(text, '\x1b'));
	assert_null(strstr(text, "\xc2\x9b"));
	assert_null(strstr(text, "\xe2\x80\xae"));
	assert_null(strchr(text, '\xff'));
	/* a line of the archive's cannot begin a line of ours */
	assert_null(strstr(text, "\n\ttab"));
	assert_null(strstr(text, "a\tb"));
	free(text);
	(void)fclose(file);
}

static void
test_long_line_is_cut_visibly(void **state)
{
	const size_t size = AM_OUTPUT_MAX_LINE + 100;
	char *const longest = calloc(size, 1);
	FILE *const file = tmpfile();
	struct am_output out;
	size_t len;
	char *text;

	(void)state;
	assert_non_null(file);
	assert_non_null(longest);
	memset(longest, 'x', size - 1);
	out = am_output(file);
	am_output_line(&out, "%s", longest);
	longest[AM_OUTPUT_MAX_LINE - 1] = '\0';
	am_output_line(&out, "%s", longest);
	assert_true(am_output_close(&out));
	text = file_text(file, &len);
	assert_int_equal(len, 2 * (AM_OUTPUT_MAX_LINE - 1) +
				      strlen(" [cut here]\n\n"));
	assert_string_equal(text + len - 1, "\n");
	assert_memory_equal(text + AM_OUTPUT_MAX_LINE - 1, " [cut here]\n", 12);
	free(text);
	free(longest);
	(void)fclose(file);
}

static void
test_full_disk_is_noticed(void **state)
{
	FILE *const file = fopen("/dev/full", "w");
	struct am_output out;
	int i;

	(void)state;
	if (file == NULL)
		skip();
	out = am_output(file);
	am_output_line(&out, "small");
	assert_false(am_output_failed(&out)); /* it is buffered */
	for (i = 0; i < 100000 && !am_output_failed(&out); i++)
		am_output_line(&out, "more");
	assert_true(i < 100000);
	assert_false(am_output_close(&out));
	assert_int_equal(out.error, ENOSPC);
	(void)fclose(file);
}

static void
test_full_disk_at_the_end(void **state)
{
	FILE *const file = fopen("/dev/full", "w");
	struct am_output out;

	(void)state;
	if (file == NULL)
		skip();
	out = am_output(file);
	am_output_line(&out, "small");
	assert_false(am_output_close(&out));
	assert_int_equal(out.error, ENOSPC);
	(void)fclose(file);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_escapes),
		cmocka_unit_test(test_long_line_is_cut_visibly),
		cmocka_unit_test(test_full_disk_is_noticed),
		cmocka_unit_test(test_full_disk_at_the_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
