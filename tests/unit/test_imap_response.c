/* imap/response: what comes in pieces becomes whole responses; and their
 * parts. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>

#include "imap/response.h"

/* Several responses in one text, and how they are to be cut ("|" between). */
static const struct cut_case {
	const char *name, *text, *cut;
} cut_cases[] = {
	{ "one line", "* OK ready\r\n", "* OK ready|" },
	{ "LF alone", "* OK ready\n+ go\n", "* OK ready|+ go|" },
	{ "not whole", "* OK rea", "" },
	{ "literal", "* LIST () \"/\" {4}\r\na\r\nb\r\nA1 OK done\r\n",
	  "* LIST () \"/\" {4}\r\na\r\nb|A1 OK done|" },
	{ "two literals", "* X {1}\r\na {2}\r\nbc d\r\n* Y\r\n",
	  "* X {1}\r\na {2}\r\nbc d|* Y|" },
	{ "empty literal", "* X {0}\r\n y\r\n", "* X {0}\r\n y|" },
	{ "text that ends like a literal",
	  "A1 NO no {3}\r\n* OK {5}\r\n+ {9}\r\n",
	  "A1 NO no {3}|* OK {5}|+ {9}|" },
	{ "literal that looks like a line", "* X {6}\r\nA1 OK\n\r\n",
	  "* X {6}\r\nA1 OK\n|" },
	{ "empty line", "\r\n* OK\r\n", "|* OK|" },
};

static bool
cut_case_passes(const struct cut_case *test, size_t piece)
{
	struct am_imap_reader reader = am_imap_reader();
	const struct am_bytes all = am_bytes_of(test->text);
	struct am_error err = { 0 };
	char cut[512] = "";
	size_t at = 0, len = 0;

	while (at < all.len) {
		struct am_bytes part, whole;
		size_t used;

		(void)am_slice(all, at,
			       all.len - at < piece ? all.len - at : piece,
			       &part);
		if (am_imap_reader_feed(&reader, part, &used, &whole, &err) !=
		    AM_OK)
			break;
		at += used;
		if (whole.data != NULL)
			len += (size_t)snprintf(cut + len, sizeof(cut) - len,
						"%.*s|", (int)whole.len,
						(const char *)whole.data);
	}
	am_imap_reader_free(&reader);
	return strcmp(cut, test->cut) == 0;
}

static void
test_cut(void **state)
{
	size_t i, piece;

	(void)state;
	for (i = 0; i < sizeof(cut_cases) / sizeof(cut_cases[0]); i++)
		for (piece = 1; piece < 99; piece++)
			if (!cut_case_passes(&cut_cases[i], piece))
				fail_msg("%s, pieces of %zu", cut_cases[i].name,
					 piece);
}

/* Feeds count times x; the first status that is none good. */
static enum am_status
feed_much(const char *begin, size_t count, struct am_error *err)
{
	struct am_imap_reader reader = am_imap_reader();
	enum am_status status = AM_OK;
	struct am_bytes whole;
	char x[1024];
	size_t used, i;

	memset(x, 'x', sizeof(x));
	status = am_imap_reader_feed(&reader, am_bytes_of(begin), &used, &whole,
				     err);
	for (i = 0; status == AM_OK && i < count / sizeof(x); i++)
		status = am_imap_reader_feed(&reader, am_bytes(x, sizeof(x)),
					     &used, &whole, err);
	am_imap_reader_free(&reader);
	return status;
}

static void
test_limits(void **state)
{
	struct am_error err = { 0 };
	char literal[64];

	(void)state;
	assert_int_equal(feed_much("* X ", AM_IMAP_RESPONSE_MAX - 4096, &err),
			 AM_OK);
	assert_int_equal(feed_much("* X ", AM_IMAP_RESPONSE_MAX + 4096, &err),
			 AM_PROTOCOL);
	(void)snprintf(literal, sizeof(literal), "* X {%d}\r\n",
		       AM_IMAP_RESPONSE_MAX + 1);
	assert_int_equal(feed_much(literal, 4096, &err), AM_PROTOCOL);
	assert_int_equal(feed_much("* X {999999999999999999}\r\n", 4096, &err),
			 AM_PROTOCOL);
}

