/* A connection to a server. */
#include "net/conn.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/alloc.h"
#include "net/deflate.h"
#include "net/queue.h"
#include "net/socket.h"
#include "net/tls.h"

enum { READ_SIZE = 16 << 10 };

struct am_conn {
	struct am_conn_options options;
	int fd;
	struct am_tls *tls;		   /* NULL: none */
	struct am_deflate *deflate;	   /* NULL: none */
	struct am_queue input, output;	   /* payload */
	struct am_queue wire_in, wire_out; /* used with DEFLATE only */
	enum am_tls_wait read_wait, write_wait;
	bool at_end;	      /* nothing more comes */
	bool write_lost;      /* nothing more goes; what comes still counts */
	struct am_error lost; /* why */
	struct am_conn_count count;
};

static enum am_status
conn_handshake(struct am_conn *conn, struct am_error *err)
{
	const struct am_deadline deadline =
		am_deadline_in(conn->options.connect_ms);
	const char *host = conn->options.host;

	AM_TRY(am_tls_open(conn->fd, host, conn->options.ca_file, &conn->tls,
			   err));
	for (;;) {
		enum am_tls_wait wait;
		enum am_status status;

		AM_TRY(am_tls_handshake(conn->tls, &wait, err));
		if (wait == AM_TLS_DONE)
			return AM_OK;
		if (wait == AM_TLS_END)
			return am_fail(err, AM_NETWORK,
				       "%s closed the connection while TLS "
				       "began",
				       host);
		status = am_socket_wait(conn->fd,
					wait == AM_TLS_READ ? POLLIN : POLLOUT,
					deadline, conn->options.stop, err);
		if (status == AM_END)
			return am_fail(err, AM_NETWORK,
				       "%s does not go on with TLS; is it the "
				       "right port?",
				       host);
		AM_TRY(status);
	}
}

static enum am_status
conn_connect(struct am_conn *conn, enum am_conn_stage *stage,
	     struct am_error *err)
{
	const struct am_conn_options *options = &conn->options;
	struct addrinfo *found = NULL;
	enum am_status status;

	AM_TRY(am_socket_resolve(options->host, options->port, &found, err));
	*stage = AM_CONN_CONNECT;
	status = am_socket_connect(found, options->host,
				   am_deadline_in(options->connect_ms),
				   options->stop, &conn->fd, err);
	freeaddrinfo(found);
	if (status != AM_OK || options->plain)
		return status;
	*stage = AM_CONN_TLS;
	return conn_handshake(conn, err);
}

static struct am_conn_options
options_with_defaults(const struct am_conn_options *given)
{
	struct am_conn_options options = *given;

	if (options.connect_ms == 0)
		options.connect_ms = AM_CONN_CONNECT_MS;
	if (options.idle_ms == 0)
		options.idle_ms = AM_CONN_IDLE_MS;
	return options;
}

static struct am_conn *
conn_new(const struct am_conn_options *options)
{
	struct am_conn *conn = am_alloc(sizeof(*conn));

	if (conn == NULL)
		return NULL;
	conn->fd = -1;
	conn->options = options_with_defaults(options);
	conn->input = am_queue(AM_CONN_QUEUE_MAX);
	conn->output = am_queue(AM_CONN_QUEUE_MAX);
	conn->wire_in = am_queue(AM_CONN_QUEUE_MAX);
	conn->wire_out = am_queue(AM_CONN_QUEUE_MAX);
	return conn;
}

enum am_status
am_conn_open(const struct am_conn_options *options,
	     enum am_conn_stage *stage_out, struct am_conn **conn_out,
	     struct am_error *err)
{
	struct am_conn *conn = conn_new(options);
	enum am_conn_stage stage = AM_CONN_RESOLVE;
	enum am_status status;

	if (conn == NULL)
		return am_nomem(err);
	status = conn_connect(conn, &stage, err);
	if (status == AM_OK) {
		stage = AM_CONN_OPEN;
		*conn_out = conn;
	} else {
		am_conn_close(conn);
	}
	if (stage_out != NULL)
		*stage_out = stage;
	return status;
}

enum am_status
am_conn_attach(int fd, const struct am_conn_options *options,
	       struct am_conn **conn_out, struct am_error *err)
{
	const int flags = fcntl(fd, F_GETFL);
	struct am_conn *conn;

	if (flags < 0 || fcntl(fd, F_SETFL, flags | O_NONBLOCK) < 0)
		return am_fail(err, AM_IO, "%s: %s", options->host,
			       strerror(errno));
	conn = conn_new(options);
	if (conn == NULL)
		return am_nomem(err);
	conn->fd = fd;
	*conn_out = conn;
	return AM_OK;
}

