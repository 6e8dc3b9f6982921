/* RFC 4648 5, without padding, as JWT and PKCE want it. */
#ifndef AM_OAUTH_BASE64URL_H
#define AM_OAUTH_BASE64URL_H

#include "base/buf.h"

void am_base64url_add(struct am_buf *out, struct am_bytes bytes);

/* The bytes of text, added to out; "=" at its end is fine. False: there is a
 * character in it that does not belong there. */
bool am_base64url_read(struct am_buf *out, struct am_bytes text);

#endif
