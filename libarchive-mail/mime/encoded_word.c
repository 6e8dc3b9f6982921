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
	PAYLOAD_MIN = 16
};

struct encoder {
	bool base64;
	bool phrase;
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

/* How much of text, whole characters, has at most room bytes when encoded. */
static struct am_bytes
piece_fitting(const struct encoder *enc, struct am_bytes text, size_t room)
{
	size_t len = 0;
	size_t q_len = 0;

	while (len < text.len) {
		struct am_bytes rest;
		uint32_t code;

		(void)am_slice(text, len, text.len - len, &rest);
		rest.len = am_utf8_decode(rest, &code);
		q_len += q_length(rest, enc->phrase);
		if ((enc->base64 ? b_length(len + rest.len) : q_len) > room)
			break;
		len += rest.len;
	}
	return am_bytes(text.data, len);
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
word_write(struct am_buf *out, const struct encoder *enc, struct am_bytes piece)
{
	const size_t len = enc->base64 ? b_length(piece.len)
				       : q_length(piece, enc->phrase);

	am_fold_before(out, 1 + FRAME + len);
	am_buf_add_text(out, enc->base64 ? " =?UTF-8?B?" : " =?UTF-8?Q?");
	if (enc->base64)
		am_base64_text(out, piece);
	else
		q_add(out, piece, enc->phrase);
	am_buf_add_text(out, "?=");
}

void
am_encoded_words(struct am_buf *out, struct am_bytes text, bool phrase)
{
	const struct encoder enc = {
		.base64 = b_length(text.len) < q_length(text, phrase),
		.phrase = phrase,
	};
	struct am_bytes left = text;

	while (left.len > 0 && out->status == AM_OK) {
		const struct am_bytes piece =
			piece_fitting(&enc, left, payload_room(out));

		word_write(out, &enc, piece);
		(void)am_slice(left, piece.len, left.len - piece.len, &left);
	}
}
