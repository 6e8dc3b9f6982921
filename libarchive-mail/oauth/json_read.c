/* Texts and numbers out of JSON. */
#include "oauth/json_read.h"

#include <jansson.h>

enum am_status
am_json_text_get(const json_t *json, const char *name, struct am_arena *arena,
		 const char **text_out, struct am_error *err)
{
	const char *text = json_string_value(json_object_get(json, name));

	*text_out = NULL;
	if (text == NULL)
		return AM_OK;
	*text_out = am_arena_text(arena, text, strlen(text));
	return *text_out != NULL ? AM_OK
				 : am_arena_failed(arena, strlen(text), err);
}

static bool
is_plain(const char *text)
{
	size_t len;

	for (len = 0; text[len] != '\0'; len++)
		if ((unsigned char)text[len] < ' ' || text[len] == 0x7f)
			return false;
	return len <= AM_JSON_TEXT_MAX;
}

enum am_status
am_json_setting_get(const json_t *json, const char *name,
		    struct am_arena *arena, const char **text_out,
		    struct am_error *err)
{
	const json_t *value = json_object_get(json, name);

	*text_out = NULL;
	if (value == NULL || json_is_null(value))
		return AM_OK;
	if (!json_is_string(value) || !is_plain(json_string_value(value)))
		return am_fail(err, AM_CORRUPT,
			       "\"%s\" is no text of at most %d characters",
			       name, AM_JSON_TEXT_MAX);
	return am_json_text_get(json, name, arena, text_out, err);
}

enum am_status
am_json_number_get(const json_t *json, const char *name, uint64_t max,
		   uint64_t *number_out, struct am_error *err)
{
	const json_t *value = json_object_get(json, name);
	const json_int_t number = json_integer_value(value);

	*number_out = 0;
	if (value == NULL || json_is_null(value))
		return AM_OK;
	if (!json_is_integer(value) || number < 0 || (uint64_t)number > max)
		return am_fail(err, AM_CORRUPT,
			       "\"%s\" is no whole number from 0 to %ju", name,
			       (uintmax_t)max);
	*number_out = (uint64_t)number;
	return AM_OK;
}

enum am_status
am_json_choice_get(const json_t *json, const char *name,
		   const char *const *names, int *index, struct am_error *err)
{
	const json_t *value = json_object_get(json, name);
	const char *word = json_string_value(value);
	int i;

	if (value == NULL || json_is_null(value))
		return AM_OK;
	for (i = 0; word != NULL && names[i] != NULL; i++)
		if (strcmp(word, names[i]) == 0) {
			*index = i;
			return AM_OK;
		}
	return am_fail(err, AM_CORRUPT, "\"%s\" cannot be \"%.40s\"", name,
		       word != NULL ? word : "(no text)");
}
