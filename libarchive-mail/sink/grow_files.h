/* The files of folders, each with all messages of its folder, a few of them
 * held open. */
#ifndef AM_SINK_GROW_FILES_H
#define AM_SINK_GROW_FILES_H

#include "io/outfile.h"
#include "sink/names.h"
#include "sink/tree.h"

enum {
	AM_GROW_OPEN = 4, /* files held open, at most */
	AM_GROW_PATH_SIZE = AM_SINK_PATH_SIZE
};

struct am_grow_folder {
	uint64_t length;  /* bytes taken */
	uint64_t durable; /* bytes up to the last commit */
	bool exists;	  /* made by this run, or restored */
	bool is_used;	  /* a message was taken, maybe of no bytes */
	bool is_durable;  /* one was committed */
	bool committed;	  /* the journal knows it, or will with the next
			     checkpoint */
	bool changed;	  /* durable, since the last checkpoint */
};

/* For looking folders up by path. */
struct am_grow_path {
	const char *path;
	size_t folder;
};

struct am_grow_files {
	struct am_sink_tree *tree; /* borrowed */
	const char *suffix;	   /* of the files; static */
	struct am_grow_folder *folders;
	size_t *changed; /* folders whose durable length changed */
	size_t changed_count;
	struct am_grow_path *by_path; /* sorted; NULL until it is needed */
	struct {
		size_t folder;
		struct am_outfile *file; /* NULL: free */
	} open[AM_GROW_OPEN];
	size_t next;	     /* to be replaced next */
	bool needs_sync_all; /* files were made or closed since the last sync */
};

/* Freed with am_grow_files_free, also after a failure; what is not flushed is
 * dropped. */
enum am_status
am_grow_files_init(struct am_grow_files *files, struct am_sink_tree *tree,
		   const char *suffix, struct am_error *err);
void am_grow_files_free(struct am_grow_files *files);

/* The file of the folder, below the root directory. */
void am_grow_path(const struct am_grow_files *files, size_t folder,
		  char path[AM_GROW_PATH_SIZE]);

/* The folder's file, opened at its end, or made. file_out: borrowed until the
 * next call. AM_OUTPUT: one is there that this sink did not make, or it has
 * another length than it should; AM_IO. */
enum am_status
am_grow_files_get(struct am_grow_files *files, size_t folder,
		  struct am_outfile **file_out, struct am_error *err);

/* Closes the folder's file, if it is open; what is not flushed is dropped. */
void am_grow_files_close(struct am_grow_files *files, size_t folder);

/* Flushes the folder's open file, which is complete, and closes it. */
enum am_status am_grow_files_end(struct am_grow_files *files, size_t folder,
				 bool sync, struct am_error *err);

/* The file goes. */
enum am_status am_grow_files_remove(struct am_grow_files *files, size_t folder,
				    struct am_error *err);

/* Cuts the file, which is not open, to length. AM_OUTPUT when it is not there
 * or is shorter, AM_IO. */
enum am_status am_grow_files_cut(struct am_grow_files *files, size_t folder,
				 uint64_t length, struct am_error *err);

/* The batch of the tree is in the kernel, and on disk with sync. */
enum am_status am_grow_files_flush(struct am_grow_files *files, bool sync,
				   struct am_error *err);

/* grow_lengths.c */

/* All that the folder's file holds is durable. */
void am_grow_files_note(struct am_grow_files *files, size_t folder);

/* As checkpoint, restore and finish_restore in sink/sink.h. */
enum am_status
am_grow_files_checkpoint(struct am_grow_files *files, am_sink_length *length,
			 void *arg, struct am_error *err);
enum am_status
am_grow_files_restore(struct am_grow_files *files, const char *path,
		      uint64_t length, struct am_error *err);
enum am_status
am_grow_files_finish_restore(struct am_grow_files *files, struct am_error *err);

/* What is not durable is cut off. */
void am_grow_files_drop(struct am_grow_files *files, size_t folder);

#endif
