/* convert/oxcmail_transport: reading and writing transport headers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "convert/oxcmail_transport.h"

struct block {
	const char *name;
	const char *text;
	const char *written; /* what remains; "": not accepted */
	size_t junk;
};

static const struct block blocks[] = {
	{ "nothing", "", "", 0 },
	{ "one field", "Subject: a\r\n", "Subject: a\r\n", 0 },
	{ "no line end", "Subject: a", "Subject: a\r\n", 0 },
	{ "LF", "Subject: a\nX-A: b\n", "Subject: a\r\nX-A: b\r\n", 0 },
	{ "CR CR LF", "Subject: a\r\r\nX-A: b\r\r\n",
	  "Subject: a\r\nX-A: b\r\n", 0 },
	{ "CR", "Subject: a\rX-A: b\r", "Subject: a\r\nX-A: b\r\n", 0 },
	{ "folding stays", "X-A: a\r\n\tb\r\n  c\r\nX-B:d\r\n",
	  "X-A: a\r\n\tb\r\n  c\r\nX-B:d\r\n", 0 },
	{ "a blank before the colon", "X-A : b\r\n", "X-A: b\r\n", 0 },
	{ "the preamble of Exchange",
	  "Microsoft Mail Internet Headers Version 2.0\r\nX-A: b\r\n",
	  "X-A: b\r\n", 0 },
	{ "an mbox line and empty ones",
	  "\r\n \r\nFrom a@b Mon Jan  1\r\n\r\nX-A: b\r\n", "X-A: b\r\n", 0 },
	{ "only preamble", "From a@b Mon Jan  1\r\n\r\n", "", 0 },
	{ "text", "Dear Ann,\r\nSubject: a\r\n", "", 0 },
	{ "text with a colon in it", "Dear Ann: hello\r\n", "", 0 },
	{ "what follows an empty line (D12)",
	  "X-A: b\r\n\r\nSubject: c\r\nContent-Type: d\r\n", "X-A: b\r\n", 0 },
	{ "lines that are none",
	  "X-A: b\r\njunk\r\n of junk\r\nX-C: d\r\n: e\r\n",
	  "X-A: b\r\nX-C: d\r\n", 3 },
	{ "structure goes (D13)",
	  "MIME-Version: 1.0\r\nContent-Type: text/plain;\r\n\tcharset=x\r\n"
	  "Content-Transfer-Encoding: 8bit\r\nX-A: b\r\nStatus: RO\r\n"
	  "X-MS-Has-Attach: yes\r\nX-MS-TNEF-Correlator:\r\n",
	  "X-A: b\r\n", 0 },
	{ "these stay",
	  "Received: from a by b;\r\n\tMon, 1 Jan\r\nReturn-Path: <a@b>\r\n"
	  "Content-Class: urn:x\r\nContent-Language: en\r\nX-Unsent: 1\r\n",
	  "Received: from a by b;\r\n\tMon, 1 Jan\r\nReturn-Path: <a@b>\r\n"
	  "Content-Class: urn:x\r\nContent-Language: en\r\nX-Unsent: 1\r\n",
	  0 },
	{ "two of what is single",
	  "Subject: a\r\nSubject: b\r\nReceived: c\r\nReceived: d\r\n",
	  "Subject: a\r\nX-Original-Subject: b\r\nReceived: c\r\n"
	  "Received: d\r\n",
	  0 },
	{ "an empty single one is none", "To:\r\nX-A: b\r\nTo: a@b\r\n",
	  "X-A: b\r\nTo: a@b\r\n", 0 },
	{ "an empty subject is one", "Subject:\r\nSubject: b\r\n",
	  "Subject:\r\nX-Original-Subject: b\r\n", 0 },
	{ "a line of blanks in a field", "X-A: b\r\n   \r\n c\r\n",
	  "X-A: b\r\n c\r\n", 0 },
	{ "controls (D36)", "X-A: b\x01\x7f\x08 c\r\n\td\x1f\r\n",
	  "X-A: b c\r\n\td\r\n", 0 },
	{ "encoded words stay",
	  "Subject: =?iso-8859-1?Q?a=E9?=\r\n\t=?x?B?YQ==?=\r\n",
	  "Subject: =?iso-8859-1?Q?a=E9?=\r\n\t=?x?B?YQ==?=\r\n", 0 },
	{ "8-bit text", "Subject: \xc3\xa9t\xc3\xa9\r\n",
	  "Subject: =?UTF-8?B?w6l0w6k=?=\r\n", 0 },
	{ "8-bit text, folded", "Subject: a\r\n b\xc3\xa9\r\n",
	  "Subject: =?UTF-8?B?YSBiw6k=?=\r\n", 0 },
	{ "8-bit in addresses", "From: \xc3\x89lodie <e@x.fr>,\r\n a@b\r\n",
	  "From: =?UTF-8?Q?=C3=89lodie?= <e@x.fr>, a@b\r\n", 0 },
	{ "8-bit where no address is", "To: \xc3\xa9;;\r\n",
	  "To: =?UTF-8?B?w6k=?= :;\r\n", 0 },
	{ "8-bit in Resent- addresses", "Resent-From: \xc3\xa9 <a@b>\r\n",
	  "Resent-From: =?UTF-8?B?w6k=?= <a@b>\r\n", 0 },
	{ "8-bit in a comment", "Received: from x (\xc3\xa9)\r\n",
	  "Received: =?UTF-8?Q?from_x_(=C3=A9)?=\r\n", 0 },
	{ "8-bit in a name", "X-\xc3\xa9: b\r\nX-A: b\r\n", "", 0 },
	{ "8-bit in a later name", "X-A: b\r\nX-\xc3\xa9: b\r\n", "X-A: b\r\n",
	  1 },
	{ "an injected field is a field", "Subject: a\r\nBcc: x@y\r\n",
	  "Subject: a\r\nBcc: x@y\r\n", 0 },
};

