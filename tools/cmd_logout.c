/* archive-mail logout: the secrets of an account go. */
#include <unistd.h>

#include "access.h"
#include "keyring.h"

struct logout_values {
	bool forget;
	struct am_unlock_values unlock;
};

/* RFC 7009, where the server has it; that the secrets here go does not depend
 * on it. */
static void
provider_tell(struct am_cli *cli, struct am_access *access,
	      const struct am_unlock_values *values)
{
	struct am_vault_content content = { 0 };
	struct am_error err = { 0 };
	enum am_status status = AM_UNSUPPORTED;

	if (access->account.server.revoke == NULL)
		return;
	status = am_access_unlock(access, values, &err);
	if (status == AM_OK)
		status = am_vault_read(&access->vault, &access->arena, &content,
				       &err);
	if (status == AM_OK)
		status = am_sign_out(&access->sign_in, &content, &err);
	if (status != AM_OK && status != AM_NOT_FOUND &&
	    status != AM_UNSUPPORTED)
		am_cli_complain(cli, access->account.name,
				"the provider could not be told (%s); what is "
				"stored here is deleted all the same",
				err.text);
}

static enum am_status
secrets_remove(const char *name, struct am_error *err)
{
	enum am_status status;
	int dir;

	status = am_place_open(AM_PLACE_TOKENS, false, &dir, err);
	if (status == AM_NOT_FOUND)
		return AM_OK;
	AM_TRY(status);
	status = am_vault_remove(dir, name, err);
	(void)close(dir);
	return status;
}

static enum am_status
settings_remove(const char *name, struct am_error *err)
{
	enum am_status status;
	int dir;

	AM_TRY(am_place_open(AM_PLACE_ACCOUNTS, false, &dir, err));
	status = am_account_remove(dir, name, err);
	(void)close(dir);
	return status;
}

/* What it sealed is gone: it opens nothing any more. */
static void
key_forget(struct am_cli *cli, const struct am_account *account)
{
	struct am_error err = { 0 };

	if (account->keyring != NULL &&
	    am_keyring_forget(account->keyring, &err) != AM_OK)
		am_cli_complain(cli, account->name,
				"the key, which opens nothing any more, is "
				"still in the keyring (%s)",
				err.text);
}

static enum am_exit
logout_run(struct am_cli *cli, const void *values,
	   const struct am_operands *operands)
{
	const struct logout_values *logout = values;
	const char *name = operands->list[0];
	struct am_error err = { 0 };
	struct am_access access;
	enum am_status status;

	am_secrets_guard();
	status = am_access_open(name, &access, &err);
	if (status == AM_OK) {
		provider_tell(cli, &access, &logout->unlock);
		status = secrets_remove(name, &err);
	}
	if (status == AM_OK)
		key_forget(cli, &access.account);
	if (status == AM_OK && logout->forget)
		status = settings_remove(name, &err);
	am_access_close(&access);
	if (status != AM_OK) {
		am_cli_fail(cli, name, &err);
		return am_exit_of_account(status);
	}
	am_output_line(&cli->out, "The sign-in of %s is deleted%s.", name,
		       logout->forget ? ", and so is the account" : "");
	return AM_EXIT_OK;
}

static const struct am_option logout_options[] = {
	{ .name = "forget",
	  .kind = AM_OPTION_FLAG,
	  .help = "delete the settings of the account too",
	  .field = offsetof(struct logout_values, forget) },
	AM_OPTION_PASSPHRASE_FILE(offsetof(struct logout_values, unlock)),
	AM_OPTION_KEY_FILE(offsetof(struct logout_values, unlock)),
	AM_OPTION_KEYRING(offsetof(struct logout_values, unlock)),
	AM_OPTION_LAST
};

const struct am_command am_command_logout = {
	.name = "logout",
	.operands = "ACCOUNT",
	.what = "account",
	.summary = "Deletes what an account signs in with",
	.options = logout_options,
	.values_size = sizeof(struct logout_values),
	.min_operands = 1,
	.max_operands = 1,
	.run = logout_run,
};
