/* RFC 7519, to look at. */
#include "oauth/jwt.h"

#include <jansson.h>

#include "oauth/base64url.h"
#include "oauth/token.h"

enum { LIST_MAX = 4096 };

static struct am_bytes
part_of(const char *token, unsigned number)
{
	while (number > 0 && token != NULL) {
		token = strchr(token, '.');
		token = token != NULL ? token + 1 : NULL;
		number--;
	}
	if (token == NULL)
		return am_bytes(NULL, 0);
	return am_bytes(token, strcspn(token, "."));
}

/* A string, or an array of strings joined by spaces; NULL: neither. */
static enum am_status
words_get(const json_t *value, struct am_arena *arena, const char **words_out,
	  struct am_error *err)
{
	struct am_buf words = am_buf(LIST_MAX);
	enum am_status status = AM_OK;
	size_t i;

	*words_out = NULL;
	if (json_is_string(value))
		am_buf_add_text(&words, json_string_value(value));
	for (i = 0; json_is_array(value) && i < json_array_size(value); i++) {
		const char *one = json_string_value(json_array_get(value, i));

		if (one == NULL)
			continue;
		if (words.len > 0)
			am_buf_add_char(&words, ' ');
		am_buf_add_text(&words, one);
	}
	/* beyond the limit the first of them are enough to look at */
	if (words.len > 0 && words.status != AM_NOMEM) {
		*words_out =
			am_arena_text(arena, am_buf_text(&words), words.len);
		if (*words_out == NULL)
			status = am_arena_failed(arena, words.len, err);
	}
	am_buf_free(&words);
	return status;
}

/* The first of names (ends with NULL) that is there. */
static enum am_status
claim_get(const json_t *json, const char *const *names, struct am_arena *arena,
	  const char **text_out, struct am_error *err)
{
	*text_out = NULL;
	for (; *names != NULL && *text_out == NULL; names++)
		AM_TRY(words_get(json_object_get(json, *names), arena, text_out,
				 err));
	return AM_OK;
}

static int64_t
time_get(const json_t *json, const char *name)
{
	const json_t *value = json_object_get(json, name);
	const double number = json_number_value(value);

	/* until 9999; json_number_value gives 0 for what is none */
	if (!(number > 0 && number < 253402300800.0))
		return 0;
	return (int64_t)number;
}

static enum am_status
claims_read(const json_t *json, struct am_arena *arena, struct am_jwt *jwt,
	    struct am_error *err)
{
	static const char *const issuer[] = { "iss", NULL };
	static const char *const audience[] = { "aud", NULL };
	static const char *const scope[] = { "scp", "scope", "roles", NULL };
	static const char *const user[] = {
		"upn", "email", "preferred_username", "unique_name", "sub", NULL
	};
	static const char *const client[] = { "azp", "appid", "client_id",
					      NULL };

	AM_TRY(claim_get(json, issuer, arena, &jwt->issuer, err));
	AM_TRY(claim_get(json, audience, arena, &jwt->audience, err));
	AM_TRY(claim_get(json, scope, arena, &jwt->scope, err));
	AM_TRY(claim_get(json, user, arena, &jwt->user, err));
	AM_TRY(claim_get(json, client, arena, &jwt->client, err));
	jwt->issued = time_get(json, "iat");
	jwt->not_before = time_get(json, "nbf");
	jwt->expires = time_get(json, "exp");
	return AM_OK;
}

/* A part as JSON, which the caller decrefs; NULL: it is none. */
static json_t *
part_json(struct am_bytes part)
{
	struct am_oauth_answer plain = { .body = am_buf(AM_JWT_PART_MAX) };
	json_t *json = NULL;

	if (part.len > 0 && part.len <= AM_JWT_PART_MAX &&
	    am_base64url_read(&plain.body, part))
		json = am_oauth_json(&plain);
	am_oauth_answer_free(&plain);
	if (json_is_object(json))
		return json;
	json_decref(json);
	return NULL;
}

enum am_status
am_jwt_read(const char *token, struct am_arena *arena, struct am_jwt *jwt_out,
	    struct am_error *err)
{
	json_t *head = part_json(part_of(token, 0));
	json_t *claims = part_json(part_of(token, 1));
	struct am_jwt jwt = { 0 };
	enum am_status status = AM_NOT_FOUND;

	/* three parts; five would be an encrypted one */
	if (head != NULL && claims != NULL && part_of(token, 2).len > 0 &&
	    part_of(token, 3).len == 0)
		status = claims_read(claims, arena, &jwt, err);
	else
		status = am_fail(err, AM_NOT_FOUND, "the token is opaque");
	json_decref(head);
	json_decref(claims);
	if (status == AM_OK)
		*jwt_out = jwt;
	return status;
}
