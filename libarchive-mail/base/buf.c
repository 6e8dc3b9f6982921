/* A growing buffer with a maximum. */
#include "base/buf.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/alloc.h"

enum { FIRST_SIZE = 256 };

struct am_buf
am_buf(size_t max)
{
	const struct am_buf buf = { .max = max };

	return buf;
}

struct am_buf
am_buf_in(size_t max, void *memory, size_t size)
{
	struct am_buf buf = am_buf(max);

	if (memory == NULL || size == 0 || max == SIZE_MAX)
		return buf;
	buf.data = memory;
	buf.data[0] = '\0';
	buf.size = size <= max ? size : max + 1;
	buf.is_lent = true;
	return buf;
}

void
am_buf_free(struct am_buf *buf)
{
	if (!buf->is_lent)
		am_free(buf->data);
	buf->data = NULL;
	buf->len = 0;
	buf->size = 0;
	buf->is_lent = false;
}

void
am_buf_clear(struct am_buf *buf)
{
	buf->len = 0;
	buf->status = AM_OK;
	if (buf->data != NULL)
		buf->data[0] = '\0';
}

void
am_buf_drop(struct am_buf *buf, size_t len)
{
	if (len >= buf->len) {
		buf->len = 0;
	} else {
		buf->len -= len;
		memmove(buf->data, buf->data + len, buf->len);
	}
	if (buf->data != NULL)
		buf->data[buf->len] = '\0';
}

/* need is at most max + 1. */
static bool
memory_grow(struct am_buf *buf, size_t need)
{
	size_t size = buf->size > 0 ? buf->size : FIRST_SIZE;
	uint8_t *data;

	while (size < need)
		size = size > SIZE_MAX / 2 ? need : size * 2;
	if (size > buf->max + 1)
		size = buf->max + 1;
	data = am_realloc(buf->is_lent ? NULL : buf->data, size);
	if (data == NULL) {
		buf->status = AM_NOMEM;
		return false;
	}
	if (buf->is_lent)
		memcpy(data, buf->data, buf->len);
	buf->data = data;
	buf->size = size;
	buf->is_lent = false;
	return true;
}

uint8_t *
am_buf_grow(struct am_buf *buf, size_t len)
{
	if (buf->status != AM_OK)
		return NULL;
	if (buf->len > buf->max || len > buf->max - buf->len ||
	    buf->max == SIZE_MAX) {
		buf->status = AM_LIMIT;
		return NULL;
	}
	if (len >= buf->size - buf->len &&
	    !memory_grow(buf, buf->len + len + 1))
		return NULL;
	return buf->data + buf->len;
}

void
am_buf_add_uint(struct am_buf *buf, uint64_t value)
{
	char digits[20];
	size_t i = sizeof(digits);

	do {
		digits[--i] = (char)('0' + value % 10);
		value /= 10;
	} while (value > 0);
	am_buf_add(buf, am_bytes(digits + i, sizeof(digits) - i));
}

void
am_buf_printf(struct am_buf *buf, const char *format, ...)
{
	va_list args;
	va_list again;
	uint8_t *room = NULL;
	int len;

	va_start(args, format);
	va_copy(again, args);
	len = vsnprintf(NULL, 0, format, args);
	if (len >= 0)
		room = am_buf_room(buf, (size_t)len);
	if (room != NULL) {
		(void)vsnprintf((char *)room, (size_t)len + 1, format, again);
		buf->len += (size_t)len;
	}
	va_end(again);
	va_end(args);
}

enum am_status
am_buf_status(const struct am_buf *buf, struct am_error *err)
{
	if (buf->status == AM_NOMEM)
		return am_nomem(err);
	if (buf->status == AM_LIMIT)
		return am_fail(err, AM_LIMIT,
			       "a buffer would pass its %zu bytes", buf->max);
	return AM_OK;
}

const char *
am_buf_text(const struct am_buf *buf)
{
	return buf->data != NULL ? (const char *)buf->data : "";
}
