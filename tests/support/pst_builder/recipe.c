/* Statements and blocks of a recipe, and questions about them */
#include "recipe.h"

#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "reader.h"

/* A recipe nests folders and embedded messages; nobody writes more. */
enum { DEPTH_MAX = 200 };

static void
separators_skip(struct pb_reader *in)
{
	for (;;) {
		pb_reader_blanks(in);
		if (pb_reader_peek(in) != '\n' && pb_reader_peek(in) != ';')
			return;
		pb_reader_next(in);
	}
}

static struct pb_stmt *block_read(struct pb_reader *in, unsigned depth);

static struct pb_stmt *
stmt_read(struct pb_reader *in, unsigned depth)
{
	struct pb_stmt *stmt = pb_alloc(sizeof(*stmt));

	stmt->line = in->line;
	stmt->file = in->name;
	for (;;) {
		int c;

		pb_reader_blanks(in);
		c = pb_reader_peek(in);
		if (c < 0 || c == '\n' || c == ';' || c == '}')
			return stmt;
		if (c == '{') {
			pb_reader_next(in);
			stmt->children = block_read(in, depth + 1);
			stmt->has_block = true;
			if (pb_reader_next(in) != '}')
				pb_reader_die(in, "a { has no }");
			return stmt;
		}
		pb_reader_word(in, stmt);
	}
}

/* Statements up to a } or the end, which is left to the caller. */
static struct pb_stmt *
block_read(struct pb_reader *in, unsigned depth)
{
	struct pb_stmt *first = NULL;
	struct pb_stmt **tail = &first;

	if (depth > DEPTH_MAX)
		pb_reader_die(in, "too many nested blocks");
	for (;;) {
		separators_skip(in);
		if (pb_reader_peek(in) < 0 || pb_reader_peek(in) == '}')
			return first;
		*tail = stmt_read(in, depth);
		if ((*tail)->count == 0)
			pb_reader_die(in, "a block without a keyword");
		tail = &(*tail)->next;
	}
}

struct pb_stmt *
pb_recipe_parse(const char *name, const char *text, size_t len)
{
	struct pb_reader in = {
		.name = name, .at = text, .end = text + len, .line = 1
	};
	struct pb_stmt *first = block_read(&in, 0);

	if (pb_reader_peek(&in) >= 0)
		pb_reader_die(&in, "a } has no {");
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
