/* oauth/assertion: keys of both kinds, and what is signed with them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <jansson.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include "oauth/assertion.h"
#include "oauth/base64url.h"
#include "oauth/jwt.h"

static EVP_PKEY *rsa, *other;

static void
bio_add(struct am_buf *out, BIO *bio)
{
	char *data;
	const long len = BIO_get_mem_data(bio, &data);

	am_buf_add(out, am_bytes(data, (size_t)len));
	(void)BIO_free(bio);
}

static void
key_add(struct am_buf *out, EVP_PKEY *key, const char *passphrase)
{
	BIO *bio = BIO_new(BIO_s_mem());

	assert_int_equal(
		PEM_write_bio_PKCS8PrivateKey(
			bio, key, passphrase != NULL ? EVP_aes_128_cbc() : NULL,
			passphrase,
			passphrase != NULL ? (int)strlen(passphrase) : 0, NULL,
			NULL),
		1);
	bio_add(out, bio);
}

static X509 *
certificate_make(EVP_PKEY *key)
{
	X509 *made = X509_new();

	(void)X509_set_version(made, 2);
	(void)ASN1_INTEGER_set(X509_get_serialNumber(made), 1);
	(void)X509_gmtime_adj(X509_getm_notBefore(made), 0);
	(void)X509_gmtime_adj(X509_getm_notAfter(made), 3600);
	(void)X509_set_pubkey(made, key);
	assert_true(X509_sign(made, key, EVP_sha256()) > 0);
	return made;
}

static void
certificate_add(struct am_buf *out, EVP_PKEY *key)
{
	X509 *made = certificate_make(key);
	BIO *bio = BIO_new(BIO_s_mem());

	assert_int_equal(PEM_write_bio_X509(bio, made), 1);
	bio_add(out, bio);
	X509_free(made);
}

static json_t *
part_json(const char *text, size_t len)
{
	struct am_buf plain = am_buf(8192);
	json_t *json;

	assert_true(am_base64url_read(&plain, am_bytes(text, len)));
	json = json_loadb(am_buf_text(&plain), plain.len, 0, NULL);
	assert_non_null(json);
	am_buf_free(&plain);
	return json;
}

static const char *
word(const json_t *json, const char *name)
{
	return json_string_value(json_object_get(json, name));
}

static bool
signature_holds(const char *text, EVP_PKEY *key)
{
	const char *last = strrchr(text, '.');
	struct am_buf signature = am_buf(2048);
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	bool good;

	assert_true(am_base64url_read(&signature, am_bytes_of(last + 1)));
	good = EVP_DigestVerifyInit(ctx, NULL, EVP_sha256(), NULL, key) == 1 &&
	       EVP_DigestVerify(ctx, signature.data, signature.len,
				(const uint8_t *)text,
				(size_t)(last - text)) == 1;
	EVP_MD_CTX_free(ctx);
	am_buf_free(&signature);
	return good;
}

static const struct am_assertion claims = {
	.issuer = "client",
	.subject = "ann@example.org",
	.audience = "https://as.example/token",
	.scope = "https://mail.google.com/",
	.now = 1700000000,
};

static void
certificate_signs(void **state)
{
	struct am_buf pem = am_buf(65536), text = am_buf(65536);
	struct am_signing_key *key;
	struct am_error err = { 0 };
	json_t *head, *body;
	const char *dot;

	(void)state;
	certificate_add(&pem, rsa);
	key_add(&pem, rsa, NULL);
	assert_int_equal(am_signing_key_read(am_buf_bytes(&pem), &key, &err),
			 AM_OK);
	assert_true(am_signing_key_has_certificate(key));
	assert_null(am_signing_key_email(key));
	assert_int_equal(am_assertion_make(key, &claims, &text, &err), AM_OK);
	assert_true(signature_holds(am_buf_text(&text), rsa));
	assert_false(signature_holds(am_buf_text(&text), other));
	dot = strchr(am_buf_text(&text), '.');
	head = part_json(am_buf_text(&text), strcspn(am_buf_text(&text), "."));
	body = part_json(dot + 1, strcspn(dot + 1, "."));
	assert_string_equal(word(head, "alg"), "RS256");
	assert_int_equal(strlen(word(head, "x5t")), 27);
	assert_int_equal(strlen(word(head, "x5t#S256")), 43);
	assert_string_equal(word(body, "iss"), "client");
	assert_string_equal(word(body, "sub"), "ann@example.org");
	assert_string_equal(word(body, "aud"), "https://as.example/token");
	assert_true(strlen(word(body, "jti")) > 16);
	assert_int_equal(json_integer_value(json_object_get(body, "exp")),
			 1700000000 + AM_ASSERTION_LIFE_S);
	json_decref(head);
	json_decref(body);
	am_signing_key_close(key);
	am_buf_free(&pem);
	am_buf_free(&text);
}

static void
google_json(struct am_buf *out, EVP_PKEY *key, const char *type)
{
	struct am_buf pem = am_buf(65536);
	json_t *json;
	char *text;

	key_add(&pem, key, NULL);
	json = json_pack("{ssssssss}", "type", type, "private_key_id", "k1",
			 "private_key", am_buf_text(&pem), "client_email",
			 "sa@p.iam.gserviceaccount.com");
	text = json_dumps(json, 0);
	am_buf_add_text(out, text);
	free(text);
	json_decref(json);
	am_buf_free(&pem);
}

static void
service_account_signs(void **state)
{
	struct am_buf file = am_buf(65536), text = am_buf(65536);
	struct am_signing_key *key;
	struct am_error err = { 0 };
	json_t *head;

	(void)state;
	google_json(&file, rsa, "service_account");
	assert_int_equal(am_signing_key_read(am_buf_bytes(&file), &key, &err),
			 AM_OK);
	assert_string_equal(am_signing_key_email(key),
			    "sa@p.iam.gserviceaccount.com");
	assert_int_equal(am_assertion_make(key, &claims, &text, &err), AM_OK);
	assert_true(signature_holds(am_buf_text(&text), rsa));
	head = part_json(am_buf_text(&text), strcspn(am_buf_text(&text), "."));
	assert_string_equal(word(head, "kid"), "k1");
	json_decref(head);
	am_signing_key_close(key);
	am_buf_free(&file);
	am_buf_free(&text);
}

static void
refused(const struct am_buf *file, const char *mark)
{
	struct am_signing_key *key = NULL;
	struct am_error err = { 0 };

	assert_int_equal(am_signing_key_read(am_buf_bytes(file), &key, &err),
			 AM_AUTH);
	assert_null(key);
	if (strstr(err.text, mark) == NULL)
		fail_msg("\"%s\" does not say \"%s\"", err.text, mark);
}

static void
bad_keys(void **state)
{
	struct am_buf file = am_buf(1 << 20);
	EVP_PKEY *ec = EVP_EC_gen("P-256"), *weak = EVP_RSA_gen(1024);
	size_t i;

	(void)state;
	refused(&file, "no private key");
	am_buf_add_text(&file, "-----BEGIN PRIVATE KEY-----\nAAAA\n");
	refused(&file, "no private key");
	am_buf_clear(&file);
	key_add(&file, rsa, "secret");
	refused(&file, "without a passphrase");
	am_buf_clear(&file);
	key_add(&file, ec, NULL);
	refused(&file, "no RSA key");
	am_buf_clear(&file);
	key_add(&file, weak, NULL);
	refused(&file, "1024 bits");
	am_buf_clear(&file);
	key_add(&file, rsa, NULL);
	certificate_add(&file, other);
	refused(&file, "belong together");
	am_buf_clear(&file);
	google_json(&file, rsa, "authorized_user");
	refused(&file, "service account");
	am_buf_clear(&file);
	am_buf_add_text(&file, "{\"type\":\"service_account\"}");
	refused(&file, "client_email");
	am_buf_clear(&file);
	for (i = 0; i <= AM_ASSERTION_KEY_MAX; i++)
		am_buf_add_char(&file, 'x');
	refused(&file, "too long");
	am_buf_free(&file);
	EVP_PKEY_free(ec);
	EVP_PKEY_free(weak);
}

/* RFC 4648 10, and what is none. */
static void
base64url(void **state)
{
	static const struct {
		const char *text, *plain; /* NULL: none */
	} cases[] = {
		{ "", "" },
		{ "Zg", "f" },
		{ "Zm8", "fo" },
		{ "Zm9v", "foo" },
		{ "Zm9vYg", "foob" },
		{ "Zg==", "f" },
		{ "_-8", "\xff\xef" },
		{ "Zg+", NULL },
		{ "Z", NULL },
		{ "Z g", NULL },
		{ "Zm9v=Zg", NULL },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct am_buf out = am_buf(64);
		const bool good =
			am_base64url_read(&out, am_bytes_of(cases[i].text));

		assert_int_equal(good, cases[i].plain != NULL);
		if (good)
			assert_string_equal(am_buf_text(&out), cases[i].plain);
		am_buf_free(&out);
	}
}

