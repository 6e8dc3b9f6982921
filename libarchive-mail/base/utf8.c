/* RFC 3629 UTF-8, one code point at a time. */
#include "base/utf8.h"

#include "base/text.h"

enum { REPLACEMENT = 0xfffd };

bool
am_is_ascii(struct am_bytes bytes)
{
	uint64_t word;
	uint8_t high = 0;
	size_t i = 0;

	for (; bytes.len - i >= sizeof(word); i += sizeof(word)) {
		memcpy(&word, bytes.data + i, sizeof(word));
		if ((word & UINT64_C(0x8080808080808080)) != 0)
			return false;
	}
	for (; i < bytes.len; i++)
		high |= bytes.data[i];
	return high < 0x80;
}

/* How long the sequence is that lead begins, and what its first continuation
 * byte may be: the narrower ranges keep out overlong forms, surrogates and
 * what is beyond U+10FFFF (RFC 3629 section 4). 0: not a lead byte. */
static size_t
lead_decode(uint8_t lead, uint8_t *low, uint8_t *high)
{
	*low = 0x80;
	*high = 0xbf;
	if (lead < 0x80)
		return 1;
	if (lead < 0xc2)
		return 0;
	if (lead < 0xe0)
		return 2;
	if (lead < 0xf0) {
		if (lead == 0xe0)
			*low = 0xa0;
		if (lead == 0xed)
			*high = 0x9f;
		return 3;
	}
	if (lead == 0xf0)
		*low = 0x90;
	if (lead == 0xf4)
		*high = 0x8f;
	return lead <= 0xf4 ? 4 : 0;
}

size_t
am_utf8_decode(struct am_bytes bytes, uint32_t *code_out)
{
	uint8_t low, high;
	const size_t len = lead_decode(bytes.data[0], &low, &high);
	uint32_t code;
	size_t i;

	*code_out = REPLACEMENT;
	if (len == 0 || len > bytes.len)
		return 1;
	code = len == 1 ? bytes.data[0] : bytes.data[0] & (0x7fu >> len);
	for (i = 1; i < len; i++) {
		const uint8_t c = bytes.data[i];

		if (c < low || c > high)
			return 1;
		low = 0x80;
		high = 0xbf;
		code = code << 6 | (c & 0x3fu);
	}
	*code_out = code;
	return len;
}

size_t
am_utf8_encode(uint32_t code, char out[4])
{
	if (code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff))
		code = REPLACEMENT;
	if (code < 0x10000)
		return am_utf8_put_bmp(code, out);
	out[0] = (char)(0xf0 | code >> 18);
	out[1] = (char)(0x80 | (code >> 12 & 0x3f));
	out[2] = (char)(0x80 | (code >> 6 & 0x3f));
	out[3] = (char)(0x80 | (code & 0x3f));
	return 4;
}

size_t
am_utf8_good(struct am_bytes bytes)
{
	uint32_t code;
	size_t i = 0;

	while (i < bytes.len) {
		const struct am_bytes rest =
			am_bytes(bytes.data + i, bytes.len - i);
		size_t used;

		if (rest.len >= 8 && am_is_ascii(am_bytes(rest.data, 8))) {
			i += 8;
			continue;
		}
		used = am_utf8_decode(rest, &code);
		/* U+FFFD itself is three bytes long. */
		if (code == REPLACEMENT && used == 1)
			break;
		i += used;
	}
	return i;
}

bool
am_utf8_is_valid(struct am_bytes bytes)
{
	return am_utf8_good(bytes) == bytes.len;
}

bool
am_code_is_control(uint32_t code)
{
	return code < 0x20 || (code >= 0x7f && code < 0xa0) || code == 0x61c ||
	       code == 0x200e || code == 0x200f ||
	       (code >= 0x2028 && code <= 0x202e) ||
	       (code >= 0x2066 && code <= 0x2069);
}
