/* Modified UTF-7 back to UTF-8. */
#include "base/mutf7_read.h"

#include "base/text.h"

enum { NO_SEXTET = 64 };

/* Base64 of RFC 2045, but "," for "/". */
static unsigned
sextet_of(uint8_t c)
{
	if (c >= 'A' && c <= 'Z')
		return (unsigned)(c - 'A');
	if (c >= 'a' && c <= 'z')
		return (unsigned)(c - 'a') + 26;
	if (c >= '0' && c <= '9')
		return (unsigned)(c - '0') + 52;
	if (c == '+')
		return 62;
	return c == ',' ? 63 : NO_SEXTET;
}

static void
code_add(struct am_buf *out, uint32_t code)
{
	char text[4];

	am_buf_add(out, am_bytes(text, am_utf8_encode(code, text)));
}

/* A UTF-16 unit; a pair becomes one code point, a half alone U+FFFD. */
static void
unit_add(struct am_buf *out, uint32_t unit, uint32_t *high)
{
	const bool is_low = unit >= 0xdc00 && unit < 0xe000;

	if (*high != 0 && is_low) {
		code_add(out,
			 0x10000 + ((*high - 0xd800) << 10) + (unit - 0xdc00));
		*high = 0;
		return;
	}
	if (*high != 0)
		code_add(out, 0xfffd);
	*high = 0;
	if (unit >= 0xd800 && unit < 0xdc00)
		*high = unit;
	else
		code_add(out, unit);
}

/* The end of the run that begins behind "&": the index of its "-"; 0 when it
 * has none, or holds what is no base64. */
static size_t
shift_end(struct am_bytes name, size_t begin)
{
	size_t i = begin;

	while (i < name.len && sextet_of(name.data[i]) != NO_SEXTET)
		i++;
	return i < name.len && name.data[i] == '-' ? i : 0;
}

static void
shift_read(struct am_buf *out, struct am_bytes run)
{
	uint32_t bits = 0, high = 0;
	unsigned bit_count = 0;
	size_t i;

	for (i = 0; i < run.len; i++) {
		bits = (bits & 0xffff) << 6 | sextet_of(run.data[i]);
		bit_count += 6;
		if (bit_count >= 16) {
			bit_count -= 16;
			unit_add(out, bits >> bit_count & 0xffff, &high);
		}
	}
	if (high != 0)
		code_add(out, 0xfffd);
}

void
am_mutf7_read(struct am_buf *out, struct am_bytes name)
{
	size_t i = 0;

	while (i < name.len) {
		const size_t end =
			name.data[i] == '&' ? shift_end(name, i + 1) : 0;
		struct am_bytes run = am_bytes(NULL, 0);

		if (end == 0) {
			am_buf_add_char(out, (char)name.data[i]);
			i++;
			continue;
		}
		(void)am_slice(name, i + 1, end - i - 1, &run);
		if (run.len == 0)
			am_buf_add_char(out, '&');
		shift_read(out, run);
		i = end + 1;
	}
}
