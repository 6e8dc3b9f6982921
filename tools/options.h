/* The command line, from a table: each command lists its options, and parsing
 * and help follow from the list.
 *
 * Options may stand before, between and after the operands: --long, --long
 * VALUE, --long=VALUE, -s, -sVALUE, -s VALUE, and flags together as in -vj2.
 * After "--" everything is an operand. Long names are never abbreviated. */
#ifndef AM_TOOLS_OPTIONS_H
#define AM_TOOLS_OPTIONS_H

#include <stddef.h>

#include "base/arena.h"
#include "base/buf.h"

/* What an option sets in the values of its command. */
enum am_option_kind {
	AM_OPTION_FLAG,	     /* bool */
	AM_OPTION_TEXT,	     /* const char *; NULL: not given */
	AM_OPTION_LIST,	     /* const char *const *, ends with NULL; NULL: none.
				May be given again, each adds one */
	AM_OPTION_COUNT,     /* unsigned, from 1; 0: not given */
	AM_OPTION_CHOICE,    /* int: index in choices, plus 1; 0: not given */
	AM_OPTION_DAY_BEGIN, /* struct am_option_time; a day is its first */
	AM_OPTION_DAY_END,   /* second, or its last one */
	AM_OPTION_CODEPAGE   /* unsigned; 0: not given */
};

struct am_option_time {
	bool given;
	int64_t time; /* seconds since 1970 */
};

struct am_option {
	const char *name; /* without its dashes */
	char letter;	  /* 0: none */
	enum am_option_kind kind;
	const char *argument; /* as the help names it; NULL for a flag */
	const char *help;
	size_t field; /* offset in the values */
	unsigned max; /* of a count */
	bool required;
	const char *const *choices; /* ends with NULL */
};

/* The end of a table. */
/* clang-format off */
#define AM_OPTION_LAST { .name = NULL }
/* clang-format on */

struct am_operands {
	const char *const *list; /* ends with NULL; arena */
	size_t count;
};

/* Reads argv[0 .. argc-1] (no program name in it) into values, which is zeroed
 * or holds the defaults. AM_END when --help or -h is among them;
 * AM_UNSUPPORTED with a sentence for the user, which names the nearest option
 * when one is mistyped; AM_NOMEM. Texts are borrowed from argv. */
enum am_status
am_options_parse(const struct am_option *table, int argc,
		 const char *const *argv, struct am_arena *arena, void *values,
		 struct am_operands *operands_out, struct am_error *err);

/* The table as help: two columns, at most 80 wide. */
void am_options_help(const struct am_option *table, struct am_buf *out);

/* The one of names (ends with NULL) that text was probably meant to be, or
 * NULL when none is near. */
const char *am_nearest(const char *text, const char *const *names);

#endif
