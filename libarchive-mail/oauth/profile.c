/* providers.json. */
#include "oauth/profile.h"

#include <jansson.h>
#include <stddef.h>

#include "oauth/json_read.h"

const char *const am_way_names[AM_WAY_COUNT + 1] = { "device",
						     "browser",
						     "client-credentials",
						     "service-account",
						     "password",
						     "token-command",
						     NULL };

const char *const am_security_names[4] = { "tls", "starttls", "none", NULL };

static const struct text_field {
	const char *name;
	size_t offset;
} text_fields[] = {
	{ "title", offsetof(struct am_profile, title) },
	{ "host", offsetof(struct am_profile, host) },
	{ "tenant", offsetof(struct am_profile, tenant) },
	{ "issuer", offsetof(struct am_profile, server.issuer) },
	{ "authorize", offsetof(struct am_profile, server.authorize) },
	{ "token", offsetof(struct am_profile, server.token) },
	{ "device", offsetof(struct am_profile, server.device) },
	{ "revoke", offsetof(struct am_profile, server.revoke) },
	{ "scope", offsetof(struct am_profile, scope) },
	{ "app_scope", offsetof(struct am_profile, app_scope) },
	{ "redirect", offsetof(struct am_profile, redirect) },
	{ "redirect_path", offsetof(struct am_profile, redirect_path) },
};

static enum am_status
texts_read(const json_t *json, struct am_arena *arena,
	   struct am_profile *profile, struct am_error *err)
{
	size_t i;

	for (i = 0; i < sizeof(text_fields) / sizeof(text_fields[0]); i++) {
		const struct text_field *field = &text_fields[i];
		char *place = (char *)profile + field->offset;

		AM_TRY(am_json_setting_get(json, field->name, arena,
					   (const char **)(void *)place, err));
	}
	return AM_OK;
}

static enum am_status
limits_read(const json_t *json, struct am_profile_limits *limits,
	    struct am_error *err)
{
	const json_t *object = json_object_get(json, "limits");
	uint64_t connections, rate;

	AM_TRY(am_json_number_get(object, "connections",
				  AM_PROFILE_CONNECTIONS_MAX, &connections,
				  err));
	AM_TRY(am_json_number_get(object, "messages_per_second", 1000000, &rate,
				  err));
	limits->connections = (unsigned)connections;
	limits->messages_per_second = (unsigned)rate;
	AM_TRY(am_json_number_get(object, "bytes_per_day", INT64_MAX,
				  &limits->bytes_per_day, err));
	AM_TRY(am_json_number_get(object, "max_message", INT64_MAX,
				  &limits->max_message, err));
	return am_json_number_get(object, "quota", INT64_MAX, &limits->quota,
				  err);
}

static int
way_of(const char *word)
{
	int way;

	for (way = 0; word != NULL && way < AM_WAY_COUNT; way++)
		if (strcmp(word, am_way_names[way]) == 0)
			return way;
	return -1;
}

static enum am_status
ways_read(const json_t *json, struct am_profile *profile, struct am_error *err)
{
	const json_t *list = json_object_get(json, "flows");
	size_t i;

	for (i = 0; i < json_array_size(list); i++) {
		const char *word = json_string_value(json_array_get(list, i));
		const int way = way_of(word);

		if (way < 0)
			return am_fail(err, AM_CORRUPT,
				       "\"flows\" cannot hold \"%.40s\"",
				       word != NULL ? word : "(no text)");
		if (profile->ways == 0)
			profile->way = (enum am_way)way;
		profile->ways |= 1U << way;
	}
	if (profile->ways == 0)
		return am_fail(err, AM_CORRUPT, "\"flows\" is missing");
	return AM_OK;
}

static enum am_status
steps_read(const json_t *json, struct am_arena *arena,
	   struct am_profile *profile, struct am_error *err)
{
	const json_t *list = json_object_get(json, "registration");
	size_t i;

	for (i = 0; i < json_array_size(list) && i < AM_PROFILE_STEPS_MAX;
	     i++) {
		const char *step = json_string_value(json_array_get(list, i));

		if (step == NULL)
			continue;
		step = am_arena_text(arena, step, strlen(step));
		if (step == NULL)
			return am_nomem(err);
		profile->steps[profile->step_count++] = step;
	}
	return AM_OK;
}

static enum am_status
profile_read(const json_t *json, struct am_arena *arena,
	     struct am_profile *profile, struct am_error *err)
{
	static const char *const secret_in[] = { "form", "header", NULL };
	int security = AM_SECURITY_TLS, basic = 0;
	uint64_t port;

	AM_TRY(texts_read(json, arena, profile, err));
	AM_TRY(am_json_number_get(json, "port", UINT16_MAX, &port, err));
	AM_TRY(am_json_choice_get(json, "security", am_security_names,
				  &security, err));
	AM_TRY(am_json_choice_get(json, "secret_in", secret_in, &basic, err));
	profile->port = (uint16_t)port;
	profile->security = (enum am_security)security;
	profile->basic = basic == 1;
	AM_TRY(ways_read(json, profile, err));
	AM_TRY(limits_read(json, &profile->limits, err));
	return steps_read(json, arena, profile, err);
}

static enum am_status
profile_find(const json_t *json, const char *name, struct am_arena *arena,
	     struct am_profile *profile, struct am_error *err)
{
	const json_t *all = json_object_get(json, "providers");
	const json_t *one = json_object_get(all, name);

	if (!json_is_object(all))
		return am_fail(err, AM_CORRUPT,
			       "it is no JSON object with \"providers\" in it");
	if (!json_is_object(one))
		return am_fail(err, AM_NOT_FOUND,
			       "there is no provider \"%.40s\" in it", name);
	profile->name = am_arena_text(arena, name, strlen(name));
	if (profile->name == NULL)
		return am_nomem(err);
	return profile_read(one, arena, profile, err);
}

enum am_status
am_profile_read(struct am_bytes file, const char *name, struct am_arena *arena,
		struct am_profile *profile_out, struct am_error *err)
{
	struct am_oauth_answer text = { .body = am_buf(AM_PROFILE_FILE_MAX) };
	struct am_profile profile = { 0 };
	enum am_status status;
	json_t *json;

	am_buf_add(&text.body, file);
	status = am_buf_status(&text.body, err);
	if (status == AM_OK) {
		json = am_oauth_json(&text);
		status = profile_find(json, name, arena, &profile, err);
		json_decref(json);
	}
	am_oauth_answer_free(&text);
	if (status == AM_OK)
		*profile_out = profile;
	return status;
}
