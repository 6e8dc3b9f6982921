/* Flags of a message as IMAP and Maildir know them: what convert finds out
 * and a sink writes down. */
#ifndef AM_BASE_MAIL_FLAG_H
#define AM_BASE_MAIL_FLAG_H

enum am_mail_flag {
	AM_FLAG_SEEN = 1 << 0,
	AM_FLAG_ANSWERED = 1 << 1,
	AM_FLAG_FLAGGED = 1 << 2,
	AM_FLAG_DRAFT = 1 << 3,
	AM_FLAG_DELETED = 1 << 4,
	AM_FLAG_FORWARDED = 1 << 5,
	AM_FLAG_MDN_SENT = 1 << 6
};

#endif
