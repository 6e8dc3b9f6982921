/* RFC 2047 encoded words. */
#include "mime/encoded_word.h"

#include "base/text.h"
#include "mime/base64.h"
#include "mime/fold.h"

enum {
	/* "=?UTF-8?Q?" and "?=" */
	FRAME = 12,
	/* What is encoded of one word, at most. */
	PAYLOAD_MAX = AM_ENCODED_WORD_MAX - FRAME,
	/* A line with less room than this is not begun. */
	PAYLOAD_MIN = 16,
	/* At least a character of four bytes. */
	Q_LITTLE = 12
};

static bool
q_is_plain(uint8_t c, bool phrase)
{
	if ((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
	    (c >= 'a' && c <= 'z'))
		return true;
	if (phrase)
		return c != 0 && strchr("!*+-/", c) != NULL;
	return c > ' ' && c < 0x7f && c != '=' && c != '?' && c != '_';
}

/* Length of the bytes in Q. */
static size_t
q_length(struct am_bytes text, bool phrase)
{
	size_t len = 0;
	size_t i;

	for (i = 0; i < text.len; i++) {
		const uint8_t c = text.data[i];

		len += c == ' ' || q_is_plain(c, phrase) ? 1 : 3;
	}
	return len;
}

static size_t
b_length(size_t len)
{
	return (len + 2) / 3 * 4;
}

static void
q_add(struct am_buf *out, struct am_bytes text, bool phrase)
{
	static const char hex[] = "0123456789ABCDEF";
	size_t i;

	for (i = 0; i < text.len; i++) {
		const uint8_t c = text.data[i];

		if (c == ' ')
			am_buf_add_char(out, '_');
		else if (q_is_plain(c, phrase))
			am_buf_add_char(out, (char)c);
		else
			am_buf_add(out,
				   am_bytes((const char[]){ '=', hex[c >> 4],
							    hex[c & 15] },
					    3));
	}
}

/* As many whole characters off the front of text as Q has room for. */
static struct am_bytes
q_piece(struct am_bytes text, size_t room, bool phrase)
{
	size_t len = 0;
	size_t encoded = 0;

	while (len < text.len) {
		struct am_bytes rest;
		uint32_t code;

		(void)am_slice(text, len, text.len - len, &rest);
		rest.len = am_utf8_decode(rest, &code);
		encoded += q_length(rest, phrase);
		if (encoded > room)
			break;
		len += rest.len;
	}
	return am_bytes(text.data, len);
}

/* The same for B, all of text or what needs no padding; empty where no number
 * of characters does without. */
static struct am_bytes
b_piece(struct am_bytes text, size_t room)
{
	size_t len = 0;
	size_t unpadded = 0;

	while (len < text.len) {
		struct am_bytes rest;
		uint32_t code;

		(void)am_slice(text, len, text.len - len, &rest);
		len += am_utf8_decode(rest, &code);
		if (b_length(len) > room)
			break;
		if (len % 3 == 0 || len == text.len)
			unpadded = len;
	}
	return am_bytes(text.data, unpadded);
}

/* Room for payload on the line at hand, or on the next. */
static size_t
payload_room(const struct am_buf *out)
{
	const size_t taken = am_fold_column(out) + 1 + FRAME;

	if (taken + PAYLOAD_MIN > AM_FOLD_COLUMN)
		return PAYLOAD_MAX;
	return taken + PAYLOAD_MAX > AM_FOLD_COLUMN ? AM_FOLD_COLUMN - taken
						    : PAYLOAD_MAX;
}

static void
q_write(struct am_buf *out, struct am_bytes piece, bool phrase)
{
	am_fold_before(out, 1 + FRAME + q_length(piece, phrase));
	am_buf_add_text(out, " =?UTF-8?Q?");
	q_add(out, piece, phrase);
	am_buf_add_text(out, "?=");
}

static void
b_write(struct am_buf *out, struct am_bytes piece)
{
	am_fold_before(out, 1 + FRAME + b_length(piece.len));
	am_buf_add_text(out, " =?UTF-8?B?");
	am_base64_text(out, piece);
	am_buf_add_text(out, "?=");
}

void
am_encoded_words(struct am_buf *out, struct am_bytes text, bool phrase)
{
	const bool base64 = b_length(text.len) < q_length(text, phrase);
	struct am_bytes left = text;

	while (left.len > 0 && out->status == AM_OK) {
		const size_t room = payload_room(out);
		struct am_bytes piece = am_bytes(NULL, 0);

		if (base64)
			piece = b_piece(left, room);
		if (piece.len > 0) {
			b_write(out, piece);
		} else {
			/* Behind a little of Q, B may fit again. */
			piece = q_piece(left, base64 ? Q_LITTLE : room, phrase);
			q_write(out, piece, phrase);
		}
		(void)am_slice(left, piece.len, left.len - piece.len, &left);
	}
}
