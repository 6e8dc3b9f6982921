/* mime/scan: every byte at every place, against the plain question. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "mime/scan.h"

/* The eight bytes are all around, but the one at place, which is c. */
static uint64_t
word_of(uint8_t around, size_t place, uint8_t c)
{
	uint8_t bytes[8];

	memset(bytes, around, sizeof(bytes));
	bytes[place] = c;
	return am_scan_load(bytes);
}

static bool
is_special(unsigned c)
{
	return c < ' ' || c == '=' || c >= 0x7f;
}

static void
test_every_byte(void **state)
{
	static const uint8_t arounds[] = { ' ', 'a', '~', '<', '>' };
	size_t i, place;
	unsigned c;

	(void)state;
	for (i = 0; i < sizeof(arounds); i++)
		for (place = 0; place < 8; place++)
			for (c = 0; c < 256; c++) {
				const uint64_t word =
					word_of(arounds[i], place, (uint8_t)c);

				assert_int_equal(am_scan_has_special(word),
						 is_special(c));
				assert_int_equal(am_scan_has_below(word, ' '),
						 c < ' ');
				assert_int_equal(am_scan_has(word, '='),
						 c == '=');
			}
}

/* Bytes above 0x7f hide nothing, and are nothing else. */
static void
test_among_high_bytes(void **state)
{
	static const uint8_t arounds[] = { 0x80, 0xbd, 0xff };
	size_t i, place;
	unsigned c;

	(void)state;
	for (i = 0; i < sizeof(arounds); i++)
		for (place = 0; place < 8; place++)
			for (c = 0; c < 256; c++) {
				const uint64_t word =
					word_of(arounds[i], place, (uint8_t)c);

				assert_true(am_scan_has_special(word));
				assert_int_equal(am_scan_has_below(word, ' '),
						 c < ' ');
				assert_int_equal(am_scan_has(word, '='),
						 c == '=');
			}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_byte),
		cmocka_unit_test(test_among_high_bytes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