static const struct parse_case {
	const char *text;
	enum am_status status;
	enum am_imap_type type;
	enum am_imap_condition condition;
	const char *tag, *name, *code, *rest;
	unsigned number; /* 0: none */
} parse_cases[] = {
	{ "* OK [CAPABILITY IMAP4rev1] ready", AM_OK, AM_IMAP_UNTAGGED,
	  AM_IMAP_OK, "", "", "CAPABILITY IMAP4rev1", "ready", 0 },
	{ "* PREAUTH hello", AM_OK, AM_IMAP_UNTAGGED, AM_IMAP_PREAUTH, "", "",
	  "", "hello", 0 },
	{ "* bye", AM_OK, AM_IMAP_UNTAGGED, AM_IMAP_BYE, "", "", "", "", 0 },
	{ "A7 OK [APPENDUID 7 12:14] done", AM_OK, AM_IMAP_TAGGED, AM_IMAP_OK,
	  "A7", "", "APPENDUID 7 12:14", "done", 0 },
	{ "A7 NO", AM_OK, AM_IMAP_TAGGED, AM_IMAP_NO, "A7", "", "", "", 0 },
	{ "A7 BAD [no end", AM_OK, AM_IMAP_TAGGED, AM_IMAP_BAD_COMMAND, "A7",
	  "", "", "[no end", 0 },
	{ "A7 NO [X \"a]b\\\"]\" y] z", AM_OK, AM_IMAP_TAGGED, AM_IMAP_NO, "A7",
	  "", "X \"a]b\\\"]\" y", "z", 0 },
	{ "* 12 FETCH (UID 3)", AM_OK, AM_IMAP_UNTAGGED, AM_IMAP_DATA, "",
	  "FETCH", "", "(UID 3)", 12 },
	{ "* LIST () \"/\" INBOX", AM_OK, AM_IMAP_UNTAGGED, AM_IMAP_DATA, "",
	  "LIST", "", "() \"/\" INBOX", 0 },
	{ "+ eyJ9", AM_OK, AM_IMAP_CONTINUE, AM_IMAP_DATA, "", "", "", "eyJ9",
	  0 },
	{ "+", AM_OK, AM_IMAP_CONTINUE, AM_IMAP_DATA, "", "", "", "", 0 },
	{ "*", AM_PROTOCOL, 0, 0, NULL, NULL, NULL, NULL, 0 },
	{ "", AM_PROTOCOL, 0, 0, NULL, NULL, NULL, NULL, 0 },
	{ "HTTP/1.1 400 Bad Request", AM_PROTOCOL, 0, 0, NULL, NULL, NULL, NULL,
	  0 },
	{ "A1 PREAUTH x", AM_PROTOCOL, 0, 0, NULL, NULL, NULL, NULL, 0 },
};

static bool
same(struct am_bytes bytes, const char *text)
{
	return am_bytes_equal(bytes, am_bytes_of(text));
}

static bool
parse_case_passes(const struct parse_case *test)
{
	struct am_imap_response response = { 0 };
	struct am_error err = { 0 };
	const enum am_status status = am_imap_response_parse(
		am_bytes_of(test->text), &response, &err);

	if (status != test->status || status != AM_OK)
		return status == test->status;
	return response.type == test->type &&
	       response.condition == test->condition &&
	       same(response.tag, test->tag) &&
	       same(response.name, test->name) &&
	       same(response.code, test->code) &&
	       same(response.rest, test->rest) &&
	       response.has_number == (test->number != 0) &&
	       response.number == test->number;
}

static void
test_parse(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(parse_cases) / sizeof(parse_cases[0]); i++)
		if (!parse_case_passes(&parse_cases[i]))
			fail_msg("%s", parse_cases[i].text);
}

static void
test_code(void **state)
{
	struct am_imap_response response = { 0 };
	struct am_imap_scan arguments;
	struct am_error err = { 0 };

	(void)state;
	assert_int_equal(
		am_imap_response_parse(am_bytes_of("A OK [AppendUid 7 12] x"),
				       &response, &err),
		AM_OK);
	assert_true(am_imap_code_is(&response, "APPENDUID", &arguments));
	assert_false(am_imap_code_is(&response, "APPEND", NULL));
	assert_true(same(am_imap_next(&arguments).bytes, "7"));
	assert_true(same(am_imap_next(&arguments).bytes, "12"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cut),
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_parse),
		cmocka_unit_test(test_code),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
