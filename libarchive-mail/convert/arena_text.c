/* Texts in an arena. */
#include "convert/arena_text.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/ascii.h"

enum am_status
am_arena_text_copy(struct am_arena *arena, struct am_bytes from,
		   const char **text_out, struct am_error *err)
{
	*text_out = am_arena_text(arena, (const char *)from.data, from.len);
	if (*text_out == NULL)
		return am_arena_failed(arena, from.len + 1, err);
	return AM_OK;
}

enum am_status
am_arena_text_lower(struct am_arena *arena, struct am_bytes from,
		    const char **text_out, struct am_error *err)
{
	char *copy = am_arena_text(arena, (const char *)from.data, from.len);
	size_t i;

	*text_out = copy;
	if (copy == NULL)
		return am_arena_failed(arena, from.len + 1, err);
	for (i = 0; i < from.len; i++)
		copy[i] = (char)am_ascii_lower((uint8_t)copy[i]);
	return AM_OK;
}

enum am_status
am_arena_text_format(struct am_arena *arena, const char **text_out,
		     struct am_error *err, const char *format, ...)
{
	va_list args;
	va_list again;
	char *text = NULL;
	size_t size;
	int len;

	va_start(args, format);
	va_copy(again, args);
	len = vsnprintf(NULL, 0, format, args);
	size = len >= 0 ? (size_t)len + 1 : SIZE_MAX;
	if (len >= 0)
		text = am_arena_raw(arena, size);
	if (text != NULL)
		(void)vsnprintf(text, size, format, again);
	va_end(again);
	va_end(args);
	*text_out = text;
	return text != NULL ? AM_OK : am_arena_failed(arena, size, err);
}
