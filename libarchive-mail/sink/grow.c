/* Sinks with one file per folder that grows. */
#include "sink/grow.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "io/os_error.h"

enum am_status
am_grow_write(void *arg, struct am_bytes bytes, struct am_error *err)
{
	struct am_grow_entry *entry = arg;

	am_sha256_add(entry->sha, bytes);
	return am_outfile_write(entry->file, bytes, err);
}

enum am_status
am_grow_lead(struct am_grow_entry *entry, struct am_bytes bytes,
	     struct am_error *err)
{
	entry->offset += bytes.len;
	return am_outfile_write(entry->file, bytes, err);
}

static enum am_status
entry_record(struct am_grow *grow, const struct am_sink_message *message,
	     const struct am_grow_entry *entry,
	     const uint8_t digest[AM_SHA256_SIZE], struct am_error *err)
{
	const uint64_t end = am_outfile_length(entry->file);
	struct am_sink_row *row = NULL;

	AM_TRY(am_sink_row_new(&grow->tree, message, grow->tree.suffix, &row,
			       err));
	row->place.has_offset = true;
	row->place.offset = entry->offset;
	row->place.size = end - entry->offset;
	memcpy(row->place.sha256, digest, AM_SHA256_SIZE);
	am_sink_row_add(&grow->tree, row);
	grow->files.folders[message->folder].length = end;
	grow->files.folders[message->folder].is_used = true;
	return AM_OK;
}

/* Nothing of a message that failed remains. */
static void
entry_undo(struct am_grow *grow, struct am_outfile *file, size_t folder)
{
	const struct am_grow_folder *before = &grow->files.folders[folder];

	if (grow->kind->undo != NULL)
		grow->kind->undo(grow, folder);
	if (!before->is_used)
		(void)am_grow_files_remove(&grow->files, folder, NULL);
	else if (am_outfile_truncate(file, before->length, NULL) != AM_OK)
		am_grow_files_close(&grow->files, folder);
}

static enum am_status
grow_put(struct am_sink *sink, struct am_stream *mime,
	 const struct am_sink_message *message, struct am_error *err)
{
	struct am_grow *grow = (struct am_grow *)sink;
	struct am_grow_entry entry = { .sha = grow->sha };
	uint8_t digest[AM_SHA256_SIZE];
	enum am_status status;

	AM_TRY(am_grow_files_get(&grow->files, message->folder, &entry.file,
				 err));
	entry.offset = am_outfile_length(entry.file);
	status = grow->kind->write(grow, &entry, mime, message, err);
	if (am_sha256_finish(grow->sha, digest) != AM_OK && status == AM_OK)
		status = am_nomem(err);
	if (status == AM_OK)
		status = entry_record(grow, message, &entry, digest, err);
	if (status != AM_OK)
		entry_undo(grow, entry.file, message->folder);
	return status;
}

static void
lengths_note(struct am_grow *grow)
{
	const struct am_sink_row *row;

	for (row = grow->tree.first; row != NULL; row = row->next) {
		struct am_grow_folder *folder =
			&grow->files.folders[row->folder];

		folder->durable = row->place.offset + row->place.size;
		folder->is_durable = true;
		if (!folder->changed)
			grow->changed[grow->changed_count++] = row->folder;
		folder->changed = true;
	}
}

static enum am_status
grow_commit(struct am_sink *sink, am_sink_done *done, void *arg,
	    struct am_error *err)
{
	struct am_grow *grow = (struct am_grow *)sink;

	if (grow->tree.first == NULL)
		return AM_OK;
	AM_TRY(am_grow_files_flush(&grow->files, !grow->tree.no_sync, err));
	lengths_note(grow);
	return am_sink_batch_done(&grow->tree, done, arg, err);
}

static enum am_status
grow_checkpoint(struct am_sink *sink, am_sink_length *length, void *arg,
		struct am_error *err)
{
	struct am_grow *grow = (struct am_grow *)sink;

