/* Content lines of vCards: RFC 6350 (version 4) and RFC 2426 (version 3).
 * UTF-8, CRLF, folded at 75 octets between characters. Whatever a value holds,
 * it stays one line: line ends become "\n", other controls are dropped. A
 * failure of the buffer is told by am_buf_status, as ever. */
#ifndef AM_VCARD_CARD_H
#define AM_VCARD_CARD_H

#include "base/buf.h"
#include "base/text.h"

enum am_vcard_version { AM_VCARD_4 = 0, AM_VCARD_3 = 3 };

enum { AM_VCARD_LINE_MAX = 75 /* octets, without CRLF */ };

/* A card in the making. */
struct am_vcard {
	struct am_buf *out; /* borrowed */
	enum am_vcard_version version;
	size_t column; /* octets of the line at hand */
};

void am_vcard_begin(struct am_vcard *card); /* BEGIN, VERSION */
void am_vcard_end(struct am_vcard *card);

/* A line is: name, any number of parameters, colon, values, end. head is a
 * property name with parameters that need no quoting, "TEL;TYPE=work". */
void am_vcard_name(struct am_vcard *card, const char *head);

/* More of a head: "" or ";TYPE=work". */
void am_vcard_more(struct am_vcard *card, const char *head);

/* ";name=value" with the value in quotes where it needs them. In version 4
 * quotes and line ends of it survive (RFC 6868); in version 3 they become ' and
 * a space. */
void
am_vcard_param(struct am_vcard *card, const char *name, struct am_bytes value);

void am_vcard_colon(struct am_vcard *card);

/* Text with what has a meaning in it escaped: \ , and line ends; in version 3
 * also ";", which in version 4 is for components alone (RFC 6350 3.4). */
void am_vcard_text(struct am_vcard *card, struct am_bytes text);

/* The same for one component of several that ";" separates (N, ORG, ADR). */
void am_vcard_component(struct am_vcard *card, struct am_bytes text);

/* A ";" or "," between values of a line. */
void am_vcard_between(struct am_vcard *card, char separator);

/* A URI or other value that is not escaped: spaces and what no URI has are
 * percent-encoded, controls too. */
void am_vcard_uri(struct am_vcard *card, struct am_bytes uri);

/* The end of a line. */
void am_vcard_eol(struct am_vcard *card);

/* A whole line of one text. Nothing at all when the text is empty. */
void
am_vcard_line(struct am_vcard *card, const char *head, struct am_bytes text);

#endif
