/* Text: everything inside is UTF-8; here is how it becomes so.
 *
 * Text from a file is counted and may hold NUL; texts made here are followed
 * by one NUL more, for the convenience of C. Code pages are Windows numbers
 * (1252, 932, 65001 ...); the conversions are iconv's, under the names of the
 * table in codepage.c, and built-in tables where iconv has none. */
#ifndef AM_BASE_TEXT_H
#define AM_BASE_TEXT_H

#include "base/arena.h"

enum {
	AM_CP_NONE = 0, /* not declared */
	AM_CP_UTF16LE = 1200,
	AM_CP_UTF16BE = 1201,
	AM_CP_1252 = 1252,
	AM_CP_UTF32LE = 12000,
	AM_CP_UTF32BE = 12001,
	AM_CP_ASCII = 20127,
	AM_CP_UTF8 = 65001
};

struct am_text {
	const char *data; /* UTF-8, valid; arena or as its maker says */
	size_t len;	  /* bytes, without the NUL behind */
	bool replaced;	  /* something was not decodable: a guess or U+FFFD */
};

/* Valid UTF-8 (no surrogates, no overlong forms, <= U+10FFFF)? */
bool am_utf8_is_valid(struct am_bytes bytes);
bool am_is_ascii(struct am_bytes bytes);

/* How many bytes at the front are valid UTF-8. */
size_t am_utf8_good(struct am_bytes bytes);

/* One code point from the front of bytes (at least one byte), U+FFFD and one
 * byte when it is malformed. Returns the bytes consumed, 1 to 4. */
size_t am_utf8_decode(struct am_bytes bytes, uint32_t *code_out);

/* Writes code as UTF-8 into out, 1 to 4 bytes; returns how many. Surrogates
 * and what is beyond U+10FFFF become U+FFFD. */
size_t am_utf8_encode(uint32_t code, char out[4]);

/* Could code hide or reorder what a terminal shows: C0, DEL, C1, a line or
 * paragraph separator, a bidirectional control? */
bool am_code_is_control(uint32_t code);

/* Is there a converter for the code page? */
bool am_codepage_is_known(unsigned codepage);

/* The ANSI code page of a locale id (PidTagMessageLocaleId); 0 if unknown. */
unsigned am_codepage_of_lcid(uint32_t lcid);

/* The code page of a MIME charset name ("iso-8859-1", "utf-8", "GB2312" ...,
 * case-insensitive); 0 if unknown. */
unsigned am_codepage_of_charset(struct am_bytes name);

/* UTF-16LE; drops an odd last byte and final NULs, unpaired surrogates become
 * U+FFFD. Plain ASCII that stands in a slot for UTF-16 (at least 16 bytes, so
 * that it cannot be taken for ideographs) is taken as ASCII: replaced. */
enum am_status
am_text_from_utf16(struct am_arena *arena, struct am_bytes raw,
		   struct am_text *text_out, struct am_error *err);

/* Evidence over label (mapi-to-mime 2), final NULs dropped:
 * - bytes with the NULs of UTF-16 are UTF-16 under any label;
 * - all ASCII is ASCII, unless the page has shifts or escapes (ISO-2022, HZ,
 *   UTF-7);
 * - valid UTF-8 is UTF-8 where codepage is AM_CP_NONE, AM_CP_UTF8 or
 *   AM_CP_ASCII, and under any label with a byte order mark;
 * - 1200/1201 with single-byte text is AM_CP_NONE;
 * - otherwise codepage. A byte that stands for nothing there becomes its
 *   CP1252 character (replaced); but where that is one character in eight of
 *   those outside ASCII, or the page is unknown, the label is wrong and all is
 *   CP1252, its gaps mapped 1:1 (replaced).
 * Never drops the rest of the string. */
enum am_status
am_text_decode(struct am_arena *arena, unsigned codepage, struct am_bytes raw,
	       struct am_text *text_out, struct am_error *err);

/* Does raw decode in codepage without a fault? (evidence for a choice) */
bool am_text_decodes(unsigned codepage, struct am_bytes raw);

/* Unicode NFC; invalid parts stay as they are. */
enum am_status am_text_nfc(struct am_arena *arena, const char *text,
			   const char **nfc_out, struct am_error *err);

/* Key for comparing names without regard to case (NFKC_Casefold). */
enum am_status am_text_fold(struct am_arena *arena, const char *text,
			    const char **folded_out, struct am_error *err);

/* A copy that is safe on a terminal: C0, C1, DEL and bidirectional control
 * characters and invalid bytes become visible escapes such as \x1b, \u202e. */
enum am_status
am_text_printable(struct am_arena *arena, struct am_bytes text,
		  const char **printable_out, struct am_error *err);

#endif
