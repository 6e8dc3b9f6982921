/* The components of an item with another UID. */
#ifndef AM_CONVERT_UID_STREAM_H
#define AM_CONVERT_UID_STREAM_H

#include "io/stream.h"

/* Content lines, those of the UID being another: set with am_uid_stream_begin,
 * read through stream. */
struct am_uid_stream {
	struct am_stream stream; /* first */
	struct am_stream *lines; /* borrowed */
	struct am_bytes rest;	 /* of what it gave last */
	struct am_buf line;	 /* the UID that is written */
	struct am_buf out;
	size_t matched; /* bytes of "UID:" at the beginning of a line */
	enum am_uid_state {
		AM_UID_START, /* of a line, matched bytes of it are held */
		AM_UID_PASS,  /* in a line that stays */
		AM_UID_DROP,  /* in a UID */
		AM_UID_AFTER  /* behind a line of it, which may be folded */
	} state;
	bool at_end;
};

/* Closed with am_uid_stream_end, also after it failed; lines must outlive it.
 * AM_NOMEM. */
enum am_status
am_uid_stream_begin(struct am_uid_stream *renamed, struct am_stream *lines,
		    const char *uid, struct am_error *err);

/* Fine for one that was zeroed and never begun. */
void am_uid_stream_end(struct am_uid_stream *renamed);

#endif
