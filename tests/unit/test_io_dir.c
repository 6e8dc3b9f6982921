/* io/dir: what is opened below a directory stays below it. Each case runs with
 * openat2 and, in a child process, without. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <string.h>
#include <sys/syscall.h>

#include "io/dir.h"
#include "tmp_tree.h"
#include "without_syscall.h"

/* name, path below root, errno of opening it for reading (0: it opens) */
static const struct open_case {
	const char *name, *path;
	int number;
} open_cases[] = {
	{ "a file", "plain", 0 },
	{ "a file below", "dir/sub/deep", 0 },
	{ "the directory itself", "", 0 },
	{ "nothing there", "none", ENOENT },
	{ "nothing there below", "dir/none/x", ENOENT },
	{ "absolute", "/etc/passwd", EXDEV },
	{ "up", "..", EXDEV },
	{ "up and down", "dir/../plain", EXDEV },
	{ "up at the end", "dir/..", EXDEV },
	{ "dot", "./plain", EXDEV },
	{ "empty name", "dir//sub", EXDEV },
	{ "slash at the end", "dir/", EXDEV },
	{ "link to a file", "link", ELOOP },
	{ "link out, to a file", "out_file", ELOOP },
	{ "link on the way", "dirlink/sub/deep", ELOOP },
	{ "link out on the way", "out/passwd", ELOOP },
	{ "link that leads nowhere", "dangling", ELOOP },
	{ "a file on the way", "plain/x", ENOTDIR },
};

static bool
open_case_passes(int root, const struct open_case *test)
{
	const int fd = am_dir_openat(root, test->path, O_RDONLY, 0);
	const int number = errno;

	if (fd >= 0)
		(void)close(fd);
	if (fd >= 0)
		return test->number == 0;
	/* without openat2 a link on the way looks like no directory */
	if (test->number == ELOOP && number == ENOTDIR)
		return true;
	return test->number == number;
}

static bool
open_cases_pass(void *arg)
{
	const int root = *(const int *)arg;
	bool passed = true;
	size_t i;

	for (i = 0; i < sizeof(open_cases) / sizeof(open_cases[0]); i++)
		if (!open_case_passes(root, &open_cases[i])) {
			print_error("%s: %s\n", open_cases[i].name,
				    strerror(errno));
			passed = false;
		}
	return passed;
}

static struct tmp_tree
planted_tree(void)
{
	struct tmp_tree tree = tmp_tree_make();

	tmp_tree_write(&tree, "plain", "x", 1);
	assert_int_equal(mkdirat(tree.fd, "dir", 0700), 0);
	assert_int_equal(mkdirat(tree.fd, "dir/sub", 0700), 0);
	tmp_tree_write(&tree, "dir/sub/deep", "x", 1);
	assert_int_equal(symlinkat("plain", tree.fd, "link"), 0);
	assert_int_equal(symlinkat("/etc/passwd", tree.fd, "out_file"), 0);
	assert_int_equal(symlinkat("dir", tree.fd, "dirlink"), 0);
	assert_int_equal(symlinkat("/etc", tree.fd, "out"), 0);
	assert_int_equal(symlinkat("nowhere", tree.fd, "dangling"), 0);
	return tree;
}

static void
opens_only_below(void **state)
{
	struct tmp_tree tree = planted_tree();

	(void)state;
	assert_true(open_cases_pass(&tree.fd));
	tmp_tree_remove(&tree);
}

static void
names_have_an_end(void **state)
{
	struct tmp_tree tree = tmp_tree_make();
	struct am_error err;
	char path[5000];
	int fd = -1;

	(void)state;
	memset(path, 'x', sizeof(path));
	path[256] = '\0';
	assert_int_equal(am_dir_openat(tree.fd, path, O_RDONLY, 0), -1);
	assert_int_equal(errno, ENAMETOOLONG);
	assert_int_equal(am_dir_open_below(tree.fd, path, true, &fd, &err),
			 AM_OUTPUT);
	assert_int_equal(am_dir_open(path, true, &fd, &err), AM_OUTPUT);
	path[256] = 'x';
	path[4999] = '\0';
	assert_int_equal(am_dir_open(path, true, &fd, &err), AM_OUTPUT);
	assert_non_null(strstr(err.text, "too long"));
	tmp_tree_remove(&tree);
}

