/* convert/macbinary: forks, and what is none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "convert/macbinary.h"

/* A byte of a good header changed; 200 data bytes, 5 of resources. */
static const struct {
	const char *name;
	size_t at;
	uint8_t value;
	uint64_t size;
	bool want;
} cases[] = {
	{ "good", 0, 0, 128 + 256 + 5, true },
	{ "a version", 0, 1, 128 + 256 + 5, false },
	{ "no name", 1, 0, 128 + 256 + 5, false },
	{ "name too long", 1, 64, 128 + 256 + 5, false },
	{ "byte 74", 74, 1, 128 + 256 + 5, false },
	{ "byte 82", 82, 1, 128 + 256 + 5, false },
	{ "cut in the resources", 0, 0, 128 + 256 + 4, false },
	{ "cut in the data", 90, 0, 128 + 199, false },
	{ "not filled up, no resources", 90, 0, 128 + 200, true },
	{ "data of all", 83, 0x7f, 128 + 256 + 5, false },
	{ "data of more", 83, 0xff, UINT64_MAX, false },
	{ "resources of more", 87, 0xff, UINT64_MAX, false },
	{ "second header", 121, 1, 128 + 128 + 256 + 5, true },
	{ "second header beyond", 121, 1, 128 + 256 + 5, false },
};

static void
test_read(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		uint8_t header[AM_MACBINARY_HEADER] = {
			[1] = 4, [86] = 200, [90] = 5
		};
		struct am_macbinary forks;

		print_message("%s\n", cases[i].name);
		header[cases[i].at] = cases[i].value;
		if (i == 0)
			header[0] = 0;
		assert_int_equal(
			am_macbinary_read(am_bytes(header, sizeof(header)),
					  cases[i].size, &forks),
			cases[i].want);
		assert_false(
			am_macbinary_read(am_bytes(header, sizeof(header) - 1),
					  cases[i].size, &forks));
	}
}

static void
test_apple_header(void **state)
{
	static const uint8_t want[26] = { 0, 5, 0x16, 7, 0, 2, [25] = 2 };
	uint8_t header[AM_MACBINARY_HEADER] = { [65] = 'T', 'E', 'X', 'T' };
	const struct am_macbinary forks = { .resource_size = 0x010203 };
	uint8_t out[AM_APPLEDOUBLE_HEADER];

	(void)state;
	am_macbinary_apple_header(am_bytes(header, sizeof(header)), &forks,
				  out);
	assert_memory_equal(out, want, sizeof(want));
	assert_memory_equal(out + 26, "\0\0\0\x09\0\0\0\x32\0\0\0\x20", 12);
	assert_memory_equal(out + 38, "\0\0\0\x02\0\0\0\x52\0\1\2\3", 12);
	assert_memory_equal(out + 50, "TEXT", 4);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_read),
		cmocka_unit_test(test_apple_header),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
