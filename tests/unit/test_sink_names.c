/* sink/names: every folder has a place of its own, whatever it is called. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/alloc.h"
#include "base/text.h"
#include "sink/names.h"

#define ROW10(text) text text text text text text text text text text

static const struct {
	const char *name, *folder, *encoded;
} encodings[] = {
	{ "plain", "Inbox", "Inbox" },
	{ "blanks inside", "Sent Items", "Sent Items" },
	{ "umlaut", "Entw\xc3\xbcrfe", "Entw\xc3\xbcrfe" },
	{ "empty", "", "%" },
	{ "percent", "100%", "100%25" },
	{ "slash", "a/b", "a%2Fb" },
	{ "only a slash", "/", "%2F" },
	{ "here", ".", "%2E" },
	{ "up", "..", "%2E%2E" },
	{ "three dots", "...", "%2E.%2E" },
	{ "hidden", ".git", "%2Egit" },
	{ "dots inside", "a.b", "a.b" },
	{ "dot at the end", "etc.", "etc%2E" },
	{ "blank at the end", "etc ", "etc%20" },
	{ "two blanks at the end", "etc  ", "etc %20" },
	{ "only a blank", " ", "%20" },
	{ "blank in front", " a", " a" },
	{ "up in disguise", "../..", "%2E.%2F.%2E" },
	{ "C0", "a\x01\x1f\tb\n", "a%01%1F%09b%0A" },
	{ "DEL", "a\x7f", "a%7F" },
	{ "C1", "a\xc2\x80 \xc2\x9f", "a%C2%80 %C2%9F" },
	{ "no C1", "\xc2\xa0\xc3\x80", "\xc2\xa0\xc3\x80" },
	{ "cur", "cur", "%63ur" },
	{ "New", "New", "%4Eew" },
	{ "TMP", "TMP", "%54MP" },
	{ "curry", "curry", "curry" },
	{ "cu", "cu", "cu" },
	{ "keywords of Dovecot", "dovecot-keywords", "%64ovecot-keywords" },
	{ "no cur", "c\x15r", "c%15r" },
	{ "a bad byte", "a\xff\xc3", "a%FF%C3" },
	{ "a real U+FFFD", "\xef\xbf\xbd", "\xef\xbf\xbd" },
	{ "a surrogate", "\xed\xa0\x80", "%ED%A0%80" },
	{ "an emoji", "\xf0\x9f\x93\xac", "\xf0\x9f\x93\xac" },
	{ "backslash, colon", "C:\\a", "C:\\a" },
	{ "looks encoded", "%2F", "%252F" },
	{ "200 bytes", ROW10(ROW10("xy")), ROW10(ROW10("xy")) },
};

static const char *
encode(struct am_arena *arena, const char *folder, uint32_t id)
{
	const char *encoded = NULL;
	struct am_error err;

	assert_int_equal(am_name_encode(arena, AM_NAMES_PATH, folder, id,
					&encoded, &err),
			 AM_OK);
	assert_true(strlen(encoded) <= AM_NAME_MAX);
	assert_true(am_utf8_is_valid(am_bytes_of(encoded)));
	return encoded;
}

static void
names_are_encoded(void **state)
{
	struct am_arena arena = { 0 };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(encodings) / sizeof(encodings[0]); i++) {
		print_message("%s\n", encodings[i].name);
		assert_string_equal(encode(&arena, encodings[i].folder, 0x8082),
				    encodings[i].encoded);
	}
	am_arena_free(&arena);
}

/* Long names made of one character: how much of them stays. */
static const struct {
	const char *name, *unit, *encoded;
} cuts[] = {
	{ "ASCII", "x", "x" },
	{ "two bytes", "\xc3\xa9", "\xc3\xa9" },
	{ "four bytes", "\xf0\x9f\x93\xac", "\xf0\x9f\x93\xac" },
	{ "an escape", "/", "%2F" },
	{ "an escape of two bytes", "\xc2\x85", "%C2%85" },
	{ "a bad byte", "\xff", "%FF" },
	{ "a dot", ".", "." },
};

