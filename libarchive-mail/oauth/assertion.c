/* RFC 7523 and 7515, as much as RS256 takes. */
#include "oauth/assertion.h"

#include <jansson.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509.h>

#include "base/alloc.h"
#include "base/json.h"
#include "oauth/base64url.h"
#include "oauth/token.h"

enum { TEXT_SIZE = 256, ID_BYTES = 16, JSON_MAX = 16 << 10 };

struct am_signing_key {
	EVP_PKEY *key;
	bool has_certificate;
	uint8_t sha1[20], sha256[32]; /* of the certificate */
	char email[TEXT_SIZE];	      /* Google's client_email */
	char id[TEXT_SIZE];	      /* Google's private_key_id */
};

void
am_signing_key_close(struct am_signing_key *key)
{
	if (key == NULL)
		return;
	EVP_PKEY_free(key->key);
	am_free(key);
}

const char *
am_signing_key_email(const struct am_signing_key *key)
{
	return key->email[0] != '\0' ? key->email : NULL;
}

bool
am_signing_key_has_certificate(const struct am_signing_key *key)
{
	return key->has_certificate;
}

/* OpenSSL would ask at the terminal for the passphrase of a key. */
static int
no_passphrase(char *to, int size, int writing, void *arg)
{
	(void)to;
	(void)size;
	(void)writing;
	(void)arg;
	return -1;
}

static enum am_status
key_check(const struct am_signing_key *key, struct am_error *err)
{
	if (key->key == NULL)
		return am_fail(err, AM_AUTH,
			       "the key file holds no private key that can be "
			       "read (PEM, without a passphrase of its own)");
	if (EVP_PKEY_get_base_id(key->key) != EVP_PKEY_RSA)
		return am_fail(err, AM_AUTH, "the key is no RSA key");
	if (EVP_PKEY_get_bits(key->key) < AM_ASSERTION_RSA_BITS_MIN)
		return am_fail(err, AM_AUTH,
			       "the RSA key has %d bits; %d are the least",
			       EVP_PKEY_get_bits(key->key),
			       AM_ASSERTION_RSA_BITS_MIN);
	return AM_OK;
}

static enum am_status
certificate_take(struct am_signing_key *key, X509 *certificate,
		 struct am_error *err)
{
	unsigned len;

	if (X509_check_private_key(certificate, key->key) != 1)
		return am_fail(err, AM_AUTH,
			       "the certificate and the key in the file do "
			       "not belong together");
	if (X509_digest(certificate, EVP_sha1(), key->sha1, &len) != 1 ||
	    X509_digest(certificate, EVP_sha256(), key->sha256, &len) != 1)
		return am_nomem(err);
	key->has_certificate = true;
	return AM_OK;
}

static enum am_status
pem_take(struct am_signing_key *key, struct am_bytes pem, struct am_error *err)
{
	BIO *bio = BIO_new_mem_buf(pem.len > 0 ? (const void *)pem.data : "",
				   (int)pem.len);
	X509 *certificate = NULL;
	enum am_status status = AM_OK;

	if (bio == NULL)
		return am_nomem(err);
	key->key = PEM_read_bio_PrivateKey(bio, NULL, no_passphrase, NULL);
	(void)BIO_reset(bio);
	certificate = PEM_read_bio_X509(bio, NULL, no_passphrase, NULL);
	status = key_check(key, err);
	if (status == AM_OK && certificate != NULL)
		status = certificate_take(key, certificate, err);
	X509_free(certificate);
	BIO_free(bio);
	return status;
}

static bool
text_take(const json_t *json, const char *name, char to[TEXT_SIZE])
{
	const char *text = json_string_value(json_object_get(json, name));

	return text != NULL && strlen(text) < TEXT_SIZE &&
	       snprintf(to, TEXT_SIZE, "%s", text) > 0;
}

static enum am_status
google_take(struct am_signing_key *key, const json_t *json,
	    struct am_error *err)
{
	const char *type = json_string_value(json_object_get(json, "type"));
	const char *pem =
		json_string_value(json_object_get(json, "private_key"));

	if (type == NULL || strcmp(type, "service_account") != 0 ||
	    pem == NULL || !text_take(json, "client_email", key->email))
		return am_fail(err, AM_AUTH,
			       "the file is not the key of a service account "
			       "(\"type\": \"service_account\", with "
			       "\"client_email\" and \"private_key\")");
	(void)text_take(json, "private_key_id", key->id);
	return pem_take(key, am_bytes_of(pem), err);
}

static enum am_status
file_take(struct am_signing_key *key, struct am_bytes file,
	  struct am_error *err)
{
	struct am_oauth_answer text = { .body = am_buf(AM_ASSERTION_KEY_MAX) };
	json_t *json;
	enum am_status status;

