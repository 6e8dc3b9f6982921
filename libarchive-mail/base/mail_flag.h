/* The state of a message as IMAP, Maildir and mbox know it: what convert finds
 * out and a sink writes down, each in its own form. */
#ifndef AM_BASE_MAIL_FLAG_H
#define AM_BASE_MAIL_FLAG_H

#include <stddef.h>

enum am_mail_flag {
	AM_FLAG_SEEN = 1 << 0,
	AM_FLAG_ANSWERED = 1 << 1,
	AM_FLAG_FLAGGED = 1 << 2,
	AM_FLAG_DRAFT = 1 << 3,
	AM_FLAG_DELETED = 1 << 4,
	AM_FLAG_FORWARDED = 1 << 5,
	AM_FLAG_MDN_SENT = 1 << 6,
	AM_FLAG_COMPLETED = 1 << 7, /* was flagged, and is done */
	AM_FLAG_JUNK = 1 << 8	    /* lies in the junk folder */
};

enum {
	AM_FLAG_NAMED_MAX = 4, /* flags that are keywords */
	AM_KEYWORD_MAX = 100,  /* bytes of one */
	AM_KEYWORDS_MAX = 32   /* of a message */
};

/* The flags that have no letter or backslash anywhere, as the keywords that
 * IMAP servers and clients agree on: $Forwarded, $MDNSent, $Completed, $Junk,
 * in this order. Returns how many names were set; static. */
size_t
am_mail_flag_keywords(unsigned flags, const char *names[AM_FLAG_NAMED_MAX]);

#endif
