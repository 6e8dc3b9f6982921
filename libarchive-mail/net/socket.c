/* TCP connections. */
#include "net/socket.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/window.h"

/* A signal that comes just before poll is seen after this time. */
enum { WAIT_SLICE_MS = 250 };

enum am_status
am_socket_resolve(const char *host, uint16_t port, struct addrinfo **found_out,
		  struct am_error *err)
{
	const struct addrinfo hints = { .ai_socktype = SOCK_STREAM,
					.ai_flags = AI_ADDRCONFIG };
	char service[8];
	int failed;

	(void)snprintf(service, sizeof(service), "%u", (unsigned)port);
	failed = getaddrinfo(host, service, &hints, found_out);
	if (failed == EAI_MEMORY)
		return am_nomem(err);
	if (failed == EAI_NONAME)
		return am_fail(err, AM_NETWORK,
			       "there is no host called %s; check the name",
			       host);
	if (failed == EAI_AGAIN)
		return am_fail(err, AM_NETWORK,
			       "the name %s cannot be looked up now; is there "
			       "a network connection?",
			       host);
	if (failed != 0)
		return am_fail(err, AM_NETWORK, "looking up %s: %s", host,
			       failed == EAI_SYSTEM ? strerror(errno)
						    : gai_strerror(failed));
	return AM_OK;
}

enum am_status
am_socket_wait(int fd, short events, struct am_deadline deadline,
	       const atomic_bool *stop, struct am_error *err)
{
	struct pollfd poll_fd = { .fd = fd, .events = events };

	for (;;) {
		const int left = am_deadline_left(deadline);
		int ready;

		if (stop != NULL && atomic_load(stop))
			return am_fail(err, AM_INTERRUPTED, "interrupted");
		ready = poll(&poll_fd, 1,
			     left < WAIT_SLICE_MS ? left : WAIT_SLICE_MS);
		if (ready > 0)
			return AM_OK;
		if (ready < 0 && errno != EINTR)
			return am_fail(err, AM_IO, "poll: %s", strerror(errno));
		if (ready == 0 && left <= WAIT_SLICE_MS)
			return AM_END;
	}
}

/* The errno of one attempt, 0 when it stands, ETIMEDOUT when it took longer
 * than the deadline. */
static enum am_status
connect_wait(int fd, struct am_deadline deadline, const atomic_bool *stop,
	     int *number_out, struct am_error *err)
{
	socklen_t size = sizeof(*number_out);
	const enum am_status status =
		am_socket_wait(fd, POLLOUT, deadline, stop, err);

	*number_out = ETIMEDOUT;
	if (status == AM_END)
		return AM_OK;
	AM_TRY(status);
	if (getsockopt(fd, SOL_SOCKET, SO_ERROR, number_out, &size) != 0)
		*number_out = errno;
	return AM_OK;
}

/* As connect_wait; the socket is in fd_out when the number is 0. */
static enum am_status
connect_one(const struct addrinfo *address, struct am_deadline deadline,
	    const atomic_bool *stop, int *fd_out, int *number_out,
	    struct am_error *err)
{
	const int on = 1;
	const int fd = socket(address->ai_family,
			      SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC,
			      address->ai_protocol);
	enum am_status status = AM_OK;

	*number_out = 0;
	if (fd < 0) {
		*number_out = errno;
		return AM_OK;
	}
	/* requests are written whole; waiting for more only delays them */
	(void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	(void)setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof(on));
	am_socket_unsent_limit(fd);
	if (connect(fd, address->ai_addr, address->ai_addrlen) != 0) {
		*number_out = errno;
		if (errno == EINPROGRESS || errno == EINTR)
			status = connect_wait(fd, deadline, stop, number_out,
					      err);
	}
	if (status == AM_OK && *number_out == 0)
		*fd_out = fd;
	else
		(void)close(fd);
	return status;
}

static const char *
connect_hint(int number)
{
	switch (number) {
	case ECONNREFUSED:
		return "nothing answers at that port; check host and port";
	case ETIMEDOUT:
		return "no answer; is a firewall in the way?";
	case ENETUNREACH:
	case EHOSTUNREACH:
		return "no way leads there; is there a network connection?";
	case EPERM:
	case EACCES:
		return "this machine forbids it (a firewall or a sandbox)";
	default:
		return strerror(number);
	}
}

/* Until address's turn ends: what is left, shared with those that follow, so
 * that one dead address does not use it up. */
static struct am_deadline
turn_end(const struct addrinfo *address, struct am_deadline deadline)
{
	unsigned count = 0;

	for (; address != NULL; address = address->ai_next)
		count++;
	return am_deadline_in((unsigned)am_deadline_left(deadline) / count);
}

enum am_status
am_socket_connect(const struct addrinfo *found, const char *host,
		  struct am_deadline deadline, const atomic_bool *stop,
		  int *fd_out, struct am_error *err)
{
	const struct addrinfo *address;
	int number = EHOSTUNREACH;

	for (address = found; address != NULL; address = address->ai_next) {
		AM_TRY(connect_one(address, turn_end(address, deadline), stop,
				   fd_out, &number, err));
		if (number == 0)
			return AM_OK;
	}
	return am_fail(err, AM_NETWORK, "connecting to %s: %s", host,
		       connect_hint(number));
}
