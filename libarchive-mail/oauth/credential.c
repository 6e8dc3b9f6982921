/* Credentials out of the vault, and out of a command. */
#include "oauth/credential.h"

#include <openssl/crypto.h>
#include <unistd.h>

#include "base/alloc.h"

struct keeper {
	struct am_credential base; /* first: what others see */
	struct am_sign_in sign_in;
	struct am_vault vault;
	struct am_arena arena; /* of content */
	struct am_vault_content content;
	bool is_read;
	const char *given; /* the token that was given out last; own arena */
	struct am_arena given_arena;
};

static void
keeper_close(struct am_credential *credential)
{
	struct keeper *keeper = (struct keeper *)(void *)credential;

	if (keeper == NULL)
		return;
	am_arena_wipe(&keeper->arena);
	am_arena_wipe(&keeper->given_arena);
	am_free(keeper);
}

/* What is in the vault now. */
static enum am_status
content_read(struct keeper *keeper, struct am_error *err)
{
	enum am_status status;

	keeper->is_read = false;
	memset(&keeper->content, 0, sizeof(keeper->content));
	am_arena_wipe(&keeper->arena);
	status = am_vault_read(&keeper->vault, &keeper->arena, &keeper->content,
			       err);
	if (status == AM_NOT_FOUND)
		return am_fail(err, AM_AUTH,
			       "nobody is signed in; run: archive-mail login "
			       "%s",
			       keeper->vault.name);
	keeper->is_read = status == AM_OK;
	return status;
}

/* For as long as seconds? */
static bool
is_good_for(const struct keeper *keeper, int64_t seconds)
{
	return keeper->is_read && keeper->content.access != NULL &&
	       keeper->content.expires - keeper->sign_in.now() >= seconds;
}

static bool
is_given(const struct keeper *keeper)
{
	return keeper->given != NULL && keeper->content.access != NULL &&
	       strcmp(keeper->given, keeper->content.access) == 0;
}

static enum am_status
give(struct keeper *keeper, const char *secret, const char **secret_out,
     struct am_error *err)
{
	if (!is_given(keeper) || secret != keeper->content.access) {
		keeper->given = NULL;
		am_arena_wipe(&keeper->given_arena);
		keeper->given = am_arena_text(&keeper->given_arena, secret,
					      strlen(secret));
		if (keeper->given == NULL)
			return am_nomem(err);
	}
	*secret_out = keeper->given;
	return AM_OK;
}

/* The refresh token is dead: what is left of the sign-in goes, so that nothing
 * tries it again. What the user gave (secret, key) stays. */
static void
tokens_drop(struct keeper *keeper)
{
	struct am_error ignored;

	keeper->content.access = NULL;
	keeper->content.refresh = NULL;
	(void)am_vault_write(&keeper->vault, &keeper->content, &ignored);
}

static bool
needs_person(const struct keeper *keeper)
{
	return keeper->sign_in.account->way == AM_WAY_DEVICE ||
	       keeper->sign_in.account->way == AM_WAY_BROWSER;
}

/* With the lock held. A refresh token that is replaced is gone for good at the
 * server: the new one is on disk before anything else is done, and that this
 * will work is tried before. */
static enum am_status
renew_locked(struct keeper *keeper, struct am_error *err)
{
	bool gone = false;
	enum am_status status;

	AM_TRY(am_vault_try(&keeper->vault, err));
	if (needs_person(keeper))
		status = am_sign_in_refresh(&keeper->sign_in, &keeper->arena,
					    &keeper->content, &gone, err);
	else
		status = am_sign_in(&keeper->sign_in, &keeper->arena,
				    &keeper->content, err);
	if (gone)
		tokens_drop(keeper);
	AM_TRY(status);
	return am_vault_write(&keeper->vault, &keeper->content, err);
}

/* Another process may have renewed it while this one waited for the lock. */
static enum am_status
renew(struct keeper *keeper, bool refused, struct am_error *err)
{
	enum am_status status;
	int lock;

	AM_TRY(am_vault_lock(&keeper->vault, keeper->sign_in.http.stop, &lock,
			     err));
	status = content_read(keeper, err);
	if (status == AM_OK && !(is_good_for(keeper, AM_TOKEN_SPARE_S) &&
				 (!refused || !is_given(keeper))))
		status = renew_locked(keeper, err);
	(void)close(lock);
	return status;
}

static enum am_status
token_get(struct am_credential *credential, bool refused,
	  const char **secret_out, struct am_error *err)
{
	struct keeper *keeper = (struct keeper *)(void *)credential;
	enum am_status status;

	if (!is_good_for(keeper, AM_TOKEN_SPARE_S))
		AM_TRY(content_read(keeper, err));
	if (refused || !is_good_for(keeper, AM_TOKEN_SPARE_S)) {
		status = renew(keeper, refused, err);
		/* the last minutes of the old one may be enough */
		if (status != AM_OK && !(status == AM_NETWORK && !refused &&
					 is_good_for(keeper, AM_TOKEN_LEAST_S)))
			return status;
	}
	return give(keeper, keeper->content.access, secret_out, err);
}

static enum am_status
password_get(struct am_credential *credential, bool refused,
	     const char **secret_out, struct am_error *err)
{
	struct keeper *keeper = (struct keeper *)(void *)credential;

	(void)refused;
	if (!keeper->is_read)
		AM_TRY(content_read(keeper, err));
	if (keeper->content.password == NULL)
		return am_fail(err, AM_AUTH,
			       "no password is stored; run: archive-mail login "
			       "%s",
			       keeper->vault.name);
	return give(keeper, keeper->content.password, secret_out, err);
}

static enum am_status
command_get(struct am_credential *credential, bool refused,
	    const char **secret_out, struct am_error *err)
{
	struct keeper *keeper = (struct keeper *)(void *)credential;
	const char *token = NULL;

	(void)refused;
	am_arena_wipe(&keeper->arena);
	AM_TRY(am_token_command_run(keeper->sign_in.account->command,
				    keeper->sign_in.http.stop, &keeper->arena,
				    &token, err));
	return give(keeper, token, secret_out, err);
}

enum am_status
am_credential_open(const struct am_sign_in *sign_in,
		   const struct am_vault *vault,
		   struct am_credential **credential_out, struct am_error *err)
{
	const enum am_way way = sign_in->account->way;
	struct keeper *keeper = am_alloc(sizeof(*keeper));

	if (keeper == NULL)
		return am_nomem(err);
	keeper->base.kind = way == AM_WAY_PASSWORD ? AM_CREDENTIAL_PASSWORD
						   : AM_CREDENTIAL_TOKEN;
	keeper->base.user = sign_in->account->user;
	keeper->base.close = keeper_close;
	keeper->base.get = token_get;
	if (way == AM_WAY_PASSWORD)
		keeper->base.get = password_get;
	if (way == AM_WAY_COMMAND)
		keeper->base.get = command_get;
	keeper->sign_in = *sign_in;
	keeper->vault = *vault;
	*credential_out = &keeper->base;
	return AM_OK;
}
