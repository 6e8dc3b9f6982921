/* File names for attachments, and their MIME types (mapi-to-mime 9.1). */
#ifndef AM_CONVERT_ATTACHMENT_NAME_H
#define AM_CONVERT_ATTACHMENT_NAME_H

#include "pst/messaging/message.h"

/* Bytes; what file systems take. A longer name is cut, its extension kept. */
enum { AM_ATTACHMENT_NAME_MAX = 255 };

/* What stands behind the last / or \ of a path, fit for a file name: without
 * control and bidirectional characters, "" when nothing remains ("..").
 * NULL: no memory. */
const char *am_file_name_of_path(struct am_arena *arena, struct am_text path);

/* The same of a text that is no path: / and \ become _. */
const char *am_file_name_of_text(struct am_arena *arena, struct am_text text);

/* The name of an attachment: the first of its name properties that has one;
 * a name that is only displayed gets its extension. "" when it has none. */
enum am_status am_attachment_name(const struct am_attachment *attachment,
				  const char **name_out, struct am_error *err);

/* The MIME type: PidTagAttachMimeTag when it can be right, else by the
 * extension of name. Never multipart or message. */
enum am_status
am_attachment_type(const struct am_attachment *attachment, const char *name,
		   const char **type_out, struct am_error *err);

#endif
