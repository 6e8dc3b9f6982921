/* base/text: evidence over label, and nothing is dropped. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/alloc.h"
#include "base/text.h"

struct sample {
	const char *name;
	unsigned codepage;
	const char *raw;
	size_t len; /* 0: strlen */
	const char *want;
	bool replaced;
};

static const struct sample samples[] = {
	/* ASCII is ASCII, but where bytes below 0x80 may be something else. */
	{ "ASCII, no label", 0, "plain", 0, "plain", false },
	{ "ASCII as EBCDIC", 37, "plain", 0, "plain", false },
	{ "ASCII as UTF-16", 1200, "plain!", 0, "plain!", false },
	{ "ASCII as UTF-16BE", 1201, "plain!", 0, "plain!", false },
	{ "ASCII as UTF-32", 12000, "plain ASCII.", 0, "plain ASCII.", true },
	{ "ASCII, unknown page", 12345, "plain", 0, "plain", false },
	{ "ISO-2022-JP is seven bits", 50220, "\x1b$BF|\x1b(B", 0, "日",
	  false },
	{ "HZ is seven bits", 52936, "~{VP~}", 0, "中", false },
	{ "UTF-7 is seven bits", 65000, "+AOk-", 0, "é", false },
	{ "ASCII as ISO-2022-JP", 50220, "plain", 0, "plain", false },

	/* UTF-8 */
	{ "UTF-8, no label", 0, "café", 0, "café", false },
	{ "UTF-8 as ASCII", 20127, "café", 0, "café", false },
	{ "UTF-8", 65001, "café 😀", 0, "café 😀", false },
	{ "a mark beats the label", 1251,
	  "\xef\xbb\xbf"
	  "café",
	  0, "café", false },
	{ "UTF-8 as 1252 is what it says", 1252, "\xc3\xa9", 0, "Ã©", false },
	{ "1252 as UTF-8", 65001, "caf\xe9", 0, "café", true },
	{ "UTF-8 that was cut", 65001, "äöüäöü\xc3", 0, "äöüäöüÃ", true },
	{ "UTF-8 with one bad byte", 65001, "äöüäöüäöüä\xe9 ß", 0,
	  "äöüäöüäöüäé ß", true },

	/* the last resort */
	{ "no label", 0, "caf\xe9 \x80", 0, "café €", true },
	{ "unknown page", 29001, "caf\xe9", 0, "café", true },
	{ "gaps map 1:1", 1252, "a\x81\x8d\x8f\x90\x9dz", 0,
	  "a\xc2\x81\xc2\x8d\xc2\x8f\xc2\x90\xc2\x9dz", true },
	{ "1252 as ASCII", 20127, "caf\xe9", 0, "café", true },
	{ "1252 as Japanese", 932, "caf\xe9 \xe0 la", 0, "café à la", true },
	{ "1252 as Chinese", 936, "\xe9", 0, "é", true },
	{ "1252 as UTF-16", 1200, "caf\xe9 cr\xe8me", 0, "café crème", true },
	{ "the curly quotes of ISO-8859-1", 28591, "\x93so\x94 \xe9", 0,
	  "“so” é", false },

	/* pages */
	{ "1252", 1252, "\xdcn\xef\xe7\xf6\x64\xe9 \x80", 0, "Ünïçödé €",
	  false },
	{ "1250", 1250, "\x8a\x9e", 0, "Šž", false },
	{ "1251", 1251, "\xcf\xf0\xe8\xe2\xe5\xf2", 0, "Привет", false },
	{ "1255, Hebrew", 1255, "\xf9\xec\xe5\xed", 0, "שלום", false },
	{ "8859-8-I, logical order", 38598, "\xf9\xec\xe5\xed", 0, "שלום",
	  false },
	{ "874, Thai", 874, "\xc0\xd2\xc9\xd2\xe4\xb7\xc2", 0, "ภาษาไทย",
	  false },
	{ "Hebrew with one gap", 1255,
	  "\xf9\xec\xe5\xed\xf9\xec\xe5\xed\xf9\xec\xd9", 0, "שלוםשלוםשלÙ",
	  true },
	{ "Japanese", 932, "\x93\xfa\x96{\x8c\xea", 0, "日本語", false },
	{ "Japanese that was cut", 932, "\x93\xfa\x96{\x8c", 0, "日本Œ", true },
	{ "Korean", 949, "\xc7\xd1\xb1\xb9", 0, "한국", false },
	{ "Shift_JIS as ISO-2022-JP", 50220, "\x93\xfa\x96{", 0, "日本",
	  false },
	{ "UTF-32", 12000, "a\0\0\0\0\xf6\x01\0\0\0\0\0", 12, "a😀", false },

	/* UTF-16 by its NULs */
	{ "1200", 1200, "a\0b\0\xe9\0", 6, "abé", false },
	{ "1201", 1201, "\0a\0b", 4, "ab", false },
	{ "1201 that is little-endian", 1201, "a\0b\0c\0", 6, "abc", false },
	{ "UTF-16 as 1252", 1252, "a\0b\0c\0", 6, "abc", false },
	{ "UTF-16, no label", 0, "a\0b\0", 4, "ab", false },
	{ "UTF-16 with a mark", 0, "\xff\xfe\x2c\x67", 4, "本", false },
	{ "UTF-16BE with a mark", 1200, "\xfe\xff\x67\x2c", 4, "本", false },
	{ "1200, ideographs", 1200, "\xe5\x65\x2c\x67\x02\x30", 6, "日本。",
	  false },
	{ "1200, one letter and its NUL", 1200, "a\0", 2, "a", false },
	{ "1200, single bytes and a NUL", 1200, "abc\0", 4, "abc", false },
	{ "UTF-16, half a pair", 1200, "a\0b\0c\0\x3d\xd8", 8,
	  "abc\xef\xbf\xbd", true },

	/* NUL */
	{ "NULs at the end", 1252, "caf\xe9\0\0", 6, "café", false },
	{ "nothing but NULs", 1252, "\0\0\0", 3, "", false },
	{ "empty", 1252, "", 0, "", false },
};

