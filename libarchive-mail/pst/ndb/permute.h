/* [MS-PST] 5.1 NDB_CRYPT_PERMUTE: each byte of most archives goes through it.
 */
#ifndef AM_PST_NDB_PERMUTE_H
#define AM_PST_NDB_PERMUTE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* mpbbI: decodes */
extern const uint8_t am_permute_table[256];

/* Decodes len bytes in place, in the fastest way this processor has. */
void am_permute_decode(uint8_t *data, size_t len);

/* The two ways there are; the wide one only where it is. */
void am_permute_plain(uint8_t *data, size_t len);
bool am_permute_has_wide(void);
void am_permute_wide(uint8_t *data, size_t len);

#endif
