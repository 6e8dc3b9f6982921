/* pst/messaging/folder_role: roles by entry id, the visible tree, what is
 * hidden. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "folder_text.h"

#define HEAD "Root (hidden)\nTop of Outlook data file\n"

/* An Exchange folder entry id with this counter, and PidTag 67F4 with it. */
#define SERVER_ID(counter)                                                     \
	"hex \"00000000 1A447390AA6611CD9BC800AA002FC45A 0100"                 \
	" 00112233445566778899AABBCCDDEEFF 0000000000" counter " 0000\""
#define FOLDER_ID(counter) "hex \"0100 0000000000" counter "\""

static const struct {
	const char *name;
	const char *recipe;
	const char *folders;
} cases[] = {
	{ "all roles, names that say nothing",
	  "minimal\n"
	  "folder 1 { role inbox }\nfolder 2 { role sent }\n"
	  "folder 3 { role outbox }\nfolder 4 { role drafts }\n"
	  "folder 5 { role deleted }\nfolder 6 { role junk }\n"
	  "folder 7 { role archive }\nfolder 8 { role calendar }\n"
	  "folder 9 { role contacts }\nfolder a { role journal }\n"
	  "folder b { role notes }\nfolder c { role tasks }\n",
	  HEAD "1 =inbox\n2 =sent\n3 =outbox\n4 =drafts\n5 =deleted\n"
	       "6 =junk\n7 =archive\n8 =calendar\n9 =contacts\na =journal\n"
	       "b =notes\nc =tasks\n" },
	{ "names alone give no role",
	  "minimal\n"
	  "folder Inbox { }\nfolder \"Sent Items\" { }\n"
	  "folder Drafts { class IPF.Note }\n",
	  HEAD "Inbox\nSent Items\nDrafts\nDeleted Items =deleted\n" },
	{ "ids of another store mean nothing here",
	  "minimal\n"
	  "folder a { nid 0x8202; role inbox; label i\n"
	  "	prop 0x36D7:binary hex \"00000000"
	  " FFEEDDCCBBAA99887766554433221100 02830000\" }\n"
	  "folder b { nid 0x8302 }\n",
	  HEAD "a =inbox\nb\nDeleted Items =deleted\n" },
	{ "of two roles for one folder the first counts",
	  "minimal\n"
	  "folder a { role inbox; label i; prop 0x36D7:binary entryid @s }\n"
	  "folder b { role sent; label s }\n",
	  HEAD "a =inbox\nb =sent\nDeleted Items =deleted\n" },
	{ "a role outside of the visible tree is none",
	  "minimal\n"
	  "folder a { role inbox; prop 0x36D7:binary entryid 0x8402 }\n"
	  "root { folder b { nid 0x8402 } }\n",
	  HEAD "a =inbox\nDeleted Items =deleted\nb (hidden)\n" },
	{ "the search root and what is in it is hidden", "folder a { }\n",
	  "Root (hidden)\nTop of Outlook data file\na\n"
	  "Deleted Items =deleted\nSearch Root (hidden)\n" },
	{ "hidden folders hide theirs",
	  "minimal\n"
	  "folder a { prop 0x10F4:bool true; folder b { folder c { } } }\n"
	  "folder d { prop 0x10F4:bool false }\n",
	  HEAD "a (hidden)\na/b (hidden)\na/b/c (hidden)\nd\n"
	       "Deleted Items =deleted\n" },
	{ "views are hidden where nothing else says so",
	  "minimal\nno-ipm-subtree\n"
	  "folder v { nid 0x8202; folder w { } }\nfolder x { }\n"
	  "store { prop 0x35E6:binary entryid 0x8202 }\n",
	  "Root\nv (hidden)\nv/w (hidden)\nx\n" },
	{ "without a subtree nothing is hidden",
	  "minimal\nno-ipm-subtree\nfolder a { folder b { } }\n",
	  "Root\na\na/b\n" },
	{ "the subtree by the folder with 36D0",
	  "minimal\nno-ipm-subtree\n"
	  "folder \"Root - Mailbox\" { folder IPM { nid 0x8502\n"
	  "	folder a { prop 0x36D0:binary entryid 0x8302 }\n"
	  "	folder b { nid 0x8302 } } \n"
	  "	folder c { } }\n",
	  "Root (hidden)\nRoot - Mailbox (hidden)\nIPM\na =inbox\n"
	  "b =calendar\nc (hidden)\n" },
	{ "the subtree by the receive folder",
	  "minimal\nno-ipm-subtree\n"
	  "folder m { folder t { folder a { role inbox\n"
	  "	remove 0x36D7; remove 0x36D0 } } folder u { } }\n",
	  "Root (hidden)\nm (hidden)\nt\na =inbox\nu (hidden)\n" },
	{ "the subtree by its name, at last",
	  "minimal\nno-ipm-subtree\n"
	  "folder m { folder IPM_SUBTREE { folder a { } } folder u { } }\n",
	  "Root (hidden)\nm (hidden)\nIPM_SUBTREE\na\nu (hidden)\n" },
	{ "a foreign subtree is none",
	  "minimal\n"
	  "store { prop 0x35E0:binary hex \"00000000"
	  " FFEEDDCCBBAA99887766554433221100 22800000\" }\n"
	  "folder a { }\n",
	  "Root\nTop of Outlook data file\n"
	  "Top of Outlook data file/a\n"
	  "Top of Outlook data file/Deleted Items =deleted\n" },
	{ "server ids, by 67F4",
	  "format ost4k\nminimal\nno-ipm-subtree\n"
	  "folder R { folder S { "
	  "folder a { prop 0x36D7:binary " SERVER_ID(
		  "07") "\n"
			"	prop 0x36D0:binary " SERVER_ID(
				"08") " }\n"
				      "folder b { prop "
				      "0x67F4:binary " FOLDER_ID(
					      "07") " }\n"
						    "folder c { prop "
						    "0x67F4:i64 "
						    "0x0800000000000001 }\n"
						    "folder d { prop "
						    "0x67F4:binary " FOLDER_ID(
							    "09") " } } }\n",
	  "Root (hidden)\nR (hidden)\nS\na =inbox\nb =drafts\nc =calendar\n"
	  "d\n" },
	{ "a server id that two folders carry is nobody's",
	  "format ost4k\nminimal\nno-ipm-subtree\n"
	  "folder S { folder a { prop 0x36D7:binary " SERVER_ID(
		  "07") " }\n"
			"folder b { prop 0x67F4:binary " FOLDER_ID(
				"07") " }\n"
				      "folder c { prop "
				      "0x67F4:binary " FOLDER_ID("07") " } }\n",
	  "Root (hidden)\nS\na =inbox\nb\nc\n" },
	{ "an OST's first folders, at their places beside the Inbox",
	  "format ost4k\nclient SO\nminimal\nno-ipm-subtree\n"
	  "folder S { folder a { nid 0x2162 }\n"
	  "folder b { nid 0x2182; prop 0x36D7:binary " SERVER_ID(
		  "07") " }\n"
			"folder c { nid 0x21a2 }\nfolder d { nid 0x21c2 } }\n",
	  "Root (hidden)\nS\na =deleted\nb =inbox\nc =outbox\nd =sent\n" },
	{ "the same places mean nothing in a PST, or elsewhere in the tree",
	  "minimal\nno-ipm-subtree\n"
	  "folder S { folder a { nid 0x2162 }\n"
	  "folder b { nid 0x2182; prop 0x36D7:binary " SERVER_ID(
		  "07") " }\n"
			"folder c { nid 0x21c2 } }\n",
	  "Root (hidden)\nS\na\nb =inbox\nc\n" },
	{ "nor beside another Inbox",
	  "client SO\nminimal\nno-ipm-subtree\n"
	  "folder S { folder a { nid 0x2162 }\n"
	  "folder b { nid 0x8182; prop 0x36D7:binary " SERVER_ID(
		  "07") " }\n"
			"folder c { folder d { nid 0x21c2 } } }\n",
	  "Root (hidden)\nS\na\nb =inbox\nc\nc/d\n" },
	{ "an archive's receive folder is the root: no Inbox",
	  "minimal\nfolder Inbox { }\n",
	  HEAD "Inbox\nDeleted Items =deleted\n" },
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
		am_buf_free(&text);
		am_store_close(store);
		built_free(&built);
	}
}

/* A store without its own properties still has its folders. */
static void
test_no_store(void **state)
{
	struct built built =
		built_make("minimal\nno-store\nfolder a { role inbox }\n");
	struct am_store *store = built_open(&built, NULL);
	struct am_buf text = folder_text(store);

	(void)state;
	/* the receive-folder table names the Inbox, and so its parent */
	assert_string_equal(am_buf_text(&text),
			    "Root (hidden)\nTop of Outlook data file\n"
			    "a =inbox\nDeleted Items\n");
	assert_true(folder_has_finding(store, "store: "));
	am_buf_free(&text);
	am_store_close(store);
	built_free(&built);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cases),
		cmocka_unit_test(test_no_store),
	};

	return cmocka_run_group_tests_name("messaging_folder_role", tests, NULL,
					   NULL);
}
