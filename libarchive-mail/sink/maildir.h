/* What the sinks have in common that hold each message in a file of its own:
 * Maildir, Maildir++ and .eml files. */
#ifndef AM_SINK_MAILDIR_H
#define AM_SINK_MAILDIR_H

#include "sink/maildir_file.h"

struct am_maildir {
	struct am_sink base; /* first */
	const struct am_maildir_layout *layout;
	struct am_sink_tree tree;
	struct am_maildir_dirs dirs;
	struct am_maildir_keywords keywords;
	struct am_maildir_writer writer;
};

/* As am_maildir_open, in this layout. */
enum am_status
am_maildir_open_as(const struct am_maildir_layout *layout,
		   const struct am_sink_options *options,
		   struct am_sink **sink_out, struct am_error *err);

/* The stored bytes of a message, none more and none less. */
enum am_status
am_maildir_stored(const struct am_maildir *maildir,
		  const struct am_sink_place *place, struct am_arena *arena,
		  struct am_stream **stream_out, struct am_error *err);

#endif
