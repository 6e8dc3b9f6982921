/* transfer/walk: every message once, in the order of design 6. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "built.h"
#include "transfer/walk.h"

enum { TEXT_SIZE = 1024 };

static const struct {
	const char *name;
	const char *recipe;
	const char *order; /* "folder:nid " of each */
	const char *finding;
} walks[] = {
	{ "table rows give the order within a folder",
	  "folder \"A\" {\n"
	  "message { nid 0x200084; subject \"1\" }\n"
	  "message { nid 0x200024; subject \"2\" }\n"
	  "message { nid 0x200064; subject \"3\" }\n"
	  "}\n",
	  "A:0x200084 A:0x200024 A:0x200064 ", NULL },
	{ "folders depth first",
	  "folder \"A\" {\n"
	  "folder \"B\" { message { nid 0x200024 } }\n"
	  "message { nid 0x200044 }\n"
	  "}\n"
	  "folder \"C\" { message { nid 0x200064 } }\n",
	  "A:0x200044 A/B:0x200024 C:0x200064 ", NULL },
	{ "what no table lists comes after, by NID",
	  "folder \"A\" {\n"
	  "message { nid 0x2000a4; unlisted }\n"
	  "message { nid 0x200084 }\n"
	  "message { nid 0x200024; unlisted }\n"
	  "}\n",
	  "A:0x200084 A:0x200024 A:0x2000a4 ", "unlisted: 2 message(s)" },
	{ "a folder without a contents table",
	  "folder \"A\" { no-contents-table\n"
	  "message { nid 0x200044 }\n"
	  "message { nid 0x200024 }\n"
	  "}\n",
	  "A:0x200024 A:0x200044 ", "unlisted: 2 message(s)" },
	{ "nidParent decides, not the table that lists it",
	  "folder \"A\" { message { nid 0x200024 } }\n"
	  "folder \"B\" { label b\n"
	  "message { nid 0x200044; listed-in A }\n"
	  "}\n",
	  "A:0x200024 B:0x200044 ", NULL },
	{ "a row twice is one message",
	  "folder \"A\" {\n"
	  "message { nid 0x200024; listed-twice }\n"
	  "message { nid 0x200044 }\n"
	  "}\n",
	  "A:0x200024 A:0x200044 ", NULL },
	{ "a row without a node is none",
	  "folder \"A\" { row 0x200084 \"ghost\"\n"
	  "message { nid 0x200024 }\n"
	  "}\n",
	  "A:0x200024 ", "contents-table: 1 row(s)" },
	{ "the parent is no folder, but a table lists it",
	  "folder \"A\" { message { nid 0x200024; parent 0x7fff02 } }\n",
	  "A:0x200024 ", NULL },
	{ "orphans are last",
	  "folder \"A\" {\n"
	  "message { nid 0x200024; parent 0x7fff02; unlisted }\n"
	  "message { nid 0x200044 }\n"
	  "}\n",
	  "A:0x200044 Orphans:0x200024 ", "unlisted: 1 message(s)" },
	{ "associated messages are not found",
	  "folder \"A\" { associated { subject \"view\" }\n"
	  "message { nid 0x200024 }\n"
	  "}\n",
	  "A:0x200024 ", NULL },
	{ "search folders give nothing again",
	  "folder \"A\" { message { nid 0x200024 } }\n"
	  "search-folder \"S\" { }\n",
	  "A:0x200024 ", NULL },
	{ "a leaf of the NBT that is there twice",
	  "minimal\n"
	  "page-entries 8\n"
	  "folder \"A\" { message { nid 0x200024; unlisted } }\n"
	  "damage {\n"
	  "set page nbt root entry 0 ib page-ib nbt of 0x200024 sealed\n"
	  "set page nbt root entry 0 bid page-bid nbt of 0x200024 sealed\n"
	  "}\n",
	  "A:0x200024 ", "unlisted: " },
	{ "nothing at all", "folder \"A\" { }\n", "", NULL },
};

static bool
finding_is_there(const struct am_store *store, const char *start)
{
	const char *text;
	size_t i;

	for (i = 0; (text = am_store_finding(store, i)) != NULL; i++)
		if (strncmp(text, start, strlen(start)) == 0)
			return true;
	return false;
}

static uint64_t
order_write(struct am_walk *walk, char text[TEXT_SIZE])
{
	struct am_walk_item item;
	struct am_error err;
	uint64_t count = 0;
	size_t len = 0;

	text[0] = '\0';
	while (am_walk_next(walk, &item, &err) == AM_OK) {
		assert_int_equal(item.number, count++);
		len += (size_t)snprintf(text + len, TEXT_SIZE - len, "%s:%#x ",
					am_walk_folder_path(walk, item.folder),
					item.node.nid);
	}
	/* and at the end again */
	assert_int_equal(am_walk_next(walk, &item, &err), AM_END);
	return count;
}

static void
test_order(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(walks) / sizeof(walks[0]); i++) {
		struct built built = built_make(walks[i].recipe);
		struct am_store *store = built_open(&built, NULL);
		struct am_walk *walk = NULL;
		struct am_error err;
		char text[TEXT_SIZE];

		print_message("%s\n", walks[i].name);
		assert_int_equal(am_walk_open(store, &walk, &err), AM_OK);
		assert_int_equal(order_write(walk, text), am_walk_found(walk));
		assert_string_equal(text, walks[i].order);
		assert_int_equal(am_store_finding_count(store) > 0,
				 walks[i].finding != NULL);
		if (walks[i].finding != NULL)
			assert_true(finding_is_there(store, walks[i].finding));
		am_walk_close(walk);
		am_store_close(store);
		built_free(&built);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_order) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
