/* pst/messaging/folder_path: paths are unique whatever the names are. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "pst/messaging/folder.h"

/* A folder by its place in the list; NIDs are 0x122 + 0x20 * place. */
struct row {
	const char *name;
	size_t parent; /* place; AM_FOLDER_NONE */
	bool is_chain;
	const char *path;
	unsigned depth;
};

#define NONE AM_FOLDER_NONE

static const struct row usual[] = {
	{ "", NONE, true, "Root", 0 },
	{ "Top of Outlook data file", 0, true, "Top of Outlook data file", 0 },
	{ "Inbox", 1, false, "Inbox", 0 },
	{ "Travel", 2, false, "Inbox/Travel", 1 },
	{ "2004", 3, false, "Inbox/Travel/2004", 2 },
	{ "Sent Items", 1, false, "Sent Items", 0 },
	{ "Search Root", 0, false, "Search Root", 0 },
	{ "Deep", 6, false, "Search Root/Deep", 1 },
};

static const struct row alike[] = {
	{ "Inbox", NONE, true, "Inbox~0x122", 0 },
	{ "Inbox", 0, false, "Inbox~0x142", 0 },
	{ "Top", 0, true, "Top", 0 },
	/* below the top of the visible tree: keeps its plain name */
	{ "Inbox", 2, false, "Inbox", 0 },
	{ "Inbox", 2, false, "Inbox~0x1a2", 0 },
	{ "a", 4, false, "Inbox~0x1a2/a", 1 },
	{ "a", 3, false, "Inbox/a", 1 },
	{ "a", 3, false, "Inbox/a~0x202", 1 },
	{ "A", 3, false, "Inbox/A", 1 },
};

static const struct row odd[] = {
	{ "Root", NONE, true, "Root", 0 },
	{ "", 0, false, "unnamed~0x142", 0 },
	{ "", 0, false, "unnamed~0x162", 0 },
	{ "unnamed", 0, false, "unnamed", 0 },
	{ "a/b", 0, false, "a%2Fb", 0 },
	{ "a%2Fb", 0, false, "a%2Fb~0x1c2", 0 },
	{ "tab\there\x7f", 0, false, "tab%09here%7F", 0 },
	{ "/", 4, false, "a%2Fb/%2F", 1 },
	{ "\xc2\x85\xc2\xa0\xc3\x85", 0, false, "%C2%85\xc2\xa0\xc3\x85", 0 },
	{ "..", 0, false, "..", 0 },
	/* a name that looks like another with its suffix */
	{ "x", 0, false, "x", 0 },
	{ "x", 0, false, "x~0x282", 0 },
	{ "x~0x282", 0, false, "x~0x282~0x2a2", 0 },
	{ "x~0x", 0, false, "x~0x", 0 },
	{ "x~0x26g", 0, false, "x~0x26g", 0 },
	{ "\xe6\x97\xa5\xe6\x9c\xac", 0, false, "\xe6\x97\xa5\xe6\x9c\xac", 0 },
};

enum { MAX_ROWS = 16, SUBTREE_OF_USUAL = 1, SUBTREE_OF_ALIKE = 2 };

static const struct {
	const char *name;
	const struct row *rows;
	size_t count;
	size_t subtree;
} trees[] = {
	{ "usual", usual, sizeof(usual) / sizeof(usual[0]), SUBTREE_OF_USUAL },
	{ "alike", alike, sizeof(alike) / sizeof(alike[0]), SUBTREE_OF_ALIKE },
	{ "odd", odd, sizeof(odd) / sizeof(odd[0]), 0 },
	{ "none", NULL, 0, AM_FOLDER_NONE },
};

static void
tree_fill(struct am_folder_tree *tree, const struct row *rows,
	  struct am_folder *list)
{
	size_t i;

	for (i = 0; i < tree->count; i++) {
		tree->nodes[i].node.nid = (uint32_t)(0x122 + 0x20 * i);
		tree->nodes[i].name = rows[i].name;
		tree->nodes[i].parent = rows[i].parent;
		tree->nodes[i].is_chain = rows[i].is_chain;
		tree->order[i] = i;
		list[i].nid = tree->nodes[i].node.nid;
		list[i].name = rows[i].name;
		list[i].parent = rows[i].parent;
	}
}

