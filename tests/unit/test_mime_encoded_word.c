/* mime/encoded_word: length, whole characters, the line they stand on. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/text.h"
#include "mime/encoded_word.h"
#include "mime_decode.h"

/* Every word of the lines decodes by itself to whole characters, and together
 * to text; no line has more than 76 columns. */
static void
words_check(const char *lines, const char *text, bool phrase)
{
	static struct decoded all, one;
	size_t column = 0;

	all.len = 0;
	decoded_add(&all, '\0');
	all.len = 0;
	while (*lines != '\0') {
		size_t len, i;

		if (strncmp(lines, "\r\n", 2) == 0) {
			lines += 2;
			column = 0;
		}
		assert_int_equal(*lines, ' ');
		lines++;
		one.len = 0;
		len = decode_word(lines, &one);
		assert_true(len > 12 && len <= 75);
		assert_true(am_utf8_is_valid(am_bytes(one.data, one.len)));
		for (i = 0; i < one.len; i++)
			decoded_add(&all, one.data[i]);
		/* RFC 2047 5 (3) */
		if (phrase && lines[8] == 'Q')
			assert_int_equal(
				strspn(lines + 10,
				       "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklm"
				       "nopqrstuvwxyz0123456789!*+-/=_"),
				len - 12);
		/* only the last may be padded */
		if (lines[8] == 'B' && lines[len] != '\0')
			assert_true(lines[len - 3] != '=');
		column += 1 + len;
		assert_true(column <= 76);
		lines += len;
	}
	assert_string_equal((const char *)all.data, text);
}

static void
test_lengths(void **state)
{
	static const char *const patterns[] = {
		"\xc3\xa9",
		"ab cd\xc3\xa9",
		"\xf0\x9f\x98\x80 ",
		"abcdefghij klmnop\xe2\x82\xac",
		"\xe4\xbe\x8b\xe3\x81\x88x",
		"\xd0\x9f\xd1\x80\xf0\x9f\x98\x80\xe2\x82\xac",
		" \xc3\xa9\"(),.:;<>@[]\\",
	};
	size_t i, repeat, used;

	(void)state;
	for (i = 0; i < sizeof(patterns) / sizeof(patterns[0]); i++)
		for (repeat = 1; repeat < 50; repeat++)
			for (used = 0; used < 80; used += 7) {
				struct am_buf text = am_buf(5000);
				struct am_buf out = am_buf(20000);
				const bool phrase = repeat % 2 != 0;
				size_t n;

				for (n = 0; n < repeat; n++)
					am_buf_add_text(&text, patterns[i]);
				for (n = 0; n < used; n++)
					am_buf_add_char(&out, 'n');
				am_encoded_words(&out, am_buf_bytes(&text),
						 phrase);
				/* the line that was begun counts */
				if (out.data[used] == ' ')
					assert_true(strcspn(am_buf_text(&out),
							    "\r") <= 76);
				words_check(am_buf_text(&out) + used,
					    am_buf_text(&text), phrase);
				am_buf_free(&text);
				am_buf_free(&out);
			}
}

/* One byte, and then characters of three: a B word that held both would need
 * padding wherever it ended. */
static void
test_no_padding_inside(void **state)
{
	struct am_buf text = am_buf(1000);
	struct am_buf out = am_buf(1000);
	size_t n;

	(void)state;
	am_buf_add_text(&text, "a");
	for (n = 0; n < 60; n++)
		am_buf_add_text(&text, "\xe4\xbe\x8b");
	am_encoded_words(&out, am_buf_bytes(&text), false);
	words_check(am_buf_text(&out), am_buf_text(&text), false);
	assert_non_null(strstr(am_buf_text(&out), "?Q?a=E4=BE=8B?="));
	assert_non_null(strstr(am_buf_text(&out), "?B?5L6L5L6L"));
	am_buf_free(&text);
	am_buf_free(&out);
}

static void
test_choice(void **state)
{
	static const struct {
		const char *text;
		bool phrase;
		const char *words;
	} cases[] = {
		{ "", false, "" },
		{ "a\xc3\xa9", false, " =?UTF-8?B?YcOp?=" },
		{ "ab\xc3\xa9", false, " =?UTF-8?Q?ab=C3=A9?=" },
		{ "a..bcdefg\xc3\xa9", true, " =?UTF-8?B?YS4uYmNkZWZnw6k=?=" },
		{ "a..bcdefg\xc3\xa9", false, " =?UTF-8?Q?a..bcdefg=C3=A9?=" },
		{ "Ann O'Neil-\xc3\x89tienne Longstocking (x)", true,
		  " =?UTF-8?Q?Ann_O=27Neil-=C3=89tienne_Longstocking_=28x=29?"
		  "=" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct am_buf out = am_buf(1000);

		am_encoded_words(&out, am_bytes_of(cases[i].text),
				 cases[i].phrase);
		assert_string_equal(am_buf_text(&out), cases[i].words);
		am_buf_free(&out);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lengths),
		cmocka_unit_test(test_no_padding_inside),
		cmocka_unit_test(test_choice),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
