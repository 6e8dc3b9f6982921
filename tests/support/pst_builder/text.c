/* Characters, times, GUIDs and hexadecimal text */
#include "text.h"

#include <ctype.h>
#include <errno.h>
#include <iconv.h>
#include <stdio.h>
#include <string.h>

/* One character of UTF-8 at *at, which moves on; no sharper checks than the
 * form of the bytes. */
static uint32_t
utf8_next(const uint8_t **at, const uint8_t *end)
{
	const uint8_t first = *(*at)++;
	const unsigned more = first < 0x80   ? 0
			      : first < 0xC0 ? 9
			      : first < 0xE0 ? 1
			      : first < 0xF0 ? 2
			      : first < 0xF8 ? 3
					     : 9;
	uint32_t c = more == 0 ? first : first & (0x3Fu >> more);

	if (more > (size_t)(end - *at))
		pb_die("a text is not UTF-8: byte %#x", first);
	for (unsigned i = 0; i < more; i++) {
		const uint8_t byte = *(*at)++;

		if ((byte & 0xC0) != 0x80)
			pb_die("a text is not UTF-8: byte %#x", byte);
		c = c << 6 | (byte & 0x3F);
	}
	return c;
}

void
pb_utf16(struct pb_buf *out, const char *text, size_t len)
{
	const uint8_t *at = (const uint8_t *)text;
	const uint8_t *const end = at + len;
	uint8_t *to = pb_buf_room(out, 2 * len);
	const uint8_t *const start = to;

	while (at < end) {
		uint32_t c = *at < 0x80 ? *at++ : utf8_next(&at, end);

		if (c >= 0x10000) {
			c -= 0x10000;
			pb_put(to, 2, 0xD800 | c >> 10);
			to += 2;
			c = 0xDC00 | (c & 0x3FF);
		}
		to[0] = (uint8_t)c;
		to[1] = (uint8_t)(c >> 8);
		to += 2;
	}
	out->len += (size_t)(to - start);
}

/* Names where "CP" and the number are not what iconv knows. */
static const struct {
	unsigned page;
	const char *name;
} page_names[] = {
	{ 1200, "UTF-16LE" },	  { 10000, "MACINTOSH" },
	{ 20127, "US-ASCII" },	  { 20866, "KOI8-R" },
	{ 21866, "KOI8-U" },	  { 38598, "ISO-8859-8" },
	{ 50220, "ISO-2022-JP" }, { 51932, "EUC-JP" },
	{ 51949, "EUC-KR" },	  { 54936, "GB18030" },
	{ 65001, "UTF-8" },
};

static void
page_name(unsigned page, char *out, size_t size)
{
	for (size_t i = 0; i < sizeof(page_names) / sizeof(*page_names); i++) {
		if (page_names[i].page == page) {
			snprintf(out, size, "%s", page_names[i].name);
			return;
		}
	}
	if (page > 28590 && page <= 28606)
		snprintf(out, size, "ISO-8859-%u", page - 28590);
	else
		snprintf(out, size, "CP%u", page);
}

static bool
is_ascii(const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if ((unsigned char)text[i] >= 0x80)
			return false;
	}
	return true;
}

void
pb_code_page(struct pb_buf *out, unsigned page, const char *text, size_t len)
{
	char name[32];
	char *from = (char *)(uintptr_t)text;
	size_t left = len;
	size_t room_len = 4 * len + 16;
	char *to;
	iconv_t conversion;

	if (is_ascii(text, len) && page != 1200) {
		pb_buf_add(out, text, len);
		return;
	}
	page_name(page, name, sizeof(name));
	conversion = iconv_open(name, "UTF-8");
	if (conversion == (iconv_t)-1)
		pb_die("code page %u: %s", page, strerror(errno));
	to = (char *)pb_buf_room(out, room_len);
	if (iconv(conversion, &from, &left, &to, &room_len) != 0 ||
	    iconv(conversion, NULL, NULL, &to, &room_len) != 0)
		pb_die("code page %u cannot hold \"%s\"", page, text);
	out->len = (size_t)((uint8_t *)to - out->data);
	iconv_close(conversion);
}

/* Days from 1601-01-01, the day FILETIME starts, in the Gregorian calendar.
 * Whole 400-year cycles start at 1601-03-01 minus 59 days. */
static int64_t
days_from_1601(int64_t year, unsigned month, unsigned day)
{
	const int64_t y = year - (month <= 2) - 1600;
	const int64_t month_from_march = (month + 9) % 12;

	return y * 365 + y / 4 - y / 100 + y / 400 +
	       (153 * month_from_march + 2) / 5 + day - 1 - 306;
}

