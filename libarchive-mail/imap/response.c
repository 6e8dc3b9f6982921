/* RFC 9051 7: what a server says. */
#include "imap/response.h"

#include <inttypes.h>

#include "base/ascii.h"

static const struct condition_name {
	const char *name;
	enum am_imap_condition condition;
} condition_names[] = {
	{ "OK", AM_IMAP_OK },		{ "NO", AM_IMAP_NO },
	{ "BAD", AM_IMAP_BAD_COMMAND }, { "PREAUTH", AM_IMAP_PREAUTH },
	{ "BYE", AM_IMAP_BYE },
};

static enum am_imap_condition
condition_of(struct am_bytes word)
{
	const size_t count =
		sizeof(condition_names) / sizeof(condition_names[0]);
	size_t i;

	for (i = 0; i < count; i++)
		if (am_ascii_equal(word, condition_names[i].name))
			return condition_names[i].condition;
	return AM_IMAP_DATA;
}

/* Up to the next space; *rest is what follows it. */
static struct am_bytes
word_take(struct am_bytes *rest)
{
	struct am_bytes word = am_bytes(NULL, 0);
	size_t len = 0;

	while (len < rest->len && rest->data[len] != ' ')
		len++;
	(void)am_slice(*rest, 0, len, &word);
	*rest = am_ascii_after(*rest, len < rest->len ? len + 1 : len);
	return word;
}

/* "[CODE arguments] text". A bracket that does not end is text. */
static void
code_take(struct am_imap_response *response)
{
	const struct am_bytes rest = response->rest;
	bool quoted = false;
	size_t i;

	if (rest.len == 0 || rest.data[0] != '[')
		return;
	for (i = 1; i < rest.len; i++) {
		if (quoted && rest.data[i] == '\\')
			i++;
		else if (rest.data[i] == '"')
			quoted = !quoted;
		else if (rest.data[i] == ']' && !quoted)
			break;
	}
	if (i >= rest.len)
		return;
	(void)am_slice(rest, 1, i - 1, &response->code);
	response->rest = am_ascii_trim(am_ascii_after(rest, i + 1));
}

static enum am_status
untagged_parse(struct am_imap_response *response, struct am_error *err)
{
	struct am_bytes word = word_take(&response->rest);
	const struct am_imap_token token = { AM_IMAP_ATOM, word };
	uint64_t number;

	response->condition = condition_of(word);
	if (response->condition != AM_IMAP_DATA) {
		code_take(response);
		return AM_OK;
	}
	if (am_imap_number(&token, UINT32_MAX, &number)) {
		response->has_number = true;
		response->number = (uint32_t)number;
		word = word_take(&response->rest);
	}
	if (word.len == 0)
		return am_fail(err, AM_PROTOCOL,
			       "the server sent an empty response");
	response->name = word;
	return AM_OK;
}

enum am_status
am_imap_response_parse(struct am_bytes bytes,
		       struct am_imap_response *response_out,
		       struct am_error *err)
{
	struct am_imap_response response = { .rest = bytes };
	const struct am_bytes first = word_take(&response.rest);

	if (am_ascii_equal(first, "+")) {
		response.type = AM_IMAP_CONTINUE;
		*response_out = response;
		return AM_OK;
	}
	if (am_ascii_equal(first, "*")) {
		response.type = AM_IMAP_UNTAGGED;
		AM_TRY(untagged_parse(&response, err));
		*response_out = response;
		return AM_OK;
	}
	response.type = AM_IMAP_TAGGED;
	response.tag = first;
	response.condition = condition_of(word_take(&response.rest));
	if (response.condition != AM_IMAP_OK &&
	    response.condition != AM_IMAP_NO &&
	    response.condition != AM_IMAP_BAD_COMMAND)
		return am_fail(err, AM_PROTOCOL,
			       "the server sent a line that is no IMAP");
	code_take(&response);
	*response_out = response;
	return AM_OK;
}

bool
am_imap_code_is(const struct am_imap_response *response, const char *name,
		struct am_imap_scan *arguments_out)
{
	struct am_bytes rest = response->code;

