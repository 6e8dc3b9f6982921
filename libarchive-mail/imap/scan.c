/* RFC 9051 9: the tokens of a response. */
#include "imap/scan.h"

#include "base/ascii.h"

struct am_imap_scan
am_imap_scan(struct am_bytes bytes)
{
	const struct am_imap_scan scan = { bytes, 0 };

	return scan;
}

/* The first len bytes of the rest as a token, and past them. */
static struct am_imap_token
token_take(struct am_imap_scan *scan, enum am_imap_kind kind, size_t len)
{
	struct am_imap_token token = { AM_IMAP_BAD, am_bytes(NULL, 0) };
	struct am_bytes after = token.bytes;

	if (!am_slice(scan->rest, 0, len, &token.bytes) ||
	    !am_slice(scan->rest, len, scan->rest.len - len, &after))
		return token;
	token.kind = kind;
	scan->rest = after;
	return token;
}

static struct am_imap_token
token_bad(struct am_imap_scan *scan)
{
	const struct am_imap_token token = { AM_IMAP_BAD, am_bytes(NULL, 0) };

	scan->rest = token.bytes;
	return token;
}

static uint8_t
byte_at(const struct am_imap_scan *scan, size_t i)
{
	return i < scan->rest.len ? scan->rest.data[i] : 0;
}

static struct am_imap_token
quoted_next(struct am_imap_scan *scan)
{
	struct am_imap_token token;
	size_t len = 0;

	(void)token_take(scan, AM_IMAP_QUOTED, 1);
	while (len < scan->rest.len && scan->rest.data[len] != '"')
		len += scan->rest.data[len] == '\\' ? 2 : 1;
	if (len >= scan->rest.len)
		return token_bad(scan);
	token = token_take(scan, AM_IMAP_QUOTED, len);
	(void)token_take(scan, AM_IMAP_QUOTED, 1);
	return token;
}

bool
am_imap_announces(struct am_bytes bytes, uint64_t *len_out)
{
	size_t end = bytes.len;
	size_t i;
	uint64_t len = 0;

	if (end < 3 || bytes.data[end - 1] != '}')
		return false;
	end--;
	if (bytes.data[end - 1] == '+')
		end--;
	for (i = end; i > 0 && am_ascii_is_digit(bytes.data[i - 1]); i--)
		if (end - i >= 18)
			return false;
	if (i == end || i == 0 || bytes.data[i - 1] != '{')
		return false;
	for (; i < end; i++)
		len = len * 10 + (uint64_t)(bytes.data[i] - '0');
	*len_out = len;
	return true;
}

/* The announcement, its line end, and the bytes that it speaks of. */
static struct am_imap_token
literal_next(struct am_imap_scan *scan)
{
	struct am_bytes head = am_bytes(NULL, 0);
	uint64_t len = 0;
	size_t end = 0;

	while (end < scan->rest.len && scan->rest.data[end] != '}')
		end++;
	if (!am_slice(scan->rest, 0, end + 1, &head) ||
	    !am_imap_announces(head, &len))
		return token_bad(scan);
	(void)token_take(scan, AM_IMAP_LITERAL, end + 1);
	if (byte_at(scan, 0) == '\r')
		(void)token_take(scan, AM_IMAP_LITERAL, 1);
	if (byte_at(scan, 0) != '\n' || len > scan->rest.len - 1)
		return token_bad(scan);
	(void)token_take(scan, AM_IMAP_LITERAL, 1);
	return token_take(scan, AM_IMAP_LITERAL, (size_t)len);
}

/* Brackets belong to an atom: BODY[HEADER.FIELDS (MESSAGE-ID)] is one. */
static struct am_imap_token
atom_next(struct am_imap_scan *scan)
{
	bool in_brackets = false;
	size_t len;

	for (len = 0; len < scan->rest.len; len++) {
		const uint8_t c = scan->rest.data[len];

		if (c == '[')
			in_brackets = true;
		else if (c == ']')
			in_brackets = false;
		else if (!in_brackets && (c == ' ' || c == '(' || c == ')' ||
					  c == '"' || c == '{'))
			break;
	}
	return token_take(scan, AM_IMAP_ATOM, len);
}

