/* MIME charset names and locale ids, and the code pages they mean. */
#include "base/text.h"

/* Names in lower case; what is labelled with the smaller set is decoded as the
 * larger one that senders mean by it. */
static const struct {
	const char *name;
	unsigned codepage;
} charsets[] = {
	{ "utf-8", 65001 },
	{ "utf8", 65001 },
	{ "unicode-1-1-utf-8", 65001 },
	{ "us-ascii", 20127 },
	{ "ascii", 20127 },
	{ "ansi_x3.4-1968", 20127 },
	{ "iso646-us", 20127 },
	{ "latin1", 28591 },
	{ "l1", 28591 },
	{ "iso_8859-1:1987", 28591 },
	{ "csisolatin1", 28591 },
	{ "latin2", 28592 },
	{ "l2", 28592 },
	{ "csisolatin2", 28592 },
	{ "latin3", 28593 },
	{ "latin4", 28594 },
	{ "latin5", 28599 },
	{ "latin6", 28600 },
	{ "latin-9", 28605 },
	{ "latin9", 28605 },
	{ "cyrillic", 28595 },
	{ "arabic", 28596 },
	{ "ecma-114", 28596 },
	{ "asmo-708", 708 },
	{ "dos-720", 720 },
	{ "dos-862", 862 },
	{ "greek", 28597 },
	{ "elot_928", 28597 },
	{ "hebrew", 28598 },
	{ "visual", 28598 },
	{ "logical", 38598 },
	{ "iso-8859-8-i", 38598 },
	{ "iso-8859-8-e", 28598 },
	{ "iso-8859-6-i", 38596 },
	{ "tis-620", 874 },
	{ "tis620", 874 },
	{ "dos-874", 874 },
	{ "koi8-r", 20866 },
	{ "koi8r", 20866 },
	{ "koi8", 20866 },
	{ "koi", 20866 },
	{ "cskoi8r", 20866 },
	{ "koi8-u", 21866 },
	{ "koi8-ru", 21866 },
	{ "shift_jis", 932 },
	{ "shift-jis", 932 },
	{ "sjis", 932 },
	{ "x-sjis", 932 },
	{ "ms_kanji", 932 },
	{ "csshiftjis", 932 },
	{ "windows-31j", 932 },
	{ "cswindows31j", 932 },
	{ "euc-jp", 51932 },
	{ "x-euc-jp", 51932 },
	{ "cseucpkdfmtjapanese", 51932 },
	{ "iso-2022-jp", 50220 },
	{ "iso-2022-jp-1", 50220 },
	{ "iso-2022-jp-2", 50220 },
	{ "iso-2022-jp-ms", 50221 },
	{ "csiso2022jp", 50221 },
	{ "_iso-2022-jp", 50221 },
	{ "_autodetect", 50932 },
	{ "_autodetect_kr", 50949 },
	{ "gb2312", 936 },
	{ "gb_2312-80", 936 },
	{ "csgb2312", 936 },
	{ "x-gbk", 936 },
	{ "gbk", 936 },
	{ "chinese", 936 },
	{ "euc-cn", 51936 },
	{ "x-euc-cn", 51936 },
	{ "gb18030", 54936 },
	{ "hz-gb-2312", 52936 },
	{ "hz", 52936 },
	{ "iso-2022-cn", 50227 },
	{ "iso-2022-cn-ext", 50229 },
	{ "x-cp20936", 20936 },
	{ "big5", 950 },
	{ "big-5", 950 },
	{ "cn-big5", 950 },
	{ "csbig5", 950 },
	{ "x-x-big5", 950 },
	{ "big5-hkscs", 951 },
	{ "big5hkscs", 951 },
	{ "euc-tw", 51950 },
	{ "x-euc-tw", 51950 },
	{ "x-chinese-cns", 20000 },
	{ "x-chinese-eten", 20002 },
	{ "ks_c_5601-1987", 949 },
	{ "ks_c_5601-1989", 949 },
	{ "ks_c_5601", 949 },
	{ "ksc5601", 949 },
	{ "ksc_5601", 949 },
	{ "korean", 949 },
	{ "uhc", 949 },
	{ "euc-kr", 949 },
	{ "cseuckr", 949 },
	{ "iso-2022-kr", 50225 },
	{ "csiso2022kr", 50225 },
	{ "johab", 1361 },
	{ "macintosh", 10000 },
	{ "mac", 10000 },
	{ "x-mac-roman", 10000 },
	{ "csmacintosh", 10000 },
	{ "x-mac-japanese", 10001 },
	{ "x-mac-chinesetrad", 10002 },
	{ "x-mac-korean", 10003 },
	{ "x-mac-arabic", 10004 },
	{ "x-mac-hebrew", 10005 },
	{ "x-mac-greek", 10006 },
	{ "x-mac-cyrillic", 10007 },
	{ "x-mac-chinesesimp", 10008 },
	{ "x-mac-romanian", 10010 },
	{ "x-mac-ukrainian", 10017 },
	{ "x-mac-thai", 10021 },
	{ "x-mac-ce", 10029 },
	{ "x-mac-icelandic", 10079 },
	{ "x-mac-turkish", 10081 },
	{ "x-mac-croatian", 10082 },
	{ "utf-16", 1200 },
	{ "utf-16le", 1200 },
	{ "ucs-2", 1200 },
	{ "iso-10646-ucs-2", 1200 },
	{ "unicode", 1200 },
	{ "utf-16be", 1201 },
	{ "unicodefffe", 1201 },
	{ "utf-32", 12000 },
	{ "utf-32le", 12000 },
	{ "utf-32be", 12001 },
	{ "utf-7", 65000 },
	{ "unicode-1-1-utf-7", 65000 },
	{ "x-ia5", 20105 },
	{ "x-ia5-german", 20106 },
	{ "x-ia5-swedish", 20107 },
	{ "x-ia5-norwegian", 20108 },
	{ "x-iscii-de", 57002 },
	{ "x-iscii-be", 57003 },
	{ "x-iscii-ta", 57004 },
	{ "x-iscii-te", 57005 },
	{ "x-iscii-as", 57006 },
	{ "x-iscii-or", 57007 },
	{ "x-iscii-ka", 57008 },
	{ "x-iscii-ma", 57009 },
	{ "x-iscii-gu", 57010 },
	{ "x-iscii-pa", 57011 },
};

