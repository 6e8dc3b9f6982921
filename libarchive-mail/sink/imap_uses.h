/* Which mailbox of a server is for what: by its use (RFC 6154); where a server
 * tells none (Exchange, Outlook.com, Courier), by the names that mail programs
 * and servers give them in many languages. */
#ifndef AM_SINK_IMAP_USES_H
#define AM_SINK_IMAP_USES_H

#include <archive-mail/store.h>

#include "imap/mailbox.h"

/* AM_IMAP_USE_NONE: a folder like any other. */
enum am_imap_use am_imap_use_of_role(enum am_role role);

/* NULL: none. */
const struct am_imap_mailbox *
am_imap_mailbox_of_use(const struct am_imap_mailboxes *mailboxes,
		       enum am_imap_use use);

/* A path that a server keeps for itself: Exchange's "Files", Gmail's own
 * labels. */
bool am_imap_name_is_reserved(const char *name, bool is_gmail);

#endif
