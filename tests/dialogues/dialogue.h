/* The client's side of a dialogue: steps, added to by dialogue_*.c. */
#ifndef AM_TESTS_DIALOGUE_H
#define AM_TESTS_DIALOGUE_H

#include "imap/append.h"

struct dialogue_client {
	struct am_imap *imap;
	struct am_imap_append *append;
	bool make_missing; /* before append is opened */
	uint64_t row;	   /* of the last message given */
	bool with_mime;	   /* of refused messages, into found */
	struct am_arena arena;
	struct am_buf found; /* what a step found out, for expect: */
};

struct dialogue_step {
	const char *name; /* NULL: the last */
	enum am_status (*run)(struct dialogue_client *client,
			      const char *arguments, struct am_error *err);
};

extern const struct dialogue_step dialogue_steps[];

#endif
