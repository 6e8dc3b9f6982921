/* Modified UTF-7 (RFC 3501 5.1.3): names of mailboxes and keywords in ASCII. */
#ifndef AM_BASE_MUTF7_H
#define AM_BASE_MUTF7_H

#include "base/buf.h"

/* Appends text, UTF-8; a byte that is none is U+FFFD. */
void am_mutf7_add(struct am_buf *out, struct am_bytes text);

/* How many bytes at the front of text, whole code points, become at most max
 * bytes. */
size_t am_mutf7_fit(struct am_bytes text, size_t max);

#endif
