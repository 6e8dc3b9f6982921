/* [MSFT-RTF] the font table, as far as it tells code pages. */
#ifndef AM_RTF_FONTS_H
#define AM_RTF_FONTS_H

#include "base/arena.h"

enum {
	/* Fonts with a higher number have the default page. */
	AM_RTF_MAX_FONT = 65535,

	/* What stands for a code page in fonts of symbols; no numbers of
	 * Windows. */
	AM_RTF_PAGE_DEFAULT = 0,
	AM_RTF_PAGE_SYMBOL = 1,	   /* the font "Symbol" */
	AM_RTF_PAGE_WINGDINGS = 2, /* "Wingdings" */
	AM_RTF_PAGE_PRIVATE = 3	   /* any other: U+F000 and up */
};

enum { AM_RTF_FONT_NAME = 16, AM_RTF_FONTS_A_LEAF = 256 };

/* Zero-initialise; set arena. */
struct am_rtf_fonts {
	struct am_arena *arena; /* of the leaves: 128 KiB at most */

	/* private */
	uint16_t *leaves[(AM_RTF_MAX_FONT + 1) / AM_RTF_FONTS_A_LEAF];
	bool is_open; /* a definition is at hand */
	uint32_t number;
	unsigned charset_page;
	unsigned page; /* \cpg; 0: none */
	char name[AM_RTF_FONT_NAME];
	size_t name_len;
};

/* A definition begins (which ends the one before); number as \f has it. */
void am_rtf_font_begin(struct am_rtf_fonts *fonts, int32_t number);
void am_rtf_font_charset(struct am_rtf_fonts *fonts, int32_t charset);
void am_rtf_font_page(struct am_rtf_fonts *fonts, int32_t page);
/* Text of the definition: the name, which a semicolon ends. */
void am_rtf_font_text(struct am_rtf_fonts *fonts, struct am_bytes text);
/* Ends the definition at hand. AM_NOMEM, AM_LIMIT of the arena. */
enum am_status
am_rtf_font_end(struct am_rtf_fonts *fonts, struct am_error *err);

/* The code page of a font; AM_RTF_PAGE_DEFAULT where nothing says. */
unsigned am_rtf_font_get(const struct am_rtf_fonts *fonts, int32_t number);

/* Can text be read in the page? Known, and ASCII below 0x80. */
bool am_rtf_page_is_usable(int32_t page);

/* The character that a byte stands for in one of the pages of symbols. */
uint32_t am_rtf_symbol(unsigned page, uint8_t byte);

#endif
