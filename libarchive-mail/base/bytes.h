/* A run of bytes that somebody else owns. */
#ifndef AM_BASE_BYTES_H
#define AM_BASE_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct am_bytes {
	const uint8_t *data; /* may be NULL when len is 0 */
	size_t len;
};

static inline struct am_bytes
am_bytes(const void *data, size_t len)
{
	const struct am_bytes bytes = { data, len };

	return bytes;
}

/* The bytes of a C string, without its NUL. */
static inline struct am_bytes
am_bytes_of(const char *text)
{
	return am_bytes(text, strlen(text));
}

static inline bool
am_bytes_equal(struct am_bytes a, struct am_bytes b)
{
	return a.len == b.len &&
	       (a.len == 0 || memcmp(a.data, b.data, a.len) == 0);
}

/* The part [offset, offset + len); false if that is not wholly inside. */
static inline bool
am_slice(struct am_bytes whole, size_t offset, size_t len,
	 struct am_bytes *part_out)
{
	if (offset > whole.len || len > whole.len - offset)
		return false;
	*part_out = am_bytes(len > 0 ? whole.data + offset : NULL, len);
	return true;
}

#endif