static void
long_names_are_cut_between_characters(void **state)
{
	static const char tail[] = "~0xfffffffe";
	struct am_arena arena = { 0 };
	size_t i;
	size_t n;

	(void)state;
	for (i = 0; i < sizeof(cuts) / sizeof(cuts[0]); i++) {
		char folder[2048];
		const char *encoded;
		size_t unit = strlen(cuts[i].unit);
		size_t len;

		print_message("%s\n", cuts[i].name);
		for (n = 0; n < 300; n++)
			memcpy(folder + n * unit, cuts[i].unit, unit);
		folder[300 * unit] = '\0';
		encoded = encode(&arena, folder, 0xfffffffe);
		len = strlen(encoded);
		assert_true(len > AM_NAME_MAX - 12);
		assert_string_equal(encoded + len - strlen(tail), tail);
		len -= strlen(tail);
		if (strcmp(cuts[i].unit, ".") == 0) {
			assert_memory_equal(encoded, "%2E...", 6);
			continue;
		}
		assert_int_equal(len % strlen(cuts[i].encoded), 0);
		for (n = 0; n < len; n += strlen(cuts[i].encoded))
			assert_memory_equal(encoded + n, cuts[i].encoded,
					    strlen(cuts[i].encoded));
	}
	am_arena_free(&arena);
}

static void
the_limit_is_exact(void **state)
{
	struct am_arena arena = { 0 };
	char folder[256];

	(void)state;
	memset(folder, 'x', sizeof(folder));
	folder[200] = '\0';
	assert_string_equal(encode(&arena, folder, 5), folder);
	folder[199] = '/'; /* 202 bytes encoded */
	assert_string_equal(encode(&arena, folder, 5) + 196, "~0x5");
	folder[199] = 'x';
	folder[200] = 'x';
	folder[201] = '\0';
	assert_string_equal(encode(&arena, folder, 5) + 196, "~0x5");
	/* the last character of the whole name, not of what is left */
	folder[195] = '.';
	assert_string_equal(encode(&arena, folder, 5) + 194, "x.~0x5");
	am_arena_free(&arena);
}

enum { TOP = -1 };

/* Folders as they come, and the paths they get. */
struct tree_row {
	const char *folder;
	int parent;
	uint32_t id;
	const char *path;
};

static void
assert_tree(const struct tree_row *rows, size_t count, const char *suffix)
{
	struct am_sink_folder folders[32] = { 0 };
	struct am_arena arena = { 0 };
	const char *const *paths = NULL;
	struct am_error err;
	size_t i;

	for (i = 0; i < count; i++) {
		folders[i].name = rows[i].folder;
		folders[i].id = rows[i].id;
		folders[i].parent = rows[i].parent == TOP
					    ? SIZE_MAX
					    : (size_t)rows[i].parent;
	}
	assert_int_equal(am_names_plan(&arena, AM_NAMES_PATH, folders, count,
				       suffix, &paths, &err),
			 AM_OK);
	for (i = 0; i < count; i++)
		assert_string_equal(paths[i], rows[i].path);
	am_arena_free(&arena);
}

#define ASSERT_TREE(rows, suffix)                                              \
	assert_tree(rows, sizeof(rows) / sizeof((rows)[0]), suffix)

static void
the_first_keeps_the_plain_name(void **state)
{
	static const struct tree_row rows[] = {
		{ "Inbox", TOP, 0x8022, "Inbox" },
		{ "Travel", 0, 0x8042, "Inbox/Travel" },
		{ "Travel", 0, 0x8062, "Inbox/Travel~0x8062" },
		{ "TRAVEL", 0, 0x8082, "Inbox/TRAVEL~0x8082" },
		{ "Travel", TOP, 0x80a2, "Travel" },
		{ "a", 2, 0x80c2, "Inbox/Travel~0x8062/a" },
		{ "a", 1, 0x80e2, "Inbox/Travel/a" },
		{ "inbox", TOP, 0x8102, "inbox~0x8102" },
		{ "", TOP, 0x8122, "%" },
		{ "", TOP, 0x8142, "%~0x8142" },
		{ "%", TOP, 0x8162, "%25" },
		/* NFKC and full case folding, as case-blind disks have it */
		{ "Stra\xc3\x9f"
		  "e",
		  TOP, 0x8182,
		  "Stra\xc3\x9f"
		  "e" },
		{ "STRASSE", TOP, 0x81a2, "STRASSE~0x81a2" },
		{ "Caf\xc3\xa9", TOP, 0x81c2, "Caf\xc3\xa9" },
		{ "cafe\xcc\x81", TOP, 0x81e2, "cafe\xcc\x81~0x81e2" },
	};

	(void)state;
	ASSERT_TREE(rows, "");
}

