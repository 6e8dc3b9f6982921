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
	size_t size; /* allocated */
	size_t max;  /* len never passes this */
	enum am_status status;
};

/* caller closes with am_buf_free. */
struct am_buf am_buf(size_t max);
void am_buf_free(struct am_buf *buf);

/* len becomes 0, the memory is kept, a failure is forgotten. */
void am_buf_clear(struct am_buf *buf);

void am_buf_add(struct am_buf *buf, struct am_bytes bytes);
void am_buf_add_text(struct am_buf *buf, const char *text);
void am_buf_add_char(struct am_buf *buf, char c);
void am_buf_printf(struct am_buf *buf, const char *format, ...) AM_PRINTF(2, 3);

/* The first len bytes (at most all) go; the rest moves to the front. */
void am_buf_drop(struct am_buf *buf, size_t len);

/* Room for len more bytes, to be filled by the caller who then adds what it
 * used to buf->len. NULL on failure. */
uint8_t *am_buf_room(struct am_buf *buf, size_t len);

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
