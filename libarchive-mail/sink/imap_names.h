/* Where on a server a folder of the archive goes: its role to the mailbox of
 * that use, whatever either is called; the others by name, in a form that
 * servers take. */
#ifndef AM_SINK_IMAP_NAMES_H
#define AM_SINK_IMAP_NAMES_H

#include "imap/mailbox.h"
#include "sink/sink.h"

enum {
	AM_IMAP_NAME_MAX = 200, /* bytes of one name on the wire */
	AM_IMAP_PATH_MAX = 240, /* bytes of a path: Maildir servers make one
				   file name of it */
	AM_IMAP_LEVELS_MAX = 16
};

struct am_imap_target {
	const char *raw;      /* as on the wire */
	const char *name;     /* UTF-8, for people */
	enum am_imap_use use; /* to be made with; NONE: without, or it is
				 there */
	bool is_there;
};

struct am_imap_names {
	const struct am_imap_mailboxes *mailboxes; /* what the server has */
	const struct am_sink_folder *folders;
	size_t count;
	const char *into; /* UTF-8, "/" between names; NULL: to the top, and
			     roles to their mailboxes */
	bool is_gmail;	  /* labels: no name may be one of Gmail's own */
	bool no_dots;	  /* the server takes no name with a dot in it */

	/* Where an earlier run put them, one per folder, as on the wire; NULL:
	 * there was none. */
	const char *const *raws;

	/* The user's own choice for a folder, UTF-8 with "/" between names;
	 * NULL: none. (--map) */
	const char *(*choose)(void *arg, size_t folder);
	void *choose_arg;
};

/* targets_out: one per folder, in arena; no two of them the same, but where
 * roles meet (two Inboxes) or the user chose so. AM_NOMEM, AM_LIMIT. */
enum am_status
am_imap_names_plan(const struct am_imap_names *names, struct am_arena *arena,
		   const struct am_imap_target **targets_out,
		   struct am_error *err);

#endif