	if (file.len > AM_ASSERTION_KEY_MAX)
		return am_fail(err, AM_AUTH, "the file is no key: too long");
	am_buf_add(&text.body, file);
	status = am_buf_status(&text.body, err);
	if (status == AM_OK) {
		json = am_oauth_json(&text);
		status = json_is_object(json) ? google_take(key, json, err)
					      : pem_take(key, file, err);
		json_decref(json);
	}
	am_oauth_answer_free(&text);
	return status;
}

enum am_status
am_signing_key_read(struct am_bytes file, struct am_signing_key **key_out,
		    struct am_error *err)
{
	struct am_signing_key *key = am_alloc(sizeof(*key));
	enum am_status status;

	if (key == NULL)
		return am_nomem(err);
	status = file_take(key, file, err);
	if (status == AM_OK)
		*key_out = key;
	else
		am_signing_key_close(key);
	return status;
}

static void
digest_add(struct am_json *json, const char *name, struct am_bytes digest)
{
	struct am_buf text = am_buf(TEXT_SIZE);

	am_base64url_add(&text, digest);
	am_json_text(json, name, am_buf_text(&text));
	am_buf_free(&text);
}

static void
head_add(const struct am_signing_key *key, struct am_buf *out)
{
	struct am_json json = am_json(out);

	am_json_object(&json, NULL);
	am_json_text(&json, "alg", "RS256");
	am_json_text(&json, "typ", "JWT");
	if (key->id[0] != '\0')
		am_json_text(&json, "kid", key->id);
	if (key->has_certificate) {
		digest_add(&json, "x5t",
			   am_bytes(key->sha1, sizeof(key->sha1)));
		digest_add(&json, "x5t#S256",
			   am_bytes(key->sha256, sizeof(key->sha256)));
	}
	am_json_object_end(&json);
}

static enum am_status
claims_add(const struct am_assertion *assertion, struct am_buf *out,
	   struct am_error *err)
{
	struct am_json json = am_json(out);
	uint8_t id[ID_BYTES];

	if (RAND_bytes(id, sizeof(id)) != 1)
		return am_fail(err, AM_IO, "no random bytes to be had");
	am_json_object(&json, NULL);
	am_json_text(&json, "iss", assertion->issuer);
	am_json_text(&json, "sub", assertion->subject);
	am_json_text(&json, "aud", assertion->audience);
	if (assertion->scope != NULL)
		am_json_text(&json, "scope", assertion->scope);
	digest_add(&json, "jti", am_bytes(id, sizeof(id)));
	am_json_int(&json, "iat", assertion->now);
	am_json_int(&json, "nbf", assertion->now);
	am_json_int(&json, "exp", assertion->now + AM_ASSERTION_LIFE_S);
	am_json_object_end(&json);
	return AM_OK;
}

static enum am_status
signature_add(const struct am_signing_key *key, struct am_bytes signed_part,
	      struct am_buf *out, struct am_error *err)
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	uint8_t signature[1024]; /* RSA of 8,192 bits */
	size_t len = sizeof(signature);
	bool good;

	good = ctx != NULL &&
	       EVP_PKEY_get_size(key->key) <= (int)sizeof(signature) &&
	       EVP_DigestSignInit(ctx, NULL, EVP_sha256(), NULL, key->key) ==
		       1 &&
	       EVP_DigestSign(ctx, signature, &len, signed_part.data,
			      signed_part.len) == 1;
	EVP_MD_CTX_free(ctx);
	if (!good)
		return am_fail(err, AM_AUTH, "the key cannot sign");
	am_buf_add_char(out, '.');
	am_base64url_add(out, am_bytes(signature, len));
	return am_buf_status(out, err);
}

enum am_status
am_assertion_make(const struct am_signing_key *key,
		  const struct am_assertion *assertion, struct am_buf *out,
		  struct am_error *err)
{
	struct am_buf head = am_buf(JSON_MAX), claims = am_buf(JSON_MAX);
	struct am_buf text = am_buf(4 * JSON_MAX);
	enum am_status status;

	head_add(key, &head);
	status = claims_add(assertion, &claims, err);
	if (status == AM_OK)
		status = am_buf_status(&head, err);
	if (status == AM_OK)
		status = am_buf_status(&claims, err);
	if (status == AM_OK) {
		am_base64url_add(&text, am_buf_bytes(&head));
		am_buf_add_char(&text, '.');
		am_base64url_add(&text, am_buf_bytes(&claims));
		am_buf_add(out, am_buf_bytes(&text));
		status = am_buf_status(&text, err);
	}
	if (status == AM_OK)
		status = signature_add(key, am_buf_bytes(&text), out, err);
	am_buf_free(&head);
	am_buf_free(&claims);
	am_buf_free(&text);
	return status;
}
