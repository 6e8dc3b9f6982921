/* Code pages: what a Windows number stands for. */
#ifndef AM_BASE_CODEPAGE_H
#define AM_BASE_CODEPAGE_H

#include <iconv.h>

#include "base/text.h"

enum am_codepage_kind {
	AM_CODEPAGE_HIGH,     /* ASCII, and a table for 0x80 to 0xff */
	AM_CODEPAGE_FULL,     /* a table for all bytes (EBCDIC) */
	AM_CODEPAGE_UTF8,     /* RFC 3629 */
	AM_CODEPAGE_UTF16,    /* little-endian */
	AM_CODEPAGE_UTF16BE,  /* big-endian */
	AM_CODEPAGE_JIS,      /* ISO-2022-JP with Microsoft's extensions */
	AM_CODEPAGE_HZ,	      /* RFC 1843 */
	AM_CODEPAGE_JAPANESE, /* to be told from the bytes */
	AM_CODEPAGE_KOREAN,   /* the same */
	AM_CODEPAGE_ICONV
};

/* What a byte has in a table that stands for nothing. */
enum { AM_CODEPAGE_GAP = 0xfffd };

struct am_codepage {
	unsigned number;
	enum am_codepage_kind kind;
	/* Bytes below 0x80 may mean something else than ASCII even in good
	 * text: shifts and escapes, or UTF-16 and UTF-32. (EBCDIC is not so
	 * marked: its letters are above.) */
	bool shifts;
	const uint16_t *table;	  /* HIGH: from 0x80 on; FULL: from 0 on */
	const char *const *names; /* ICONV: ends in NULL */
};

/* False: the number is unknown, or needs an iconv that this system lacks. */
bool am_codepage_get(unsigned number, struct am_codepage *page_out);

/* The page as iconv has it, where am_codepage_get has more to say. */
bool am_codepage_get_iconv(unsigned number, struct am_codepage *page_out);

/* For pages with a table: how many bytes raw has as UTF-8 at most, and raw as
 * UTF-8 (returns how many bytes). A gap becomes the character of the last
 * resort and adds to *faults. */
size_t am_codepage_bound(const struct am_codepage *page, struct am_bytes raw);
size_t am_codepage_write(const struct am_codepage *page, struct am_bytes raw,
			 char *out, uint64_t *faults);

/* A converter to UTF-8 under whatever name this system has for the page; false
 * if it has none. caller closes with iconv_close. */
bool am_codepage_iconv(const struct am_codepage *page, iconv_t *handle_out);

/* The code of a byte in CP1252, its gaps mapped 1:1: the last resort. */
uint32_t am_codepage_last_resort(uint8_t byte);

/* Generated, in codepage_tables.c; ascending. */
struct am_codepage_table {
	unsigned number;
	bool is_high; /* 128 codes from 0x80 on; else 256 */
	const uint16_t *codes;
};

extern const struct am_codepage_table am_codepage_tables[];
extern const size_t am_codepage_table_count;

#endif
