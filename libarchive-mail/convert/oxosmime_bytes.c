/* Bytes of signed and encrypted messages: CMS and line ends. */
#include "base/cursor.h"
#include "convert/oxosmime.h"

/* ---- CMS ---- */

enum {
	TAG_INTEGER = 0x02,
	TAG_OID = 0x06,
	TAG_SEQUENCE = 0x30,
	TAG_SET = 0x31,
	TAG_CONTENT = 0xa0,
	INDEFINITE = 0x80
};

/* Enters what has the tag; *len_out is 0 for the indefinite length of BER. */
static bool
tag_enter(struct am_cursor *cur, uint8_t tag, uint64_t *len_out)
{
	const uint8_t found = am_u8(cur);
	const uint8_t first = am_u8(cur);
	unsigned more = first & 0x7f;

	*len_out = first;
	if (first >= INDEFINITE) {
		*len_out = 0;
		for (; more > 0; more--)
			*len_out = *len_out << 8 | am_u8(cur);
	}
	return am_cursor_ok(cur) && found == tag;
}

static bool
oid_read(struct am_cursor *cur, struct am_bytes *oid_out)
{
	uint64_t len;

	if (!tag_enter(cur, TAG_SEQUENCE, &len) ||
	    !tag_enter(cur, TAG_OID, &len) || len > cur->left)
		return false;
	*oid_out = am_take(cur, (size_t)len);
	return oid_out->len > 0;
}

/* 1.2.840.113549.1.7.x and 1.2.840.113549.1.9.16.1.x */
static const struct content_type {
	uint8_t len;
	uint8_t oid[11];
	const char *smime_type;
} content_types[] = {
	{ 9,
	  { 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x02 },
	  "signed-data" },
	{ 9,
	  { 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x03 },
	  "enveloped-data" },
	{ 11,
	  { 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x10, 0x01, 0x17 },
	  "authEnveloped-data" },
	{ 11,
	  { 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x10, 0x01, 0x09 },
	  "compressed-data" },
};

static const struct content_type *
content_type_find(struct am_bytes oid)
{
	size_t i;

	for (i = 0; i < sizeof(content_types) / sizeof(content_types[0]); i++) {
		const struct content_type *type = &content_types[i];

		if (am_bytes_equal(oid, am_bytes(type->oid, type->len)))
			return type;
	}
	return NULL;
}

bool
am_oxosmime_is_der(struct am_bytes head)
{
	struct am_cursor cur = am_cursor(head);
	struct am_bytes oid;

	return oid_read(&cur, &oid) && content_type_find(oid) != NULL;
}

/* SignedData without digest algorithms has no signers either: it only carries
 * certificates. */
static bool
has_no_signers(struct am_cursor *cur)
{
	uint64_t len;

	if (!tag_enter(cur, TAG_CONTENT, &len) ||
	    !tag_enter(cur, TAG_SEQUENCE, &len) ||
	    !tag_enter(cur, TAG_INTEGER, &len) || len > cur->left)
		return false;
	am_skip(cur, (size_t)len);
	return tag_enter(cur, TAG_SET, &len) && len == 0;
}

const char *
am_oxosmime_type(struct am_bytes head)
{
	struct am_cursor cur = am_cursor(head);
	const struct content_type *type;
	struct am_bytes oid;

	if (!oid_read(&cur, &oid))
		return NULL;
	type = content_type_find(oid);
	if (type == NULL)
		return NULL;
	if (strcmp(type->smime_type, "signed-data") == 0 &&
	    has_no_signers(&cur))
		return "certs-only";
	return type->smime_type;
}

static bool
is_base64_char(uint8_t c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
	       (c >= 'A' && c <= 'Z') || c == '+' || c == '/' || c == '=' ||
	       c == '\r' || c == '\n';
}

bool
am_oxosmime_is_base64(struct am_bytes head)
{
	size_t i;

	/* 0x30 0x80 and 0x30 0x82, as nearly all of them begin */
	if (head.len < 16 || head.data[0] != 'M' ||
	    (head.data[1] != 'I' && head.data[1] != 'A'))
		return false;
	for (i = 0; i < head.len; i++)
		if (!is_base64_char(head.data[i]))
			return false;
	return true;
}

/* ---- line ends ---- */

bool
am_oxosmime_lone_ends(struct am_bytes piece, bool *after_cr)
{
	bool lone = false;
	size_t i;

	for (i = 0; i < piece.len; i++) {
		lone = lone || (piece.data[i] == '\n') != *after_cr;
		*after_cr = piece.data[i] == '\r';
	}
	return lone;
}

void
am_oxosmime_to_lf(struct am_bytes piece, bool *held_cr, struct am_buf *out)
{
	size_t i;

	for (i = 0; i < piece.len; i++) {
		const uint8_t c = piece.data[i];

		if (*held_cr && c != '\n')
			am_buf_add_char(out, '\r');
		*held_cr = c == '\r';
		if (c != '\r')
			am_buf_add_char(out, (char)c);
	}
}
