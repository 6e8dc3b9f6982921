/* TCP connections: names to addresses, connecting within a time. */
#ifndef AM_NET_SOCKET_H
#define AM_NET_SOCKET_H

#include <stdatomic.h>

#include "base/error.h"
#include "net/deadline.h"

struct addrinfo;

/* Looks host up (a name or an address). The time is the resolver's own
 * (/etc/resolv.conf). found_out: caller frees with freeaddrinfo. AM_NETWORK
 * with what to do. */
enum am_status
am_socket_resolve(const char *host, uint16_t port, struct addrinfo **found_out,
		  struct am_error *err);

/* Connects to the first of the addresses that answers; host is for the text.
 * fd_out: non-blocking, close-on-exec; caller closes. AM_NETWORK, and
 * AM_INTERRUPTED once *stop (may be NULL) is true. */
enum am_status
am_socket_connect(const struct addrinfo *found, const char *host,
		  struct am_deadline deadline, const atomic_bool *stop,
		  int *fd_out, struct am_error *err);

/* Waits for events (of poll) on fd: AM_OK when there is one, AM_END when the
 * time is over, AM_INTERRUPTED. */
enum am_status am_socket_wait(int fd, short events, struct am_deadline deadline,
			      const atomic_bool *stop, struct am_error *err);

#endif
