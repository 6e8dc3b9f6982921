/* The keyring of the user's desktop session (the Secret Service of
 * freedesktop.org, through libsecret): there the key may lie that seals the
 * secrets of an account. An optional part of the program, AM_LIBSECRET of
 * CMake; without it each of these is AM_AUTH and says so.
 *
 * The keyring is asked by a process of its own: libsecret's threads, and its
 * copies of what is secret, are gone when the answer is here. */
#ifndef AM_TOOLS_KEYRING_H
#define AM_TOOLS_KEYRING_H

#include "oauth/seal.h"

enum {
	AM_KEYRING_ID_SIZE = 33,   /* with NUL */
	AM_KEYRING_MS = 120 * 1000 /* for the user to unlock it */
};

/* A name for a new key, by chance. AM_IO. */
enum am_status
am_keyring_id_make(char id[AM_KEYRING_ID_SIZE], struct am_error *err);

/* The key that was put there as id; the caller wipes it. AM_NOT_FOUND: there
 * is none; AM_AUTH: there is no keyring, it stays locked, or the session bus
 * is another user's; AM_INTERRUPTED, AM_IO. */
enum am_status am_keyring_get(const char *id, uint8_t key[AM_SEAL_KEY_SIZE],
			      struct am_error *err);

/* Replaces what is there as id; account: for the user who looks at the
 * keyring. The same statuses but AM_NOT_FOUND. */
enum am_status
am_keyring_put(const char *id, const char *account,
	       const uint8_t key[AM_SEAL_KEY_SIZE], struct am_error *err);

/* Fine when there is none. The same statuses. */
enum am_status am_keyring_forget(const char *id, struct am_error *err);

#endif
