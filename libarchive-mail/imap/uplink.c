/* Is the way to the server what limits an upload? */
#include "imap/uplink.h"

#include "imap/session_private.h"
#include "net/deadline.h"

/* Of the time, below which other things than the line count more. */
enum { SHARE = 4 };

static bool
is_slower(const struct am_imap_uplink *measured, uint64_t bytes_per_second)
{
	return measured->sent < measured->us / (1000 * 1000) * bytes_per_second;
}

static uint64_t
line_us(const struct am_imap_uplink *measured)
{
	const struct am_conn_waits *waits = &measured->waits;

	if (is_slower(measured, AM_IMAP_UPLINK_SLOW))
		return waits->write_us;
	return waits->write_us > waits->window_us
		       ? waits->write_us - waits->window_us
		       : 0;
}

bool
am_imap_uplink_limits(const struct am_imap_uplink *measured)
{
	const uint64_t line = line_us(measured);

	return measured->sent >= AM_IMAP_UPLINK_BYTES &&
	       measured->us >= AM_IMAP_UPLINK_US &&
	       is_slower(measured, AM_IMAP_UPLINK_FAST) &&
	       line > measured->us / SHARE &&
	       line > (measured->waits.write_us + measured->waits.read_us) / 2;
}

static struct am_imap_uplink
uplink_now(const struct am_imap *imap)
{
	const struct am_imap_uplink now = {
		.us = am_monotonic_us(),
		.sent = am_conn_count(imap->conn).sent,
		.waits = am_conn_waits(imap->conn),
	};

	return now;
}

void
am_imap_uplink_begin(struct am_imap *imap)
{
	if (imap->uplink.us == 0)
		imap->uplink = uplink_now(imap);
}

bool
am_imap_uplink_is_limit(const struct am_imap *imap)
{
	const struct am_imap_uplink *then = &imap->uplink;
	struct am_imap_uplink measured = uplink_now(imap);

	if (then->us == 0 || imap->compression_is_settled ||
	    (imap->can.can & AM_IMAP_CAN_COMPRESS) == 0)
		return false;
	measured.us -= then->us;
	measured.sent -= then->sent;
	measured.waits.write_us -= then->waits.write_us;
	measured.waits.read_us -= then->waits.read_us;
	measured.waits.window_us -= then->waits.window_us;
	return am_imap_uplink_limits(&measured);
}
