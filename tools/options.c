/* The command line, from a table. */
#include "options.h"

#include <errno.h>
#include <stdlib.h>

#include "base/text.h"
#include "base/time.h"

/* What is being read, and where the next word is. */
struct parser {
	const struct am_option *table;
	const char *const *next; /* of the words */
	const char *const *end;
	struct am_arena *arena;
	size_t word_count;
	void *values;
};

static const struct am_option help_option = {
	"help", 'h', AM_OPTION_FLAG, NULL, "show this help", 0, 0, false, NULL
};

static const struct am_option *
option_find(const struct am_option *table, const char *name, size_t len)
{
	for (; table->name != NULL; table++)
		if (strlen(table->name) == len &&
		    memcmp(table->name, name, len) == 0)
			return table;
	if (len == strlen(help_option.name) &&
	    memcmp(help_option.name, name, len) == 0)
		return &help_option;
	return NULL;
}

static const struct am_option *
option_find_letter(const struct am_option *table, char letter)
{
	for (; table->name != NULL; table++)
		if (table->letter == letter && letter != '\0')
			return table;
	return letter == help_option.letter ? &help_option : NULL;
}

static bool
option_takes_value(const struct am_option *option)
{
	return option->kind != AM_OPTION_FLAG;
}

/* "--output" with its letter where it has one: "-o (--output)". */
static const char *
option_title(const struct parser *parser, const struct am_option *option)
{
	const char *title;

	if (option->letter != '\0')
		title = am_arena_printf(parser->arena, "-%c (--%s)",
					option->letter, option->name);
	else
		title = am_arena_printf(parser->arena, "--%s", option->name);
	return title != NULL ? title : option->name;
}

/* "maildir, mbox" */
static const char *
choices_join(const struct parser *parser, const char *const *choices)
{
	const char *text = "";

	for (; *choices != NULL && text != NULL; choices++)
		text = am_arena_printf(parser->arena, "%s%s%s", text,
				       *text != '\0' ? ", " : "", *choices);
	return text != NULL ? text : "";
}

/* --- values -------------------------------------------------------------- */

static enum am_status
count_set(const struct parser *parser, const struct am_option *option,
	  const char *text, unsigned *count, struct am_error *err)
{
	const size_t digits = strspn(text, "0123456789");
	unsigned long value;

	errno = 0;
	value = strtoul(text, NULL, 10);
	if (digits == 0 || text[digits] != '\0' || errno != 0 || value == 0 ||
	    value > option->max)
		return am_fail(err, AM_UNSUPPORTED,
			       "%s needs a number from 1 to %u, not '%s'",
			       option_title(parser, option), option->max, text);
	*count = (unsigned)value;
	return AM_OK;
}

static enum am_status
choice_set(const struct parser *parser, const struct am_option *option,
	   const char *text, int *choice, struct am_error *err)
{
	int i;

	for (i = 0; option->choices[i] != NULL; i++)
		if (strcmp(option->choices[i], text) == 0) {
			*choice = i + 1;
			return AM_OK;
		}
	return am_fail(err, AM_UNSUPPORTED, "%s cannot be '%s'; there are: %s",
		       option_title(parser, option), text,
		       choices_join(parser, option->choices));
}

static enum am_status
time_set(const struct parser *parser, const struct am_option *option,
	 const char *text, struct am_option_time *when, struct am_error *err)
{
	when->given = am_time_parse(text, option->kind == AM_OPTION_DAY_END,
				    &when->time);
	if (!when->given)
		return am_fail(err, AM_UNSUPPORTED,
			       "%s needs a date such as 2004-02-29 or "
			       "2004-02-29T12:00:00Z, not '%s'",
			       option_title(parser, option), text);
	return AM_OK;
}

static enum am_status
codepage_set(const struct parser *parser, const struct am_option *option,
	     const char *text, unsigned *codepage, struct am_error *err)
{
	const size_t digits = strspn(text, "0123456789");

	if (digits > 0 && digits < 6 && text[digits] == '\0')
		*codepage = (unsigned)strtoul(text, NULL, 10);
	else
		*codepage = am_codepage_of_charset(am_bytes_of(text));
	if (*codepage == AM_CP_NONE || !am_codepage_is_known(*codepage))
		return am_fail(err, AM_UNSUPPORTED,
			       "%s needs a code page such as 1252 or a charset "
			       "such as windows-1252, not '%s'",
			       option_title(parser, option), text);
	return AM_OK;
}

/* There are never more of them than words on the command line. */
static enum am_status
list_add(const struct parser *parser, const char *text,
	 const char *const **list, struct am_error *err)
{
	const char **texts;
	size_t count = 0;

	while (*list != NULL && (*list)[count] != NULL)
		count++;
	texts = am_arena_array(parser->arena, count + 2, const char *);
	if (texts == NULL)
		return am_nomem(err);
	if (count > 0)
		memcpy(texts, *list, count * sizeof(*texts));
	texts[count] = text;
	*list = texts;
	return AM_OK;
}

static enum am_status
value_set(const struct parser *parser, const struct am_option *option,
	  const char *text, struct am_error *err)
{
	void *const field = (char *)parser->values + option->field;

	switch (option->kind) {
	case AM_OPTION_FLAG:
		*(bool *)field = true;
		return AM_OK;
	case AM_OPTION_TEXT:
		*(const char **)field = text;
		return AM_OK;
	case AM_OPTION_LIST:
		return list_add(parser, text, field, err);
	case AM_OPTION_COUNT:
		return count_set(parser, option, text, field, err);
	case AM_OPTION_CHOICE:
		return choice_set(parser, option, text, field, err);
	case AM_OPTION_DAY_BEGIN:
	case AM_OPTION_DAY_END:
		return time_set(parser, option, text, field, err);
	case AM_OPTION_CODEPAGE:
		break;
	}
	return codepage_set(parser, option, text, field, err);
}

