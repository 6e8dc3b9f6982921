/* FILE|DIR... on the command line: which archives that means, and what the
 * results of each are called. */
#ifndef AM_TOOLS_INPUT_H
#define AM_TOOLS_INPUT_H

#include "base/arena.h"

/* Folders in folders that are looked into. */
enum { AM_INPUT_MAX_DEPTH = 64 };

struct am_input {
	const char *path; /* to open, and to name in messages; arena */
	const char *name; /* "old" for old/, old.ledger.jsonl ...; arena */
};

struct am_inputs {
	struct am_input *list;
	size_t count;
};

/* Told about what names no archive: a folder without one, or one that cannot
 * be read. */
typedef void
am_input_problem(void *arg, const char *path, const struct am_error *err);

/* A file is an input, also when it is missing: opening it will tell. A folder
 * means every *.pst, *.ost and *.pab below it, in any case, in the order of
 * their paths; links to folders are not followed there. A file that is reached
 * twice is one input. The result depends on the names only. AM_NOMEM, AM_LIMIT
 * (more paths than the arena holds). */
enum am_status
am_inputs_expand(const char *const *operands, size_t count,
		 struct am_arena *arena, am_input_problem *problem, void *arg,
		 struct am_inputs *inputs_out, struct am_error *err);

/* The names, design 4: base name without extension; another of that name gets
 * "-2", "-3" ... No two differ by case only, and none is what another's
 * results are called. Fills in name of each. */
enum am_status am_inputs_name(struct am_inputs *inputs, struct am_arena *arena,
			      struct am_error *err);

#endif
