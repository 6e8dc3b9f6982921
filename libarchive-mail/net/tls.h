/* TLS 1.2 and later on a connected socket, by OpenSSL. The certificate must
 * lead to a trusted authority and name the host; there is no way around. */
#ifndef AM_NET_TLS_H
#define AM_NET_TLS_H

#include "base/buf.h"

struct am_tls;

/* What a call that does not wait came to. */
enum am_tls_wait {
	AM_TLS_DONE,  /* at least one byte, or the handshake */
	AM_TLS_READ,  /* again when the socket can be read */
	AM_TLS_WRITE, /* again when it can be written */
	AM_TLS_END    /* the peer has closed */
};

/* Prepares TLS to host on the non-blocking socket fd (both borrowed until
 * am_tls_close). ca_file: PEM, NULL for the authorities of the system. tls_out:
 * caller closes with am_tls_close. AM_IO: ca_file cannot be read. */
enum am_status am_tls_open(int fd, const char *host, const char *ca_file,
			   struct am_tls **tls_out, struct am_error *err);

/* One step of the handshake. AM_PROTOCOL: no TLS, a version too old, or a
 * certificate that does not hold, and what to do. AM_NETWORK. */
enum am_status am_tls_handshake(struct am_tls *tls, enum am_tls_wait *wait_out,
				struct am_error *err);

/* As read and write; what came or went is len_out. */
enum am_status
am_tls_read(struct am_tls *tls, uint8_t *to, size_t size, size_t *len_out,
	    enum am_tls_wait *wait_out, struct am_error *err);
enum am_status
am_tls_write(struct am_tls *tls, struct am_bytes bytes, size_t *len_out,
	     enum am_tls_wait *wait_out, struct am_error *err);

/* "TLSv1.3 TLS_AES_256_GCM_SHA384, certificate of CN until 2027-01-01", for
 * people; appended to text. */
void am_tls_describe(const struct am_tls *tls, struct am_buf *text);

/* Says goodbye without waiting for the answer. NULL is fine. */
void am_tls_close(struct am_tls *tls);

#endif
