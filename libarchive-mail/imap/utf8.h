/* UTF8=ACCEPT (RFC 6855, 9755): names of mailboxes in UTF-8, and messages with
 * UTF-8 in their header fields.
 *
 * It is only switched on where it is needed: modified UTF-7 has every name, and
 * is what all servers have known for decades, and what this library makes of an
 * archive has nothing but ASCII in its header fields. It is needed
 * - by a server that says UTF8=ONLY: am_imap_login does it;
 * - for a message from elsewhere with UTF-8 in its header fields:
 * am_imap_append does it, unless a mailbox was selected before (RFC 5161 3.1
 * forbids it then); without it such a message goes like any other, and the
 * server may refuse it. IMAP4rev2, which also is about UTF-8, is never switched
 * on: Exchange's is not usable.
 *
 * To callers nothing changes: raw names stay in modified UTF-7, and are
 * converted on their way in and out. */
#ifndef AM_IMAP_UTF8_H
#define AM_IMAP_UTF8_H

#include "imap/session.h"

/* Nothing happens where the server cannot, where it was asked already, or when
 * a mailbox was selected. With nothing under way. Only what the server says in
 * ENABLED counts: Dovecot 2.3 and Cyrus say OK and enable nothing. */
enum am_status am_imap_utf8_enable(struct am_imap *imap, struct am_error *err);

/* Is it on, or can it be? */
bool am_imap_utf8_can(const struct am_imap *imap);

/* Is it on? */
bool am_imap_is_utf8(const struct am_imap *imap);

/* Appends the mailbox raw, in modified UTF-7, as a quoted string of the form
 * that is in force. */
void am_imap_quote_mailbox(const struct am_imap *imap, struct am_buf *out,
			   const char *raw);

/* The same in a command that selects the mailbox: from here on UTF8=ACCEPT
 * cannot be switched on. */
void am_imap_quote_selected(struct am_imap *imap, struct am_buf *out,
			    const char *raw);

/* A name as the server says it, in arena: raw_out in modified UTF-7, name_out
 * (may be NULL) in UTF-8. AM_NOMEM, AM_LIMIT. */
enum am_status
am_imap_mailbox_name(const struct am_imap *imap, const char *said,
		     struct am_arena *arena, const char **raw_out,
		     const char **name_out, struct am_error *err);

/* Does a message have UTF-8 that is not ASCII in its header fields? Bytes that
 * are no UTF-8 are not what the extension is about. */
bool am_imap_has_utf8_fields(struct am_bytes mime);

#endif
