/* The names of header fields that convert knows. */
#ifndef AM_CONVERT_HEADER_FIELD_H
#define AM_CONVERT_HEADER_FIELD_H

#include "base/bytes.h"

/* The fields that are made from properties when the transport headers do not
 * have them. */
enum am_header_field {
	AM_FIELD_OTHER = 0, /* any name that is not in this list */
	AM_FIELD_BCC,
	AM_FIELD_CC,
	AM_FIELD_CONTENT_CLASS,
	AM_FIELD_CONTENT_LANGUAGE,
	AM_FIELD_DATE,
	AM_FIELD_DEFERRED_DELIVERY,
	AM_FIELD_DISPOSITION_NOTIFICATION_TO,
	AM_FIELD_EXPIRES,
	AM_FIELD_FROM,
	AM_FIELD_IMPORTANCE,
	AM_FIELD_IN_REPLY_TO,
	AM_FIELD_KEYWORDS,
	AM_FIELD_LIST_HELP,
	AM_FIELD_LIST_SUBSCRIBE,
	AM_FIELD_LIST_UNSUBSCRIBE,
	AM_FIELD_MESSAGE_ID,
	AM_FIELD_PRIORITY,
	AM_FIELD_REFERENCES,
	AM_FIELD_REPLY_BY,
	AM_FIELD_REPLY_TO,
	AM_FIELD_RETURN_PATH,
	AM_FIELD_RETURN_RECEIPT_TO,
	AM_FIELD_SENDER,
	AM_FIELD_SENSITIVITY,
	AM_FIELD_SUBJECT,
	AM_FIELD_THREAD_INDEX,
	AM_FIELD_THREAD_TOPIC,
	AM_FIELD_TO,
	AM_FIELD_X_AUTO_RESPONSE_SUPPRESS,
	AM_FIELD_X_MESSAGE_FLAG,
	AM_FIELD_X_PRIORITY,
	AM_FIELD_X_UNSENT,
	AM_FIELD_DROPPED, /* describes the MIME structure, or a mailbox file:
			     made anew */
	AM_FIELD_COUNT
};

enum am_header_field am_header_field_of(struct am_bytes name);

/* The name as it is written; NULL for AM_FIELD_OTHER and _DROPPED. */
const char *am_header_field_name(enum am_header_field field);

/* RFC 5322 3.6: is there at most one of it in a header? */
bool am_header_field_is_single(enum am_header_field field);

/* Does a field of this name hold addresses? "Resent-" and such a name too. */
bool am_header_name_has_addresses(struct am_bytes name);

/* Does a field of this name ask who receives or reads the message, or a server
 * on the way, for a receipt? */
bool am_header_name_asks_receipt(struct am_bytes name);

#endif
