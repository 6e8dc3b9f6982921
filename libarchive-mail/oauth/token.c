/* RFC 6749 5: what a token endpoint answers. */
#include "oauth/token.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/ascii.h"

static const struct error_name {
	const char *name;
	enum am_oauth_error error;
} error_names[] = {
	{ "authorization_pending", AM_OAUTH_PENDING },
	{ "slow_down", AM_OAUTH_SLOW_DOWN },
	{ "access_denied", AM_OAUTH_DENIED },
	{ "authorization_declined", AM_OAUTH_DENIED }, /* Microsoft */
	{ "expired_token", AM_OAUTH_EXPIRED },
	{ "code_expired", AM_OAUTH_EXPIRED },
	{ "bad_verification_code", AM_OAUTH_EXPIRED }, /* Microsoft */
	{ "invalid_grant", AM_OAUTH_BAD_GRANT },
	{ "interaction_required", AM_OAUTH_BAD_GRANT },
	{ "consent_required", AM_OAUTH_BAD_GRANT },
	{ "login_required", AM_OAUTH_BAD_GRANT },
	{ "invalid_client", AM_OAUTH_BAD_CLIENT },
	{ "unauthorized_client", AM_OAUTH_BAD_CLIENT },
	{ "invalid_scope", AM_OAUTH_BAD_SCOPE },
	{ "invalid_target", AM_OAUTH_BAD_SCOPE },
	{ "invalid_request", AM_OAUTH_BAD_REQUEST },
	{ "unsupported_grant_type", AM_OAUTH_BAD_REQUEST },
	{ "temporarily_unavailable", AM_OAUTH_BUSY },
	{ "server_error", AM_OAUTH_BUSY },
};

/* Numbers that stand in Microsoft's and Google's texts, which may change: only
 * for what is said to people. The first that is found counts. */
static const struct hint {
	const char *mark;
	const char *text;
} hints[] = {
	{ "AADSTS7000218",
	  "in the app's registration, \"Allow public client flows\" must be "
	  "Yes" },
	{ "AADSTS700016", "no app of that client id is known there; check "
			  "--client-id, and that "
			  "the account kind fits the registration" },
	{ "AADSTS700082", "not used for too long; sign in again" },
	{ "AADSTS70008", "not used for too long; sign in again" },
	{ "AADSTS70016", "still waiting for the user" },
	{ "AADSTS70011", "the registration lacks the IMAP permission" },
	{ "AADSTS50076", "a second factor is asked for; sign in again" },
	{ "AADSTS50079", "a second factor has to be set up first; sign in "
			 "again" },
	{ "AADSTS53003",
	  "a Conditional Access policy forbids it; try --flow browser, or ask "
	  "the administrator" },
	{ "AADSTS530", "a Conditional Access policy forbids it; ask the "
		       "administrator" },
	{ "AADSTS65001", "consent is missing; sign in again, or ask the "
			 "administrator" },
	{ "AADSTS90094", "an administrator has to consent to the app first" },
	{ "AADSTS50011",
	  "the redirect address is not registered; add http://localhost as "
	  "\"Mobile and desktop\"" },
	{ "AADSTS90002", "there is no such tenant" },
	{ "AADSTS9002313", "the request was malformed; check --client-id" },
	{ "disallowed_useragent", "use --flow browser" },
};

/* Text of the server's for people: no control characters, cut. */
static void
text_keep(const char *from, char *to, size_t size)
{
	size_t len = 0;

	for (; from != NULL && *from != '\0' && len + 1 < size; from++)
		if ((unsigned char)*from >= 0x20 && *from != 0x7f)
			to[len++] = *from;
	to[len] = '\0';
}

static enum am_oauth_error
error_of(const char *name, int code)
{
	size_t i;

	for (i = 0; i < sizeof(error_names) / sizeof(error_names[0]); i++)
		if (strcmp(name, error_names[i].name) == 0)
			return error_names[i].error;
	return code == 429 || code >= 500 ? AM_OAUTH_BUSY : AM_OAUTH_OTHER;
}

/* Brackets in brackets, outside of strings. */
static bool
is_deep(struct am_bytes json)
{
	unsigned depth = 0;
	bool in_text = false;
	size_t i;

	for (i = 0; i < json.len; i++) {
		const uint8_t c = json.data[i];

		if (in_text && c == '\\')
			i++;
		else if (c == '"')
			in_text = !in_text;
		else if (!in_text && (c == '{' || c == '['))
			depth++;
		else if (!in_text && (c == '}' || c == ']') && depth > 0)
			depth--;
		if (depth > AM_OAUTH_DEPTH_MAX)
			return true;
	}
	return false;
}

json_t *
am_oauth_json(const struct am_oauth_answer *answer)
{
	const struct am_bytes body = am_buf_bytes(&answer->body);

	if (is_deep(body))
		return NULL;
	return json_loadb((const char *)body.data, body.len,
			  JSON_REJECT_DUPLICATES, NULL);
}

static void
refusal_of(const json_t *json, const struct am_oauth_answer *answer,
	   struct am_oauth_refusal *refusal)
{
	memset(refusal, 0, sizeof(*refusal));
	text_keep(json_string_value(json_object_get(json, "error")),
		  refusal->name, sizeof(refusal->name));
	text_keep(json_string_value(json_object_get(json, "error_description")),
		  refusal->text, sizeof(refusal->text));
	refusal->error = error_of(refusal->name, answer->code);
	refusal->retry_after = answer->retry_after;
	if (refusal->name[0] == '\0')
		(void)snprintf(refusal->name, sizeof(refusal->name), "HTTP %d",
			       answer->code);
}

