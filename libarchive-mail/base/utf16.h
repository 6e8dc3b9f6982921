/* UTF-16 to UTF-8; every text of a Unicode PST goes through here. */
#ifndef AM_BASE_UTF16_H
#define AM_BASE_UTF16_H

#include "base/bytes.h"

enum am_utf16_order { AM_UTF16_LE, AM_UTF16_BE };

/* How many bytes am_utf16_write will write at most; exact when there are no
 * surrogates. An odd last byte does not count. */
size_t am_utf16_bound(struct am_bytes raw, enum am_utf16_order order);

/* Writes raw as UTF-8; returns how many bytes. An unpaired surrogate becomes
 * U+FFFD and adds to *faults. *used_out: the bytes of raw that were read; less
 * than all when an odd byte is left, or, unless last is set, the first half of
 * a pair. */
size_t am_utf16_write(struct am_bytes raw, enum am_utf16_order order, bool last,
		      char *out, size_t *used_out, uint64_t *faults);

#endif
