/* A growing buffer that cannot be made without its maximum.
 *
 * A failure (memory, or the maximum) is remembered: append freely, then ask
 * once with am_buf_status. */
#ifndef AM_BASE_BUF_H
#define AM_BASE_BUF_H

#include "base/bytes.h"
#include "base/error.h"

struct am_buf {
	uint8_t *data; /* always followed by a NUL once something was added */
	size_t len;
	size_t size;  /* at most max + 1 */
	size_t max;   /* len never passes this */
	bool is_lent; /* data is the caller's memory */
	enum am_status status;
};

/* caller closes with am_buf_free. */
struct am_buf am_buf(size_t max);

/* Begins in memory of the caller, size bytes that outlive it (NULL: none), and
 * moves to its own when that is full: a scratch buffer on the stack or in an
 * arena rarely costs an allocation. caller closes with am_buf_free. */
struct am_buf am_buf_in(size_t max, void *memory, size_t size);
void am_buf_free(struct am_buf *buf);

/* len becomes 0, the memory is kept, a failure is forgotten. */
void am_buf_clear(struct am_buf *buf);

/* am_buf_room, where there is none yet. */
uint8_t *am_buf_grow(struct am_buf *buf, size_t len);

/* The first len bytes (at most all) go; the rest moves to the front. */
void am_buf_drop(struct am_buf *buf, size_t len);

/* Room for len more bytes, to be filled by the caller who then adds what it
 * used to buf->len. NULL on failure. */
static inline uint8_t *
am_buf_room(struct am_buf *buf, size_t len)
{
	if (buf->status == AM_OK && len < buf->size - buf->len)
		return buf->data + buf->len;
	return am_buf_grow(buf, len);
}

/* Inline, these two: headers and rows are made of short pieces, whose length
 * the compiler often knows. */
static inline void
am_buf_add(struct am_buf *buf, struct am_bytes bytes)
{
	uint8_t *const room = am_buf_room(buf, bytes.len);

	if (room == NULL)
		return;
	if (bytes.len > 0)
		memcpy(room, bytes.data, bytes.len);
	room[bytes.len] = '\0';
	buf->len += bytes.len;
}

static inline void
am_buf_add_char(struct am_buf *buf, char c)
{
	uint8_t *const room = am_buf_room(buf, 1);

	if (room == NULL)
		return;
	room[0] = (uint8_t)c;
	room[1] = '\0';
	buf->len++;
}

void am_buf_add_uint(struct am_buf *buf, uint64_t value); /* decimal */
void am_buf_printf(struct am_buf *buf, const char *format, ...) AM_PRINTF(2, 3);

static inline void
am_buf_add_text(struct am_buf *buf, const char *text)
{
	am_buf_add(buf, am_bytes_of(text));
}

/* AM_OK, AM_NOMEM or AM_LIMIT, for everything since the last clear. */
enum am_status am_buf_status(const struct am_buf *buf, struct am_error *err);

static inline struct am_bytes
am_buf_bytes(const struct am_buf *buf)
{
	return am_bytes(buf->data, buf->len);
}

/* The content as a C string; "" when empty. */
const char *am_buf_text(const struct am_buf *buf);

#endif
