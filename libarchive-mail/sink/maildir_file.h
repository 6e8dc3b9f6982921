/* A message becomes a file of a Maildir folder. */
#ifndef AM_SINK_MAILDIR_FILE_H
#define AM_SINK_MAILDIR_FILE_H

#include "base/buf.h"
#include "sink/maildir_dirs.h"
#include "sink/maildir_keywords.h"

struct am_maildir_writer {
	struct am_sink_tree *tree;	      /* borrowed */
	struct am_maildir_dirs *dirs;	      /* borrowed */
	struct am_maildir_keywords *keywords; /* borrowed; NULL: none */
	struct am_arena arena;		      /* for the message at hand */
	struct am_buf piece;		      /* of the message at hand */
	struct am_sha256 *sha;
};

/* Freed with am_maildir_writer_free, also after a failure. AM_NOMEM. */
enum am_status
am_maildir_writer_init(struct am_maildir_writer *writer,
		       struct am_sink_tree *tree, struct am_maildir_dirs *dirs,
		       struct am_maildir_keywords *keywords,
		       struct am_error *err);
void am_maildir_writer_free(struct am_maildir_writer *writer);

/* Writes the message, under its row in tmp/ or its last name in cur/, and adds
 * it to the batch. Status as of put in sink/sink.h. */
enum am_status
am_maildir_write(struct am_maildir_writer *writer, struct am_stream *mime,
		 const struct am_sink_message *message, struct am_error *err);

/* The name of a Maildir message: a layout's name. */
void am_maildir_name(const struct am_maildir_facts *facts,
		     char name[AM_MAILDIR_NAME_SIZE]);

#endif
