/* Modified UTF-7 (RFC 3501 5.1.3) back to UTF-8. */
#ifndef AM_BASE_MUTF7_READ_H
#define AM_BASE_MUTF7_READ_H

#include "base/buf.h"

/* Appends what name says. What is not modified UTF-7 (also UTF-8, which newer
 * servers send) stays as it is. */
void am_mutf7_read(struct am_buf *out, struct am_bytes name);

#endif
