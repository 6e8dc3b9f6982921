/* What the flows share, and the short ones. */
#include "oauth/flow.h"

#include <poll.h>

enum { FORM_MAX = 256 << 10, SLICE_MS = 100 };

enum am_status
am_oauth_wait(const struct am_oauth_flow *flow, unsigned seconds,
	      struct am_error *err)
{
	const unsigned second = flow->second_ms != 0 ? flow->second_ms : 1000;
	const atomic_bool *stop = flow->http->stop;
	unsigned long left = (unsigned long)seconds * second;

	while (left > 0) {
		const int slice = left < SLICE_MS ? (int)left : SLICE_MS;

		if (stop != NULL && atomic_load(stop))
			return am_fail(err, AM_INTERRUPTED, "interrupted");
		(void)poll(NULL, 0, slice);
		left -= (unsigned long)slice;
	}
	return AM_OK;
}

void
am_oauth_form_client(const struct am_oauth_flow *flow, struct am_buf *form)
{
	if (flow->basic && flow->client_secret != NULL)
		return;
	am_oauth_form_add(form, "client_id", flow->client_id);
	if (flow->client_secret != NULL)
		am_oauth_form_add(form, "client_secret", flow->client_secret);
}

/* RFC 6749 2.3.1: both parts encoded like a form. */
static enum am_status
basic_make(const struct am_oauth_flow *flow, struct am_buf *basic,
	   struct am_error *err)
{
	if (!flow->basic || flow->client_secret == NULL)
		return AM_OK;
	am_oauth_encode(basic, flow->client_id);
	am_buf_add_char(basic, ':');
	am_oauth_encode(basic, flow->client_secret);
	return am_buf_status(basic, err);
}

/* Once. AM_END: refused. */
static enum am_status
token_call(const struct am_oauth_flow *flow, const struct am_buf *form,
	   const char *basic, struct am_arena *arena,
	   struct am_oauth_token *token_out,
	   struct am_oauth_refusal *refusal_out, struct am_error *err)
{
	struct am_oauth_answer answer;
	enum am_status status;

	AM_TRY(am_oauth_http_call(flow->http, flow->server->token, form, basic,
				  &answer, err));
	status = am_oauth_token_read(&answer, arena, token_out, refusal_out,
				     err);
	am_oauth_answer_free(&answer);
	return status;
}

/* What waiting may mend. */
static bool
is_passing(enum am_status status, const struct am_oauth_refusal *refusal)
{
	return status == AM_NETWORK ||
	       (status == AM_END && refusal->error == AM_OAUTH_BUSY);
}

enum am_status
am_oauth_token_call(const struct am_oauth_flow *flow, struct am_buf *form,
		    struct am_arena *arena, struct am_oauth_token *token_out,
		    struct am_oauth_refusal *refusal_out, struct am_error *err)
{
	struct am_buf basic = am_buf(FORM_MAX);
	unsigned pause = 1;
	enum am_status status;
	int tries;

	memset(refusal_out, 0, sizeof(*refusal_out));
	status = basic_make(flow, &basic, err);
	if (status == AM_OK)
		status = am_buf_status(form, err);
	for (tries = 0; status == AM_OK && tries < AM_OAUTH_TRIES; tries++) {
		if (tries > 0)
			status =
				am_oauth_wait(flow,
					      refusal_out->retry_after > 0
						      ? refusal_out->retry_after
						      : pause,
					      err);
		if (status != AM_OK)
			break;
		pause *= 2;
		status = token_call(flow, form,
				    basic.len > 0 ? am_buf_text(&basic) : NULL,
				    arena, token_out, refusal_out, err);
		if (!is_passing(status, refusal_out))
			break;
		if (tries + 1 < AM_OAUTH_TRIES)
			status = AM_OK;
	}
	am_oauth_wipe(&basic);
	return status;
}

/* Sends form, and says in words why it was refused. */
static enum am_status
grant(const struct am_oauth_flow *flow, struct am_buf *form, const char *what,
      struct am_arena *arena, struct am_oauth_token *token_out,
      struct am_oauth_refusal *refusal_out, struct am_error *err)
{
	enum am_status status = am_oauth_token_call(
		flow, form, arena, token_out, refusal_out, err);

