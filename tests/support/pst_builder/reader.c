/* Words: bare, in quotes, or the lines of <<TAG */
#include "reader.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

void
pb_reader_die(const struct pb_reader *in, const char *what)
{
	pb_die("%s:%u: %s", in->name, in->line, what);
}

int
pb_reader_peek(const struct pb_reader *in)
{
	return in->at < in->end ? (unsigned char)*in->at : -1;
}

int
pb_reader_next(struct pb_reader *in)
{
	const int c = pb_reader_peek(in);

	if (c < 0)
		return c;
	in->at++;
	if (c == '\n')
		in->line++;
	return c;
}

static int
hex_digit(int c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

/* Also surrogates, three bytes each: text.c turns them into UTF-16 as they
 * stand, which is how a recipe gets an unpaired one. */
static void
utf8_add(struct pb_buf *out, uint32_t c)
{
	if (c < 0x80) {
		pb_buf_int(out, 1, c);
	} else if (c < 0x800) {
		pb_buf_int(out, 1, 0xC0 | c >> 6);
		pb_buf_int(out, 1, 0x80 | (c & 63));
	} else if (c < 0x10000) {
		pb_buf_int(out, 1, 0xE0 | c >> 12);
		pb_buf_int(out, 1, 0x80 | (c >> 6 & 63));
		pb_buf_int(out, 1, 0x80 | (c & 63));
	} else {
		pb_buf_int(out, 1, 0xF0 | (c >> 18 & 7));
		pb_buf_int(out, 1, 0x80 | (c >> 12 & 63));
		pb_buf_int(out, 1, 0x80 | (c >> 6 & 63));
		pb_buf_int(out, 1, 0x80 | (c & 63));
	}
}

static void
escape_hex(struct pb_reader *in, struct pb_buf *out)
{
	const int high = hex_digit(pb_reader_next(in));
	const int low = hex_digit(pb_reader_next(in));

	if (high < 0 || low < 0)
		pb_reader_die(in, "\\x wants two hexadecimal digits");
	pb_buf_int(out, 1, (uint64_t)(high * 16 + low));
}

static void
escape_unicode(struct pb_reader *in, struct pb_buf *out)
{
	uint32_t value = 0;
	int c;

	if (pb_reader_next(in) != '{')
		pb_reader_die(in, "\\u wants {…}");
	while ((c = pb_reader_next(in)) != '}') {
		const int digit = hex_digit(c);

		if (digit < 0 || value > 0x10FFFF)
			pb_reader_die(in, "bad character number in \\u{…}");
		value = value * 16 + (uint32_t)digit;
	}
	if (value > 0x10FFFF)
		pb_reader_die(in, "bad character number in \\u{…}");
	utf8_add(out, value);
}

static void
escape_read(struct pb_reader *in, struct pb_buf *out)
{
	static const char from[] = "nrt0\\\"";
	static const char to[] = "\n\r\t\0\\\"";
	const int c = pb_reader_next(in);
	const char *found;

	if (c == 'x') {
		escape_hex(in, out);
		return;
	}
	if (c == 'u') {
		escape_unicode(in, out);
		return;
	}
	found = c > 0 ? strchr(from, c) : NULL;
	if (found == NULL)
		pb_reader_die(in, "unknown escape in a quoted text");
	pb_buf_add(out, &to[found - from], 1);
}

static void
quoted_read(struct pb_reader *in, struct pb_buf *out)
{
	int c;

	pb_reader_next(in);
	while ((c = pb_reader_next(in)) != '"') {
		if (c < 0 || c == '\n')
			pb_reader_die(in, "a quoted text has no end");
		if (c == '\\')
			escape_read(in, out);
		else
			pb_buf_int(out, 1, (uint64_t)c);
	}
}

static bool
bare_ends(int c)
{
	return c < 0 || isspace(c) || c == ';' || c == '{' || c == '}' ||
	       c == '"';
}

static void
bare_read(struct pb_reader *in, struct pb_buf *out)
{
	while (!bare_ends(pb_reader_peek(in)))
		pb_buf_int(out, 1, (uint64_t)pb_reader_next(in));
}

/* One line, without its end; the reader moves behind the end. */
static struct pb_word
line_read(struct pb_reader *in)
{
	const char *start = in->at;
	struct pb_word line = { .text = (char *)(uintptr_t)start };

	while (pb_reader_peek(in) >= 0 && pb_reader_peek(in) != '\n')
		in->at++;
	line.len = (size_t)(in->at - start);
	if (line.len > 0 && start[line.len - 1] == '\r')
		line.len--;
	pb_reader_next(in);
	return line;
}

static size_t
indent_of(struct pb_word line)
{
	size_t n = 0;

	while (n < line.len && (line.text[n] == ' ' || line.text[n] == '\t'))
		n++;
	return n;
}

static bool
line_is_tag(struct pb_word line, const char *tag, size_t tag_len)
{
	const size_t indent = indent_of(line);

	return line.len - indent == tag_len &&
	       memcmp(line.text + indent, tag, tag_len) == 0;
}

/* How far the line that ends the text is indented: that much is taken off
 * each of its lines. */
static size_t
here_indent(struct pb_reader in, const char *tag, size_t tag_len)
{
	while (in.at < in.end) {
		const struct pb_word line = line_read(&in);

		if (line_is_tag(line, tag, tag_len))
			return indent_of(line);
	}
	pb_reader_die(&in, "a <<TAG text has no end");
}

/* <<TAG: the lines up to one that is TAG alone, each ended by CR LF as mail
 * wants it. out holds "<<TAG" and gets the text. */
static void
here_read(struct pb_reader *in, struct pb_buf *out)
{
	const size_t tag_len = out->len - 2;
	char *tag = pb_copy_text((char *)out->data + 2, tag_len);
	size_t indent;

	line_read(in);
	indent = here_indent(*in, tag, tag_len);
	out->len = 0;
	for (;;) {
		const struct pb_word line = line_read(in);
		size_t skip = indent_of(line);

		if (line_is_tag(line, tag, tag_len))
			break;
		skip = skip < indent ? skip : indent;
		pb_buf_add(out, line.text + skip, line.len - skip);
		pb_buf_text(out, "\r\n");
	}
	free(tag);
	if (in->at[-1] == '\n') { /* it ends the statement as well */
		in->at--;
		in->line--;
	}
}

void
pb_reader_word(struct pb_reader *in, struct pb_stmt *stmt)
{
	struct pb_buf out = { 0 };
	struct pb_word *word;
	bool quoted = true;

	if (pb_reader_peek(in) == '"') {
		quoted_read(in, &out);
	} else {
		bare_read(in, &out);
		if (out.len > 2 && memcmp(out.data, "<<", 2) == 0)
			here_read(in, &out);
		else
			quoted = false;
	}
	stmt->words = pb_grow(stmt->words, stmt->count, &stmt->size,
			      sizeof(*stmt->words));
	word = &stmt->words[stmt->count++];
	word->text = pb_copy_text((char *)out.data, out.len);
	word->len = out.len;
	word->quoted = quoted;
	pb_buf_free(&out);
}

static void
comment_skip(struct pb_reader *in)
{
	while (pb_reader_peek(in) >= 0 && pb_reader_peek(in) != '\n')
		in->at++;
}

/* Blanks, and line ends escaped by a backslash. */
void
pb_reader_blanks(struct pb_reader *in)
{
	for (;;) {
		const int c = pb_reader_peek(in);

		if (c == ' ' || c == '\t' || c == '\r')
			in->at++;
		else if (c == '#')
			comment_skip(in);
		else if (c == '\\' && in->end - in->at > 1 &&
			 in->at[1] == '\n') {
			in->at++;
			pb_reader_next(in);
		} else
			return;
	}
}
