/* pst/messaging/folder: its limits, each from both sides. A store with a
 * quarter of a million folders takes minutes to build: lower ones are set. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "built.h"
#include "pst/messaging/folder.h"

/* Root, top, a, a/b, a/b/c, a/d, Deleted Items: 7 folders, 6 rows */
static const char recipe[] = "minimal\n"
			     "folder \"folder a\" { nid 0x8202\n"
			     "	folder \"folder b\" { nid 0x8302\n"
			     "		folder \"folder c\" { nid 0x8402 } }\n"
			     "	folder \"folder d\" { nid 0x8502 } }\n";

enum { FOLDERS = 7, ROWS = 6 };

struct result {
	size_t count;
	bool found;    /* a finding of the kind */
	char path[64]; /* of folder c; "" when it is not there */
	char name[64];
};

static struct result
folders_read(const struct am_folder_limits *limits, const char *kind)
{
	struct built built = built_make(recipe);
	struct am_store *store = built_open(&built, NULL);
	struct result result = { .path = "" };
	const struct am_folder *folders;
	struct am_error err = { 0 };
	const char *finding;
	size_t i;

	store->limits = *limits;
	assert_int_equal(am_store_folders(store, &folders, &result.count, &err),
			 AM_OK);
	for (i = 0; (finding = am_store_finding(store, i)) != NULL; i++)
		if (strncmp(finding, kind, strlen(kind)) == 0)
			result.found = true;
	for (i = 0; i < result.count; i++)
		if (folders[i].nid == 0x8402) {
			(void)snprintf(result.path, sizeof(result.path), "%s",
				       folders[i].path);
			(void)snprintf(result.name, sizeof(result.name), "%s",
				       folders[i].name);
		}
	am_store_close(store);
	built_free(&built);
	return result;
}

static void
test_usual(void **state)
{
	const struct am_folder_limits usual = { .count = 0 };
	const struct result result = folders_read(&usual, "folder");

	(void)state;
	assert_int_equal(result.count, FOLDERS);
	assert_false(result.found);
	assert_string_equal(result.path, "folder a/folder b/folder c");
}

static void
test_count(void **state)
{
	struct am_folder_limits limits = { .count = FOLDERS };
	struct result result = folders_read(&limits, "folder-limit: ");

	(void)state;
	assert_int_equal(result.count, FOLDERS);
	assert_false(result.found);
	limits.count = FOLDERS - 1;
	result = folders_read(&limits, "folder-limit: 1 folders beyond");
	assert_int_equal(result.count, FOLDERS - 1);
	assert_true(result.found);
}

/* Beyond it nidParent decides alone. */
static void
test_rows(void **state)
{
	struct am_folder_limits limits = { .rows = ROWS };
	struct result result = folders_read(&limits, "folder-table: ");

	(void)state;
	assert_false(result.found);
	limits.rows = ROWS - 1;
	result = folders_read(&limits,
			      "folder-table: the hierarchy tables have more "
			      "than 5 rows");
	assert_true(result.found);
	assert_int_equal(result.count, FOLDERS);
	assert_string_equal(result.path, "folder a/folder b/folder c");
}

/* The greatest value of a limit that is too small, found by trying. */
static size_t
last_too_small(struct am_folder_limits *limits, size_t *field, const char *kind)
{
	size_t low = 1;
	size_t high = 4096;

	*field = low;
	assert_true(folders_read(limits, kind).found);
	*field = high;
	assert_false(folders_read(limits, kind).found);
	while (high - low > 1) {
		*field = (low + high) / 2;
		if (folders_read(limits, kind).found)
			low = *field;
		else
			high = *field;
	}
	*field = low;
	return low;
}

static void
test_path(void **state)
{
	const size_t len = strlen("folder a/folder b/folder c");
	struct am_folder_limits limits = { .path = 0 };
	struct result result;
	size_t at;

	(void)state;
	at = last_too_small(&limits, &limits.path, "folder-path: ");
	assert_in_range(at, len - 1, len + 16);
	result = folders_read(&limits, "folder-path: ");
	assert_string_equal(result.path, "deep~0x8402");
	limits.path = at + 1;
	result = folders_read(&limits, "folder-path: ");
	assert_string_equal(result.path, "folder a/folder b/folder c");
}

static void
test_names(void **state)
{
	struct am_folder_limits limits = { .names = 0 };
	struct result result;
	size_t at;

	(void)state;
	at = last_too_small(&limits, &limits.names, "folder-name: ");
	result = folders_read(&limits, "folder-name: ");
	assert_int_equal(result.count, FOLDERS);
	limits.names = 1;
	result = folders_read(&limits, "folder-name: ");
	assert_int_equal(result.count, FOLDERS);
	assert_string_equal(result.name, "");
	assert_string_equal(result.path,
			    "unnamed~0x8202/unnamed~0x8302/unnamed~0x8402");
	limits.names = at + 1;
	result = folders_read(&limits, "folder-name: ");
	assert_string_equal(result.name, "folder c");
}

static void
test_texts(void **state)
{
	struct am_folder_limits limits = { .texts = 0 };
	struct result result;
	size_t at;

	(void)state;
	at = last_too_small(&limits, &limits.texts, "folder-path: ");
	result = folders_read(&limits, "folder-path: ");
	assert_int_equal(result.count, FOLDERS);
	limits.texts = at + 1;
	result = folders_read(&limits, "folder-path: ");
	assert_string_equal(result.path, "folder a/folder b/folder c");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_usual), cmocka_unit_test(test_count),
		cmocka_unit_test(test_rows),  cmocka_unit_test(test_path),
		cmocka_unit_test(test_names), cmocka_unit_test(test_texts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
