/* tools/input: FILE|DIR... as a list of archives. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "input.h"

enum { MAX_OPERANDS = 6, MAX_PROBLEMS = 8 };

struct problems {
	size_t count;
	char text[MAX_PROBLEMS][512];
};

static void
problem_note(void *arg, const char *path, const struct am_error *err)
{
	struct problems *const problems = arg;

	assert_true(problems->count < MAX_PROBLEMS);
	(void)snprintf(problems->text[problems->count++], 512, "%s: %s", path,
		       err->text);
}

static void
file_make(const char *path)
{
	const int fd = open(path, O_WRONLY | O_CREAT, 0600);

	assert_true(fd >= 0);
	assert_int_equal(close(fd), 0);
}

/* A tree of its own for each test; the test runs inside. */
static int
tree_make(void **state)
{
	static char path[] = "/tmp/am-input-XXXXXX";

	memcpy(path + strlen(path) - 6, "XXXXXX", 6);
	if (mkdtemp(path) == NULL || chdir(path) != 0)
		return -1;
	*state = path;
	assert_int_equal(mkdir("d", 0700), 0);
	assert_int_equal(mkdir("d/sub", 0700), 0);
	assert_int_equal(mkdir("d/sub.pst", 0700), 0);
	assert_int_equal(mkdir("empty", 0700), 0);
	file_make("d/b.pst");
	file_make("d/A.PST");
	file_make("d/sub/c.Ost");
	file_make("d/sub/x.pab");
	file_make("d/sub.pst/y.pst");
	file_make("d/notes.txt");
	file_make("d/.pst");
	file_make("d/pst");
	file_make("other");
	assert_int_equal(symlink("..", "d/sub/loop"), 0);
	assert_int_equal(symlink("../b.pst", "d/sub/again.pst"), 0);
	assert_int_equal(symlink("nowhere", "d/sub/gone.pst"), 0);
	assert_int_equal(mkfifo("d/pipe.pst", 0600), 0);
	return 0;
}

static int
tree_remove(void **state)
{
	static const char *const files[] = {
		"d/b.pst",	   "d/A.PST",	  "d/sub/c.Ost",
		"d/sub/x.pab",	   "d/notes.txt", "d/.pst",
		"d/pst",	   "other",	  "d/sub/loop",
		"d/sub/again.pst", "d/pipe.pst",  "d/sub/gone.pst",
		"d/sub.pst/y.pst",
	};
	static const char *const folders[] = { "d/sub.pst", "d/sub", "d",
					       "empty" };
	size_t i;

	for (i = 0; i < sizeof(files) / sizeof(files[0]); i++)
		(void)unlink(files[i]);
	for (i = 0; i < sizeof(folders) / sizeof(folders[0]); i++)
		(void)rmdir(folders[i]);
	assert_int_equal(chdir("/"), 0);
	return rmdir(*state);
}

struct input_case {
	const char *name;
	const char *operands[MAX_OPERANDS];
	const char *paths; /* each followed by a blank */
	const char *problem;
};

static void
case_run(const struct input_case *one)
{
	struct problems problems = { .count = 0 };
	struct am_arena arena = { 0 };
	struct am_inputs inputs;
	struct am_error err;
	char got[1024] = "";
	size_t count = 0;
	size_t i;

	while (one->operands[count] != NULL)
		count++;
	assert_int_equal(am_inputs_expand(one->operands, count, &arena,
					  problem_note, &problems, &inputs,
					  &err),
			 AM_OK);
	for (i = 0; i < inputs.count; i++)
		(void)snprintf(got + strlen(got), sizeof(got) - strlen(got),
			       "%s ", inputs.list[i].path);
	if (strcmp(got, one->paths) != 0)
		fail_msg("%s: %s", one->name, got);
	assert_int_equal(problems.count, one->problem != NULL ? 1 : 0);
	if (one->problem != NULL)
		assert_string_equal(problems.text[0], one->problem);
	am_arena_free(&arena);
}