static struct am_imap_token
list_open(struct am_imap_scan *scan)
{
	if (scan->depth == AM_IMAP_DEPTH_MAX)
		return token_bad(scan);
	scan->depth++;
	return token_take(scan, AM_IMAP_OPEN, 1);
}

static struct am_imap_token
list_close(struct am_imap_scan *scan)
{
	if (scan->depth == 0)
		return token_bad(scan);
	scan->depth--;
	return token_take(scan, AM_IMAP_CLOSE, 1);
}

struct am_imap_token
am_imap_next(struct am_imap_scan *scan)
{
	while (byte_at(scan, 0) == ' ')
		(void)token_take(scan, AM_IMAP_NOTHING, 1);
	if (scan->rest.len == 0)
		return scan->depth == 0 ? token_take(scan, AM_IMAP_NOTHING, 0)
					: token_bad(scan);
	switch (byte_at(scan, 0)) {
	case '(':
		return list_open(scan);
	case ')':
		return list_close(scan);
	case '"':
		return quoted_next(scan);
	case '{':
		return literal_next(scan);
	case '~':
		if (byte_at(scan, 1) != '{')
			break;
		(void)token_take(scan, AM_IMAP_LITERAL, 1);
		return literal_next(scan);
	default:
		break;
	}
	return atom_next(scan);
}

bool
am_imap_skip_list(struct am_imap_scan *scan)
{
	const unsigned outside = scan->depth - 1;

	while (scan->depth > outside) {
		const struct am_imap_token token = am_imap_next(scan);

		if (token.kind == AM_IMAP_BAD || token.kind == AM_IMAP_NOTHING)
			return false;
	}
	return true;
}

bool
am_imap_is(const struct am_imap_token *token, const char *name)
{
	return token->kind == AM_IMAP_ATOM &&
	       am_ascii_equal(token->bytes, name);
}

bool
am_imap_is_nil(const struct am_imap_token *token)
{
	return am_imap_is(token, "NIL");
}

bool
am_imap_number(const struct am_imap_token *token, uint64_t max,
	       uint64_t *number_out)
{
	uint64_t number = 0;
	size_t i;

	if (token->kind != AM_IMAP_ATOM || token->bytes.len == 0 ||
	    token->bytes.len > 19)
		return false;
	for (i = 0; i < token->bytes.len; i++) {
		if (!am_ascii_is_digit(token->bytes.data[i]))
			return false;
		number = number * 10 + (uint64_t)(token->bytes.data[i] - '0');
	}
	if (number > max)
		return false;
	*number_out = number;
	return true;
}

enum am_status
am_imap_text(const struct am_imap_token *token, struct am_arena *arena,
	     const char **text_out, struct am_error *err)
{
	char *text;
	size_t i, len = 0;

	if (token->kind != AM_IMAP_ATOM && token->kind != AM_IMAP_QUOTED &&
	    token->kind != AM_IMAP_LITERAL)
		return am_fail(err, AM_PROTOCOL,
			       "the server left out a string");
	text = am_arena_alloc(arena, token->bytes.len + 1);
	if (text == NULL)
		return am_arena_failed(arena, token->bytes.len + 1, err);
	for (i = 0; i < token->bytes.len; i++) {
		const uint8_t c = token->bytes.data[i];

		if (token->kind == AM_IMAP_QUOTED && c == '\\' &&
		    i + 1 < token->bytes.len)
			text[len++] = (char)token->bytes.data[++i];
		else if (c != '\0')
			text[len++] = (char)c;
	}
	text[len] = '\0';
	*text_out = text;
	return AM_OK;
}
