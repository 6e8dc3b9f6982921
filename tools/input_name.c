/* What the results of each input are called. */
#include "input.h"

#include <strings.h>

/* Leaves room for "-2" and ".ledger.jsonl" in the 255 bytes of a file name. */
enum { NAME_MAX_BYTES = 200 };

/* What a run makes beside the directory of that name. */
static const char *const result_suffixes[] = {
	"",
	".ledger.jsonl",
	".ledger.jsonl.part",
	".summary.json",
	".summary.json.part",
	".journal",
	".journal-wal",
	".journal-shm",
};
enum { RESULT_COUNT = sizeof(result_suffixes) / sizeof(result_suffixes[0]) };

struct taken {
	struct taken *next; /* of the same hash */
	const char *name;
	unsigned number; /* the last "-N" that was tried for it */
};

struct names {
	struct am_arena *arena;
	struct taken **slots;
	size_t mask; /* slots - 1 */
};

static char
lower(char c)
{
	return (char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
}

/* FNV-1a of the name in lower case. */
static size_t
name_hash(const char *name)
{
	uint64_t hash = UINT64_C(0xcbf29ce484222325);

	for (; *name != '\0'; name++) {
		hash ^= (uint8_t)lower(*name);
		hash *= UINT64_C(0x100000001b3);
	}
	return (size_t)(hash ^ hash >> 32);
}

static struct taken *
taken_find(const struct names *names, const char *name)
{
	struct taken *taken = names->slots[name_hash(name) & names->mask];

	while (taken != NULL && strcasecmp(taken->name, name) != 0)
		taken = taken->next;
	return taken;
}

static enum am_status
taken_add(struct names *names, const char *name)
{
	struct taken *taken = am_arena_new(names->arena, struct taken);
	struct taken **const slot =
		&names->slots[name_hash(name) & names->mask];

	if (taken == NULL)
		return AM_NOMEM;
	taken->name = name;
	taken->number = 1;
	taken->next = *slot;
	*slot = taken;
	return AM_OK;
}

/* One table for each input and what comes with it. */
static enum am_status
names_open(struct names *names, struct am_arena *arena, size_t count)
{
	size_t size = 16;

	while (size / (2 * RESULT_COUNT) < count)
		size *= 2;
	names->arena = arena;
	names->mask = size - 1;
	names->slots = am_arena_array(arena, size, struct taken *);
	return names->slots != NULL ? AM_OK : AM_NOMEM;
}

/* Is none of what a run called name would make there already? */
static enum am_status
name_is_free(const struct names *names, const char *name, bool *free_out)
{
	size_t i;

	*free_out = true;
	for (i = 0; i < RESULT_COUNT; i++) {
		const char *const result = am_arena_printf(
			names->arena, "%s%s", name, result_suffixes[i]);

		if (result == NULL)
			return AM_NOMEM;
		if (taken_find(names, result) != NULL)
			*free_out = false;
	}
	return AM_OK;
}

static enum am_status
name_take(struct names *names, const char *name)
{
	size_t i;

	for (i = 0; i < RESULT_COUNT; i++) {
		const char *const result = am_arena_printf(
			names->arena, "%s%s", name, result_suffixes[i]);

		if (result == NULL)
			return AM_NOMEM;
		AM_TRY(taken_add(names, result));
	}
	return AM_OK;
}

/* The length of name without ".pst", ".ost" or ".pab". */
static size_t
length_without_extension(const char *name, size_t len)
{
	static const char *const extensions[] = { ".pst", ".ost", ".pab" };
	size_t i;

	for (i = 0; len >= 4 && i < 3; i++)
		if (strncasecmp(name + len - 4, extensions[i], 4) == 0)
			return len - 4;
	return len;
}

/* The base name of path without its extension; never empty, never hidden. */
static const char *
base_name(struct am_arena *arena, const char *path)
{
	size_t end = strlen(path);
	size_t start, len;

	while (end > 0 && path[end - 1] == '/')
		end--;
	start = end;
	while (start > 0 && path[start - 1] != '/')
		start--;
	len = length_without_extension(path + start, end - start);
	if (len > NAME_MAX_BYTES) {
		len = NAME_MAX_BYTES;
		/* not in the middle of a UTF-8 sequence */
		while (len > 1 && ((uint8_t)path[start + len] & 0xc0) == 0x80)
			len--;
	}
	if (len == 0 || path[start] == '.')
		return am_arena_printf(arena, "_%.*s", (int)len, path + start);
	return am_arena_text(arena, path + start, len);
}

static enum am_status
name_choose(struct names *names, const char *path, const char **name_out)
{
	const char *const base = base_name(names->arena, path);
	const char *name = base;
	struct taken *first;
	unsigned number = 1;
	bool is_free;

	if (base == NULL)
		return AM_NOMEM;
	first = taken_find(names, base);
	AM_TRY(name_is_free(names, name, &is_free));
	if (!is_free && first != NULL)
		number = first->number;
	while (!is_free) {
		number++;
		name = am_arena_printf(names->arena, "%s-%u", base, number);
		if (name == NULL)
			return AM_NOMEM;
		AM_TRY(name_is_free(names, name, &is_free));
	}
	if (first != NULL)
		first->number = number;
	*name_out = name;
	return name_take(names, name);
}

enum am_status
am_inputs_name(struct am_inputs *inputs, struct am_arena *arena,
	       struct am_error *err)
{
	struct names names;
	size_t i;

	if (names_open(&names, arena, inputs->count) != AM_OK)
		return am_nomem(err);
	for (i = 0; i < inputs->count; i++)
		if (name_choose(&names, inputs->list[i].path,
				&inputs->list[i].name) != AM_OK)
			return am_nomem(err);
	return AM_OK;
}
