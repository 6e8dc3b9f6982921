/* pst/messaging/store: what a store says of itself, and what it says when its
 * own node is gone. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/alloc.h"
#include "folder_text.h"

static const struct {
	const char *name;
	const char *recipe;
	unsigned option; /* code page */
	const char *format;
	const char *client;
	const char *encoding;
	unsigned codepage;
	bool password;
	const char *display_name;
} cases[] = {
	{ "usual", "store-name \"Mail of \\u{00c9}va\"\n", 0, "Unicode", "PST",
	  "permute", 1252, false, "Mail of \xc3\x89va" },
	{ "ANSI, high encoding", "format ansi\ncrypt cyclic\n", 0, "ANSI",
	  "PST", "cyclic", 1252, false, "Personal Folders" },
	{ "4K OST", "format ost4k\nclient SO\n", 0, "4K", "OST", "none", 1252,
	  false, "Personal Folders" },
	{ "PAB", "format ansi\nclient AB\ncrypt none\n", 0, "ANSI", "PAB",
	  "none", 1252, false, "Personal Folders" },
	{ "password", "password secret\n", 0, "Unicode", "PST", "permute", 1252,
	  true, "Personal Folders" },
	{ "no password in an OST", "client SO\nstore { prop 0x67FF:i32 -1 }\n",
	  0, "Unicode", "OST", "permute", 1252, false, "Personal Folders" },
	{ "that password in a PST", "store { prop 0x67FF:i32 -1 }\n", 0,
	  "Unicode", "PST", "permute", 1252, true, "Personal Folders" },
	{ "code page of the store",
	  "format ansi\ncodepage 1251\nstore { prop 0x66C3:i32 1251 }\n"
	  "store-name \"\\u{0414}\"\n",
	  0, "ANSI", "PST", "permute", 1251, false, "\xd0\x94" },
	{ "code page by option", "format ansi\n", 1250, "ANSI", "PST",
	  "permute", 1250, false, "Personal Folders" },
	{ "the option before the store",
	  "format ansi\nstore { prop 0x66C3:i32 1251 }\n", 1250, "ANSI", "PST",
	  "permute", 1250, false, "Personal Folders" },
	{ "code page that is none", "store { prop 0x66C3:i32 1200 }\n", 0,
	  "Unicode", "PST", "permute", 1252, false, "Personal Folders" },
	{ "code page that nobody knows", "store { prop 0x66C3:i32 99999 }\n",
	  77777, "Unicode", "PST", "permute", 1252, false, "Personal Folders" },
	{ "no name", "store { remove 0x3001 }\n", 0, "Unicode", "PST",
	  "permute", 1252, false, "" },
};

static void
test_info(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct am_store_options options = {
			.codepage = cases[i].option
		};
		struct built built = built_make(cases[i].recipe);
		struct am_store *store = built_open(&built, &options);
		const struct am_store_info *info = am_store_info(store);

		if (strcmp(info->format, cases[i].format) != 0 ||
		    strcmp(info->client, cases[i].client) != 0 ||
		    strcmp(info->encoding, cases[i].encoding) != 0 ||
		    strcmp(info->display_name, cases[i].display_name) != 0 ||
		    info->codepage != cases[i].codepage ||
		    info->password != cases[i].password)
			fail_msg("%s: %s, %s, %s, %u, %d, \"%s\"",
				 cases[i].name, info->format, info->client,
				 info->encoding, info->codepage, info->password,
				 info->display_name);
		assert_true(info->has_record_key);
		assert_true(info->file_size == built.len);
		assert_int_equal(am_store_finding_count(store), 0);
		assert_null(am_store_finding(store, 0));
		am_store_close(store);
		built_free(&built);
	}
}

static const struct {
	const char *name;
	const char *raw;
	size_t len;
	uint32_t nid;
} ids[] = {
	{ "own", "\0\0\0\0KEYKEYKEYKEYKEYK\x62\x80\0\0", 24, 0x8062 },
	{ "of another store", "\0\0\0\0KEYKEYKEYKEYKEYX\x62\x80\0\0", 24, 0 },
	{ "too short", "\0\0\0\0KEYKEYKEYKEYKEYK\x62\x80\0", 23, 0 },
	{ "too long", "\0\0\0\0KEYKEYKEYKEYKEYK\x62\x80\0\0\0", 25, 0 },
	{ "empty", "", 0, 0 },
};

static void
test_entry_ids(void **state)
{
	struct built built =
		built_make("minimal\nstore { prop 0x0FF9:binary hex "
			   "\"4B45594B45594B45594B45594B45594B\" }\n");
	struct am_store *store = built_open(&built, NULL);
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(ids) / sizeof(ids[0]); i++) {
		const uint32_t nid = am_store_entryid_nid(
			store, am_bytes(ids[i].raw, ids[i].len));

		if (nid != ids[i].nid)
			fail_msg("%s: %#x", ids[i].name, nid);
	}
	am_store_close(store);
	built_free(&built);
}

/* Without a record key no entry id is known to be of this store. */
static void
test_no_record_key(void **state)
{
	static const char *const recipes[] = {
		"minimal\nstore { remove 0x0FF9 }\n",
		"minimal\nstore { prop 0x0FF9:binary hex \"4B45\" }\n",
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(recipes) / sizeof(recipes[0]); i++) {
		struct built built = built_make(recipes[i]);
		struct am_store *store = built_open(&built, NULL);

		assert_false(am_store_info(store)->has_record_key);
		assert_int_equal(
			am_store_entryid_nid(store, am_bytes(ids[0].raw, 24)),
			0);
		am_store_close(store);
		built_free(&built);
	}
}

