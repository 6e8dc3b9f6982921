/* accounts/NAME.json */
#include "oauth/account.h"

#include <jansson.h>
#include <stddef.h>

#include "base/json.h"
#include "io/dir.h"
#include "oauth/json_read.h"
#include "oauth/small_file.h"

static const char *const secret_in[] = { "form", "header", NULL };

static const struct text_field {
	const char *name;
	size_t offset;
} text_fields[] = {
	{ "provider", offsetof(struct am_account, provider) },
	{ "user", offsetof(struct am_account, user) },
	{ "host", offsetof(struct am_account, host) },
	{ "ca_file", offsetof(struct am_account, ca_file) },
	{ "issuer", offsetof(struct am_account, server.issuer) },
	{ "authorize", offsetof(struct am_account, server.authorize) },
	{ "token", offsetof(struct am_account, server.token) },
	{ "device", offsetof(struct am_account, server.device) },
	{ "revoke", offsetof(struct am_account, server.revoke) },
	{ "client_id", offsetof(struct am_account, client_id) },
	{ "scope", offsetof(struct am_account, scope) },
	{ "redirect", offsetof(struct am_account, redirect) },
	{ "redirect_path", offsetof(struct am_account, redirect_path) },
	{ "token_command", offsetof(struct am_account, command) },
	{ "keyring", offsetof(struct am_account, keyring) },
};

enum { FIELD_COUNT = sizeof(text_fields) / sizeof(text_fields[0]) };

