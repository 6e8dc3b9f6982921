/* [MSFT-RTF] from bytes to tokens. */
#include "rtf/token.h"

/* Sees to it that in has a byte. */
static bool
input_fill(struct am_rtf_reader *reader)
{
	struct am_bytes piece;

	while (reader->in.left == 0) {
		if (reader->status != AM_OK)
			return false;
		reader->status =
			am_stream_next(reader->rtf, &piece, &reader->cause);
		if (reader->status == AM_OK)
			reader->in = am_cursor(piece);
	}
	return true;
}

/* The next byte, which stays; -1: there is none. */
static int
byte_peek(struct am_rtf_reader *reader)
{
	return input_fill(reader) ? reader->in.next[0] : -1;
}

static void
byte_drop(struct am_rtf_reader *reader)
{
	am_skip(&reader->in, 1);
}

static bool
is_letter(int c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static int
hex_value(int c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

static void
word_read(struct am_rtf_reader *reader, struct am_rtf_token *token)
{
	size_t len = 0;

	while (is_letter(byte_peek(reader))) {
		if (len < AM_RTF_MAX_WORD)
			token->word[len] = (char)byte_peek(reader);
		len++;
		byte_drop(reader);
	}
	token->word[len <= AM_RTF_MAX_WORD ? len : 0] = '\0';
}

/* Digits as long as there are any; only what fits counts. */
static void
param_read(struct am_rtf_reader *reader, struct am_rtf_token *token)
{
	const bool negative = byte_peek(reader) == '-';
	int64_t value = 0;
	int c;

	if (negative)
		byte_drop(reader);
	while ((c = byte_peek(reader)) >= '0' && c <= '9') {
		token->has_param = true;
		if (value <= INT32_MAX)
			value = value * 10 + (c - '0');
		byte_drop(reader);
	}
	if (value > INT32_MAX)
		value = INT32_MAX;
	token->param = (int32_t)(negative ? -value : value);
}

/* \binN: N bytes that are no RTF. */
static void
bin_skip(struct am_rtf_reader *reader, int32_t count)
{
	size_t left = count > 0 ? (size_t)count : 0;

	while (left > 0) {
		if (!input_fill(reader)) {
			reader->bin_is_cut = true;
			return;
		}
		if (left < reader->in.left) {
			am_skip(&reader->in, left);
			return;
		}
		left -= reader->in.left;
		am_skip(&reader->in, reader->in.left);
	}
}

static void
control_word_read(struct am_rtf_reader *reader, struct am_rtf_token *token)
{
	token->kind = AM_RTF_WORD;
	word_read(reader, token);
	param_read(reader, token);
	if (byte_peek(reader) == ' ')
		byte_drop(reader);
	if (strcmp(token->word, "bin") == 0)
		bin_skip(reader, token->param);
}

/* Behind \': a byte. Where no two digits follow it is no more than what
 * does. */
static void
hex_read(struct am_rtf_reader *reader, struct am_rtf_token *token)
{
	const int first = byte_peek(reader);
	int second;

	if (hex_value(first) < 0)
		return;
	byte_drop(reader);
	second = byte_peek(reader);
	token->kind = AM_RTF_HEX;
	token->byte = (uint8_t)first;
	if (hex_value(second) < 0)
		return;
	byte_drop(reader);
	token->byte = (uint8_t)(hex_value(first) << 4 | hex_value(second));
}

/* Behind a backslash. One at the very end is nothing. */
static void
control_read(struct am_rtf_reader *reader, struct am_rtf_token *token)
{
	const int c = byte_peek(reader);

	if (is_letter(c)) {
		control_word_read(reader, token);
		return;
	}
	token->kind = c < 0 ? AM_RTF_END : AM_RTF_SYMBOL;
	if (c < 0)
		return;
	token->byte = (uint8_t)c;
	byte_drop(reader);
	if (c == '\'')
		hex_read(reader, token);
}

static bool
is_text(uint8_t c)
{
	return c != '\\' && c != '{' && c != '}' && c != '\r' && c != '\n' &&
	       c != '\0';
}

static void
text_read(struct am_rtf_reader *reader, struct am_rtf_token *token)
{
	size_t len = 0;

	while (len < reader->in.left && len < AM_RTF_MAX_TEXT &&
	       is_text(reader->in.next[len]))
		len++;
	token->kind = AM_RTF_TEXT;
	token->text = am_take(&reader->in, len);
}

/* The end of rtf, or its failure. */
static enum am_status
end_read(const struct am_rtf_reader *reader, struct am_error *err)
{
	if (reader->status == AM_OK || reader->status == AM_END)
		return AM_OK;
	if (err != NULL)
		*err = reader->cause;
	return reader->status;
}

enum am_status
am_rtf_token_next(struct am_rtf_reader *reader, struct am_rtf_token *token_out,
		  struct am_error *err)
{
	int c = byte_peek(reader);

	token_out->kind = AM_RTF_END;
	token_out->has_param = false;
	token_out->param = 0;
	while (c == '\r' || c == '\n' || c == '\0') {
		byte_drop(reader);
		c = byte_peek(reader);
	}
	if (c < 0)
		return end_read(reader, err);
	if (is_text((uint8_t)c)) {
		text_read(reader, token_out);
		return AM_OK;
	}
	byte_drop(reader);
	if (c == '{')
		token_out->kind = AM_RTF_OPEN;
	else if (c == '}')
		token_out->kind = AM_RTF_CLOSE;
	else
		control_read(reader, token_out);
	if (token_out->kind == AM_RTF_END)
		return end_read(reader, err);
	return AM_OK;
}