void
am_conn_close(struct am_conn *conn)
{
	if (conn == NULL)
		return;
	am_tls_close(conn->tls);
	am_deflate_close(conn->deflate);
	if (conn->fd >= 0)
		(void)close(conn->fd);
	am_queue_free(&conn->input);
	am_queue_free(&conn->output);
	am_queue_free(&conn->wire_in);
	am_queue_free(&conn->wire_out);
	am_free(conn);
}

struct am_bytes
am_conn_input(const struct am_conn *conn)
{
	return am_queue_bytes(&conn->input);
}

void
am_conn_use(struct am_conn *conn, size_t len)
{
	am_queue_use(&conn->input, len);
}

enum am_status
am_conn_queue(struct am_conn *conn, struct am_bytes bytes, size_t *queued_out,
	      struct am_error *err)
{
	AM_TRY(am_queue_add(&conn->output, bytes, queued_out, err));
	conn->count.said += *queued_out;
	return AM_OK;
}

size_t
am_conn_queued(const struct am_conn *conn)
{
	return am_queue_len(&conn->output) + am_queue_len(&conn->wire_out);
}

struct am_conn_count
am_conn_count(const struct am_conn *conn)
{
	return conn->count;
}

/* One read of the plain socket, in the terms of TLS. */
static enum am_status
socket_read(struct am_conn *conn, uint8_t *to, size_t size, size_t *len_out,
	    enum am_tls_wait *wait_out, struct am_error *err)
{
	ssize_t len;

	*len_out = 0;
	do {
		len = recv(conn->fd, to, size, 0);
	} while (len < 0 && errno == EINTR);
	*wait_out = AM_TLS_READ;
	if (len < 0 && errno != EAGAIN)
		return am_fail(err, AM_NETWORK, "%s: %s", conn->options.host,
			       strerror(errno));
	if (len == 0)
		*wait_out = AM_TLS_END;
	if (len > 0) {
		*wait_out = AM_TLS_DONE;
		*len_out = (size_t)len;
	}
	return AM_OK;
}

static enum am_status
socket_write(struct am_conn *conn, struct am_bytes bytes, size_t *len_out,
	     enum am_tls_wait *wait_out, struct am_error *err)
{
	ssize_t len;

	*len_out = 0;
	do {
		len = send(conn->fd, bytes.data, bytes.len, MSG_NOSIGNAL);
	} while (len < 0 && errno == EINTR);
	*wait_out = AM_TLS_WRITE;
	if (len < 0 && errno != EAGAIN)
		return am_fail(err, AM_NETWORK, "%s: %s", conn->options.host,
			       strerror(errno));
	if (len > 0) {
		*wait_out = AM_TLS_DONE;
		*len_out = (size_t)len;
	}
	return AM_OK;
}

/* A connection that broke still gives what it said before. */
static enum am_status
conn_lost(struct am_conn *conn, enum am_status status, struct am_error *err)
{
	if (status == AM_NETWORK) {
		conn->lost = *err;
		conn->at_end = true;
		return AM_OK;
	}
	return status;
}

/* Reads once if there is room; whether anything came. */
static enum am_status
conn_read(struct am_conn *conn, bool *moved, struct am_error *err)
{
	struct am_queue *queue =
		conn->deflate != NULL ? &conn->wire_in : &conn->input;
	const size_t space = am_queue_space(queue);
	const size_t size = space < READ_SIZE ? space : READ_SIZE;
	uint8_t *room;
	size_t len;
	enum am_status status;

	if (size == 0 || conn->at_end)
		return AM_OK;
	room = am_queue_room(queue, size);
	if (room == NULL)
		return am_nomem(err);
	status = conn->tls != NULL ? am_tls_read(conn->tls, room, size, &len,
						 &conn->read_wait, err)
				   : socket_read(conn, room, size, &len,
						 &conn->read_wait, err);
	if (status != AM_OK)
		return conn_lost(conn, status, err);
	conn->at_end = conn->read_wait == AM_TLS_END;
	am_queue_filled(queue, len);
	conn->count.received += len;
	*moved = *moved || len > 0;
	return AM_OK;
}

