/* UTF-16 to UTF-8. */
#include "base/utf16.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "base/text.h"
#include "base/utf8.h"

/* Units in a run: what is looked at together for plain ASCII. */
enum { RUN = 8 };

static unsigned
unit_at(const uint8_t *raw, enum am_utf16_order order)
{
	if (order == AM_UTF16_BE)
		return (unsigned)raw[0] << 8 | raw[1];
	return (unsigned)raw[1] << 8 | raw[0];
}

#ifdef __SSE2__
static __m128i
load(const uint8_t *raw)
{
	return _mm_loadu_si128((const __m128i *)(const void *)raw);
}

static bool
are_ascii(__m128i units)
{
	const __m128i above = _mm_and_si128(units, _mm_set1_epi16(-128));
	const __m128i is_zero = _mm_cmpeq_epi8(above, _mm_setzero_si128());

	return _mm_movemask_epi8(is_zero) == 0xffff;
}

/* One run in little-endian order: all ASCII? Then also its 8 bytes. */
static bool
run_narrow(const uint8_t *raw, char *out)
{
	const __m128i units = load(raw);

	if (!are_ascii(units))
		return false;
	if (out != NULL)
		_mm_storel_epi64((__m128i *)(void *)out,
				 _mm_packus_epi16(units, units));
	return true;
}

/* Two of them at once. */
static bool
runs_narrow(const uint8_t *raw, char *out)
{
	const __m128i first = load(raw);
	const __m128i second = load(raw + sizeof(first));

	if (!are_ascii(_mm_or_si128(first, second)))
		return false;
	if (out != NULL)
		_mm_storeu_si128((__m128i *)(void *)out,
				 _mm_packus_epi16(first, second));
	return true;
}
#else
static bool
run_narrow(const uint8_t *raw, char *out)
{
	unsigned above = 0;
	size_t i;

	for (i = 0; i < RUN; i++)
		above |= raw[2 * i + 1] | (raw[2 * i] & 0x80u);
	if (above != 0)
		return false;
	for (i = 0; out != NULL && i < RUN; i++)
		out[i] = (char)raw[2 * i];
	return true;
}

static bool
runs_narrow(const uint8_t *raw, char *out)
{
	return run_narrow(raw, out) &&
	       run_narrow(raw + 2 * RUN, out != NULL ? out + RUN : NULL);
}
#endif

/* How many units at the front are ASCII, all or by whole runs; out (may be
 * NULL) gets them. */
static size_t
front_narrow(const uint8_t *raw, size_t count, enum am_utf16_order order,
	     char *out)
{
	size_t n = 0;

	if (order != AM_UTF16_LE)
		return 0;
	for (; count - n >= 2 * (size_t)RUN; n += 2 * (size_t)RUN)
		if (!runs_narrow(raw + 2 * n, out != NULL ? out + n : NULL))
			break;
	if (count - n >= RUN &&
	    run_narrow(raw + 2 * n, out != NULL ? out + n : NULL))
		n += RUN;
	/* What is left with some of what went before. */
	if (n >= RUN && count - n < RUN &&
	    run_narrow(raw + 2 * (count - RUN),
		       out != NULL ? out + count - RUN : NULL))
		n = count;
	return n;
}

size_t
am_utf16_bound(struct am_bytes raw, enum am_utf16_order order)
{
	const size_t count = raw.len / 2;
	size_t size = count;
	size_t i = 0, end;

	while (i < count) {
		i += front_narrow(raw.data + 2 * i, count - i, order, NULL);
		/* A run with one letter of another script tends to be followed
		 * by more: take it whole. */
		end = count - i < RUN ? count : i + RUN;
		for (; i < end; i++) {
			const unsigned unit = unit_at(raw.data + 2 * i, order);

			size += (size_t)(unit >= 0x80) + (unit >= 0x800);
		}
	}
	return size;
}

static bool
is_high(unsigned unit)
{
	return unit >= 0xd800 && unit < 0xdc00;
}

static bool
is_low(unsigned unit)
{
	return unit >= 0xdc00 && unit < 0xe000;
}

/* The code point at the front, from one unit or two; *length is 0 when the
 * second half of the pair is not there yet. */
static uint32_t
code_at(struct am_bytes raw, enum am_utf16_order order, bool last,
	size_t *length)
{
	const unsigned unit = unit_at(raw.data, order);
	unsigned second;

	*length = 2;
	if (!is_high(unit))
		return is_low(unit) ? UINT32_MAX : unit;
	if (raw.len < 4) {
		*length = last ? 2 : 0;
		return UINT32_MAX;
	}
	second = unit_at(raw.data + 2, order);
	if (!is_low(second))
		return UINT32_MAX;
	*length = 4;
	return 0x10000 + ((uint32_t)(unit - 0xd800) << 10) + (second - 0xdc00);
}

/* At most one run of units, each by itself. */
static size_t
units_write(struct am_bytes raw, enum am_utf16_order order, bool last,
	    char *out, size_t *used, uint64_t *faults)
{
	const size_t end = raw.len < RUN * 2 ? raw.len - 1 : (size_t)RUN * 2;
	size_t written = 0;
	size_t at = 0;
	size_t length;

	while (at < end) {
		const unsigned unit = unit_at(raw.data + at, order);
		uint32_t code;

		if (unit < 0xd800 || unit >= 0xe000) {
			written += am_utf8_put_bmp(unit, out + written);
			at += 2;
			continue;
		}
		code = code_at(am_bytes(raw.data + at, raw.len - at), order,
			       last, &length);
		if (length == 0)
			break;
		if (code == UINT32_MAX)
			(*faults)++;
		written += am_utf8_encode(code, out + written);
		at += length;
	}
	*used = at;
	return written;
}

size_t
am_utf16_write(struct am_bytes raw, enum am_utf16_order order, bool last,
	       char *out, size_t *used_out, uint64_t *faults)
{
	size_t written = 0;
	size_t at = 0;
	size_t used;

	while (raw.len - at >= 2) {
		const size_t narrow =
			front_narrow(raw.data + at, (raw.len - at) / 2, order,
				     out + written);

		written += narrow;
		at += 2 * narrow;
		if (raw.len - at < 2)
			break;
		written +=
			units_write(am_bytes(raw.data + at, raw.len - at),
				    order, last, out + written, &used, faults);
		at += used;
		if (used == 0)
			break;
	}
	*used_out = at;
	return written;
}