	for (; grow->changed_count > 0; grow->changed_count--) {
		const size_t i = grow->changed[grow->changed_count - 1];
		char path[AM_GROW_PATH_SIZE];

		am_grow_path(&grow->tree, i, path);
		AM_TRY(length(arg, path, grow->files.folders[i].durable, err));
		grow->files.folders[i].changed = false;
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
by_path_make(struct am_grow *grow, struct am_error *err)
{
	size_t i;

	grow->by_path = am_arena_array(&grow->tree.arena, grow->tree.count + 1,
				       struct am_grow_path);
	if (grow->by_path == NULL)
		return am_nomem(err);
	for (i = 0; i < grow->tree.count; i++) {
		grow->by_path[i].path = grow->tree.paths[i];
		grow->by_path[i].folder = i;
	}
	qsort(grow->by_path, grow->tree.count, sizeof(*grow->by_path),
	      by_path_compare);
	return AM_OK;
}

/* The folder whose file path is; AM_NOT_FOUND. */
static enum am_status
folder_find(struct am_grow *grow, const char *path, size_t *folder_out,
	    struct am_error *err)
{
	const size_t prefix = strlen(grow->tree.prefix);
	const size_t suffix = strlen(grow->tree.suffix);
	const size_t len = strlen(path);
	const struct am_grow_path *found = NULL;
	char name[AM_GROW_PATH_SIZE];
	const struct am_grow_path key = { .path = name };

	if (grow->by_path == NULL)
		AM_TRY(by_path_make(grow, err));
	if (len > prefix + suffix && len < AM_GROW_PATH_SIZE &&
	    strncmp(path, grow->tree.prefix, prefix) == 0 &&
	    strcmp(path + len - suffix, grow->tree.suffix) == 0) {
		(void)snprintf(name, sizeof(name), "%.*s",
			       (int)(len - prefix - suffix), path + prefix);
		found = bsearch(&key, grow->by_path, grow->tree.count,
				sizeof(*grow->by_path), by_path_compare);
	}
	if (found == NULL)
		return am_fail(err, AM_NOT_FOUND, "%s is the file of no folder",
			       am_path_shown(path));
	*folder_out = found->folder;
	return AM_OK;
}

static enum am_status
grow_restore(struct am_sink *sink, const char *path, uint64_t length,
	     struct am_error *err)
{
	struct am_grow *grow = (struct am_grow *)sink;
	struct am_grow_folder *folder;
	size_t i = 0;

	AM_TRY(folder_find(grow, path, &i, err));
	AM_TRY(am_grow_files_cut(&grow->files, i, length, err));
	folder = &grow->files.folders[i];
	/* the run before may not have waited for the disk */
	grow->files.needs_sync_all = true;
	folder->exists = true;
	folder->is_used = true;
	folder->is_durable = true;
	folder->length = length;
	folder->durable = length;
	return AM_OK;
}

static enum am_status
grow_finish_restore(struct am_sink *sink, struct am_error *err)
{
	struct am_grow *grow = (struct am_grow *)sink;
	char path[AM_GROW_PATH_SIZE];
	size_t i;

	for (i = 0; i < grow->tree.count; i++) {
		if (grow->files.folders[i].exists)
			continue;
		am_grow_path(&grow->tree, i, path);
		AM_TRY(am_dir_remove_file(grow->tree.root, path, err));
	}
	return AM_OK;
}

/* The journal never hears of epilogues: a run that goes on cuts them off. */
static enum am_status
grow_finish(struct am_sink *sink, struct am_error *err)
{
	struct am_grow *grow = (struct am_grow *)sink;
	struct am_outfile *file;
	size_t i;

	if (grow->kind->epilogue == NULL)
		return AM_OK;
	for (i = 0; i < grow->tree.count; i++) {
		if (!grow->files.folders[i].exists)
			continue;
		AM_TRY(am_grow_files_get(&grow->files, i, &file, err));
		AM_TRY(am_outfile_write(file, am_bytes_of(grow->kind->epilogue),
					err));
		AM_TRY(am_grow_files_end(&grow->files, i, !grow->tree.no_sync,
					 err));
	}
	return AM_OK;
}

/* What is not committed is cut off. */
static void
folder_drop(struct am_grow *grow, size_t i)
{
	struct am_grow_folder *folder = &grow->files.folders[i];

	if (!folder->exists ||
	    (folder->is_durable && folder->length == folder->durable))
		return;
	am_grow_files_close(&grow->files, i);
	folder->length = folder->durable;
	if (folder->is_durable)
		(void)am_grow_files_cut(&grow->files, i, folder->durable, NULL);
	else
		(void)am_grow_files_remove(&grow->files, i, NULL);
}

static void
grow_close(struct am_sink *sink)
{
	struct am_grow *grow = (struct am_grow *)sink;
	const struct am_sink_row *row;

	for (row = grow->tree.first; row != NULL; row = row->next)
		folder_drop(grow, row->folder);
	if (grow->kind->close != NULL)
		grow->kind->close(grow);
	am_grow_files_free(&grow->files);
	am_sha256_close(grow->sha);
	am_free(grow->changed);
	am_sink_tree_free(&grow->tree);
	am_free(grow);
}

static enum am_status
grow_get(struct am_sink *sink, const struct am_sink_place *place,
	 struct am_arena *arena, struct am_stream **stream_out,
	 struct am_error *err)
{
	const struct am_grow *grow = (const struct am_grow *)sink;

	return grow->kind->get(sink, place, arena, stream_out, err);
}

static const struct am_sink_ops grow_ops = {
	.put = grow_put,
	.commit = grow_commit,
	.checkpoint = grow_checkpoint,
	.finish = grow_finish,
	.restore = grow_restore,
	.finish_restore = grow_finish_restore,
	.get = grow_get,
	.close = grow_close,
};

enum am_status
am_grow_init(struct am_grow *grow, const struct am_grow_kind *kind,
	     const struct am_sink_options *options, struct am_error *err)
{
	grow->base.ops = &grow_ops;
	grow->base.lf = kind->lf;
	grow->kind = kind;
	AM_TRY(am_sink_tree_init(&grow->tree, options, kind->suffix, err));
	AM_TRY(am_grow_files_init(&grow->files, &grow->tree, err));
	grow->changed = am_alloc(grow->tree.count * sizeof(size_t));
	grow->sha = am_sha256_open();
	if (grow->changed == NULL || grow->sha == NULL)
		return am_nomem(err);
	return AM_OK;
}
