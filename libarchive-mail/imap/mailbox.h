/* Mailboxes of a server: which there are, what they are for (RFC 6154), making
 * them, and how much room is left. */
#ifndef AM_IMAP_MAILBOX_H
#define AM_IMAP_MAILBOX_H

#include "imap/session.h"

enum {
	AM_IMAP_MAILBOX_MAX = 100 * 1000, /* of one account */
	AM_IMAP_KEYWORDS_MAX = 1000	  /* of one mailbox */
};

enum am_imap_use {
	AM_IMAP_USE_NONE,
	AM_IMAP_USE_INBOX,
	AM_IMAP_USE_ARCHIVE,
	AM_IMAP_USE_DRAFTS,
	AM_IMAP_USE_JUNK,
	AM_IMAP_USE_SENT,
	AM_IMAP_USE_TRASH,
	AM_IMAP_USE_ALL, /* every message, as Gmail has it: not to append to */
	AM_IMAP_USE_FLAGGED /* likewise */
};

struct am_imap_mailbox {
	const char *raw;  /* in modified UTF-7, as mostly on the wire */
	const char *name; /* UTF-8 */
	char separator;	  /* '\0': a flat name */
	enum am_imap_use use;
	bool no_select;	  /* only a place for others */
	bool no_children; /* takes none (\Noinferiors) */
};

/* In arena; in the server's order. */
struct am_imap_mailboxes {
	struct am_imap_mailbox *items;
	size_t count;
	const char *prefix; /* of what this user makes (RFC 2342), raw:
			       "" or "INBOX." */
	char separator;
};

/* AM_PROTOCOL, AM_LIMIT (AM_IMAP_MAILBOX_MAX), AM_NOMEM, and what
 * am_imap_command answers. */
enum am_status am_imap_mailboxes(struct am_imap *imap, struct am_arena *arena,
				 struct am_imap_mailboxes *mailboxes_out,
				 struct am_error *err);

/* Makes the mailbox raw, with its use where the server takes that, and
 * subscribes to it; one that is there already is fine. AM_REFUSED in the
 * server's words. */
enum am_status am_imap_create(struct am_imap *imap, const char *raw,
			      enum am_imap_use use, struct am_error *err);

/* How many messages, and what the next UID is; without selecting it. */
struct am_imap_status {
	uint32_t messages, uidnext, uidvalidity; /* 0: not said */
};
enum am_status
am_imap_status(struct am_imap *imap, const char *raw,
	       struct am_imap_status *status_out, struct am_error *err);

/* RFC 9208: the root with the least room left. */
struct am_imap_quota {
	bool is_known;
	uint64_t used, limit; /* bytes */
};
enum am_status
am_imap_quota(struct am_imap *imap, const char *raw,
	      struct am_imap_quota *quota_out, struct am_error *err);

/* What a mailbox lets be set (SELECT's PERMANENTFLAGS). It is selected, and
 * unselected at the end. */
struct am_imap_permanent {
	unsigned flags;	       /* of enum am_mail_flag */
	bool any_keyword;      /* "\*" */
	const char **keywords; /* those that are there already */
	size_t keyword_count;
	bool read_only;
};
enum am_status
am_imap_permanent(struct am_imap *imap, const char *raw, struct am_arena *arena,
		  struct am_imap_permanent *permanent_out,
		  struct am_error *err);

#endif
