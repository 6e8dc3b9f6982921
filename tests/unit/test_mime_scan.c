/* mime/scan: every byte at every place, against the plain question. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "mime/scan.h"

enum { LINE = 40 };

static bool
is_plain(unsigned c)
{
	return c >= ' ' && c != '=' && c < 0x7f;
}

static bool
is_text(unsigned c)
{
	return c >= ' ';
}

/* The portable steps: all or nothing. */
static void
test_words(void **state)
{
	static const uint8_t arounds[] = { ' ', 'a', '~', '<', '>' };
	uint8_t word[AM_SCAN_WORD];
	size_t i, place;
	unsigned c;

	(void)state;
	for (i = 0; i < sizeof(arounds); i++)
		for (place = 0; place < sizeof(word); place++)
			for (c = 0; c < 256; c++) {
				memset(word, arounds[i], sizeof(word));
				word[place] = (uint8_t)c;
				assert_int_equal(am_scan_plain_word(word),
						 is_plain(c) ? AM_SCAN_WORD
							     : 0);
				assert_int_equal(am_scan_text_word(word),
						 is_text(c) ? AM_SCAN_WORD : 0);
			}
}

/* Bytes above 0x7f hide nothing, and are nothing else. */
static void
test_words_of_high_bytes(void **state)
{
	static const uint8_t arounds[] = { 0x80, 0x9f, 0xbd, 0xff };
	uint8_t word[AM_SCAN_WORD];
	size_t i, place;
	unsigned c;

	(void)state;
	for (i = 0; i < sizeof(arounds); i++)
		for (place = 0; place < sizeof(word); place++)
			for (c = 0; c < 256; c++) {
				memset(word, arounds[i], sizeof(word));
				word[place] = (uint8_t)c;
				assert_int_equal(am_scan_plain_word(word), 0);
				assert_int_equal(am_scan_text_word(word),
						 is_text(c) ? AM_SCAN_WORD : 0);
			}
}

/* c at a place of a line of len bytes, all limits. */
static void
line_check(const uint8_t *line, size_t len, size_t place, unsigned c)
{
	const struct am_bytes bytes = am_bytes(line, len);
	const size_t plain = is_plain(c) ? len : place;
	const size_t text = is_text(c) ? len : place;
	size_t max;

	for (max = 0; max <= len + 1; max++) {
		assert_int_equal(am_scan_plain(bytes, max),
				 plain < max ? plain : max);
		assert_int_equal(am_scan_text(bytes, max),
				 text < max ? text : max);
	}
}

static void
test_lines(void **state)
{
	uint8_t line[LINE];
	size_t len, place;
	unsigned c;

	(void)state;
	for (len = 1; len <= LINE; len += 3)
		for (place = 0; place < len; place++)
			for (c = 0; c < 256; c++) {
				memset(line, 'x', len);
				line[place] = (uint8_t)c;
				line_check(line, len, place, c);
			}
}

static void
test_nothing(void **state)
{
	const struct am_bytes nothing = { NULL, 0 };

	(void)state;
	assert_int_equal(am_scan_plain(nothing, 75), 0);
	assert_int_equal(am_scan_text(nothing, 75), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_words),
		cmocka_unit_test(test_words_of_high_bytes),
		cmocka_unit_test(test_lines),
		cmocka_unit_test(test_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
