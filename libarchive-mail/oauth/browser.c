/* RFC 8252: authorization code with PKCE, by a browser on this machine. */
#include <stdio.h>
#include <unistd.h>

#include "oauth/callback.h"
#include "oauth/flow.h"
#include "oauth/pkce.h"

enum { FORM_MAX = 64 << 10, REDIRECT_SIZE = 128 };

static enum am_status
address_make(const struct am_oauth_flow *flow, const struct am_pkce *pkce,
	     const char *redirect, struct am_buf *url, struct am_error *err)
{
	struct am_buf query = am_buf(AM_OAUTH_URL_MAX);
	enum am_status status;

	am_oauth_form_add(&query, "response_type", "code");
	am_oauth_form_add(&query, "client_id", flow->client_id);
	am_oauth_form_add(&query, "redirect_uri", redirect);
	if (flow->scope != NULL)
		am_oauth_form_add(&query, "scope", flow->scope);
	am_oauth_form_add(&query, "state", pkce->state);
	am_oauth_form_add(&query, "code_challenge", pkce->challenge);
	am_oauth_form_add(&query, "code_challenge_method", "S256");
	/* Google gives a refresh token only so */
	am_oauth_form_add(&query, "access_type", "offline");
	am_oauth_form_add(&query, "prompt", "consent");
	if (flow->user != NULL)
		am_oauth_form_add(&query, "login_hint", flow->user);
	am_buf_add_text(url, flow->server->authorize);
	am_buf_add_char(
		url, strchr(flow->server->authorize, '?') != NULL ? '&' : '?');
	am_buf_add(url, am_buf_bytes(&query));
	status = am_buf_status(&query, err);
	am_buf_free(&query);
	AM_TRY(status);
	return am_buf_status(url, err);
}

/* RFC 9207: the answer is of the server that was asked. */
static enum am_status
answer_check(const struct am_oauth_flow *flow,
	     const struct am_callback *callback, struct am_error *err)
{
	if (callback->issuer != NULL && flow->server->issuer != NULL &&
	    strcmp(callback->issuer, flow->server->issuer) != 0)
		return am_fail(err, AM_PROTOCOL,
			       "the answer is of another authorization server "
			       "(%.80s)",
			       callback->issuer);
	if (callback->error != NULL) {
		struct am_oauth_refusal refusal = { .error = AM_OAUTH_DENIED };

		(void)snprintf(refusal.name, sizeof(refusal.name), "%s",
			       callback->error);
		(void)snprintf(refusal.text, sizeof(refusal.text), "%s",
			       callback->description != NULL
				       ? callback->description
				       : "");
		return am_oauth_refused(&refusal, "signing in", err);
	}
	if (callback->code == NULL || callback->code[0] == '\0')
		return am_fail(err, AM_PROTOCOL,
			       "the browser came back without a code");
	return AM_OK;
}

static enum am_status
code_redeem(const struct am_oauth_flow *flow, const struct am_pkce *pkce,
	    const char *redirect, const char *code, struct am_arena *arena,
	    struct am_oauth_token *token_out, struct am_error *err)
{
	struct am_buf form = am_buf(FORM_MAX);
	struct am_oauth_refusal refusal;
	enum am_status status;

	am_oauth_form_add(&form, "grant_type", "authorization_code");
	am_oauth_form_client(flow, &form);
	am_oauth_form_add(&form, "code", code);
	am_oauth_form_add(&form, "redirect_uri", redirect);
	am_oauth_form_add(&form, "code_verifier", pkce->verifier);
	status = am_oauth_token_call(flow, &form, arena, token_out, &refusal,
				     err);
	am_oauth_wipe(&form);
	if (status == AM_END)
		return am_oauth_refused(&refusal, "signing in", err);
	return status;
}

/* With the port open on fd. */
static enum am_status
browser_go(const struct am_oauth_flow *flow, int fd, uint16_t port,
	   struct am_arena *arena, struct am_oauth_token *token_out,
	   struct am_error *err)
{
	const char *path =
		flow->redirect_path != NULL ? flow->redirect_path : "/";
	const unsigned second = flow->second_ms != 0 ? flow->second_ms : 1000;
	struct am_buf url = am_buf(2 * AM_OAUTH_URL_MAX);
	struct am_oauth_prompt prompt = { 0 };
	struct am_callback callback = { 0 };
	char redirect[REDIRECT_SIZE];
	struct am_pkce pkce;
	enum am_status status;

	AM_TRY(am_pkce_make(&pkce, err));
	(void)snprintf(redirect, sizeof(redirect), "%s:%u%s",
		       flow->redirect != NULL ? flow->redirect
					      : "http://127.0.0.1",
		       (unsigned)port, path);
	status = address_make(flow, &pkce, redirect, &url, err);
	if (status == AM_OK) {
		prompt.url = am_buf_text(&url);
		flow->show(flow->show_arg, &prompt);
		status = am_callback_wait(
			fd, path, pkce.state, AM_OAUTH_BROWSER_S * second,
			flow->http->stop, arena, &callback, err);
	}
	am_buf_free(&url);
	if (status == AM_OK)
		status = answer_check(flow, &callback, err);
	if (status == AM_OK)
		status = code_redeem(flow, &pkce, redirect, callback.code,
				     arena, token_out, err);
	return status;
}

enum am_status
am_oauth_browser(const struct am_oauth_flow *flow, struct am_arena *arena,
		 struct am_oauth_token *token_out, struct am_error *err)
{
	enum am_status status;
	uint16_t port;
	int fd;

	if (flow->server->authorize == NULL)
		return am_fail(err, AM_UNSUPPORTED,
			       "this provider has no sign-in by browser");
	AM_TRY(am_oauth_url_check(flow->server->authorize, err));
	AM_TRY(am_callback_listen(&fd, &port, err));
	status = browser_go(flow, fd, port, arena, token_out, err);
	(void)close(fd);
	return status;
}