static void
a_name_may_look_like_ours(void **state)
{
	static const struct tree_row rows[] = {
		{ "a~0x5", TOP, 1, "a~0x5" },
		{ "a", TOP, 2, "a" },
		{ "a", TOP, 5, "a~0x5~2" },
		{ "a~0x5~2", TOP, 6, "a~0x5~2~0x6" },
		/* two of one id, and again */
		{ "b", TOP, 7, "b" },
		{ "b", TOP, 7, "b~0x7" },
		{ "b", TOP, 7, "b~0x7~2" },
		{ "b", TOP, 7, "b~0x7~3" },
		{ "B", TOP, 7, "B~0x7~4" },
	};

	(void)state;
	ASSERT_TREE(rows, "");
}

static void
files_and_directories_do_not_meet(void **state)
{
	static const struct tree_row rows[] = {
		{ "Inbox", TOP, 1, "Inbox" },
		{ "Inbox.mbox", TOP, 2, "Inbox.mbox~0x2" },
		{ "x.mbox", TOP, 3, "x.mbox" },
		{ "X", TOP, 4, "X~0x4" },
		{ "x.mbox", 0, 5, "Inbox/x.mbox" },
		{ "x", TOP, 6, "x~0x6" },
		{ ".mbox", TOP, 7, "%2Embox" },
		{ "", TOP, 8, "%" },
		{ "y.mbox.mbox", TOP, 9, "y.mbox.mbox" },
		{ "y", TOP, 10, "y" },
		{ "y.mbox", TOP, 11, "y.mbox~0xb" },
	};

	(void)state;
	ASSERT_TREE(rows, ".mbox");
}

static void
without_suffix_they_may(void **state)
{
	static const struct tree_row rows[] = {
		{ "Inbox", TOP, 1, "Inbox" },
		{ "Inbox.mbox", TOP, 2, "Inbox.mbox" },
	};

	(void)state;
	ASSERT_TREE(rows, "");
}

/* A chain of folders, each inside the one before. */
static const char *const *
chain_plan(struct am_arena *arena, size_t depth, const char *name, bool deep,
	   struct am_sink_folder *folders)
{
	const char *const *paths = NULL;
	struct am_error err;
	size_t i;

	for (i = 0; i < depth; i++) {
		folders[i].name = name;
		folders[i].id = (uint32_t)(i + 1);
		folders[i].parent = i == 0 ? SIZE_MAX : i - 1;
	}
	if (deep) {
		folders[depth] = folders[0];
		folders[depth].name = "Deep";
		folders[depth + 1] = folders[0];
		folders[depth + 1].name = name;
		folders[depth + 1].parent = depth;
		depth += 2;
	}
	assert_int_equal(am_names_plan(arena, AM_NAMES_PATH, folders, depth,
				       ".mbox", &paths, &err),
			 AM_OK);
	for (i = 0; i < depth; i++)
		assert_true(strlen(paths[i]) <= AM_PATH_MAX);
	return paths;
}

static void
long_paths_go_under_deep(void **state)
{
	struct am_arena arena = { .limit = 64 << 20 };
	struct am_sink_folder folders[102];
	char name[100];
	const char *const *paths;

	(void)state;
	memset(name, 'n', sizeof(name));
	name[99] = '\0';
	paths = chain_plan(&arena, 100, name, true, folders);
	/* 30 names of 99 bytes and 29 slashes are 2,999 bytes */
	assert_int_equal(strlen(paths[29]), 2999);
	assert_int_equal(strlen(paths[30]), 5 + 99);
	assert_memory_equal(paths[30], "deep/nnn", 8);
	/* 4 + 30 * 100 is too long, so 29 are inside */
	assert_int_equal(strlen(paths[58]), 4 + 29 * 100);
	assert_memory_equal(paths[59], "deep/nnn", 8);
	assert_string_equal(paths[59] + 5 + 99, "~0x3c");
	assert_string_equal(paths[100], "Deep~0x1");
	am_arena_free(&arena);
}

