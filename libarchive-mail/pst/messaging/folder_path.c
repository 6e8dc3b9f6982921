/* Paths of folders (design 6): names below the top of the visible tree, joined
 * by "/". Nothing in a name can make two paths alike. */
#include <inttypes.h>
#include <stdlib.h>

#include "pst/messaging/folder.h"

enum {
	/* bytes of the names as parts of paths: control characters triple */
	COMPONENT_FACTOR = 3,

	/* "~0x" and eight digits */
	SUFFIX_MAX = 11,

	/* Who keeps a plain name where several are alike. */
	RANK_VISIBLE = 0, /* below the top of the visible tree */
	RANK_OTHER,
	RANK_CHAIN
};

/* A folder among those that its path must differ from. */
struct sibling {
	size_t above; /* place of the folder whose path is in front; or none */
	const char *component;
	int rank;
	size_t place;
	bool has_suffix;
};

static int
sibling_compare_name(const struct sibling *a, const struct sibling *b)
{
	if (a->above != b->above)
		return a->above < b->above ? -1 : 1;
	return strcmp(a->component, b->component);
}

static int
sibling_compare(const void *left, const void *right)
{
	const struct sibling *a = left;
	const struct sibling *b = right;
	const int order = sibling_compare_name(a, b);

	if (order != 0)
		return order;
	if (a->has_suffix != b->has_suffix)
		return a->has_suffix ? 1 : -1;
	if (a->rank != b->rank)
		return a->rank - b->rank;
	return a->place < b->place ? -1 : a->place > b->place;
}

/* How many bytes at text are not to be in a path as they are: "/" and control
 * characters (those from U+0080 to U+009F are two bytes of UTF-8). */
static size_t
must_escape(const char *text)
{
	const unsigned char first = (unsigned char)text[0];
	const unsigned char second = (unsigned char)text[1];

	if (first == '/' || first < 0x20 || first == 0x7f)
		return 1;
	return first == 0xc2 && second >= 0x80 && second < 0xa0 ? 2 : 0;
}

/* Does a name have something to escape? */
static bool
is_plain(const char *name)
{
	for (; *name != '\0'; name++)
		if (must_escape(name) > 0)
			return false;
	return true;
}

enum am_status
am_folder_component(struct am_arena *arena, const char *name,
		    const char **component_out, struct am_error *err)
{
	static const char digits[] = "0123456789ABCDEF";
	const size_t len = strlen(name);
	size_t used = 0;
	size_t left = 0; /* bytes still to be escaped */
	char *escaped;
	size_t i;

	*component_out = name;
	if (is_plain(name))
		return AM_OK;
	escaped = am_arena_raw(arena, len * COMPONENT_FACTOR + 1);
	if (escaped == NULL)
		return am_arena_failed(arena, len * COMPONENT_FACTOR + 1, err);
	for (i = 0; i < len; i++) {
		if (left == 0)
			left = must_escape(name + i);
		if (left == 0) {
			escaped[used++] = name[i];
			continue;
		}
		left--;
		escaped[used++] = '%';
		escaped[used++] = digits[name[i] >> 4 & 0xf];
		escaped[used++] = digits[name[i] & 0xf];
	}
	escaped[used] = '\0';
	*component_out = escaped;
	return AM_OK;
}

static bool
is_hex(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
}

/* Does a name end as our own suffixes do? Then it gets one more, so that no
 * plain name is like another with its suffix. */
static bool
ends_like_suffix(const char *name)
{
	const char *at = strrchr(name, '~');

	if (at == NULL || at[1] != '0' || at[2] != 'x' || at[3] == '\0')
		return false;
	for (at += 3; is_hex(*at); at++)
		;
	return *at == '\0';
}

static enum am_status
siblings_make(const struct am_folder_tree *tree, const size_t *places,
	      struct sibling *siblings, struct am_error *err)
{
	size_t place;

