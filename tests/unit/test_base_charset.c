/* base/charset: names and locale ids. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/text.h"

static void
test_charsets(void **state)
{
	static const struct {
		const char *name;
		unsigned want;
	} cases[] = {
		{ "utf-8", 65001 },
		{ "UTF-8", 65001 },
		{ "\"utf-8\" ", 65001 },
		{ "us-ascii", 20127 },
		{ "iso-8859-1", 28591 },
		{ "ISO-8859-15", 28605 },
		{ "iso8859-2", 28592 },
		{ "ISO_8859-7", 28597 },
		{ "iso-8859-8-i", 38598 },
		{ "iso-8859-11", 28601 },
		{ "iso-8859-12", 0 },
		{ "iso-8859-99", 0 },
		{ "windows-1252", 1252 },
		{ "Windows-1251", 1251 },
		{ "cp1250", 1250 },
		{ "x-cp1251", 1251 },
		{ "windows-874", 874 },
		{ "TIS-620", 874 },
		{ "GB2312", 936 },
		{ "gbk", 936 },
		{ "gb18030", 54936 },
		{ "hz-gb-2312", 52936 },
		{ "Big5", 950 },
		{ "big5-hkscs", 951 },
		{ "Shift_JIS", 932 },
		{ "euc-jp", 51932 },
		{ "ISO-2022-JP", 50220 },
		{ "csISO2022JP", 50221 },
		{ "ks_c_5601-1987", 949 },
		{ "EUC-KR", 949 },
		{ "iso-2022-kr", 50225 },
		{ "koi8-r", 20866 },
		{ "koi8-u", 21866 },
		{ "macintosh", 10000 },
		{ "x-mac-ce", 10029 },
		{ "utf-16", 1200 },
		{ "unicodeFFFE", 1201 },
		{ "utf-7", 65000 },
		{ "IBM850", 850 },
		{ "ibm00858", 858 },
		{ "ibm037", 37 },
		{ "IBM273", 20273 },
		{ "cp12345", 0 },
		{ "cp", 0 },
		{ "windows-", 0 },
		{ "windows-125x", 0 },
		{ "windows-1252x", 0 },
		{ "windows-4294968548", 0 },
		{ "x-unknown", 0 },
		{ "utf-8x", 0 },
		{ "utf-", 0 },
		{ "", 0 },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const unsigned found =
			am_codepage_of_charset(am_bytes_of(cases[i].name));

		if (found != cases[i].want)
			fail_msg("\"%s\" is %u, not %u", cases[i].name, found,
				 cases[i].want);
		if (found != 0)
			assert_true(am_codepage_is_known(found));
	}
	assert_int_equal(am_codepage_of_charset(am_bytes(NULL, 0)), 0);
	assert_int_equal(am_codepage_of_charset(am_bytes("utf-8\0", 6)), 65001);
}

static void
test_locales(void **state)
{
	static const struct {
		uint32_t lcid;
		unsigned want;
	} cases[] = {
		{ 0, 0 },	  { 0x0400, 0 },     { 0x0800, 0 },
		{ 0x1000, 0 },	  { 0x007f, 0 },     { 0x0409, 1252 },
		{ 0x0407, 1252 }, { 0x040c, 1252 },  { 0x0405, 1250 },
		{ 0x0415, 1250 }, { 0x041a, 1250 },  { 0x0c1a, 1251 },
		{ 0x081a, 1250 }, { 0x0419, 1251 },  { 0x0422, 1251 },
		{ 0x0408, 1253 }, { 0x041f, 1254 },  { 0x042c, 1254 },
		{ 0x082c, 1251 }, { 0x0443, 1254 },  { 0x040d, 1255 },
		{ 0x0401, 1256 }, { 0x3801, 1256 },  { 0x0429, 1256 },
		{ 0x0420, 1256 }, { 0x0425, 1257 },  { 0x0427, 1257 },
		{ 0x042a, 1258 }, { 0x041e, 874 },   { 0x0411, 932 },
		{ 0x0412, 949 },  { 0x0404, 950 },   { 0x0804, 936 },
		{ 0x1004, 936 },  { 0x0c04, 950 },   { 0x1404, 950 },
		{ 0x20804, 936 }, { 0x10407, 1252 }, { 0x0439, 1252 },
		{ 0x0011, 932 },  { 0xffff, 1252 },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		if (am_codepage_of_lcid(cases[i].lcid) != cases[i].want)
			fail_msg("locale %#x is %u, not %u",
				 (unsigned)cases[i].lcid,
				 am_codepage_of_lcid(cases[i].lcid),
				 cases[i].want);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_charsets),
		cmocka_unit_test(test_locales),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
