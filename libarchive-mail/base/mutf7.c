/* Modified UTF-7. */
#include "base/mutf7.h"

#include "base/text.h"

/* Base64 of RFC 2045, but "," for "/"; never padded. */
static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
			       "abcdefghijklmnopqrstuvwxyz"
			       "0123456789+,";

enum { SEXTET = 6 };

/* Where the writer is between "&" and "-". */
struct shift {
	struct am_buf *out; /* NULL: only the length matters */
	size_t len;
	bool is_open;
	uint32_t bits; /* that were not written yet */
	unsigned bit_count;
};

static void
char_add(struct shift *shift, char c)
{
	shift->len++;
	if (shift->out != NULL)
		am_buf_add_char(shift->out, c);
}

static void
unit_add(struct shift *shift, uint32_t unit)
{
	shift->bits = shift->bits << 16 | unit;
	shift->bit_count += 16;
	while (shift->bit_count >= SEXTET) {
		shift->bit_count -= SEXTET;
		char_add(shift,
			 alphabet[shift->bits >> shift->bit_count & 0x3f]);
	}
	shift->bits &= (1u << shift->bit_count) - 1;
}

static void
shift_close(struct shift *shift)
{
	if (!shift->is_open)
		return;
	if (shift->bit_count > 0)
		char_add(shift,
			 alphabet[shift->bits << (SEXTET - shift->bit_count) &
				  0x3f]);
	char_add(shift, '-');
	shift->is_open = false;
	shift->bits = 0;
	shift->bit_count = 0;
}

static void
code_add(struct shift *shift, uint32_t code)
{
	if (code >= 0x20 && code < 0x7f) {
		shift_close(shift);
		char_add(shift, (char)code);
		if (code == '&')
			char_add(shift, '-');
		return;
	}
	if (!shift->is_open)
		char_add(shift, '&');
	shift->is_open = true;
	if (code >= 0x10000) {
		unit_add(shift, 0xd800 + ((code - 0x10000) >> 10));
		code = 0xdc00 + ((code - 0x10000) & 0x3ff);
	}
	unit_add(shift, code);
}

void
am_mutf7_add(struct am_buf *out, struct am_bytes text)
{
	struct shift shift = { .out = out };

	while (text.len > 0) {
		uint32_t code;
		const size_t len = am_utf8_decode(text, &code);

		code_add(&shift, code);
		text = am_bytes(text.data + len, text.len - len);
	}
	shift_close(&shift);
}

/* What it would be if the text ended here. */
static size_t
closed_length(struct shift shift)
{
	shift.out = NULL;
	shift_close(&shift);
	return shift.len;
}

size_t
am_mutf7_fit(struct am_bytes text, size_t max)
{
	struct shift shift = { .out = NULL };
	size_t at = 0;

	while (at < text.len) {
		uint32_t code;
		const size_t len = am_utf8_decode(
			am_bytes(text.data + at, text.len - at), &code);

		code_add(&shift, code);
		if (closed_length(shift) > max)
			break;
		at += len;
	}
	return at;
}
