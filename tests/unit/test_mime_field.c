/* mime/field, mime/fold: unstructured, ASCII and date fields; nothing that is
 * put in makes another line of header. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/time.h"
#include "mime/field.h"
#include "mime/fold.h"
#include "mime_decode.h"

static struct am_text
text_of(const char *text)
{
	const struct am_text whole = { text, strlen(text), false };

	return whole;
}

#define W9 "nine-char "
#define W72X                                                                   \
	"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx" \
	"xxxx"
#define W72 W9 W9 W9 W9 W9 W9 W9 "12"

static void
test_text(void **state)
{
	static const struct {
		const char *name, *text, *field;
	} cases[] = {
		{ "plain", "Hello", "X: Hello\r\n" },
		{ "empty", "", "X:\r\n" },
		{ "only spaces", "   ", "X:\r\n" },
		{ "spaces at the ends", "  a b ", "X: a b\r\n" },
		{ "spaces inside stay", "a  b", "X: a  b\r\n" },
		{ "TAB", "a\tb", "X: a b\r\n" },
		{ "line end", "a\r\nBcc: x@y.z", "X: a Bcc: x@y.z\r\n" },
		{ "LF", "a\nb", "X: a b\r\n" },
		{ "CR", "a\rb", "X: a b\r\n" },
		{ "two line ends", "a\r\n\r\nb", "X: a  b\r\n" },
		{ "controls",
		  "a\x01\x0b\x1b\x7f"
		  "b",
		  "X: ab\r\n" },
		{ "Q", "caf\xc3\xa9 au lait, ol\xc3\xa9!",
		  "X: =?UTF-8?Q?caf=C3=A9_au_lait,_ol=C3=A9!?=\r\n" },
		{ "Q escapes", "\xc3\xa9 =?_ and some more letters",
		  "X: =?UTF-8?Q?=C3=A9_=3D=3F=5F_and_some_more_letters?=\r\n" },
		{ "B", "\xe4\xbe\x8b\xe3\x81\x88",
		  "X: =?UTF-8?B?5L6L44GI?=\r\n" },
		{ "looks like an encoded word",
		  "=?UTF-8?Q?x?=", "X: =?UTF-8?B?PT9VVEYtOD9RP3g/PQ==?=\r\n" },
		{ "malformed UTF-8", "and more \xff",
		  "X: =?UTF-8?B?YW5kIG1vcmUg77+9?=\r\n" },
		{ "75 columns", W72, "X: " W72 "\r\n" },
		{ "76 columns", W72 "3",
		  "X: " W9 W9 W9 W9 W9 W9 "nine-char\r\n 123\r\n" },
		{ "the first word stays with the name",
		  "http://example.org/" W72X " b",
		  "X: http://example.org/" W72X "\r\n b\r\n" },
		{ "the fold keeps both spaces", W9 W9 W9 W9 W9 W9 W9 " 456",
		  "X: " W9 W9 W9 W9 W9 W9 "nine-char\r\n  456\r\n" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct am_buf out = am_buf(1000);

		am_field_text(&out, "X", text_of(cases[i].text));
		if (strcmp(am_buf_text(&out), cases[i].field) != 0)
			fail_msg("%s: %s", cases[i].name, am_buf_text(&out));
		am_buf_free(&out);
	}
}

static void
test_text_with_nul(void **state)
{
	const struct am_text text = { "a\0b", 3, false };
	struct am_buf out = am_buf(100);

	(void)state;
	am_field_text(&out, "X", text);
	assert_string_equal(am_buf_text(&out), "X: ab\r\n");
	am_buf_free(&out);
}

/* What a reader makes of it is what went in. */
static void
text_check(const char *text, const char *name)
{
	static struct decoded line, back;
	struct am_buf out = am_buf(1 << 20);
	const size_t name_len = strlen(name);

	am_field_text(&out, name, text_of(text));
	assert_int_equal(am_buf_status(&out, NULL), AM_OK);
	line.len = 0;
	back.len = 0;
	assert_true(decode_unfold(am_buf_text(&out), out.len, 998, &line));
	assert_memory_equal(line.data, name, name_len);
	assert_int_equal(line.data[name_len], ':');
	decoded_add(&back, '\0');
	back.len = 0;
	if (line.len > name_len + 1)
		decode_text((const char *)line.data + name_len + 2, &back);
	assert_string_equal((const char *)back.data, text);
	am_buf_free(&out);
}

static void
test_round_trip(void **state)
{
	static const char *const words[] = {
		"a",
		"Re:",
		"\xc3\xa9t\xc3\xa9",
		"=?",
		"?=",
		"_",
		"(c)",
		"\xe4\xbe\x8b\xe3\x81\x88",
		"\xf0\x9f\x98\x80",
		"\"quoted\"",
		"http://example.org/a-rather-long-path?that=goes&on=and+on",
		"=?UTF-8?Q?x?=",
		" ",
		"  ",
		"\xc2\x85",
		"\xef\xbf\xbd",
	};
	static const char *const names[] = {
		"X", "Subject", "X-A-Name-That-Takes-Nearly-All-Of-The-Line"
	};
	const size_t count = sizeof(words) / sizeof(words[0]);
	uint32_t seed = 5;
	size_t round;

	(void)state;
	for (round = 0; round < 3000; round++) {
		struct am_buf text = am_buf(10000);
		size_t left = pseudo_random(&seed) % 60;

		am_buf_add_text(&text, "<");
		while (left-- > 0) {
			/* half of the rounds in ASCII */
			const size_t at = pseudo_random(&seed) % count;

			if (round % 2 == 0 || (words[at][0] & 0x80) == 0)
				am_buf_add_text(&text, words[at]);
			if (pseudo_random(&seed) % 3 != 0)
				am_buf_add_char(&text, ' ');
		}
		am_buf_add_text(&text, ">");
		text_check(am_buf_text(&text), names[round % 3]);
		am_buf_free(&text);
	}
}