static void
opens_only_below_without_openat2(void **state)
{
	static const unsigned answers[] = { ENOSYS, EPERM };
	struct tmp_tree tree = planted_tree();
	size_t i;

	(void)state;
	for (i = 0; i < 2; i++) {
		const int result = without_syscall(SYS_openat2, answers[i],
						   open_cases_pass, &tree.fd);

		if (result == WITHOUT_SKIPPED)
			print_message("skipped: no seccomp filters here\n");
		else
			assert_int_equal(result, WITHOUT_PASSED);
	}
	tmp_tree_remove(&tree);
}

/* name, path, make, status */
static const struct make_case {
	const char *name, *path;
	bool make;
	enum am_status status;
} make_cases[] = {
	{ "not there", "new/a/b", false, AM_OUTPUT },
	{ "made", "new/a/b", true, AM_OK },
	{ "there", "new/a/b", false, AM_OK },
	{ "there, and make", "new/a", true, AM_OK },
	{ "itself", "", true, AM_OK },
	{ "a file", "plain", true, AM_OUTPUT },
	{ "a file on the way", "plain/a", true, AM_OUTPUT },
	{ "a link", "dirlink", true, AM_OUTPUT },
	{ "a link on the way", "dirlink/a", true, AM_OUTPUT },
	{ "a link that leads nowhere", "dangling", true, AM_OUTPUT },
	{ "a dangling link on the way", "dangling/a", true, AM_OUTPUT },
	{ "up", "new/../../x", true, AM_OUTPUT },
	{ "absolute", "/tmp", true, AM_OUTPUT },
};

static bool
make_cases_pass(void *arg)
{
	const int root = *(const int *)arg;
	bool passed = true;
	size_t i;

	for (i = 0; i < sizeof(make_cases) / sizeof(make_cases[0]); i++) {
		struct am_error err = { 0 };
		int fd = -1;
		const enum am_status status =
			am_dir_open_below(root, make_cases[i].path,
					  make_cases[i].make, &fd, &err);

		if (status != make_cases[i].status) {
			print_error("%s: %s\n", make_cases[i].name, err.text);
			passed = false;
		}
		if (fd >= 0)
			(void)close(fd);
	}
	return passed;
}

static void
directories_are_made(void **state)
{
	struct tmp_tree tree = planted_tree();
	struct stat info;

	(void)state;
	assert_true(make_cases_pass(&tree.fd));
	assert_int_equal(fstatat(tree.fd, "new/a/b", &info, 0), 0);
	assert_int_equal(info.st_mode & 07777, 0700);
	assert_int_equal(fstatat(tree.fd, "new", &info, 0), 0);
	assert_int_equal(info.st_mode & 07777, 0700);
	assert_false(tmp_tree_has(&tree, "dir/a"));
	assert_false(tmp_tree_has(&tree, "nowhere"));
	tmp_tree_remove(&tree);
}

static void
directories_are_made_without_openat2(void **state)
{
	struct tmp_tree tree = planted_tree();
	const int result =
		without_syscall(SYS_openat2, ENOSYS, make_cases_pass, &tree.fd);

	(void)state;
	assert_true(result == WITHOUT_PASSED || result == WITHOUT_SKIPPED);
	if (result == WITHOUT_PASSED)
		assert_true(tmp_tree_has(&tree, "new/a/b"));
	assert_false(tmp_tree_has(&tree, "dir/a"));
	tmp_tree_remove(&tree);
}

/* The user's own path may have links, dots and double slashes. */
static void
the_users_path_is_followed(void **state)
{
	struct tmp_tree tree = planted_tree();
	struct am_error err = { 0 };
	char path[PATH_MAX + 64];
	int fd = -1;

	(void)state;
	(void)snprintf(path, sizeof(path), "%s/dirlink//./made/../made/two/",
		       tree.path);
	assert_int_equal(am_dir_open(path, false, &fd, &err), AM_OUTPUT);
	assert_int_equal(am_dir_open(path, true, &fd, &err), AM_OK);
	assert_int_equal(close(fd), 0);
	assert_true(tmp_tree_has(&tree, "dir/made/two"));
	(void)snprintf(path, sizeof(path), "%s/plain/x", tree.path);
	assert_int_equal(am_dir_open(path, true, &fd, &err), AM_OUTPUT);
	assert_int_equal(am_dir_open("", true, &fd, &err), AM_OUTPUT);
	assert_int_equal(am_dir_open(".", true, &fd, &err), AM_OK);
	assert_int_equal(close(fd), 0);
	tmp_tree_remove(&tree);
}

