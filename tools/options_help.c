/* The table of options as help, and guesses at mistyped names. */
#include "options.h"

enum { HELP_WIDTH = 79, HELP_COLUMN = 28, NAME_MAX_LENGTH = 40 };

static void
spaces_add(struct am_buf *out, size_t count)
{
	while (count-- > 0)
		am_buf_add_char(out, ' ');
}

/* Words of text, wrapped, the lines after the first indented. */
static void
wrapped_add(struct am_buf *out, const char *text, size_t column)
{
	size_t at = column;

	while (*text != '\0') {
		const size_t len = strcspn(text, " ");

		if (at > column && at + 1 + len > HELP_WIDTH) {
			am_buf_add_char(out, '\n');
			spaces_add(out, column);
			at = column;
		} else if (at > column) {
			am_buf_add_char(out, ' ');
			at++;
		}
		am_buf_add(out, am_bytes(text, len));
		at += len;
		text += len + (text[len] == ' ');
	}
	am_buf_add_char(out, '\n');
}

static void
option_help(const struct am_option *option, struct am_buf *out)
{
	const size_t start = out->len;
	size_t used;

	if (option->letter != '\0')
		am_buf_printf(out, "  -%c, ", option->letter);
	else
		am_buf_add_text(out, "      ");
	am_buf_printf(out, "--%s", option->name);
	if (option->argument != NULL)
		am_buf_printf(out, " %s", option->argument);
	used = out->len - start;
	if (used + 2 > HELP_COLUMN) {
		am_buf_add_char(out, '\n');
		used = 0;
	}
	spaces_add(out, HELP_COLUMN - used);
	wrapped_add(out, option->help, HELP_COLUMN);
}

void
am_options_help(const struct am_option *table, struct am_buf *out)
{
	for (; table->name != NULL; table++)
		option_help(table, out);
	am_buf_printf(out, "  -h, --help%*sshow this help\n", HELP_COLUMN - 12,
		      "");
}

static unsigned
least(unsigned a, unsigned b, unsigned c)
{
	const unsigned ab = a < b ? a : b;

	return ab < c ? ab : c;
}

/* Levenshtein's distance: how many letters to add, drop or change. */
static unsigned
distance(const char *a, const char *b)
{
	unsigned row[NAME_MAX_LENGTH + 1];
	const size_t len = strlen(b);
	unsigned diagonal, above, i = 0;
	size_t j;

	if (len > NAME_MAX_LENGTH || strlen(a) > NAME_MAX_LENGTH)
		return NAME_MAX_LENGTH;
	for (j = 0; j <= len; j++)
		row[j] = (unsigned)j;
	for (; *a != '\0'; a++) {
		diagonal = i++;
		row[0] = i;
		for (j = 1; j <= len; j++) {
			above = row[j];
			row[j] = least(above + 1, row[j - 1] + 1,
				       diagonal + (*a != b[j - 1]));
			diagonal = above;
		}
	}
	return row[len];
}

const char *
am_nearest(const char *text, const char *const *names)
{
	const size_t len = strlen(text);
	unsigned best_distance = len < 4 ? 2 : 3; /* this is too far */
	const char *best = NULL;

	for (; *names != NULL; names++) {
		const unsigned here = distance(text, *names);

		if (here < best_distance) {
			best = *names;
			best_distance = here;
		} else if (best == NULL && len >= 3 &&
			   strncmp(*names, text, len) == 0) {
			best = *names; /* the beginning of a name */
		}
	}
	return best;
}
