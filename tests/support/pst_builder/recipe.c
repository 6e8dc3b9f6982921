/* Reading a recipe: characters to words, words to statements */
#include "recipe.h"

#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A recipe nests folders and embedded messages; nobody writes more. */
enum { DEPTH_MAX = 200 };

struct reader {
	const char *name;
	const char *at;
	const char *end;
	unsigned line;
};

_Noreturn static void
reader_die(const struct reader *in, const char *what)
{
	pb_die("%s:%u: %s", in->name, in->line, what);
}

static int
reader_peek(const struct reader *in)
{
	return in->at < in->end ? (unsigned char)*in->at : -1;
}

static int
reader_next(struct reader *in)
{
	const int c = reader_peek(in);

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
escape_hex(struct reader *in, struct pb_buf *out)
{
	const int high = hex_digit(reader_next(in));
	const int low = hex_digit(reader_next(in));

	if (high < 0 || low < 0)
		reader_die(in, "\\x wants two hexadecimal digits");
	pb_buf_int(out, 1, (uint64_t)(high * 16 + low));
}

static void
escape_unicode(struct reader *in, struct pb_buf *out)
{
	uint32_t value = 0;
	int c;

	if (reader_next(in) != '{')
		reader_die(in, "\\u wants {…}");
	while ((c = reader_next(in)) != '}') {
		const int digit = hex_digit(c);

		if (digit < 0 || value > 0x10FFFF)
			reader_die(in, "bad character number in \\u{…}");
		value = value * 16 + (uint32_t)digit;
	}
	if (value > 0x10FFFF)
		reader_die(in, "bad character number in \\u{…}");
	utf8_add(out, value);
}

static void
escape_read(struct reader *in, struct pb_buf *out)
{
	static const char from[] = "nrt0\\\"";
	static const char to[] = "\n\r\t\0\\\"";
	const int c = reader_next(in);
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
		reader_die(in, "unknown escape in a quoted text");
	pb_buf_add(out, &to[found - from], 1);
}

static void
quoted_read(struct reader *in, struct pb_buf *out)
{
	int c;

	reader_next(in);
	while ((c = reader_next(in)) != '"') {
		if (c < 0 || c == '\n')
			reader_die(in, "a quoted text has no end");
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
bare_read(struct reader *in, struct pb_buf *out)
{
	while (!bare_ends(reader_peek(in)))
		pb_buf_int(out, 1, (uint64_t)reader_next(in));
}

/* One line, without its end; the reader moves behind the end. */
static struct pb_word
line_read(struct reader *in)
{
	const char *start = in->at;
	struct pb_word line = { .text = (char *)(uintptr_t)start };

	while (reader_peek(in) >= 0 && reader_peek(in) != '\n')
		in->at++;
	line.len = (size_t)(in->at - start);
	if (line.len > 0 && start[line.len - 1] == '\r')
		line.len--;
	reader_next(in);
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
here_indent(struct reader in, const char *tag, size_t tag_len)
{
	while (in.at < in.end) {
		const struct pb_word line = line_read(&in);

		if (line_is_tag(line, tag, tag_len))
			return indent_of(line);
	}
	reader_die(&in, "a <<TAG text has no end");
}

/* <<TAG: the lines up to one that is TAG alone, each ended by CR LF as mail
 * wants it. out holds "<<TAG" and gets the text. */
static void
here_read(struct reader *in, struct pb_buf *out)
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

static void
word_read(struct reader *in, struct pb_stmt *stmt)
{
	struct pb_buf out = { 0 };
	struct pb_word *word;
	bool quoted = true;

	if (reader_peek(in) == '"') {
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
comment_skip(struct reader *in)
{
	while (reader_peek(in) >= 0 && reader_peek(in) != '\n')
		in->at++;
}

/* Blanks, and line ends escaped by a backslash. */
static void
blanks_skip(struct reader *in)
{
	for (;;) {
		const int c = reader_peek(in);

		if (c == ' ' || c == '\t' || c == '\r')
			in->at++;
		else if (c == '#')
			comment_skip(in);
		else if (c == '\\' && in->end - in->at > 1 &&
			 in->at[1] == '\n') {
			in->at++;
			reader_next(in);
		} else
			return;
	}
}

static void
separators_skip(struct reader *in)
{
	for (;;) {
		blanks_skip(in);
		if (reader_peek(in) != '\n' && reader_peek(in) != ';')
			return;
		reader_next(in);
	}
}

static struct pb_stmt *block_read(struct reader *in, unsigned depth);

static struct pb_stmt *
stmt_read(struct reader *in, unsigned depth)
{
	struct pb_stmt *stmt = pb_alloc(sizeof(*stmt));

	stmt->line = in->line;
	stmt->file = in->name;
	for (;;) {
		int c;

		blanks_skip(in);
		c = reader_peek(in);
		if (c < 0 || c == '\n' || c == ';' || c == '}')
			return stmt;
		if (c == '{') {
			reader_next(in);
			stmt->children = block_read(in, depth + 1);
			stmt->has_block = true;
			if (reader_next(in) != '}')
				reader_die(in, "a { has no }");
			return stmt;
		}
		word_read(in, stmt);
	}
}

/* Statements up to a } or the end, which is left to the caller. */
static struct pb_stmt *
block_read(struct reader *in, unsigned depth)
{
	struct pb_stmt *first = NULL;
	struct pb_stmt **tail = &first;

	if (depth > DEPTH_MAX)
		reader_die(in, "too many nested blocks");
	for (;;) {
		separators_skip(in);
		if (reader_peek(in) < 0 || reader_peek(in) == '}')
			return first;
		*tail = stmt_read(in, depth);
		if ((*tail)->count == 0)
			reader_die(in, "a block without a keyword");
		tail = &(*tail)->next;
	}
}

struct pb_stmt *
pb_recipe_parse(const char *name, const char *text, size_t len)
{
	struct reader in = {
		.name = name, .at = text, .end = text + len, .line = 1
	};
	struct pb_stmt *first = block_read(&in, 0);

	if (reader_peek(&in) >= 0)
		reader_die(&in, "a } has no {");
	return first;
}

struct pb_stmt *
pb_recipe_read(const char *path)
{
	const bool standard = strcmp(path, "-") == 0;
	FILE *file = standard ? stdin : fopen(path, "rb");
	struct pb_buf text = { 0 };
	struct pb_stmt *first;
	size_t got;

	if (file == NULL)
		pb_die("%s: %s", path, strerror(errno));
	while ((got = fread(pb_buf_room(&text, 65536), 1, 65536, file)) > 0)
		text.len += got;
	if (ferror(file))
		pb_die("%s: %s", path, strerror(errno));
	if (!standard)
		fclose(file);
	first = pb_recipe_parse(path, (char *)text.data, text.len);
	pb_buf_free(&text);
	return first;
}

void
pb_recipe_free(struct pb_stmt *first)
{
	while (first != NULL) {
		struct pb_stmt *next = first->next;

		pb_recipe_free(first->children);
		for (size_t i = 0; i < first->count; i++)
			free(first->words[i].text);
		free(first->words);
		free(first);
		first = next;
	}
}

void
pb_die_at(const struct pb_stmt *stmt, const char *format, ...)
{
	va_list args;

	fprintf(stderr, "%s:%u: %s: ", stmt->file, stmt->line,
		stmt->words[0].text);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
	exit(1);
}

bool
pb_stmt_is(const struct pb_stmt *stmt, const char *keyword)
{
	return pb_word_is(stmt, 0, keyword);
}

const struct pb_stmt *
pb_stmt_child(const struct pb_stmt *stmt, const char *keyword)
{
	for (const struct pb_stmt *s = stmt->children; s != NULL; s = s->next) {
		if (pb_stmt_is(s, keyword))
			return s;
	}
	return NULL;
}

const struct pb_word *
pb_word_at(const struct pb_stmt *stmt, size_t i)
{
	if (i >= stmt->count)
		pb_die_at(stmt, "wants more words");
	return &stmt->words[i];
}

const char *
pb_text_at(const struct pb_stmt *stmt, size_t i)
{
	return pb_word_at(stmt, i)->text;
}

bool
pb_word_is(const struct pb_stmt *stmt, size_t i, const char *keyword)
{
	return i < stmt->count && !stmt->words[i].quoted &&
	       strcmp(stmt->words[i].text, keyword) == 0;
}

bool
pb_number_parse(const char *text, uint64_t *value_out)
{
	static const char suffixes[] = "KMG";
	const char *suffix;
	char *end;
	uint64_t value;

	if (!isdigit((unsigned char)text[0]))
		return false;
	errno = 0;
	value = strtoull(text, &end, 0);
	if (errno != 0)
		return false;
	suffix = *end != '\0' ? strchr(suffixes, *end) : NULL;
	if (suffix != NULL) {
		value <<= 10 * (suffix - suffixes + 1);
		end++;
	}
	*value_out = value;
	return *end == '\0';
}

uint64_t
pb_number_at(const struct pb_stmt *stmt, size_t i)
{
	uint64_t value;

	if (!pb_number_parse(pb_text_at(stmt, i), &value))
		pb_die_at(stmt, "\"%s\" is not a number", pb_text_at(stmt, i));
	return value;
}
