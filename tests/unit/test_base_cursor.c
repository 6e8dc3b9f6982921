/* base/cursor and base/bytes: the one place that checks. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/cursor.h"

static const uint8_t bytes[] = { 1, 2, 3, 4, 5, 6, 7, 8, 9 };

static void
test_little_endian(void **state)
{
	struct am_cursor cur = am_cursor(am_bytes(bytes, sizeof(bytes)));

	(void)state;
	assert_int_equal(am_u8(&cur), 0x01);
	assert_int_equal(am_u16(&cur), 0x0302);
	assert_int_equal(am_u32(&cur), 0x07060504);
	assert_int_equal(am_uint(&cur, 2), 0x0908);
	assert_true(am_cursor_ok(&cur));
	assert_int_equal(cur.left, 0);
	cur = am_cursor(am_bytes(bytes, sizeof(bytes)));
	assert_true(am_u64(&cur) == UINT64_C(0x0807060504030201));
	cur = am_cursor(am_bytes(bytes, sizeof(bytes)));
	assert_true(am_uint(&cur, 8) == UINT64_C(0x0807060504030201));
}

/* name, bytes there are, bytes asked for, is there enough */
static const struct {
	const char *name;
	size_t have, want;
	bool ok;
} reads[] = {
	{ "exactly", 4, 4, true },
	{ "one short", 3, 4, false },
	{ "nothing of nothing", 0, 0, true },
	{ "of nothing", 0, 1, false },
	{ "absurd", 9, SIZE_MAX, false },
};

static void
test_short_reads(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(reads) / sizeof(reads[0]); i++) {
		struct am_cursor cur =
			am_cursor(am_bytes(bytes, reads[i].have));
		const struct am_bytes taken = am_take(&cur, reads[i].want);

		print_message("%s\n", reads[i].name);
		assert_int_equal(am_cursor_ok(&cur), reads[i].ok);
		assert_int_equal(taken.len, reads[i].ok ? reads[i].want : 0);
		if (reads[i].ok)
			continue;
		/* the flag stays, and nothing more is given */
		assert_int_equal(am_u8(&cur), 0);
		assert_int_equal(am_u16(&cur), 0);
		assert_int_equal(am_u32(&cur), 0);
		assert_true(am_u64(&cur) == 0);
		assert_false(am_cursor_ok(&cur));
	}
}

/* name, offset, length, inside of nine bytes */
static const struct {
	const char *name;
	size_t offset, len;
	bool inside;
} slices[] = {
	{ "all", 0, 9, true },
	{ "the end", 9, 0, true },
	{ "past the end", 10, 0, false },
	{ "one too long", 5, 5, false },
	{ "the sum wraps", 5, SIZE_MAX - 2, false },
	{ "the offset is absurd", SIZE_MAX, 1, false },
};

static void
test_slices(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(slices) / sizeof(slices[0]); i++) {
		struct am_bytes part = am_bytes("unset", 5);

		print_message("%s\n", slices[i].name);
		assert_int_equal(am_slice(am_bytes(bytes, sizeof(bytes)),
					  slices[i].offset, slices[i].len,
					  &part),
				 slices[i].inside);
		assert_int_equal(part.len,
				 slices[i].inside ? slices[i].len : 5);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_little_endian),
		cmocka_unit_test(test_short_reads),
		cmocka_unit_test(test_slices),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
