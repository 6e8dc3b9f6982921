/* mime/address: validity, phrases, groups, folding. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "mime/field.h"
#include "mime_decode.h"

#define A20 "aaaaaaaaaaaaaaaaaaaa"
#define A60 A20 A20 A20
#define A300 A60 A60 A60 A60 A60

static void
test_validity(void **state)
{
	static const struct {
		const char *address;
		bool valid;
	} cases[] = {
		{ "a@b", true },
		{ "ann.lee+tag@example.org", true },
		{ "o'neil@example.org", true },
		{ "\"a b\"@example.org", false },
		{ "\"a,b\"@example.org", true },
		{ "\"a@b\"@example.org", true },
		{ "\"a\\\"b\"@example.org", true },
		{ "a..b@example.org", true }, /* gets quotes */
		{ "(a)@example.org", true },
		{ "a@[192.0.2.1]", true },
		{ "a@[IPv6:2001:db8::1]", true },
		{ "a@host_with_underscore", true },
		{ "a@b\xc3\xbc\x63her.example", true },
		{ "b\xc3\xbc@example.org", false },
		{ "", false },
		{ "a", false },
		{ "@b", false },
		{ "a@", false },
		{ "a@b@c", false },
		{ "a@b,c@d", false },
		{ "a@b;c@d", false },
		{ "a,b@c", false },
		{ "a b@c", false },
		{ "a@b c", false },
		{ "a@b.", false },
		{ "a@.b", false },
		{ "a@b..c", false },
		{ "a@b(c)", false },
		{ "a@b>", false },
		{ "<a@b>", false },
		{ "a\r\n@b", false },
		{ "a@b\r\nBcc: c", false },
		{ "a\t@b", false },
		{ "a\x7f@b", false },
		{ "\"a@b", false },
		{ "\"a\\@b", false },
		{ "\"a\\>b\"@example.org", false },
		{ "\"a\\,@b\"@example.org", true },
		{ "\"a@example.org\\", false },
		{ "a@[1]x", false },
		{ "a@[", false },
		{ "a@[]", false },
		{ "a@[\\]", false },
		{ "a@b\xff", false },
		{ A300 "@bbbbbbbbbbbbbbbbbbb", true },
		{ A300 "@bbbbbbbbbbbbbbbbbbbb", false },
		{ "/O=ORG/OU=EXCHANGE/CN=RECIPIENTS/CN=ANN", false },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		if (am_address_is_valid(cases[i].address) != cases[i].valid)
			fail_msg("%s", cases[i].address);
}

