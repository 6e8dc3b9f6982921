/* Parameters of structured fields: RFC 2045 5.1, RFC 2231. */
#include <stdio.h>

#include "base/text.h"
#include "mime/field.h"
#include "mime/fold.h"

enum {
	/* A parameter with its name; the line has a space before it. */
	PARAM_MAX = AM_FOLD_COLUMN - 1,
	PARAM_NAME_MAX = 32
};

static const char charset[] = "UTF-8''";

static bool
is_alnum(uint8_t c)
{
	return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
	       (c >= 'a' && c <= 'z');
}

/* RFC 2231 7 attribute-char: may stand unescaped in an extended value. */
static bool
is_attribute_char(uint8_t c)
{
	return is_alnum(c) || (c != 0 && strchr("!#$&+-.^_`{|}~", c) != NULL);
}

/* A token (RFC 2045 5.1) without "'", "*" and "%", which some readers take for
 * RFC 2231 wherever they see them. */
static bool
is_token(struct am_bytes text)
{
	size_t i;

	for (i = 0; i < text.len; i++)
		if (!is_attribute_char(text.data[i]))
			return false;
	return text.len > 0;
}

/* "; ", folded for a parameter of len bytes. */
static void
param_begin(struct am_buf *out, size_t len)
{
	am_buf_add_char(out, ';');
	am_fold_before(out, 1 + len);
	am_buf_add_char(out, ' ');
}

static bool
is_escaped(uint8_t c)
{
	return c == '"' || c == '\\';
}

/* Length of name=value or name="value". */
static size_t
plain_length(const char *name, struct am_bytes value)
{
	size_t len = strlen(name) + 1 + value.len + (is_token(value) ? 0 : 2);
	size_t i;

	for (i = 0; i < value.len; i++)
		len += is_escaped(value.data[i]);
	return len;
}

static void
plain_write(struct am_buf *out, const char *name, struct am_bytes value)
{
	const bool token = is_token(value);
	size_t i;

	param_begin(out, plain_length(name, value));
	am_buf_add_text(out, name);
	am_buf_add_text(out, token ? "=" : "=\"");
	for (i = 0; i < value.len; i++) {
		if (is_escaped(value.data[i]))
			am_buf_add_char(out, '\\');
		am_buf_add_char(out, (char)value.data[i]);
	}
	if (!token)
		am_buf_add_char(out, '"');
}

static size_t
extended_length(struct am_bytes value)
{
	size_t len = 0;
	size_t i;

	for (i = 0; i < value.len; i++)
		len += is_attribute_char(value.data[i]) ? 1 : 3;
	return len;
}

static void
extended_put(struct am_buf *out, struct am_bytes value)
{
	static const char hex[] = "0123456789ABCDEF";
	size_t i;

	for (i = 0; i < value.len; i++) {
		const uint8_t c = value.data[i];

		if (is_attribute_char(c)) {
			am_buf_add_char(out, (char)c);
			continue;
		}
		am_buf_add_char(out, '%');
		am_buf_add_char(out, hex[c >> 4]);
		am_buf_add_char(out, hex[c & 15]);
	}
}

/* Takes as many whole characters off the front of left as room allows. */
static struct am_bytes
piece_take(struct am_bytes *left, size_t room)
{
	const struct am_bytes whole = *left;
	size_t len = 0;
	size_t used = 0;
	struct am_bytes piece;

	while (left->len > 0) {
		struct am_bytes character = *left;
		uint32_t code;

		character.len = am_utf8_decode(*left, &code);
		used += extended_length(character);
		if (used > room)
			break;
		len += character.len;
		(void)am_slice(*left, character.len, left->len - character.len,
			       left);
	}
	(void)am_slice(whole, 0, len, &piece);
	return piece;
}

/* name*0*=UTF-8''..., name*1*=... (RFC 2231 4.1) */
static void
continued_write(struct am_buf *out, const char *name, struct am_bytes value)
{
	struct am_bytes left = value;
	unsigned n;

	for (n = 0; left.len > 0 && out->status == AM_OK; n++) {
		const char *start = n == 0 ? charset : "";
		char frame[PARAM_NAME_MAX + 40];
		struct am_bytes piece;
		size_t len;

		len = (size_t)snprintf(frame, sizeof(frame), "%s*%u*=%s", name,
				       n, start);
		piece = piece_take(&left, PARAM_MAX - len);
		param_begin(out, len + extended_length(piece));
		am_buf_add_text(out, frame);
		extended_put(out, piece);
	}
}

static void
extended_write(struct am_buf *out, const char *name, struct am_bytes value)
{
	const size_t len = strlen(name) + strlen("*=") + strlen(charset) +
			   extended_length(value);

	if (len > PARAM_MAX) {
		continued_write(out, name, value);
		return;
	}
	param_begin(out, len);
	am_buf_add_text(out, name);
	am_buf_add_text(out, "*=");
	am_buf_add_text(out, charset);
	extended_put(out, value);
}

/* Readers look for a boundary as it is and know no other form of it. */
static bool
is_boundary(const char *name, struct am_bytes value)
{
	return strcmp(name, "boundary") == 0 && value.len <= 70;
}

static void
value_write(struct am_buf *out, const char *name, struct am_bytes value)
{
	const bool fits = plain_length(name, value) <= PARAM_MAX ||
			  is_boundary(name, value);

	if (fits && am_is_ascii(value) && !am_fold_looks_encoded(value))
		plain_write(out, name, value);
	else
		extended_write(out, name, value);
}

/* Bytes that no parameter name has become "-". */
static void
name_clean(const char *name, char clean[PARAM_NAME_MAX + 1])
{
	size_t i;

	for (i = 0; i < PARAM_NAME_MAX && name[i] != '\0'; i++)
		clean[i] = is_attribute_char((uint8_t)name[i]) ? name[i] : '-';
	clean[i] = '\0';
}

void
am_field_begin(struct am_buf *out, const char *name, const char *value)
{
	am_fold_name(out, name);
	am_fold_ascii(out, am_bytes_of(value));
}

void
am_field_param(struct am_buf *out, const char *name, const char *value)
{
	char memory[AM_FOLD_SCRATCH];
	struct am_buf scratch = am_buf_in(out->max, memory, sizeof(memory));
	char clean_name[PARAM_NAME_MAX + 1];

	name_clean(name, clean_name);
	value_write(out, clean_name,
		    am_fold_clean(&scratch, am_bytes_of(value)));
	am_fold_scratch_free(&scratch, out);
}

void
am_field_end(struct am_buf *out)
{
	am_fold_end(out);
}
