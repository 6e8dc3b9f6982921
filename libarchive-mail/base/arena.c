/* Memory for one piece of work. */
#include "base/arena.h"

#include <openssl/crypto.h>
#include <stdalign.h>
#include <stdarg.h>
#include <stdio.h>

#include "base/alloc.h"

/* The first chunk, and where doubling ends. */
enum { CHUNK_MIN = 16 << 10, CHUNK_MAX = 1 << 20 };

struct am_arena_chunk {
	struct am_arena_chunk *next;
	size_t size;
	size_t used;
	alignas(max_align_t) uint8_t data[];
};

static size_t
arena_limit(const struct am_arena *arena)
{
	return arena->limit > 0 ? arena->limit : AM_ARENA_DEFAULT_LIMIT;
}

static struct am_arena_chunk *
chunk_add(struct am_arena *arena, size_t size)
{
	struct am_arena_chunk *chunk = am_realloc(NULL, sizeof(*chunk) + size);

	if (chunk == NULL)
		return NULL;
	chunk->used = 0;
	chunk->size = size;
	chunk->next = arena->chunks;
	arena->chunks = chunk;
	return chunk;
}

#ifdef AM_ARENA_DEBUG
static struct am_arena_chunk *
chunk_with_room(struct am_arena *arena, size_t size)
{
	return chunk_add(arena, size);
}
#else
static struct am_arena_chunk *
chunk_with_room(struct am_arena *arena, size_t size)
{
	struct am_arena_chunk *head = arena->chunks;
	size_t grown = CHUNK_MIN;

	if (head != NULL && size <= head->size - head->used)
		return head;
	if (head != NULL)
		grown = head->size < CHUNK_MAX / 2 ? head->size * 2 : CHUNK_MAX;
	return chunk_add(arena, size > grown ? size : grown);
}
#endif

void *
am_arena_raw(struct am_arena *arena, size_t size)
{
	const size_t align = alignof(max_align_t);
	struct am_arena_chunk *chunk;
	size_t rounded;
	void *memory;

	if (size > arena_limit(arena) - arena->used)
		return NULL;
	rounded = (size + align - 1) / align * align;
#ifdef AM_ARENA_DEBUG
	rounded = size;
#endif
	chunk = chunk_with_room(arena, rounded);
	if (chunk == NULL)
		return NULL;
	memory = chunk->data + chunk->used;
	chunk->used += rounded;
	arena->used += size;
	return memory;
}

void *
am_arena_alloc(struct am_arena *arena, size_t size)
{
	void *memory = am_arena_raw(arena, size);

	if (memory != NULL && size > 0)
		memset(memory, 0, size);
	return memory;
}

void *
am_arena_calloc(struct am_arena *arena, size_t count, size_t size)
{
	if (size != 0 && count > SIZE_MAX / size)
		return NULL;
	return am_arena_alloc(arena, count * size);
}

char *
am_arena_text(struct am_arena *arena, const char *text, size_t len)
{
	char *copy = len < SIZE_MAX ? am_arena_raw(arena, len + 1) : NULL;

	if (copy == NULL)
		return NULL;
	if (len > 0)
		memcpy(copy, text, len);
	copy[len] = '\0';
	return copy;
}

char *
am_arena_printf(struct am_arena *arena, const char *format, ...)
{
	va_list args;
	va_list again;
	char *text = NULL;
	int len;

	va_start(args, format);
	va_copy(again, args);
	len = vsnprintf(NULL, 0, format, args);
	if (len >= 0)
		text = am_arena_raw(arena, (size_t)len + 1);
	if (text != NULL)
		(void)vsnprintf(text, (size_t)len + 1, format, again);
	va_end(again);
	va_end(args);
	return text;
}

enum am_status
am_arena_copy(struct am_arena *arena, struct am_bytes from,
	      struct am_bytes *copy_out, struct am_error *err)
{
	uint8_t *copy = am_arena_raw(arena, from.len);

	if (copy == NULL)
		return am_arena_failed(arena, from.len, err);
	if (from.len > 0)
		memcpy(copy, from.data, from.len);
	*copy_out = am_bytes(copy, from.len);
	return AM_OK;
}

enum am_status
am_arena_failed(const struct am_arena *arena, size_t size, struct am_error *err)
{
	const size_t limit = arena_limit(arena);

	if (size <= limit - arena->used)
		return am_nomem(err);
	return am_fail(err, AM_LIMIT,
		       "the work at hand needs more than %zu bytes of memory",
		       limit);
}

static void
chunks_free(struct am_arena_chunk *chunk)
{
	while (chunk != NULL) {
		struct am_arena_chunk *next = chunk->next;

		am_free(chunk);
		chunk = next;
	}
}

void
am_arena_reset(struct am_arena *arena)
{
	struct am_arena_chunk *kept = arena->chunks;

#ifdef AM_ARENA_DEBUG
	am_arena_free(arena);
	return;
#endif
	/* A chunk made for one large value is not worth keeping. */
	if (kept != NULL && kept->size > CHUNK_MAX) {
		am_arena_free(arena);
		return;
	}
	if (kept != NULL) {
		chunks_free(kept->next);
		kept->next = NULL;
		kept->used = 0;
	}
	arena->used = 0;
}

void
am_arena_free(struct am_arena *arena)
{
	chunks_free(arena->chunks);
	arena->chunks = NULL;
	arena->used = 0;
}

void
am_arena_wipe(struct am_arena *arena)
{
	struct am_arena_chunk *chunk;

	for (chunk = arena->chunks; chunk != NULL; chunk = chunk->next)
		OPENSSL_cleanse(chunk->data, chunk->size);
	am_arena_free(arena);
}