/* "Z", "+hh:mm" or nothing; minutes east of UTC. */
static bool
zone_parse(const char *text, int *minutes_out)
{
	int hours;
	int minutes;
	int used = 0;

	*minutes_out = 0;
	if (strcmp(text, "Z") == 0 || *text == '\0')
		return true;
	if (sscanf(text, "%3d:%2d%n", &hours, &minutes, &used) != 2 ||
	    text[used] != '\0')
		return false;
	*minutes_out = hours * 60 + (*text == '-' ? -minutes : minutes);
	return true;
}

/* The digits after "." as 100 ns units. */
static const char *
fraction_parse(const char *text, uint64_t *units_out)
{
	uint64_t scale = 1000000;

	*units_out = 0;
	if (*text != '.')
		return text;
	for (text++; isdigit((unsigned char)*text); text++) {
		*units_out += (uint64_t)(*text - '0') * scale;
		scale /= 10;
	}
	return text;
}

uint64_t
pb_time_at(const struct pb_stmt *stmt, size_t i)
{
	const char *text = pb_text_at(stmt, i);
	int year;
	unsigned month;
	unsigned day;
	unsigned clock[3] = { 0, 0, 0 };
	int used = 0;
	int minutes_east;
	uint64_t units = 0;
	int64_t seconds;

	if (sscanf(text, "%4d-%2u-%2u%n", &year, &month, &day, &used) != 3 ||
	    year < 1601 || month < 1 || month > 12 || day < 1 || day > 31)
		pb_die_at(stmt, "\"%s\" is not a time", text);
	text += used;
	if (*text == 'T') {
		used = 0;
		if (sscanf(text, "T%2u:%2u%n", &clock[0], &clock[1], &used) !=
		    2)
			pb_die_at(stmt, "\"%s\" is not a clock time", text);
		text += used;
		used = 0;
		if (sscanf(text, ":%2u%n", &clock[2], &used) == 1)
			text = fraction_parse(text + used, &units);
	}
	if (!zone_parse(text, &minutes_east))
		pb_die_at(stmt, "\"%s\" is not a time zone", text);
	seconds = days_from_1601(year, month, day) * 86400 +
		  (int64_t)(clock[0] * 3600 + clock[1] * 60 + clock[2]) -
		  minutes_east * 60;
	return (uint64_t)seconds * 10000000 + units;
}

uint64_t
pb_filetime(uint64_t unix_seconds)
{
	return (unix_seconds + UINT64_C(11644473600)) * 10000000;
}

static int
hex_value(char c)
{
	static const char digits[] = "0123456789abcdef";
	const char *found =
		c == '\0' ? NULL : strchr(digits, tolower((unsigned char)c));

	return found == NULL ? -1 : (int)(found - digits);
}

bool
pb_guid_parse(const char *text, uint8_t out[16])
{
	/* Where the n-th written byte is stored: the first three fields are
	 * little-endian. */
	static const uint8_t order[16] = { 3, 2, 1,  0,	 5,  4,	 7,  6,
					   8, 9, 10, 11, 12, 13, 14, 15 };
	size_t n = 0;

	for (; *text != '\0'; text++) {
		if (*text == '{' || *text == '}' || *text == '-')
			continue;
		if (n == 16 || hex_value(text[0]) < 0 || hex_value(text[1]) < 0)
			return false;
		out[order[n++]] =
			(uint8_t)(hex_value(text[0]) * 16 + hex_value(text[1]));
		text++;
	}
	return n == 16;
}

void
pb_hex_add(const struct pb_stmt *stmt, struct pb_buf *out, const char *text)
{
	for (; *text != '\0'; text++) {
		if (isspace((unsigned char)*text))
			continue;
		if (hex_value(text[0]) < 0 || hex_value(text[1]) < 0)
			pb_die_at(stmt, "\"%s\" is not hexadecimal", text);
		pb_buf_int(out, 1,
			   (uint64_t)(hex_value(text[0]) * 16 +
				      hex_value(text[1])));
		text++;
	}
}

void
pb_base64_add(const struct pb_stmt *stmt, struct pb_buf *out, const char *text,
	      size_t len)
{
	static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				       "abcdefghijklmnopqrstuvwxyz"
				       "0123456789+/";
	uint32_t bits = 0;
	unsigned have = 0;

	for (size_t i = 0; i < len; i++) {
		const char *found;

		if (isspace((unsigned char)text[i]) || text[i] == '=')
			continue;
		found = memchr(alphabet, text[i], 64);
		if (found == NULL)
			pb_die_at(stmt, "not base64");
		bits = bits << 6 | (uint32_t)(found - alphabet);
		have += 6;
		if (have >= 8) {
			have -= 8;
			pb_buf_int(out, 1, bits >> have & 0xFF);
		}
	}
}
