/* pst/messaging/attachment: rows and objects, their order, data, embedded
 * messages. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "folder_text.h"

struct opened {
	struct built built;
	struct am_store *store;
	struct am_arena arena;
	struct am_report report;
	struct am_message *message;
	struct am_attachment *attachments;
	size_t count;
};

/* The attachments of the first message; block is the inside of its block. */
static struct opened
open_message(const char *block)
{
	struct opened opened = { 0 };
	struct am_node node;
	char recipe[4096];

	snprintf(recipe, sizeof(recipe),
		 "minimal\nfolder a { message {\n%s\n} }\n", block);
	opened.built = built_make(recipe);
	opened.store = built_open(&opened.built, NULL);
	node = built_message_node(opened.store, 0);
	if (am_message_open(opened.store, &node, &opened.arena, &opened.message,
			    NULL) != AM_OK)
		fail_msg("does not open: %s", block);
	return opened;
}

static void
attachments_get(struct opened *opened)
{
	/* opened has moved since it was made */
	opened->report.arena = &opened->arena;
	opened->message->arena = &opened->arena;
	am_store_set_report(opened->store, &opened->report);
	assert_int_equal(am_message_attachments(opened->message,
						&opened->attachments,
						&opened->count, NULL),
			 AM_OK);
}

static void
opened_close(struct opened *opened)
{
	am_store_close(opened->store);
	am_arena_free(&opened->arena);
	built_free(&opened->built);
}

/* The display name of each attachment in order, "?" when lost. */
static const struct {
	const char *name;
	const char *message;
	const char *names;
	bool finding;
} orders[] = {
	{ "by rendering position",
	  "attachment c { rendering 30; data zero 1 }\n"
	  "attachment a { rendering 10; data zero 1 }\n"
	  "attachment b { rendering 20; data zero 1 }",
	  "abc", false },
	{ "not rendered last, in the order of rows",
	  "attachment c { data zero 1 }\nattachment d { data zero 1 }\n"
	  "attachment a { rendering 0; data zero 1 }\n"
	  "attachment b { rendering 0; data zero 1 }",
	  "abcd", false },
	{ "positions are unsigned",
	  "attachment c { rendering 0xfffffffe; data zero 1 }\n"
	  "attachment a { rendering 0x10; data zero 1 }\n"
	  "attachment b { rendering 0x7fffffff; data zero 1 }\n"
	  "attachment d { rendering 0xffffffff; data zero 1 }",
	  "abcd", false },
	{ "without rows, by NID",
	  "attachment a { data zero 1 }\n"
	  "attachment c { nid 0x9045; no-row; data zero 1 }\n"
	  "attachment b { nid 0x9025; no-row; data zero 1 }",
	  "abc", false },
	{ "without a table",
	  "attachment-table none\n"
	  "attachment a { data zero 1 }\n"
	  "attachment b { data zero 1 }",
	  "ab", false },
	{ "a row whose object is gone",
	  "attachment a { rendering 1; data zero 1 }\n"
	  "attachment b { no-node; rendering 2; data zero 1 }\n"
	  "attachment c { rendering 3; data zero 1 }",
	  "a?c", true },
	{ "a table without rows", "attachment-table always", "", false },
};

static void
test_order(void **state)
{
	size_t i;
	size_t a;

	(void)state;
	for (i = 0; i < sizeof(orders) / sizeof(orders[0]); i++) {
		struct opened opened = open_message(orders[i].message);
		char names[16] = "";
		struct am_text text;

		attachments_get(&opened);
		for (a = 0; a < opened.count && a < 15; a++) {
			assert_int_equal(
				am_attachment_text(&opened.attachments[a],
						   AM_PID_ATTACH_LONG_FILENAME,
						   &text, NULL),
				AM_OK);
			names[a] = text.data != NULL ? text.data[0] : '?';
		}
		if (strcmp(names, orders[i].names) != 0)
			fail_msg("%s: %s", orders[i].name, names);
		if ((opened.report.count > 0) != orders[i].finding)
			fail_msg("%s: %d findings", orders[i].name,
				 (int)opened.report.count);
		opened_close(&opened);
	}
}

