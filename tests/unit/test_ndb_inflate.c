/* pst/ndb/inflate: one inflater for stream after stream. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <zlib.h>

#include "base/alloc.h"
#include "pst/ndb/inflate.h"

static const char text[] = "one two three one two three one two three";

/* bytes of room, bytes cut off the stream; answer */
static const struct {
	const char *name;
	size_t room, cut;
	size_t len; /* SIZE_MAX: not checked */
	bool whole;
} cases[] = {
	{ "just fits", sizeof(text), 0, sizeof(text), true },
	{ "more room", 200, 0, sizeof(text), true },
	{ "one byte short", sizeof(text) - 1, 0, sizeof(text) - 1, false },
	{ "no room", 0, 0, 0, false },
	{ "without its sum", sizeof(text), 4, sizeof(text), false },
	{ "cut in the middle", sizeof(text), 12, SIZE_MAX, false },
	{ "only a header", sizeof(text), SIZE_MAX, 0, false },
};

static void
test_cases(void **state)
{
	struct am_inflater *inflater = am_inflater_open();
	uint8_t stored[200];
	uint8_t out[201];
	size_t i;

	(void)state;
	assert_non_null(inflater);
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		uLongf stored_len = sizeof(stored);
		struct am_bytes in;
		bool whole;
		size_t len;

		print_message("%s\n", cases[i].name);
		assert_int_equal(compress(stored, &stored_len,
					  (const Bytef *)text, sizeof(text)),
				 Z_OK);
		in = am_bytes(stored, cases[i].cut < stored_len
					      ? stored_len - cases[i].cut
					      : 2);
		memset(out, 0xee, sizeof(out));
		len = am_inflate(inflater, AM_INFLATE_ZLIB, in, out,
				 cases[i].room, &whole);
		assert_int_equal(whole, cases[i].whole);
		if (cases[i].len != SIZE_MAX)
			assert_int_equal(len, cases[i].len);
		assert_true(len <= cases[i].room);
		assert_memory_equal(out, text, len);
		assert_int_equal(out[cases[i].room], 0xee);
	}
	am_inflater_close(inflater);
}

static void
test_garbage(void **state)
{
	struct am_inflater *inflater = am_inflater_open();
	uint8_t data[64];
	uint8_t out[100];
	unsigned seed;
	bool whole;
	size_t i;

	(void)state;
	assert_non_null(inflater);
	assert_int_equal(am_inflate(inflater, AM_INFLATE_ZLIB,
				    am_bytes(NULL, 0), out, 100, &whole),
			 0);
	assert_false(whole);
	for (seed = 1; seed < 2000; seed++) {
		uint32_t x = seed;

		for (i = 0; i < sizeof(data); i++) {
			x = x * 1664525 + 1013904223;
			data[i] = (uint8_t)(x >> 24);
		}
		assert_true(am_inflate(inflater, AM_INFLATE_RAW,
				       am_bytes(data, sizeof(data)), out, 100,
				       &whole) <= 100);
		assert_true(am_inflate(inflater, AM_INFLATE_ZLIB,
				       am_bytes(data, sizeof(data)), out, 100,
				       &whole) <= 100);
	}
	am_inflater_close(inflater);
}

static void
test_no_memory(void **state)
{
	struct am_inflater *inflater = NULL;
	unsigned long i;

	(void)state;
	for (i = 1; i < 10 && inflater == NULL; i++) {
		am_alloc_fail_after(i);
		inflater = am_inflater_open();
		am_alloc_fail_after(0);
	}
	assert_true(i > 2);
	am_inflater_close(inflater);
	am_inflater_close(NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cases),
		cmocka_unit_test(test_garbage),
		cmocka_unit_test(test_no_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
