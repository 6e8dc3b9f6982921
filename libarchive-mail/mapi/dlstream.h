/* [MS-OXOCNTC] 2.2.2.2.4 PidLidDistributionListStream: the members of a large
 * personal distribution list. From files: hostile. */
#ifndef AM_MAPI_DLSTREAM_H
#define AM_MAPI_DLSTREAM_H

#include "base/cursor.h"
#include "base/error.h"

struct am_dl_stream {
	struct am_cursor cursor; /* private */
	uint32_t left;		 /* members that should still come */
	bool damaged;		 /* it ended before its count */
};

struct am_dl_member {
	struct am_bytes entry_id; /* borrowed from the raw bytes */
	struct am_bytes one_off;
};

/* AM_CORRUPT when the head is cut, of another version, or tells of more members
 * than bytes. */
enum am_status
am_dl_stream(struct am_bytes raw, struct am_dl_stream *stream_out,
	     struct am_error *err);

/* The next member; false at the end. */
bool
am_dl_stream_next(struct am_dl_stream *stream, struct am_dl_member *member_out);

#endif
