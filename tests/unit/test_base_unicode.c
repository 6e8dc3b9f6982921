/* base/unicode: NFC and the folding of names. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/alloc.h"
#include "base/text.h"

struct pair {
	const char *name, *text, *want;
};

static void
test_nfc(void **state)
{
	static const struct pair pairs[] = {
		{ "empty", "", "" },
		{ "ASCII", "Inbox", "Inbox" },
		{ "composed", "é", "é" },
		{ "decomposed", "e\xcc\x81", "é" },
		{ "Hangul", "\xe1\x84\x92\xe1\x85\xa1\xe1\x86\xab", "한" },
		{ "order of marks", "q\xcc\x87\xcc\xa3", "q\xcc\xa3\xcc\x87" },
		{ "angstrom sign", "\xe2\x84\xab", "Å" },
		{ "ligatures stay", "ﬁ", "ﬁ" },
		{ "case stays", "ÀB", "ÀB" },
		{ "broken bytes stay",
		  "a\xff"
		  "e\xcc\x81\xc3",
		  "a\xffé\xc3" },
	};
	struct am_arena arena = { 0 };
	const char *found;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
		print_message("%s\n", pairs[i].name);
		assert_int_equal(
			am_text_nfc(&arena, pairs[i].text, &found, NULL),
			AM_OK);
		assert_string_equal(found, pairs[i].want);
	}
	am_arena_free(&arena);
}

static void
test_fold(void **state)
{
	static const struct pair pairs[] = {
		{ "empty", "", "" },
		{ "ASCII", "InBox 2004", "inbox 2004" },
		{ "Latin", "ÀÉ", "àé" },
		{ "decomposed", "E\xcc\x81", "é" },
		{ "sharp s", "Straße", "strasse" },
		{ "Greek final sigma", "ΣΑΣ", "σασ" },
		{ "wide letters", "ＡＢ", "ab" },
		{ "ligature", "ﬁ", "fi" },
		{ "soft hyphen is ignored",
		  "a\xc2\xad"
		  "b",
		  "ab" },
		{ "broken bytes stay",
		  "A\xff"
		  "B",
		  "a\xff"
		  "b" },
	};
	struct am_arena arena = { 0 };
	const char *found;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
		print_message("%s\n", pairs[i].name);
		assert_int_equal(
			am_text_fold(&arena, pairs[i].text, &found, NULL),
			AM_OK);
		assert_string_equal(found, pairs[i].want);
	}
	am_arena_free(&arena);
}

static void
test_out_of_memory(void **state)
{
	unsigned long n;

	(void)state;
	for (n = 1; n < 10; n++) {
		struct am_arena arena = { 0 };
		enum am_status status;
		const char *found;

		am_alloc_fail_after(n);
		status = am_text_fold(&arena, "Straße", &found, NULL);
		am_alloc_fail_after(0);
		am_arena_free(&arena);
		if (status == AM_OK)
			break;
		assert_int_equal(status, AM_NOMEM);
	}
	assert_in_range(n, 2, 9);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_nfc),
		cmocka_unit_test(test_fold),
		cmocka_unit_test(test_out_of_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
