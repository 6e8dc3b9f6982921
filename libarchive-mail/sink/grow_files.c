/* The files of folders that grow. */
#include "sink/grow_files.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

#include "base/alloc.h"
#include "io/os_error.h"

enum am_status
am_grow_files_init(struct am_grow_files *files, struct am_sink_tree *tree,
		   const char *suffix, struct am_error *err)
{
	const size_t size = sizeof(struct am_grow_folder);

	files->tree = tree;
	files->suffix = suffix;
	if (tree->count > SIZE_MAX / size)
		return am_nomem(err);
	files->folders = am_alloc(tree->count * size);
	files->changed = am_alloc(tree->count * sizeof(size_t));
	return files->folders != NULL && files->changed != NULL ? AM_OK
								: am_nomem(err);
}

void
am_grow_files_free(struct am_grow_files *files)
{
	size_t i;

	for (i = 0; i < AM_GROW_OPEN; i++)
		am_outfile_close(files->open[i].file);
	am_free(files->folders);
	am_free(files->changed);
	memset(files, 0, sizeof(*files));
}

void
am_grow_path(const struct am_grow_files *files, size_t folder,
	     char path[AM_GROW_PATH_SIZE])
{
	am_sink_tree_path(files->tree, folder, files->suffix, path);
}

static enum am_status
file_open(struct am_grow_files *files, size_t i, struct am_outfile **file_out,
	  struct am_error *err)
{
	struct am_grow_folder *folder = &files->folders[i];
	char path[AM_GROW_PATH_SIZE];
	const char *name;
	enum am_status status;
	int dir = -1;

	am_grow_path(files, i, path);
	AM_TRY(am_dir_open_parent(files->tree->root, path, true, &dir, &name,
				  err));
	status = folder->exists
			 ? am_outfile_reopen(dir, name, file_out, err)
			 : am_outfile_open(dir, name, true, file_out, err);
	(void)close(dir);
	if (status == AM_NOT_FOUND)
		return am_fail(err, AM_OUTPUT,
			       "%s is gone: somebody removed it",
			       am_path_shown(path));
	AM_TRY(status);
	if (!folder->exists)
		files->needs_sync_all = true;
	folder->exists = true;
	return AM_OK;
}

/* Nobody else may write there. */
static enum am_status
length_check(struct am_grow_files *files, size_t folder,
	     const struct am_outfile *file, struct am_error *err)
{
	const uint64_t want = files->folders[folder].length;
	const uint64_t length = am_outfile_length(file);
	char path[AM_GROW_PATH_SIZE];

	if (length == want)
		return AM_OK;
	am_grow_path(files, folder, path);
	return am_fail(err, AM_OUTPUT,
		       "%s has %" PRIu64 " bytes, want %" PRIu64
		       ": somebody else wrote to it",
		       am_path_shown(path), length, want);
}

static enum am_status
oldest_close(struct am_grow_files *files, size_t i, struct am_error *err)
{
	if (files->open[i].file == NULL)
		return AM_OK;
	AM_TRY(am_outfile_flush(files->open[i].file, false, err));
	am_outfile_close(files->open[i].file);
	files->open[i].file = NULL;
	files->needs_sync_all = true;
	return AM_OK;
}

enum am_status
am_grow_files_get(struct am_grow_files *files, size_t folder,
		  struct am_outfile **file_out, struct am_error *err)
{
	enum am_status status;
	size_t i;

	assert(folder < files->tree->count);
	for (i = 0; i < AM_GROW_OPEN; i++) {
		*file_out = files->open[i].file;
		if (*file_out != NULL && files->open[i].folder == folder)
			return AM_OK;
	}
	i = files->next;
	files->next = (files->next + 1) % AM_GROW_OPEN;
	AM_TRY(oldest_close(files, i, err));
	AM_TRY(file_open(files, folder, file_out, err));
	files->open[i].file = *file_out;
	files->open[i].folder = folder;
	status = length_check(files, folder, *file_out, err);
	if (status != AM_OK)
		am_grow_files_close(files, folder);
	return status;
}

