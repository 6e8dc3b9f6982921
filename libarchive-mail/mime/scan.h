/* Eight bytes of text at a time: is there one among them that needs a look?
 * Most of a body needs none. */
#ifndef AM_MIME_SCAN_H
#define AM_MIME_SCAN_H

#include "base/bytes.h"

#define AM_SCAN_EACH UINT64_C(0x0101010101010101)
#define AM_SCAN_HIGH UINT64_C(0x8080808080808080)

static inline uint64_t
am_scan_load(const uint8_t *data)
{
	uint64_t word;

	memcpy(&word, data, sizeof(word));
	return word;
}

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

/* Is one of them no printable ASCII, or "="? */
static inline bool
am_scan_has_special(uint64_t word)
{
	return (word & AM_SCAN_HIGH) != 0 || am_scan_has_below(word, ' ') ||
	       am_scan_has(word, '=') || am_scan_has(word, 0x7f);
}

#endif
