/* Comparing words of protocols without regard to ASCII case, and without the
 * locale. */
#ifndef AM_BASE_ASCII_H
#define AM_BASE_ASCII_H

#include "base/bytes.h"

static inline uint8_t
am_ascii_lower(uint8_t c)
{
	return c >= 'A' && c <= 'Z' ? (uint8_t)(c | 0x20) : c;
}

static inline bool
am_ascii_is_digit(uint8_t c)
{
	return c >= '0' && c <= '9';
}

static inline bool
am_ascii_is_alnum(uint8_t c)
{
	const uint8_t lower = c | 0x20;

	return (lower >= 'a' && lower <= 'z') || am_ascii_is_digit(c);
}

/* Space, TAB, CR, LF, FF. */
static inline bool
am_ascii_is_space(uint8_t c)
{
	return c == ' ' || (c >= '\t' && c <= '\r' && c != '\v');
}

/* < 0, 0, > 0, in the order of the lower-case bytes. */
static inline int
am_ascii_compare(struct am_bytes a, struct am_bytes b)
{
	const size_t shorter = a.len < b.len ? a.len : b.len;
	size_t i;

	for (i = 0; i < shorter; i++) {
		const uint8_t from_a = am_ascii_lower(a.data[i]);
		const uint8_t from_b = am_ascii_lower(b.data[i]);

		if (from_a != from_b)
			return from_a < from_b ? -1 : 1;
	}
	if (a.len == b.len)
		return 0;
	return a.len < b.len ? -1 : 1;
}

static inline bool
am_ascii_equal(struct am_bytes a, const char *text)
{
	return am_ascii_compare(a, am_bytes_of(text)) == 0;
}

static inline bool
am_ascii_starts(struct am_bytes a, const char *prefix)
{
	struct am_bytes start;

	return am_slice(a, 0, strlen(prefix), &start) &&
	       am_ascii_equal(start, prefix);
}

/* Does text stand anywhere in a? */
static inline bool
am_ascii_has(struct am_bytes a, const char *text)
{
	const size_t len = strlen(text);
	struct am_bytes part;
	size_t i;

	for (i = 0; am_slice(a, i, len, &part); i++)
		if (am_ascii_equal(part, text))
			return true;
	return false;
}

static inline bool
am_ascii_ends(struct am_bytes a, const char *suffix)
{
	const size_t len = strlen(suffix);
	struct am_bytes end;

	return a.len >= len && am_slice(a, a.len - len, len, &end) &&
	       am_ascii_equal(end, suffix);
}

/* What follows the first count bytes, count <= a.len. */
static inline struct am_bytes
am_ascii_after(struct am_bytes a, size_t count)
{
	struct am_bytes rest = { NULL, 0 };

	(void)am_slice(a, count, a.len - count, &rest);
	return rest;
}

/* Without the white space at both ends. */
static inline struct am_bytes
am_ascii_trim(struct am_bytes a)
{
	size_t start = 0;
	size_t end = a.len;
	struct am_bytes inner = { NULL, 0 };

	while (start < end && am_ascii_is_space(a.data[start]))
		start++;
	while (end > start && am_ascii_is_space(a.data[end - 1]))
		end--;
	(void)am_slice(a, start, end - start, &inner);
	return inner;
}

#endif
