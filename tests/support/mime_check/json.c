/* JSON, as much as is needed. */
#include "check.h"

void
json_string(GString *json, const char *text)
{
	char *valid;
	const char *c;

	if (text == NULL) {
		g_string_append(json, "null");
		return;
	}
	valid = g_utf8_make_valid(text, -1);
	g_string_append_c(json, '"');
	for (c = valid; *c != '\0'; c++) {
		if (*c == '"' || *c == '\\')
			g_string_append_c(json, '\\');
		if ((guchar)*c < ' ')
			g_string_append_printf(json, "\\u%04x", *c);
		else
			g_string_append_c(json, *c);
	}
	g_string_append_c(json, '"');
	g_free(valid);
}

void
json_key(GString *json, const char *key)
{
	const char last = json->len > 0 ? json->str[json->len - 1] : '{';

	if (last != '{')
		g_string_append_c(json, ',');
	json_string(json, key);
	g_string_append_c(json, ':');
}
