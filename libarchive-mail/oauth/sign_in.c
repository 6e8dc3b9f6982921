/* From an account to a token. */
#include "oauth/sign_in.h"

#include "oauth/assertion.h"

enum { ASSERTION_MAX = 64 << 10 };

static struct am_oauth_flow
flow_of(const struct am_sign_in *sign_in,
	const struct am_vault_content *content)
{
	const struct am_account *account = sign_in->account;
	const struct am_oauth_flow flow = {
		.http = &sign_in->http,
		.server = &account->server,
		.client_id = account->client_id,
		.client_secret = content->client_secret,
		.scope = account->scope,
		.user = account->user,
		.redirect = account->redirect,
		.redirect_path = account->redirect_path,
		.basic = account->basic,
		.show = sign_in->show,
		.show_arg = sign_in->show_arg,
	};

	return flow;
}

static enum am_status
signed_make(const struct am_assertion *assertion, bool by_service_account,
	    const char *file, struct am_buf *out, struct am_error *err)
{
	struct am_assertion whole = *assertion;
	struct am_signing_key *key;
	enum am_status status;

	if (file == NULL)
		return am_fail(err, AM_AUTH,
			       "no key file was given; run login with "
			       "--client-key-file");
	AM_TRY(am_signing_key_read(am_bytes_of(file), &key, err));
	if (by_service_account)
		whole.issuer = am_signing_key_email(key);
	if (by_service_account && whole.issuer == NULL)
		status = am_fail(err, AM_AUTH,
				 "the key file is not the JSON of a service "
				 "account");
	else
		status = am_assertion_make(key, &whole, out, err);
	am_signing_key_close(key);
	return status;
}

static enum am_status
service_account(const struct am_sign_in *sign_in,
		const struct am_oauth_flow *flow, const char *file,
		struct am_arena *arena, struct am_oauth_token *token,
		struct am_error *err)
{
	const struct am_assertion assertion = {
		.subject = flow->user,
		.audience = flow->server->token,
		.scope = flow->scope,
		.now = sign_in->now(),
	};
	struct am_buf text = am_buf(ASSERTION_MAX);
	enum am_status status = signed_make(&assertion, true, file, &text, err);

	if (status == AM_OK)
		status = am_oauth_jwt_bearer(flow, am_buf_text(&text), arena,
					     token, err);
	am_oauth_wipe(&text);
	return status;
}

static enum am_status
client_credentials(const struct am_sign_in *sign_in,
		   const struct am_oauth_flow *flow, const char *file,
		   struct am_arena *arena, struct am_oauth_token *token,
		   struct am_error *err)
{
	const struct am_assertion assertion = {
		.issuer = flow->client_id,
		.subject = flow->client_id,
		.audience = flow->server->token,
		.now = sign_in->now(),
	};
	struct am_buf text = am_buf(ASSERTION_MAX);
	enum am_status status = AM_OK;

	if (flow->client_secret == NULL)
		status = signed_make(&assertion, false, file, &text, err);
	if (status == AM_OK)
		status = am_oauth_client_credentials(
			flow, text.len > 0 ? am_buf_text(&text) : NULL, arena,
			token, err);
	am_oauth_wipe(&text);
	return status;
}

static void
token_keep(const struct am_sign_in *sign_in, const struct am_oauth_token *token,
	   struct am_vault_content *content)
{
	content->access = token->access;
	content->scope = token->scope;
	content->obtained = sign_in->now();
	content->expires = content->obtained + token->life;
	if (token->refresh != NULL)
		content->refresh = token->refresh;
}

static enum am_status
person_needed(const struct am_account *account, struct am_error *err)
{
	return am_fail(err, AM_AUTH,
		       "nobody is signed in; run: archive-mail login %s",
		       account->name);
}

enum am_status
am_sign_in(const struct am_sign_in *sign_in, struct am_arena *arena,
	   struct am_vault_content *content, struct am_error *err)
{
	const struct am_oauth_flow flow = flow_of(sign_in, content);
	struct am_oauth_token token = { 0 };
	enum am_status status = AM_OK;

	switch (sign_in->account->way) {
	case AM_WAY_DEVICE:
		status = sign_in->show != NULL
				 ? am_oauth_device(&flow, arena, &token, err)
				 : person_needed(sign_in->account, err);
		break;
	case AM_WAY_BROWSER:
		status = sign_in->show != NULL
				 ? am_oauth_browser(&flow, arena, &token, err)
				 : person_needed(sign_in->account, err);
		break;
	case AM_WAY_CLIENT_CREDENTIALS:
		status = client_credentials(sign_in, &flow, content->key, arena,
					    &token, err);
		break;
	case AM_WAY_SERVICE_ACCOUNT:
		status = service_account(sign_in, &flow, content->key, arena,
					 &token, err);
		break;
	case AM_WAY_PASSWORD:
	case AM_WAY_COMMAND:
	case AM_WAY_COUNT:
		return am_fail(err, AM_UNSUPPORTED,
			       "this account does not sign in by OAuth");
	}
	if (status == AM_OK)
		token_keep(sign_in, &token, content);
	return status;
}

enum am_status
am_sign_in_refresh(const struct am_sign_in *sign_in, struct am_arena *arena,
		   struct am_vault_content *content, bool *gone_out,
		   struct am_error *err)
{
	const struct am_oauth_flow flow = flow_of(sign_in, content);
	struct am_oauth_refusal refusal = { 0 };
	struct am_oauth_token token = { 0 };
	enum am_status status;

	*gone_out = false;
	if (content->refresh == NULL)
		return person_needed(sign_in->account, err);
	status = am_oauth_refresh(&flow, content->refresh, arena, &token,
				  &refusal, err);
	if (status == AM_OK)
		token_keep(sign_in, &token, content);
	*gone_out = status == AM_AUTH && refusal.error == AM_OAUTH_BAD_GRANT;
	return status;
}

enum am_status
am_sign_out(const struct am_sign_in *sign_in,
	    const struct am_vault_content *content, struct am_error *err)
{
	const struct am_oauth_flow flow = flow_of(sign_in, content);
	const char *token =
		content->refresh != NULL ? content->refresh : content->access;

	if (token == NULL || sign_in->account->server.revoke == NULL)
		return am_fail(err, AM_UNSUPPORTED,
			       "the provider has no address to revoke a "
			       "sign-in at");
	return am_oauth_revoke(&flow, token, err);
}
