/* MacBinary: a file of the classic Mac OS in one stream of bytes
 * (mapi-to-mime 9.3). */
#ifndef AM_CONVERT_MACBINARY_H
#define AM_CONVERT_MACBINARY_H

#include "base/bytes.h"

enum {
	AM_MACBINARY_HEADER = 128,
	/* RFC 1740: header of AppleDouble with Finder info */
	AM_APPLEDOUBLE_HEADER = 26 + 2 * 12 + 32
};

struct am_macbinary {
	uint64_t data; /* where the data fork begins */
	uint64_t data_size;
	uint64_t resource;
	uint64_t resource_size;
};

/* Is it [PidTagAttachEncoding] of a MacBinary file? */
bool am_macbinary_is_encoding(struct am_bytes encoding);

/* Reads the first AM_MACBINARY_HEADER bytes of a file of size bytes; false
 * when it is none, or its forks do not fit it. */
bool am_macbinary_read(struct am_bytes header, uint64_t size,
		       struct am_macbinary *forks_out);

/* RFC 1740 appendix A: what stands before the resource fork in an
 * application/applefile. */
void am_macbinary_apple_header(struct am_bytes header,
			       const struct am_macbinary *forks,
			       uint8_t out[AM_APPLEDOUBLE_HEADER]);

#endif
