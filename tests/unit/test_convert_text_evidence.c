/* convert/text_evidence: the code page of a text, by what it looks like. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "convert/text_evidence.h"

enum { NONE = AM_CP_NONE };

struct sample {
	const char *name;
	const char *text;
	size_t len; /* 0: up to the NUL */
	unsigned label, declared, fallback;
	unsigned codepage;
};

static const struct sample samples[] = {
	{ "empty", "", 0, 1252, NONE, 1252, AM_CP_UTF8 },
	{ "ASCII", "abc", 0, 932, 1251, 1252, AM_CP_UTF8 },
	{ "the label", "caf\xe9", 0, 1250, NONE, 1252, 1250 },
	{ "UTF-8 against the label (D20)", "caf\xc3\xa9", 0, 1252, 1252, 1252,
	  AM_CP_UTF8 },
	{ "UTF-8 against a label of many bytes", "\xe3\x81\x82\xe3\x81\x84", 0,
	  932, NONE, 1252, AM_CP_UTF8 },
	{ "UTF-8 that is cut", "\xe3\x81\x82\xe3\x81\x84\xe3\x81", 0, 1252,
	  NONE, 1252, AM_CP_UTF8 },
	{ "one byte is no UTF-8", "caf\xc3", 0, 1252, NONE, 1252, 1252 },
	{ "overlong is no UTF-8", "\xc0\xaf\xe0\x80\xaf", 0, 1252, NONE, 1252,
	  1252 },
	{ "a surrogate is no UTF-8", "\xed\xa0\x80", 0, 1252, NONE, 1252,
	  1252 },
	{ "beyond Unicode is no UTF-8", "\xf4\x90\x80\x80", 0, 1252, NONE, 1252,
	  1252 },
	{ "four bytes", "\xf0\x9f\x98\x80", 0, 1252, NONE, 1252, AM_CP_UTF8 },
	{ "labelled UTF-8, is not", "caf\xe9 x", 0, AM_CP_UTF8, NONE, 1250,
	  1250 },
	{ "labelled ASCII, is not", "caf\xe9 x", 0, AM_CP_ASCII, NONE, 1252,
	  1252 },
	{ "declared where the label fails", "\x83\x65\x83\x58", 0, AM_CP_UTF8,
	  932, 1252, 932 },
	{ "declared where there is no label", "\xf0\xd2\xc9", 0, NONE, 20866,
	  1252, 20866 },
	{ "the label comes before the declared", "\xf0\xd2\xc9", 0, 1251, 20866,
	  1252, 1251 },
	{ "labelled UTF-16, is not (B4)", "caf\xe9", 0, 1200, 1201, 1250,
	  1250 },
	{ "unknown numbers", "caf\xe9", 0, 4711, 9999, 12345, 1252 },
	{ "UTF-16LE by its NULs (B3)", "a\0b\0c\0", 6, 1252, NONE, 1252,
	  AM_CP_UTF16LE },
	{ "UTF-16BE by its NULs", "\0a\0b\0c", 6, 1252, NONE, 1252,
	  AM_CP_UTF16BE },
	{ "a NUL is no UTF-16 (B9)", "abcde\0fghij", 11, 1252, NONE, 1252,
	  AM_CP_UTF8 },
	{ "a mark of UTF-8",
	  "\xef\xbb\xbf"
	  "abc",
	  0, 1252, NONE, 1252, AM_CP_UTF8 },
	{ "a mark of UTF-16LE", "\xff\xfe\x42\x30", 4, 1252, NONE, 1252,
	  AM_CP_UTF16LE },
	{ "a mark of UTF-16BE", "\xfe\xff\x30\x42", 4, 1252, NONE, 1252,
	  AM_CP_UTF16BE },
	{ "ISO-2022-JP", "\x1b$B$\"\x1b(B", 0, 50220, NONE, 1252, 50220 },
	{ "ISO-2022-JP, declared", "\x1b$B$\"\x1b(B", 0, NONE, 50220, 1252,
	  50220 },
	{ "labelled ISO-2022-JP, is ASCII", "abc", 0, 50220, NONE, 1252,
	  AM_CP_UTF8 },
	{ "labelled ISO-2022-JP, is Shift_JIS: its decoder knows both",
	  "\x83\x65\x83\x58", 0, 50220, NONE, 1252, 50220 },
	{ "UTF-7", "caf+AOk-", 0, 65000, NONE, 1252, 65000 },
	{ "UTF-7 nobody speaks of", "caf+AOk-", 0, 1252, NONE, 1252,
	  AM_CP_UTF8 },
	{ "HZ", "~{VPND~}", 0, 52936, NONE, 1252, 52936 },
};

