/* Folder names on disk: whatever the archive calls its folders, each path is
 * another one, and leads nowhere else. The input: the names, each ended by a
 * NUL; the first byte of each says how many folders back its parent is. */
#include <strings.h>

#include "base/text.h"
#include "fuzz.h"
#include "sink/names.h"

enum { MAX_FOLDERS = 64, MAX_NAME = 255 };

static const char *
name_take(struct am_arena *arena, struct am_cursor *cur)
{
	struct am_bytes rest = am_bytes(cur->next, cur->left);
	const uint8_t *end = memchr(rest.data, '\0', rest.len);
	const size_t len = end != NULL ? (size_t)(end - rest.data) : rest.len;
	struct am_text text;

	rest = am_take(cur, len);
	am_skip(cur, end != NULL ? 1 : 0);
	/* names are UTF-8 when they come here */
	if (am_text_decode(arena, AM_CP_UTF8, rest, &text, NULL) != AM_OK)
		return "";
	return text.data;
}

static size_t
folders_take(struct am_arena *arena, struct am_bytes input,
	     struct am_sink_folder folders[MAX_FOLDERS])
{
	struct am_cursor cur = am_cursor(input);
	size_t count = 0;

	while (cur.left > 1 && count < MAX_FOLDERS) {
		const size_t back = am_u8(&cur) % 8;

		folders[count].name = name_take(arena, &cur);
		folders[count].id = (uint32_t)(0x8082 + 0x20 * count);
		folders[count].role = AM_ROLE_NONE;
		folders[count].parent =
			back > 0 && back <= count ? count - back : SIZE_MAX;
		count++;
	}
	return count;
}

/* One name behind a dot, in ASCII. */
static void
flat_check(const char *path)
{
	const size_t len = strlen(path);

	FUZZ_CHECK(path[0] == '.' && len > 1 && len <= MAX_NAME);
	FUZZ_CHECK(strstr(path, "..") == NULL && path[len - 1] != '.');
	FUZZ_CHECK(strchr(path, '/') == NULL);
	for (; *path != '\0'; path++)
		FUZZ_CHECK(*path >= ' ' && *path < 0x7f);
}

/* A component that is a name: not empty, not "." or "..", not too long. */
static void
path_check(const char *path)
{
	const char *at = path;
	size_t len;

	FUZZ_CHECK(strlen(path) <= AM_PATH_MAX + AM_NAME_MAX);
	do {
		len = strcspn(at, "/");
		FUZZ_CHECK(len > 0 && len <= MAX_NAME);
		FUZZ_CHECK(at[0] != '.');
		FUZZ_CHECK(strcspn(at, "\n\r\t") >= len);
		at += len;
	} while (*at++ == '/');
}

/* Small and large letters differ in base64. */
static int
name_compare(enum am_names_form form, const char *a, const char *b)
{
	return form == AM_NAMES_MAILDIRPP ? strcmp(a, b) : strcasecmp(a, b);
}

static void
plan_check(struct am_arena *arena, enum am_names_form form,
	   const struct am_sink_folder *folders, size_t count,
	   const char *suffix)
{
	const char *const *paths = NULL;
	size_t i;
	size_t j;

	if (am_names_plan(arena, form, folders, count, suffix, &paths, NULL) !=
	    AM_OK)
		return;
	for (i = 0; i < count; i++) {
		const char *file =
			am_arena_printf(arena, "%s%s", paths[i], suffix);

		if (form == AM_NAMES_MAILDIRPP)
			flat_check(paths[i]);
		else
			path_check(paths[i]);
		/* neither its folder nor its file is that of another */
		for (j = 0; file != NULL && j < count; j++)
			FUZZ_CHECK(
				j == i ||
				(name_compare(form, paths[i], paths[j]) != 0 &&
				 name_compare(form, file, paths[j]) != 0));
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct am_sink_folder folders[MAX_FOLDERS];
	struct am_arena arena = { 0 };
	const size_t count =
		folders_take(&arena, am_bytes(data, size), folders);

	plan_check(&arena, AM_NAMES_PATH, folders, count, "");
	plan_check(&arena, AM_NAMES_PATH, folders, count, ".mbox");
	plan_check(&arena, AM_NAMES_FILES, folders, count, "");
	plan_check(&arena, AM_NAMES_THUNDERBIRD, folders, count, "");
	plan_check(&arena, AM_NAMES_MAILDIRPP, folders, count, "");
	am_arena_free(&arena);
	return 0;
}
