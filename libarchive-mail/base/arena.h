/* Memory for one piece of work, freed at once.
 *
 * The store has an arena for its life; each message, folder listing and
 * command has one for its turn. Nothing taken from an arena is freed by hand.
 * With -DAM_ARENA_DEBUG every allocation is a malloc of its own, so that the
 * address sanitizer sees an overrun. */
#ifndef AM_BASE_ARENA_H
#define AM_BASE_ARENA_H

#include "base/bytes.h"
#include "base/error.h"

/* What an arena may hold when its limit is 0. */
enum { AM_ARENA_DEFAULT_LIMIT = 8 << 20 };

struct am_arena_chunk;

/* Zero-initialise; set limit if the default does not fit. */
struct am_arena {
	size_t limit; /* bytes; 0: AM_ARENA_DEFAULT_LIMIT */
	size_t used;  /* bytes handed out since the last reset */
	struct am_arena_chunk *chunks;
};

/* Zeroed, aligned for any type. NULL when the limit or the memory is at its
 * end: AM_NOMEM. */
void *am_arena_alloc(struct am_arena *arena, size_t size);

/* The same without the zeroing, for bytes that are overwritten at once. */
void *am_arena_raw(struct am_arena *arena, size_t size);

/* count * size, checked. */
void *am_arena_calloc(struct am_arena *arena, size_t count, size_t size);

#define am_arena_new(arena, type) ((type *)am_arena_alloc(arena, sizeof(type)))
#define am_arena_array(arena, count, type)                                     \
	((type *)am_arena_calloc(arena, count, sizeof(type)))

/* A copy with a NUL behind it; NULL: AM_NOMEM. */
char *am_arena_text(struct am_arena *arena, const char *text, size_t len);
char *am_arena_printf(struct am_arena *arena, const char *format, ...)
	AM_PRINTF(2, 3);

/* AM_NOMEM or AM_OK. */
enum am_status am_arena_copy(struct am_arena *arena, struct am_bytes from,
			     struct am_bytes *copy_out, struct am_error *err);

/* Why am_arena_alloc gave NULL: AM_LIMIT when size would pass the limit, else
 * AM_NOMEM. */
enum am_status am_arena_failed(const struct am_arena *arena, size_t size,
			       struct am_error *err);

/* Everything handed out is gone; one chunk is kept for the next turn. */
void am_arena_reset(struct am_arena *arena);

/* Everything is gone and given back. The arena may be used again. */
void am_arena_free(struct am_arena *arena);

/* The same for an arena that held secrets: what was in it is overwritten. */
void am_arena_wipe(struct am_arena *arena);

#endif
