/* MacBinary I to III, and the header of AppleDouble. */
#include "convert/macbinary.h"

#include "base/cursor.h"

enum { BLOCK = 128, NAME_MAX_LEN = 63, FORK_MAX = 0x7fffffff };

bool
am_macbinary_is_encoding(struct am_bytes encoding)
{
	/* 1.2.840.113556.3.11.1 */
	static const uint8_t oid[] = { 0x2a, 0x86, 0x48, 0x86, 0xf7,
				       0x14, 0x03, 0x0b, 0x01 };

	return am_bytes_equal(encoding, am_bytes(oid, sizeof(oid)));
}

static uint64_t
up(uint64_t size)
{
	return (size + BLOCK - 1) / BLOCK * BLOCK;
}

/* All numbers are big-endian. */
static uint32_t
be(struct am_cursor *cur, unsigned width)
{
	uint32_t value = 0;

	while (width-- > 0) {
		const uint8_t byte = am_u8(cur);

		value = value << 8 | byte;
	}
	return value;
}

bool
am_macbinary_read(struct am_bytes header, uint64_t size,
		  struct am_macbinary *forks_out)
{
	struct am_cursor cur = am_cursor(header);
	const uint8_t version = am_u8(&cur);
	const uint8_t name_len = am_u8(&cur);
	uint32_t second;

	am_skip(&cur, 74 - 2);
	if (am_u8(&cur) != 0)
		return false;
	am_skip(&cur, 82 - 75);
	if (am_u8(&cur) != 0)
		return false;
	forks_out->data_size = be(&cur, 4);
	forks_out->resource_size = be(&cur, 4);
	am_skip(&cur, 120 - 91);
	second = be(&cur, 2);
	am_skip(&cur, AM_MACBINARY_HEADER - 122);
	forks_out->data = AM_MACBINARY_HEADER + up(second);
	forks_out->resource = forks_out->data + up(forks_out->data_size);
	/* The last fork need not be filled up. */
	return am_cursor_ok(&cur) && version == 0 && name_len > 0 &&
	       name_len <= NAME_MAX_LEN && forks_out->data_size <= FORK_MAX &&
	       forks_out->resource_size <= FORK_MAX &&
	       forks_out->data + forks_out->data_size <= size &&
	       (forks_out->resource_size == 0 ||
		forks_out->resource + forks_out->resource_size <= size);
}

static uint8_t *
put(uint8_t *at, uint64_t value, unsigned width)
{
	while (width > 0)
		*at++ = (uint8_t)(value >> 8 * --width);
	return at;
}

void
am_macbinary_apple_header(struct am_bytes header,
			  const struct am_macbinary *forks,
			  uint8_t out[AM_APPLEDOUBLE_HEADER])
{
	enum { MAGIC = 0x00051607, VERSION = 0x00020000, FILLER = 16 };
	enum { RESOURCE_FORK = 2, FINDER_INFO = 9, INFO_SIZE = 32, INFO = 65 };
	struct am_cursor cur = am_cursor(header);
	uint8_t *at = out;
	size_t i;

	memset(out, 0, AM_APPLEDOUBLE_HEADER);
	at = put(at, MAGIC, 4);
	at = put(at, VERSION, 4) + FILLER;
	at = put(at, 2, 2);
	at = put(at, FINDER_INFO, 4);
	at = put(at, AM_APPLEDOUBLE_HEADER - INFO_SIZE, 4);
	at = put(at, INFO_SIZE, 4);
	at = put(at, RESOURCE_FORK, 4);
	at = put(at, AM_APPLEDOUBLE_HEADER, 4);
	at = put(at, forks->resource_size, 4);
	/* type, creator and flags: what of Finder info MacBinary keeps */
	am_skip(&cur, INFO);
	for (i = 0; i < 9; i++)
		*at++ = am_u8(&cur);
}
