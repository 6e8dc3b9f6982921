/* Code pages: built-in tables first, then iconv under many names. */
#include "base/codepage.h"

#include <stdio.h>

/* The names that iconv implementations have for one page. */
enum { MAX_NAMES = 4 };

struct iconv_page {
	unsigned number;
	bool shifts;
	const char *names[MAX_NAMES]; /* beside the ones of numbered_names */
};

/* Pages without a table of ours; ascending. The comment says where the page
 * is only a close relative of the one asked for. */
static const struct iconv_page iconv_pages[] = {
	{ 708, false, { "ASMO-708", "ISO-8859-6" } },
	{ 870, false, { "IBM870" } },
	{ 932, false, { "CP932", "WINDOWS-31J", "SHIFT_JIS" } },
	{ 936, false, { "CP936", "GBK" } },
	{ 949, false, { "CP949", "UHC", "EUC-KR" } },
	{ 950, false, { "CP950", "BIG5" } },
	{ 951, false, { "BIG5-HKSCS" } },
	{ 1141, false, { "IBM1141" } },
	{ 1142, false, { "IBM1142" } },
	{ 1143, false, { "IBM1143" } },
	{ 1144, false, { "IBM1144" } },
	{ 1145, false, { "IBM1145" } },
	{ 1146, false, { "IBM1146" } },
	{ 1147, false, { "IBM1147" } },
	{ 1148, false, { "IBM1148" } },
	{ 1149, false, { "IBM1149" } },
	{ 1361, false, { "JOHAB" } },
	{ 10001, false, { "CP932", "SHIFT_JIS" } },    /* x-mac-japanese */
	{ 10002, false, { "CP950", "BIG5" } },	       /* x-mac-chinesetrad */
	{ 10003, false, { "EUC-KR" } },		       /* x-mac-korean */
	{ 10008, false, { "EUC-CN", "GB2312" } },      /* x-mac-chinesesimp */
	{ 10017, false, { "MAC-UK", "MacUkraine" } },  /* x-mac-ukrainian */
	{ 10021, false, { "MacThai", "CP874" } },      /* x-mac-thai */
	{ 12000, true, { "UTF-32LE", "UCS-4LE" } },    /* utf-32 */
	{ 12001, true, { "UTF-32BE", "UCS-4BE" } },    /* utf-32BE */
	{ 20000, false, { "EUC-TW" } },		       /* x-Chinese-CNS */
	{ 20002, false, { "BIG5" } },		       /* x-Chinese-Eten */
	{ 20105, true, { "ISO646-US", "US-ASCII" } },  /* x-IA5, the IRV */
	{ 20106, true, { "DIN_66003", "ISO646-DE" } }, /* x-IA5-German */
	{ 20107, true, { "SEN_850200_B", "ISO646-SE" } },
	{ 20108, true, { "NS_4551-1", "ISO646-NO" } },
	{ 20261, false, { "T.61-8BIT" } },
	{ 20269, false, { "ISO_6937" } },
	{ 20277, false, { "IBM277" } },
	{ 20278, false, { "IBM278" } },
	{ 20280, false, { "IBM280" } },
	{ 20284, false, { "IBM284" } },
	{ 20285, false, { "IBM285" } },
	{ 20290, false, { "IBM290" } },
	{ 20297, false, { "IBM297" } },
	{ 20420, false, { "IBM420" } },
	{ 20423, false, { "IBM423" } },
	{ 20833, false, { "IBM933" } }, /* x-EBCDIC-KoreanExtended */
	{ 20838, false, { "IBM838", "CP838", "IBM-Thai" } },
	{ 20871, false, { "IBM871" } },
	{ 20880, false, { "IBM880" } },
	{ 20905, false, { "IBM905" } },
	{ 20932, false, { "EUC-JP" } },
	{ 20936, false, { "EUC-CN", "GB2312", "CP936" } },
	{ 20949, false, { "EUC-KR", "CP949" } },
	{ 21025, false, { "IBM1025" } },
	{ 50225, true, { "ISO-2022-KR" } },
	{ 50227, true, { "ISO-2022-CN" } },
	{ 50229, true, { "ISO-2022-CN-EXT" } },
	{ 50930, false, { "IBM930" } },
	{ 50931, false, { "IBM931", "IBM939" } },
	{ 50933, false, { "IBM933" } },
	{ 50935, false, { "IBM935" } },
	{ 50937, false, { "IBM937" } },
	{ 50939, false, { "IBM939" } },
	{ 51932, false, { "EUC-JP-MS", "CP51932", "EUC-JP" } },
	{ 51936, false, { "EUC-CN", "GB2312", "CP936" } },
	{ 51949, false, { "EUC-KR", "CP949" } },
	{ 51950, false, { "EUC-TW" } },
	{ 54936, false, { "GB18030" } },
	{ 65000, true, { "UTF-7" } },
};

