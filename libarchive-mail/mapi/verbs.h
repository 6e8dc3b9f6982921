/* [MS-OXOMSG] 2.2.1.74 PidLidVerbStream: what a message offers its reader to
 * do, voting buttons above all. From files: hostile. */
#ifndef AM_MAPI_VERBS_H
#define AM_MAPI_VERBS_H

#include "base/cursor.h"
#include "base/error.h"

/* VoteOption.VerbType; replying and such have others. */
enum { AM_VERB_VOTE = 4 };

struct am_verbs {
	struct am_cursor options; /* private: the two parallel arrays */
	struct am_cursor extras;
	uint32_t left; /* verbs that should still come */
	bool damaged;  /* it ended before its count */
};

struct am_verb {
	uint32_t type;
	uint32_t id;
	struct am_bytes name; /* in a code page; borrowed from the raw bytes */
	struct am_bytes wide; /* in UTF-16LE; len 0: there is only name */
};

/* AM_CORRUPT when the head is cut, of another version, or tells of more verbs
 * than bytes. */
enum am_status
am_verbs(struct am_bytes raw, struct am_verbs *verbs_out, struct am_error *err);

/* The next verb; false at the end. */
bool am_verbs_next(struct am_verbs *verbs, struct am_verb *verb_out);

#endif
