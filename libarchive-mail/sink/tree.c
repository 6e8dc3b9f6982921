/* Folders below the root directory, and the batch. */
#include "sink/tree.h"

#include "base/buf.h"

enum {
	FOLDER_MEMORY = 256 << 20, /* hostile: 80,000 paths of 3,000 bytes */
	BATCH_MEMORY = 256 << 20
};

enum am_status
am_sink_tree_init(struct am_sink_tree *tree,
		  const struct am_sink_options *options,
		  enum am_names_form form, const char *suffix,
		  struct am_error *err)
{
	const char *prefix = options->prefix != NULL ? options->prefix : "";

	memset(tree, 0, sizeof(*tree));
	tree->root = options->root;
	tree->no_sync = options->no_sync;
	tree->folders = options->folders;
	tree->count = options->folder_count;
	tree->arena.limit = FOLDER_MEMORY;
	tree->batch.limit = BATCH_MEMORY;
	tree->prefix = am_arena_printf(&tree->arena, "%s%s", prefix,
				       *prefix != '\0' ? "/" : "");
	if (tree->prefix == NULL)
		return am_nomem(err);
	return am_names_plan(&tree->arena, form, options->folders, tree->count,
			     suffix, &tree->paths, err);
}

void
am_sink_tree_free(struct am_sink_tree *tree)
{
	am_arena_free(&tree->batch);
	am_arena_free(&tree->arena);
}

void
am_sink_tree_path(const struct am_sink_tree *tree, size_t folder,
		  const char *tail, char path[AM_SINK_PATH_SIZE])
{
	struct am_buf out =
		am_buf_in(AM_SINK_PATH_SIZE - 1, path, AM_SINK_PATH_SIZE);
	const char *own = tree->paths[folder];

	/* the folder that is the root of all */
	if (*own == '\0' && *tail == '/')
		tail++;
	am_buf_add_text(&out, tree->prefix);
	am_buf_add_text(&out, own);
	am_buf_add_text(&out, tail);
}

enum am_status
am_sink_row_new(struct am_sink_tree *tree,
		const struct am_sink_message *message, const char *tail,
		struct am_sink_row **row_out, struct am_error *err)
{
	struct am_sink_row *row =
		am_arena_new(&tree->batch, struct am_sink_row);
	char joined[AM_SINK_PATH_SIZE];
	char *path;

	if (row == NULL)
		return am_arena_failed(&tree->batch, sizeof(*row), err);
	am_sink_tree_path(tree, message->folder, tail, joined);
	path = am_arena_text(&tree->batch, joined, strlen(joined));
	if (path == NULL)
		return am_arena_failed(&tree->batch, AM_PATH_MAX, err);
	row->row = message->row;
	row->id = message->id;
	row->folder = message->folder;
	row->place.path = path;
	*row_out = row;
	return AM_OK;
}

void
am_sink_row_add(struct am_sink_tree *tree, struct am_sink_row *row)
{
	if (tree->last != NULL)
		tree->last->next = row;
	else
		tree->first = row;
	tree->last = row;
}

void
am_sink_batch_forget(struct am_sink_tree *tree)
{
	tree->first = NULL;
	tree->last = NULL;
	am_arena_reset(&tree->batch);
}

enum am_status
am_sink_batch_done(struct am_sink_tree *tree, am_sink_done *done, void *arg,
		   struct am_error *err)
{
	const struct am_sink_row *row;
	enum am_status status = AM_OK;

	for (row = tree->first; row != NULL && status == AM_OK; row = row->next)
		status = done(arg, row->row, &row->place, err);
	am_sink_batch_forget(tree);
	return status;
}
