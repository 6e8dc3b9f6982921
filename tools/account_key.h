/* What seals the secrets of an account: a passphrase, a key of the user's, or
 * one that lies in the keyring, where the account says so. */
#ifndef AM_TOOLS_ACCOUNT_KEY_H
#define AM_TOOLS_ACCOUNT_KEY_H

#include "oauth/account.h"
#include "secrets.h"

/* What is wrong with the options, taken together; NULL: nothing. */
const char *am_account_key_wrong(const struct am_unlock_values *values);

/* Of an account that is there. In arena, which the caller wipes. AM_AUTH: it
 * cannot be had, and why; AM_INTERRUPTED, AM_NOT_FOUND, AM_IO, AM_NOMEM. */
enum am_status
am_account_key_get(const struct am_account *account,
		   const struct am_unlock_values *values,
		   struct am_arena *arena, struct am_seal_secret *secret_out,
		   struct am_error *err);

/* Of an account that is being set up. is_sealed: its secrets are to be read,
 * so nothing but what sealed them will do; else a key is made where the keyring
 * has none, under id (NULL: a new one). Sets account->keyring. The same
 * statuses. */
enum am_status
am_account_key_make(struct am_account *account, const char *id,
		    const struct am_unlock_values *values, bool is_sealed,
		    struct am_arena *arena, struct am_seal_secret *secret_out,
		    struct am_error *err);

#endif
