/* SHA-256 (OpenSSL) and the weak CRC of [MS-PST] 5.3 (libdeflate). */
#ifndef AM_BASE_HASH_H
#define AM_BASE_HASH_H

#include "base/bytes.h"
#include "base/error.h"

enum { AM_SHA256_SIZE = 32, AM_SHA256_HEX_SIZE = 65 };

struct am_sha256;

/* caller closes with am_sha256_close; NULL: AM_NOMEM. May be used again after
 * am_sha256_finish. Opening is slow, so keep one. */
struct am_sha256 *am_sha256_open(void);
void am_sha256_close(struct am_sha256 *sha);
void am_sha256_add(struct am_sha256 *sha, struct am_bytes bytes);
/* AM_OK; or AM_NOMEM, with a digest of zeros, when OpenSSL failed somewhere
 * since the last finish. */
enum am_status
am_sha256_finish(struct am_sha256 *sha, uint8_t digest[AM_SHA256_SIZE]);

/* Of one run of bytes. AM_NOMEM: as am_sha256_finish. */
enum am_status am_sha256(struct am_bytes bytes, uint8_t digest[AM_SHA256_SIZE]);

/* Lower-case hexadecimal, with NUL. */
void am_sha256_hex(const uint8_t digest[AM_SHA256_SIZE],
		   char hex[AM_SHA256_HEX_SIZE]);

/* [MS-PST] 5.3: reflected CRC-32, initial value 0, no final XOR. */
uint32_t am_crc(struct am_bytes bytes);

#endif