static void
test_decode(void **state)
{
	struct am_arena arena = { 0 };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(samples) / sizeof(samples[0]); i++) {
		const struct sample *sample = &samples[i];
		const size_t len =
			sample->len > 0 ? sample->len : strlen(sample->raw);
		struct am_bytes raw;
		struct am_text text;

		print_message("%s\n", sample->name);
		assert_int_equal(am_arena_copy(&arena,
					       am_bytes(sample->raw, len), &raw,
					       NULL),
				 AM_OK);
		assert_int_equal(am_text_decode(&arena, sample->codepage, raw,
						&text, NULL),
				 AM_OK);
		assert_string_equal(text.data, sample->want);
		assert_int_equal(text.len, strlen(sample->want));
		assert_int_equal(text.replaced, sample->replaced);
		am_arena_reset(&arena);
	}
	am_arena_free(&arena);
}

/* A NUL inside a body does not end it. */
static void
test_embedded_nul(void **state)
{
	struct am_arena arena = { 0 };
	struct am_text text;

	(void)state;
	am_text_decode(&arena, 1252, am_bytes("one\0tw\xf6 and three", 17),
		       &text, NULL);
	assert_int_equal(text.len, 18);
	assert_memory_equal(text.data, "one\0twö and three", 19);
	am_text_from_utf16(&arena, am_bytes("a\0\0\0b\0\0\0", 8), &text, NULL);
	assert_int_equal(text.len, 3);
	assert_memory_equal(text.data, "a\0b", 4);
	am_arena_free(&arena);
}

static void
test_utf16(void **state)
{
	static const struct sample units[] = {
		{ "empty", 0, "", 0, "", false },
		{ "odd", 0, "a\0b", 3, "a", false },
		{ "one byte", 0, "a", 1, "", false },
		{ "unpaired", 0, "\x3d\xd8!\0", 4, "\xef\xbf\xbd!", true },
		{ "final NULs", 0, "a\0\0\0\0\0", 6, "a", false },
		{ "ideographs of printable bytes", 0, "NorthWest", 8,
		  "潎瑲坨獥", false },
		{ "ASCII by mistake", 0, "Quarterly report, final", 0,
		  "Quarterly report, final", true },
		{ "ASCII with its NUL", 0, "Quarterly report.\0", 18,
		  "Quarterly report.", true },
		{ "a mark is a character here", 0, "\xff\xfe\x61\0", 4,
		  "\xef\xbb\xbf"
		  "a",
		  false },
	};
	struct am_arena arena = { 0 };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		const size_t len =
			units[i].len > 0 ? units[i].len : strlen(units[i].raw);
		struct am_text text;

		print_message("%s\n", units[i].name);
		assert_int_equal(am_text_from_utf16(&arena,
						    am_bytes(units[i].raw, len),
						    &text, NULL),
				 AM_OK);
		assert_string_equal(text.data, units[i].want);
		assert_int_equal(text.len, strlen(units[i].want));
		assert_int_equal(text.replaced, units[i].replaced);
	}
	am_arena_free(&arena);
}

