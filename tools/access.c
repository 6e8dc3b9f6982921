/* An account, opened. */
#include "access.h"

#include <time.h>
#include <unistd.h>

#include "account_key.h"
#include "stop.h"

int64_t
am_clock_now(void)
{
	return (int64_t)time(NULL);
}

enum am_exit
am_exit_of_account(enum am_status status)
{
	/* a server that cannot do what is needed */
	return status == AM_UNSUPPORTED ? AM_EXIT_PROTOCOL : am_exit_of(status);
}

static enum am_status
account_load(const char *name, struct am_access *access, struct am_error *err)
{
	enum am_status status;
	int dir;

	AM_TRY(am_account_name_check(name, err));
	status = am_place_open(AM_PLACE_ACCOUNTS, false, &dir, err);
	if (status == AM_OK) {
		status = am_account_load(dir, name, &access->arena,
					 &access->account, err);
		(void)close(dir);
	}
	if (status == AM_NOT_FOUND)
		return am_fail(err, status,
			       "there is no account \"%s\"; make it with: "
			       "archive-mail login %s --provider ...",
			       name, name);
	return status;
}

enum am_status
am_access_open(const char *name, struct am_access *access_out,
	       struct am_error *err)
{
	struct am_access *access = access_out;

	memset(access, 0, sizeof(*access));
	access->tokens = -1;
	AM_TRY(account_load(name, access, err));
	access->sign_in.account = &access->account;
	access->sign_in.http.ca_file = access->account.ca_file;
	access->sign_in.http.stop = am_stop_flag();
	access->sign_in.now = am_clock_now;
	access->vault.dir = -1;
	access->vault.name = access->account.name;
	return AM_OK;
}

enum am_status
am_access_unlock(struct am_access *access,
		 const struct am_unlock_values *values, struct am_error *err)
{
	if (access->account.way == AM_WAY_COMMAND)
		am_unlock_skip();
	if (access->is_unlocked || access->account.way == AM_WAY_COMMAND)
		return AM_OK;
	AM_TRY(am_place_open(AM_PLACE_TOKENS, true, &access->tokens, err));
	access->vault.dir = access->tokens;
	AM_TRY(am_account_key_get(&access->account, values, &access->arena,
				  &access->vault.secret, err));
	access->is_unlocked = true;
	return AM_OK;
}

enum am_status
am_access_credential(struct am_access *access,
		     const struct am_unlock_values *values,
		     struct am_credential **credential_out,
		     struct am_error *err)
{
	AM_TRY(am_access_unlock(access, values, err));
	if (access->credential == NULL)
		AM_TRY(am_credential_open(&access->sign_in, &access->vault,
					  &access->credential, err));
	*credential_out = access->credential;
	return AM_OK;
}

struct am_imap_options
am_access_imap(const struct am_access *access)
{
	static const enum am_imap_security securities[] = {
		[AM_SECURITY_TLS] = AM_IMAP_TLS,
		[AM_SECURITY_STARTTLS] = AM_IMAP_STARTTLS,
		[AM_SECURITY_NONE] = AM_IMAP_PLAINTEXT,
	};
	const struct am_imap_options options = {
		.conn = { .host = access->account.host,
			  .port = access->account.port,
			  .ca_file = access->account.ca_file,
			  .stop = am_stop_flag() },
		.security = securities[access->account.security],
	};

	return options;
}

void
am_access_close(struct am_access *access)
{
	if (access->credential != NULL)
		access->credential->close(access->credential);
	if (access->tokens >= 0)
		(void)close(access->tokens);
	am_arena_wipe(&access->arena);
}
