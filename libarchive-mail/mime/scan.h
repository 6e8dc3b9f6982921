/* How far is there nothing to look at? Most of a body is plain text, and goes
 * by in whole lines. */
#ifndef AM_MIME_SCAN_H
#define AM_MIME_SCAN_H

#include "base/bytes.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

#define AM_SCAN_EACH UINT64_C(0x0101010101010101)
#define AM_SCAN_HIGH UINT64_C(0x8080808080808080)

enum { AM_SCAN_WORD = sizeof(uint64_t) };

/* Is one of the bytes below limit, which is at most 0x80? Where a byte is, the
 * subtraction borrows into its high bit. */
static inline bool
am_scan_has_below(uint64_t word, uint8_t limit)
{
	return ((word - AM_SCAN_EACH * limit) & ~word & AM_SCAN_HIGH) != 0;
}

/* Is one of the bytes c? */
static inline bool
am_scan_has(uint64_t word, uint8_t c)
{
	return am_scan_has_below(word ^ AM_SCAN_EACH * c, 1);
}

/* The portable steps: AM_SCAN_WORD where all of these bytes are such, else 0,
 * and the byte in question is looked for one by one. */
static inline size_t
am_scan_plain_word(const uint8_t *data)
{
	uint64_t word;

	memcpy(&word, data, sizeof(word));
	return (word & AM_SCAN_HIGH) != 0 || am_scan_has_below(word, ' ') ||
			       am_scan_has(word, '=') || am_scan_has(word, 0x7f)
		       ? 0
		       : AM_SCAN_WORD;
}

static inline size_t
am_scan_text_word(const uint8_t *data)
{
	uint64_t word;

	memcpy(&word, data, sizeof(word));
	return am_scan_has_below(word, ' ') ? 0 : AM_SCAN_WORD;
}

/* A step over AM_SCAN_STEP bytes; how many at the front are such, at least. */
#ifdef __SSE2__
enum { AM_SCAN_STEP = 16 };

static inline size_t
am_scan_front(__m128i others)
{
	const unsigned mask = (unsigned)_mm_movemask_epi8(others);

	return mask != 0 ? (size_t)__builtin_ctz(mask) : AM_SCAN_STEP;
}

static inline size_t
am_scan_plain_step(const uint8_t *data)
{
	const __m128i bytes =
		_mm_loadu_si128((const __m128i *)(const void *)data);
	/* signed: bytes above 0x7f are below the space too */
	const __m128i below = _mm_cmplt_epi8(bytes, _mm_set1_epi8(' '));
	const __m128i equals = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('='));
	const __m128i del = _mm_cmpeq_epi8(bytes, _mm_set1_epi8(0x7f));

	return am_scan_front(_mm_or_si128(below, _mm_or_si128(equals, del)));
}

static inline size_t
am_scan_text_step(const uint8_t *data)
{
	const __m128i bytes =
		_mm_loadu_si128((const __m128i *)(const void *)data);
	const __m128i last = _mm_set1_epi8(' ' - 1);

	return am_scan_front(_mm_cmpeq_epi8(_mm_min_epu8(bytes, last), bytes));
}
#else
enum { AM_SCAN_STEP = AM_SCAN_WORD };

static inline size_t
am_scan_plain_step(const uint8_t *data)
{
	return am_scan_plain_word(data);
}

static inline size_t
am_scan_text_step(const uint8_t *data)
{
	return am_scan_text_word(data);
}
#endif

/* Printable ASCII, without "=". */
static inline bool
am_scan_is_plain(uint8_t c)
{
	return c >= ' ' && c < 0x7f && c != '=';
}

/* How many bytes at the front are plain; at most max. */
static inline size_t
am_scan_plain(struct am_bytes bytes, size_t max)
{
	size_t step = AM_SCAN_STEP;
	size_t n = 0;

	while (step == AM_SCAN_STEP && n < max && bytes.len - n >= step) {
		step = am_scan_plain_step(bytes.data + n);
		n += step;
	}
	while (n < max && n < bytes.len && am_scan_is_plain(bytes.data[n]))
		n++;
	return n < max ? n : max;
}

/* How many bytes at the front are no ASCII controls, but for DEL; at most
 * max. */
static inline size_t
am_scan_text(struct am_bytes bytes, size_t max)
{
	size_t step = AM_SCAN_STEP;
	size_t n = 0;

	while (step == AM_SCAN_STEP && n < max && bytes.len - n >= step) {
		step = am_scan_text_step(bytes.data + n);
		n += step;
	}
	while (n < max && n < bytes.len && bytes.data[n] >= ' ')
		n++;
	return n < max ? n : max;
}

#endif
