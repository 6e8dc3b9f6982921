/* What a message says of itself, as a list shows it and the ledger has it. */
#ifndef AM_TOOLS_CARD_H
#define AM_TOOLS_CARD_H

#include "base/time.h"
#include "pst/messaging/message.h"

struct am_card {
	const char *class_name;
	const char *from; /* NULL: unknown */
	const char *subject;
	bool has_date;
	char date[AM_TIME_TEXT_SIZE]; /* "1970-01-01T00:00:00Z" */
};

/* Texts are the message's, or in its arena. What could be read is filled in
 * also on failure. AM_CORRUPT ..., AM_LIMIT, AM_NOMEM. */
enum am_status am_card_read(struct am_message *message,
			    struct am_card *card_out, struct am_error *err);

#endif
