/* A connection to a server: opening, encrypting, compressing, closing. */
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <poll.h>
#include <unistd.h>

#include "base/alloc.h"
#include "net/conn_private.h"
#include "net/socket.h"

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
