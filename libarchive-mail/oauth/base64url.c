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
