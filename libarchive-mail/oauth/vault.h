/* The secrets of an account, sealed in a file of its own (seal.h). */
#ifndef AM_OAUTH_VAULT_H
#define AM_OAUTH_VAULT_H

#include <stdatomic.h>

#include "base/arena.h"
#include "oauth/seal.h"

enum {
	AM_VAULT_FILE_MAX = AM_SEAL_CONTENT_MAX + (64 << 10),
	AM_VAULT_LOCK_MS = 120 * 1000 /* for another process to renew */
};

/* Everything is borrowed. */
struct am_vault {
	int dir;	  /* where it lies */
	const char *name; /* of the account, checked */
	struct am_seal_secret secret;
};

/* Strings in an arena that its owner wipes; NULL: none. */
struct am_vault_content {
	const char *access;
	const char *refresh;
	const char *scope;	   /* of access, where the server said */
	int64_t obtained, expires; /* of access; seconds since 1970 */
	const char *client_secret;
	const char *key; /* a key file for assertions, as it is */
	const char *password;
};

/* AM_NOT_FOUND: the account has none; AM_AUTH: another passphrase; AM_CORRUPT,
 * AM_IO, AM_NOMEM. */
enum am_status
am_vault_read(const struct am_vault *vault, struct am_arena *arena,
	      struct am_vault_content *content_out, struct am_error *err);

/* Replaces it; on disk when this returns. AM_OUTPUT, AM_IO, AM_NOMEM. */
enum am_status
am_vault_write(const struct am_vault *vault,
	       const struct am_vault_content *content, struct am_error *err);

/* Has the account one? */
bool am_vault_is_there(int dir, const char *name);

/* Could it be written now? Asked before a server is made to give out something
 * that would be lost otherwise. */
enum am_status am_vault_try(const struct am_vault *vault, struct am_error *err);

/* One process at a time; the others wait, at most AM_VAULT_LOCK_MS. lock_out:
 * caller closes. AM_NETWORK: another one holds it for too long;
 * AM_INTERRUPTED, AM_IO, AM_OUTPUT. */
enum am_status
am_vault_lock(const struct am_vault *vault, const atomic_bool *stop,
	      int *lock_out, struct am_error *err);

/* Fine when there is none. */
enum am_status am_vault_remove(int dir, const char *name, struct am_error *err);

/* The plain content, as JSON: for the tests. */
enum am_status
am_vault_content_read(struct am_bytes plain, struct am_arena *arena,
		      struct am_vault_content *content_out,
		      struct am_error *err);

#endif
