/* convert/rfc5322: reading address lists and message ids. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "convert/rfc5322.h"

static const struct {
	const char *name;
	const char *value;
	const char *list; /* name <address>; an address that is none: - */
} lists[] = {
	{ "empty", "", "" },
	{ "blanks", " \r\n\t", "" },
	{ "bare", "a@b.org", "<a@b.org>" },
	{ "angle", "<a@b.org>", "<a@b.org>" },
	{ "named", "Ann B <a@b.org>", "Ann B<a@b.org>" },
	{ "quoted", "\"B, Ann\" <a@b.org>", "B, Ann<a@b.org>" },
	{ "quoted pairs", "\"a \\\"b\\\" c\" <a@b.org>", "a \"b\" c<a@b.org>" },
	{ "two", "a@b.org, Carl <c@d.org>", "<a@b.org>Carl<c@d.org>" },
	{ "folded", "Ann\r\n\tB\r\n <a@b.org>", "Ann B<a@b.org>" },
	{ "a comment is the name", "a@b.org (Ann (B))", "Ann (B)<a@b.org>" },
	{ "a comment beside a name", "Ann (home) <a@b.org>", "Ann<a@b.org>" },
	{ "a group", "Team: a@b.org, <c@d.org>;", "<a@b.org><c@d.org>" },
	{ "an empty group", "undisclosed-recipients:;", "" },
	{ "a route", "<@x,@y:a@b.org>", "<a@b.org>" },
	{ "empty members", ",, a@b.org ,,", "<a@b.org>" },
	{ "semicolons between", "a@b.org; c@d.org", "<a@b.org><c@d.org>" },
	{ "quoted local part", "\"a b\"@c.org", "-a b@c.org" },
	{ "spaces in an address", "a @ b.org", "<a@b.org>" },
	{ "no address", "Ann B", "-Ann B" },
	{ "no address in angles", "Ann <none>", "-Ann" },
	{ "an empty angle", "Ann <>", "-Ann" },
	{ "a quote that does not end", "\"Ann <a@b.org>", "-Ann <a@b.org>" },
	{ "an angle that does not end", "Ann <a@b.org", "Ann<a@b.org>" },
	{ "a comment that does not end", "a@b.org (Ann", "Ann<a@b.org>" },
	{ "a backslash at the end", "\"Ann\\", "-Ann\\" },
	{ "UTF-8", "\xc3\x89lodie <e@x.fr>", "\xc3\x89lodie<e@x.fr>" },
	{ "controls", "An\x01n <a\x02@b.org>", "Ann<a@b.org>" },
};

static void
list_text(const char *value, char *text, size_t size)
{
	struct am_arena arena = { 0 };
	struct am_address *list;
	struct am_error err;
	size_t count;
	size_t used = 0;
	size_t i;

	assert_int_equal(am_rfc5322_addresses(&arena, am_bytes_of(value), &list,
					      &count, &err),
			 AM_OK);
	text[0] = '\0';
	for (i = 0; i < count; i++)
		used += (size_t)snprintf(text + used, size - used,
					 list[i].address != NULL ? "%s<%s>"
								 : "-%s",
					 list[i].name, list[i].address);
	am_arena_free(&arena);
}

static void
test_lists(void **state)
{
	char text[512];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
		print_message("%s\n", lists[i].name);
		list_text(lists[i].value, text, sizeof(text));
		assert_string_equal(text, lists[i].list);
	}
}

static void
test_list_limit(void **state)
{
	struct am_arena arena = { .limit = 64 << 20 };
	struct am_buf value = am_buf(4 << 20);
	struct am_address *list;
	struct am_error err;
	size_t count;
	size_t i;

	(void)state;
	for (i = 0; i < AM_RFC5322_MAX_ADDRESSES + 5; i++)
		am_buf_add_text(&value, "a@b,");
	assert_int_equal(am_rfc5322_addresses(&arena, am_buf_bytes(&value),
					      &list, &count, &err),
			 AM_OK);
	assert_int_equal(count, AM_RFC5322_MAX_ADDRESSES);
	assert_string_equal(list[count - 1].address, "a@b");
	am_buf_free(&value);
	am_arena_free(&arena);
}

static const struct {
	const char *name;
	const char *value;
	const char *id; /* NULL: none */
} ids[] = {
	{ "plain", "<a@b>", "<a@b>" },
	{ "blanks around", "\r\n <a@b> \r\n", "<a@b>" },
	{ "a comment behind", "<a@b> (x)", "<a@b>" },
	{ "no at", "<abc>", "<abc>" },
	{ "no brackets", "a@b", NULL },
	{ "empty", "", NULL },
	{ "nothing inside", "<>", NULL },
	{ "a space inside", "<a b@c>", NULL },
	{ "a bracket inside", "<a<b@c>", "<b@c>" },
	{ "8-bit inside", "<\xc3\xa9@c>", NULL },
	{ "a control inside", "<a\x01@c>", NULL },
	{ "the first of two", "<a@b> <c@d>", "<a@b>" },
	{ "the second when the first is none", "<a b> <c@d>", "<c@d>" },
	{ "not closed", "<a@b", NULL },
};

static void
test_ids(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(ids) / sizeof(ids[0]); i++) {
		struct am_bytes id;
		const bool found =
			am_rfc5322_message_id(am_bytes_of(ids[i].value), &id);

		print_message("%s\n", ids[i].name);
		assert_int_equal(found, ids[i].id != NULL);
		if (found)
			assert_true(am_bytes_equal(id, am_bytes_of(ids[i].id)));
	}
}

static void
test_long_id(void **state)
{
	char text[AM_MESSAGE_ID_MAX + 2];
	struct am_bytes id;

	(void)state;
	memset(text, 'x', sizeof(text));
	text[0] = '<';
	text[AM_MESSAGE_ID_MAX - 1] = '>';
	assert_true(am_rfc5322_message_id(am_bytes(text, sizeof(text)), &id));
	assert_int_equal(id.len, AM_MESSAGE_ID_MAX);
	text[AM_MESSAGE_ID_MAX - 1] = 'x';
	text[AM_MESSAGE_ID_MAX] = '>';
	assert_false(am_rfc5322_message_id(am_bytes(text, sizeof(text)), &id));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lists),
		cmocka_unit_test(test_list_limit),
		cmocka_unit_test(test_ids),
		cmocka_unit_test(test_long_id),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