static void
test_long_words(void **state)
{
	static const char *const characters[] = { "x", " ", "\xc3\xa9",
						  "\xf0\x9f\x98\x80" };
	size_t i, len;

	(void)state;
	for (i = 0; i < 4; i++)
		for (len = 30; len < 3000; len = len * 5 / 4) {
			struct am_buf text = am_buf(20000);
			size_t n;

			am_buf_add_text(&text, "a");
			for (n = 0; n < len; n++)
				am_buf_add_text(&text, characters[i]);
			am_buf_add_text(&text, "b");
			text_check(am_buf_text(&text), "Subject");
			am_buf_free(&text);
		}
}

static void
test_ascii(void **state)
{
	static const struct {
		const char *name, *value, *field;
	} cases[] = {
		{ "one id", "<a@b>", "X: <a@b>\r\n" },
		{ "white space is one space", " <a@b>\r\n\t <c@d> ",
		  "X: <a@b> <c@d>\r\n" },
		{ "controls and 8-bit go",
		  "a\x01\xc3\xa9\x7f"
		  "b",
		  "X: ab\r\n" },
		{ "injection", "a\r\nBcc: b\r\n\r\nbody",
		  "X: a Bcc: b body\r\n" },
		{ "nothing writes nothing", "", "" },
		{ "nothing visible neither", " \r\n\t\xc3\xa9", "" },
		{ "folded at spaces", W72 "3 4",
		  "X: " W9 W9 W9 W9 W9 W9 "nine-char\r\n 123 4\r\n" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct am_buf out = am_buf(1000);

		am_field_ascii(&out, "X", cases[i].value);
		if (strcmp(am_buf_text(&out), cases[i].field) != 0)
			fail_msg("%s: %s", cases[i].name, am_buf_text(&out));
		am_buf_free(&out);
	}
}

/* A word with no place to fold is broken rather than the rule of 998. */
static void
test_ascii_endless_word(void **state)
{
	static struct decoded line;
	struct am_buf value = am_buf(5000);
	struct am_buf out = am_buf(5000);
	size_t i;

	(void)state;
	for (i = 0; i < 2500; i++)
		am_buf_add_char(&value, 'x');
	am_field_ascii(&out, "References", am_buf_text(&value));
	line.len = 0;
	assert_true(decode_unfold(am_buf_text(&out), out.len, 998, &line));
	for (i = strlen("References:"); i < line.len; i++)
		assert_true(line.data[i] == 'x' || line.data[i] == ' ');
	am_buf_free(&value);
	am_buf_free(&out);
}

static void
test_date(void **state)
{
	struct am_buf out = am_buf(1000);

	(void)state;
	am_field_date(&out, "Date", AM_TIME_NONE);
	assert_string_equal(am_buf_text(&out), "");
	am_field_date(&out, "Date", 0);
	assert_string_equal(am_buf_text(&out),
			    "Date: Thu, 01 Jan 1970 00:00:00 +0000\r\n");
	am_buf_free(&out);
}

static void
test_names(void **state)
{
	static const struct {
		const char *name, *written;
		bool valid;
	} cases[] = {
		{ "Subject", "Subject: v\r\n", true },
		{ "X-!~", "X-!~: v\r\n", true },
		{ "", "X: v\r\n", false },
		{ "A B", "A-B: v\r\n", false },
		{ "A:B", "A-B: v\r\n", false },
		{ "A\r\nB", "A--B: v\r\n", false },
		{ "A\x7f", "A-: v\r\n", false },
		{ "\xc3\xa9", "--: v\r\n", false },
	};
	char longest[AM_FIELD_NAME_MAX + 2];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct am_buf out = am_buf(1000);

		assert_int_equal(
			am_field_name_is_valid(am_bytes_of(cases[i].name)),
			cases[i].valid);
		am_field_ascii(&out, cases[i].name, "v");
		assert_string_equal(am_buf_text(&out), cases[i].written);
		am_buf_free(&out);
	}
	memset(longest, 'x', sizeof(longest));
	assert_true(
		am_field_name_is_valid(am_bytes(longest, AM_FIELD_NAME_MAX)));
	assert_false(am_field_name_is_valid(
		am_bytes(longest, AM_FIELD_NAME_MAX + 1)));
	assert_false(am_field_name_is_valid(am_bytes("a\0b", 3)));
}

static void
test_buffer_too_small(void **state)
{
	struct am_buf out = am_buf(30);

	(void)state;
	am_field_text(&out, "Subject",
		      text_of("\xc3\xa9 and far more than there is room for"));
	assert_int_equal(am_buf_status(&out, NULL), AM_LIMIT);
	assert_true(out.len <= 30);
	am_buf_free(&out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_text),
		cmocka_unit_test(test_text_with_nul),
		cmocka_unit_test(test_round_trip),
		cmocka_unit_test(test_long_words),
		cmocka_unit_test(test_ascii),
		cmocka_unit_test(test_ascii_endless_word),
		cmocka_unit_test(test_date),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_buffer_too_small),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
