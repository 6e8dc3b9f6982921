/* Header fields (RFC 5322, 2047, 2231). Everything that is written here is
 * pure ASCII, ends in CRLF, is folded at 78 columns where it can be and never
 * passes 998; CR, LF, NUL and other controls in a value never get through. In
 * a name, what no name has becomes "-". A failure of the buffer is told by
 * am_buf_status, as ever. */
#ifndef AM_MIME_FIELD_H
#define AM_MIME_FIELD_H

#include "base/buf.h"
#include "base/text.h"

/* "Name: value" of a value that is ASCII already (Message-ID lists, dates):
 * folded at spaces only, white space being one space. Controls and 8-bit bytes
 * are dropped; a value with nothing left writes nothing. */
void am_field_ascii(struct am_buf *out, const char *name, const char *value);

/* Unstructured text in UTF-8: as it is when printable ASCII that does not look
 * like an encoded word, else RFC 2047 (UTF-8; Q or B, the shorter). Without
 * the spaces at both ends; an empty text makes an empty field. */
void am_field_text(struct am_buf *out, const char *name, struct am_text text);

struct am_address {
	const char *name;    /* UTF-8; NULL or "": none */
	const char *address; /* addr-spec, or NULL: an empty group "name:;" */
};

/* Is it an addr-spec that may stand in a header: one @, no space, <, >, comma
 * outside quotes or control character, at most 320 bytes? Non-ASCII is
 * accepted in the domain only. */
bool am_address_is_valid(const char *address);

/* An address list; phrases encoded as needed, one address a line when folded;
 * a non-ASCII domain in its IDNA form. An address that is not valid makes an
 * empty group of the name, or of itself where there is no name. Writes nothing
 * where there is neither in the whole list. */
void am_field_addresses(struct am_buf *out, const char *name,
			const struct am_address *addresses, size_t count);

/* AM_TIME_NONE writes nothing. */
void am_field_date(struct am_buf *out, const char *name, int64_t unix_time);

/* "Content-Type: value" plus parameters: begin, any number of parameters
 * (RFC 2231 where not plain ASCII or too long, with continuations), end. A
 * boundary is never put into another form. */
void am_field_begin(struct am_buf *out, const char *name, const char *value);
void am_field_param(struct am_buf *out, const char *name, const char *value);
void am_field_end(struct am_buf *out);

/* RFC 5322 field-name: printable ASCII without colon, 1 to 76 bytes. */
bool am_field_name_is_valid(struct am_bytes name);

#endif
