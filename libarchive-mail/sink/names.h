/* Folder names on disk (design 6): percent-encoded, unique also without
 * regard to case, short enough, never leaving their folder. */
#ifndef AM_SINK_NAMES_H
#define AM_SINK_NAMES_H

#include "base/arena.h"
#include "sink/sink.h"

enum {
	AM_NAME_MAX = 200,  /* bytes of one name; longer: cut + "~" + NID */
	AM_PATH_MAX = 3000, /* bytes of a path; longer: below "deep/" */
	AM_NAME_SUFFIX_MAX = 16
};

/* One name, encoded: "%", "/", control characters, a leading dot, a trailing
 * dot or space, the whole names cur, new, tmp and the empty name. */
enum am_status
am_name_encode(struct am_arena *arena, const char *name, uint32_t id,
	       const char **encoded_out, struct am_error *err);

/* The relative path of every folder, in arena, without prefix and suffix. A
 * name that is taken gets "~" and the id: the first in the list keeps the
 * plain one. suffix: what a folder's own file gets appended (".mbox"), "" if
 * none; no folder's directory or file has the name of another's, also without
 * regard to case. The work grows with count. AM_NOMEM, AM_LIMIT (arena). */
enum am_status
am_names_plan(struct am_arena *arena, const struct am_sink_folder *folders,
	      size_t count, const char *suffix, const char *const **paths_out,
	      struct am_error *err);

#endif
