/* base/codepage: the tables against iconv's, and the numbers of the
 * specification. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/codepage.h"

static void
test_known(void **state)
{
	/* All of the list of Windows but 20001, 20003-5, 20838 and
	 * 29001, for which there is no table anywhere. */
	static const unsigned numbers[] = {
		37,    437,   500,   708,   720,   737,	  775,	 850,	852,
		855,   857,   858,   860,   861,   862,	  863,	 864,	865,
		866,   869,   870,   874,   875,   932,	  936,	 949,	950,
		951,   1026,  1047,  1140,  1141,  1142,  1143,	 1144,	1145,
		1146,  1147,  1148,  1149,  1200,  1201,  1250,	 1251,	1252,
		1253,  1254,  1255,  1256,  1257,  1258,  1361,	 10000, 10001,
		10002, 10003, 10004, 10005, 10006, 10007, 10008, 10010, 10017,
		10021, 10029, 10079, 10081, 10082, 12000, 12001, 20000, 20002,
		20105, 20106, 20107, 20108, 20127, 20261, 20269, 20273, 20277,
		20278, 20280, 20284, 20285, 20290, 20297, 20420, 20423, 20424,
		20833, 20866, 20871, 20880, 20905, 20924, 20932, 20936, 20949,
		21025, 21866, 28591, 28592, 28593, 28594, 28595, 28596, 28597,
		28598, 28599, 28603, 28604, 28605, 28606, 38598, 50220, 50221,
		50222, 50225, 50227, 50229, 50930, 50931, 50932, 50933, 50935,
		50937, 50939, 50949, 51932, 51936, 51949, 51950, 52936, 54936,
		57002, 57003, 57004, 57005, 57006, 57007, 57008, 57009, 57010,
		57011, 65000, 65001,
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		if (!am_codepage_is_known(numbers[i]))
			fail_msg("%u is not known", numbers[i]);
	assert_false(am_codepage_is_known(AM_CP_NONE));
	assert_false(am_codepage_is_known(1));
	assert_false(am_codepage_is_known(29001));
	assert_false(am_codepage_is_known(UINT32_MAX));
}

static void
test_tables_ascend(void **state)
{
	size_t i;

	(void)state;
	for (i = 1; i < am_codepage_table_count; i++)
		assert_true(am_codepage_tables[i - 1].number <
			    am_codepage_tables[i].number);
}

/* Under which name iconv has the page of a table, if not under its number, and
 * in how many bytes we know better. */
static const struct {
	unsigned number;
	const char *name;
	int different;
} in_iconv[] = {
	{ 875, "CP875", 3 },	   /* 0x6a, 0x74, 0xdd as Windows has them */
	{ 1026, "IBM1026", 2 },	   /* 0x9d, 0xbc */
	{ 1255, "CP1255", 1 },	   /* 0xca is assigned in Windows */
	{ 10000, "MACINTOSH", 2 }, /* increment sign, the apple */
	{ 10007, "MAC-CYRILLIC", 1 }, { 10029, "MAC-CENTRALEUROPE", 0 },
	{ 10079, "MAC-IS", 12 }, /* glibc's is another revision */
	{ 20273, "IBM273", 1 },	      { 20424, "IBM424", 2 },
	{ 20866, "KOI8-R", 0 },	      { 21866, "KOI8-U", 0 },
	{ 28591, "ISO-8859-1", 27 }, /* the quotes of 1252 */
	{ 28592, "ISO-8859-2", 0 },   { 28593, "ISO-8859-3", 0 },
	{ 28594, "ISO-8859-4", 0 },   { 28595, "ISO-8859-5", 0 },
	{ 28596, "ISO-8859-6", 0 },   { 28597, "ISO-8859-7", 0 },
	{ 28598, "ISO-8859-8", 0 },   { 28599, "ISO-8859-9", 0 },
	{ 28600, "ISO-8859-10", 0 },  { 28603, "ISO-8859-13", 0 },
	{ 28604, "ISO-8859-14", 0 },  { 28605, "ISO-8859-15", 0 },
	{ 28606, "ISO-8859-16", 0 },
};

/* What iconv makes of one byte; the gap sign if it makes nothing of it. */
static uint32_t
by_iconv(iconv_t handle, uint8_t byte)
{
	char in = (char)byte, out[16];
	char *from = &in, *to = out;
	size_t in_left = 1, left = sizeof(out);
	uint32_t code = AM_CODEPAGE_GAP;

	iconv(handle, NULL, NULL, NULL, NULL);
	if (iconv(handle, &from, &in_left, &to, &left) != (size_t)-1 &&
	    iconv(handle, NULL, NULL, &to, &left) != (size_t)-1 &&
	    left < sizeof(out))
		am_utf8_decode(am_bytes(out, sizeof(out) - left), &code);
	return code;
}

static void
test_tables_are_right(void **state)
{
	size_t i, k, compared = 0;

	(void)state;
	for (i = 0; i < am_codepage_table_count; i++) {
		const struct am_codepage_table *table = &am_codepage_tables[i];
		const unsigned first = table->is_high ? 0x80 : 0;
		const char *names[2] = { NULL, NULL };
		struct am_codepage page = { .number = table->number,
					    .names = names };
		int different = 0, want = 0;
		iconv_t handle;
		unsigned byte;

		for (k = 0; k < sizeof(in_iconv) / sizeof(in_iconv[0]); k++) {
			if (in_iconv[k].number == table->number) {
				names[0] = in_iconv[k].name;
				want = in_iconv[k].different;
			}
		}
		if (!am_codepage_iconv(&page, &handle))
			continue;
		compared++;
		for (byte = first; byte < 256; byte++)
			different += by_iconv(handle, (uint8_t)byte) !=
				     table->codes[byte - first];
		iconv_close(handle);
		if (different != want)
			fail_msg("code page %u differs in %d bytes, not %d",
				 table->number, different, want);
	}
	print_message("%zu tables compared\n", compared);
	assert_true(compared >= 40);
}

static void
test_last_resort(void **state)
{
	(void)state;
	assert_int_equal(am_codepage_last_resort('a'), 'a');
	assert_int_equal(am_codepage_last_resort(0x80), 0x20ac);
	assert_int_equal(am_codepage_last_resort(0x81), 0x81);
	assert_int_equal(am_codepage_last_resort(0x8d), 0x8d);
	assert_int_equal(am_codepage_last_resort(0x9f), 0x178);
	assert_int_equal(am_codepage_last_resort(0xa0), 0xa0);
	assert_int_equal(am_codepage_last_resort(0xff), 0xff);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_known),
		cmocka_unit_test(test_tables_ascend),
		cmocka_unit_test(test_tables_are_right),
		cmocka_unit_test(test_last_resort),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