static void
a_folder_may_be_called_deep(void **state)
{
	struct am_arena arena = { .limit = 64 << 20 };
	struct am_sink_folder folders[40];
	char name[201];
	const char *const *paths = NULL;
	struct am_error err;
	size_t i;

	(void)state;
	memset(name, 'n', sizeof(name));
	name[200] = '\0';
	for (i = 0; i < 40; i++) {
		folders[i].name = i == 0 ? "DEEP" : name;
		folders[i].id = (uint32_t)(i + 1);
		folders[i].parent = i == 0 ? SIZE_MAX : i - 1;
	}
	assert_int_equal(am_names_plan(&arena, AM_NAMES_PATH, folders, 40, "",
				       &paths, &err),
			 AM_OK);
	assert_string_equal(paths[0], "DEEP");
	assert_memory_equal(paths[20], "deep~0x0/nnn", 12);
	am_arena_free(&arena);
}

static int
compare_texts(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Every path and every path with suffix is another, without regard to case. */
static void
assert_unique(const char *const *paths, size_t count, const char *suffix)
{
	struct am_arena arena = { .limit = 512 << 20 };
	const char **all = am_arena_array(&arena, count * 2, const char *);
	struct am_error err;
	size_t i;

	assert_non_null(all);
	for (i = 0; i < count; i++) {
		const char *file =
			am_arena_printf(&arena, "%s%s", paths[i], suffix);

		assert_int_equal(am_text_fold(&arena, paths[i], &all[i], &err),
				 AM_OK);
		assert_int_equal(
			am_text_fold(&arena, file, &all[count + i], &err),
			AM_OK);
	}
	count *= *suffix == '\0' ? 1 : 2;
	qsort(all, count, sizeof(*all), compare_texts);
	for (i = 1; i < count; i++)
		if (strcmp(all[i - 1], all[i]) == 0)
			fail_msg("twice: %s", all[i]);
	am_arena_free(&arena);
}

/* A plain generator: the same every time. */
static uint32_t
next_number(uint32_t *seed)
{
	*seed = *seed * 1664525 + 1013904223;
	return *seed >> 8;
}

static void
whatever_they_are_called(void **state)
{
	static const char *const pieces[] = {
		"a",	    "A",    ".",     "/",    "%",  "~0x",
		"1",	    "cur",  ".mbox", " ",    "\n", "\xc3\xa4",
		"\xc3\x84", "\xff", "2F",    "deep", "~2",
	};
	static const char *const suffixes[] = { "", ".mbox", ".ics" };
	enum { COUNT = 3000 };
	struct am_arena arena = { .limit = 64 << 20 };
	static struct am_sink_folder folders[COUNT];
	uint32_t seed = 1;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT; i++) {
		char name[64] = "";
		size_t n = next_number(&seed) % 4;

		while (n-- > 0) {
			const size_t piece = next_number(&seed) % 17;
			const size_t len = strlen(name);

			(void)snprintf(name + len, sizeof(name) - len, "%s",
				       pieces[piece]);
		}
		folders[i].name = am_arena_text(&arena, name, strlen(name));
		folders[i].id = next_number(&seed) % 50;
		folders[i].parent = next_number(&seed) % 3 == 0 || i == 0
					    ? SIZE_MAX
					    : next_number(&seed) % i;
	}
	for (i = 0; i < 3; i++) {
		struct am_arena plan = { .limit = 64 << 20 };
		const char *const *paths = NULL;
		struct am_error err;

		assert_int_equal(am_names_plan(&plan, AM_NAMES_PATH, folders,
					       COUNT, suffixes[i], &paths,
					       &err),
				 AM_OK);
		assert_unique(paths, COUNT, suffixes[i]);
		am_arena_free(&plan);
	}
	am_arena_free(&arena);
}

static double
cpu_seconds(void)
{
	struct timespec now;

	assert_int_equal(clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now), 0);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static double
plan_seconds(size_t count, bool same_id)
{
	struct am_arena arena = { .limit = 512 << 20 };
	struct am_sink_folder *folders =
		am_alloc(count * sizeof(struct am_sink_folder));
	const char *const *paths = NULL;
	struct am_error err;
	double begin;
	size_t i;

	assert_non_null(folders);
	for (i = 0; i < count; i++) {
		folders[i].name = "Same";
		folders[i].id = same_id ? 1 : (uint32_t)i;
		folders[i].parent = i == 0 ? SIZE_MAX : 0;
	}
	begin = cpu_seconds();
	assert_int_equal(am_names_plan(&arena, AM_NAMES_PATH, folders, count,
				       ".mbox", &paths, &err),
			 AM_OK);
	begin = cpu_seconds() - begin;
	if (same_id && count > 2)
		assert_string_equal(paths[count - 1] + 13,
				    count == 10000 ? "~9998" : "~39998");
	am_free(folders);
	am_arena_free(&arena);
	return begin;
}

