/* RFC 5545 3.6.5 VTIMEZONE from the definition in an archive. */
#ifndef AM_ICAL_ZONE_H
#define AM_ICAL_ZONE_H

#include "ical/line.h"
#include "mapi/timezone.h"

enum { AM_ICAL_ZONE_MAX = 512 << 10 }; /* bytes of one VTIMEZONE */

struct am_ical_zone {
	const struct am_timezone *zone;
	const char *tzid;	   /* the name, and a mark of what is defined */
	struct am_bytes component; /* the lines, with CRLF */
};

/* The component, in arena. Two definitions have the same TZID only when they
 * are the same, because one name may stand for several in one archive: those
 * of before and after a change of law. name: when zone has none; "" then too
 * gives "UTC-08". AM_NOMEM, AM_LIMIT. */
enum am_status
am_ical_zone_make(const struct am_timezone *zone, const char *name,
		  struct am_arena *arena, struct am_ical_zone **zone_out,
		  struct am_error *err);

#endif
