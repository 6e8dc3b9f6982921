/* The SASL mechanisms this client has, and what it says first in each. That is
 * secret: who made the buffer wipes it. */
#ifndef AM_IMAP_SASL_H
#define AM_IMAP_SASL_H

#include "base/buf.h"

enum am_sasl {
	AM_SASL_OAUTHBEARER, /* RFC 7628; the best first */
	AM_SASL_XOAUTH2,     /* Google's, Microsoft's */
	AM_SASL_PLAIN	     /* RFC 4616 */
};

enum {
	/* A token of 6 KB is known to pass; servers cut off what is longer
	 * than their login buffers. */
	AM_SASL_TOKEN_MAX = 64 << 10
};

/* The name on the wire. Borrowed for ever. */
const char *am_sasl_name(enum am_sasl mechanism);

struct am_sasl_input {
	const char *user;   /* the mailbox; may differ from who signed in */
	const char *secret; /* access token, or password for PLAIN */
	const char *host;   /* for OAUTHBEARER */
	uint16_t port;
};

/* Adds the first message, in base64, to out. AM_LIMIT: too long; AM_CORRUPT:
 * a byte (CR, LF, NUL, Ctrl-A) that could end a field; AM_NOMEM. */
enum am_status
am_sasl_begin(enum am_sasl mechanism, const struct am_sasl_input *input,
	      struct am_buf *out, struct am_error *err);

/* What a server that refuses expects before it says so for good ("" or
 * "AQ=="). */
const char *am_sasl_answer(enum am_sasl mechanism);

#endif
