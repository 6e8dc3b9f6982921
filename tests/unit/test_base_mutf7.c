/* base/mutf7: RFC 3501 5.1.3. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/mutf7.h"

static const struct {
	const char *name, *text, *want;
} cases[] = {
	{ "nothing", "", "" },
	{ "ASCII", "Inbox/a b~", "Inbox/a b~" },
	{ "an ampersand", "R&D", "R&-D" },
	{ "an umlaut", "Entw\xc3\xbcrfe", "Entw&APw-rfe" },
	/* the example of RFC 3501 */
	{ "two scripts",
	  "~peter/mail/\xe5\x8f\xb0\xe5\x8c\x97/\xe6\x97\xa5\xe6"
	  "\x9c\xac\xe8\xaa\x9e",
	  "~peter/mail/&U,BTFw-/&ZeVnLIqe-" },
	{ "a surrogate pair", "\xf0\x9f\x98\x80", "&2D3eAA-" },
	{ "controls", "a\tb\x7f", "a&AAk-b&AH8-" },
	{ "a shift, an ampersand, a shift", "\xc3\xa4&\xc3\xa4",
	  "&AOQ-&-&AOQ-" },
	{ "a comma of base64", "\xe5\x8f\xb0", "&U,A-" },
	{ "no UTF-8", "a\xff", "a&,,0-" },
};

static void
text_becomes(void **state)
{
	struct am_buf out = am_buf(1000);
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		print_message("%s\n", cases[i].name);
		am_buf_clear(&out);
		am_mutf7_add(&out, am_bytes_of(cases[i].text));
		assert_string_equal(am_buf_text(&out), cases[i].want);
	}
	am_buf_free(&out);
}

/* What fits is the longest front that does, and never half a character. */
static void
as_much_as_fits(void **state)
{
	struct am_buf out = am_buf(1000);
	size_t i;
	size_t max;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct am_bytes text = am_bytes_of(cases[i].text);
		size_t before = 0;

		for (max = 0; max <= strlen(cases[i].want); max++) {
			const size_t fit = am_mutf7_fit(text, max);

			am_buf_clear(&out);
			am_mutf7_add(&out, am_bytes(text.data, fit));
			assert_true(out.len <= max);
			assert_true(fit >= before);
			assert_true(fit == text.len ||
				    (text.data[fit] & 0xc0) != 0x80);
			before = fit;
		}
		assert_int_equal(before, text.len);
	}
	/* "&AOQ-" is five bytes: one more does not fit into seven */
	assert_int_equal(am_mutf7_fit(am_bytes_of("\xc3\xa4\xc3\xa4"), 7), 2);
	assert_int_equal(am_mutf7_fit(am_bytes_of("\xc3\xa4\xc3\xa4"), 8), 4);
	am_buf_free(&out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_becomes),
		cmocka_unit_test(as_much_as_fits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