void
am_oauth_refusal_read(const struct am_oauth_answer *answer,
		      struct am_oauth_refusal *refusal_out)
{
	json_t *json = am_oauth_json(answer);

	refusal_of(json, answer, refusal_out);
	json_decref(json);
}

bool
am_oauth_token_is_good(const char *token)
{
	size_t len;

	for (len = 0; token[len] != '\0'; len++)
		if ((unsigned char)token[len] <= ' ' ||
		    (unsigned char)token[len] >= 0x7f)
			return false;
	return len > 0 && len <= AM_OAUTH_TOKEN_MAX;
}

/* *text_out is NULL when there is none. */
static enum am_status
token_copy(const json_t *json, const char *name, struct am_arena *arena,
	   const char **text_out, struct am_error *err)
{
	const char *text = json_string_value(json_object_get(json, name));

	*text_out = NULL;
	if (text == NULL)
		return AM_OK;
	if (!am_oauth_token_is_good(text))
		return am_fail(err, AM_PROTOCOL,
			       "the authorization server sent an %s that is "
			       "none",
			       name);
	*text_out = am_arena_text(arena, text, strlen(text));
	return *text_out != NULL ? AM_OK
				 : am_arena_failed(arena, strlen(text), err);
}

/* A number, or a number as text, as some send it. */
static unsigned
life_of(const json_t *json)
{
	const json_t *value = json_object_get(json, "expires_in");
	json_int_t life = json_integer_value(value);

	if (json_is_real(value) && json_real_value(value) > 0 &&
	    json_real_value(value) < 1e9)
		life = (json_int_t)json_real_value(value);
	if (json_is_string(value))
		life = strtol(json_string_value(value), NULL, 10);
	if (life <= 0)
		return AM_OAUTH_LIFE_DEFAULT;
	return life > 366 * 86400 ? 366 * 86400 : (unsigned)life;
}

static enum am_status
token_of(const json_t *json, struct am_arena *arena,
	 struct am_oauth_token *token, struct am_error *err)
{
	const char *type =
		json_string_value(json_object_get(json, "token_type"));
	const char *scope = json_string_value(json_object_get(json, "scope"));

	if (type != NULL && !am_ascii_equal(am_bytes_of(type), "bearer"))
		return am_fail(err, AM_PROTOCOL,
			       "the authorization server gives \"%.40s\" "
			       "tokens, and IMAP takes \"Bearer\"",
			       type);
	AM_TRY(token_copy(json, "access_token", arena, &token->access, err));
	AM_TRY(token_copy(json, "refresh_token", arena, &token->refresh, err));
	if (token->access == NULL)
		return am_fail(err, AM_PROTOCOL,
			       "the authorization server sent no access "
			       "token");
	token->life = life_of(json);
	token->scope = NULL;
	if (scope != NULL) {
		token->scope = am_arena_text(arena, scope, strlen(scope));
		if (token->scope == NULL)
			return am_arena_failed(arena, strlen(scope), err);
	}
	return AM_OK;
}

enum am_status
am_oauth_token_read(const struct am_oauth_answer *answer,
		    struct am_arena *arena, struct am_oauth_token *token_out,
		    struct am_oauth_refusal *refusal_out, struct am_error *err)
{
	json_t *json = am_oauth_json(answer);
	enum am_status status;

	if (answer->code >= 400 || json_object_get(json, "error") != NULL) {
		refusal_of(json, answer, refusal_out);
		json_decref(json);
		return AM_END;
	}
	if (!json_is_object(json)) {
		json_decref(json);
		return am_fail(err, AM_PROTOCOL,
			       "the authorization server's answer is no JSON; "
			       "is it the right address?");
	}
	status = token_of(json, arena, token_out, err);
	json_decref(json);
	return status;
}

static const char *
error_hint(const struct am_oauth_refusal *refusal)
{
	size_t i;

	for (i = 0; i < sizeof(hints) / sizeof(hints[0]); i++)
		if (am_ascii_has(am_bytes_of(refusal->text), hints[i].mark))
			return hints[i].text;
	switch (refusal->error) {
	case AM_OAUTH_DENIED:
		return "it was declined; run login again";
	case AM_OAUTH_EXPIRED:
		return "the code is too old; run login again";
	case AM_OAUTH_BAD_GRANT:
		return "the sign-in is of no more use; run login again";
	case AM_OAUTH_BAD_CLIENT:
		return "check --client-id and --client-secret-file, and the "
		       "app's registration";
	case AM_OAUTH_BAD_SCOPE:
		return "the app's registration lacks the permission for IMAP";
	case AM_OAUTH_BUSY:
		return "the authorization server cannot just now; try later";
	case AM_OAUTH_OTHER:
	case AM_OAUTH_PENDING:
	case AM_OAUTH_SLOW_DOWN:
	case AM_OAUTH_BAD_REQUEST:
		break;
	}
	return "the authorization server refuses it";
}

enum am_status
am_oauth_refused(const struct am_oauth_refusal *refusal, const char *what,
		 struct am_error *err)
{
	const enum am_status status =
		refusal->error == AM_OAUTH_BUSY ? AM_NETWORK : AM_AUTH;

	return am_fail(err, status, "%s: %s (%s%s%.90s)", what,
		       error_hint(refusal), refusal->name,
		       refusal->text[0] != '\0' ? ": " : "", refusal->text);
}
