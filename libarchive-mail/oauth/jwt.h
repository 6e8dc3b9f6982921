/* What an access token says of itself, where it is a JWT (RFC 7519): to show
 * to people and to guess why it is refused, and for nothing else. Nothing is
 * verified, and a client that decides by it is wrong: the token is meant for
 * the server. */
#ifndef AM_OAUTH_JWT_H
#define AM_OAUTH_JWT_H

#include "base/arena.h"

enum { AM_JWT_PART_MAX = 64 << 10 }; /* bytes of a part in base64url */

/* Strings in arena, as they came (hostile); NULL and 0: not said. */
struct am_jwt {
	const char *issuer;
	const char *audience; /* several are joined by spaces */
	const char *scope;    /* scope, scp or roles; likewise */
	const char *user;     /* email, upn, preferred_username or sub */
	const char *client;   /* azp, appid or client_id */
	int64_t issued, not_before, expires; /* seconds since 1970 */
};

/* AM_NOT_FOUND: the token is opaque, as most are allowed to be. AM_NOMEM. */
enum am_status am_jwt_read(const char *token, struct am_arena *arena,
			   struct am_jwt *jwt_out, struct am_error *err);

#endif
