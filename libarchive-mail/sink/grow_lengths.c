/* What the journal remembers of the files of folders: their lengths. */
#include <stdio.h>
#include <stdlib.h>

#include "io/os_error.h"
#include "sink/grow_files.h"

void
am_grow_files_note(struct am_grow_files *files, size_t i)
{
	struct am_grow_folder *folder = &files->folders[i];

	folder->durable = folder->length;
	folder->committed = true;
	if (!folder->changed)
		files->changed[files->changed_count++] = i;
	folder->changed = true;
}

enum am_status
am_grow_files_checkpoint(struct am_grow_files *files, am_sink_length *length,
			 void *arg, struct am_error *err)
{
	for (; files->changed_count > 0; files->changed_count--) {
		const size_t i = files->changed[files->changed_count - 1];
		char path[AM_GROW_PATH_SIZE];

		am_grow_path(files, i, path);
		AM_TRY(length(arg, path, files->folders[i].durable, err));
		files->folders[i].changed = false;
	}
	return AM_OK;
}

static int
by_path_compare(const void *a, const void *b)
{
	return strcmp(((const struct am_grow_path *)a)->path,
		      ((const struct am_grow_path *)b)->path);
}

static enum am_status
by_path_make(struct am_grow_files *files, struct am_error *err)
{
	struct am_sink_tree *tree = files->tree;
	size_t i;

	files->by_path = am_arena_array(&tree->arena, tree->count + 1,
					struct am_grow_path);
	if (files->by_path == NULL)
		return am_nomem(err);
	for (i = 0; i < tree->count; i++) {
		files->by_path[i].path = tree->paths[i];
		files->by_path[i].folder = i;
	}
	qsort(files->by_path, tree->count, sizeof(*files->by_path),
	      by_path_compare);
	return AM_OK;
}

/* The path of a folder in that of its file, between prefix and suffix. */
static bool
name_cut(const struct am_grow_files *files, const char *path,
	 char name[AM_GROW_PATH_SIZE])
{
	const size_t prefix = strlen(files->tree->prefix);
	const size_t suffix = strlen(files->suffix);
	const size_t len = strlen(path);

	if (len >= AM_GROW_PATH_SIZE ||
	    strncmp(path, files->tree->prefix, prefix) != 0)
		return false;
	/* the folder that is the root of all */
	if (files->suffix[0] == '/' &&
	    strcmp(path + prefix, files->suffix + 1) == 0) {
		name[0] = '\0';
		return true;
	}
	if (len <= prefix + suffix ||
	    strcmp(path + len - suffix, files->suffix) != 0)
		return false;
	(void)snprintf(name, AM_GROW_PATH_SIZE, "%.*s",
		       (int)(len - prefix - suffix), path + prefix);
	return true;
}

/* The folder whose file path is; AM_NOT_FOUND. */
static enum am_status
folder_find(struct am_grow_files *files, const char *path, size_t *folder_out,
	    struct am_error *err)
{
	const struct am_grow_path *found = NULL;
	char name[AM_GROW_PATH_SIZE];
	const struct am_grow_path key = { .path = name };

	if (files->by_path == NULL)
		AM_TRY(by_path_make(files, err));
	if (name_cut(files, path, name))
		found = bsearch(&key, files->by_path, files->tree->count,
				sizeof(*files->by_path), by_path_compare);
	if (found == NULL)
		return am_fail(err, AM_NOT_FOUND, "%s is the file of no folder",
			       am_path_shown(path));
	*folder_out = found->folder;
	return AM_OK;
}

enum am_status
am_grow_files_restore(struct am_grow_files *files, const char *path,
		      uint64_t length, struct am_error *err)
{
	struct am_grow_folder *folder;
	size_t i = 0;

	AM_TRY(folder_find(files, path, &i, err));
	AM_TRY(am_grow_files_cut(files, i, length, err));
	folder = &files->folders[i];
	/* the run before may not have waited for the disk */
	files->needs_sync_all = true;
	folder->exists = true;
	folder->committed = true;
	folder->length = length;
	folder->durable = length;
	return AM_OK;
}

enum am_status
am_grow_files_finish_restore(struct am_grow_files *files, struct am_error *err)
{
	char path[AM_GROW_PATH_SIZE];
	size_t i;

	for (i = 0; i < files->tree->count; i++) {
		if (files->folders[i].exists)
			continue;
		am_grow_path(files, i, path);
		AM_TRY(am_dir_remove_file(files->tree->root, path, err));
	}
	return AM_OK;
}

void
am_grow_files_drop(struct am_grow_files *files, size_t i)
{
	struct am_grow_folder *folder = &files->folders[i];

	if (!folder->exists ||
	    (folder->committed && folder->length == folder->durable))
		return;
	am_grow_files_close(files, i);
	folder->length = folder->durable;
	if (folder->committed)
		(void)am_grow_files_cut(files, i, folder->durable, NULL);
	else
		(void)am_grow_files_remove(files, i, NULL);
}
