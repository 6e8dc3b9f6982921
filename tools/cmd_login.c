/* archive-mail login: an account, and who signs in to it. */
#include <stdlib.h>
#include <unistd.h>

#include "access.h"
#include "account_key.h"
#include "base/text.h"
#include "keyring.h"
#include "oauth/assertion.h"
#include "oauth/discovery.h"
#include "oauth/small_file.h"
#include "stop.h"

struct login_values {
	const char *provider;
	int way; /* index plus 1 */
	const char *user;
	const char *client_id;
	const char *client_secret_file, *client_key_file, *password_file;
	const char *command;
	const char *issuer, *tenant, *scope;
	const char *host, *ca_file;
	unsigned port;
	int security; /* index plus 1 */
	struct am_unlock_values unlock;
};

struct login {
	struct am_cli *cli;
	const struct login_values *values;
	struct am_arena arena; /* secrets too: wiped */
	const char *name;
	struct am_profile profile; /* name NULL: an account that is there */
	struct am_account account;
	struct am_vault_content content;
	struct am_vault vault;
	int tokens;		    /* the directory; -1: none */
	const char *keyring_before; /* of an account that is made anew */
};

static bool
uses_vault(const struct login *login)
{
	return login->account.way != AM_WAY_COMMAND;
}

static bool
uses_oauth(const struct login *login)
{
	return uses_vault(login) && login->account.way != AM_WAY_PASSWORD;
}

/* --- the account ------------------------------------------------------------
 */

/* "{tenant}" in an address is where the tenant goes. */
static enum am_status
tenant_fill(struct am_arena *arena, const char *tenant, const char **url,
	    struct am_error *err)
{
	static const char mark[] = "{tenant}";
	const char *at = *url != NULL ? strstr(*url, mark) : NULL;

	if (at == NULL)
		return AM_OK;
	*url = am_arena_printf(arena, "%.*s%s%s", (int)(at - *url), *url,
			       tenant, at + strlen(mark));
	return *url != NULL ? AM_OK : am_nomem(err);
}

