/* io/os_error: whose matter an errno is, and what is said about it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "io/os_error.h"

static const struct {
	const char *name;
	int number;
	enum am_status create, write, read;
	const char *says; /* part of each text */
} cases[] = {
	{ "disk full", ENOSPC, AM_IO, AM_IO, AM_IO, "disk full; make room" },
	{ "quota", EDQUOT, AM_IO, AM_IO, AM_IO, "disk quota used up" },
	{ "file too large", EFBIG, AM_IO, AM_IO, AM_IO, "ulimit -f" },
	{ "faulty disk", EIO, AM_IO, AM_IO, AM_IO, "Input/output error" },
	{ "descriptors", EMFILE, AM_IO, AM_IO, AM_IO, "Too many open files" },
	{ "read-only", EROFS, AM_OUTPUT, AM_IO, AM_IO, "Read-only" },
	{ "not allowed", EACCES, AM_OUTPUT, AM_IO, AM_IO, "Permission" },
	{ "not permitted", EPERM, AM_OUTPUT, AM_IO, AM_IO, "not permitted" },
	{ "exists", EEXIST, AM_OUTPUT, AM_IO, AM_IO, "there already" },
	{ "link", ELOOP, AM_OUTPUT, AM_IO, AM_IO, "symbolic link" },
	{ "outside", EXDEV, AM_OUTPUT, AM_IO, AM_IO, "out of its directory" },
	{ "not there", ENOENT, AM_OUTPUT, AM_IO, AM_NOT_FOUND, "No such file" },
	{ "name too long", ENAMETOOLONG, AM_OUTPUT, AM_IO, AM_IO, "too long" },
};

static void
status_and_text(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct am_error err = { 0 };

		print_message("%s\n", cases[i].name);
		assert_int_equal(
			am_os_create_failed(&err, cases[i].number, "a/b"),
			cases[i].create);
		assert_int_equal(err.status, cases[i].create);
		assert_non_null(strstr(err.text, "cannot create a/b: "));
		assert_non_null(strstr(err.text, cases[i].says));
		assert_int_equal(
			am_os_write_failed(&err, cases[i].number, "a/b"),
			cases[i].write);
		assert_non_null(strstr(err.text, "cannot write a/b: "));
		assert_non_null(strstr(err.text, cases[i].says));
		assert_int_equal(
			am_os_read_failed(&err, cases[i].number, "a/b"),
			cases[i].read);
		assert_non_null(strstr(err.text, "a/b: "));
		assert_non_null(strstr(err.text, cases[i].says));
	}
}

static void
a_directory_in_the_way_is_not_found_when_read(void **state)
{
	struct am_error err;

	(void)state;
	assert_int_equal(am_os_read_failed(&err, ENOTDIR, "a/b"), AM_NOT_FOUND);
	assert_int_equal(am_os_create_failed(&err, ENOTDIR, "a/b"), AM_OUTPUT);
	assert_non_null(strstr(err.text, "in the way"));
}

/* The reason must not fall off the end of the text. */
static void
a_long_path_shows_its_end(void **state)
{
	struct am_error err;
	char path[3000];
	const char *shown;

	(void)state;
	/* two bytes each, so that a cut at a fixed length would split one */
	memset(path, 'a', sizeof(path));
	for (size_t i = 1; i + 1 < sizeof(path) - 1; i += 2)
		memcpy(path + i, "\xc3\xa9", 2);
	(void)snprintf(path + sizeof(path) - 10, 10, "/end.mbox");
	shown = am_path_shown(path);
	assert_true(strlen(shown) <= 96 && strlen(shown) >= 93);
	assert_true(((unsigned char)shown[0] & 0xc0) != 0x80);
	assert_int_equal(am_os_write_failed(&err, ENOSPC, path), AM_IO);
	assert_non_null(strstr(err.text, "cannot write ..."));
	assert_non_null(strstr(err.text, "end.mbox: disk full; make room and "
					 "run the same command again"));
	assert_string_equal(am_path_shown("a/b"), "a/b");
	assert_string_equal(am_path_shown(""), "the directory");
}

static void
an_unknown_number_has_a_text(void **state)
{
	struct am_error err;

	(void)state;
	assert_int_equal(am_os_create_failed(&err, 4000, "x"), AM_OUTPUT);
	assert_string_equal(err.text, "cannot create x: unknown error");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(status_and_text),
		cmocka_unit_test(a_directory_in_the_way_is_not_found_when_read),
		cmocka_unit_test(a_long_path_shows_its_end),
		cmocka_unit_test(an_unknown_number_has_a_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
