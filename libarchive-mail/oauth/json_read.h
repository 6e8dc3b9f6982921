/* Texts and numbers out of JSON that jansson has read: answers of servers, and
 * our own files. */
#ifndef AM_OAUTH_JSON_READ_H
#define AM_OAUTH_JSON_READ_H

#include "base/arena.h"

enum { AM_JSON_TEXT_MAX = 4096 }; /* bytes of a setting */

struct json_t;

/* NULL when there is no string of that name. AM_NOMEM, AM_LIMIT. */
enum am_status am_json_text_get(const struct json_t *json, const char *name,
				struct am_arena *arena, const char **text_out,
				struct am_error *err);

/* The same for a setting of a file: a control character in it, more than
 * AM_JSON_TEXT_MAX bytes, or something else than a string is AM_CORRUPT. */
enum am_status am_json_setting_get(const struct json_t *json, const char *name,
				   struct am_arena *arena,
				   const char **text_out, struct am_error *err);

/* 0 when there is none; AM_CORRUPT: no whole number from 0 to max. */
enum am_status
am_json_number_get(const struct json_t *json, const char *name, uint64_t max,
		   uint64_t *number_out, struct am_error *err);

/* Which of names (ends with NULL) the setting is: its index; otherwise (there
 * is none) what it has been set to before. AM_CORRUPT: another word. */
enum am_status
am_json_choice_get(const struct json_t *json, const char *name,
		   const char *const *names, int *index, struct am_error *err);

#endif