/* Four times the folders: 16 times the work if it were quadratic. */
static void
many_clashes_cost_little_each(void **state)
{
	int same_id;

	(void)state;
	for (same_id = 0; same_id < 2; same_id++) {
		const double one = plan_seconds(10000, same_id != 0);
		const double four = plan_seconds(40000, same_id != 0);

		print_message("10,000: %.3f s, 40,000: %.3f s\n", one, four);
		assert_true(four < one * 9);
	}
}

static void
memory(void **state)
{
	static const struct am_sink_folder folders[] = {
		{ "a", SIZE_MAX, 1, 0 },
		{ "A", SIZE_MAX, 2, 0 },
		{ "b", 0, 3, 0 }
	};
	enum am_status status = AM_NOMEM;
	unsigned long n;

	(void)state;
	for (n = 1; status == AM_NOMEM && n < 1000; n++) {
		struct am_arena arena = { 0 };
		const char *const *paths = NULL;
		struct am_error err;

		am_alloc_fail_after(n);
		status = am_names_plan(&arena, AM_NAMES_PATH, folders, 3,
				       ".mbox", &paths, &err);
		am_alloc_fail_after(0);
		am_arena_free(&arena);
	}
	assert_int_equal(status, AM_OK);
	assert_true(n > 5);
}

static void
a_small_arena_is_a_limit(void **state)
{
	static struct am_sink_folder folders[1000];
	struct am_arena arena = { .limit = 10000 };
	const char *const *paths = NULL;
	struct am_error err;
	size_t i;

	(void)state;
	for (i = 0; i < 1000; i++) {
		folders[i].name = "some name";
		folders[i].parent = SIZE_MAX;
		folders[i].id = (uint32_t)i;
	}
	assert_int_equal(am_names_plan(&arena, AM_NAMES_PATH, folders, 1000, "",
				       &paths, &err),
			 AM_LIMIT);
	assert_int_equal(am_names_plan(&arena, AM_NAMES_PATH, folders, 0, "",
				       &paths, &err),
			 AM_OK);
	am_arena_free(&arena);
}

/* A tree in every form but the usual one. */
static const struct form_row {
	const char *name;
	size_t parent;
	uint32_t id;
	enum am_role role;
	const char *flat, *thunderbird, *files;
} form_rows[] = {
	{ "Posteingang", SIZE_MAX, 1, AM_ROLE_INBOX, "", "Posteingang",
	  "Posteingang" },
	{ "Reisen", 0, 2, 0, ".INBOX.Reisen", "Posteingang.sbd/Reisen",
	  "Posteingang/Reisen" },
	{ "Inbox", SIZE_MAX, 3, 0, ".Inbox~0x3", "Inbox", "Inbox" },
	{ "Entw\xc3\xbcrfe", SIZE_MAX, 4, 0, ".Entw&APw-rfe", "Entw\xc3\xbcrfe",
	  "Entw\xc3\xbcrfe" },
	{ "R&D v1.2", 3, 5, 0, ".Entw&APw-rfe.R&-D v1%2E2",
	  "Entw\xc3\xbcrfe.sbd/R&D v1.2", "Entw\xc3\xbcrfe/R&D v1.2" },
	{ "~home", SIZE_MAX, 6, 0, ".%7Ehome", "~home", "~home" },
	{ "home~", SIZE_MAX, 7, 0, ".home~", "home%7E", "home~" },
	{ "#1", SIZE_MAX, 8, 0, ".#1", "%231", "#1" },
	{ "a.msf", SIZE_MAX, 9, 0, ".a%2Emsf", "a%2Emsf", "a.msf" },
	{ "A.SBD", SIZE_MAX, 10, 0, ".A%2ESBD", "A%2ESBD", "A.SBD" },
	{ "a: b?", SIZE_MAX, 11, 0, ".a: b?", "a%3A b%3F", "a: b?" },
	{ "x.eml", SIZE_MAX, 12, 0, ".x%2Eeml", "x.eml", "x%2Eeml" },
	{ "second", SIZE_MAX, 13, AM_ROLE_INBOX, ".second", "second",
	  "second" },
	{ "", SIZE_MAX, 14, 0, ".%", "%", "%" },
};

