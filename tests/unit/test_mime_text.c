/* mime/text: what a text needs, asked again with every split. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "mime/part.h"

static struct am_mime_text
examine(struct am_bytes bytes, size_t piece)
{
	struct am_mime_text text = { 0 };
	size_t at;

	for (at = 0; at < bytes.len; at += piece) {
		const size_t left = bytes.len - at;

		am_mime_text_add(&text, am_bytes(bytes.data + at,
						 left < piece ? left : piece));
	}
	return text;
}

static const struct {
	const char *name, *text;
	enum am_mime_encoding encoding;
} cases[] = {
	{ "nothing", "", AM_MIME_7BIT },
	{ "plain", "Hello,\r\n\r\nyou there.\r\n", AM_MIME_7BIT },
	{ "any line ends", "a\nb\rc\r\n", AM_MIME_7BIT },
	{ "no line end", "a", AM_MIME_7BIT },
	{ "TAB inside", "a\tb", AM_MIME_7BIT },
	{ "one dash", "- a\r\n-\r\n", AM_MIME_7BIT },
	{ "dashes inside", "a--b\r\n --", AM_MIME_7BIT },
	{ "From", "From me\r\n", AM_MIME_7BIT },
	{ "dashes first", "--\r\n", AM_MIME_QUOTED },
	{ "dashes later", "a\n--x", AM_MIME_QUOTED },
	{ "space before CRLF", "a \r\nb", AM_MIME_QUOTED },
	{ "TAB before LF", "a\t\nb", AM_MIME_QUOTED },
	{ "space before CR", "a \rb", AM_MIME_QUOTED },
	{ "space at the end", "abcdefgh ", AM_MIME_QUOTED },
	{ "control", "a\x01", AM_MIME_QUOTED },
	{ "form feed", "a\x0c", AM_MIME_QUOTED },
	{ "DEL", "a\x7f", AM_MIME_QUOTED },
	{ "a little UTF-8", "caf\xc3\xa9 noir", AM_MIME_QUOTED },
	{ "mostly UTF-8", "\xe4\xbe\x8b\xe3\x81\x88\xe3\x83\x86",
	  AM_MIME_BASE64 },
	{ "all of it to be escaped", "================", AM_MIME_7BIT },
};

static void
test_encoding(void **state)
{
	size_t i, piece;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		for (piece = 1; piece < 12; piece++) {
			const struct am_mime_text text =
				examine(am_bytes_of(cases[i].text), piece);

			if (am_mime_text_encoding(&text) != cases[i].encoding)
				fail_msg("%s, in pieces of %zu", cases[i].name,
					 piece);
			assert_int_equal(text.bytes, strlen(cases[i].text));
		}
}

static void
test_facts(void **state)
{
	static const char sample[] = "From x\r\n--b \r\n\xc3\xa9=\n1234567";
	size_t piece;

	(void)state;
	for (piece = 1; piece < sizeof(sample); piece++) {
		const struct am_mime_text text =
			examine(am_bytes_of(sample), piece);

		assert_int_equal(text.non_ascii, 2);
		/* two bytes of e acute, "=", "-" first, the space last */
		assert_int_equal(text.escapes, 5);
		assert_int_equal(text.longest, 7);
		assert_true(text.from);
		assert_true(text.dashes);
		assert_true(text.trailing_space);
		assert_false(text.controls);
	}
}

static void
test_nul(void **state)
{
	const struct am_mime_text text = examine(am_bytes("a\0b", 3), 3);

	(void)state;
	assert_true(text.controls);
	assert_int_equal(am_mime_text_encoding(&text), AM_MIME_QUOTED);
}

static void
test_long_lines(void **state)
{
	size_t len;

	(void)state;
	for (len = 990; len < 1010; len++) {
		struct am_buf buf = am_buf(2000);
		struct am_mime_text text;
		size_t i;

		for (i = 0; i < len; i++)
			am_buf_add_char(&buf, 'x');
		am_buf_add_text(&buf, "\r\nend");
		text = examine(am_buf_bytes(&buf), 100);
		assert_int_equal(text.longest, len);
		assert_int_equal(am_mime_text_encoding(&text),
				 len <= 998 ? AM_MIME_7BIT : AM_MIME_QUOTED);
		am_buf_free(&buf);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_encoding),
		cmocka_unit_test(test_facts),
		cmocka_unit_test(test_nul),
		cmocka_unit_test(test_long_lines),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