	am_oauth_wipe(form);
	if (status == AM_END)
		status = am_oauth_refused(refusal_out, what, err);
	return status;
}

static void
scope_add(const struct am_oauth_flow *flow, struct am_buf *form)
{
	if (flow->scope != NULL)
		am_oauth_form_add(form, "scope", flow->scope);
}

enum am_status
am_oauth_client_credentials(const struct am_oauth_flow *flow,
			    const char *assertion, struct am_arena *arena,
			    struct am_oauth_token *token_out,
			    struct am_error *err)
{
	struct am_buf form = am_buf(FORM_MAX);
	struct am_oauth_refusal refusal;

	am_oauth_form_add(&form, "grant_type", "client_credentials");
	am_oauth_form_client(flow, &form);
	scope_add(flow, &form);
	if (assertion != NULL) {
		am_oauth_form_add(&form, "client_assertion_type",
				  "urn:ietf:params:oauth:"
				  "client-assertion-type:jwt-bearer");
		am_oauth_form_add(&form, "client_assertion", assertion);
	}
	return grant(flow, &form, "signing in as a program", arena, token_out,
		     &refusal, err);
}

enum am_status
am_oauth_jwt_bearer(const struct am_oauth_flow *flow, const char *assertion,
		    struct am_arena *arena, struct am_oauth_token *token_out,
		    struct am_error *err)
{
	struct am_buf form = am_buf(FORM_MAX);
	struct am_oauth_refusal refusal;

	am_oauth_form_add(&form, "grant_type",
			  "urn:ietf:params:oauth:grant-type:jwt-bearer");
	am_oauth_form_add(&form, "assertion", assertion);
	return grant(flow, &form, "signing in as a service account", arena,
		     token_out, &refusal, err);
}

enum am_status
am_oauth_refresh(const struct am_oauth_flow *flow, const char *refresh_token,
		 struct am_arena *arena, struct am_oauth_token *token_out,
		 struct am_oauth_refusal *refusal_out, struct am_error *err)
{
	struct am_buf form = am_buf(FORM_MAX);

	am_oauth_form_add(&form, "grant_type", "refresh_token");
	am_oauth_form_client(flow, &form);
	am_oauth_form_add(&form, "refresh_token", refresh_token);
	return grant(flow, &form, "renewing the sign-in", arena, token_out,
		     refusal_out, err);
}

/* RFC 7009 2.2: 200 also for a token that nobody knows. */
static enum am_status
revoke_call(const struct am_oauth_flow *flow, const struct am_buf *form,
	    const char *basic, struct am_error *err)
{
	struct am_oauth_answer answer;
	struct am_oauth_refusal refusal;
	enum am_status status = AM_OK;

	AM_TRY(am_oauth_http_call(flow->http, flow->server->revoke, form, basic,
				  &answer, err));
	if (answer.code >= 400) {
		am_oauth_refusal_read(&answer, &refusal);
		status =
			am_oauth_refused(&refusal, "revoking the sign-in", err);
	}
	am_oauth_answer_free(&answer);
	return status;
}

enum am_status
am_oauth_revoke(const struct am_oauth_flow *flow, const char *token,
		struct am_error *err)
{
	struct am_buf form = am_buf(FORM_MAX), basic = am_buf(FORM_MAX);
	enum am_status status;

	if (flow->server->revoke == NULL)
		return am_fail(err, AM_UNSUPPORTED,
			       "this provider takes no sign-in back");
	if (flow->client_id != NULL)
		am_oauth_form_client(flow, &form);
	am_oauth_form_add(&form, "token", token);
	status = am_buf_status(&form, err);
	if (status == AM_OK)
		status = basic_make(flow, &basic, err);
	if (status == AM_OK)
		status = revoke_call(flow, &form,
				     basic.len > 0 ? am_buf_text(&basic) : NULL,
				     err);
	am_oauth_wipe(&form);
	am_oauth_wipe(&basic);
	return status;
}
