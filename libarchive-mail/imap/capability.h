/* What a server says it can: only what this client makes use of. */
#ifndef AM_IMAP_CAPABILITY_H
#define AM_IMAP_CAPABILITY_H

#include "imap/scan.h"

enum am_imap_capability {
	AM_IMAP_CAN_IMAP4REV1 = 1 << 0,
	AM_IMAP_CAN_STARTTLS = 1 << 1,
	AM_IMAP_CAN_NOT_LOGIN = 1 << 2,	    /* LOGINDISABLED */
	AM_IMAP_CAN_SASL_IR = 1 << 3,	    /* RFC 4959 */
	AM_IMAP_CAN_LITERAL_PLUS = 1 << 4,  /* RFC 7888: of any length */
	AM_IMAP_CAN_LITERAL_MINUS = 1 << 5, /* RFC 7888: up to 4,096 bytes */
	AM_IMAP_CAN_MULTIAPPEND = 1 << 6,   /* RFC 3502 */
	AM_IMAP_CAN_UIDPLUS = 1 << 7,	    /* RFC 4315 */
	AM_IMAP_CAN_COMPRESS = 1 << 8,	    /* RFC 4978, DEFLATE */
	AM_IMAP_CAN_QUOTA = 1 << 9,	    /* RFC 9208 */
	AM_IMAP_CAN_SPECIAL_USE = 1 << 10,  /* RFC 6154 */
	AM_IMAP_CAN_CREATE_USE = 1 << 11,   /* RFC 6154, CREATE-SPECIAL-USE */
	AM_IMAP_CAN_NAMESPACE = 1 << 12,    /* RFC 2342 */
	AM_IMAP_CAN_ID = 1 << 13,	    /* RFC 2971 */
	AM_IMAP_CAN_ENABLE = 1 << 14,	    /* RFC 5161 */
	AM_IMAP_CAN_UTF8 = 1 << 15,	    /* RFC 6855, UTF8=ACCEPT */
	AM_IMAP_CAN_PLAIN = 1 << 16,	    /* AUTH=… */
	AM_IMAP_CAN_XOAUTH2 = 1 << 17,
	AM_IMAP_CAN_OAUTHBEARER = 1 << 18,
	AM_IMAP_CAN_LIST_EXTENDED = 1 << 19, /* RFC 5258 */
	AM_IMAP_CAN_GMAIL = 1 << 20,	     /* X-GM-EXT-1: labels */
	AM_IMAP_CAN_XLIST = 1 << 21,
	AM_IMAP_CAN_EXCHANGE = 1 << 22, /* Microsoft's: what only it says */
	AM_IMAP_CAN_UTF8_ONLY = 1 << 23 /* RFC 6855: and nothing else */
};

struct am_imap_capabilities {
	unsigned can;	       /* of enum am_imap_capability */
	bool has_append_limit; /* RFC 7889, of all mailboxes */
	uint64_t append_limit; /* bytes of a message */
};

/* Of what follows CAPABILITY in a response or a code. Unknown words are
 * nothing. */
struct am_imap_capabilities am_imap_capabilities(struct am_imap_scan words);

#endif
