/* pst/messaging/message: opening, code pages, classes, subnodes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "folder_text.h"

/* The first message of a recipe. */
struct opened {
	struct built built;
	struct am_store *store;
	struct am_arena arena;
	struct am_report report;
	struct am_message *message;
};

static enum am_status
open_built(struct opened *opened, unsigned codepage)
{
	const struct am_store_options options = { .codepage = codepage };
	struct am_node node;

	opened->store = built_open(&opened->built, &options);
	opened->report.arena = &opened->arena;
	am_store_set_report(opened->store, &opened->report);
	node = built_message_node(opened->store, 0);
	return am_message_open(opened->store, &node, &opened->arena,
			       &opened->message, NULL);
}

static void
opened_close(struct opened *opened)
{
	am_store_close(opened->store);
	am_arena_free(&opened->arena);
	built_free(&opened->built);
}

/* The rungs of mapi-to-mime 2, from the top; each case leaves out one more. */
static const struct {
	const char *name;
	const char *store;
	const char *message;
	unsigned option;
	unsigned codepage;
} ladder[] = {
	{ "3FFD", "prop 0x66C3:i32 1253",
	  "prop 0x3FFD:i32 1251; prop 0x66C3:i32 1254; prop 0x3FDE:i32 28592\n"
	  "prop 0x3FF1:i32 0x411",
	  0, 1251 },
	{ "66C3 of the message", "prop 0x66C3:i32 1253",
	  "prop 0x66C3:i32 1254; prop 0x3FDE:i32 28592; prop 0x3FF1:i32 0x411",
	  0, 1254 },
	{ "66C3 of the store", "prop 0x66C3:i32 1253",
	  "prop 0x3FDE:i32 28592; prop 0x3FF1:i32 0x411", 0, 1253 },
	{ "3FDE", "", "prop 0x3FDE:i32 28592; prop 0x3FF1:i32 0x411", 0,
	  28592 },
	{ "3FDE is ISO-2022-JP", "",
	  "prop 0x3FDE:i32 50220; prop 0x3FF1:i32 0x411", 0, 932 },
	{ "3FDE is US-ASCII", "",
	  "prop 0x3FDE:i32 20127; prop 0x3FF1:i32 0x419", 0, 1251 },
	{ "3FF1", "", "prop 0x3FF1:i32 0x408", 0, 1253 },
	{ "the option", "", "", 1255, 1255 },
	{ "the option overrides", "prop 0x66C3:i32 1253",
	  "prop 0x3FFD:i32 1251; prop 0x3FDE:i32 28592", 1255, 1255 },
	{ "but not UTF-8", "", "prop 0x3FFD:i32 65001", 1255, 65001 },
	{ "nothing", "", "", 0, 1252 },
	{ "3FFD is UTF-16", "", "prop 0x3FFD:i32 1200; prop 0x3FF1:i32 0x408",
	  0, 1253 },
	{ "3FFD is zero", "", "prop 0x3FFD:i32 0; prop 0x66C3:i32 1254", 0,
	  1254 },
	{ "3FFD is nonsense", "", "prop 0x3FFD:i32 -5; prop 0x3FDE:i32 65001",
	  0, 65001 },
	{ "unknown locale", "", "prop 0x3FF1:i32 0x7fffffff", 0, 1252 },
};

static void
test_codepage_ladder(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(ladder) / sizeof(ladder[0]); i++) {
		struct opened opened = { 0 };
		char recipe[1024];

		snprintf(recipe, sizeof(recipe),
			 "minimal\nstore { %s }\nfolder a { message {\n"
			 "no-defaults\n%s\n} }\n",
			 ladder[i].store, ladder[i].message);
		opened.built = built_make(recipe);
		assert_int_equal(open_built(&opened, ladder[i].option), AM_OK);
		if (opened.message->codepage != ladder[i].codepage)
			fail_msg("%s: %u", ladder[i].name,
				 opened.message->codepage);
		opened_close(&opened);
	}
}

static const struct {
	const char *name;
	const char *message;
	const char *class_name;
} classes[] = {
	{ "usual", "class IPM.Appointment", "IPM.Appointment" },
	{ "with a NUL at the end", "class \"IPM.Note\\0\"", "IPM.Note" },
	{ "none", "no-defaults", "" },
	{ "empty", "class \"\"", "" },
	{ "of the wrong type", "no-defaults; prop 0x001A:i32 5", "" },
	{ "unreadable", "no-defaults; prop 0x001A:string hnid 0xFFE0", "" },
};

static void
test_class(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(classes) / sizeof(classes[0]); i++) {
		struct opened opened = { 0 };
		char recipe[256];

		snprintf(recipe, sizeof(recipe),
			 "minimal\nfolder a { message { %s } }\n",
			 classes[i].message);
		opened.built = built_make(recipe);
		assert_int_equal(open_built(&opened, 0), AM_OK);
		if (strcmp(opened.message->class_name, classes[i].class_name) !=
		    0)
			fail_msg("%s: \"%s\"", classes[i].name,
				 opened.message->class_name);
		opened_close(&opened);
	}
}