static const struct {
	const char *name;
	const char *attachment;
	enum am_attach_method method;
	enum am_status status; /* of am_attachment_open */
	const char *data;
} datas[] = {
	{ "by value", "data \"some text\"", AM_ATTACH_BY_VALUE, AM_OK,
	  "some text" },
	{ "no method, with data", "data abc; remove 0x3705", AM_ATTACH_BY_VALUE,
	  AM_OK, "abc" },
	{ "method 0, with data", "data abc; method 0", AM_ATTACH_BY_VALUE,
	  AM_OK, "abc" },
	{ "method 99, with data", "data abc; method 99", AM_ATTACH_BY_VALUE,
	  AM_OK, "abc" },
	{ "method 0, without data", "method 0", AM_ATTACH_NONE, AM_NOT_FOUND,
	  NULL },
	{ "by reference", "reference \"c:\\\\x\"", AM_ATTACH_BY_REFERENCE,
	  AM_NOT_FOUND, NULL },
	{ "by reference, with data", "reference \"c:\\\\x\"; data abc",
	  AM_ATTACH_BY_REFERENCE, AM_OK, "abc" },
	{ "web", "web \"https://example.org/x\"", AM_ATTACH_WEB_REFERENCE,
	  AM_NOT_FOUND, NULL },
	{ "OLE object", "ole \"a storage\"", AM_ATTACH_OLE, AM_OK,
	  "a storage" },
	{ "a message is no data", "message { subject x }", AM_ATTACH_EMBEDDED,
	  AM_NOT_FOUND, NULL },
	{ "empty", "data \"\"", AM_ATTACH_BY_VALUE, AM_OK, "" },
	{ "leads nowhere", "prop 0x3701:binary hnid 0x99985",
	  AM_ATTACH_BY_VALUE, AM_NOT_FOUND, NULL },
};

static void
test_data(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(datas) / sizeof(datas[0]); i++) {
		struct am_buf got = am_buf(1 << 20);
		struct am_stream *stream;
		struct opened opened;
		enum am_status status;
		char message[256];
		uint64_t size;

		snprintf(message, sizeof(message), "attachment x { %s }",
			 datas[i].attachment);
		opened = open_message(message);
		attachments_get(&opened);
		assert_int_equal(opened.count, 1);
		if (opened.attachments[0].method != datas[i].method)
			fail_msg("%s: method %d", datas[i].name,
				 (int)opened.attachments[0].method);
		status =
			am_attachment_open(&opened.attachments[0],
					   &opened.arena, &stream, &size, NULL);
		if (status != datas[i].status)
			fail_msg("%s: %s", datas[i].name,
				 am_status_name(status));
		if (status == AM_OK) {
			assert_int_equal(am_stream_read_all(stream, &got, NULL),
					 AM_OK);
			assert_string_equal(am_buf_text(&got), datas[i].data);
			assert_true(size == got.len);
			am_stream_close(stream);
		}
		am_buf_free(&got);
		opened_close(&opened);
	}
}

/* Larger than a data block: the stream goes over all of them. */
static void
test_large_data(void **state)
{
	struct opened opened = open_message(
		"attachment x { data repeat 100000 \"0123456789\" }");
	struct am_buf got = am_buf(1 << 20);
	struct am_stream *stream;
	uint64_t size;

	(void)state;
	attachments_get(&opened);
	assert_int_equal(am_attachment_open(&opened.attachments[0],
					    &opened.arena, &stream, &size,
					    NULL),
			 AM_OK);
	assert_int_equal(am_stream_read_all(stream, &got, NULL), AM_OK);
	assert_true(size == got.len);
	assert_true(got.len >= 100000);
	assert_memory_equal(got.data + 99990, "0123456789", 10);
	am_buf_free(&got);
	opened_close(&opened);
}

