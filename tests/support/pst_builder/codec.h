/* Checksums, signatures and the two block encodings: [MS-PST] 5. */
#ifndef PB_CODEC_H
#define PB_CODEC_H

#include "bytes.h"

enum pb_crypt {
	PB_CRYPT_NONE = 0,
	PB_CRYPT_PERMUTE = 1,
	PB_CRYPT_CYCLIC = 2,
};

/* [MS-PST] 5.3: CRC-32 that starts at 0 and is not inverted at the end. */
uint32_t pb_crc(const uint8_t *bytes, size_t len);

/* [MS-PST] 5.5 wSig of a page or block. */
uint16_t pb_signature(uint64_t ib, uint64_t bid);

/* [MS-PST] 5.1 and 5.2, in place; key is the low half of the block's BID. */
void pb_encode(enum pb_crypt crypt, uint32_t key, uint8_t *bytes, size_t len);
void pb_decode(enum pb_crypt crypt, uint32_t key, uint8_t *bytes, size_t len);

/* Ends the program unless the functions above give the known answers. */
void pb_codec_check(void);

#endif
