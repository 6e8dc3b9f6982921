/* TLS on a connected socket. */
#include "net/tls.h"

#include <arpa/inet.h>
#include <errno.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <sys/socket.h>

#include "base/alloc.h"
#include "base/time.h"

struct am_tls {
	SSL_CTX *ctx;
	SSL *ssl;
	BIO_METHOD *method;
	const char *host; /* borrowed; for texts */
};

/* OpenSSL's own socket BIO uses write, which raises SIGPIPE; a library has no
 * business with the signals of the program. */
static int
socket_write(BIO *bio, const char *bytes, int len)
{
	ssize_t done;

	BIO_clear_retry_flags(bio);
	do {
		done = send((int)(intptr_t)BIO_get_data(bio), bytes,
			    (size_t)len, MSG_NOSIGNAL);
	} while (done < 0 && errno == EINTR);
	if (done < 0 && errno == EAGAIN)
		BIO_set_retry_write(bio);
	return (int)done;
}

static int
socket_read(BIO *bio, char *bytes, int size)
{
	ssize_t done;

	BIO_clear_retry_flags(bio);
	do {
		done = recv((int)(intptr_t)BIO_get_data(bio), bytes,
			    (size_t)size, 0);
	} while (done < 0 && errno == EINTR);
	if (done < 0 && errno == EAGAIN)
		BIO_set_retry_read(bio);
	return (int)done;
}

static long
socket_ctrl(BIO *bio, int command, long number, void *pointer)
{
	(void)bio;
	(void)number;
	(void)pointer;
	return command == BIO_CTRL_FLUSH;
}

static bool
socket_bio_attach(struct am_tls *tls, int fd)
{
	BIO *bio;

	tls->method = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK,
				   "socket without SIGPIPE");
	if (tls->method == NULL ||
	    BIO_meth_set_write(tls->method, socket_write) != 1 ||
	    BIO_meth_set_read(tls->method, socket_read) != 1 ||
	    BIO_meth_set_ctrl(tls->method, socket_ctrl) != 1)
		return false;
	bio = BIO_new(tls->method);
	if (bio == NULL)
		return false;
	BIO_set_data(bio, (void *)(intptr_t)fd);
	BIO_set_init(bio, 1);
	SSL_set_bio(tls->ssl, bio, bio);
	return true;
}

static bool
is_address(const char *host)
{
	uint8_t address[16];

	return inet_pton(AF_INET, host, address) == 1 ||
	       inet_pton(AF_INET6, host, address) == 1;
}

/* The certificate must name the host: RFC 6125, with a wildcard only as a
 * whole first label. */
