/* Texts in an arena, with the status that goes with a failure. */
#ifndef AM_CONVERT_ARENA_TEXT_H
#define AM_CONVERT_ARENA_TEXT_H

#include "base/arena.h"

/* A copy with a NUL behind it. AM_LIMIT, AM_NOMEM. */
enum am_status am_arena_text_copy(struct am_arena *arena, struct am_bytes from,
				  const char **text_out, struct am_error *err);

/* The same, ASCII letters in lower case. */
enum am_status am_arena_text_lower(struct am_arena *arena, struct am_bytes from,
				   const char **text_out, struct am_error *err);

/* As printf. AM_LIMIT, AM_NOMEM. */
enum am_status am_arena_text_format(struct am_arena *arena,
				    const char **text_out, struct am_error *err,
				    const char *format, ...) AM_PRINTF(4, 5);

#endif
