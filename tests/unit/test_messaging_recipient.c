/* pst/messaging/recipient: the rows of the recipient table. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "folder_text.h"

enum { MAX_ROWS = 4 };

static const struct {
	const char *name;
	const char *message;
	size_t count;
	struct {
		uint32_t raw_type;
		enum am_recipient_type type;
		const char *name;
		const char *address_type;
		const char *email;
		const char *smtp;
		const char *sip;
	} rows[MAX_ROWS];
	bool finding;
} cases[] = {
	{ "to, cc and bcc",
	  "to \"Ann\" <ann@example.org>; cc <bob@example.org>\n"
	  "bcc \"Carl\" <carl@example.org>",
	  3,
	  { { 1, AM_RECIPIENT_TO, "Ann", "SMTP", "ann@example.org", NULL, "" },
	    { 2, AM_RECIPIENT_CC, NULL, "SMTP", "bob@example.org", NULL, "" },
	    { 3, AM_RECIPIENT_BCC, "Carl", "SMTP", "carl@example.org", NULL,
	      "" } },
	  false },
	{ "Exchange",
	  "to \"Dora\" ex \"/o=A/ou=B/cn=dora\" <dora@example.org> {\n"
	  "	prop 0x5FE5:string \"sip:dora@example.org\" }",
	  1,
	  { { 1, AM_RECIPIENT_TO, "Dora", "EX", "/o=A/ou=B/cn=dora",
	      "dora@example.org", "sip:dora@example.org" } },
	  false },
	{ "other columns with a name",
	  "to \"x\" <a@example.org> { remove 0x3001; remove 0x3A20\n"
	  "	prop 0x5FF6:string \"five\" }\n"
	  "to \"y\" <b@example.org> { prop 0x3001:string \"\"\n"
	  "	remove 0x5FF6; prop 0x3A20:string \"three\" }",
	  2,
	  { { 1, AM_RECIPIENT_TO, "five", "SMTP", "a@example.org", NULL, "" },
	    { 1, AM_RECIPIENT_TO, "three", "SMTP", "b@example.org", NULL,
	      "" } },
	  false },
	{ "flag bits in the type",
	  "to <a@example.org> { prop 0x0C15:i32 0x10000001 }\n"
	  "cc <b@example.org> { prop 0x0C15:i32 -2147483646 }",
	  2,
	  { { 0x10000001, AM_RECIPIENT_TO, NULL, "SMTP", "a@example.org", NULL,
	      "" },
	    { 0x80000002, AM_RECIPIENT_CC, NULL, "SMTP", "b@example.org", NULL,
	      "" } },
	  false },
	{ "no type is To",
	  "cc <a@example.org> { remove 0x0C15 }",
	  1,
	  { { 1, AM_RECIPIENT_TO, NULL, "SMTP", "a@example.org", NULL, "" } },
	  false },
	{ "no table",
	  "to <a@example.org>; recipient-table none",
	  0,
	  { { 0 } },
	  false },
	{ "a table without rows",
	  "recipient-table always",
	  0,
	  { { 0 } },
	  false },
	{ "a cell that leads nowhere",
	  "to \"Ann\" <ann@example.org> { prop 0x3003:string hnid 0xFFE0 }\n"
	  "to \"Bob\" <bob@example.org>",
	  2,
	  { { 1, AM_RECIPIENT_TO, "Ann", "SMTP", "", NULL, "" },
	    { 1, AM_RECIPIENT_TO, "Bob", "SMTP", "bob@example.org", NULL,
	      "" } },
	  true },
};

static void
text_check(const char *name, const char *got, const char *want)
{
	if (want != NULL && strcmp(got, want) != 0)
		fail_msg("%s: got \"%s\", want \"%s\"", name, got, want);
}

static void
test_cases(void **state)
{
	size_t i;
	size_t r;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct am_arena arena = { 0 };
		struct am_report report = { .arena = &arena };
		struct am_recipient *recipients;
		struct am_message *message;
		struct am_store *store;
		struct built built;
		struct am_node node;
		char recipe[1024];
		size_t count;

		snprintf(recipe, sizeof(recipe),
			 "minimal\nfolder a { message {\n%s\n} }\n",
			 cases[i].message);
		built = built_make(recipe);
		store = built_open(&built, NULL);
		am_store_set_report(store, &report);
		node = built_message_node(store, 0);
		assert_int_equal(
			am_message_open(store, &node, &arena, &message, NULL),
			AM_OK);
		assert_int_equal(am_message_recipients(message, &recipients,
						       &count, NULL),
				 AM_OK);
		if (count != cases[i].count)
			fail_msg("%s: %zu rows", cases[i].name, count);
		for (r = 0; r < count; r++) {
			const struct am_recipient *got = &recipients[r];

			if (got->raw_type != cases[i].rows[r].raw_type ||
			    got->type != cases[i].rows[r].type)
				fail_msg("%s: type %#x", cases[i].name,
					 got->raw_type);
			text_check(cases[i].name, got->name,
				   cases[i].rows[r].name);
			text_check(cases[i].name, got->address_type,
				   cases[i].rows[r].address_type);
			text_check(cases[i].name, got->email,
				   cases[i].rows[r].email);
			text_check(cases[i].name, got->smtp,
				   cases[i].rows[r].smtp);
			text_check(cases[i].name, got->sip,
				   cases[i].rows[r].sip);
		}
		if ((report.count > 0) != cases[i].finding)
			fail_msg("%s: %d findings", cases[i].name,
				 (int)report.count);
		am_store_close(store);
		am_arena_free(&arena);
		built_free(&built);
	}
}

/* Many rows: in their order, whatever they are numbered. */
static void
test_many(void **state)
{
	enum { COUNT = 500 };
	struct am_buf recipe = am_buf(1 << 20);
	struct am_arena arena = { 0 };
	struct am_recipient *recipients;
	struct am_message *message;
	struct am_store *store;
	struct built built;
	struct am_node node;
	size_t count;
	size_t i;

	(void)state;
	am_buf_add_text(&recipe, "minimal\nfolder a { message {\n");
	for (i = 0; i < COUNT; i++)
		am_buf_printf(&recipe,
			      "to \"n%zu\" <a%zu@example.org> {\n"
			      "prop 0x5FDF:i32 %zu\n"
			      "prop 0x0FFF:binary hex \"%08zX\" }\n",
			      i, i, COUNT - i, i);
	am_buf_add_text(&recipe, "} }\n");
	built = built_make(am_buf_text(&recipe));
	store = built_open(&built, NULL);
	node = built_message_node(store, 0);
	assert_int_equal(am_message_open(store, &node, &arena, &message, NULL),
			 AM_OK);
	assert_int_equal(
		am_message_recipients(message, &recipients, &count, NULL),
		AM_OK);
	assert_int_equal(count, COUNT);
	for (i = 0; i < COUNT; i++) {
		char name[32];

		snprintf(name, sizeof(name), "n%zu", i);
		assert_string_equal(recipients[i].name, name);
		assert_int_equal(recipients[i].order, COUNT - i);
		assert_int_equal(recipients[i].entry_id.len, 4);
		assert_int_equal(recipients[i].entry_id.data[3], i & 0xff);
	}
	am_store_close(store);
	am_arena_free(&arena);
	am_buf_free(&recipe);
	built_free(&built);
}