static void
test_without_node_0x21(void **state)
{
	struct built built =
		built_make("minimal\nno-store\nno-name-map\n"
			   "folder a { message { subject \"still here\" } }\n");
	struct am_store *store = built_open(&built, NULL);
	const struct am_node node = built_message_node(store, 0);
	struct am_arena arena = { 0 };
	struct am_message *message;
	struct am_text subject;

	(void)state;
	assert_string_equal(am_store_info(store)->display_name, "");
	assert_int_equal(am_store_info(store)->codepage, 1252);
	assert_false(am_store_info(store)->password);
	assert_int_equal(am_store_finding_count(store), 2);
	assert_true(folder_has_finding(store, "store: "));
	assert_true(folder_has_finding(store, "named-map: "));
	assert_int_equal(am_store_named(store, AM_PSETID_COMMON, 0x8578), 0);
	assert_int_equal(am_message_open(store, &node, &arena, &message, NULL),
			 AM_OK);
	assert_int_equal(
		am_message_text(message, AM_PID_SUBJECT, &subject, NULL),
		AM_OK);
	assert_non_null(strstr(subject.data, "still here"));
	am_arena_free(&arena);
	am_store_close(store);
	built_free(&built);
}

static void
test_reports(void **state)
{
	struct built built = built_make("minimal\n");
	struct am_store *store = built_open(&built, NULL);
	struct am_arena arena = { 0 };
	struct am_report item = { .arena = &arena };
	struct am_report *own = am_store_report(store);

	(void)state;
	am_report_note(own, "kind", "first");
	am_report_note(own, "kind", "second");
	assert_string_equal(am_store_finding(store, 0), "kind: first");
	assert_string_equal(am_store_finding(store, 1), "kind: second");
	assert_null(am_store_finding(store, 2));
	assert_int_equal(am_store_finding_count(store), 2);
	am_store_set_report(store, &item);
	assert_ptr_equal(am_store_report(store), &item);
	assert_ptr_equal(am_ndb_report(am_store_ndb(store)), &item);
	am_store_set_report(store, NULL);
	assert_ptr_equal(am_store_report(store), own);
	am_arena_free(&arena);
	am_store_close(store);
	built_free(&built);
}

static void
test_what_is_no_store(void **state)
{
	static const char text[] = "From: nobody\n\nThis is no PST at all.\n";
	struct am_source *source;
	struct am_store *store = NULL;
	struct am_error err;

	(void)state;
	assert_int_equal(
		am_store_open("/nonexistent/x.pst", NULL, &store, &err),
		AM_NOT_FOUND);
	assert_int_equal(am_store_open("/", NULL, &store, &err),
			 AM_UNSUPPORTED);
	assert_int_equal(
		am_source_of_bytes(am_bytes(text, sizeof(text)), &source, &err),
		AM_OK);
	/* the source is closed on failure too (the sanitizer sees it) */
	assert_int_equal(am_store_open_source(source, NULL, &store, &err),
			 AM_UNSUPPORTED);
	assert_true(strlen(err.text) > 0);
	assert_null(store);
	am_store_close(NULL);
}

/* All of the layer, once. */
static enum am_status
use_everything(const struct built *built)
{
	const struct am_folder *folders;
	struct am_attachment *attachments;
	struct am_recipient *recipients;
	struct am_source *source;
	struct am_arena arena = { 0 };
	struct am_message *message;
	struct am_message *inner;
	struct am_store *store;
	struct am_node node;
	enum am_status status;
	size_t count;

	status = am_source_of_bytes(am_bytes(built->data, built->len), &source,
				    NULL);
	if (status != AM_OK)
		return status;
	status = am_store_open_source(source, NULL, &store, NULL);
	if (status != AM_OK)
		return status;
	status = am_store_folders(store, &folders, &count, NULL);
	if (status == AM_OK)
		status = am_node_find(am_store_ndb(store), 0x200024, &node,
				      NULL);
	if (status == AM_OK)
		status = am_message_open(store, &node, &arena, &message, NULL);
	if (status == AM_OK)
		status = am_message_recipients(message, &recipients, &count,
					       NULL);
	if (status == AM_OK)
		status = am_message_attachments(message, &attachments, &count,
						NULL);
	if (status == AM_OK)
		status = am_attachment_message(&attachments[0], &arena, &inner,
					       NULL);
	am_arena_free(&arena);
	am_store_close(store);
	return status;
}

/* The n-th allocation fails, and all after it: AM_NOMEM, nothing lost or
 * freed twice (the sanitizer sees it), until there are enough of them. */
static void
test_torture(void **state)
{
	struct built built = built_make(
		"format ansi\nminimal\nfolder a { role inbox\n"
		"message { nid 0x200024; to <a@example.org>\n"
		"	prop PSETID_Common/0x8578:i32 1\n"
		"	attachment x { message { subject inner } } } }\n");
	enum am_status status = AM_NOMEM;
	unsigned long n;

	(void)state;
	for (n = 1; n < 100000 && status != AM_OK; n++) {
		am_alloc_fail_after(n);
		status = use_everything(&built);
		am_alloc_fail_after(0);
		if (status != AM_OK && status != AM_NOMEM)
			fail_msg("allocation %lu: %s", n,
				 am_status_name(status));
	}
	assert_int_equal(status, AM_OK);
	assert_true(n > 20);
	built_free(&built);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_info),
		cmocka_unit_test(test_entry_ids),
		cmocka_unit_test(test_no_record_key),
		cmocka_unit_test(test_without_node_0x21),
		cmocka_unit_test(test_reports),
		cmocka_unit_test(test_what_is_no_store),
		cmocka_unit_test(test_torture),
	};

	return cmocka_run_group_tests_name("messaging_store", tests, NULL,
					   NULL);
}
