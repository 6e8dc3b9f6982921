/* The HTTPS side of OAuth, on libcurl: forms out, JSON in.
 *
 * Nothing secret leaves over an open line: https only, and http to a loopback
 * address only. No redirect is followed, no proxy credentials, no cookies, and
 * an answer is bounded. The first call of a process must not be made by two
 * threads at once (curl_global_init). */
#ifndef AM_OAUTH_HTTP_H
#define AM_OAUTH_HTTP_H

#include <stdatomic.h>

#include "base/buf.h"

enum {
	AM_OAUTH_ANSWER_MAX = 1 << 20, /* bytes of an answer */
	AM_OAUTH_URL_MAX = 8 << 10,
	AM_OAUTH_CONNECT_S = 20,
	AM_OAUTH_ANSWER_S = 60
};

struct am_oauth_http {
	const char *ca_file;	 /* PEM; NULL: the system's authorities */
	const atomic_bool *stop; /* may be NULL */
};

struct am_oauth_answer {
	int code;	      /* of HTTP */
	unsigned retry_after; /* seconds; 0: not said */
	struct am_buf body;   /* wiped when freed */
};

/* May a secret go to url? AM_PROTOCOL: neither https nor loopback, a user name
 * in it, a control character, or too long. */
enum am_status am_oauth_url_check(const char *url, struct am_error *err);

/* Is it the same scheme, host and port? */
bool am_oauth_same_origin(const char *a, const char *b);

/* POST of a form (already encoded), or GET when form is NULL. basic: "user:
 * secret" for the Authorization header, or NULL. answer_out: caller closes with
 * am_oauth_answer_free, on AM_OK. AM_OK for every HTTP status but redirects;
 * AM_NETWORK: no answer; AM_PROTOCOL: TLS, the certificate, a redirect, an
 * answer that is too long; AM_INTERRUPTED. */
enum am_status
am_oauth_http_call(const struct am_oauth_http *http, const char *url,
		   const struct am_buf *form, const char *basic,
		   struct am_oauth_answer *answer_out, struct am_error *err);
void am_oauth_answer_free(struct am_oauth_answer *answer);

/* Appends "name=value", with "&" before it when form is not empty; value is
 * percent-encoded. */
void
am_oauth_form_add(struct am_buf *form, const char *name, const char *value);
/* The percent-encoding alone. */
void am_oauth_encode(struct am_buf *out, const char *value);

/* Wipes and frees. */
void am_oauth_wipe(struct am_buf *buf);

#endif
