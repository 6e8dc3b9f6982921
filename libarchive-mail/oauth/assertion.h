/* RFC 7523: a signed statement in place of a secret. Google's service accounts
 * sign with the key of a JSON file, programs of Microsoft's with a certificate
 * (private_key_jwt). */
#ifndef AM_OAUTH_ASSERTION_H
#define AM_OAUTH_ASSERTION_H

#include "base/buf.h"

enum {
	AM_ASSERTION_KEY_MAX = 64 << 10, /* bytes of a key file */
	AM_ASSERTION_LIFE_S = 600,
	AM_ASSERTION_RSA_BITS_MIN = 2048
};

struct am_signing_key;

/* Of a key file: Google's JSON, or PEM with an RSA key and, for
 * private_key_jwt, its certificate. key_out: caller closes with
 * am_signing_key_close. AM_AUTH: no such file, a key that is no RSA key, is too
 * short or does not belong to the certificate, and what to do; AM_NOMEM. */
enum am_status
am_signing_key_read(struct am_bytes file, struct am_signing_key **key_out,
		    struct am_error *err);

/* The address of the service account; NULL: not Google's. Borrowed. */
const char *am_signing_key_email(const struct am_signing_key *key);
bool am_signing_key_has_certificate(const struct am_signing_key *key);

/* Wipes. NULL is fine. */
void am_signing_key_close(struct am_signing_key *key);

struct am_assertion {
	const char *issuer;
	const char *subject;  /* whom it stands for */
	const char *audience; /* the token endpoint */
	const char *scope;    /* NULL: none */
	int64_t now;	      /* seconds since 1970 */
};

/* Adds the signed assertion (RS256) to out, which the caller wipes. AM_IO: no
 * random bytes; AM_NOMEM, AM_LIMIT. */
enum am_status am_assertion_make(const struct am_signing_key *key,
				 const struct am_assertion *assertion,
				 struct am_buf *out, struct am_error *err);

#endif