static void
test_texts(void **state)
{
	struct opened opened = {
		.built = built_make(
			"format ansi\nminimal\nfolder a { message {\n"
			"codepage 1251\n"
			"subject-raw \"\\u{0414}\\u{0430}\"\n} }\n")
	};
	struct am_text text;

	(void)state;
	assert_int_equal(open_built(&opened, 0), AM_OK);
	assert_int_equal(opened.message->codepage, 1251);
	assert_int_equal(
		am_message_text(opened.message, AM_PID_SUBJECT, &text, NULL),
		AM_OK);
	assert_string_equal(text.data, "\xd0\x94\xd0\xb0");
	assert_int_equal(am_message_text(opened.message, AM_PID_DISPLAY_BCC + 7,
					 &text, NULL),
			 AM_OK);
	assert_null(text.data);
	opened_close(&opened);
}

static void
test_subnodes_are_sorted(void **state)
{
	struct opened opened = {
		.built = built_make(
			"minimal\nfolder a { message {\n"
			"to <a@example.org>\n"
			"attachment one { nid 0x9025; data zero 10 }\n"
			"attachment two { nid 0x8025; data zero 9000 }\n} "
			"}\n")
	};
	const struct am_message *message;
	size_t i;

	(void)state;
	assert_int_equal(open_built(&opened, 0), AM_OK);
	message = opened.message;
	assert_int_equal(message->depth, 0);
	assert_null(message->parent);
	assert_true(message->subnode_count >= 4);
	for (i = 1; i < message->subnode_count; i++)
		assert_true(message->subnodes[i - 1].nid <
			    message->subnodes[i].nid);
	assert_int_equal(opened.report.count, 0);
	opened_close(&opened);
}

/* tricky A29: a message whose subnodes are gone is a message all the same. */
static void
test_subnodes_lost(void **state)
{
	struct opened opened = {
		.built = built_make("minimal\nfolder a { message {\n"
				    "subject here\nto <a@example.org>\n"
				    "attachment one { data zero 10 }\n} }\n")
	};
	struct am_attachment *attachments;
	struct am_recipient *recipients;
	struct am_text text;
	struct am_node node;
	size_t count;

	(void)state;
	assert_int_equal(open_built(&opened, 0), AM_OK);
	node = opened.message->node;
	node.bid_sub = 0x7ffffff2; /* not in the BBT */
	assert_int_equal(am_message_open(opened.store, &node, &opened.arena,
					 &opened.message, NULL),
			 AM_OK);
	assert_int_equal(opened.report.count, 1);
	assert_int_equal(
		am_message_text(opened.message, AM_PID_SUBJECT, &text, NULL),
		AM_OK);
	assert_non_null(strstr(text.data, "here"));
	assert_int_equal(am_message_attachments(opened.message, &attachments,
						&count, NULL),
			 AM_OK);
	assert_int_equal(count, 0);
	assert_int_equal(am_message_recipients(opened.message, &recipients,
					       &count, NULL),
			 AM_OK);
	assert_int_equal(count, 0);
	opened_close(&opened);
}

static void
test_what_does_not_open(void **state)
{
	struct opened opened = {
		.built = built_make("minimal\nfolder a { message { } }\n")
	};
	struct am_message *message = NULL;
	struct am_error err = { 0 };
	struct am_node node;

	(void)state;
	assert_int_equal(open_built(&opened, 0), AM_OK);
	node = opened.message->node;
	node.bid_data = 0;
	assert_int_equal(am_message_open(opened.store, &node, &opened.arena,
					 &message, &err),
			 AM_NOT_FOUND);
	assert_int_equal(err.nid, node.nid);
	node.bid_data = 0x7ffffff0; /* not in the BBT */
	assert_true(am_is_item_scoped(am_message_open(
		opened.store, &node, &opened.arena, &message, &err)));
	assert_int_equal(err.nid, node.nid);
	/* a table is no message */
	assert_int_equal(
		am_node_find(am_store_ndb(opened.store), 0x12d, &node, &err),
		AM_OK);
	assert_int_equal(am_message_open(opened.store, &node, &opened.arena,
					 &message, &err),
			 AM_CORRUPT);
	assert_null(message);
	opened_close(&opened);
}

/* The arena's end is an answer, wherever it comes. */
static void
test_small_arenas(void **state)
{
	struct opened opened = { .built = built_make(
					 "minimal\nfolder a { message {\n"
					 "subject \"a subject\"\n"
					 "to <a@example.org>\n} }\n") };
	struct am_node node;
	size_t limit;
	bool opens = false;

	(void)state;
	assert_int_equal(open_built(&opened, 0), AM_OK);
	node = opened.message->node;
	for (limit = 1; limit < (1 << 20) && !opens; limit += 97) {
		struct am_arena arena = { .limit = limit };
		struct am_message *message;
		struct am_error err = { 0 };
		const enum am_status status = am_message_open(
			opened.store, &node, &arena, &message, &err);

		assert_true(status == AM_OK || status == AM_LIMIT);
		opens = status == AM_OK &&
			strcmp(message->class_name, "IPM.Note") == 0;
		am_arena_free(&arena);
	}
	assert_true(opens);
	opened_close(&opened);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_codepage_ladder),
		cmocka_unit_test(test_class),
		cmocka_unit_test(test_texts),
		cmocka_unit_test(test_subnodes_are_sorted),
		cmocka_unit_test(test_subnodes_lost),
		cmocka_unit_test(test_what_does_not_open),
		cmocka_unit_test(test_small_arenas),
	};

	return cmocka_run_group_tests_name("messaging_message", tests, NULL,
					   NULL);
}