static void
a_parent_and_a_name(void **state)
{
	static const struct {
		const char *path, *name; /* NULL: AM_OUTPUT */
	} cases[] = {
		{ "plain", "plain" }, { "dir/x", "x" }, { "made/by/it", "it" },
		{ "dir/", NULL },     { "", NULL },	{ "..", NULL },
		{ "dir/..", NULL },   { "../x", NULL }, { "dirlink/x", NULL },
		{ "/x", NULL },
	};
	struct tmp_tree tree = planted_tree();
	struct am_error err;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const char *name = "";
		int fd = -1;
		const enum am_status status = am_dir_open_parent(
			tree.fd, cases[i].path, true, &fd, &name, &err);

		print_message("%s\n", cases[i].path);
		assert_int_equal(status,
				 cases[i].name != NULL ? AM_OK : AM_OUTPUT);
		if (status != AM_OK)
			continue;
		assert_string_equal(name, cases[i].name);
		assert_int_equal(close(fd), 0);
	}
	tmp_tree_remove(&tree);
}

static void
only_files_are_removed(void **state)
{
	struct tmp_tree tree = planted_tree();
	struct am_error err;

	(void)state;
	assert_int_equal(am_dir_remove_file(tree.fd, "dir/sub/deep", &err),
			 AM_OK);
	assert_false(tmp_tree_has(&tree, "dir/sub/deep"));
	assert_int_equal(am_dir_remove_file(tree.fd, "dir/sub/deep", &err),
			 AM_OK);
	assert_int_equal(am_dir_remove_file(tree.fd, "none/at/all", &err),
			 AM_OK);
	assert_int_equal(am_dir_remove_file(tree.fd, "link", &err), AM_OK);
	assert_true(tmp_tree_has(&tree, "link"));
	assert_int_equal(am_dir_remove_file(tree.fd, "dir", &err), AM_OK);
	assert_true(tmp_tree_has(&tree, "dir"));
	tmp_tree_write(&tree, "dir/x", "x", 1);
	assert_int_equal(am_dir_remove_file(tree.fd, "dirlink/x", &err),
			 AM_OUTPUT);
	assert_true(tmp_tree_has(&tree, "dir/x"));
	tmp_tree_remove(&tree);
}

static bool
sync_is_refused(void *arg)
{
	bool done = true;

	return am_dir_sync_all(*(const int *)arg, &done, NULL) == AM_OK &&
	       !done;
}

static void
syncs(void **state)
{
	struct tmp_tree tree = planted_tree();
	struct am_error err;
	bool done = false;
	int result;

	(void)state;
	assert_int_equal(am_dir_sync_all(tree.fd, &done, &err), AM_OK);
	assert_true(done);
	assert_int_equal(am_dir_sync(tree.fd, ".", &err), AM_OK);
	assert_int_equal(am_dir_sync(-1, "x", &err), AM_IO);
	assert_int_equal(am_dir_sync_chain(tree.fd, "dir/sub", &err), AM_OK);
	assert_int_equal(am_dir_sync_chain(tree.fd, "", &err), AM_OK);
	assert_int_equal(am_dir_sync_chain(tree.fd, "dir/none", &err),
			 AM_OUTPUT);
	assert_int_equal(am_dir_sync_all(-1, &done, &err), AM_IO);
	result = without_syscall(SYS_syncfs, ENOSYS, sync_is_refused, &tree.fd);
	assert_true(result == WITHOUT_PASSED || result == WITHOUT_SKIPPED);
	tmp_tree_remove(&tree);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(opens_only_below),
		cmocka_unit_test(names_have_an_end),
		cmocka_unit_test(opens_only_below_without_openat2),
		cmocka_unit_test(directories_are_made),
		cmocka_unit_test(directories_are_made_without_openat2),
		cmocka_unit_test(the_users_path_is_followed),
		cmocka_unit_test(a_parent_and_a_name),
		cmocka_unit_test(only_files_are_removed),
		cmocka_unit_test(syncs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
