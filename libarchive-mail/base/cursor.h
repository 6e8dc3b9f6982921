/* Reading little-endian fields from bytes that are not trusted.
 *
 * A read past the end gives zero and sets a flag that stays set, so a decoder
 * is the table of the specification with one question at its end. Write one
 * read per statement: the order of evaluation is the compiler's otherwise. */
#ifndef AM_BASE_CURSOR_H
#define AM_BASE_CURSOR_H

#include "base/bytes.h"

struct am_cursor {
	const uint8_t *next;
	size_t left;
	bool short_read; /* something was asked for that was not there */
};

static inline struct am_cursor
am_cursor(struct am_bytes bytes)
{
	const struct am_cursor cursor = { bytes.data, bytes.len, false };

	return cursor;
}

static inline bool
am_cursor_ok(const struct am_cursor *cur)
{
	return !cur->short_read;
}

/* The next len bytes, or an empty run and the flag. */
static inline struct am_bytes
am_take(struct am_cursor *cur, size_t len)
{
	struct am_bytes taken;

	if (cur->short_read || len > cur->left) {
		cur->short_read = true;
		return am_bytes(NULL, 0);
	}
	taken = am_bytes(cur->next, len);
	if (len > 0)
		cur->next += len;
	cur->left -= len;
	return taken;
}

static inline void
am_skip(struct am_cursor *cur, size_t len)
{
	(void)am_take(cur, len);
}

static inline uint8_t
am_u8(struct am_cursor *cur)
{
	const struct am_bytes raw = am_take(cur, 1);

	return raw.len == 1 ? raw.data[0] : 0;
}

static inline uint16_t
am_u16(struct am_cursor *cur)
{
	const struct am_bytes raw = am_take(cur, 2);

	if (raw.len != 2)
		return 0;
	return (uint16_t)(raw.data[0] | raw.data[1] << 8);
}

static inline uint32_t
am_u32(struct am_cursor *cur)
{
	const struct am_bytes raw = am_take(cur, 4);

	if (raw.len != 4)
		return 0;
	return (uint32_t)raw.data[0] | (uint32_t)raw.data[1] << 8 |
	       (uint32_t)raw.data[2] << 16 | (uint32_t)raw.data[3] << 24;
}

static inline uint64_t
am_u64(struct am_cursor *cur)
{
	const struct am_bytes raw = am_take(cur, 8);

	if (raw.len != 8)
		return 0;
	return (uint64_t)raw.data[0] | (uint64_t)raw.data[1] << 8 |
	       (uint64_t)raw.data[2] << 16 | (uint64_t)raw.data[3] << 24 |
	       (uint64_t)raw.data[4] << 32 | (uint64_t)raw.data[5] << 40 |
	       (uint64_t)raw.data[6] << 48 | (uint64_t)raw.data[7] << 56;
}

/* An unsigned integer of width bytes, 1 to 8. */
static inline uint64_t
am_uint(struct am_cursor *cur, size_t width)
{
	struct am_bytes raw;
	uint64_t value = 0;
	size_t i;

	if (width == 8) /* nearly always: identifiers of Unicode files */
		return am_u64(cur);
	raw = am_take(cur, width);
	for (i = raw.len; i > 0; i--)
		value = value << 8 | raw.data[i - 1];
	return value;
}

#endif
