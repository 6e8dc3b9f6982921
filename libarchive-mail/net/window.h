/* What the system knows of a TCP connection's pace. */
#ifndef AM_NET_WINDOW_H
#define AM_NET_WINDOW_H

#include <stdint.h>

enum {
	/* Bytes of ours that the system holds back when the line is full (RFC
	 * 9293 leaves it to the system; Linux would take megabytes): a slow
	 * line shows at once, by a socket that takes no more. What is on its
	 * way is not limited by it. */
	AM_SOCKET_UNSENT = 128 << 10
};

/* Sets AM_SOCKET_UNSENT, where the system can. */
void am_socket_unsent_limit(int fd);

struct am_socket_pace {
	/* Since the beginning, in which the peer's window was shut: it, and not
	 * the line, took no more. */
	uint64_t window_us;
	uint64_t unsent; /* bytes, with the system; at most AM_SOCKET_UNSENT */
};

/* All 0 where the system does not say. */
struct am_socket_pace am_socket_pace(int fd);

#endif
