/* What message, recipient and attachment know of one another. */
#ifndef AM_PST_MESSAGING_MESSAGE_PRIVATE_H
#define AM_PST_MESSAGING_MESSAGE_PRIVATE_H

#include "pst/messaging/message.h"

/* Opens the message in node, embedded in parent (NULL: it is not). */
enum am_status
am_message_open_in(const struct am_message *parent, struct am_store *store,
		   const struct am_node *node, struct am_arena *arena,
		   struct am_message **message_out, struct am_error *err);

/* The subnode of the message with this NID, or NULL. */
const struct am_node *
am_message_subnode(const struct am_message *message, uint32_t nid);

/* Adds a finding about subnode nid to the report of the item at hand. */
void am_message_note(const struct am_message *message, const char *kind,
		     uint32_t nid, const struct am_error *err);

#endif