/* Writes once if there is something; whether anything went. */
static enum am_status
conn_write(struct am_conn *conn, bool *moved, struct am_error *err)
{
	struct am_queue *queue =
		conn->deflate != NULL ? &conn->wire_out : &conn->output;
	const struct am_bytes bytes = am_queue_bytes(queue);
	size_t len;
	enum am_status status;

	if (bytes.len == 0 || conn->write_lost)
		return AM_OK;
	status = conn->tls != NULL ? am_tls_write(conn->tls, bytes, &len,
						  &conn->write_wait, err)
				   : socket_write(conn, bytes, &len,
						  &conn->write_wait, err);
	if (status == AM_NETWORK) {
		conn->lost = *err;
		conn->write_lost = true;
		return AM_OK;
	}
	AM_TRY(status);
	if (conn->write_wait == AM_TLS_END)
		conn->write_lost = true;
	am_queue_use(queue, len);
	conn->count.sent += len;
	*moved = *moved || len > 0;
	return AM_OK;
}

static enum am_status
conn_unpack(struct am_conn *conn, struct am_error *err)
{
	if (conn->deflate == NULL)
		return AM_OK;
	return am_deflate_read(conn->deflate, &conn->wire_in, &conn->input,
			       err);
}

static enum am_status
conn_pack(struct am_conn *conn, struct am_error *err)
{
	if (conn->deflate == NULL)
		return AM_OK;
	return am_deflate_write(conn->deflate, &conn->output, &conn->wire_out,
				err);
}

/* Events of poll that could move something; 0: none. */
static short
conn_events(const struct am_conn *conn)
{
	const struct am_queue *in =
		conn->deflate != NULL ? &conn->wire_in : &conn->input;
	short events = 0;

	if (!conn->at_end && am_queue_space(in) > 0)
		events |= conn->read_wait == AM_TLS_WRITE ? POLLOUT : POLLIN;
	if (!conn->write_lost && am_conn_queued(conn) > 0)
		events |= conn->write_wait == AM_TLS_READ ? POLLIN : POLLOUT;
	return events;
}

static enum am_status
conn_wait(struct am_conn *conn, struct am_deadline deadline,
	  struct am_error *err)
{
	const short events = conn_events(conn);
	enum am_status status;

	if (events == 0)
		return am_fail(err, AM_CORRUPT,
			       "waiting for %s with a full input",
			       conn->options.host);
	status = am_socket_wait(conn->fd, events, deadline, conn->options.stop,
				err);
	if (status == AM_END)
		return am_fail(
			err, AM_NETWORK, "%s has not answered for %u seconds",
			conn->options.host, conn->options.idle_ms / 1000);
	return status;
}

static enum am_status
conn_end(const struct am_conn *conn, struct am_error *err)
{
	if (conn->lost.status == AM_NETWORK) {
		*err = conn->lost;
		return AM_NETWORK;
	}
	return am_fail(err, AM_NETWORK, "%s closed the connection",
		       conn->options.host);
}

enum am_status
am_conn_step(struct am_conn *conn, struct am_error *err)
{
	const struct am_deadline deadline =
		am_deadline_in(conn->options.idle_ms);
	const size_t before = am_queue_len(&conn->input);

	for (;;) {
		const size_t queued = am_conn_queued(conn);
		bool moved = false;

		AM_TRY(conn_pack(conn, err));
		AM_TRY(conn_write(conn, &moved, err));
		AM_TRY(conn_read(conn, &moved, err));
		AM_TRY(conn_unpack(conn, err));
		conn->count.heard += am_queue_len(&conn->input) - before;
		if (am_queue_len(&conn->input) > before ||
		    am_conn_queued(conn) < queued)
			return AM_OK;
		if (conn->at_end)
			return conn_end(conn, err);
		if (!moved)
			AM_TRY(conn_wait(conn, deadline, err));
	}
}

void
am_conn_set_idle(struct am_conn *conn, unsigned idle_ms)
{
	conn->options.idle_ms = idle_ms;
}

enum am_status
am_conn_start_tls(struct am_conn *conn, struct am_error *err)
{
	if (am_queue_len(&conn->input) > 0)
		return am_fail(err, AM_PROTOCOL,
			       "%s said something between STARTTLS and the "
			       "encryption; somebody may be in between",
			       conn->options.host);
	return conn_handshake(conn, err);
}

bool
am_conn_is_encrypted(const struct am_conn *conn)
{
	return conn->tls != NULL;
}

enum am_status
am_conn_start_deflate(struct am_conn *conn, struct am_error *err)
{
	if (am_queue_len(&conn->input) > 0 || am_conn_queued(conn) > 0)
		return am_fail(err, AM_PROTOCOL,
			       "%s said something between COMPRESS and the "
			       "compression",
			       conn->options.host);
	return am_deflate_open(&conn->deflate, err);
}

void
am_conn_describe(const struct am_conn *conn, struct am_buf *text)
{
	if (conn->tls != NULL)
		am_tls_describe(conn->tls, text);
	else
		am_buf_add_text(text, "not encrypted");
}