static enum am_status
tenant_take(struct login *login, struct am_error *err)
{
	struct am_oauth_server *server = &login->account.server;
	const char *tenant = login->values->tenant != NULL
				     ? login->values->tenant
				     : login->profile.tenant;

	if (tenant == NULL)
		return AM_OK;
	if (tenant[strspn(tenant, "abcdefghijklmnopqrstuvwxyz"
				  "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				  "0123456789.-")] != '\0')
		return am_fail(err, AM_UNSUPPORTED,
			       "--tenant is the directory's id, or its domain "
			       "name");
	AM_TRY(tenant_fill(&login->arena, tenant, &server->authorize, err));
	AM_TRY(tenant_fill(&login->arena, tenant, &server->token, err));
	return tenant_fill(&login->arena, tenant, &server->device, err);
}

/* AM_NOT_FOUND: there is none. */
static enum am_status
account_load(struct login *login, struct am_account *account,
	     struct am_error *err)
{
	enum am_status status;
	int dir;

	AM_TRY(am_place_open(AM_PLACE_ACCOUNTS, false, &dir, err));
	status = am_account_load(dir, login->name, &login->arena, account, err);
	(void)close(dir);
	return status;
}

static enum am_status
from_profile(struct login *login, struct am_error *err)
{
	struct am_account *account = &login->account, before = { 0 };
	const struct am_profile *profile = &login->profile;

	/* nothing else of it counts, and it may be damaged */
	(void)account_load(login, &before, err);
	login->keyring_before = before.keyring;
	AM_TRY(am_place_profile(login->values->provider, &login->arena,
				&login->profile, err));
	account->name = login->name;
	account->provider = profile->name;
	account->host = profile->host;
	account->port = profile->port;
	account->security = profile->security;
	account->server = profile->server;
	account->scope = profile->scope;
	account->redirect = profile->redirect;
	account->redirect_path = profile->redirect_path;
	account->basic = profile->basic;
	account->way = profile->way;
	return tenant_take(login, err);
}

/* What is there from an earlier login: it need not be said again. */
static enum am_status
from_before(struct login *login, struct am_error *err)
{
	enum am_status status;

	if (login->values->tenant != NULL)
		return am_fail(err, AM_UNSUPPORTED,
			       "--tenant goes with --provider");
	status = account_load(login, &login->account, err);
	login->keyring_before = login->account.keyring;
	if (status == AM_NOT_FOUND)
		return am_fail(err, AM_UNSUPPORTED,
			       "there is no account \"%s\" yet: say with "
			       "--provider where it is",
			       login->name);
	return status;
}

static void
text_take(const char *value, const char **place)
{
	if (value != NULL)
		*place = value;
}

static void
values_take(struct login *login)
{
	const struct login_values *values = login->values;
	struct am_account *account = &login->account;

	text_take(values->user, &account->user);
	text_take(values->client_id, &account->client_id);
	text_take(values->host, &account->host);
	text_take(values->ca_file, &account->ca_file);
	text_take(values->command, &account->command);
	if (values->port != 0)
		account->port = (uint16_t)values->port;
	if (values->security != 0)
		account->security = (enum am_security)(values->security - 1);
	if (values->way != 0)
		account->way = (enum am_way)(values->way - 1);
	else if (values->command != NULL)
		account->way = AM_WAY_COMMAND;
	if (account->user == NULL && strchr(login->name, '@') != NULL)
		account->user = login->name;
	/* a program's own scope is another one */
	if ((account->way == AM_WAY_CLIENT_CREDENTIALS ||
	     account->way == AM_WAY_SERVICE_ACCOUNT) &&
	    login->profile.app_scope != NULL)
		account->scope = login->profile.app_scope;
	text_take(values->scope, &account->scope);
}

/* What is missing on the command line, or NULL. */
static const char *
missing(const struct login *login)
{
	const struct am_account *account = &login->account;

	if (am_account_key_wrong(&login->values->unlock) != NULL)
		return am_account_key_wrong(&login->values->unlock);
	if (account->user == NULL)
		return "--user is missing: the address of the mailbox";
	if (account->host == NULL)
		return "--host is missing: the IMAP server";
	if (account->way == AM_WAY_COMMAND && account->command == NULL)
		return "--token-command is missing";
	if (!uses_oauth(login))
		return NULL;
	if (account->server.token == NULL && login->values->issuer == NULL)
		return "--issuer is missing: the address of the authorization "
		       "server";
	if (account->way != AM_WAY_SERVICE_ACCOUNT &&
	    account->client_id == NULL)
		return "--client-id is missing";
	return NULL;
}

static bool
way_is_offered(const struct login *login)
{
	return login->profile.name == NULL ||
	       (login->profile.ways & 1U << login->account.way) != 0;
}

/* RFC 8414: the addresses, from the issuer that the user names. */
static enum am_status
addresses_find(struct login *login, struct am_error *err)
{
	const struct am_oauth_http http = { login->account.ca_file,
					    am_stop_flag() };
	struct am_oauth_server found = { 0 };
	enum am_status status;

	if (login->values->issuer == NULL || !uses_oauth(login))
		return AM_OK;
	status = am_oauth_discover(&http, login->values->issuer, &login->arena,
				   &found, err);
	if (status == AM_NOT_FOUND)
		err->status = status = AM_PROTOCOL;
	if (status == AM_OK)
		login->account.server = found;
	return status;
}

/* --- the secrets ------------------------------------------------------------
 */

static enum am_status
key_take(struct login *login, struct am_error *err)
{
	struct am_buf file = am_buf(AM_ASSERTION_KEY_MAX);
	struct am_signing_key *key = NULL;
	enum am_status status =
		am_user_file_read(login->values->client_key_file, &file, err);

	/* said now, and not when it is needed */
	if (status == AM_OK)
		status = am_signing_key_read(am_buf_bytes(&file), &key, err);
	am_signing_key_close(key);
	if (status == AM_OK) {
		login->content.key = am_arena_text(
			&login->arena, am_buf_text(&file), file.len);
		if (login->content.key == NULL)
			status = am_nomem(err);
	}
	am_oauth_wipe(&file);
	return status;
}

static enum am_status
password_take(struct login *login, struct am_error *err)
{
	if (login->account.way != AM_WAY_PASSWORD)
		return AM_OK;
	AM_TRY(am_secret_get(login->values->password_file,
			     "password (or app password) of the mailbox",
			     &login->arena, &login->content.password, err));
	/* JSON keeps nothing else whole */
	if (!am_utf8_is_valid(am_bytes_of(login->content.password)))
		return am_fail(err, AM_UNSUPPORTED,
			       "the password is not UTF-8");
	return AM_OK;
}

/* The vault, with what was given at an earlier login in content. */
static enum am_status
vault_open(struct login *login, struct am_error *err)
{
	struct am_vault_content before = { 0 };
	enum am_status status;
	bool is_sealed;
	int dir;

	AM_TRY(am_place_open(AM_PLACE_TOKENS, true, &dir, err));
	login->tokens = dir;
	login->vault.dir = dir;
	login->vault.name = login->name;
	/* an account that is made anew keeps nothing */
	is_sealed = login->profile.name == NULL &&
		    am_vault_is_there(dir, login->name);
	AM_TRY(am_account_key_make(&login->account, login->keyring_before,
				   &login->values->unlock, is_sealed,
				   &login->arena, &login->vault.secret, err));
	if (!is_sealed)
		return AM_OK;
	status = am_vault_read(&login->vault, &login->arena, &before, err);
	if (status == AM_OK) {
		login->content.client_secret = before.client_secret;
		login->content.key = before.key;
	}
	return status;
}

static enum am_status
secrets_take(struct login *login, struct am_error *err)
{
	const struct login_values *values = login->values;

	if (values->client_secret_file != NULL)
		AM_TRY(am_secret_get(values->client_secret_file, "",
				     &login->arena,
				     &login->content.client_secret, err));
	if (values->client_key_file != NULL)
		AM_TRY(key_take(login, err));
	return password_take(login, err);
}

/* --- signing in -------------------------------------------------------------
 */

/* What the server says is escaped, as everything is that is printed. */
static void
prompt_show(void *arg, const struct am_oauth_prompt *prompt)
{
	struct am_output *out = &((struct am_cli *)arg)->err;

	if (prompt->code == NULL) {
		am_output_line(out, "Open this address in a browser on this "
				    "machine, and sign in:");
		am_output_line(out, "  %s", prompt->url);
		return;
	}
	am_output_line(out, "Open this address in a browser, anywhere:");
	am_output_line(out, "  %s", prompt->url);
	am_output_line(out, "and type this code:");
	am_output_line(out, "  %s", prompt->code);
	if (prompt->complete != NULL) {
		am_output_line(out, "or open this, with the code in it:");
		am_output_line(out, "  %s", prompt->complete);
	}
	if (prompt->message != NULL)
		am_output_line(out, "The provider says: %s", prompt->message);
	am_output_line(out, "The code is good for %u minutes.",
		       (prompt->expires_in + 59) / 60);
}

static enum am_status
tokens_get(struct login *login, struct am_error *err)
{
	const struct am_sign_in sign_in = {
		.account = &login->account,
		.http = { login->account.ca_file, am_stop_flag() },
		.now = am_clock_now,
		.show = prompt_show,
		.show_arg = login->cli,
	};

	if (!uses_oauth(login))
		return AM_OK;
	AM_TRY(am_vault_try(&login->vault, err));
	return am_sign_in(&sign_in, &login->arena, &login->content, err);
}

/* Another process may be renewing what is replaced here. */
static enum am_status
vault_store(struct login *login, struct am_error *err)
{
	enum am_status status;
	int lock;

	AM_TRY(am_vault_lock(&login->vault, am_stop_flag(), &lock, err));
	status = am_vault_write(&login->vault, &login->content, err);
	(void)close(lock);
	return status;
}

static enum am_status
all_store(struct login *login, struct am_error *err)
{
	enum am_status status;
	int dir;

	if (uses_vault(login))
		AM_TRY(vault_store(login, err));
	AM_TRY(am_place_open(AM_PLACE_ACCOUNTS, true, &dir, err));
	status = am_account_save(dir, &login->account, err);
	(void)close(dir);
	return status;
}

/* The key of before seals nothing any more. */
static void
keyring_tidy(struct login *login)
{
	struct am_error ignored;

	if (login->keyring_before != NULL && login->account.keyring == NULL)
		(void)am_keyring_forget(login->keyring_before, &ignored);
}

static enum am_status
sign_in(struct login *login, struct am_error *err)
{
	AM_TRY(addresses_find(login, err));
	if (uses_vault(login)) {
		AM_TRY(vault_open(login, err));
		AM_TRY(secrets_take(login, err));
	}
	AM_TRY(tokens_get(login, err));
	AM_TRY(all_store(login, err));
	keyring_tidy(login);
	return AM_OK;
}

/* --- the command ------------------------------------------------------------
 */

static void
registration_explain(struct login *login)
{
	const struct am_profile *profile = &login->profile;
	struct am_output *out = &login->cli->err;
	size_t i;

	am_output_line(out, "No client id comes with this program: you "
			    "register one of your own, once, and give it with "
			    "--client-id.");
	am_output_line(out, "How to, for %s:",
		       profile->title != NULL ? profile->title : profile->name);
	for (i = 0; i < profile->step_count; i++)
		am_output_line(out, "  %zu. %s", i + 1, profile->steps[i]);
}

static enum am_exit
login_wrong(struct login *login, const char *text)
{
	am_cli_complain(login->cli, "login", "%s", text);
	if (strncmp(text, "--client-id", 11) == 0 &&
	    login->profile.name != NULL)
		registration_explain(login);
	else
		am_output_line(&login->cli->err,
			       "Try 'archive-mail login --help'.");
	return AM_EXIT_USAGE;
}

static enum am_exit
way_wrong(struct login *login)
{
	struct am_error err;
	int way;
	char list[160] = "";
	size_t len = 0;

	for (way = 0; way < AM_WAY_COUNT; way++)
		if ((login->profile.ways & 1U << way) != 0)
			len += (size_t)snprintf(list + len, sizeof(list) - len,
						"%s%s", len > 0 ? ", " : "",
						am_way_names[way]);
	(void)am_fail(&err, AM_UNSUPPORTED,
		      "--flow %s does not work with %s; there are: %s",
		      am_way_names[login->account.way], login->profile.name,
		      list);
	return login_wrong(login, err.text);
}

static enum am_exit
login_fails(struct login *login, enum am_status status,
	    const struct am_error *err)
{
	if (status == AM_UNSUPPORTED)
		return login_wrong(login, err->text);
	am_cli_fail(login->cli, login->name, err);
	return am_exit_of_account(status);
}

static enum am_exit
login_go(struct login *login)
{
	struct am_error err = { 0 };
	enum am_status status = am_account_name_check(login->name, &err);
	const char *lack;

	if (status == AM_OK)
		status = login->values->provider != NULL
				 ? from_profile(login, &err)
				 : from_before(login, &err);
	if (status != AM_OK)
		return login_fails(login, status, &err);
	values_take(login);
	if (!way_is_offered(login))
		return way_wrong(login);
	lack = missing(login);
	if (lack != NULL)
		return login_wrong(login, lack);
	status = sign_in(login, &err);
	if (status != AM_OK)
		return login_fails(login, status, &err);
	am_output_line(&login->cli->out,
		       "The account %s is set up for %s at %s.", login->name,
		       login->account.user, login->account.host);
	am_output_line(&login->cli->out,
		       "To see whether everything works: archive-mail doctor "
		       "%s",
		       login->name);
	return AM_EXIT_OK;
}

static enum am_exit
login_run(struct am_cli *cli, const void *values,
	  const struct am_operands *operands)
{
	struct login login = {
		.cli = cli,
		.values = values,
		.name = operands->list[0],
		.tokens = -1,
	};
	enum am_exit answer;

	am_secrets_guard();
	answer = login_go(&login);
	if (login.tokens >= 0)
		(void)close(login.tokens);
	am_arena_wipe(&login.arena);
	return answer;
}

#define TEXT_OPTION(option_name, place, value, text)                           \
	{                                                                      \
		.name = (option_name), .kind = AM_OPTION_TEXT,                 \
		.argument = (value), .help = (text),                           \
		.field = offsetof(struct login_values, place)                  \
	}

static const struct am_option login_options[] = {
	TEXT_OPTION("provider", provider, "NAME",
		    "outlook, m365, gmail, yahoo, aol, fastmail, icloud or "
		    "custom; not needed again for an account that is there"),
	{ .name = "flow",
	  .kind = AM_OPTION_CHOICE,
	  .argument = "HOW",
	  .help = "how to sign in: device (a code to type into any browser), "
		  "browser (on this machine), client-credentials or "
		  "service-account (a program, without a person), password "
		  "(an app password) or token-command",
	  .field = offsetof(struct login_values, way),
	  .choices = am_way_names },
	TEXT_OPTION("user", user, "ADDRESS",
		    "the mailbox; without it the account's name, when that is "
		    "an address"),
	TEXT_OPTION("client-id", client_id, "ID",
		    "the program as you have registered it; without it, login "
		    "tells how to"),
	TEXT_OPTION("client-secret-file", client_secret_file, "FILE",
		    "the secret of the client is the first line of FILE"),
	TEXT_OPTION("client-key-file", client_key_file, "FILE",
		    "a certificate with its RSA key (PEM) instead of a "
		    "secret, or the JSON key of a Google service account"),
	TEXT_OPTION("password-file", password_file, "FILE",
		    "the password is the first line of FILE; else it is asked "
		    "for"),
	TEXT_OPTION("token-command", command, "CMD",
		    "a shell command whose first line of output is an access "
		    "token"),
	TEXT_OPTION("issuer", issuer, "URL",
		    "your authorization server; its addresses are looked up "
		    "there"),
	TEXT_OPTION("tenant", tenant, "ID",
		    "the directory of a Microsoft 365 organization"),
	TEXT_OPTION("scope", scope, "SCOPES",
		    "what to ask for, instead of the provider's usual"),
	TEXT_OPTION("host", host, "NAME", "the IMAP server"),
	{ .name = "port",
	  .kind = AM_OPTION_COUNT,
	  .argument = "N",
	  .help = "its port; without it 993, or as the provider has it",
	  .field = offsetof(struct login_values, port),
	  .max = UINT16_MAX },
	{ .name = "security",
	  .kind = AM_OPTION_CHOICE,
	  .argument = "HOW",
	  .help = "tls, starttls or none (none only to this machine)",
	  .field = offsetof(struct login_values, security),
	  .choices = am_security_names },
	TEXT_OPTION("ca-file", ca_file, "FILE",
		    "certificates (PEM) to trust instead of the system's"),
	AM_OPTION_PASSPHRASE_FILE(offsetof(struct login_values, unlock)),
	AM_OPTION_KEY_FILE(offsetof(struct login_values, unlock)),
	AM_OPTION_KEYRING(offsetof(struct login_values, unlock)),
	AM_OPTION_LAST
};

const struct am_command am_command_login = {
	.name = "login",
	.operands = "ACCOUNT [--provider NAME] [options]",
	.what = "account",
	.summary = "Sets up an account of a mail server, and signs in to it",
	.details = "What is secret is sealed with your passphrase. The same "
		   "command later signs in\nagain: 'archive-mail login "
		   "ACCOUNT' is enough then.\n",
	.options = login_options,
	.values_size = sizeof(struct login_values),
	.min_operands = 1,
	.max_operands = 1,
	.run = login_run,
};
