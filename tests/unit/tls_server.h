/* A server for the tests of net/: a child process on a loopback port, with
 * certificates made on the spot. */
#ifndef AM_TESTS_TLS_SERVER_H
#define AM_TESTS_TLS_SERVER_H

#include <netinet/in.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum { TLS_SERVER_DAY = 24 * 60 * 60 };

struct tls_identity {
	EVP_PKEY *key;
	X509 *certificate;
};

static inline void
tls_identity_free(struct tls_identity *identity)
{
	EVP_PKEY_free(identity->key);
	X509_free(identity->certificate);
}

static inline void
tls_extension(X509 *certificate, int nid, const char *value)
{
	X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, NULL, nid, value);

	(void)X509_add_ext(certificate, extension, -1);
	X509_EXTENSION_free(extension);
}

/* issuer NULL: signed by itself, as an authority when san is NULL. Days from
 * now. */
static inline struct tls_identity
tls_identity(const struct tls_identity *issuer, const char *san, int first_day,
	     int last_day)
{
	static long serial = 1;
	struct tls_identity made = { EVP_EC_gen("P-256"), X509_new() };
	const struct tls_identity *signer = issuer != NULL ? issuer : &made;
	X509_NAME *name = X509_get_subject_name(made.certificate);
	char common[32];

	(void)snprintf(common, sizeof(common), "test %s %ld",
		       issuer == NULL ? "authority" : "server", serial);
	(void)X509_set_version(made.certificate, X509_VERSION_3);
	(void)ASN1_INTEGER_set(X509_get_serialNumber(made.certificate),
			       serial++);
	(void)X509_gmtime_adj(X509_getm_notBefore(made.certificate),
			      (long)first_day * TLS_SERVER_DAY);
	(void)X509_gmtime_adj(X509_getm_notAfter(made.certificate),
			      (long)last_day * TLS_SERVER_DAY);
	(void)X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
					 (const unsigned char *)common, -1, -1,
					 0);
	(void)X509_set_issuer_name(made.certificate,
				   X509_get_subject_name(signer->certificate));
	(void)X509_set_pubkey(made.certificate, made.key);
	if (san != NULL)
		tls_extension(made.certificate, NID_subject_alt_name, san);
	else
		tls_extension(made.certificate, NID_basic_constraints,
			      "critical,CA:TRUE");
	(void)X509_sign(made.certificate, signer->key, EVP_sha256());
	return made;
}

/* Writes the certificate as PEM to path. */
static inline bool
tls_identity_save(const struct tls_identity *identity, const char *path)
{
	FILE *file = fopen(path, "w");
	bool good = file != NULL &&
		    PEM_write_X509(file, identity->certificate) == 1;

	if (file != NULL)
		good = fclose(file) == 0 && good;
	return good;
}

/* What the child does with its one connection. It may begin TLS with
 * tls_server_accept. */
typedef void tls_server_talk(int fd, SSL_CTX *ctx, const void *arg);

struct tls_server {
	pid_t pid;
	uint16_t port;
};

/* Blocking TLS on fd; NULL if the client does not agree. */
static inline SSL *
tls_server_accept(int fd, SSL_CTX *ctx)
{
	SSL *ssl = SSL_new(ctx);

	(void)SSL_set_fd(ssl, fd);
	if (SSL_accept(ssl) == 1)
		return ssl;
	SSL_free(ssl);
	return NULL;
}

static inline void
tls_server_child(int listener, const struct tls_identity *identity,
		 int max_version, tls_server_talk *talk, const void *arg)
{
	SSL_CTX *ctx = SSL_CTX_new(TLS_server_method());
	const int fd = accept(listener, NULL, NULL);

	(void)signal(SIGPIPE, SIG_IGN);
	(void)alarm(60); /* never left behind */
	if (identity != NULL) {
		(void)SSL_CTX_use_certificate(ctx, identity->certificate);
		(void)SSL_CTX_use_PrivateKey(ctx, identity->key);
	}
	if (max_version != 0) {
		SSL_CTX_set_security_level(ctx, 0);
		(void)SSL_CTX_set_min_proto_version(ctx, TLS1_VERSION);
		(void)SSL_CTX_set_max_proto_version(ctx, max_version);
	}
	talk(fd, ctx, arg);
	_exit(0);
}

/* max_version 0: whatever there is. */
static inline struct tls_server
tls_server_start(const struct tls_identity *identity, int max_version,
		 tls_server_talk *talk, const void *arg)
{
	struct sockaddr_in address = {
		.sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	socklen_t size = sizeof(address);
	struct tls_server server = { 0 };
	const int listener = socket(AF_INET, SOCK_STREAM, 0);

	if (bind(listener, (const struct sockaddr *)&address, size) != 0 ||
	    listen(listener, 1) != 0 ||
	    getsockname(listener, (struct sockaddr *)&address, &size) != 0)
		return server;
	server.port = ntohs(address.sin_port);
	server.pid = fork();
	if (server.pid == 0)
		tls_server_child(listener, identity, max_version, talk, arg);
	(void)close(listener);
	return server;
}

static inline void
tls_server_stop(struct tls_server *server)
{
	(void)kill(server->pid, SIGKILL);
	(void)waitpid(server->pid, NULL, 0);
}

#endif