static void
test_embedded(void **state)
{
	struct opened opened =
		open_message("subject outer\nattachment x { message {\n"
			     "	subject inner; to <a@example.org>\n"
			     "	attachment y { message { subject innermost\n"
			     "		attachment z { data zero 20000 } } }\n"
			     "} }");
	struct am_attachment *attachments = NULL;
	struct am_recipient *recipients;
	struct am_message *message = NULL;
	struct am_text subject;
	size_t count = 0;

	(void)state;
	attachments_get(&opened);
	assert_int_equal(opened.attachments[0].method, AM_ATTACH_EMBEDDED);
	assert_int_equal(am_attachment_message(&opened.attachments[0],
					       &opened.arena, &message, NULL),
			 AM_OK);
	assert_int_equal(message->depth, 1);
	assert_ptr_equal(message->parent, opened.message);
	assert_int_equal(
		am_message_text(message, AM_PID_SUBJECT, &subject, NULL),
		AM_OK);
	assert_non_null(strstr(subject.data, "inner"));
	assert_int_equal(
		am_message_recipients(message, &recipients, &count, NULL),
		AM_OK);
	assert_int_equal(count, 1);
	assert_int_equal(
		am_message_attachments(message, &attachments, &count, NULL),
		AM_OK);
	assert_int_equal(count, 1);
	assert_int_equal(am_attachment_message(&attachments[0], &opened.arena,
					       &message, NULL),
			 AM_OK);
	assert_int_equal(message->depth, 2);
	assert_int_equal(
		am_message_attachments(message, &attachments, &count, NULL),
		AM_OK);
	assert_int_equal(count, 1);
	assert_int_equal(attachments[0].method, AM_ATTACH_BY_VALUE);
	assert_int_equal(opened.report.count, 0);
	opened_close(&opened);
}

/* Down through the nesting as far as it opens; the status there. */
static enum am_status
descend(struct opened *opened, unsigned *depth_out)
{
	struct am_message *message = opened->message;
	struct am_attachment *attachments;
	enum am_status status = AM_OK;
	size_t count;

	while (status == AM_OK) {
		*depth_out = message->depth;
		assert_int_equal(am_message_attachments(message, &attachments,
							&count, NULL),
				 AM_OK);
		if (count == 0)
			return AM_END;
		status = am_attachment_message(&attachments[0], &opened->arena,
					       &message, NULL);
	}
	return status;
}

static void
test_nesting(void **state)
{
	struct opened opened = open_message("attachment x { nested 64 }");
	unsigned depth;

	(void)state;
	attachments_get(&opened);
	opened.arena.limit = 64 << 20;
	assert_int_equal(descend(&opened, &depth), AM_END);
	assert_int_equal(depth, 64);
	opened_close(&opened);
	opened = open_message("attachment x { nested 70 }");
	attachments_get(&opened);
	opened.arena.limit = 64 << 20;
	assert_int_equal(descend(&opened, &depth), AM_LIMIT);
	assert_int_equal(depth, AM_MESSAGE_MAX_NESTING);
	opened_close(&opened);
}

/* A BID that is on the way already: with its lowest bit set it is the same. */
static void
test_contains_itself(void **state)
{
	struct opened opened =
		open_message("attachment x { message { subject inner } }");
	struct am_message *message = NULL;
	struct am_message outer;
	struct am_error err = { 0 };

	(void)state;
	attachments_get(&opened);
	assert_int_equal(am_attachment_message(&opened.attachments[0],
					       &opened.arena, &message, NULL),
			 AM_OK);
	outer = *opened.message;
	outer.node.bid_data = message->node.bid_data | 1;
	opened.attachments[0].message = &outer;
	assert_int_equal(am_attachment_message(&opened.attachments[0],
					       &opened.arena, &message, &err),
			 AM_CORRUPT);
	assert_non_null(strstr(err.text, "contains itself"));
	opened_close(&opened);
}

/* The object's subnode is not the attachment's; some writers leave it among
 * those of the message. And where the property is gone, the one message among
 * the attachment's subnodes is meant. */
