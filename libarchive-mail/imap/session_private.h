/* What the files of a session share. */
#ifndef AM_IMAP_SESSION_PRIVATE_H
#define AM_IMAP_SESSION_PRIVATE_H

#include "imap/session.h"
#include "imap/uplink.h"

struct am_imap {
	struct am_imap_options options;
	struct am_conn *conn;
	struct am_imap_reader reader;
	struct am_imap_capabilities can;
	bool can_is_known;
	bool is_in;		      /* signed in */
	bool has_selected;	      /* a mailbox, once */
	bool utf8_is_settled;	      /* asked for */
	bool is_utf8;		      /* UTF8=ACCEPT is on */
	bool compression_is_settled;  /* it is on, or refused */
	struct am_imap_uplink uplink; /* at the beginning; us 0: not yet */
	unsigned tags;
};

/* Sends line and a line end; waits only for room. Not traced. */
enum am_status am_imap_send_line(struct am_imap *imap, struct am_bytes line,
				 struct am_error *err);

/* Reads up to the end of the command tag, or to a continuation. Counts what is
 * untagged. */
enum am_status
am_imap_end(struct am_imap *imap, const char *tag, am_imap_listener *listener,
	    void *arg, struct am_imap_response *response_out,
	    struct am_error *err);

/* Measuring for am_imap_uplink_is_limit begins, if it has not. */
void am_imap_uplink_begin(struct am_imap *imap);

/* Asks what the server can. */
enum am_status am_imap_capability(struct am_imap *imap, struct am_error *err);

#endif