/* --- jwt: what a token says of itself ----------------------------------- */

static const char *
token_make(const char *claims_text, const char *tail, struct am_buf *out)
{
	am_buf_clear(out);
	am_base64url_add(out, am_bytes_of("{\"alg\":\"none\"}"));
	am_buf_add_char(out, '.');
	am_base64url_add(out, am_bytes_of(claims_text));
	am_buf_add_text(out, tail);
	return am_buf_text(out);
}

static void
jwt_reads(void **state)
{
	struct am_buf out = am_buf(8192);
	struct am_arena arena = { 0 };
	struct am_jwt jwt = { 0 };

	(void)state;
	assert_int_equal(
		am_jwt_read(token_make("{\"iss\":\"https://as\",\"aud\":[\"a\","
				       "3,\"b\"],\"scp\":\"IMAP x\",\"upn\":"
				       "\"ann@x\",\"sub\":\"s\",\"appid\":"
				       "\"c\",\"iat\":10,\"exp\":99.5,\"nbf\":"
				       "\"z\"}",
				       ".sig", &out),
			    &arena, &jwt, NULL),
		AM_OK);
	assert_string_equal(jwt.issuer, "https://as");
	assert_string_equal(jwt.audience, "a b");
	assert_string_equal(jwt.scope, "IMAP x");
	assert_string_equal(jwt.user, "ann@x");
	assert_string_equal(jwt.client, "c");
	assert_int_equal(jwt.issued, 10);
	assert_int_equal(jwt.expires, 99);
	assert_int_equal(jwt.not_before, 0);
	am_arena_free(&arena);
	am_buf_free(&out);
}

