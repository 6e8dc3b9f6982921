/* HTML: the charset that it declares. */
#include "convert/html.h"

#include "base/ascii.h"

/* Where word starts in text at or after from, without regard to case;
 * text.len when it does not. */
static size_t
word_find(struct am_bytes text, size_t from, const char *word)
{
	size_t at;

	for (at = from; at < text.len; at++)
		if (am_ascii_starts(am_ascii_after(text, at), word))
			return at;
	return text.len;
}

static bool
is_charset_char(uint8_t c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
	       (c >= 'A' && c <= 'Z') || c == '-' || c == '_' || c == '.' ||
	       c == ':' || c == '+';
}

static size_t
space_skip(struct am_bytes text, size_t at)
{
	while (at < text.len && am_ascii_is_space(text.data[at]))
		at++;
	return at;
}

/* The value behind the "=" that follows at; empty when there is none. */
static struct am_bytes
value_at(struct am_bytes tag, size_t at)
{
	struct am_bytes value = { NULL, 0 };
	size_t end;

	at = space_skip(tag, at);
	if (at >= tag.len || tag.data[at] != '=')
		return value;
	at = space_skip(tag, at + 1);
	if (at < tag.len && (tag.data[at] == '"' || tag.data[at] == '\''))
		at = space_skip(tag, at + 1);
	for (end = at; end < tag.len && is_charset_char(tag.data[end]); end++)
		continue;
	(void)am_slice(tag, at, end - at, &value);
	return value;
}

/* The bytes from a "<" at `at` to the ">", the next "<" or the end. */
static struct am_bytes
tag_at(struct am_bytes head, size_t at)
{
	struct am_bytes tag = { NULL, 0 };
	size_t end = at + 1;

	while (end < head.len && head.data[end] != '>' && head.data[end] != '<')
		end++;
	(void)am_slice(head, at, end - at, &tag);
	return tag;
}

/* The charset that this tag declares; empty: none. */
static struct am_bytes
tag_charset(struct am_bytes tag)
{
	const char *word = NULL;
	size_t at;

	if (am_ascii_starts(tag, "<meta"))
		word = "charset";
	else if (am_ascii_starts(tag, "<?xml"))
		word = "encoding";
	if (word == NULL)
		return am_bytes(NULL, 0);
	at = word_find(tag, 0, word);
	if (at == tag.len)
		return am_bytes(NULL, 0);
	return value_at(tag, at + strlen(word));
}

/* Can a declaration begin with this "<"? */
static bool
may_declare(struct am_bytes head, size_t at)
{
	const uint8_t next = at + 1 < head.len ? head.data[at + 1] : 0;

	return next == 'm' || next == 'M' || next == '?';
}

/* The next declaration at or after *at, which moves behind its tag. */
static bool
charset_next(struct am_bytes head, size_t *at, struct am_bytes *charset_out)
{
	while (*at < head.len) {
		const struct am_bytes rest = am_ascii_after(head, *at);
		const uint8_t *found = memchr(rest.data, '<', rest.len);

		if (found == NULL)
			return false;
		*at += (size_t)(found - rest.data);
		if (may_declare(head, *at)) {
			const struct am_bytes tag = tag_at(head, *at);

			*charset_out = tag_charset(tag);
			*at += tag.len;
			if (charset_out->len > 0)
				return true;
		} else {
			(*at)++;
		}
	}
	return false;
}

struct am_bytes
am_html_charset(struct am_bytes head)
{
	struct am_bytes charset = { NULL, 0 };
	size_t at = 0;

	if (!charset_next(head, &at, &charset))
		return am_bytes(NULL, 0);
	return charset;
}

static struct am_bytes
byte_order_mark_skip(struct am_bytes head)
{
	if (am_ascii_starts(head, "\xef\xbb\xbf"))
		return am_ascii_after(head, 3);
	return head;
}

/* Adds what lies between *done and the charset, then "utf-8". */
static void
charset_replace(struct am_buf *out, struct am_bytes head, size_t *done,
		struct am_bytes charset)
{
	const size_t at = (size_t)(charset.data - head.data);
	struct am_bytes kept;

	if (am_slice(head, *done, at - *done, &kept))
		am_buf_add(out, kept);
	am_buf_add_text(out, "utf-8");
	*done = at + charset.len;
}

enum am_status
am_html_declare_utf8(struct am_arena *arena, struct am_bytes head,
		     struct am_bytes *head_out, struct am_error *err)
{
	const struct am_bytes text = byte_order_mark_skip(head);
	struct am_buf out = am_buf(2 * AM_HTML_HEAD_SIZE);
	struct am_bytes charset;
	enum am_status status = AM_OK;
	size_t done = 0;
	size_t at = 0;

	while (charset_next(text, &at, &charset))
		charset_replace(&out, text, &done, charset);
	if (done == 0) {
		*head_out = text;
		return AM_OK;
	}
	am_buf_add(&out, am_ascii_after(text, done));
	status = am_buf_status(&out, err);
	if (status == AM_OK)
		status =
			am_arena_copy(arena, am_buf_bytes(&out), head_out, err);
	am_buf_free(&out);
	return status;
}
