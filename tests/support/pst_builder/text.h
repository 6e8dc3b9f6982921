/* Characters, times, GUIDs and hexadecimal text. */
#ifndef PB_TEXT_H
#define PB_TEXT_H

#include "recipe.h"

/* UTF-8 to UTF-16LE. Surrogates written as three bytes pass as they are;
 * other bytes that are no UTF-8 end the program. */
void pb_utf16(struct pb_buf *out, const char *text, size_t len);

/* UTF-8 to a Windows code page, by iconv; what the page lacks ends the
 * program. */
void
pb_code_page(struct pb_buf *out, unsigned page, const char *text, size_t len);

/* "2004-05-06T07:08:09Z" (also without the seconds or the time, with a
 * fraction, or +02:00 for Z) as a FILETIME: 100 ns units since 1601. */
uint64_t pb_time_at(const struct pb_stmt *stmt, size_t i);
uint64_t pb_filetime(uint64_t unix_seconds);

/* "00020329-0000-0000-C000-000000000046", with or without braces, as its 16
 * bytes; false if it is no GUID. */
bool pb_guid_parse(const char *text, uint8_t out[16]);

void
pb_hex_add(const struct pb_stmt *stmt, struct pb_buf *out, const char *text);
void pb_base64_add(const struct pb_stmt *stmt, struct pb_buf *out,
		   const char *text, size_t len);

#endif
