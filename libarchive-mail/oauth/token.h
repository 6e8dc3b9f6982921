/* RFC 6749 5: what a token endpoint answers, good or bad. */
#ifndef AM_OAUTH_TOKEN_H
#define AM_OAUTH_TOKEN_H

#include "base/arena.h"
#include "oauth/http.h"

enum {
	AM_OAUTH_TOKEN_MAX = 64 << 10, /* bytes of one token */
	AM_OAUTH_LIFE_DEFAULT = 3600,  /* seconds, where none is said */
	AM_OAUTH_DEPTH_MAX = 16	       /* of JSON */
};

/* Strings in an arena whose owner wipes it. */
struct am_oauth_token {
	const char *access;
	const char *refresh; /* NULL: none came; a former one stays good */
	const char *scope;   /* NULL: as asked for */
	unsigned life;	     /* seconds from the answer on */
};

/* RFC 6749 5.2, RFC 8628 3.5, and the names of Microsoft. */
enum am_oauth_error {
	AM_OAUTH_OTHER,	     /* anything else */
	AM_OAUTH_PENDING,    /* authorization_pending: ask again */
	AM_OAUTH_SLOW_DOWN,  /* and less often from now on */
	AM_OAUTH_DENIED,     /* the user, or a policy, said no */
	AM_OAUTH_EXPIRED,    /* the device code is too old */
	AM_OAUTH_BAD_GRANT,  /* the refresh token is of no more use */
	AM_OAUTH_BAD_CLIENT, /* the client id, or its secret */
	AM_OAUTH_BAD_SCOPE,
	AM_OAUTH_BAD_REQUEST,
	AM_OAUTH_BUSY /* HTTP 429 or 5xx: again later */
};

enum { AM_OAUTH_TEXT_SIZE = 200 };

struct am_oauth_refusal {
	enum am_oauth_error error;
	char name[64];		       /* "invalid_grant"; "" if none */
	char text[AM_OAUTH_TEXT_SIZE]; /* error_description: for people, cut,
					  without control characters */
	unsigned retry_after;	       /* seconds; 0: not said */
};

/* Good: token_out; else refusal_out, and AM_END. AM_PROTOCOL: neither (no
 * JSON, no access_token, a token that is too long or holds what no token
 * may). */
enum am_status
am_oauth_token_read(const struct am_oauth_answer *answer,
		    struct am_arena *arena, struct am_oauth_token *token_out,
		    struct am_oauth_refusal *refusal_out, struct am_error *err);

/* RFC 6750 2.1: visible ASCII, and not too much of it. */
bool am_oauth_token_is_good(const char *token);

/* The refusal alone, of an endpoint that answers something else when it is
 * good. */
void am_oauth_refusal_read(const struct am_oauth_answer *answer,
			   struct am_oauth_refusal *refusal_out);

/* The answer as JSON (of jansson; caller decrefs); NULL: none, or deeper than
 * AM_OAUTH_DEPTH_MAX. */
struct json_t *am_oauth_json(const struct am_oauth_answer *answer);

/* As a status with what to do: AM_AUTH where the user, or whoever registered
 * the program, has to act; AM_NETWORK, AM_LATER where waiting helps. what names
 * what was tried. */
enum am_status am_oauth_refused(const struct am_oauth_refusal *refusal,
				const char *what, struct am_error *err);

#endif
