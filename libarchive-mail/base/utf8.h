/* The inner loop of the decoders: one code point as UTF-8. */
#ifndef AM_BASE_UTF8_H
#define AM_BASE_UTF8_H

#include "base/bytes.h"

/* code is not a surrogate and at most U+FFFF. Returns the bytes written. */
static inline size_t
am_utf8_put_bmp(unsigned code, char *out)
{
	if (code < 0x80) {
		out[0] = (char)code;
		return 1;
	}
	if (code < 0x800) {
		out[0] = (char)(0xc0 | code >> 6);
		out[1] = (char)(0x80 | (code & 0x3f));
		return 2;
	}
	out[0] = (char)(0xe0 | code >> 12);
	out[1] = (char)(0x80 | (code >> 6 & 0x3f));
	out[2] = (char)(0x80 | (code & 0x3f));
	return 3;
}

#endif