	if (!am_ascii_equal(word_take(&rest), name))
		return false;
	if (arguments_out != NULL)
		*arguments_out = am_imap_scan(rest);
	return true;
}

struct am_imap_reader
am_imap_reader(void)
{
	const struct am_imap_reader reader = {
		.buf = am_buf(AM_IMAP_RESPONSE_MAX),
	};

	return reader;
}

void
am_imap_reader_free(struct am_imap_reader *reader)
{
	am_buf_free(&reader->buf);
}

/* The text of a status response or a continuation may end like the
 * announcement of a literal, and announces none. */
static bool
line_is_text(struct am_bytes line)
{
	struct am_bytes rest = line;
	const struct am_bytes first = word_take(&rest);

	return am_ascii_equal(first, "+") ||
	       condition_of(word_take(&rest)) != AM_IMAP_DATA;
}

/* A line has come to its end: of the response, or only up to a literal. */
static void
line_end(struct am_imap_reader *reader)
{
	const struct am_bytes all = am_buf_bytes(&reader->buf);
	struct am_bytes whole = all;
	uint64_t len;

	(void)am_slice(all, 0, all.len - 1, &whole);
	if (whole.len > 0 && whole.data[whole.len - 1] == '\r')
		(void)am_slice(whole, 0, whole.len - 1, &whole);
	if (am_imap_announces(am_ascii_after(whole, reader->line < whole.len
							    ? reader->line
							    : whole.len),
			      &len) &&
	    !line_is_text(whole)) {
		reader->literal_left = len;
		reader->line = all.len;
		return;
	}
	reader->buf.len = whole.len;
	reader->is_whole = true;
}

/* How much of bytes the literal or the line at hand still takes. */
static size_t
piece_len(const struct am_imap_reader *reader, struct am_bytes bytes)
{
	const uint8_t *end;

	if (reader->literal_left > 0)
		return bytes.len < reader->literal_left
			       ? bytes.len
			       : (size_t)reader->literal_left;
	end = bytes.len > 0 ? memchr(bytes.data, '\n', bytes.len) : NULL;
	return end != NULL ? (size_t)(end - bytes.data) + 1 : bytes.len;
}

static enum am_status
piece_add(struct am_imap_reader *reader, struct am_bytes piece,
	  struct am_error *err)
{
	const bool in_literal = reader->literal_left > 0;
	enum am_status status;

	am_buf_add(&reader->buf, piece);
	status = am_buf_status(&reader->buf, err);
	if (status == AM_LIMIT)
		return am_fail(err, AM_PROTOCOL,
			       "a response of the server is longer than %d "
			       "bytes",
			       AM_IMAP_RESPONSE_MAX);
	AM_TRY(status);
	if (in_literal) {
		reader->literal_left -= piece.len;
		if (reader->literal_left == 0)
			reader->line = reader->buf.len;
		return AM_OK;
	}
	if (piece.len > 0 && piece.data[piece.len - 1] == '\n')
		line_end(reader);
	if (reader->literal_left > AM_IMAP_RESPONSE_MAX)
		return am_fail(err, AM_PROTOCOL,
			       "the server announced %" PRIu64
			       " bytes; %d are the limit",
			       reader->literal_left, AM_IMAP_RESPONSE_MAX);
	return AM_OK;
}

enum am_status
am_imap_reader_feed(struct am_imap_reader *reader, struct am_bytes bytes,
		    size_t *used_out, struct am_bytes *whole_out,
		    struct am_error *err)
{
	*used_out = 0;
	*whole_out = am_bytes(NULL, 0);
	if (reader->is_whole) {
		am_buf_clear(&reader->buf);
		reader->is_whole = false;
		reader->line = 0;
	}
	while (*used_out < bytes.len && !reader->is_whole) {
		struct am_bytes piece = am_ascii_after(bytes, *used_out);

		(void)am_slice(piece, 0, piece_len(reader, piece), &piece);
		AM_TRY(piece_add(reader, piece, err));
		*used_out += piece.len;
	}
	if (reader->is_whole)
		*whole_out = am_buf_bytes(&reader->buf);
	return AM_OK;
}
