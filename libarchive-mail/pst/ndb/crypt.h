/* [MS-PST] 5.1, 5.2: how external blocks are encoded. It hides nothing; the
 * keys are in the specification. */
#ifndef AM_PST_NDB_CRYPT_H
#define AM_PST_NDB_CRYPT_H

#include <stddef.h>
#include <stdint.h>

#include "pst/ndb/ndb.h"

/* HEADER.bCryptMethod of a file under Windows Information Protection: its
 * keys are outside of the file. */
enum { AM_NDB_CRYPT_EDP = 0x10 };

/* Decodes len bytes in place. key: the low 32 bits of the block's BID as the
 * BBT has it (cyclic only). */
void am_crypt_decode(enum am_ndb_crypt crypt, uint32_t key, uint8_t *data,
		     size_t len);

#endif
