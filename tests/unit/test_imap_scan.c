/* imap/scan: the tokens of a response. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>

#include "imap/scan.h"

/* Every token as one word: a:ATOM q:"…" l:{…} ( ) and ! for what is none. */
static void
tokens_write(const char *text, char *out, size_t size)
{
	struct am_imap_scan scan = am_imap_scan(am_bytes_of(text));
	struct am_imap_token token;
	size_t len = 0;

	out[0] = '\0';
	do {
		static const char signs[] = {
			'.', 'a', 'q', 'l', '(', ')', '!'
		};

		token = am_imap_next(&scan);
		len += (size_t)snprintf(
			out + len, size - len, "%c%.*s ", signs[token.kind],
			token.kind == AM_IMAP_OPEN ||
					token.kind == AM_IMAP_CLOSE
				? 0
				: (int)token.bytes.len,
			(const char *)token.bytes.data);
	} while (token.kind != AM_IMAP_NOTHING && token.kind != AM_IMAP_BAD &&
		 len < size - 8);
}

static const struct scan_case {
	const char *name, *text, *tokens;
} scan_cases[] = {
	{ "nothing", "", ". " },
	{ "only spaces", "  ", ". " },
	{ "words", "IMAP4rev1 AUTH=PLAIN", "aIMAP4rev1 aAUTH=PLAIN . " },
	{ "list", "(\\HasNoChildren \\Sent) \"/\" Sent",
	  "( a\\HasNoChildren a\\Sent ) q/ aSent . " },
	{ "quoted with escapes", "\"a \\\"b\\\" \\\\\"",
	  "qa \\\"b\\\" \\\\ . " },
	{ "quoted without an end", "\"abc", "! " },
	{ "ends in a backslash", "\"abc\\", "! " },
	{ "literal", "{3}\r\na)b x", "la)b ax . " },
	{ "literal+", "{3+}\r\nabc", "labc . " },
	{ "literal8", "~{3}\r\nabc", "labc . " },
	{ "empty literal", "{0}\r\n x", "l ax . " },
	{ "literal with LF alone", "{1}\nx", "lx . " },
	{ "literal too short", "{4}\r\nabc", "! " },
	{ "literal of a huge length", "{99999999999999999999}\r\nabc", "! " },
	{ "brace without a number", "{}\r\nabc", "! " },
	{ "brace without an end", "{3", "! " },
	{ "brackets", "BODY[HEADER.FIELDS (MESSAGE-ID)] {1}\r\nx",
	  "aBODY[HEADER.FIELDS (MESSAGE-ID)] lx . " },
	{ "list without an end", "(a", "( aa ! " },
	{ "end without a list", ")", "! " },
	{ "nested", "((a)(b))", "( ( aa ) ( ab ) ) . " },
	{ "nil", "NIL nil", "aNIL anil . " },
};

static void
test_tokens(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(scan_cases) / sizeof(scan_cases[0]); i++) {
		char tokens[512];

		tokens_write(scan_cases[i].text, tokens, sizeof(tokens));
		if (strcmp(tokens, scan_cases[i].tokens) != 0)
			fail_msg("%s: %s", scan_cases[i].name, tokens);
	}
}

/* One list less than the limit is read; one more is not. */
static void
test_depth(void **state)
{
	char text[2 * AM_IMAP_DEPTH_MAX + 3] = "";
	struct am_imap_scan scan;
	unsigned i;

	(void)state;
	memset(text, '(', AM_IMAP_DEPTH_MAX);
	memset(text + AM_IMAP_DEPTH_MAX, ')', AM_IMAP_DEPTH_MAX);
	scan = am_imap_scan(am_bytes_of(text));
	assert_int_equal(am_imap_next(&scan).kind, AM_IMAP_OPEN);
	assert_true(am_imap_skip_list(&scan));
	assert_int_equal(am_imap_next(&scan).kind, AM_IMAP_NOTHING);

	memset(text, '(', AM_IMAP_DEPTH_MAX + 1);
	scan = am_imap_scan(am_bytes_of(text));
	for (i = 0; i < AM_IMAP_DEPTH_MAX; i++)
		assert_int_equal(am_imap_next(&scan).kind, AM_IMAP_OPEN);
	assert_int_equal(am_imap_next(&scan).kind, AM_IMAP_BAD);
	scan = am_imap_scan(am_bytes_of(text));
	(void)am_imap_next(&scan);
	assert_false(am_imap_skip_list(&scan));
}

static const struct number_case {
	const char *text;
	uint64_t max;
	bool good;
	uint64_t number;
} number_cases[] = {
	{ "0", 9, true, 0 },
	{ "4294967295", UINT32_MAX, true, UINT32_MAX },
	{ "4294967296", UINT32_MAX, false, 0 },
	{ "9999999999999999999", UINT64_MAX, true, 9999999999999999999u },
	{ "99999999999999999999", UINT64_MAX, false, 0 },
	{ "12a", 99, false, 0 },
	{ "-1", 99, false, 0 },
	{ "\"1\"", 99, false, 0 },
};

static void
test_numbers(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(number_cases) / sizeof(number_cases[0]); i++) {
		const struct number_case *test = &number_cases[i];
		struct am_imap_scan scan =
			am_imap_scan(am_bytes_of(test->text));
		const struct am_imap_token token = am_imap_next(&scan);
		uint64_t number = 0;

		if (am_imap_number(&token, test->max, &number) != test->good ||
		    number != test->number)
			fail_msg("%s", test->text);
	}
}

static void
test_text(void **state)
{
	struct am_imap_scan scan =
		am_imap_scan(am_bytes_of("\"a \\\"b\\\\\" c (d)"));
	struct am_imap_token token = am_imap_next(&scan);
	struct am_arena arena = { 0 };
	struct am_error err = { 0 };
	const char *text;

	(void)state;
	assert_int_equal(am_imap_text(&token, &arena, &text, &err), AM_OK);
	assert_string_equal(text, "a \"b\\");
	token = am_imap_next(&scan);
	assert_int_equal(am_imap_text(&token, &arena, &text, &err), AM_OK);
	assert_string_equal(text, "c");
	token = am_imap_next(&scan);
	assert_int_equal(am_imap_text(&token, &arena, &text, &err),
			 AM_PROTOCOL);
	am_arena_free(&arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_tokens),
		cmocka_unit_test(test_depth),
		cmocka_unit_test(test_numbers),
		cmocka_unit_test(test_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