/* Without PidTagRecipientOrder the order is the row's place; entry ids come
 * from the second column where the first is empty. */
static void
test_order_and_entry_id(void **state)
{
	struct built built =
		built_make("minimal\nfolder a { message {\n"
			   "to <a@example.org> { remove 0x5FDF }\n"
			   "to <b@example.org> { remove 0x5FDF; remove 0x0FFF\n"
			   "	prop 0x5FF7:binary hex \"0102\"\n"
			   "	prop 0x300B:binary hex \"030405\" }\n} }\n");
	struct am_store *store = built_open(&built, NULL);
	const struct am_node node = built_message_node(store, 0);
	struct am_arena arena = { 0 };
	struct am_recipient *recipients;
	struct am_message *message;
	size_t count;

	(void)state;
	assert_int_equal(am_message_open(store, &node, &arena, &message, NULL),
			 AM_OK);
	assert_int_equal(
		am_message_recipients(message, &recipients, &count, NULL),
		AM_OK);
	assert_int_equal(count, 2);
	assert_int_equal(recipients[0].order, 0);
	assert_int_equal(recipients[1].order, 1);
	assert_int_equal(recipients[1].entry_id.len, 2);
	assert_int_equal(recipients[1].entry_id.data[1], 2);
	assert_int_equal(recipients[1].search_key.len, 3);
	am_store_close(store);
	am_arena_free(&arena);
	built_free(&built);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cases),
		cmocka_unit_test(test_many),
		cmocka_unit_test(test_order_and_entry_id),
	};

	return cmocka_run_group_tests_name("messaging_recipient", tests, NULL,
					   NULL);
}