/* Names that are a word and a number: the code page is base + number. */
static const struct {
	const char *prefix;
	unsigned base;
} numbered[] = {
	{ "windows-", 0 },	{ "x-cp", 0 },		{ "cp", 0 },
	{ "ibm", 0 },		{ "ibm-", 0 },		{ "ms", 0 },
	{ "x-windows-", 0 },	{ "iso-8859-", 28590 }, { "iso8859-", 28590 },
	{ "iso_8859-", 28590 }, { "iso8859", 28590 },	{ "x-ebcdic-", 0 },
};

static bool
is_label_space(uint8_t c)
{
	return c <= ' ' || c == '"' || c == '\'';
}

static struct am_bytes
label_trim(struct am_bytes name)
{
	while (name.len > 0 && is_label_space(name.data[name.len - 1]))
		name.len--;
	while (name.len > 0 && is_label_space(name.data[0]))
		name = am_bytes(name.data + 1, name.len - 1);
	return name;
}

static uint8_t
lower(uint8_t c)
{
	return c >= 'A' && c <= 'Z' ? (uint8_t)(c + ('a' - 'A')) : c;
}

/* Does name begin with word, which is in lower case? */
static bool
begins(struct am_bytes name, const char *word)
{
	size_t i;

	for (i = 0; word[i] != '\0'; i++)
		if (i >= name.len || lower(name.data[i]) != (uint8_t)word[i])
			return false;
	return true;
}

/* A decimal number of at most five digits and nothing else; 0: it is not. */
static unsigned
number_of(struct am_bytes digits)
{
	unsigned number = 0;
	size_t i;

	if (digits.len > 5)
		return 0;
	for (i = 0; i < digits.len; i++) {
		if (digits.data[i] < '0' || digits.data[i] > '9')
			return 0;
		number = number * 10 + (digits.data[i] - '0');
	}
	return number;
}

/* "cp936", "IBM00858" ...: IBM's numbers of EBCDIC pages are 20000 less than
 * those of Windows. */
static unsigned
numbered_page(struct am_bytes name)
{
	size_t i;

	for (i = 0; i < sizeof(numbered) / sizeof(numbered[0]); i++) {
		const char *prefix = numbered[i].prefix;
		unsigned number;

		if (!begins(name, prefix))
			continue;
		number = number_of(am_bytes(name.data + strlen(prefix),
					    name.len - strlen(prefix)));
		if (number == 0)
			continue;
		if (am_codepage_is_known(numbered[i].base + number))
			return numbered[i].base + number;
		if (numbered[i].base == 0 &&
		    am_codepage_is_known(20000 + number))
			return 20000 + number;
	}
	return AM_CP_NONE;
}

