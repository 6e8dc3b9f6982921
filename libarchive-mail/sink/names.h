/* Folder names on disk (design 6): percent-encoded, unique also without
 * regard to case, short enough, never leaving their folder; in the form that
 * the reader of the tree wants. */
#ifndef AM_SINK_NAMES_H
#define AM_SINK_NAMES_H

#include "base/arena.h"
#include "sink/sink.h"

enum {
	AM_NAME_MAX = 200,	/* bytes of one name; longer: cut + "~" + NID */
	AM_PATH_MAX = 3000,	/* bytes of a path; longer: below "deep/" */
	AM_NAME_FLAT_MAX = 240, /* of a Maildir++ path, which is one name */
	AM_NAME_SUFFIX_MAX = 20
};

enum am_names_form {
	AM_NAMES_PATH,	/* "a/b" */
	AM_NAMES_FILES, /* the same; no name is that of a message's file */

	/* Maildir++: ".a.b" in modified UTF-7, a "." of a name encoded. The
	 * Inbox is "", and what is below it ".INBOX.b". */
	AM_NAMES_MAILDIRPP,

	/* Thunderbird: "a.sbd/b". What its file scan passes over (".msf", "#"
	 * in front ...), and what Windows refuses, is encoded. */
	AM_NAMES_THUNDERBIRD
};

/* One name in the form, but for modified UTF-7: encoded are "%", "/", control
 * characters, a leading dot, a trailing dot or space, the whole names cur, new,
 * tmp and the empty name. */
enum am_status am_name_encode(struct am_arena *arena, enum am_names_form form,
			      const char *name, uint32_t id,
			      const char **encoded_out, struct am_error *err);

/* The relative path of every folder, in arena, without prefix and suffix. A
 * name that is taken gets "~" and the id: the first in the list keeps the
 * plain one. suffix: what a folder's own file gets appended (".mbox"), "" if
 * none; no folder's directory or file has the name of another's, also without
 * regard to case. The work grows with count. AM_NOMEM, AM_LIMIT (arena). */
enum am_status am_names_plan(struct am_arena *arena, enum am_names_form form,
			     const struct am_sink_folder *folders, size_t count,
			     const char *suffix, const char *const **paths_out,
			     struct am_error *err);

#endif
