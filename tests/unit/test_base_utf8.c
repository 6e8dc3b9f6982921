/* base/utf8: RFC 3629, against all code points and the usual frauds. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/text.h"

static void
test_every_code_point(void **state)
{
	uint32_t code, back;
	char utf8[4];

	(void)state;
	for (code = 0; code <= 0x10ffff; code++) {
		const size_t len = am_utf8_encode(code, utf8);
		const bool surrogate = code >= 0xd800 && code <= 0xdfff;

		assert_true(am_utf8_is_valid(am_bytes(utf8, len)));
		assert_int_equal(am_utf8_decode(am_bytes(utf8, len), &back),
				 len);
		assert_int_equal(back, surrogate ? 0xfffd : code);
		/* All of it, or nothing. */
		if (len > 1) {
			assert_false(am_utf8_is_valid(am_bytes(utf8, len - 1)));
			assert_int_equal(
				am_utf8_decode(am_bytes(utf8, len - 1), &back),
				1);
			assert_int_equal(back, 0xfffd);
		}
	}
	assert_int_equal(am_utf8_encode(0x110000, utf8), 3);
	assert_memory_equal(utf8, "\xef\xbf\xbd", 3);
}

static void
test_valid(void **state)
{
	static const struct {
		const char *name, *text;
		bool valid;
	} cases[] = {
		{ "empty", "", true },
		{ "ASCII", "hello, all of you out there", true },
		{ "two bytes", "caf\xc3\xa9", true },
		{ "U+FFFD itself", "\xef\xbf\xbd", true },
		{ "the last code point", "\xf4\x8f\xbf\xbf", true },
		{ "beyond it", "\xf4\x90\x80\x80", false },
		{ "overlong slash, 2", "\xc0\xaf", false },
		{ "overlong slash, 3", "\xe0\x80\xaf", false },
		{ "overlong, 4", "\xf0\x80\x80\xaf", false },
		{ "first of two bytes", "\xc2\x80", true },
		{ "overlong DEL", "\xc1\xbf", false },
		{ "high surrogate", "\xed\xa0\x80", false },
		{ "low surrogate", "\xed\xbf\xbf", false },
		{ "before the surrogates", "\xed\x9f\xbf", true },
		{ "a lone continuation", "12345678\x80", false },
		{ "five bytes", "\xf8\x88\x80\x80\x80", false },
		{ "0xFF", "1234567\xff", false },
		{ "cut at the end", "12345678\xe2\x82", false },
		{ "latin-1", "caf\xe9 au lait", false },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		print_message("%s\n", cases[i].name);
		assert_int_equal(am_utf8_is_valid(am_bytes_of(cases[i].text)),
				 cases[i].valid);
	}
}

/* Two and three byte runs: the decoder and the validator agree, and neither
 * takes more than there is. */
static void
test_all_pairs(void **state)
{
	uint8_t raw[2];
	uint32_t code;
	unsigned i;

	(void)state;
	for (i = 0; i < 0x10000; i++) {
		struct am_bytes bytes = am_bytes(raw, 2);
		size_t used;
		bool good;

		raw[0] = (uint8_t)(i >> 8);
		raw[1] = (uint8_t)i;
		used = am_utf8_decode(bytes, &code);
		good = code != 0xfffd;
		assert_in_range(used, 1, 2);
		if (used == 1) {
			am_utf8_decode(am_bytes(raw + 1, 1), &code);
			good = good && code != 0xfffd;
		}
		assert_int_equal(am_utf8_is_valid(bytes), good);
	}
}

static void
test_ascii(void **state)
{
	uint8_t data[40] = { 0 };
	size_t len, at;

	(void)state;
	for (len = 0; len <= sizeof(data); len++) {
		assert_true(am_is_ascii(am_bytes(data, len)));
		for (at = 0; at < len; at++) {
			data[at] = 0x80;
			assert_false(am_is_ascii(am_bytes(data, len)));
			data[at] = 0x7f;
		}
	}
	assert_true(am_is_ascii(am_bytes(NULL, 0)));
}

static void
test_controls(void **state)
{
	static const struct {
		uint32_t code;
		bool control;
	} cases[] = {
		{ 0, true },	   { 0x1f, true },   { 0x20, false },
		{ 0x7e, false },   { 0x7f, true },   { 0x9f, true },
		{ 0xa0, false },   { 0x61c, true },  { 0x200d, false },
		{ 0x200e, true },  { 0x200f, true }, { 0x2027, false },
		{ 0x2028, true },  { 0x202e, true }, { 0x202f, false },
		{ 0x2065, false }, { 0x2066, true }, { 0x2069, true },
		{ 0x206a, false }, { 'a', false },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_int_equal(am_code_is_control(cases[i].code),
				 cases[i].control);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_code_point),
		cmocka_unit_test(test_valid),
		cmocka_unit_test(test_all_pairs),
		cmocka_unit_test(test_ascii),
		cmocka_unit_test(test_controls),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
