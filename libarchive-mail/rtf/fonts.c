/* [MSFT-RTF] fonts and their code pages (rtf.md 3.1). */
#include "rtf/fonts.h"

#include "base/codepage.h"

enum { CHARSET_SYMBOL = 2 };

/* \fcharset to code page; 1 ("default") and 255 (OEM) say nothing. */
static const struct {
	uint8_t charset;
	uint16_t page;
} charsets[] = {
	{ 0, 1252 },   { 77, 10000 }, { 78, 10001 }, { 79, 10003 },
	{ 80, 10008 }, { 81, 10002 }, { 83, 10005 }, { 84, 10004 },
	{ 85, 10006 }, { 86, 10081 }, { 87, 10021 }, { 88, 10029 },
	{ 89, 10007 }, { 128, 932 },  { 129, 949 },  { 130, 1361 },
	{ 134, 936 },  { 136, 950 },  { 161, 1253 }, { 162, 1254 },
	{ 163, 1258 }, { 177, 1255 }, { 178, 1256 }, { 179, 1256 },
	{ 180, 1256 }, { 181, 1255 }, { 186, 1257 }, { 204, 1251 },
	{ 222, 874 },  { 238, 1250 }, { 254, 437 },
};

/* Pages that have ASCII in them, without shifts: no EBCDIC, UTF-16, ISO-2022.
 */
static const struct {
	uint16_t first, last;
} usable[] = {
	{ 437, 869 },	  { 874, 874 },	    { 932, 950 },     { 1250, 1258 },
	{ 1361, 1361 },	  { 10000, 10082 }, { 20866, 20866 }, { 21866, 21866 },
	{ 28591, 28606 }, { 51932, 51949 }, { 54936, 54936 }, { 65001, 65001 },
};

bool
am_rtf_page_is_usable(int32_t page)
{
	struct am_codepage codepage;
	size_t i;

	for (i = 0; i < sizeof(usable) / sizeof(usable[0]); i++)
		if (page >= usable[i].first && page <= usable[i].last)
			return am_codepage_get((unsigned)page, &codepage) &&
			       !codepage.shifts &&
			       codepage.kind != AM_CODEPAGE_FULL;
	return false;
}

void
am_rtf_font_begin(struct am_rtf_fonts *fonts, int32_t number)
{
	fonts->is_open = number >= 0 && number <= AM_RTF_MAX_FONT;
	fonts->number = fonts->is_open ? (uint32_t)number : 0;
	fonts->charset_page = AM_RTF_PAGE_DEFAULT;
	fonts->page = 0;
	fonts->name_len = 0;
}

void
am_rtf_font_charset(struct am_rtf_fonts *fonts, int32_t charset)
{
	size_t i;

	fonts->charset_page = AM_RTF_PAGE_DEFAULT;
	if (charset == CHARSET_SYMBOL)
		fonts->charset_page = AM_RTF_PAGE_PRIVATE;
	for (i = 0; i < sizeof(charsets) / sizeof(charsets[0]); i++)
		if (charsets[i].charset == charset &&
		    am_rtf_page_is_usable(charsets[i].page))
			fonts->charset_page = charsets[i].page;
}

void
am_rtf_font_page(struct am_rtf_fonts *fonts, int32_t page)
{
	fonts->page = am_rtf_page_is_usable(page) ? (unsigned)page : 0;
}

void
am_rtf_font_text(struct am_rtf_fonts *fonts, struct am_bytes text)
{
	size_t i;

	for (i = 0; i < text.len && text.data[i] != ';'; i++)
		if (fonts->name_len < AM_RTF_FONT_NAME)
			fonts->name[fonts->name_len++] = (char)text.data[i];
}

static bool
name_starts(const struct am_rtf_fonts *fonts, const char *name)
{
	const size_t len = strlen(name);

	return fonts->name_len >= len && memcmp(fonts->name, name, len) == 0;
}

static unsigned
definition_page(const struct am_rtf_fonts *fonts)
{
	if (fonts->page != 0)
		return fonts->page;
	if (fonts->charset_page != AM_RTF_PAGE_PRIVATE)
		return fonts->charset_page;
	if (name_starts(fonts, "Symbol"))
		return AM_RTF_PAGE_SYMBOL;
	/* Wingdings 2 and 3 have other signs. */
	if (name_starts(fonts, "Wingdings") && fonts->name_len == 9)
		return AM_RTF_PAGE_WINGDINGS;
	return AM_RTF_PAGE_PRIVATE;
}

enum am_status
am_rtf_font_end(struct am_rtf_fonts *fonts, struct am_error *err)
{
	uint16_t **leaf = &fonts->leaves[fonts->number / AM_RTF_FONTS_A_LEAF];
	const unsigned page = definition_page(fonts);

	if (!fonts->is_open)
		return AM_OK;
	fonts->is_open = false;
	if (*leaf == NULL && page == AM_RTF_PAGE_DEFAULT)
		return AM_OK;
	if (*leaf == NULL)
		*leaf = am_arena_array(fonts->arena, AM_RTF_FONTS_A_LEAF,
				       uint16_t);
	if (*leaf == NULL)
		return am_arena_failed(fonts->arena,
				       AM_RTF_FONTS_A_LEAF * sizeof(**leaf),
				       err);
	(*leaf)[fonts->number % AM_RTF_FONTS_A_LEAF] = (uint16_t)page;
	return AM_OK;
}

unsigned
am_rtf_font_get(const struct am_rtf_fonts *fonts, int32_t number)
{
	const uint16_t *leaf;

	if (number < 0 || number > AM_RTF_MAX_FONT)
		return AM_RTF_PAGE_DEFAULT;
	leaf = fonts->leaves[number / AM_RTF_FONTS_A_LEAF];
	return leaf == NULL ? AM_RTF_PAGE_DEFAULT
			    : leaf[number % AM_RTF_FONTS_A_LEAF];
}