unsigned
am_codepage_of_charset(struct am_bytes name)
{
	size_t i;

	name = label_trim(name);
	for (i = 0; i < sizeof(charsets) / sizeof(charsets[0]); i++)
		if (name.len == strlen(charsets[i].name) &&
		    begins(name, charsets[i].name))
			return charsets[i].codepage;
	return numbered_page(name);
}

/* The ANSI pages that are not 1252, by the primary language (the low ten bits)
 * and, where that does not settle it, by the whole id, which comes first. */
static const struct {
	uint16_t lcid;
	bool whole;
	uint16_t codepage;
} locales[] = {
	{ 0x0804, true, 936 },	/* Chinese: PRC */
	{ 0x1004, true, 936 },	/* Singapore */
	{ 0x0004, true, 936 },	/* simplified */
	{ 0x04, false, 950 },	/* Taiwan, Hong Kong, Macau, traditional */
	{ 0x0c1a, true, 1251 }, /* Serbian in Cyrillic script */
	{ 0x1c1a, true, 1251 },
	{ 0x201a, true, 1251 }, /* Bosnian in Cyrillic script */
	{ 0x281a, true, 1251 },
	{ 0x301a, true, 1251 },
	{ 0x0443, true, 1254 }, /* Uzbek in Latin script */
	{ 0x0843, true, 1251 }, /* Uzbek in Cyrillic script */
	{ 0x082c, true, 1251 }, /* Azerbaijani in Cyrillic script */
	{ 0x01, false, 1256 },	/* Arabic */
	{ 0x20, false, 1256 },	/* Urdu */
	{ 0x29, false, 1256 },	/* Persian */
	{ 0x8c, false, 1256 },	/* Dari */
	{ 0x80, false, 1256 },	/* Uyghur */
	{ 0x02, false, 1251 },	/* Bulgarian */
	{ 0x19, false, 1251 },	/* Russian */
	{ 0x22, false, 1251 },	/* Ukrainian */
	{ 0x23, false, 1251 },	/* Belarusian */
	{ 0x2f, false, 1251 },	/* Macedonian */
	{ 0x3f, false, 1251 },	/* Kazakh */
	{ 0x28, false, 1251 },	/* Tajik */
	{ 0x40, false, 1251 },	/* Kyrgyz */
	{ 0x44, false, 1251 },	/* Tatar */
	{ 0x50, false, 1251 },	/* Mongolian */
	{ 0x6d, false, 1251 },	/* Bashkir */
	{ 0x85, false, 1251 },	/* Yakut */
	{ 0x05, false, 1250 },	/* Czech */
	{ 0x0e, false, 1250 },	/* Hungarian */
	{ 0x15, false, 1250 },	/* Polish */
	{ 0x18, false, 1250 },	/* Romanian */
	{ 0x1a, false, 1250 },	/* Croatian, Serbian and Bosnian in Latin */
	{ 0x1b, false, 1250 },	/* Slovak */
	{ 0x1c, false, 1250 },	/* Albanian */
	{ 0x24, false, 1250 },	/* Slovenian */
	{ 0x08, false, 1253 },	/* Greek */
	{ 0x0d, false, 1255 },	/* Hebrew */
	{ 0x11, false, 932 },	/* Japanese */
	{ 0x12, false, 949 },	/* Korean */
	{ 0x1e, false, 874 },	/* Thai */
	{ 0x1f, false, 1254 },	/* Turkish */
	{ 0x2c, false, 1254 },	/* Azerbaijani in Latin script */
	{ 0x25, false, 1257 },	/* Estonian */
	{ 0x26, false, 1257 },	/* Latvian */
	{ 0x27, false, 1257 },	/* Lithuanian */
	{ 0x2a, false, 1258 },	/* Vietnamese */
};

unsigned
am_codepage_of_lcid(uint32_t lcid)
{
	/* [MS-LCID] 2.1: the sort order is above the language id. */
	const uint32_t language = lcid & 0xffff;
	const uint32_t primary = language & 0x3ff;
	size_t i;

	/* Neutral, invariant, and "default" of somebody's machine. */
	if (primary == 0 || primary == 0x7f)
		return AM_CP_NONE;
	for (i = 0; i < sizeof(locales) / sizeof(locales[0]); i++)
		if (locales[i].lcid == (locales[i].whole ? language : primary))
			return locales[i].codepage;
	return AM_CP_1252;
}