static void
test_object_elsewhere(void **state)
{
	struct opened opened =
		open_message("attachment x { message { subject inner } }");
	struct am_node moved[2] = { { 0 } };
	struct am_message *message = NULL;
	struct am_node *nodes;
	struct am_error err = { 0 };
	size_t count;
	size_t i;

	(void)state;
	attachments_get(&opened);
	assert_int_equal(am_subnode_list(am_store_ndb(opened.store),
					 opened.attachments[0].node.bid_sub,
					 &opened.arena, &nodes, &count, NULL),
			 AM_OK);
	for (i = 0; i < count; i++)
		if (am_nid_type(nodes[i].nid) == AM_NID_TYPE_MESSAGE)
			moved[0] = nodes[i];
	assert_int_not_equal(moved[0].nid, 0);
	opened.message->subnodes = moved;
	opened.message->subnode_count = 1;
	opened.attachments[0].node.bid_sub = 0;
	assert_int_equal(am_attachment_message(&opened.attachments[0],
					       &opened.arena, &message, &err),
			 AM_OK);
	opened.message->subnode_count = 0;
	assert_int_equal(am_attachment_message(&opened.attachments[0],
					       &opened.arena, &message, &err),
			 AM_NOT_FOUND);
	opened_close(&opened);
}

/* Where PidTagAttachDataObject is gone, the one message among the attachment's
 * subnodes is meant. */
static void
test_object_without_property(void **state)
{
	struct opened opened =
		open_message("attachment x { message { subject inner } }\n"
			     "attachment y { method 5 }");
	struct am_message *message = NULL;

	(void)state;
	attachments_get(&opened);
	assert_int_equal(opened.count, 2);
	assert_int_equal(opened.attachments[1].method, AM_ATTACH_EMBEDDED);
	assert_int_equal(am_attachment_message(&opened.attachments[1],
					       &opened.arena, &message, NULL),
			 AM_NOT_FOUND);
	opened.attachments[1].node.bid_sub = opened.attachments[0].node.bid_sub;
	assert_int_equal(am_attachment_message(&opened.attachments[1],
					       &opened.arena, &message, NULL),
			 AM_OK);
	assert_string_equal(message->class_name, "IPM.Note");
	opened_close(&opened);
}

/* What the row says is used where the object is lost. */
static void
test_lost_object(void **state)
{
	struct opened opened = open_message(
		"attachment \"lost.txt\" { no-node; rendering 7; data abc }");
	struct am_message *message = NULL;
	struct am_stream *stream = NULL;
	struct am_text text;
	uint64_t size;

	(void)state;
	attachments_get(&opened);
	assert_int_equal(opened.count, 1);
	assert_null(opened.attachments[0].pc);
	assert_int_equal(opened.attachments[0].method, AM_ATTACH_BY_VALUE);
	assert_int_equal(opened.attachments[0].rendering_position, 7);
	assert_non_null(strstr(opened.attachments[0].row_name, "lost"));
	assert_int_equal(am_attachment_text(&opened.attachments[0],
					    AM_PID_DISPLAY_NAME, &text, NULL),
			 AM_OK);
	assert_null(text.data);
	assert_int_equal(am_attachment_open(&opened.attachments[0],
					    &opened.arena, &stream, &size,
					    NULL),
			 AM_NOT_FOUND);
	assert_int_equal(am_attachment_message(&opened.attachments[0],
					       &opened.arena, &message, NULL),
			 AM_NOT_FOUND);
	assert_int_equal(opened.report.count, 1);
	opened_close(&opened);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_order),
		cmocka_unit_test(test_data),
		cmocka_unit_test(test_large_data),
		cmocka_unit_test(test_embedded),
		cmocka_unit_test(test_nesting),
		cmocka_unit_test(test_contains_itself),
		cmocka_unit_test(test_object_elsewhere),
		cmocka_unit_test(test_object_without_property),
		cmocka_unit_test(test_lost_object),
	};

	return cmocka_run_group_tests_name("messaging_attachment", tests, NULL,
					   NULL);
}
