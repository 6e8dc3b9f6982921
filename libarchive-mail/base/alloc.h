/* The only door to malloc. Everything else takes an arena (arena.h) or a
 * buffer (buf.h); handles take these. */
#ifndef AM_BASE_ALLOC_H
#define AM_BASE_ALLOC_H

#include <stddef.h>

/* Zeroed memory, or NULL. Freed with am_free. */
void *am_alloc(size_t size);

/* As realloc: the tail that is new is not zeroed. */
void *am_realloc(void *memory, size_t size);

/* Room for one more than count items of size bytes, in a list that has *room of
 * them; the new ones are zeroed. The list, perhaps elsewhere; NULL: no memory,
 * and the list is as it was. */
void *am_alloc_more(void *list, size_t *room, size_t count, size_t size);

/* NULL is fine. */
void am_free(void *memory);

/* For the torture tests: the n-th allocation from now fails (and all after
 * it); 0 switches off. Gives how many were left of an earlier count. */
unsigned long am_alloc_fail_after(unsigned long count);

/* Only the n-th fails. */
void am_alloc_fail_once(unsigned long count);

#endif