static void
block_check(const struct block *block)
{
	struct am_arena arena = { 0 };
	struct am_buf out = am_buf(1 << 16);
	struct am_transport transport;
	struct am_error err;

	print_message("%s\n", block->name);
	assert_int_equal(am_transport_read(&arena, am_bytes_of(block->text),
					   &transport, &err),
			 AM_OK);
	assert_int_equal(am_transport_write(&arena, &transport, &out, &err),
			 AM_OK);
	assert_string_equal(am_buf_text(&out), block->written);
	assert_int_equal(transport.junk, block->junk);
	am_buf_free(&out);
	am_arena_free(&arena);
}

static void
test_blocks(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(blocks) / sizeof(blocks[0]); i++)
		block_check(&blocks[i]);
}

static void
test_find(void **state)
{
	struct am_arena arena = { 0 };
	struct am_transport transport;
	struct am_error err;

	(void)state;
	assert_int_equal(
		am_transport_read(&arena,
				  am_bytes_of("Date: x\r\nTo:\r\nDate: y\r\n"),
				  &transport, &err),
		AM_OK);
	assert_int_equal(transport.count, 3);
	assert_true(am_transport_has(&transport, AM_FIELD_DATE));
	assert_memory_equal(transport.first[AM_FIELD_DATE]->value.data, " x",
			    2);
	assert_false(am_transport_has(&transport, AM_FIELD_TO));
	assert_false(am_transport_has(&transport, AM_FIELD_SUBJECT));
	am_transport_set_aside(&transport, AM_FIELD_DATE);
	am_transport_set_aside(&transport, AM_FIELD_SUBJECT);
	assert_false(am_transport_has(&transport, AM_FIELD_DATE));
	assert_true(transport.fields[0].is_extra);
	am_arena_free(&arena);
}

/* Where a header ends, for entities that have one. */
static void
test_end(void **state)
{
	static const struct {
		const char *text;
		size_t end;
		bool is_whole;
	} cases[] = {
		{ "A: b\r\n\r\nbody", 8, true },
		{ "A: b\n\nbody", 6, true },
		{ "A: b\r\n c\r\n\r\n", 12, true },
		{ "A: b\r\n", 6, false },
		{ "A: b", 4, false },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct am_arena arena = { 0 };
		struct am_transport transport;
		struct am_error err;

		assert_int_equal(am_transport_read(&arena,
						   am_bytes_of(cases[i].text),
						   &transport, &err),
				 AM_OK);
		assert_int_equal(transport.end, cases[i].end);
		assert_int_equal(transport.is_whole, cases[i].is_whole);
		am_arena_free(&arena);
	}
}

/* name: a field of len bytes of c, a blank at every gap (0: none). */
static void
long_check(const char *name, char c, char gap_char, size_t gap)
{
	enum { LEN = 5000, LINE_MAX = 998 };
	struct am_arena arena = { 0 };
	struct am_buf text = am_buf(1 << 16);
	struct am_buf out = am_buf(1 << 16);
	struct am_transport transport;
	struct am_error err;
	size_t column = 0;
	size_t seen = 0;
	size_t i;

	print_message("%s\n", name);
	am_buf_add_text(&text, "X-A: ");
	for (i = 0; i < LEN; i++)
		am_buf_add_char(&text,
				gap > 0 && i % gap == gap - 1 ? gap_char : c);
	am_buf_add_text(&text, "\r\n");
	assert_int_equal(am_transport_read(&arena, am_buf_bytes(&text),
					   &transport, &err),
			 AM_OK);
	assert_int_equal(am_transport_write(&arena, &transport, &out, &err),
			 AM_OK);
	for (i = 0; i < out.len; i++) {
		column = out.data[i] == '\n' ? 0 : column + 1;
		assert_true(column <= LINE_MAX + 1);
		seen += out.data[i] == (uint8_t)c;
		/* Folded after a comma, or before a blank. */
		if (gap > 0 && column == 1 && i > 0)
			assert_true(out.data[i - 3] == (uint8_t)gap_char ||
				    out.data[i] == (uint8_t)gap_char);
	}
	assert_int_equal(seen, gap > 0 ? LEN - LEN / gap : LEN);
	am_buf_free(&text);
	am_buf_free(&out);
	am_arena_free(&arena);
}

static void
test_long_lines(void **state)
{
	(void)state;
	long_check("blanks", 'a', ' ', 50);
	long_check("commas", 'a', ',', 50);
	long_check("neither", 'a', 'a', 0);
	long_check("tabs", 'a', '\t', 990);
}

static void
test_many_fields(void **state)
{
	struct am_arena arena = { 0 };
	struct am_buf text = am_buf(1 << 20);
	struct am_transport transport;
	struct am_error err;
	size_t i;

	(void)state;
	for (i = 0; i < AM_TRANSPORT_MAX_FIELDS + 7; i++)
		am_buf_add_text(&text, "A: b\n");
	assert_int_equal(am_transport_read(&arena, am_buf_bytes(&text),
					   &transport, &err),
			 AM_OK);
	assert_int_equal(transport.count, AM_TRANSPORT_MAX_FIELDS);
	assert_int_equal(transport.junk, 7);
	am_buf_free(&text);
	am_arena_free(&arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_blocks),
		cmocka_unit_test(test_find),
		cmocka_unit_test(test_end),
		cmocka_unit_test(test_long_lines),
		cmocka_unit_test(test_many_fields),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