enum am_status
am_account_name_check(const char *name, struct am_error *err)
{
	static const char good[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				   "abcdefghijklmnopqrstuvwxyz"
				   "0123456789-_.@+";
	const size_t len = strlen(name);

	if (len > 0 && len <= AM_ACCOUNT_NAME_MAX && name[0] != '.' &&
	    name[0] != '-' && strspn(name, good) == len)
		return AM_OK;
	return am_fail(err, AM_UNSUPPORTED,
		       "an account's name has 1 to %d letters, digits, and "
		       "\"-\", \"_\", \".\", \"@\", \"+\" (such as \"me\")",
		       AM_ACCOUNT_NAME_MAX);
}

static enum am_status
needed_check(const struct am_account *account, struct am_error *err)
{
	const bool by_oauth = account->way != AM_WAY_PASSWORD &&
			      account->way != AM_WAY_COMMAND;

	if (account->user == NULL || account->host == NULL ||
	    account->port == 0)
		return am_fail(err, AM_CORRUPT,
			       "\"user\", \"host\" or \"port\" is missing");
	if (account->way == AM_WAY_COMMAND && account->command == NULL)
		return am_fail(err, AM_CORRUPT, "\"token_command\" is missing");
	if (by_oauth && account->server.token == NULL)
		return am_fail(err, AM_CORRUPT, "\"token\" is missing");
	if (by_oauth && account->way != AM_WAY_SERVICE_ACCOUNT &&
	    account->client_id == NULL)
		return am_fail(err, AM_CORRUPT, "\"client_id\" is missing");
	return AM_OK;
}

static enum am_status
account_read(const json_t *json, struct am_arena *arena,
	     struct am_account *account, struct am_error *err)
{
	int way = -1, security = AM_SECURITY_TLS, basic = 0;
	uint64_t port;
	size_t i;

	if (!json_is_object(json))
		return am_fail(err, AM_CORRUPT, "it is no JSON object");
	for (i = 0; i < FIELD_COUNT; i++) {
		char *place = (char *)account + text_fields[i].offset;

		AM_TRY(am_json_setting_get(json, text_fields[i].name, arena,
					   (const char **)(void *)place, err));
	}
	AM_TRY(am_json_number_get(json, "port", UINT16_MAX, &port, err));
	AM_TRY(am_json_choice_get(json, "flow", am_way_names, &way, err));
	AM_TRY(am_json_choice_get(json, "security", am_security_names,
				  &security, err));
	AM_TRY(am_json_choice_get(json, "secret_in", secret_in, &basic, err));
	if (way < 0)
		return am_fail(err, AM_CORRUPT, "\"flow\" is missing");
	account->way = (enum am_way)way;
	account->port = (uint16_t)port;
	account->security = (enum am_security)security;
	account->basic = basic == 1;
	return needed_check(account, err);
}

enum am_status
am_account_read(struct am_bytes file, const char *name, struct am_arena *arena,
		struct am_account *account_out, struct am_error *err)
{
	struct am_oauth_answer text = { .body = am_buf(AM_ACCOUNT_FILE_MAX) };
	struct am_account account = { 0 };
	enum am_status status;
	json_t *json;

	account.name = am_arena_text(arena, name, strlen(name));
	if (account.name == NULL)
		return am_nomem(err);
	am_buf_add(&text.body, file);
	status = am_buf_status(&text.body, err);
	if (status == AM_OK) {
		json = am_oauth_json(&text);
		status = account_read(json, arena, &account, err);
		json_decref(json);
	}
	am_oauth_answer_free(&text);
	if (status == AM_OK)
		*account_out = account;
	return status;
}

enum am_status
am_account_write(const struct am_account *account, struct am_buf *out,
		 struct am_error *err)
{
	struct am_json json = am_json(out);
	size_t i;

	am_json_object(&json, NULL);
	am_json_uint(&json, "version", 1);
	am_json_text(&json, "flow", am_way_names[account->way]);
	am_json_uint(&json, "port", account->port);
	am_json_text(&json, "security", am_security_names[account->security]);
	am_json_text(&json, "secret_in", secret_in[account->basic ? 1 : 0]);
	for (i = 0; i < FIELD_COUNT; i++) {
		const char *place =
			(const char *)account + text_fields[i].offset;
		const char *text = *(const char *const *)(const void *)place;

		if (text != NULL)
			am_json_text(&json, text_fields[i].name, text);
	}
	am_json_object_end(&json);
	am_buf_add_char(out, '\n');
	return am_buf_status(out, err);
}

/* "NAME.json", in arena. */
static enum am_status
file_name(const char *name, struct am_arena *arena, const char **file_out,
	  struct am_error *err)
{
	AM_TRY(am_account_name_check(name, err));
	*file_out = am_arena_printf(arena, "%s.json", name);
	return *file_out != NULL ? AM_OK : am_nomem(err);
}

enum am_status
am_account_load(int dir, const char *name, struct am_arena *arena,
		struct am_account *account_out, struct am_error *err)
{
	struct am_buf text = am_buf(AM_ACCOUNT_FILE_MAX);
	const char *file;
	enum am_status status;

	AM_TRY(file_name(name, arena, &file, err));
	status = am_small_file_read(dir, file, &text, err);
	if (status == AM_OK)
		status = am_account_read(am_buf_bytes(&text), name, arena,
					 account_out, err);
	am_buf_free(&text);
	return status;
}

enum am_status
am_account_save(int dir, const struct am_account *account, struct am_error *err)
{
	struct am_buf text = am_buf(AM_ACCOUNT_FILE_MAX);
	struct am_arena arena = { 0 };
	const char *file;
	enum am_status status = file_name(account->name, &arena, &file, err);

	if (status == AM_OK)
		status = am_account_write(account, &text, err);
	if (status == AM_OK)
		status = am_small_file_write(dir, file, am_buf_bytes(&text),
					     err);
	am_buf_free(&text);
	am_arena_free(&arena);
	return status;
}

enum am_status
am_account_remove(int dir, const char *name, struct am_error *err)
{
	struct am_arena arena = { 0 };
	const char *file;
	enum am_status status = file_name(name, &arena, &file, err);

	if (status == AM_OK)
		status = am_dir_remove_file(dir, file, err);
	am_arena_free(&arena);
	return status;
}