static bool
host_expect(SSL *ssl, const char *host)
{
	X509_VERIFY_PARAM *param = SSL_get0_param(ssl);

	SSL_set_hostflags(ssl, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
	if (is_address(host))
		return X509_VERIFY_PARAM_set1_ip_asc(param, host) == 1;
	return SSL_set1_host(ssl, host) == 1 &&
	       SSL_set_tlsext_host_name(ssl, host) == 1;
}

static enum am_status
authorities_load(SSL_CTX *ctx, const char *ca_file, struct am_error *err)
{
	if (ca_file == NULL) {
		if (SSL_CTX_set_default_verify_paths(ctx) != 1)
			return am_nomem(err);
		return AM_OK;
	}
	if (SSL_CTX_load_verify_file(ctx, ca_file) != 1)
		return am_fail(err, AM_IO,
			       "%s holds no certificates (PEM) that can be "
			       "read",
			       ca_file);
	return AM_OK;
}

static enum am_status
tls_prepare(struct am_tls *tls, int fd, const char *host, const char *ca_file,
	    struct am_error *err)
{
	tls->host = host;
	tls->ctx = SSL_CTX_new(TLS_client_method());
	if (tls->ctx == NULL ||
	    SSL_CTX_set_min_proto_version(tls->ctx, TLS1_2_VERSION) != 1)
		return am_nomem(err);
	(void)SSL_CTX_set_options(tls->ctx, SSL_OP_NO_RENEGOTIATION);
	SSL_CTX_set_verify(tls->ctx, SSL_VERIFY_PEER, NULL);
	SSL_CTX_set_mode(tls->ctx, SSL_MODE_ENABLE_PARTIAL_WRITE |
					   SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
					   SSL_MODE_RELEASE_BUFFERS);
	AM_TRY(authorities_load(tls->ctx, ca_file, err));
	tls->ssl = SSL_new(tls->ctx);
	if (tls->ssl == NULL || !host_expect(tls->ssl, host) ||
	    !socket_bio_attach(tls, fd))
		return am_nomem(err);
	SSL_set_connect_state(tls->ssl);
	return AM_OK;
}

enum am_status
am_tls_open(int fd, const char *host, const char *ca_file,
	    struct am_tls **tls_out, struct am_error *err)
{
	struct am_tls *tls = am_alloc(sizeof(*tls));
	enum am_status status;

	if (tls == NULL)
		return am_nomem(err);
	ERR_clear_error();
	status = tls_prepare(tls, fd, host, ca_file, err);
	if (status != AM_OK) {
		am_tls_close(tls);
		return status;
	}
	*tls_out = tls;
	return AM_OK;
}

void
am_tls_close(struct am_tls *tls)
{
	if (tls == NULL)
		return;
	if (tls->ssl != NULL) {
		ERR_clear_error();
		if (SSL_is_init_finished(tls->ssl))
			(void)SSL_shutdown(tls->ssl);
	}
	SSL_free(tls->ssl);
	SSL_CTX_free(tls->ctx);
	BIO_meth_free(tls->method);
	am_free(tls);
}

/* What a certificate was refused for, and what helps. */
static const struct verify_hint {
	long result;
	const char *hint;
} verify_hints[] = {
	{ X509_V_ERR_CERT_HAS_EXPIRED,
	  "has expired, or the clock of this machine is wrong" },
	{ X509_V_ERR_CERT_NOT_YET_VALID,
	  "is not valid yet; is the clock of this machine right?" },
	{ X509_V_ERR_HOSTNAME_MISMATCH,
	  "is for another name; check the host, or somebody is in between" },
	{ X509_V_ERR_IP_ADDRESS_MISMATCH,
	  "does not name that address; give the host by its name" },
	{ X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT,
	  "is signed by itself; if you trust it, give it with --ca-file" },
	{ X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN,
	  "comes from an unknown authority; if you trust it, give its "
	  "certificate with --ca-file" },
	{ X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY,
	  "comes from an unknown authority; are the system's certificates "
	  "(ca-certificates) installed? Else give its certificate with "
	  "--ca-file" },
	{ X509_V_ERR_CERT_REVOKED, "was revoked" },
};

static enum am_status
certificate_fail(const struct am_tls *tls, long result, struct am_error *err)
{
	const size_t count = sizeof(verify_hints) / sizeof(verify_hints[0]);
	size_t i;

	for (i = 0; i < count; i++)
		if (verify_hints[i].result == result)
			return am_fail(err, AM_PROTOCOL,
				       "the certificate of %s %s", tls->host,
				       verify_hints[i].hint);
	return am_fail(err, AM_PROTOCOL, "the certificate of %s: %s", tls->host,
		       X509_verify_cert_error_string(result));
}

/* The library of OpenSSL's newest error, or its reason, as text. */
static enum am_status
protocol_fail(const struct am_tls *tls, struct am_error *err)
{
	const unsigned long number = ERR_peek_last_error();
	const char *reason = ERR_reason_error_string(number);

	switch (ERR_GET_REASON(number)) {
	case SSL_R_WRONG_VERSION_NUMBER:
		return am_fail(err, AM_PROTOCOL,
			       "%s does not speak TLS at that port; is it the "
			       "port for STARTTLS (143)?",
			       tls->host);
	case SSL_R_TLSV1_ALERT_PROTOCOL_VERSION:
	case SSL_R_UNSUPPORTED_PROTOCOL:
		return am_fail(err, AM_PROTOCOL,
			       "%s has no TLS 1.2 or later, and what is older "
			       "is not safe",
			       tls->host);
	default:
		return am_fail(err, AM_PROTOCOL, "TLS with %s failed: %s",
			       tls->host,
			       reason != NULL ? reason : "no reason given");
	}
}

/* What SSL_get_error makes of result. A connection cut off without goodbye is
 * an end too: what was cut is told by the protocol above. */
static enum am_status
tls_outcome(struct am_tls *tls, int result, enum am_tls_wait *wait_out,
	    struct am_error *err)
{
	const int number = errno;
	const long verify = SSL_get_verify_result(tls->ssl);

	switch (SSL_get_error(tls->ssl, result)) {
	case SSL_ERROR_NONE:
		*wait_out = AM_TLS_DONE;
		return AM_OK;
	case SSL_ERROR_WANT_READ:
		*wait_out = AM_TLS_READ;
		return AM_OK;
	case SSL_ERROR_WANT_WRITE:
		*wait_out = AM_TLS_WRITE;
		return AM_OK;
	case SSL_ERROR_ZERO_RETURN:
		*wait_out = AM_TLS_END;
		return AM_OK;
	case SSL_ERROR_SYSCALL:
		if (ERR_peek_error() == 0 && number != 0)
			return am_fail(err, AM_NETWORK, "%s: %s", tls->host,
				       strerror(number));
		*wait_out = AM_TLS_END;
		return AM_OK;
	default:
		break;
	}
	if (ERR_GET_REASON(ERR_peek_last_error()) ==
	    SSL_R_UNEXPECTED_EOF_WHILE_READING) {
		*wait_out = AM_TLS_END;
		return AM_OK;
	}
	if (!SSL_is_init_finished(tls->ssl) && verify != X509_V_OK)
		return certificate_fail(tls, verify, err);
	return protocol_fail(tls, err);
}

enum am_status
am_tls_handshake(struct am_tls *tls, enum am_tls_wait *wait_out,
		 struct am_error *err)
{
	ERR_clear_error();
	errno = 0;
	return tls_outcome(tls, SSL_do_handshake(tls->ssl), wait_out, err);
}

enum am_status
am_tls_read(struct am_tls *tls, uint8_t *to, size_t size, size_t *len_out,
	    enum am_tls_wait *wait_out, struct am_error *err)
{
	*len_out = 0;
	ERR_clear_error();
	errno = 0;
	return tls_outcome(tls, SSL_read_ex(tls->ssl, to, size, len_out),
			   wait_out, err);
}

enum am_status
am_tls_write(struct am_tls *tls, struct am_bytes bytes, size_t *len_out,
	     enum am_tls_wait *wait_out, struct am_error *err)
{
	*len_out = 0;
	ERR_clear_error();
	errno = 0;
	return tls_outcome(
		tls, SSL_write_ex(tls->ssl, bytes.data, bytes.len, len_out),
		wait_out, err);
}

/* "2027-01-01" of the certificate's last day. */
static void
last_day(const X509 *certificate, char text[AM_TIME_TEXT_SIZE])
{
	struct tm last = { 0 };

	if (ASN1_TIME_to_tm(X509_get0_notAfter(certificate), &last) != 1)
		return;
	am_time_iso(am_time_from_civil(last.tm_year + 1900, last.tm_mon + 1,
				       last.tm_mday, 0, 0, 0),
		    text);
	text[10] = '\0';
}

void
am_tls_describe(const struct am_tls *tls, struct am_buf *text)
{
	X509 *certificate = SSL_get0_peer_certificate(tls->ssl);
	char until[AM_TIME_TEXT_SIZE] = "?", name[128] = "?";

	if (certificate != NULL) {
		(void)X509_NAME_get_text_by_NID(
			X509_get_subject_name(certificate), NID_commonName,
			name, (int)sizeof(name));
		last_day(certificate, until);
	}
	am_buf_printf(text, "%s %s, certificate of %s until %s",
		      SSL_get_version(tls->ssl), SSL_get_cipher(tls->ssl), name,
		      until);
}