static void
test_decodes(void **state)
{
	static const struct {
		unsigned codepage;
		const char *raw;
		size_t len;
		bool want;
	} cases[] = {
		{ 0, "plain", 5, false },
		{ 12345, "plain", 5, false },
		{ 20127, "plain", 5, true },
		{ 20127, "caf\xe9", 4, false },
		{ 1252, "caf\xe9", 4, true },
		{ 1252, "\x81", 1, false },
		{ 28591, "\x81", 1, true },
		{ 65001, "caf\xc3\xa9", 5, true },
		{ 65001, "caf\xc3", 4, false },
		{ 1200, "a\0", 2, true },
		{ 1200, "a\0b", 3, false },
		{ 1200, "\x3d\xd8", 2, false },
		{ 932, "\x93\xfa", 2, true },
		{ 932, "\x93\xfa\x93", 3, false },
		{ 50220, "\x1b$BF|\x1b(B", 8, true },
		{ 50220, "\x1b$BF", 4, false },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		if (am_text_decodes(cases[i].codepage,
				    am_bytes(cases[i].raw, cases[i].len)) !=
		    cases[i].want)
			fail_msg("case %zu", i);
}

static void
test_printable(void **state)
{
	static const struct {
		const char *text, *want;
	} cases[] = {
		{ "", "" },
		{ "plain é 日 😀", "plain é 日 😀" },
		{ "\x1b[31m\n", "\\x1b[31m\\x0a" },
		{ "\x7f", "\\x7f" },
		{ "\xc2\x9b", "\\u009b" },
		{ "a\xe2\x80\xae"
		  "b",
		  "a\\u202eb" },
		{ "\xe9\xe2\x82", "\\xe9\\xe2\\x82" },
		{ "\xef\xbf\xbd", "\xef\xbf\xbd" },
	};
	struct am_arena arena = { 0 };
	const char *printable;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_int_equal(am_text_printable(&arena,
						   am_bytes_of(cases[i].text),
						   &printable, NULL),
				 AM_OK);
		assert_string_equal(printable, cases[i].want);
	}
	am_text_printable(&arena, am_bytes("a\0b", 3), &printable, NULL);
	assert_string_equal(printable, "a\\x00b");
	am_arena_free(&arena);
}

/* Whatever fails, the status says so; nothing leaks (the sanitizer looks). */
static void
test_out_of_memory(void **state)
{
	static const unsigned pages[] = { 0, 1252, 1200, 932, 50220, 65001 };
	size_t i;
	unsigned long n;

	(void)state;
	for (i = 0; i < sizeof(pages) / sizeof(pages[0]); i++) {
		for (n = 1; n < 20; n++) {
			struct am_arena arena = { 0 };
			struct am_text text = { 0 };
			enum am_status status;

			am_alloc_fail_after(n);
			status = am_text_decode(&arena, pages[i],
						am_bytes_of("\x93\xfa\x96{"),
						&text, NULL);
			am_alloc_fail_after(0);
			am_arena_free(&arena);
			if (status == AM_OK)
				break;
			assert_int_equal(status, AM_NOMEM);
		}
		assert_in_range(n, 2, 19);
	}
}

static void
test_arena_limit(void **state)
{
	struct am_arena arena = { .limit = 10 };
	struct am_text text;
	struct am_error err;

	(void)state;
	assert_int_equal(am_text_decode(&arena, 1252,
					am_bytes_of("12345678\xe9"), &text,
					&err),
			 AM_LIMIT);
	assert_int_equal(am_text_from_utf16(&arena,
					    am_bytes("a\0b\0c\0d\0e\0f\0g\0h\0"
						     "i\0j\0",
						     20),
					    &text, &err),
			 AM_LIMIT);
	assert_int_equal(am_text_decode(&arena, 1252, am_bytes_of("123456789"),
					&text, &err),
			 AM_OK);
	am_arena_free(&arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_decode),
		cmocka_unit_test(test_embedded_nul),
		cmocka_unit_test(test_utf16),
		cmocka_unit_test(test_decodes),
		cmocka_unit_test(test_printable),
		cmocka_unit_test(test_out_of_memory),
		cmocka_unit_test(test_arena_limit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