static bool
value_is_given(const struct am_option *option, const void *values)
{
	const void *const field = (const char *)values + option->field;

	switch (option->kind) {
	case AM_OPTION_FLAG:
		return *(const bool *)field;
	case AM_OPTION_TEXT:
	case AM_OPTION_LIST:
		return *(const void *const *)field != NULL;
	case AM_OPTION_DAY_BEGIN:
	case AM_OPTION_DAY_END:
		return ((const struct am_option_time *)field)->given;
	case AM_OPTION_COUNT:
	case AM_OPTION_CODEPAGE:
	case AM_OPTION_CHOICE:
		break;
	}
	return *(const unsigned *)field != 0;
}

/* --- words --------------------------------------------------------------- */

/* What belongs to option: what is attached to it, or else the next word. */
static enum am_status
value_take(struct parser *parser, const struct am_option *option,
	   const char *attached, struct am_error *err)
{
	if (attached == NULL && parser->next < parser->end)
		attached = *parser->next++;
	if (attached != NULL && *attached == '\0')
		return am_fail(err, AM_UNSUPPORTED, "%s is empty",
			       option_title(parser, option));
	if (attached == NULL && option->choices != NULL)
		return am_fail(err, AM_UNSUPPORTED, "%s needs one of: %s",
			       option_title(parser, option),
			       choices_join(parser, option->choices));
	if (attached == NULL)
		return am_fail(err, AM_UNSUPPORTED, "%s needs a value: %s",
			       option_title(parser, option), option->argument);
	return value_set(parser, option, attached, err);
}

static const char *
nearest_option(const struct parser *parser, const char *name, size_t len)
{
	const struct am_option *option = parser->table;
	const char *const text = am_arena_text(parser->arena, name, len);
	const char **names;
	size_t count = 0;

	while (option[count].name != NULL)
		count++;
	names = am_arena_array(parser->arena, count + 2, const char *);
	if (names == NULL || text == NULL)
		return NULL;
	names[count] = help_option.name;
	while (count-- > 0)
		names[count] = option[count].name;
	return am_nearest(text, names);
}

static enum am_status
long_option_read(struct parser *parser, const char *word, struct am_error *err)
{
	const char *const name = word + 2;
	const size_t len = strcspn(name, "=");
	const char *const value = name[len] == '=' ? name + len + 1 : NULL;
	const struct am_option *option = option_find(parser->table, name, len);
	const char *nearest;

	if (option == NULL) {
		nearest = nearest_option(parser, name, len);
		return am_fail(err, AM_UNSUPPORTED,
			       "there is no option --%.*s%s%s%s", (int)len,
			       name, nearest != NULL ? "; did you mean --" : "",
			       nearest != NULL ? nearest : "",
			       nearest != NULL ? "?" : "");
	}
	if (option_takes_value(option))
		return value_take(parser, option, value, err);
	if (value != NULL)
		return am_fail(err, AM_UNSUPPORTED, "--%s takes no value",
			       option->name);
	if (option == &help_option)
		return AM_END;
	return value_set(parser, option, NULL, err);
}

static enum am_status
short_options_read(struct parser *parser, const char *word,
		   struct am_error *err)
{
	const struct am_option *option;

	for (word++; *word != '\0'; word++) {
		option = option_find_letter(parser->table, *word);
		if (option == NULL)
			return am_fail(err, AM_UNSUPPORTED,
				       "there is no option -%c", *word);
		if (option == &help_option)
			return AM_END;
		if (option_takes_value(option))
			return value_take(parser, option,
					  word[1] != '\0' ? word + 1 : NULL,
					  err);
		AM_TRY(value_set(parser, option, NULL, err));
	}
	return AM_OK;
}

static enum am_status
required_check(const struct parser *parser, struct am_error *err)
{
	const struct am_option *option;

	for (option = parser->table; option->name != NULL; option++) {
		if (!option->required || value_is_given(option, parser->values))
			continue;
		if (option->choices != NULL)
			return am_fail(err, AM_UNSUPPORTED,
				       "%s is missing; it is one of: %s",
				       option_title(parser, option),
				       choices_join(parser, option->choices));
		return am_fail(err, AM_UNSUPPORTED, "%s %s is missing",
			       option_title(parser, option), option->argument);
	}
	return AM_OK;
}

enum am_status
am_options_parse(const struct am_option *table, int argc,
		 const char *const *argv, struct am_arena *arena, void *values,
		 struct am_operands *operands_out, struct am_error *err)
{
	const size_t words = argc > 0 ? (size_t)argc : 0;
	struct parser parser = { .table = table,
				 .next = argv,
				 .end = argv + words,
				 .arena = arena,
				 .values = values };
	const char **operands = am_arena_array(arena, words + 1, const char *);
	bool only_operands = false;

	if (operands == NULL)
		return am_nomem(err);
	operands_out->list = operands;
	operands_out->count = 0;
	while (parser.next < parser.end) {
		const char *const word = *parser.next++;

		if (only_operands || word[0] != '-' || word[1] == '\0')
			operands[operands_out->count++] = word;
		else if (strcmp(word, "--") == 0)
			only_operands = true;
		else if (word[1] == '-')
			AM_TRY(long_option_read(&parser, word, err));
		else
			AM_TRY(short_options_read(&parser, word, err));
	}
	return required_check(&parser, err);
}
