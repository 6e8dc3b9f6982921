/* Components that a file of items holds once: the time zones of a calendar
 * file, each as the lines from BEGIN:VTIMEZONE to END:VTIMEZONE. */
#ifndef AM_SINK_ONCE_H
#define AM_SINK_ONCE_H

#include "base/buf.h"

enum {
	AM_ONCE_KEY_SIZE = 16,	/* of the SHA-256 of the component */
	AM_ONCE_MAX = 1024,	/* remembered per file; one more is written
				   as often as it comes */
	AM_ONCE_BYTES = 1 << 20 /* of one; what is longer is none */
};

/* Those that a file has. */
struct am_once_set {
	uint8_t (*keys)[AM_ONCE_KEY_SIZE];
	size_t count;
	size_t size; /* allocated */
};

/* Gives back what the set holds; it is empty then. */
void am_once_free(struct am_once_set *set);

/* added_out: the component was not in the set, and is now. AM_NOMEM. */
enum am_status am_once_add(struct am_once_set *set, struct am_bytes component,
			   bool *added_out, struct am_error *err);

/* The component at the front of bytes: its length, 0 when there is none.
 * needs_more_out: more bytes may tell. */
size_t am_once_at_front(struct am_bytes bytes, bool *needs_more_out);

/* Finds the components of a file that is fed in pieces. */
struct am_once_scan {
	struct am_once_set *set;
	struct am_buf line; /* kept while the next one is none that matters */
	struct am_buf component;
	bool is_inside;
};

/* Close with am_once_scan_end. */
struct am_once_scan am_once_scan(struct am_once_set *set);
enum am_status am_once_scan_add(struct am_once_scan *scan,
				struct am_bytes bytes, struct am_error *err);
void am_once_scan_end(struct am_once_scan *scan);

#endif
