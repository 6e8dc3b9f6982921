/* base/singlebyte: the rare tables, gaps, and the room that is asked for. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>

#include "base/codepage.h"

/* Where no iconv has the page, a few characters stand for all. */
static void
test_rare_tables(void **state)
{
	static const struct {
		unsigned number;
		const char *raw, *want;
	} cases[] = {
		{ 720, "\x98\x99", "ءآ" },
		{ 10004, "\xc7\xe4", "ال" },
		{ 10005, "\xf9\xec\xe5\xed\xa6", "שלום₪" },
		{ 10006, "\xb0\xb5", "ΑΒ" },
		{ 10010, "\xaf\xbf",
		  "Ș"
		  "ș" },
		{ 10081, "\xdc\xdd", "İı" },
		{ 10082, "\xa9\xb9", "Šš" },
		{ 20924, "\x9f\xc1", "€A" },
		{ 57002, "\xb3\xda\xea\xf1", "का।०" },
		{ 57003, "\xb3", "ক" },
		{ 57004, "\xb3", "க" },
		{ 57006, "\xcf", "ৰ" },
		{ 57011, "\xb3", "ਕ" },
		{ 1047, "\xad\xbd\x5f", "[]^" },
		{ 38598, "\xf9", "ש" },
		{ 37, "\xc8\x85\x93\x93\x96", "Hello" },
	};
	struct am_codepage page;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct am_bytes raw = am_bytes_of(cases[i].raw);
		uint64_t faults = 0;
		char out[64];
		size_t len;

		print_message("%u\n", cases[i].number);
		assert_true(am_codepage_get(cases[i].number, &page));
		len = am_codepage_write(&page, raw, out, &faults);
		out[len] = '\0';
		assert_string_equal(out, cases[i].want);
		assert_int_equal(len, am_codepage_bound(&page, raw));
		assert_int_equal(faults, 0);
	}
}

/* Each byte of each page at each place of a run: it fits, it is valid. */
static void
test_room(void **state)
{
	struct am_codepage page;
	uint8_t raw[21];
	size_t i, len;
	unsigned byte;

	(void)state;
	for (i = 0; i < am_codepage_table_count; i++) {
		assert_true(
			am_codepage_get(am_codepage_tables[i].number, &page));
		for (byte = 0; byte < 256; byte++) {
			const size_t at = byte % sizeof(raw);
			const struct am_bytes bytes =
				am_bytes(raw, sizeof(raw) - byte % 5);
			uint64_t faults = 0;
			char *out;

			memset(raw, 'a', sizeof(raw));
			raw[at] = (uint8_t)byte;
			out = malloc(am_codepage_bound(&page, bytes));
			len = am_codepage_write(&page, bytes, out, &faults);
			assert_true(am_utf8_is_valid(am_bytes(out, len)));
			free(out);
		}
	}
}

static void
test_gaps(void **state)
{
	static const char raw[] = "aaaaaaaa\x81\x8d aaaaaaaa\x90";
	struct am_codepage page;
	uint64_t faults = 5;
	char out[100];
	size_t len;

	(void)state;
	assert_true(am_codepage_get(AM_CP_1252, &page));
	len = am_codepage_write(&page, am_bytes_of(raw), out, &faults);
	out[len] = '\0';
	assert_string_equal(out, "aaaaaaaa\xc2\x81\xc2\x8d "
				 "aaaaaaaa\xc2\x90");
	assert_int_equal(faults, 8);
	assert_int_equal(
		am_codepage_write(&page, am_bytes(NULL, 0), out, &faults), 0);
	assert_int_equal(am_codepage_bound(&page, am_bytes(NULL, 0)), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rare_tables),
		cmocka_unit_test(test_room),
		cmocka_unit_test(test_gaps),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
