/* What the sinks that write files have in common: where the folders are below
 * the root directory, and which messages are taken and not yet durable. */
#ifndef AM_SINK_TREE_H
#define AM_SINK_TREE_H

#include "sink/names.h"
#include "sink/sink.h"

enum { AM_SINK_PATH_SIZE = AM_PATH_MAX + 768 };

struct am_sink_row {
	struct am_sink_row *next;
	uint64_t row;
	uint32_t id;
	size_t folder;
	bool is_placed;		    /* its file has its last name already */
	struct am_sink_place place; /* path in the tree's batch arena */
};

struct am_sink_tree {
	int root;	    /* borrowed */
	const char *prefix; /* "" or ends with "/" */
	const char *mark;   /* a file beside the root of all; NULL: none */
	bool no_sync;
	const struct am_sink_folder *folders; /* borrowed */
	size_t count;			      /* of folders */
	const char *const *paths; /* of folders, without prefix and suffix */
	struct am_arena arena;

	struct am_arena batch; /* of the rows, since the last commit */
	struct am_sink_row *first;
	struct am_sink_row *last;
};

/* form, suffix: as for am_names_plan. Freed with am_sink_tree_free, also after
 * a failure. */
enum am_status am_sink_tree_init(struct am_sink_tree *tree,
				 const struct am_sink_options *options,
				 enum am_names_form form, const char *suffix,
				 struct am_error *err);
void am_sink_tree_free(struct am_sink_tree *tree);

/* "prefix, path of the folder, tail"; tail is a suffix, or begins with "/". */
void am_sink_tree_path(const struct am_sink_tree *tree, size_t folder,
		       const char *tail, char path[AM_SINK_PATH_SIZE]);

/* A row of message, not yet in the batch; the path of its place is prefix, path
 * of the folder and tail. */
enum am_status
am_sink_row_new(struct am_sink_tree *tree,
		const struct am_sink_message *message, const char *tail,
		struct am_sink_row **row_out, struct am_error *err);
void am_sink_row_add(struct am_sink_tree *tree, struct am_sink_row *row);

/* The batch is durable: tells done row by row, and forgets it. */
enum am_status am_sink_batch_done(struct am_sink_tree *tree, am_sink_done *done,
				  void *arg, struct am_error *err);
void am_sink_batch_forget(struct am_sink_tree *tree);

#endif