/* Pages that are code of ours. */
static const struct am_codepage own_pages[] = {
	{ .number = AM_CP_UTF16LE, .kind = AM_CODEPAGE_UTF16, .shifts = true },
	{ .number = AM_CP_UTF16BE,
	  .kind = AM_CODEPAGE_UTF16BE,
	  .shifts = true },
	{ .number = 50220, .kind = AM_CODEPAGE_JAPANESE, .shifts = true },
	{ .number = 50221, .kind = AM_CODEPAGE_JAPANESE, .shifts = true },
	{ .number = 50222, .kind = AM_CODEPAGE_JAPANESE, .shifts = true },
	{ .number = 50225, .kind = AM_CODEPAGE_KOREAN, .shifts = true },
	{ .number = 50932, .kind = AM_CODEPAGE_JAPANESE, .shifts = true },
	{ .number = 50949, .kind = AM_CODEPAGE_KOREAN, .shifts = true },
	{ .number = 52936, .kind = AM_CODEPAGE_HZ, .shifts = true },
	{ .number = AM_CP_UTF8, .kind = AM_CODEPAGE_UTF8 },
};

/* What other numbers mean the same as. */
static const struct {
	unsigned number, same;
} synonyms[] = {
	{ 38596, 28596 }, /* iso-8859-6-i and -8-i: the order of the text is */
	{ 38598, 28598 }, /* logical, the bytes are the same */
	{ 28601, 874 },	  /* iso-8859-11 */
};

static bool
table_get(unsigned number, struct am_codepage *page)
{
	size_t low = 0, high = am_codepage_table_count;

	while (low < high) {
		const size_t middle = low + (high - low) / 2;
		const struct am_codepage_table *table =
			&am_codepage_tables[middle];

		if (table->number == number) {
			page->kind = table->is_high ? AM_CODEPAGE_HIGH
						    : AM_CODEPAGE_FULL;
			page->table = table->codes;
			return true;
		}
		if (table->number < number)
			low = middle + 1;
		else
			high = middle;
	}
	return false;
}

static bool
own_get(unsigned number, struct am_codepage *page)
{
	size_t i;

	for (i = 0; i < sizeof(own_pages) / sizeof(own_pages[0]); i++) {
		if (own_pages[i].number == number) {
			*page = own_pages[i];
			return true;
		}
	}
	return false;
}

static bool
iconv_get(unsigned number, struct am_codepage *page)
{
	const size_t count = sizeof(iconv_pages) / sizeof(iconv_pages[0]);
	size_t i;

	for (i = 0; i < count; i++) {
		if (iconv_pages[i].number == number) {
			page->kind = AM_CODEPAGE_ICONV;
			page->shifts = iconv_pages[i].shifts;
			page->names = iconv_pages[i].names;
			return true;
		}
	}
	return false;
}

bool
am_codepage_get_iconv(unsigned number, struct am_codepage *page_out)
{
	struct am_codepage page = { .number = number };

	if (!iconv_get(number, &page))
		return false;
	*page_out = page;
	return true;
}

bool
am_codepage_get(unsigned number, struct am_codepage *page_out)
{
	struct am_codepage page = { .number = number };
	size_t i;

	for (i = 0; i < sizeof(synonyms) / sizeof(synonyms[0]); i++)
		if (synonyms[i].number == number)
			number = synonyms[i].same;
	if (!table_get(number, &page) && !own_get(number, &page) &&
	    !iconv_get(number, &page))
		return false;
	*page_out = page;
	return true;
}

bool
am_codepage_is_known(unsigned codepage)
{
	struct am_codepage page;
	iconv_t handle;

	if (!am_codepage_get(codepage, &page))
		return false;
	if (page.kind != AM_CODEPAGE_ICONV)
		return true;
	if (!am_codepage_iconv(&page, &handle))
		return false;
	(void)iconv_close(handle);
	return true;
}

static bool
iconv_try(const char *name, iconv_t *handle_out)
{
	const iconv_t handle = iconv_open("UTF-8", name);

	/* (iconv_t)-1, without its cast from an integer to a pointer. */
	if ((intptr_t)handle == -1)
		return false;
	*handle_out = handle;
	return true;
}

bool
am_codepage_iconv(const struct am_codepage *page, iconv_t *handle_out)
{
	static const char *const prefixes[] = { "CP", "IBM", "WINDOWS-", "MS" };
	char name[32];
	size_t i;

	for (i = 0; i < MAX_NAMES && page->names[i] != NULL; i++)
		if (iconv_try(page->names[i], handle_out))
			return true;
	for (i = 0; i < sizeof(prefixes) / sizeof(prefixes[0]); i++) {
		(void)snprintf(name, sizeof(name), "%s%u", prefixes[i],
			       page->number);
		if (iconv_try(name, handle_out))
			return true;
	}
	return false;
}

uint32_t
am_codepage_last_resort(uint8_t byte)
{
	struct am_codepage cp1252;

	if (byte < 0x80 || byte >= 0xa0)
		return byte; /* as in ISO-8859-1 */
	if (!table_get(AM_CP_1252, &cp1252) ||
	    cp1252.table[byte - 0x80] == AM_CODEPAGE_GAP)
		return byte;
	return cp1252.table[byte - 0x80];
}
