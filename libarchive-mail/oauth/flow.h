/* The ways to a token (RFC 6749 and its family). Each asks the authorization
 * server; what the user has to do is told through a callback. */
#ifndef AM_OAUTH_FLOW_H
#define AM_OAUTH_FLOW_H

#include "oauth/token.h"

/* The addresses of an authorization server; NULL: it has none. */
struct am_oauth_server {
	const char *issuer; /* RFC 8414; NULL: not known */
	const char *authorize;
	const char *token;
	const char *device;
	const char *revoke; /* RFC 7009 */
};

/* What the user is to do. Everything is from the server, and not trusted: show
 * it escaped. Borrowed for the call. */
struct am_oauth_prompt {
	const char *url;      /* to open in a browser */
	const char *code;     /* to type there; NULL: nothing */
	const char *complete; /* url with the code in it; NULL: none */
	const char *message;  /* the provider's own words; NULL: none */
	unsigned expires_in;  /* seconds; 0: not said */
};
typedef void am_oauth_show(void *arg, const struct am_oauth_prompt *prompt);

/* Strings are borrowed; NULL where there is none. */
struct am_oauth_flow {
	const struct am_oauth_http *http;
	const struct am_oauth_server *server;
	const char *client_id;
	const char *client_secret;
	const char *scope;
	const char *user;     /* a hint for the server whom to sign in */
	const char *redirect; /* "http://127.0.0.1" or "http://localhost": with
				 the port behind it where the browser returns */
	const char *redirect_path; /* "/callback"; NULL: "/" */
	bool basic; /* the secret goes into the header, not the form */
	am_oauth_show *show;
	void *show_arg;
	unsigned
		second_ms; /* length of a second: 1,000 but in tests; 0: that */
};

enum {
	AM_OAUTH_POLL_S = 5,   /* RFC 8628 3.2: without "interval" */
	AM_OAUTH_SLOWER_S = 5, /* RFC 8628 3.5 */
	AM_OAUTH_POLL_MAX_S = 60,
	AM_OAUTH_DEVICE_S = 900,  /* without "expires_in" */
	AM_OAUTH_BROWSER_S = 300, /* for the browser to come back */
	AM_OAUTH_TRIES = 4	  /* of a call that finds no answer */
};

/* All of them: AM_AUTH with the cause and what to do, AM_NETWORK, AM_PROTOCOL,
 * AM_INTERRUPTED, AM_NOMEM; AM_UNSUPPORTED: the server has no such address. */

/* RFC 8628: a code to type into a browser anywhere. */
enum am_status
am_oauth_device(const struct am_oauth_flow *flow, struct am_arena *arena,
		struct am_oauth_token *token_out, struct am_error *err);

/* RFC 8252 and 7636: a browser on this machine, which comes back to a port
 * here. show gets the address to open. */
enum am_status
am_oauth_browser(const struct am_oauth_flow *flow, struct am_arena *arena,
		 struct am_oauth_token *token_out, struct am_error *err);

/* RFC 6749 4.4: a program signs in for itself; with a secret, or with an
 * assertion by its certificate (RFC 7523; see assertion.h). */
enum am_status
am_oauth_client_credentials(const struct am_oauth_flow *flow,
			    const char *assertion, struct am_arena *arena,
			    struct am_oauth_token *token_out,
			    struct am_error *err);

/* RFC 7523 2.1, as Google's service accounts do it. */
enum am_status
am_oauth_jwt_bearer(const struct am_oauth_flow *flow, const char *assertion,
		    struct am_arena *arena, struct am_oauth_token *token_out,
		    struct am_error *err);

/* RFC 6749 6. refusal_out says more on AM_AUTH: AM_OAUTH_BAD_GRANT means that
 * the refresh token is of no more use. */
enum am_status
am_oauth_refresh(const struct am_oauth_flow *flow, const char *refresh_token,
		 struct am_arena *arena, struct am_oauth_token *token_out,
		 struct am_oauth_refusal *refusal_out, struct am_error *err);

/* RFC 7009: the token is given up, and with a refresh token all that came of
 * it. AM_UNSUPPORTED: the server has no such address. */
enum am_status am_oauth_revoke(const struct am_oauth_flow *flow,
			       const char *token, struct am_error *err);

/* Inside: a call of the token endpoint with form, again with growing pauses
 * where there is no answer. AM_END: refused. */
enum am_status
am_oauth_token_call(const struct am_oauth_flow *flow, struct am_buf *form,
		    struct am_arena *arena, struct am_oauth_token *token_out,
		    struct am_oauth_refusal *refusal_out, struct am_error *err);

/* Inside: client_id, and the secret where it goes into the form. */
void
am_oauth_form_client(const struct am_oauth_flow *flow, struct am_buf *form);

/* Inside: waits so many seconds. AM_INTERRUPTED. */
enum am_status am_oauth_wait(const struct am_oauth_flow *flow, unsigned seconds,
			     struct am_error *err);

#endif
