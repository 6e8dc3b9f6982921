/* OpenID Connect Discovery 1.0 and RFC 8414: from an issuer, which the user has
 * named and nobody else, to its addresses. */
#ifndef AM_OAUTH_DISCOVERY_H
#define AM_OAUTH_DISCOVERY_H

#include "oauth/flow.h"

/* server_out: strings in arena. AM_PROTOCOL: what is there names another
 * issuer, or an address that is not https (http on loopback only); AM_NETWORK,
 * AM_NOT_FOUND. */
enum am_status
am_oauth_discover(const struct am_oauth_http *http, const char *issuer,
		  struct am_arena *arena, struct am_oauth_server *server_out,
		  struct am_error *err);

/* The same from the text of the document. */
enum am_status
am_oauth_discovery_read(const struct am_oauth_answer *answer,
			const char *issuer, struct am_arena *arena,
			struct am_oauth_server *server_out,
			struct am_error *err);

#endif
