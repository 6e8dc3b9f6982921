/* Is the way to the server what limits an upload? Then compression helps (by
 * a half and more for text); where the server is the limit it only costs. */
#ifndef AM_IMAP_UPLINK_H
#define AM_IMAP_UPLINK_H

#include "net/conn.h"

enum {
	/* Nothing is said before so much was sent, for so long. */
	AM_IMAP_UPLINK_BYTES = 1 << 20,
	AM_IMAP_UPLINK_US = 2 * 1000 * 1000,
	/* Bytes per second. Below it a peer that takes no more counts as the
	 * line too: it may be a tunnel or a proxy at our end of it, and at that
	 * pace compression costs nothing. */
	AM_IMAP_UPLINK_SLOW = 2 << 20,
	/* From here on packing is no faster than sending. */
	AM_IMAP_UPLINK_FAST = 8 << 20
};

/* What happened within us microseconds. */
struct am_imap_uplink {
	uint64_t us;
	uint64_t sent; /* bytes of the wire */
	struct am_conn_waits waits;
};

/* Most of the waiting was for the line, and it was no small part of the
 * whole. */
bool am_imap_uplink_limits(const struct am_imap_uplink *measured);

#endif
