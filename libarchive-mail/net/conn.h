/* A connection to a server: TCP, TLS on it, DEFLATE in it, and a queue of
 * bytes each way.
 *
 * Nothing here waits but am_conn_open and am_conn_step. The owner queues what
 * it has to say, takes from the input what it understands, and calls step when
 * it can do neither; step moves bytes in both directions, so replies are read
 * while a long message is written, and two full pipes cannot block each
 * other. Both queues are bounded: when the input is full nothing more is read
 * until some of it is used.
 *
 * Not for several threads at once. */
#ifndef AM_NET_CONN_H
#define AM_NET_CONN_H

#include <stdatomic.h>

#include "base/buf.h"

enum {
	AM_CONN_QUEUE_MAX = 256 << 10,	/* bytes, of each queue */
	AM_CONN_CONNECT_MS = 30 * 1000, /* for TCP, and again for TLS */
	AM_CONN_IDLE_MS = 5 * 60 * 1000 /* without a byte either way; servers
					   think long over a large APPEND */
};

enum am_conn_stage {
	AM_CONN_RESOLVE, /* the name */
	AM_CONN_CONNECT, /* TCP */
	AM_CONN_TLS,
	AM_CONN_OPEN
};

/* Zero is the default. Strings are borrowed until am_conn_close. */
struct am_conn_options {
	const char *host; /* name or address; the certificate must name it */
	uint16_t port;
	bool plain;		 /* no TLS, or later with am_conn_start_tls */
	const char *ca_file;	 /* PEM; NULL: the system's authorities */
	unsigned connect_ms;	 /* AM_CONN_CONNECT_MS */
	unsigned idle_ms;	 /* AM_CONN_IDLE_MS */
	const atomic_bool *stop; /* ends every wait with AM_INTERRUPTED */
};

struct am_conn;

/* stage_out (may be NULL): how far it came, also when it fails. conn_out:
 * caller closes with am_conn_close. AM_NETWORK: no connection; AM_PROTOCOL:
 * TLS or the certificate; AM_INTERRUPTED, AM_NOMEM; AM_IO: ca_file. */
enum am_status am_conn_open(const struct am_conn_options *options,
			    enum am_conn_stage *stage_out,
			    struct am_conn **conn_out, struct am_error *err);

/* The same on a socket that is connected already, which becomes the
 * connection's on success: without TLS. AM_NOMEM, AM_IO. */
enum am_status am_conn_attach(int fd, const struct am_conn_options *options,
			      struct am_conn **conn_out, struct am_error *err);

/* What has come and is not used; borrowed until step or use. */
struct am_bytes am_conn_input(const struct am_conn *conn);
void am_conn_use(struct am_conn *conn, size_t len);

/* Queues as much of bytes as there is room for; queued_out says how much. The
 * bytes leave with the next step. AM_NOMEM. */
enum am_status am_conn_queue(struct am_conn *conn, struct am_bytes bytes,
			     size_t *queued_out, struct am_error *err);

/* Bytes that are queued and not yet with the system. */
size_t am_conn_queued(const struct am_conn *conn);

/* Waits until something came, or something queued went. AM_NETWORK: the peer
 * closed the connection (after all that it said has come), or neither happened
 * within idle_ms; AM_PROTOCOL, AM_INTERRUPTED. */
enum am_status am_conn_step(struct am_conn *conn, struct am_error *err);

/* Another idle_ms from the next step on. */
void am_conn_set_idle(struct am_conn *conn, unsigned idle_ms);

/* From here on TLS, after STARTTLS was answered. Input that is there already
 * was said before the encryption, and somebody else may have said it:
 * AM_PROTOCOL (CVE-2011-0411). */
enum am_status am_conn_start_tls(struct am_conn *conn, struct am_error *err);
bool am_conn_is_encrypted(const struct am_conn *conn);

/* From here on DEFLATE both ways: after COMPRESS was answered, with nothing
 * queued and no input. */
enum am_status
am_conn_start_deflate(struct am_conn *conn, struct am_error *err);

/* Bytes of the payload, before compression, and of the wire. */
struct am_conn_count {
	uint64_t said, heard;
	uint64_t sent, received;
};
struct am_conn_count am_conn_count(const struct am_conn *conn);

/* How long steps have waited, in microseconds. */
struct am_conn_waits {
	uint64_t write_us; /* with bytes that are not on their way */
	uint64_t read_us;  /* for something to come, with all of them sent */
	/* The peer took no more, as the system says: mostly a part of write_us,
	 * but also between the steps. 0: the system does not say. */
	uint64_t window_us;
};
struct am_conn_waits am_conn_waits(const struct am_conn *conn);

/* About the encryption, for people; appended to text. */
void am_conn_describe(const struct am_conn *conn, struct am_buf *text);

/* What is queued is dropped. NULL is fine. */
void am_conn_close(struct am_conn *conn);

#endif
