/* What the system knows of a TCP connection's pace. Linux: tcp(7), and the
 * fields of struct tcp_info that the C library does not have. */
#include "net/window.h"

#include <netinet/in.h>
#include <stddef.h>
#include <sys/socket.h>

#ifdef __linux__
#include <linux/tcp.h>

void
am_socket_unsent_limit(int fd)
{
	const int unsent = AM_SOCKET_UNSENT;

	(void)setsockopt(fd, IPPROTO_TCP, TCP_NOTSENT_LOWAT, &unsent,
			 sizeof(unsent));
}

struct am_socket_pace
am_socket_pace(int fd)
{
	struct am_socket_pace pace = { 0 };
	struct tcp_info info;
	socklen_t size = sizeof(info);

	if (getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &size) != 0 ||
	    size < offsetof(struct tcp_info, tcpi_rwnd_limited) +
			    sizeof(info.tcpi_rwnd_limited))
		return pace; /* no TCP, or before Linux 4.10 */
	pace.window_us = info.tcpi_rwnd_limited;
	pace.unsent = info.tcpi_notsent_bytes;
	return pace;
}

#else

void
am_socket_unsent_limit(int fd)
{
	(void)fd;
}

struct am_socket_pace
am_socket_pace(int fd)
{
	const struct am_socket_pace pace = { 0 };

	(void)fd;
	return pace;
}

#endif
