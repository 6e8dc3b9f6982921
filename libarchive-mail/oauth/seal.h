/* Secrets on the disk: argon2id makes a key of a passphrase, XChaCha20-Poly1305
 * seals with it (libsodium). The head of the file, which tells how, is
 * authenticated with the rest. */
#ifndef AM_OAUTH_SEAL_H
#define AM_OAUTH_SEAL_H

#include "base/buf.h"

enum {
	AM_SEAL_KEY_SIZE = 32,
	AM_SEAL_MEMORY = 32 << 20, /* bytes, of argon2id */
	AM_SEAL_PASSES = 4,
	AM_SEAL_MEMORY_MAX = 256 << 20, /* a file that asks for more is none */
	AM_SEAL_PASSES_MAX = 16,
	AM_SEAL_CONTENT_MAX = 1 << 20
};

/* One of the two. */
struct am_seal_secret {
	const char *passphrase; /* NULL: there is a key */
	const uint8_t *key;	/* AM_SEAL_KEY_SIZE bytes */
};

/* Adds the sealed form of plain to out. AM_NOMEM, AM_LIMIT. */
enum am_status
am_seal(const struct am_seal_secret *secret, struct am_bytes plain,
	struct am_buf *out, struct am_error *err);

/* Back again, to plain, which the caller wipes. AM_AUTH: another passphrase or
 * key; AM_CORRUPT: no sealed file, or a damaged one; AM_NOMEM. */
enum am_status
am_unseal(const struct am_seal_secret *secret, struct am_bytes sealed,
	  struct am_buf *plain, struct am_error *err);

#endif
