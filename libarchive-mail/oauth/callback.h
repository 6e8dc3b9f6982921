/* RFC 8252 7.3: a port on this machine that the browser comes back to, once.
 */
#ifndef AM_OAUTH_CALLBACK_H
#define AM_OAUTH_CALLBACK_H

#include <stdatomic.h>

#include "base/arena.h"
#include "base/buf.h"

enum {
	AM_CALLBACK_REQUEST_MAX = 16 << 10, /* bytes of a browser's request */
	AM_CALLBACK_REQUESTS_MAX = 32	    /* icons and other strays */
};

/* What came back; strings in an arena, NULL: was not there. */
struct am_callback {
	const char *code, *state, *error, *description, *issuer;
};

/* Of the first line of a request, "GET /callback?code=… HTTP/1.1". AM_END: it
 * is about something else. AM_PROTOCOL: no such line, or a parameter twice. */
enum am_status
am_callback_parse(struct am_bytes request, const char *path,
		  struct am_arena *arena, struct am_callback *callback_out,
		  struct am_error *err);

/* Listens on a free port of 127.0.0.1. fd_out: caller closes. AM_NETWORK. */
enum am_status
am_callback_listen(int *fd_out, uint16_t *port_out, struct am_error *err);

/* Waits until a browser brings what belongs to state, at most ms, and answers
 * it with a page. AM_AUTH: nobody came; AM_INTERRUPTED. */
enum am_status
am_callback_wait(int fd, const char *path, const char *state, unsigned ms,
		 const atomic_bool *stop, struct am_arena *arena,
		 struct am_callback *callback_out, struct am_error *err);

#endif
