/* SHA-256 and the CRC of [MS-PST]. */
#include "base/hash.h"

#include <libdeflate.h>
#include <openssl/evp.h>

#include "base/alloc.h"

struct am_sha256 {
	EVP_MD_CTX *context;
	/* Fetched once: a lookup per digest costs more than a short text. */
	EVP_MD *method;
	bool failed;
};

static void
sha_start(struct am_sha256 *sha)
{
	sha->failed = EVP_DigestInit_ex2(sha->context, sha->method, NULL) != 1;
}

struct am_sha256 *
am_sha256_open(void)
{
	struct am_sha256 *sha = am_alloc(sizeof(*sha));

	if (sha == NULL)
		return NULL;
	sha->method = EVP_MD_fetch(NULL, "SHA256", NULL);
	sha->context = EVP_MD_CTX_new();
	if (sha->method == NULL || sha->context == NULL) {
		am_sha256_close(sha);
		return NULL;
	}
	sha_start(sha);
	return sha;
}

void
am_sha256_close(struct am_sha256 *sha)
{
	if (sha == NULL)
		return;
	EVP_MD_CTX_free(sha->context);
	EVP_MD_free(sha->method);
	am_free(sha);
}

void
am_sha256_add(struct am_sha256 *sha, struct am_bytes bytes)
{
	if (bytes.len > 0 &&
	    EVP_DigestUpdate(sha->context, bytes.data, bytes.len) != 1)
		sha->failed = true;
}

enum am_status
am_sha256_finish(struct am_sha256 *sha, uint8_t digest[AM_SHA256_SIZE])
{
	const bool done = EVP_DigestFinal_ex(sha->context, digest, NULL) == 1 &&
			  !sha->failed;

	if (!done)
		memset(digest, 0, AM_SHA256_SIZE);
	sha_start(sha);
	return done ? AM_OK : AM_NOMEM;
}

enum am_status
am_sha256(struct am_bytes bytes, uint8_t digest[AM_SHA256_SIZE])
{
	struct am_sha256 *sha = am_sha256_open();
	enum am_status status;

	if (sha == NULL) {
		memset(digest, 0, AM_SHA256_SIZE);
		return AM_NOMEM;
	}
	am_sha256_add(sha, bytes);
	status = am_sha256_finish(sha, digest);
	am_sha256_close(sha);
	return status;
}

void
am_sha256_hex(const uint8_t digest[AM_SHA256_SIZE],
	      char hex[AM_SHA256_HEX_SIZE])
{
	static const char digits[] = "0123456789abcdef";
	size_t i;

	for (i = 0; i < AM_SHA256_SIZE; i++) {
		hex[2 * i] = digits[digest[i] >> 4];
		hex[2 * i + 1] = digits[digest[i] & 15];
	}
	hex[2 * i] = '\0';
}

uint32_t
am_crc(struct am_bytes bytes)
{
	/* libdeflate inverts the state on the way in and on the way out;
	 * [MS-PST] does neither, and starts from 0. */
	const uint32_t inverted = UINT32_C(0xffffffff);

	if (bytes.len == 0)
		return 0;
	return libdeflate_crc32(inverted, bytes.data, bytes.len) ^ inverted;
}