void
am_grow_files_close(struct am_grow_files *files, size_t folder)
{
	size_t i;

	for (i = 0; i < AM_GROW_OPEN; i++) {
		if (files->open[i].file == NULL ||
		    files->open[i].folder != folder)
			continue;
		am_outfile_close(files->open[i].file);
		files->open[i].file = NULL;
	}
}

enum am_status
am_grow_files_end(struct am_grow_files *files, size_t folder, bool sync,
		  struct am_error *err)
{
	struct am_outfile *file = NULL;

	AM_TRY(am_grow_files_get(files, folder, &file, err));
	AM_TRY(am_outfile_flush(file, sync, err));
	am_grow_files_close(files, folder);
	return AM_OK;
}

enum am_status
am_grow_files_remove(struct am_grow_files *files, size_t folder,
		     struct am_error *err)
{
	char path[AM_GROW_PATH_SIZE];

	am_grow_files_close(files, folder);
	files->folders[folder].exists = false;
	am_grow_path(files, folder, path);
	return am_dir_remove_file(files->tree->root, path, err);
}

static enum am_status
cut(struct am_outfile *file, const char *path, uint64_t length,
    struct am_error *err)
{
	if (am_outfile_length(file) < length)
		return am_fail(err, AM_OUTPUT,
			       "%s is shorter than it was; start again with "
			       "another output directory",
			       am_path_shown(path));
	return am_outfile_truncate(file, length, err);
}

enum am_status
am_grow_files_cut(struct am_grow_files *files, size_t folder, uint64_t length,
		  struct am_error *err)
{
	struct am_outfile *file = NULL;
	char path[AM_GROW_PATH_SIZE];
	enum am_status status;

	am_grow_path(files, folder, path);
	status = am_outfile_reopen(files->tree->root, path, &file, err);
	if (status == AM_NOT_FOUND)
		return am_fail(err, AM_OUTPUT,
			       "%s is gone; start again with another output "
			       "directory",
			       am_path_shown(path));
	AM_TRY(status);
	status = cut(file, path, length, err);
	am_outfile_close(file);
	return status;
}

static enum am_status
open_flush(struct am_grow_files *files, bool sync, struct am_error *err)
{
	size_t i;

	for (i = 0; i < AM_GROW_OPEN; i++)
		if (files->open[i].file != NULL)
			AM_TRY(am_outfile_flush(files->open[i].file, sync,
						err));
	return AM_OK;
}

/* Where the system cannot sync all at once: the file, and the directories on
 * the way to it, which may be new. */
static enum am_status
row_sync(struct am_grow_files *files, const struct am_sink_row *row,
	 struct am_error *err)
{
	const char *path = row->place.path;
	const char *end = strrchr(path, '/');
	struct am_outfile *file = NULL;
	char dir[AM_GROW_PATH_SIZE];

	AM_TRY(am_grow_files_get(files, row->folder, &file, err));
	AM_TRY(am_outfile_flush(file, true, err));
	(void)snprintf(dir, sizeof(dir), "%.*s",
		       end != NULL ? (int)(end - path) : 0, path);
	return am_dir_sync_chain(files->tree->root, dir, err);
}

static enum am_status
sync_all(struct am_grow_files *files, struct am_error *err)
{
	const struct am_sink_row *row;
	bool done = false;

	AM_TRY(am_dir_sync_all(files->tree->root, &done, err));
	for (row = files->tree->first; !done && row != NULL; row = row->next)
		if (row->next == NULL || row->next->folder != row->folder)
			AM_TRY(row_sync(files, row, err));
	files->needs_sync_all = false;
	return AM_OK;
}

enum am_status
am_grow_files_flush(struct am_grow_files *files, bool sync,
		    struct am_error *err)
{
	/* new names, and files that are not open any more, need more than the
	 * sync of the open files */
	if (!sync || !files->needs_sync_all)
		return open_flush(files, sync, err);
	AM_TRY(open_flush(files, false, err));
	return sync_all(files, err);
}
