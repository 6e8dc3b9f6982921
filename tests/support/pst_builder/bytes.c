/* Bytes, numbers, chance and failure: bytes.h says what for. */
#include "bytes.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void
pb_die(const char *format, ...)
{
	va_list args;

	fputs("pst_builder: ", stderr);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
	exit(1);
}

void *
pb_alloc(size_t size)
{
	void *memory = calloc(1, size > 0 ? size : 1);

	if (memory == NULL)
		pb_die("out of memory");
	return memory;
}

void *
pb_realloc(void *memory, size_t size)
{
	memory = realloc(memory, size > 0 ? size : 1);
	if (memory == NULL)
		pb_die("out of memory");
	return memory;
}

char *
pb_copy_text(const char *text, size_t len)
{
	char *copy = pb_alloc(len + 1);

	if (len > 0)
		memcpy(copy, text, len);
	return copy;
}

void *
pb_grow(void *items, size_t count, size_t *size, size_t item_size)
{
	if (count < *size)
		return items;
	*size = *size == 0 ? 8 : *size * 2;
	return pb_realloc(items, *size * item_size);
}

void
pb_buf_free(struct pb_buf *buf)
{
	free(buf->data);
	*buf = (struct pb_buf){ 0 };
}

uint8_t *
pb_buf_room(struct pb_buf *buf, size_t len)
{
	if (buf->data == NULL || len > buf->size - buf->len) {
		size_t size = buf->size == 0 ? 64 : buf->size;

		while (size - buf->len < len)
			size *= 2;
		buf->data = pb_realloc(buf->data, size);
		buf->size = size;
	}
	return buf->data + buf->len;
}

void
pb_buf_add(struct pb_buf *buf, const void *bytes, size_t len)
{
	uint8_t *room = pb_buf_room(buf, len);

	if (len > 0)
		memcpy(room, bytes, len);
	buf->len += len;
}

void
pb_buf_zero(struct pb_buf *buf, size_t len)
{
	memset(pb_buf_room(buf, len), 0, len);
	buf->len += len;
}

void
pb_buf_text(struct pb_buf *buf, const char *text)
{
	pb_buf_add(buf, text, strlen(text));
}

void
pb_buf_printf(struct pb_buf *buf, const char *format, ...)
{
	va_list args;
	int len;

	va_start(args, format);
	len = vsnprintf(NULL, 0, format, args);
	va_end(args);
	if (len < 0)
		pb_die("cannot format a text");
	va_start(args, format);
	vsnprintf((char *)pb_buf_room(buf, (size_t)len + 1), (size_t)len + 1,
		  format, args);
	va_end(args);
	buf->len += (size_t)len;
}

void
pb_buf_int(struct pb_buf *buf, unsigned width, uint64_t value)
{
	pb_put(pb_buf_room(buf, width), width, value);
	buf->len += width;
}

void
pb_put(uint8_t *at, unsigned width, uint64_t value)
{
	for (unsigned i = 0; i < width; i++)
		at[i] = (uint8_t)(value >> (8 * i));
}

uint64_t
pb_get(const uint8_t *at, unsigned width)
{
	uint64_t value = 0;

	for (unsigned i = width; i-- > 0;)
		value = value << 8 | at[i];
	return value;
}

/* SplitMix64: one addition and a mix; every seed is a good seed. */
struct pb_rng
pb_rng(uint64_t seed)
{
	return (struct pb_rng){ .state = seed };
}

uint64_t
pb_rng_next(struct pb_rng *rng)
{
	uint64_t z;

	rng->state += UINT64_C(0x9E3779B97F4A7C15);
	z = rng->state;
	z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
	return z ^ (z >> 31);
}

uint32_t
pb_rng_below(struct pb_rng *rng, uint32_t below)
{
	return (uint32_t)(((pb_rng_next(rng) >> 32) * below) >> 32);
}

void
pb_rng_fill(struct pb_rng *rng, uint8_t *out, size_t len)
{
	while (len > 0) {
		const uint64_t value = pb_rng_next(rng);
		const size_t take = len < 8 ? len : 8;

		for (size_t i = 0; i < take; i++)
			out[i] = (uint8_t)(value >> (8 * i));
		out += take;
		len -= take;
	}
}