static void
test_trees(void **state)
{
	size_t i;
	size_t t;

	(void)state;
	for (t = 0; t < sizeof(trees) / sizeof(trees[0]); t++) {
		struct am_folder_node nodes[MAX_ROWS] = { 0 };
		struct am_folder list[MAX_ROWS] = { 0 };
		size_t order[MAX_ROWS];
		struct am_arena arena = { 0 };
		struct am_arena texts = { 0 };
		struct am_store store = { .findings = { .arena = &arena } };
		struct am_folder_tree tree = { .store = &store,
					       .arena = &arena,
					       .texts = &texts,
					       .nodes = nodes,
					       .order = order,
					       .count = trees[t].count,
					       .subtree = trees[t].subtree };

		tree_fill(&tree, trees[t].rows, list);
		assert_int_equal(am_folder_paths(&tree, list, NULL), AM_OK);
		for (i = 0; i < tree.count; i++) {
			assert_string_equal(list[i].path,
					    trees[t].rows[i].path);
			assert_int_equal(list[i].depth, trees[t].rows[i].depth);
		}
		am_arena_free(&arena);
		am_arena_free(&texts);
	}
}

/* A tree that is one long branch of long names: paths start anew, and what
 * they need in all stays bounded. */
static void
test_long_branch(void **state)
{
	enum { COUNT = 3000, NAME = 200 };
	struct am_arena arena = { .limit = 64 << 20 };
	struct am_arena texts = { .limit = 64 << 20 };
	struct am_store store = { .findings = { .arena = &arena } };
	struct am_folder_node *nodes =
		am_arena_array(&arena, COUNT, struct am_folder_node);
	struct am_folder *list =
		am_arena_array(&arena, COUNT, struct am_folder);
	struct am_folder_tree tree = { .store = &store,
				       .arena = &arena,
				       .texts = &texts,
				       .nodes = nodes,
				       .order = am_arena_array(&arena, COUNT,
							       size_t),
				       .count = COUNT };
	char name[NAME + 1];
	size_t i;

	(void)state;
	memset(name, 'n', NAME);
	name[NAME] = '\0';
	for (i = 0; i < COUNT; i++) {
		nodes[i].node.nid = (uint32_t)(0x122 + 0x20 * i);
		nodes[i].name = name;
		nodes[i].parent = i > 0 ? i - 1 : AM_FOLDER_NONE;
		nodes[i].is_chain = i == 0;
		tree.order[i] = i;
		list[i].nid = nodes[i].node.nid;
		list[i].name = name;
	}
	assert_int_equal(am_folder_paths(&tree, list, NULL), AM_OK);
	for (i = 0; i < COUNT; i++)
		assert_in_range(strlen(list[i].path), 1, AM_FOLDER_MAX_PATH);
	assert_int_equal(list[1].depth, 0);
	assert_int_equal(list[COUNT - 1].depth, COUNT - 2);
	assert_int_equal(strncmp(list[200].path, "deep~0x", 7), 0);
	assert_in_range(texts.used, 1, AM_FOLDER_MAX_TEXTS + COUNT * 16);
	assert_int_equal(store.findings.count, 1);
	am_arena_free(&arena);
	am_arena_free(&texts);
}

static void
test_roles_have_names(void **state)
{
	int role;

	(void)state;
	assert_null(am_role_name(AM_ROLE_NONE));
	assert_null(am_role_name((enum am_role)(AM_ROLE_JOURNAL + 1)));
	for (role = AM_ROLE_INBOX; role <= AM_ROLE_JOURNAL; role++)
		assert_non_null(am_role_name((enum am_role)role));
	assert_string_equal(am_role_name(AM_ROLE_DELETED), "deleted");
	assert_string_equal(am_role_name(AM_ROLE_JOURNAL), "journal");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_trees),
		cmocka_unit_test(test_long_branch),
		cmocka_unit_test(test_roles_have_names),
	};

	return cmocka_run_group_tests_name("messaging_folder_path", tests, NULL,
					   NULL);
}