static void
jwt_opaque(void **state)
{
	static const char *const tokens[] = {
		"",	     "opaque",	"a.b",	    "a.b.c",
		"ya29.x.y",  "....",	"e30.e30.", "e30.e30.x.y.z",
		"W10.W10.x", "e30.e30", "e30.@@.x",
	};
	struct am_buf out = am_buf(65536);
	struct am_arena arena = { 0 };
	struct am_jwt jwt = { 0 };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(tokens) / sizeof(tokens[0]); i++)
		assert_int_equal(am_jwt_read(tokens[i], &arena, &jwt, NULL),
				 AM_NOT_FOUND);
	/* times that no calendar has */
	assert_int_equal(am_jwt_read(token_make("{\"exp\":1e300,\"iat\":-4}",
						".s", &out),
				     &arena, &jwt, NULL),
			 AM_OK);
	assert_int_equal(jwt.expires, 0);
	assert_int_equal(jwt.issued, 0);
	am_arena_free(&arena);
	am_buf_free(&out);
}

static int
keys_make(void **state)
{
	(void)state;
	rsa = EVP_RSA_gen(2048);
	other = EVP_RSA_gen(2048);
	return rsa != NULL && other != NULL ? 0 : -1;
}

static int
keys_free(void **state)
{
	(void)state;
	EVP_PKEY_free(rsa);
	EVP_PKEY_free(other);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(certificate_signs),
		cmocka_unit_test(service_account_signs),
		cmocka_unit_test(bad_keys),
		cmocka_unit_test(base64url),
		cmocka_unit_test(jwt_reads),
		cmocka_unit_test(jwt_opaque),
	};

	return cmocka_run_group_tests(tests, keys_make, keys_free);
}
