/* RFC 4648 5. */
#include "oauth/base64url.h"

void
am_base64url_add(struct am_buf *out, struct am_bytes bytes)
{
	static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				       "abcdefghijklmnopqrstuvwxyz"
				       "0123456789-_";
	uint32_t bits = 0;
	unsigned count = 0;
	size_t i;

	for (i = 0; i < bytes.len; i++) {
		bits = (bits << 8 | bytes.data[i]) & 0xffff;
		for (count += 8; count >= 6; count -= 6)
			am_buf_add_char(out,
					alphabet[bits >> (count - 6) & 0x3f]);
	}
	if (count > 0)
		am_buf_add_char(out, alphabet[bits << (6 - count) & 0x3f]);
}

static int
value_of(uint8_t c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	if (c == '-')
		return 62;
	return c == '_' ? 63 : -1;
}

bool
am_base64url_read(struct am_buf *out, struct am_bytes text)
{
	uint32_t bits = 0;
	unsigned count = 0;
	size_t i;

	while (text.len > 0 && text.data[text.len - 1] == '=')
		text.len--;
	for (i = 0; i < text.len; i++) {
		const int value = value_of(text.data[i]);

		if (value < 0)
			return false;
		bits = (bits << 6 | (uint32_t)value) & 0xffff;
		count += 6;
		if (count >= 8) {
			count -= 8;
			am_buf_add_char(out, (char)(bits >> count & 0xff));
		}
	}
	return text.len % 4 != 1;
}
