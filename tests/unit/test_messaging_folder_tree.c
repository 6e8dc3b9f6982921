/* pst/messaging/folder_tree, folder_scan: parents, order, cycles, damage. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "folder_text.h"

static const struct {
	const char *name;
	const char *recipe;
	const char *folders;
	const char *finding; /* kind; NULL: the store has none */
} cases[] = {
	{ "order of the table, not of the NIDs",
	  "minimal\n"
	  "folder c { nid 0x8202 }\n"
	  "folder a { nid 0x8302; folder z { nid 0x8502 }\n"
	  "	folder y { nid 0x8402 } }\n"
	  "folder b { nid 0x8102 }\n",
	  "Root (hidden)\nTop of Outlook data file\nc\na\na/z\na/y\nb\n"
	  "Deleted Items =deleted\n",
	  NULL },
	{ "unlisted ones after, by NID",
	  "minimal\n"
	  "folder c { nid 0x8302; unlisted }\n"
	  "folder b { nid 0x8202; unlisted }\n"
	  "folder a { nid 0x8402 }\n",
	  "Root (hidden)\nTop of Outlook data file\na\n"
	  "Deleted Items =deleted\nb\nc\n",
	  "folder-unlisted: 2 folders" },
	{ "search folders are none",
	  "minimal\n"
	  "folder a { search-folder s { } }\nsearch-folder t { }\n",
	  "Root (hidden)\nTop of Outlook data file\na\n"
	  "Deleted Items =deleted\n",
	  NULL },
	{ "without a hierarchy table",
	  "minimal\n"
	  "folder a { no-hierarchy-table; folder b { }\n"
	  "	folder c { folder d { } } }\n",
	  "Root (hidden)\nTop of Outlook data file\na\na/b\na/c\na/c/d\n"
	  "Deleted Items =deleted\n",
	  "folder-unlisted: 2 folders" },
	{ "a row without a node",
	  "minimal\n"
	  "folder a { hierarchy-row 0x9902 ghost; folder b { } }\n"
	  "folder gone { no-node }\n",
	  "Root (hidden)\nTop of Outlook data file\na\na/b\n"
	  "Deleted Items =deleted\n",
	  "folder-row: 2 rows" },
	{ "a row of a folder above",
	  "minimal\n"
	  "folder a { nid 0x8202; folder b { hierarchy-row 0x8202 a } }\n",
	  "Root (hidden)\nTop of Outlook data file\na\na/b\n"
	  "Deleted Items =deleted\n",
	  "folder-elsewhere: 1 rows" },
	{ "nidParent decides against the table",
	  "minimal\n"
	  "folder a { nid 0x8202; folder b { nid 0x8302; parent 0x8402 } }\n"
	  "folder c { nid 0x8402 }\n",
	  "Root (hidden)\nTop of Outlook data file\na\nc\nc/b\n"
	  "Deleted Items =deleted\n",
	  "folder-unlisted: 1 folders" },
	{ "the table decides where nidParent is no folder",
	  "minimal\n"
	  "folder a { nid 0x8202; folder b { nid 0x8302; parent 0x9902 } }\n",
	  "Root (hidden)\nTop of Outlook data file\na\na/b\n"
	  "Deleted Items =deleted\n",
	  NULL },
	{ "a lost parent brings a folder to the top, and it is not hidden",
	  "minimal\n"
	  "folder a { nid 0x8202 }\n"
	  "folder b { nid 0x8302; unlisted; parent 0x9902; folder c { } }\n",
	  "Root (hidden)\nTop of Outlook data file\na\n"
	  "Deleted Items =deleted\nb\nb/c\n",
	  "folder-parent: 1 folders" },
	{ "a cycle of three",
	  "minimal\n"
	  "folder a { nid 0x8202; parent 0x8402\n"
	  "	folder b { nid 0x8302\n"
	  "		folder c { nid 0x8402; folder d { nid 0x8502 } } } }\n",
	  "Root (hidden)\nTop of Outlook data file\n"
	  "Deleted Items =deleted\na\na/b\na/b/c\na/b/c/d\n",
	  "folder-cycle: folder 0x8202" },
	{ "its own parent",
	  "minimal\n"
	  "folder a { nid 0x8202; parent 0x8202 }\n",
	  "Root (hidden)\nTop of Outlook data file\n"
	  "Deleted Items =deleted\na\n",
	  "folder-cycle: folder 0x8202" },
	{ "names alike, empty, with a slash",
	  "minimal\n"
	  "folder a { nid 0x8202 }\nfolder a { nid 0x8302 }\n"
	  "folder \"\" { nid 0x8402; folder \"x/y\" { nid 0x8502 } }\n",
	  "Root (hidden)\nTop of Outlook data file\na\na~0x8302\n"
	  "unnamed~0x8402\nunnamed~0x8402/x%2Fy\nDeleted Items =deleted\n",
	  NULL },
	{ "NFC",
	  "minimal\n"
	  "folder \"e\\u{0301}\" { nid 0x8202 }\n"
	  "folder \"\\u{00e9}\" { nid 0x8302 }\n",
	  "Root (hidden)\nTop of Outlook data file\n\xc3\xa9\n"
	  "\xc3\xa9~0x8302\nDeleted Items =deleted\n",
	  NULL },
	{ "a row tells the name that the folder does not",
	  "minimal\n"
	  "folder p { hierarchy-row 0x8302 a\n"
	  "	folder \"\" { nid 0x8302; unlisted; remove 0x3001 } }\n",
	  "Root (hidden)\nTop of Outlook data file\np\np/a\n"
	  "Deleted Items =deleted\n",
	  NULL },
	{ "ANSI, in the store's code page",
	  "format ansi\nminimal\ncodepage 1251\n"
	  "store { prop 0x66C3:i32 1251 }\n"
	  "folder \"\\u{0414}\" { nid 0x8202 }\n",
	  "Root (hidden)\nTop of Outlook data file\n\xd0\x94\n"
	  "Deleted Items =deleted\n",
	  NULL },
	{ "4K pages", "format ost4k\nminimal\nfolder a { folder b { } }\n",
	  "Root (hidden)\nTop of Outlook data file\na\na/b\n"
	  "Deleted Items =deleted\n",
	  NULL },
};

