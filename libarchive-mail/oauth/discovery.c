/* From an issuer to its addresses. */
#include "oauth/discovery.h"

#include <jansson.h>

static enum am_status
address_get(const json_t *json, const char *name, struct am_arena *arena,
	    const char **url_out, struct am_error *err)
{
	const char *url = json_string_value(json_object_get(json, name));

	*url_out = NULL;
	if (url == NULL)
		return AM_OK;
	AM_TRY(am_oauth_url_check(url, err));
	*url_out = am_arena_text(arena, url, strlen(url));
	return *url_out != NULL ? AM_OK
				: am_arena_failed(arena, strlen(url), err);
}

static enum am_status
server_of(const json_t *json, const char *issuer, struct am_arena *arena,
	  struct am_oauth_server *server, struct am_error *err)
{
	const char *named = json_string_value(json_object_get(json, "issuer"));

	if (named == NULL || strcmp(named, issuer) != 0)
		return am_fail(err, AM_PROTOCOL,
			       "the issuer %.80s says it is \"%.80s\"; give "
			       "--issuer just as it says, if you trust it",
			       issuer, named != NULL ? named : "(nobody)");
	server->issuer = am_arena_text(arena, issuer, strlen(issuer));
	if (server->issuer == NULL)
		return am_arena_failed(arena, strlen(issuer), err);
	AM_TRY(address_get(json, "authorization_endpoint", arena,
			   &server->authorize, err));
	AM_TRY(address_get(json, "token_endpoint", arena, &server->token, err));
	AM_TRY(address_get(json, "device_authorization_endpoint", arena,
			   &server->device, err));
	AM_TRY(address_get(json, "revocation_endpoint", arena, &server->revoke,
			   err));
	if (server->token == NULL)
		return am_fail(err, AM_PROTOCOL,
			       "the issuer %.80s names no token endpoint",
			       issuer);
	return AM_OK;
}

enum am_status
am_oauth_discovery_read(const struct am_oauth_answer *answer,
			const char *issuer, struct am_arena *arena,
			struct am_oauth_server *server_out,
			struct am_error *err)
{
	struct am_oauth_server server = { 0 };
	json_t *json = am_oauth_json(answer);
	enum am_status status;

	if (!json_is_object(json)) {
		json_decref(json);
		return am_fail(err, AM_NOT_FOUND,
			       "nothing at %.80s tells the addresses of an "
			       "authorization server; check --issuer",
			       issuer);
	}
	status = server_of(json, issuer, arena, &server, err);
	json_decref(json);
	if (status == AM_OK)
		*server_out = server;
	return status;
}

enum am_status
am_oauth_discover(const struct am_oauth_http *http, const char *issuer,
		  struct am_arena *arena, struct am_oauth_server *server_out,
		  struct am_error *err)
{
	const size_t len = strlen(issuer);
	const bool slash = len > 0 && issuer[len - 1] == '/';
	struct am_buf url = am_buf(AM_OAUTH_URL_MAX);
	struct am_oauth_answer answer;
	enum am_status status;

	am_buf_add_text(&url, issuer);
	am_buf_add_text(&url, slash ? ".well-known/openid-configuration"
				    : "/.well-known/openid-configuration");
	status = am_buf_status(&url, err);
	if (status == AM_OK)
		status = am_oauth_http_call(http, am_buf_text(&url), NULL, NULL,
					    &answer, err);
	am_buf_free(&url);
	AM_TRY(status);
	status = am_oauth_discovery_read(&answer, issuer, arena, server_out,
					 err);
	am_oauth_answer_free(&answer);
	return status;
}