static void
test_expand(void **state)
{
	static const struct input_case cases[] = {
		{ "a file, whatever its name", { "other" }, "other ", NULL },
		{ "a missing one stays", { "nothing" }, "nothing ", NULL },
		{ "the order given",
		  { "other", "d/b.pst" },
		  "other d/b.pst ",
		  NULL },
		{ "a folder, by path, in any case, to any depth; what a link "
		  "points to comes once, a link to nothing will be said",
		  { "d" },
		  "d/A.PST d/b.pst d/sub.pst/y.pst d/sub/c.Ost d/sub/gone.pst "
		  "d/sub/x.pab ",
		  NULL },
		{ "a slash at the end",
		  { "d/sub.pst/" },
		  "d/sub.pst/y.pst ",
		  NULL },
		{ "the same file twice",
		  { "d/b.pst", "./d/b.pst" },
		  "d/b.pst ",
		  NULL },
		{ "a file and its folder",
		  { "d/sub/x.pab", "d" },
		  "d/sub/x.pab d/A.PST d/b.pst d/sub.pst/y.pst d/sub/c.Ost "
		  "d/sub/gone.pst ",
		  NULL },
		{ "a folder twice",
		  { "d/sub.pst", "d/sub.pst" },
		  "d/sub.pst/y.pst ",
		  NULL },
		{ "two missing ones are two", { "no", "no" }, "no no ", NULL },
		{ "nothing in it",
		  { "empty", "other" },
		  "other ",
		  "empty: there is no *.pst, *.ost or *.pab below it" },
		{ "a pipe by name is for the reader to refuse",
		  { "d/pipe.pst" },
		  "d/pipe.pst ",
		  NULL },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		case_run(&cases[i]);
}

static void
test_too_deep(void **state)
{
	static const char *const operands[] = { "deep" };
	struct problems problems = { .count = 0 };
	struct am_arena arena = { 0 };
	struct am_inputs inputs;
	char path[2 * AM_INPUT_MAX_DEPTH + 32] = "deep";
	size_t i;

	(void)state;
	for (i = 0; i <= AM_INPUT_MAX_DEPTH; i++) {
		assert_int_equal(mkdir(path, 0700), 0);
		(void)snprintf(path + strlen(path), sizeof(path) - strlen(path),
			       "/d");
	}
	assert_int_equal(mkdir(path, 0700), 0);
	assert_int_equal(am_inputs_expand(operands, 1, &arena, problem_note,
					  &problems, &inputs, NULL),
			 AM_OK);
	assert_int_equal(inputs.count, 0);
	assert_int_equal(problems.count, 2);
	assert_non_null(strstr(problems.text[0],
			       "/d: too many folders in one another"));
	for (i = 0; i <= AM_INPUT_MAX_DEPTH + 1; i++) {
		assert_int_equal(rmdir(path), 0);
		path[strlen(path) - 2] = '\0';
	}
	am_arena_free(&arena);
}

static void
test_no_memory(void **state)
{
	static const char *const operands[] = { "d", "other" };
	struct problems problems = { .count = 0 };
	struct am_inputs inputs;
	enum am_status status = AM_NOMEM;
	struct am_error err;
	size_t limit;

	(void)state;
	for (limit = 1; status != AM_OK; limit += 7) {
		struct am_arena arena = { .limit = limit };

		status = am_inputs_expand(operands, 2, &arena, problem_note,
					  &problems, &inputs, &err);
		assert_true(status == AM_OK || status == AM_NOMEM ||
			    status == AM_LIMIT);
		am_arena_free(&arena);
	}
	assert_true(limit > 500);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_expand, tree_make,
						tree_remove),
		cmocka_unit_test_setup_teardown(test_too_deep, tree_make,
						tree_remove),
		cmocka_unit_test_setup_teardown(test_no_memory, tree_make,
						tree_remove),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