static void
test_cases(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct built built = built_make(cases[i].recipe);
		struct am_store *store = built_open(&built, NULL);
		struct am_buf text = folder_text(store);

		if (strcmp(am_buf_text(&text), cases[i].folders) != 0)
			fail_msg("%s:\n%s", cases[i].name, am_buf_text(&text));
		if (cases[i].finding != NULL
			    ? !folder_has_finding(store, cases[i].finding)
			    : am_store_finding_count(store) != 0)
			fail_msg("%s: finding %s", cases[i].name,
				 am_store_finding(store, 0));
		am_buf_free(&text);
		am_store_close(store);
		built_free(&built);
	}
}

/* Indexes and members: parents before children, depths, the way back. */
static void
test_members(void **state)
{
	struct built built = built_make(
		"minimal\n"
		"folder a { nid 0x8202; class IPF.Note; folder b { class "
		"IPF.Contact\n"
		"	message { }; message { } } }\n");
	struct am_store *store = built_open(&built, NULL);
	const struct am_folder *folders;
	size_t count;
	size_t i;

	(void)state;
	/* not read yet */
	assert_true(am_store_folder_index(store, 0x8202) == SIZE_MAX);
	assert_int_equal(am_store_folders(store, &folders, &count, NULL),
			 AM_OK);
	assert_int_equal(count, 5);
	for (i = 0; i < count; i++) {
		assert_int_equal(am_store_folder_index(store, folders[i].nid),
				 i);
		assert_true(i == 0 ? folders[i].parent == SIZE_MAX
				   : folders[i].parent < i);
	}
	assert_true(am_store_folder_index(store, 0x8203) == SIZE_MAX);
	assert_true(am_store_folder_index(store, 0) == SIZE_MAX);
	assert_true(am_store_folder_index(store, UINT32_MAX) == SIZE_MAX);
	assert_string_equal(folders[2].name, "a");
	assert_string_equal(folders[2].container_class, "IPF.Note");
	assert_int_equal(folders[2].depth, 0);
	assert_int_equal(folders[2].nid, 0x8202);
	assert_string_equal(folders[3].name, "b");
	assert_string_equal(folders[3].container_class, "IPF.Contact");
	assert_int_equal(folders[3].depth, 1);
	assert_int_equal(folders[3].parent, 2);
	assert_int_equal(folders[3].content_count, 2);
	assert_string_equal(folders[4].container_class, "");
	am_store_close(store);
	built_free(&built);
}