	for (place = 0; place < tree->count; place++) {
		const struct am_folder_node *folder =
			&tree->nodes[tree->order[place]];
		const bool at_top = folder->is_chain ||
				    folder->parent == AM_FOLDER_NONE ||
				    tree->nodes[folder->parent].is_chain;
		struct sibling *sibling = &siblings[place];
		const char *name = folder->name;

		if (name[0] == '\0' && tree->order[place] == tree->root)
			name = "Root";
		sibling->above =
			at_top ? AM_FOLDER_NONE : places[folder->parent];
		sibling->place = place;
		sibling->rank = RANK_OTHER;
		if (folder->is_chain)
			sibling->rank = RANK_CHAIN;
		else if (folder->parent == tree->subtree)
			sibling->rank = RANK_VISIBLE;
		sibling->has_suffix = name[0] == '\0' || ends_like_suffix(name);
		if (name[0] == '\0')
			name = "unnamed";
		AM_TRY(am_folder_component(tree->arena, name,
					   &sibling->component, err));
	}
	return AM_OK;
}

/* All of one name but the first get a suffix; sorted brings them together. */
static void
suffixes_mark(struct sibling *siblings, struct sibling *sorted, size_t count)
{
	size_t i;

	if (count > 1)
		qsort(sorted, count, sizeof(*sorted), sibling_compare);
	for (i = 1; i < count; i++)
		if (sibling_compare_name(&sorted[i - 1], &sorted[i]) == 0)
			siblings[sorted[i].place].has_suffix = true;
}

/* A path that is too long, or that there is no memory for, starts anew. */
static bool
path_fits(const struct am_folder_tree *tree, const char *above,
	  const char *component)
{
	const struct am_folder_limits max = am_folder_limits_of(tree->store);
	const size_t used = tree->texts->used;
	const size_t len =
		strlen(above) + strlen(component) + SUFFIX_MAX + sizeof("/");

	return len <= max.path && used <= max.texts && len <= max.texts - used;
}

static void
new_start_tell(const struct am_folder_tree *tree)
{
	const struct am_folder_limits max = am_folder_limits_of(tree->store);

	am_report_note(&tree->store->findings, "folder-path",
		       "paths of folders start anew as deep~0x...: they have "
		       "more than %zu bytes, or all of them %zu",
		       max.path, max.texts);
}

static enum am_status
path_make(const struct am_folder_tree *tree, const struct sibling *sibling,
	  struct am_folder *list, struct am_error *err)
{
	struct am_folder *folder = &list[sibling->place];
	const bool at_top = sibling->above == AM_FOLDER_NONE;
	const char *above = at_top ? "" : list[sibling->above].path;
	const char *slash = at_top ? "" : "/";

	folder->depth = at_top ? 0 : list[sibling->above].depth + 1;
	if (!path_fits(tree, above, sibling->component)) {
		new_start_tell(tree);
		folder->path = am_arena_printf(tree->texts, "deep~0x%" PRIx32,
					       folder->nid);
	} else if (sibling->has_suffix) {
		folder->path =
			am_arena_printf(tree->texts, "%s%s%s~0x%" PRIx32, above,
					slash, sibling->component, folder->nid);
	} else if (at_top && sibling->component == folder->name) {
		folder->path = folder->name;
	} else {
		folder->path = am_arena_printf(tree->texts, "%s%s%s", above,
					       slash, sibling->component);
	}
	if (folder->path == NULL)
		return am_arena_failed(tree->texts, AM_FOLDER_MAX_PATH, err);
	return AM_OK;
}

enum am_status
am_folder_paths(const struct am_folder_tree *tree, struct am_folder *list,
		struct am_error *err)
{
	const size_t count = tree->count;
	struct sibling *siblings =
		am_arena_array(tree->arena, count, struct sibling);
	struct sibling *sorted =
		am_arena_array(tree->arena, count, struct sibling);
	size_t *places = am_arena_array(tree->arena, count, size_t);
	size_t place;

	if (siblings == NULL || sorted == NULL || places == NULL)
		return am_arena_failed(tree->arena, count * sizeof(*sorted),
				       err);
	for (place = 0; place < count; place++)
		places[tree->order[place]] = place;
	AM_TRY(siblings_make(tree, places, siblings, err));
	if (count > 0)
		memcpy(sorted, siblings, count * sizeof(*sorted));
	suffixes_mark(siblings, sorted, count);
	for (place = 0; place < count; place++)
		AM_TRY(path_make(tree, &siblings[place], list, err));
	return AM_OK;
}
