/* The directories of Maildir folders, and of folders of single files, a few of
 * them held open. */
#ifndef AM_SINK_MAILDIR_DIRS_H
#define AM_SINK_MAILDIR_DIRS_H

#include "sink/names.h"
#include "sink/tree.h"

enum {
	AM_MAILDIR_OPEN = 8, /* folders held open, at most */
	AM_MAILDIR_NAME_SIZE = 256,
	AM_MAILDIR_PATH_SIZE = AM_SINK_PATH_SIZE
};

struct am_maildir;

/* What is known of a message when it gets its name. */
struct am_maildir_facts {
	const struct am_sink_message *message;
	const uint8_t *digest; /* of the stored bytes: AM_SHA256_SIZE */
	uint64_t size;	       /* stored bytes */
	const char *letters;   /* of its keywords */
};

/* How the sinks differ. */
struct am_maildir_layout {
	enum am_names_form form;
	bool lf;	   /* wants messages with LF line ends */
	bool is_flat;	   /* files lie in the folder, not in cur/ and tmp/ */
	bool is_plusplus;  /* the root is a folder; the others have a mark */
	bool has_keywords; /* dovecot-keywords */

	void (*name)(const struct am_maildir_facts *facts,
		     char name[AM_MAILDIR_NAME_SIZE]);

	/* NULL: as it is. The message as it is stored; in arena. */
	enum am_status (*store)(struct am_arena *arena, struct am_stream *mime,
				const struct am_sink_message *message,
				struct am_stream **stored_out,
				struct am_error *err);

	/* NULL: as it is. The message again; stored is closed with it. */
	enum am_status (*load)(struct am_arena *arena, struct am_stream *stored,
			       uint64_t size, struct am_stream **mime_out,
			       struct am_error *err);
};

struct am_maildir_folder {
	size_t folder; /* SIZE_MAX: none */
	int cur, tmp;
};

struct am_maildir_dirs {
	const struct am_maildir_layout *layout;
	const struct am_sink_tree *tree; /* borrowed */
	bool root_is_there;
	struct am_maildir_folder open[AM_MAILDIR_OPEN];
	size_t next; /* to be replaced next */
};

void am_maildir_dirs_init(struct am_maildir_dirs *dirs,
			  const struct am_maildir_layout *layout,
			  const struct am_sink_tree *tree);
void am_maildir_dirs_close(struct am_maildir_dirs *dirs);

/* The folder's cur/ and tmp/, made when they are not there. folder_out:
 * borrowed until the next call. AM_OUTPUT, AM_IO. */
enum am_status am_maildir_dirs_get(struct am_maildir_dirs *dirs, size_t folder,
				   const struct am_maildir_folder **folder_out,
				   struct am_error *err);

/* "prefix/path of the folder/sub"; sub, "cur" or "tmp", only where there are
 * such. */
void am_maildir_path(const struct am_maildir_dirs *dirs, size_t folder,
		     const char *sub, char path[AM_MAILDIR_PATH_SIZE]);

/* The mark of a Maildir++ folder that is not the root. AM_OUTPUT. */
enum am_status am_maildir_mark(const struct am_maildir_dirs *dirs,
			       size_t folder, struct am_error *err);

/* What a message is called in tmp/. */
void
am_maildir_tmp_name(uint64_t row, uint32_t id, char name[AM_MAILDIR_NAME_SIZE]);

/* Removes files with such names from the tmp/ of all folders. */
enum am_status
am_maildir_clean(const struct am_maildir_dirs *dirs, struct am_error *err);

#endif
