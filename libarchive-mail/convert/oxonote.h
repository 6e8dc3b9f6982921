/* [MS-OXONOTE] sticky notes: messages whose subject is their first line. */
#ifndef AM_CONVERT_OXONOTE_H
#define AM_CONVERT_OXONOTE_H

#include "pst/messaging/message.h"

bool am_oxonote_is_note(const struct am_message *message);

/* [MS-OXONOTE] 2.2.1.1 PidLidNoteColor: "yellow" ...; NULL when it has none. */
const char *am_oxonote_color(const struct am_message *message);

/* The first line of the body that holds something, "" when there is none. */
enum am_status
am_oxonote_first_line(const struct am_message *message,
		      struct am_text *line_out, struct am_error *err);

#endif
