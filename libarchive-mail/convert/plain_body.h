/* The body of any item as plain text: the description of an appointment, the
 * notes of a contact, the text of a sticky note. */
#ifndef AM_CONVERT_PLAIN_BODY_H
#define AM_CONVERT_PLAIN_BODY_H

#include "pst/messaging/message.h"

/* Opens the body in UTF-8 with CR LF: PidTagBody; else what the RTF was made
 * from, or says itself; else the HTML, without its tags. No body is a stream
 * that ends at once. What cannot be read or decoded is a finding of the item
 * (the report of its store); also "rtf-only" where the text is that of RTF
 * which said more: unlike a mail, the item has no place for the RTF.
 * The stream lives in arena, what it reads from in the message's; close it
 * before either goes. AM_NOMEM, AM_LIMIT, AM_IO; the stream may also end with
 * AM_CORRUPT, after all that could be read. */
enum am_status
am_plain_body_open(const struct am_message *message, struct am_arena *arena,
		   struct am_stream **stream_out, struct am_error *err);

/* The same as a text of at most max bytes, in the message's arena, "" when
 * there is none. What is cut off, at a whole character, or cannot be read, is
 * a finding ("text-body"). AM_NOMEM, AM_LIMIT, AM_IO. */
enum am_status
am_plain_body_text(const struct am_message *message, size_t max,
		   struct am_text *text_out, struct am_error *err);

#endif