/* tricky C16: no depth is too great, and the stack is not what holds it. */
static void
test_deep(void **state)
{
	struct built built = built_make(
		"minimal\nfolder d { depth 5000; folder last { } }\n");
	struct am_store *store = built_open(&built, NULL);
	const struct am_folder *folders;
	size_t deepest = 0;
	size_t count;
	size_t i;

	(void)state;
	assert_int_equal(am_store_folders(store, &folders, &count, NULL),
			 AM_OK);
	assert_int_equal(count, 5004); /* root, top, deleted, last */
	for (i = 0; i < count; i++)
		if (folders[i].depth > folders[deepest].depth)
			deepest = i;
	assert_int_equal(folders[deepest].depth, 5000);
	assert_string_equal(folders[deepest].name, "last");
	am_store_close(store);
	built_free(&built);
}

/* A second call gives the same list, and findings are made once. */
static void
test_read_once(void **state)
{
	struct built built =
		built_make("minimal\nfolder a { parent 0x8a02; unlisted }\n");
	struct am_store *store = built_open(&built, NULL);
	const struct am_folder *first;
	const struct am_folder *again;
	struct am_arena arena = { 0 };
	struct am_report item = { .arena = &arena };
	size_t count;
	uint64_t findings;

	(void)state;
	am_store_set_report(store, &item);
	assert_int_equal(am_store_folders(store, &first, &count, NULL), AM_OK);
	findings = am_store_finding_count(store);
	assert_true(findings > 0);
	assert_int_equal(item.count, 0); /* they are the store's */
	assert_ptr_equal(am_store_report(store), &item);
	assert_int_equal(am_store_folders(store, &again, &count, NULL), AM_OK);
	assert_ptr_equal(first, again);
	assert_true(am_store_finding_count(store) == findings);
	am_arena_free(&arena);
	am_store_close(store);
	built_free(&built);
}

/* Where they lie, what they are called; one without a name, a node without a
 * parent, one whose properties cannot be read. */
static void
test_search_folders(void **state)
{
	static const char *const paths[] = {
		"a/s%2Fs",
		"a/unnamed",
		"a/b/t",
		"lost",
	};
	struct built built = built_make(
		"minimal\n"
		"folder a { nid 0x8202\n"
		"	search-folder \"s/s\" { nid 0x8203 }\n"
		"	search-folder \"\" { nid 0x8303 }\n"
		"	folder b { search-folder t { nid 0x8103 } } }\n"
		"search-folder lost { nid 0x8403; parent 0x8ac2; unlisted }\n");
	struct am_store *store = built_open(&built, NULL);
	const struct am_search_folder *searches;
	const struct am_search_folder *again;
	const struct am_folder *folders;
	size_t count;
	size_t i;

	(void)state;
	assert_int_equal(
		am_store_search_folders(store, &searches, &count, NULL), AM_OK);
	assert_int_equal(count, 4);
	for (i = 0; i < count; i++)
		assert_string_equal(searches[i].path, paths[i]);
	assert_int_equal(am_store_folders(store, &folders, &count, NULL),
			 AM_OK);
	assert_int_equal(count, 5);
	assert_string_equal(folders[searches[0].parent].path, "a");
	assert_string_equal(searches[0].name, "s/s");
	assert_int_equal(searches[2].nid, 0x8103);
	assert_true(searches[3].parent == SIZE_MAX);
	assert_int_equal(am_store_search_folders(store, &again, &count, NULL),
			 AM_OK);
	assert_ptr_equal(again, searches);
	am_store_close(store);
	built_free(&built);
}

/* Beyond the length of a path it starts anew. */
static void
test_search_folder_deep(void **state)
{
	struct built built = built_make("minimal\nfolder abcdefg {\n"
					"depth 4095; search-folder s { } }\n");
	struct am_store *store = built_open(&built, NULL);
	const struct am_search_folder *searches;
	size_t count;

	(void)state;
	assert_int_equal(
		am_store_search_folders(store, &searches, &count, NULL), AM_OK);
	assert_int_equal(count, 1);
	assert_memory_equal(searches[0].path, "deep~0x", 7);
	am_store_close(store);
	built_free(&built);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cases),
		cmocka_unit_test(test_members),
		cmocka_unit_test(test_deep),
		cmocka_unit_test(test_read_once),
		cmocka_unit_test(test_search_folders),
		cmocka_unit_test(test_search_folder_deep),
	};

	return cmocka_run_group_tests_name("messaging_folder_tree", tests, NULL,
					   NULL);
}