static enum am_status
sample_decodes(void *arg, unsigned codepage, bool *decodes_out,
	       struct am_error *err)
{
	const struct am_bytes *text = arg;

	(void)err;
	*decodes_out = am_text_decodes(codepage, *text);
	return AM_OK;
}

static unsigned
sample_codepage(const struct sample *sample, size_t piece)
{
	const size_t len = sample->len > 0 ? sample->len : strlen(sample->text);
	const struct am_text_claims claims = { .label = sample->label,
					       .declared = sample->declared,
					       .fallback = sample->fallback };
	struct am_bytes text = am_bytes(sample->text, len);
	struct am_bytes left = text;
	struct am_text_evidence evidence = { 0 };
	struct am_error err;
	unsigned codepage = 0;

	while (left.len > 0) {
		const size_t part = left.len < piece ? left.len : piece;

		am_text_evidence_add(&evidence, am_bytes(left.data, part));
		left = am_bytes(left.data + part, left.len - part);
	}
	assert_int_equal(am_text_codepage(&evidence, text, &claims,
					  sample_decodes, &text, &codepage,
					  &err),
			 AM_OK);
	return codepage;
}

static void
test_samples(void **state)
{
	size_t piece;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(samples) / sizeof(samples[0]); i++) {
		print_message("%s\n", samples[i].name);
		for (piece = 1; piece < 6; piece++)
			assert_int_equal(sample_codepage(&samples[i], piece),
					 samples[i].codepage);
		assert_int_equal(sample_codepage(&samples[i], SIZE_MAX),
				 samples[i].codepage);
	}
}

static enum am_status
never_decodes(void *arg, unsigned codepage, bool *decodes_out,
	      struct am_error *err)
{
	(void)arg;
	(void)codepage;
	(void)decodes_out;
	return am_nomem(err);
}

/* What cannot be tried is not guessed. */
static void
test_failure(void **state)
{
	const struct am_text_claims claims = { .label = 1250,
					       .fallback = 1252 };
	struct am_text_evidence evidence = { 0 };
	struct am_error err;
	unsigned codepage;

	(void)state;
	am_text_evidence_add(&evidence, am_bytes_of("caf\xe9"));
	assert_int_equal(am_text_codepage(&evidence, am_bytes_of(""), &claims,
					  never_decodes, NULL, &codepage, &err),
			 AM_NOMEM);
}

/* Whoever forces a page is right, unless the bytes are against it. */
static const struct {
	const char *name, *text;
	unsigned forced, codepage;
} forced[] = {
	{ "over the label", "\xcf\xf0", 1251, 1251 },
	{ "not over UTF-8", "\xc3\xa9", 1251, AM_CP_UTF8 },
	{ "not where it does not decode", "\xfd\xff.", 932, 1250 },
	{ "a page that is none", "\xcf\xf0", 1, 1250 },
};

static void
test_forced(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(forced) / sizeof(forced[0]); i++) {
		const struct am_text_claims claims = { .forced =
							       forced[i].forced,
						       .label = 1250,
						       .fallback = 1252 };
		struct am_bytes text = am_bytes_of(forced[i].text);
		struct am_text_evidence evidence = { 0 };
		struct am_error err;
		unsigned codepage = 0;

		am_text_evidence_add(&evidence, text);
		assert_int_equal(am_text_codepage(&evidence, text, &claims,
						  sample_decodes, &text,
						  &codepage, &err),
				 AM_OK);
		if (codepage != forced[i].codepage)
			fail_msg("%s: %u", forced[i].name, codepage);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_samples),
		cmocka_unit_test(test_failure),
		cmocka_unit_test(test_forced),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
