/* Domain names outside ASCII (RFC 5890, RFC 3492). */
#ifndef AM_MIME_IDNA_H
#define AM_MIME_IDNA_H

#include "base/buf.h"

enum { AM_DOMAIN_MAX = 253 };

/* Writes the ASCII form of a domain in UTF-8: labels with other characters are
 * put into NFC and become "xn--..."; ASCII letters become lower case. False,
 * and out is as it was, where that gives no domain: an empty label, one longer
 * than 63 bytes, a character that no name has; or where memory was short, as
 * the status of out then tells. */
bool am_idna_add(struct am_buf *out, const char *domain);

#endif
