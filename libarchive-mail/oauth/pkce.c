/* RFC 7636. */
#include "oauth/pkce.h"

#include <openssl/rand.h>
#include <stdio.h>

#include "base/hash.h"
#include "oauth/base64url.h"

enum { RANDOM_BYTES = 32 };

static void
text_make(struct am_bytes bytes, char text[AM_PKCE_TEXT_SIZE])
{
	struct am_buf out = am_buf(2 * AM_PKCE_TEXT_SIZE);

	am_base64url_add(&out, bytes);
	(void)snprintf(text, AM_PKCE_TEXT_SIZE, "%s", am_buf_text(&out));
	am_buf_free(&out);
}

enum am_status
am_pkce_challenge(const char *verifier, char text[AM_PKCE_TEXT_SIZE],
		  struct am_error *err)
{
	uint8_t digest[AM_SHA256_SIZE];

	if (am_sha256(am_bytes_of(verifier), digest) != AM_OK)
		return am_nomem(err);
	text_make(am_bytes(digest, sizeof(digest)), text);
	return AM_OK;
}

enum am_status
am_pkce_make(struct am_pkce *pkce_out, struct am_error *err)
{
	uint8_t random[2][RANDOM_BYTES];

	if (RAND_bytes(random[0], (int)sizeof(random)) != 1)
		return am_fail(err, AM_IO, "no random bytes to be had");
	text_make(am_bytes(random[0], RANDOM_BYTES), pkce_out->verifier);
	text_make(am_bytes(random[1], RANDOM_BYTES), pkce_out->state);
	return am_pkce_challenge(pkce_out->verifier, pkce_out->challenge, err);
}
