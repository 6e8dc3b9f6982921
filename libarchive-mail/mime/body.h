/* The content of a leaf: opened, encoded piece by piece, closed. */
#ifndef AM_MIME_BODY_H
#define AM_MIME_BODY_H

#include "mime/base64.h"
#include "mime/lines.h"
#include "mime/part.h"
#include "mime/quoted.h"

/* Bytes of content that one am_body_write takes at most, a whole number of
 * base64 lines, and the most that they become. */
enum { AM_BODY_SLICE = 57 * 72, AM_BODY_ROOM = 4 * AM_BODY_SLICE + 256 };

struct am_body {
	struct am_mime_part *part; /* NULL: no content is open */
	struct am_stream *content;
	struct am_bytes left; /* read from content, not yet written */
	struct am_lines lines;
	struct am_quoted quoted;
	struct am_base64 base64;
	struct am_buf text; /* is_text: between lines and base64 */
};

/* Opens the content of a leaf. What fails is kept for am_body_write. */
void am_body_open(struct am_body *body, struct am_mime_part *part, bool lf);

/* Appends some more of the content, at most AM_BODY_ROOM bytes. False when it
 * has come to its end: seen and done were told, the content is closed. */
bool am_body_write(struct am_body *body, struct am_buf *out);

/* Closes what is open, and tells nobody. */
void am_body_close(struct am_body *body);

/* The name of the encoding, for the header; NULL: none. */
const char *am_body_encoding(const struct am_mime_part *part);

#endif
