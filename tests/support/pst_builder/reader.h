/* The characters of a recipe, and words made of them; used by recipe.c. */
#ifndef PB_READER_H
#define PB_READER_H

#include "recipe.h"

struct pb_reader {
	const char *name;
	const char *at;
	const char *end;
	unsigned line;
};

_Noreturn void pb_reader_die(const struct pb_reader *in, const char *what);
/* The next character, or -1 at the end; next also moves on. */
int pb_reader_peek(const struct pb_reader *in);
int pb_reader_next(struct pb_reader *in);
/* Skips blanks, comments, and line ends escaped by a backslash. */
void pb_reader_blanks(struct pb_reader *in);
/* Adds the word that starts here to the statement. */
void pb_reader_word(struct pb_reader *in, struct pb_stmt *stmt);

#endif