static void
test_one(void **state)
{
	static const struct {
		const char *title, *name, *address, *field;
	} cases[] = {
		{ "bare", NULL, "a@b", "To: a@b\r\n" },
		{ "empty name", "", "a@b", "To: a@b\r\n" },
		{ "blank name", " \r\n ", "a@b", "To: a@b\r\n" },
		{ "atoms", "Ann Lee", "a@b", "To: Ann Lee <a@b>\r\n" },
		{ "specials", "Lee, Ann", "a@b", "To: \"Lee, Ann\" <a@b>\r\n" },
		{ "dot", "Ann B. Lee", "a@b", "To: \"Ann B. Lee\" <a@b>\r\n" },
		{ "quotes and backslash", "Ann \"A\\\" Lee", "a@b",
		  "To: \"Ann \\\"A\\\\\\\" Lee\" <a@b>\r\n" },
		{ "two spaces", "Ann  Lee", "a@b",
		  "To: \"Ann  Lee\" <a@b>\r\n" },
		{ "not ASCII", "Ann L\xc3\xa9\xc3\xa9 of the Green Hill", "a@b",
		  "To: =?UTF-8?Q?Ann_L=C3=A9=C3=A9_of_the_Green_Hill?= "
		  "<a@b>\r\n" },
		{ "looks encoded", "=?x?Q?y?=", "a@b",
		  "To: =?UTF-8?B?PT94P1E/eT89?= <a@b>\r\n" },
		{ "injection", "Ann\r\nBcc: c@d\r\n\r\n", "a@b",
		  "To: \"Ann Bcc: c@d\" <a@b>\r\n" },
		{ "local part gets quotes", NULL, "a..b@c",
		  "To: \"a..b\"@c\r\n" },
		{ "escapes in it", "N", "a\\(b)@c",
		  "To: N <\"a\\\\(b)\"@c>\r\n" },
		{ "quoted already", NULL, "\"a\\\"b\"@c",
		  "To: \"a\\\"b\"@c\r\n" },
		{ "half quoted", NULL, "\"a\"b@c", "To: \"\\\"a\\\"b\"@c\r\n" },
		{ "domain outside ASCII", NULL, "a@B\xc3\xbc\x63her.de",
		  "To: a@xn--bcher-kva.de\r\n" },
		{ "group", "Team", NULL, "To: Team:;\r\n" },
		{ "group with specials", "Team: A", NULL,
		  "To: \"Team: A\":;\r\n" },
		{ "group outside ASCII", "Kr\xc3\xa4utertees", NULL,
		  "To: =?UTF-8?Q?Kr=C3=A4utertees?= :;\r\n" },
		{ "neither", NULL, NULL, "" },
		{ "invalid with name", "Ann", "/o=x/cn=ann", "To: Ann:;\r\n" },
		{ "invalid without name", NULL, "/o=x/cn=a nn\r\n",
		  "To: /o=x/cn=a nn:;\r\n" },
		{ "invalid, of controls only", NULL, "\x01", "" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct am_address address = { cases[i].name,
						    cases[i].address };
		struct am_buf out = am_buf(1000);

		am_field_addresses(&out, "To", &address, 1);
		if (strcmp(am_buf_text(&out), cases[i].field) != 0)
			fail_msg("%s: %s", cases[i].title, am_buf_text(&out));
		am_buf_free(&out);
	}
}

static void
test_lists(void **state)
{
	static const struct am_address list[] = {
		{ "Ann Lee", "ann@example.org" },
		{ NULL, NULL },
		{ NULL, "bob@example.org" },
		{ "Team", NULL },
		{ "Somebody with quite a long name, and a comma",
		  "somebody.with.a.long.address@long-domain.example.org" },
		{ NULL, "c@d" },
	};
	struct am_buf out = am_buf(1000);

	(void)state;
	am_field_addresses(&out, "Cc", list, 6);
	assert_string_equal(
		am_buf_text(&out),
		"Cc: Ann Lee <ann@example.org>, bob@example.org, Team:;,\r\n"
		" \"Somebody with quite a long name, and a comma\"\r\n"
		" <somebody.with.a.long.address@long-domain.example.org>, "
		"c@d\r\n");
	am_buf_clear(&out);
	am_field_addresses(&out, "Cc", list, 0);
	assert_string_equal(am_buf_text(&out), "");
	am_field_addresses(&out, "Cc", list + 1, 1);
	assert_string_equal(am_buf_text(&out), "");
	am_buf_free(&out);
}

/* However names and addresses are, lines stay short and the field one. */
static void
test_random(void **state)
{
	static struct decoded line;
	static const char *const pieces[] = {
		"Ann",
		" ",
		"Lee",
		",",
		"\"",
		"\\",
		"\xc3\xa9",
		"<",
		">",
		"=?",
		"?=",
		"\r\n",
		"@",
		".",
		A20,
		A60,
		"\xf0\x9f\x98\x80",
		"(",
		":",
		";",
		"\x01",
		"\xff",
		"  ",
	};
	const size_t count = sizeof(pieces) / sizeof(pieces[0]);
	uint32_t seed = 9;
	size_t round, i;

	(void)state;
	for (round = 0; round < 2000; round++) {
		struct am_buf names[4], addresses[4];
		struct am_address list[4];
		struct am_buf out = am_buf(100000);

		for (i = 0; i < 4; i++) {
			size_t left = pseudo_random(&seed) % 12;

			names[i] = am_buf(1000);
			addresses[i] = am_buf(1000);
			while (left-- > 0) {
				am_buf_add_text(
					&names[i],
					pieces[pseudo_random(&seed) % count]);
				am_buf_add_text(
					&addresses[i],
					pieces[pseudo_random(&seed) % count]);
			}
			if (round % 2 == 0)
				am_buf_add_text(&addresses[i], "@example.org");
			list[i].name = am_buf_text(&names[i]);
			list[i].address = am_buf_text(&addresses[i]);
		}
		am_field_addresses(&out, "To", list, 4);
		line.len = 0;
		if (out.len > 0 &&
		    !decode_unfold(am_buf_text(&out), out.len, 340, &line))
			fail_msg("round %zu: %s", round, am_buf_text(&out));
		for (i = 0; i < 4; i++) {
			am_buf_free(&names[i]);
			am_buf_free(&addresses[i]);
		}
		am_buf_free(&out);
	}
}

static void
test_long_name(void **state)
{
	static struct decoded line, back;
	const struct am_address address = { A300 " " A300, "a@b" };
	struct am_buf out = am_buf(10000);
	const char *end;

	(void)state;
	am_field_addresses(&out, "To", &address, 1);
	line.len = 0;
	back.len = 0;
	assert_true(decode_unfold(am_buf_text(&out), out.len, 76, &line));
	end = strstr((const char *)line.data, " <a@b>");
	assert_non_null(end);
	line.data[end - (const char *)line.data] = '\0';
	decode_text((const char *)line.data + 4, &back);
	assert_string_equal((const char *)back.data, A300 " " A300);
	am_buf_free(&out);
}

static void
test_buffer_too_small(void **state)
{
	const struct am_address list[] = { { "Ann", "ann@example.org" },
					   { "Bob", "bob@example.org" } };
	struct am_buf out = am_buf(40);

	(void)state;
	am_field_addresses(&out, "To", list, 2);
	assert_int_equal(am_buf_status(&out, NULL), AM_LIMIT);
	am_buf_free(&out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_validity),
		cmocka_unit_test(test_one),
		cmocka_unit_test(test_lists),
		cmocka_unit_test(test_random),
		cmocka_unit_test(test_long_name),
		cmocka_unit_test(test_buffer_too_small),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
