/* vcard/card, vcard/data: what a value holds, it stays one line (tricky F16).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "vcard/card.h"
#include "vcard/data.h"

enum kind { TEXT, COMPONENT, URI, PARAM };

static const struct {
	const char *name;
	enum kind kind;
	const char *value;
	const char *v4;
	const char *v3;
} cases[] = {
	{ "plain", TEXT, "a b", "X:a b", "X:a b" },
	{ "empty", TEXT, "", "X:", "X:" },
	{ "comma", TEXT, "a,b", "X:a\\,b", "X:a\\,b" },
	{ "semicolon", TEXT, "a;b", "X:a;b", "X:a\\;b" },
	{ "semicolon in a component", COMPONENT, "a;b", "X:a\\;b", "X:a\\;b" },
	{ "backslash", TEXT, "a\\nb", "X:a\\\\nb", "X:a\\\\nb" },
	{ "CR LF", TEXT, "a\r\nb", "X:a\\nb", "X:a\\nb" },
	{ "LF", TEXT, "a\nb", "X:a\\nb", "X:a\\nb" },
	{ "CR", TEXT, "a\rb\r\r\n", "X:a\\nb\\n\\n", "X:a\\nb\\n\\n" },
	{ "another card", TEXT, "a\r\nEND:VCARD\r\nBEGIN:VCARD",
	  "X:a\\nEND:VCARD\\nBEGIN:VCARD", "X:a\\nEND:VCARD\\nBEGIN:VCARD" },
	{ "controls", TEXT, "a\001\033[2J\177b\tc", "X:a[2Jb\tc",
	  "X:a[2Jb\tc" },
	{ "not UTF-8", TEXT, "a\xff", "X:a\xef\xbf\xbd", "X:a\xef\xbf\xbd" },
	{ "URI", URI, "http://x/a b\"\r\n\xc3\xa4%20",
	  "X:http://x/a%20b%22%0D%0A%C3%A4%20",
	  "X:http://x/a%20b%22%0D%0A%C3%A4%20" },
	{ "parameter", PARAM, "a:b;c,d",
	  "X;P=\"a:b;c,d\":", "X;P=\"a:b;c,d\":" },
	{ "quotes in a parameter", PARAM, "a \"b\"^\nc",
	  "X;P=\"a ^'b^'^^^nc\":", "X;P=\"a 'b'^ c\":" },
	{ "folded", TEXT,
	  "0123456789012345678901234567890123456789012345678901234567890123"
	  "45678901234567890",
	  "X:01234567890123456789012345678901234567890123456789012345678901"
	  "23456789012\r\n 34567890",
	  "X:01234567890123456789012345678901234567890123456789012345678901"
	  "23456789012\r\n 34567890" },
	{ "folded before a character", TEXT,
	  "0123456789012345678901234567890123456789012345678901234567890123"
	  "45678901\xc3\xa4",
	  "X:01234567890123456789012345678901234567890123456789012345678901"
	  "2345678901\r\n \xc3\xa4",
	  "X:01234567890123456789012345678901234567890123456789012345678901"
	  "2345678901\r\n \xc3\xa4" },
};

static void
value_write(struct am_vcard *card, enum kind kind, struct am_bytes value)
{
	am_vcard_name(card, "X");
	if (kind == PARAM)
		am_vcard_param(card, "P", value);
	am_vcard_colon(card);
	if (kind == TEXT)
		am_vcard_text(card, value);
	else if (kind == COMPONENT)
		am_vcard_component(card, value);
	else if (kind == URI)
		am_vcard_uri(card, value);
	am_vcard_eol(card);
}

static void
assert_line(size_t i, enum am_vcard_version version, const char *want)
{
	struct am_buf out = am_buf(1 << 16);
	struct am_vcard card = { .out = &out, .version = version };

	value_write(&card, cases[i].kind, am_bytes_of(cases[i].value));
	assert_int_equal(am_buf_status(&out, NULL), AM_OK);
	assert_true(out.len >= 2);
	assert_memory_equal(out.data + out.len - 2, "\r\n", 2);
	out.data[out.len - 2] = '\0';
	assert_string_equal((const char *)out.data, want);
	am_buf_free(&out);
}

static void
test_values(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		print_message("%s\n", cases[i].name);
		assert_line(i, AM_VCARD_4, cases[i].v4);
		assert_line(i, AM_VCARD_3, cases[i].v3);
	}
}

static void
test_card(void **state)
{
	struct am_buf out = am_buf(1 << 16);
	struct am_vcard card = { .out = &out, .version = AM_VCARD_4 };

	(void)state;
	am_vcard_begin(&card);
	am_vcard_line(&card, "FN", am_bytes_of("Ann"));
	am_vcard_line(&card, "NOTE", am_bytes_of(""));
	am_vcard_end(&card);
	assert_string_equal(am_buf_text(&out), "BEGIN:VCARD\r\nVERSION:4.0\r\n"
					       "FN:Ann\r\nEND:VCARD\r\n");
	am_buf_clear(&out);
	card.version = AM_VCARD_3;
	am_vcard_begin(&card);
	assert_string_equal(am_buf_text(&out),
			    "BEGIN:VCARD\r\nVERSION:3.0\r\n");
	am_buf_free(&out);
}

/* RFC 4648 10, and more than a line, in pieces of every size. */
struct pieces {
	struct am_stream base;
	struct am_bytes left;
	size_t size;
};

static enum am_status
pieces_next(struct am_stream *base, struct am_bytes *out, struct am_error *err)
{
	struct pieces *pieces = (struct pieces *)base;
	size_t len = pieces->left.len;

	(void)err;
	if (len == 0)
		return AM_END;
	if (len > pieces->size)
		len = pieces->size;
	assert_true(am_slice(pieces->left, 0, len, out));
	assert_true(am_slice(pieces->left, len, pieces->left.len - len,
			     &pieces->left));
	return AM_OK;
}

static void
assert_data(const char *text, size_t size, const char *want)
{
	struct pieces pieces = { .base = { .next = pieces_next },
				 .left = am_bytes_of(text),
				 .size = size };
	struct am_arena arena = { 0 };
	struct am_buf out = am_buf(1 << 20);
	struct am_stream *stream;

	assert_int_equal(
		am_vcard_data_open(&arena, &pieces.base, &stream, NULL), AM_OK);
	assert_int_equal(am_stream_read_all(stream, &out, NULL), AM_OK);
	assert_string_equal(am_buf_text(&out), want);
	am_stream_close(stream);
	am_buf_free(&out);
	am_arena_free(&arena);
}

static void
test_data(void **state)
{
	static const struct {
		const char *text;
		const char *want;
	} contents[] = {
		{ "", "" },
		{ "f", "\r\n Zg==" },
		{ "fo", "\r\n Zm8=" },
		{ "foo", "\r\n Zm9v" },
		{ "foobar", "\r\n Zm9vYmFy" },
		{ "012345678901234567890123456789012345678901234567890123",
		  "\r\n MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDEyMzQ1Njc4OTA"
		  "xMjM0NTY3ODkwMTIz" },
		{ "0123456789012345678901234567890123456789012345678901234",
		  "\r\n MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDEyMzQ1Njc4OTA"
		  "xMjM0NTY3ODkwMTIz\r\n NA==" },
	};
	size_t size;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(contents) / sizeof(contents[0]); i++)
		for (size = 1; size <= 60; size++)
			assert_data(contents[i].text, size, contents[i].want);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_values),
		cmocka_unit_test(test_card),
		cmocka_unit_test(test_data),
	};

	return cmocka_run_group_tests_name("vcard_card", tests, NULL, NULL);
}
