/* What the files of imap_client share. */
#ifndef AM_TESTS_IMAP_CLIENT_H
#define AM_TESTS_IMAP_CLIENT_H

#include "base/arena.h"
#include "base/json.h"
#include "imap/append.h"

struct imap_client {
	struct am_imap *imap;
	struct am_arena arena; /* of one action */
	struct am_buf out;     /* its answer */
	struct am_json json;
	bool make_missing; /* by what is appended */
};

/* append STRATEGY LIST; LIST is a file with a message a line, words separated
 * by tabs: MAILBOX FLAGS KEYWORDS RECEIVED HOW PATH. FLAGS: enum am_mail_flag
 * as a number; RECEIVED: seconds since 1970, or "none"; HOW: put or stream. */
enum am_status imap_client_append(struct imap_client *client, char **words,
				  struct am_error *err);

#endif
