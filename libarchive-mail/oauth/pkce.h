/* RFC 7636: proof that who brings the code is who asked for it. */
#ifndef AM_OAUTH_PKCE_H
#define AM_OAUTH_PKCE_H

#include "base/error.h"

enum {
	AM_PKCE_TEXT_SIZE = 44 /* 32 bytes in base64url, and a NUL */
};

/* verifier: random, for the token call; challenge: its SHA-256, for the
 * browser; state: random, to know the answer again. AM_IO: no random bytes. */
struct am_pkce {
	char verifier[AM_PKCE_TEXT_SIZE];
	char challenge[AM_PKCE_TEXT_SIZE];
	char state[AM_PKCE_TEXT_SIZE];
};
enum am_status am_pkce_make(struct am_pkce *pkce_out, struct am_error *err);

/* The challenge of a verifier. AM_NOMEM. */
enum am_status
am_pkce_challenge(const char *verifier, char text[AM_PKCE_TEXT_SIZE],
		  struct am_error *err);

#endif
