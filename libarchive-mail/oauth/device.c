/* RFC 8628: the device authorization grant. */
#include <jansson.h>
#include <time.h>

#include "oauth/flow.h"
#include "oauth/json_read.h"

enum { FORM_MAX = 64 << 10 };

/* What the server said of the code. Strings in an arena. */
struct device_code {
	const char *device_code;
	struct am_oauth_prompt prompt;
	unsigned interval; /* seconds between two questions */
};

static unsigned
seconds_of(const json_t *json, const char *name, unsigned otherwise,
	   unsigned most)
{
	const json_int_t value =
		json_integer_value(json_object_get(json, name));

	if (value <= 0)
		return otherwise;
	return value > (json_int_t)most ? most : (unsigned)value;
}

static enum am_status
code_of(const json_t *json, struct am_arena *arena, struct device_code *code,
	struct am_error *err)
{
	struct am_oauth_prompt *prompt = &code->prompt;

	AM_TRY(am_json_text_get(json, "device_code", arena, &code->device_code,
				err));
	AM_TRY(am_json_text_get(json, "user_code", arena, &prompt->code, err));
	AM_TRY(am_json_text_get(json, "verification_uri", arena, &prompt->url,
				err));
	if (prompt->url == NULL) /* Google's and older drafts' */
		AM_TRY(am_json_text_get(json, "verification_url", arena,
					&prompt->url, err));
	AM_TRY(am_json_text_get(json, "verification_uri_complete", arena,
				&prompt->complete, err));
	AM_TRY(am_json_text_get(json, "message", arena, &prompt->message, err));
	prompt->expires_in =
		seconds_of(json, "expires_in", AM_OAUTH_DEVICE_S, 86400);
	code->interval = seconds_of(json, "interval", AM_OAUTH_POLL_S,
				    AM_OAUTH_POLL_MAX_S);
	if (code->device_code == NULL || prompt->code == NULL ||
	    prompt->url == NULL)
		return am_fail(err, AM_PROTOCOL,
			       "the authorization server sent no code to type "
			       "in");
	return am_oauth_url_check(prompt->url, err);
}

static enum am_status
code_read(const struct am_oauth_answer *answer, struct am_arena *arena,
	  struct device_code *code, struct am_error *err)
{
	struct am_oauth_refusal refusal;
	json_t *json;
	enum am_status status;

	if (answer->code >= 400) {
		am_oauth_refusal_read(answer, &refusal);
		return am_oauth_refused(&refusal, "asking for a code", err);
	}
	json = am_oauth_json(answer);
	status = code_of(json, arena, code, err);
	json_decref(json);
	return status;
}

static enum am_status
code_ask(const struct am_oauth_flow *flow, struct am_arena *arena,
	 struct device_code *code, struct am_error *err)
{
	struct am_buf form = am_buf(FORM_MAX);
	struct am_oauth_answer answer;
	enum am_status status;

	am_oauth_form_client(flow, &form);
	if (flow->scope != NULL)
		am_oauth_form_add(&form, "scope", flow->scope);
	if (flow->user != NULL)
		am_oauth_form_add(&form, "login_hint", flow->user);
	status = am_buf_status(&form, err);
	if (status == AM_OK)
		status = am_oauth_http_call(flow->http, flow->server->device,
					    &form, NULL, &answer, err);
	am_oauth_wipe(&form);
	AM_TRY(status);
	status = code_read(&answer, arena, code, err);
	am_oauth_answer_free(&answer);
	return status;
}

/* One question. AM_OK: signed in; AM_END with refusal. */
static enum am_status
poll_once(const struct am_oauth_flow *flow, const struct device_code *code,
	  struct am_arena *arena, struct am_oauth_token *token_out,
	  struct am_oauth_refusal *refusal, struct am_error *err)
{
	struct am_buf form = am_buf(FORM_MAX);
	enum am_status status;

	am_oauth_form_add(&form, "grant_type",
			  "urn:ietf:params:oauth:grant-type:device_code");
	am_oauth_form_client(flow, &form);
	am_oauth_form_add(&form, "device_code", code->device_code);
	status = am_oauth_token_call(flow, &form, arena, token_out, refusal,
				     err);
	am_oauth_wipe(&form);
	return status;
}

/* RFC 8628 3.5: slower, once and for all; a line that is down: slower still. */
static unsigned
interval_after(unsigned interval, enum am_status status,
	       const struct am_oauth_refusal *refusal)
{
	if (status == AM_NETWORK || refusal->error == AM_OAUTH_BUSY)
		interval *= 2;
	else if (refusal->error == AM_OAUTH_SLOW_DOWN)
		interval += AM_OAUTH_SLOWER_S;
	return interval < AM_OAUTH_POLL_MAX_S ? interval : AM_OAUTH_POLL_MAX_S;
}

static bool
goes_on(enum am_status status, const struct am_oauth_refusal *refusal)
{
	if (status == AM_NETWORK)
		return true;
	return status == AM_END && (refusal->error == AM_OAUTH_PENDING ||
				    refusal->error == AM_OAUTH_SLOW_DOWN ||
				    refusal->error == AM_OAUTH_BUSY);
}

enum am_status
am_oauth_device(const struct am_oauth_flow *flow, struct am_arena *arena,
		struct am_oauth_token *token_out, struct am_error *err)
{
	struct device_code code = { 0 };
	unsigned waited = 0;

	if (flow->server->device == NULL)
		return am_fail(err, AM_UNSUPPORTED,
			       "this provider has no device codes for mail; "
			       "try --flow browser");
	AM_TRY(code_ask(flow, arena, &code, err));
	flow->show(flow->show_arg, &code.prompt);
	while (waited < code.prompt.expires_in) {
		struct am_oauth_refusal refusal = { 0 };
		enum am_status status;

		AM_TRY(am_oauth_wait(flow, code.interval, err));
		waited += code.interval;
		status =
			poll_once(flow, &code, arena, token_out, &refusal, err);
		if (status == AM_END && !goes_on(status, &refusal))
			return am_oauth_refused(&refusal, "signing in", err);
		if (!goes_on(status, &refusal))
			return status;
		code.interval = interval_after(code.interval, status, &refusal);
	}
	return am_fail(err, AM_AUTH,
		       "nobody typed the code in within %u minutes; run login "
		       "again",
		       code.prompt.expires_in / 60);
}
