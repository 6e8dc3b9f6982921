/* base/utf16: every unit and pair, every length, and what is cut. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>

#include "base/text.h"
#include "base/utf16.h"

static void
unit_put(uint8_t *raw, unsigned unit, enum am_utf16_order order)
{
	raw[order == AM_UTF16_BE] = (uint8_t)unit;
	raw[order != AM_UTF16_BE] = (uint8_t)(unit >> 8);
}

/* Units that stand alone, one by one and amid a run of ASCII. */
static void
test_every_unit(void **state)
{
	/* a double run and a single one before the run it is in */
	enum { COUNT = 44, AT = 27 };
	uint8_t raw[2 * COUNT];
	char out[COUNT + 4], want[4];
	unsigned unit, order;
	size_t used;

	(void)state;
	for (unit = 0; unit < 0x10000; unit++) {
		const bool surrogate = unit >= 0xd800 && unit < 0xe000;
		const size_t len = am_utf8_encode(unit, want);

		for (order = 0; order < 2; order++) {
			const struct am_bytes all = am_bytes(raw, sizeof(raw));
			uint64_t faults = 0;
			size_t i, got;

			for (i = 0; i < COUNT; i++)
				unit_put(raw + 2 * i, i == AT ? unit : 'a',
					 order);
			got = am_utf16_write(all, order, true, out, &used,
					     &faults);
			assert_int_equal(used, sizeof(raw));
			assert_int_equal(got, COUNT - 1 + len);
			assert_int_equal(am_utf16_bound(all, order), got);
			for (i = 0; i < AT; i++)
				assert_int_equal(out[i], 'a');
			assert_memory_equal(out + AT, want, len);
			for (i = AT + len; i < got; i++)
				assert_int_equal(out[i], 'a');
			assert_int_equal(faults, surrogate);
		}
	}
}

static void
test_pairs(void **state)
{
	uint8_t raw[4];
	char out[8], want[4];
	uint32_t code;
	size_t used;

	(void)state;
	for (code = 0x10000; code <= 0x10ffff; code += 7) {
		const unsigned high = 0xd7c0 + (code >> 10);
		const unsigned low = 0xdc00 + (code & 0x3ff);
		uint64_t faults = 0;

		unit_put(raw, high, AM_UTF16_LE);
		unit_put(raw + 2, low, AM_UTF16_LE);
		assert_int_equal(am_utf16_write(am_bytes(raw, 4), AM_UTF16_LE,
						true, out, &used, &faults),
				 4);
		am_utf8_encode(code, want);
		assert_memory_equal(out, want, 4);
		assert_int_equal(faults, 0);
		assert_true(am_utf16_bound(am_bytes(raw, 4), AM_UTF16_LE) >= 4);
	}
}

static void
test_cut(void **state)
{
	static const struct {
		const char *name;
		const char *raw;
		size_t len;
		bool last;
		size_t used;
		uint64_t faults;
		const char *want;
	} cases[] = {
		{ "nothing", "", 0, true, 0, 0, "" },
		{ "half a unit", "a", 1, true, 0, 0, "" },
		{ "an odd byte", "a\0b", 3, true, 2, 0, "a" },
		{ "a pair to come", "a\0\x3d\xd8", 4, false, 2, 0, "a" },
		{ "a pair and a half", "\x3d\xd8\0\xde\0", 5, false, 4, 0,
		  "\xf0\x9f\x98\x80" },
		{ "half a pair at the end", "\x3d\xd8", 2, true, 2, 1,
		  "\xef\xbf\xbd" },
		{ "high, then a letter", "\x3d\xd8z\0", 4, true, 4, 1,
		  "\xef\xbf\xbdz" },
		{ "low alone", "\0\xdez\0", 4, true, 4, 1, "\xef\xbf\xbdz" },
		{ "high, high, low", "\x3d\xd8\x3d\xd8\0\xde", 6, true, 6, 1,
		  "\xef\xbf\xbd\xf0\x9f\x98\x80" },
		{ "NUL is a letter", "a\0\0\0", 4, true, 4, 0, "a" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct am_bytes raw =
			am_bytes(cases[i].raw, cases[i].len);
		char out[32] = { 0 };
		uint64_t faults = 0;
		size_t used, len;

		print_message("%s\n", cases[i].name);
		len = am_utf16_write(raw, AM_UTF16_LE, cases[i].last, out,
				     &used, &faults);
		assert_string_equal(out, cases[i].want);
		assert_true(len >= strlen(cases[i].want));
		assert_int_equal(used, cases[i].used);
		assert_int_equal(faults, cases[i].faults);
	}
}

/* The room is the bound and not a byte more: the sanitizer watches. */
static void
test_room(void **state)
{
	static const unsigned units[] = { 'a', 0xe9, 0x20ac, 0xd83d, 0xde00 };
	uint8_t raw[100];
	size_t used, count, i;
	unsigned seed;

	(void)state;
	for (seed = 0; seed < 2000; seed++) {
		uint64_t faults = 0;
		struct am_bytes all;
		char *out;

		count = seed % 50;
		for (i = 0; i < count; i++)
			unit_put(raw + 2 * i,
				 units[(seed * 31 + i * i * (seed % 7)) % 5],
				 AM_UTF16_LE);
		all = am_bytes(raw, count * 2);
		out = malloc(am_utf16_bound(all, AM_UTF16_LE) + 1);
		i = am_utf16_write(all, AM_UTF16_LE, true, out, &used, &faults);
		assert_true(i <= am_utf16_bound(all, AM_UTF16_LE));
		assert_true(am_utf8_is_valid(am_bytes(out, i)));
		assert_int_equal(used, all.len);
		free(out);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_unit),
		cmocka_unit_test(test_pairs),
		cmocka_unit_test(test_cut),
		cmocka_unit_test(test_room),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
