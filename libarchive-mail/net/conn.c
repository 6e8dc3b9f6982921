/* A connection to a server: moving bytes. */
#include <errno.h>
#include <poll.h>
#include <sys/socket.h>

#include "net/conn_private.h"
#include "net/socket.h"
#include "net/window.h"

enum { READ_SIZE = 16 << 10, DRAIN_MS = 20 };

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

struct am_conn_waits
am_conn_waits(const struct am_conn *conn)
{
	struct am_conn_waits waits = conn->waits;

	waits.window_us = am_socket_pace(conn->fd).window_us;
	return waits;
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

/* Waits for events and counts for what; AM_END: not yet, or the deadline. While
 * the system still has something to send, only a little at a time: when that is
 * out, what is waited for is something else. */
static enum am_status
conn_wait_some(struct am_conn *conn, short events, struct am_deadline deadline,
	       struct am_error *err)
{
	const uint64_t before = am_monotonic_us();
	const bool is_queued = am_conn_queued(conn) > 0;
	const bool is_draining =
		!is_queued && am_socket_pace(conn->fd).unsent > 0;
	uint64_t *waited = is_queued || is_draining ? &conn->waits.write_us
						    : &conn->waits.read_us;
	enum am_status status;

	if (is_draining && am_deadline_left(deadline) > DRAIN_MS)
		deadline = am_deadline_in(DRAIN_MS);
	status = am_socket_wait(conn->fd, events, deadline, conn->options.stop,
				err);
	*waited += am_monotonic_us() - before;
	return status;
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
	do {
		status = conn_wait_some(conn, events, deadline, err);
	} while (status == AM_END && am_deadline_left(deadline) > 0);
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