enum { FORM_ROWS = sizeof(form_rows) / sizeof(form_rows[0]) };

static void
names_in_other_forms(void **state)
{
	struct am_sink_folder folders[FORM_ROWS];
	const char *const *flat = NULL;
	const char *const *thunderbird = NULL;
	const char *const *files = NULL;
	struct am_arena arena = { 0 };
	size_t i;

	(void)state;
	for (i = 0; i < FORM_ROWS; i++) {
		folders[i].name = form_rows[i].name;
		folders[i].parent = form_rows[i].parent;
		folders[i].id = form_rows[i].id;
		folders[i].role = form_rows[i].role;
	}
	assert_int_equal(am_names_plan(&arena, AM_NAMES_MAILDIRPP, folders,
				       FORM_ROWS, "", &flat, NULL),
			 AM_OK);
	assert_int_equal(am_names_plan(&arena, AM_NAMES_THUNDERBIRD, folders,
				       FORM_ROWS, "", &thunderbird, NULL),
			 AM_OK);
	assert_int_equal(am_names_plan(&arena, AM_NAMES_FILES, folders,
				       FORM_ROWS, "", &files, NULL),
			 AM_OK);
	for (i = 0; i < FORM_ROWS; i++) {
		print_message("%s\n", form_rows[i].name);
		assert_string_equal(flat[i], form_rows[i].flat);
		assert_string_equal(thunderbird[i], form_rows[i].thunderbird);
		assert_string_equal(files[i], form_rows[i].files);
	}
	am_arena_free(&arena);
}

/* A Maildir++ folder with all above it is one name: what is too long for that
 * is below "deep", and cut where modified UTF-7 becomes too long. */
static void
flat_names_have_room(void **state)
{
	enum { COUNT = 60 };
	struct am_sink_folder folders[COUNT];
	const char *const *paths = NULL;
	struct am_arena arena = { 0 };
	char name[401];
	size_t deep = 0;
	size_t i;
	size_t j;

	(void)state;
	for (i = 0; i + 2 < sizeof(name); i += 4)
		memcpy(name + i, "\xc3\xa4\xc3\xb6", 4);
	name[400] = '\0';
	for (i = 0; i < COUNT; i++) {
		folders[i].name = i % 3 == 0 ? name : "a&b\xe5\x8f\xb0";
		folders[i].parent = i == 0 ? SIZE_MAX : i - 1;
		folders[i].id = (uint32_t)i;
		folders[i].role = AM_ROLE_NONE;
	}
	assert_int_equal(am_names_plan(&arena, AM_NAMES_MAILDIRPP, folders,
				       COUNT, "", &paths, NULL),
			 AM_OK);
	for (i = 0; i < COUNT; i++) {
		assert_true(strlen(paths[i]) <= AM_NAME_FLAT_MAX);
		deep += strncmp(paths[i], ".deep.", 6) == 0 ? 1 : 0;
		for (j = 0; j < i; j++)
			assert_string_not_equal(paths[i], paths[j]);
	}
	assert_true(deep > 0 && deep < COUNT);
	am_arena_free(&arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_are_encoded),
		cmocka_unit_test(names_in_other_forms),
		cmocka_unit_test(flat_names_have_room),
		cmocka_unit_test(long_names_are_cut_between_characters),
		cmocka_unit_test(the_limit_is_exact),
		cmocka_unit_test(the_first_keeps_the_plain_name),
		cmocka_unit_test(a_name_may_look_like_ours),
		cmocka_unit_test(files_and_directories_do_not_meet),
		cmocka_unit_test(without_suffix_they_may),
		cmocka_unit_test(long_paths_go_under_deep),
		cmocka_unit_test(a_folder_may_be_called_deep),
		cmocka_unit_test(whatever_they_are_called),
		cmocka_unit_test(many_clashes_cost_little_each),
		cmocka_unit_test(memory),
		cmocka_unit_test(a_small_arena_is_a_limit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
