/* What a refusal means, and so what to do next. Servers word it freely: the
 * response code counts first, the text second, and the same code means other
 * things after other commands. */
#ifndef AM_IMAP_VERDICT_H
#define AM_IMAP_VERDICT_H

#include "imap/response.h"

/* The command that was refused; AM_IMAP_AT_ANY for what comes untagged. */
enum am_imap_command {
	AM_IMAP_AT_ANY = 0,
	AM_IMAP_AT_LOGIN = 1 << 0, /* greeting, AUTHENTICATE and right after */
	AM_IMAP_AT_APPEND = 1 << 1,
	AM_IMAP_AT_OTHER = 1 << 2
};

enum am_imap_verdict {
	AM_IMAP_REFUSED,   /* for no known cause */
	AM_IMAP_THROTTLED, /* slow down, then again: wait_ms says how long */
	AM_IMAP_DAY_LIMIT, /* enough for today */
	AM_IMAP_CROWDED,   /* too many connections */
	AM_IMAP_NO_MAILBOX_FOR_USER, /* signed in, but nothing is behind it */
	AM_IMAP_TRANSIENT,	     /* again, a few times */
	AM_IMAP_FULL,		     /* the account has no room */
	AM_IMAP_TOO_BIG,	     /* this message never */
	AM_IMAP_UNCLEAN,    /* this message never like this: NUL, bare LF … */
	AM_IMAP_NO_MAILBOX, /* CREATE, then again */
	AM_IMAP_READ_ONLY,  /* the mailbox takes no mail from this user */
	AM_IMAP_BAD_AUTH,   /* a new token, once */
	/* this message not: too big, a line too long, or the account has no
	 * room; Exchange does not say */
	AM_IMAP_REFUSED_UNCLEAR
};

struct am_imap_judgement {
	enum am_imap_verdict verdict;
	uint64_t wait_ms; /* of AM_IMAP_THROTTLED; 0: the server does not say */
};

/* Of a NO, BAD or BYE to a command. */
struct am_imap_judgement am_imap_judge(const struct am_imap_response *response,
				       enum am_imap_command command);

/* For people: what it means and what helps. Borrowed for ever. */
const char *am_imap_verdict_text(enum am_imap_verdict verdict);

#endif
