/* The directories of Maildir folders, a few of them held open. */
#ifndef AM_SINK_MAILDIR_DIRS_H
#define AM_SINK_MAILDIR_DIRS_H

#include "sink/names.h"
#include "sink/tree.h"

enum {
	AM_MAILDIR_OPEN = 8, /* folders held open, at most */
	AM_MAILDIR_NAME_SIZE = 128,
	AM_MAILDIR_PATH_SIZE = AM_PATH_MAX + 512
};

struct am_maildir_folder {
	size_t folder; /* SIZE_MAX: none */
	int cur, tmp;
};

struct am_maildir_dirs {
	const struct am_sink_tree *tree; /* borrowed */
	struct am_maildir_folder open[AM_MAILDIR_OPEN];
	size_t next; /* to be replaced next */
};

void am_maildir_dirs_init(struct am_maildir_dirs *dirs,
			  const struct am_sink_tree *tree);
void am_maildir_dirs_close(struct am_maildir_dirs *dirs);

/* The folder's cur/ and tmp/, made when they are not there. folder_out:
 * borrowed until the next call. AM_OUTPUT, AM_IO. */
enum am_status am_maildir_dirs_get(struct am_maildir_dirs *dirs, size_t folder,
				   const struct am_maildir_folder **folder_out,
				   struct am_error *err);

/* "prefix/path of the folder/name" */
void am_maildir_path(const struct am_sink_tree *tree, size_t folder,
		     const char *name, char path[AM_MAILDIR_PATH_SIZE]);

/* What a message is called in tmp/. */
void
am_maildir_tmp_name(uint64_t row, uint32_t id, char name[AM_MAILDIR_NAME_SIZE]);

/* Removes files with such names from the tmp/ of all folders. */
enum am_status
am_maildir_clean(const struct am_sink_tree *tree, struct am_error *err);

#endif
