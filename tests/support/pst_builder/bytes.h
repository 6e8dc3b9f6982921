/* Bytes, little-endian numbers, a deterministic random sequence, and the one
 * way this tool fails: a message on stderr and exit status 1. */
#ifndef PB_BYTES_H
#define PB_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PB_PRINTF(text, first) __attribute__((format(printf, text, first)))

_Noreturn void pb_die(const char *format, ...) PB_PRINTF(1, 2);

/* malloc and friends that end the program when memory is out. */
void *pb_alloc(size_t size);
void *pb_realloc(void *memory, size_t size);
char *pb_copy_text(const char *text, size_t len);

/* A vector's memory: room for one more item of the given size. Doubles. */
void *pb_grow(void *items, size_t count, size_t *size, size_t item_size);

/* A growing buffer; all zero is empty. */
struct pb_buf {
	uint8_t *data;
	size_t len;
	size_t size; /* allocated */
};

void pb_buf_free(struct pb_buf *buf);
/* Room for len more bytes, not yet counted in buf->len. */
uint8_t *pb_buf_room(struct pb_buf *buf, size_t len);
void pb_buf_add(struct pb_buf *buf, const void *bytes, size_t len);
void pb_buf_zero(struct pb_buf *buf, size_t len);
void pb_buf_text(struct pb_buf *buf, const char *text);
void pb_buf_printf(struct pb_buf *buf, const char *format, ...) PB_PRINTF(2, 3);
/* width bytes, little-endian. */
void pb_buf_int(struct pb_buf *buf, unsigned width, uint64_t value);

/* Little-endian numbers of width bytes (1 to 8) in place. */
void pb_put(uint8_t *at, unsigned width, uint64_t value);
uint64_t pb_get(const uint8_t *at, unsigned width);

/* The same seed gives the same sequence on every machine. */
struct pb_rng {
	uint64_t state;
};

struct pb_rng pb_rng(uint64_t seed);
uint64_t pb_rng_next(struct pb_rng *rng);
/* 0 <= result < below; below > 0. */
uint32_t pb_rng_below(struct pb_rng *rng, uint32_t below);
void pb_rng_fill(struct pb_rng *rng, uint8_t *out, size_t len);

static inline uint64_t
pb_round_up(uint64_t value, uint64_t step)
{
	return (value + step - 1) / step * step;
}

#endif
