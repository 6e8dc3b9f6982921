/* The recipe: statements of words, with blocks of statements in braces.
 *
 *	folder "Inbox" {
 *		role inbox
 *		message { subject "Hello"; body <<END
 *	...text...
 *	END
 *		}
 *	}
 *
 * README.md describes the language. Nothing here knows what a word means. */
#ifndef PB_RECIPE_H
#define PB_RECIPE_H

#include "bytes.h"

struct pb_word {
	char *text; /* NUL-terminated; may also contain NULs */
	size_t len;
	bool quoted; /* "…" or <<TAG: never a keyword */
};

struct pb_stmt {
	struct pb_word *words;
	size_t count;
	size_t size;
	struct pb_stmt *children; /* first statement of the block */
	struct pb_stmt *next;
	bool has_block;
	unsigned line;
	const char *file;
};

/* Reads path ("-": standard input); the result lives until pb_recipe_free. */
struct pb_stmt *pb_recipe_read(const char *path);
/* The same from memory, with name standing for the path in messages. */
struct pb_stmt *pb_recipe_parse(const char *name, const char *text, size_t len);
void pb_recipe_free(struct pb_stmt *first);

_Noreturn void
pb_die_at(const struct pb_stmt *stmt, const char *format, ...) PB_PRINTF(2, 3);

/* Is the first word this keyword? */
bool pb_stmt_is(const struct pb_stmt *stmt, const char *keyword);
/* The first child with this keyword, or NULL. */
const struct pb_stmt *
pb_stmt_child(const struct pb_stmt *stmt, const char *keyword);

/* Word i (0 is the keyword); each of them ends the program if it is missing
 * or not what is wanted. */
const struct pb_word *pb_word_at(const struct pb_stmt *stmt, size_t i);
const char *pb_text_at(const struct pb_stmt *stmt, size_t i);
/* Decimal, 0x…, with K, M or G for 1024, 1024², 1024³. */
uint64_t pb_number_at(const struct pb_stmt *stmt, size_t i);
bool pb_word_is(const struct pb_stmt *stmt, size_t i, const char *keyword);
/* False if text is no number. */
bool pb_number_parse(const char *text, uint64_t *value_out);

#endif
