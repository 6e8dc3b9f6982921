/* A passphrase, a key of the user's, or one in the keyring. */
#include "account_key.h"

#include <openssl/rand.h>

#include "keyring.h"

const char *
am_account_key_wrong(const struct am_unlock_values *values)
{
	if (values->keyring &&
	    (values->passphrase_file != NULL || values->key_file != NULL))
		return "--keyring goes without --passphrase-file and "
		       "--key-file";
	return NULL;
}

static bool
is_given(const struct am_unlock_values *values)
{
	return values->passphrase_file != NULL || values->key_file != NULL;
}

/* Where the key will be, for as long as arena lives. */
static enum am_status
room_make(struct am_arena *arena, uint8_t **key_out,
	  struct am_seal_secret *secret, struct am_error *err)
{
	*key_out = am_arena_alloc(arena, AM_SEAL_KEY_SIZE);
	if (*key_out == NULL)
		return am_nomem(err);
	secret->passphrase = NULL;
	secret->key = *key_out;
	return AM_OK;
}

enum am_status
am_account_key_get(const struct am_account *account,
		   const struct am_unlock_values *values,
		   struct am_arena *arena, struct am_seal_secret *secret_out,
		   struct am_error *err)
{
	uint8_t *key;
	enum am_status status;

	if (am_account_key_wrong(values) != NULL)
		return am_fail(err, AM_AUTH, "%s",
			       am_account_key_wrong(values));
	if (account->keyring == NULL && values->keyring)
		return am_fail(err, AM_AUTH,
			       "the key of this sign-in is not in the keyring: "
			       "log in again with --provider and --keyring");
	if (account->keyring == NULL || is_given(values))
		return am_unlock(values, false, arena, secret_out, err);
	am_unlock_skip();
	AM_TRY(room_make(arena, &key, secret_out, err));
	status = am_keyring_get(account->keyring, key, err);
	if (status == AM_NOT_FOUND)
		err->status = status = AM_AUTH;
	return status;
}

static enum am_status
key_put_new(const struct am_account *account, uint8_t *key,
	    struct am_error *err)
{
	if (RAND_bytes(key, AM_SEAL_KEY_SIZE) != 1)
		return am_fail(err, AM_IO, "no random bytes to be had");
	return am_keyring_put(account->keyring, account->name, key, err);
}

static enum am_status
id_keep(struct am_account *account, const char *id, struct am_arena *arena,
	struct am_error *err)
{
	char made[AM_KEYRING_ID_SIZE];

	if (id == NULL) {
		AM_TRY(am_keyring_id_make(made, err));
		id = am_arena_text(arena, made, strlen(made));
	}
	account->keyring = id;
	return id != NULL ? AM_OK : am_nomem(err);
}

enum am_status
am_account_key_make(struct am_account *account, const char *id,
		    const struct am_unlock_values *values, bool is_sealed,
		    struct am_arena *arena, struct am_seal_secret *secret_out,
		    struct am_error *err)
{
	uint8_t *key;
	enum am_status status;

	if (is_sealed)
		return am_account_key_get(account, values, arena, secret_out,
					  err);
	if (is_given(values) ||
	    (!values->keyring && account->keyring == NULL)) {
		account->keyring = NULL;
		return am_unlock(values, true, arena, secret_out, err);
	}
	am_unlock_skip();
	AM_TRY(room_make(arena, &key, secret_out, err));
	AM_TRY(id_keep(account, id, arena, err));
	status = am_keyring_get(account->keyring, key, err);
	if (status == AM_NOT_FOUND)
		status = key_put_new(account, key, err);
	return status;
}
