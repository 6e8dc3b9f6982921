/* mbox: one file per folder, "<path>.mbox" beside the directory "<path>/" of
 * the folders below it. Files only grow; a batch that is not committed is cut
 * off again. */
#include <stdio.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "io/file_stream.h"
#include "io/os_error.h"
#include "sink/mbox_files.h"
#include "sink/mboxrd.h"

/* For looking folders up by path. */
struct path_index {
	const char *path;
	size_t folder;
};

struct mbox {
	struct am_sink base; /* first */
	struct am_sink_tree tree;
	struct am_mbox_files files;
	size_t *changed; /* folders whose durable length changed */
	size_t changed_count;
	struct path_index *by_path; /* sorted; NULL until it is needed */
	struct am_sha256 *sha;
};

/* Where the bytes of a message go. */
struct entry {
	struct am_outfile *file;
	struct am_sha256 *sha;
};

static enum am_status
entry_write(void *arg, struct am_bytes bytes, struct am_error *err)
{
	struct entry *entry = arg;

	am_sha256_add(entry->sha, bytes);
	return am_outfile_write(entry->file, bytes, err);
}

static enum am_status
entry_fill(struct entry *entry, struct am_stream *mime,
	   const struct am_sink_message *message, struct am_error *err)
{
	char line[AM_MBOXRD_FROM_SIZE];
	struct am_mboxrd writer;
	struct am_bytes bytes;
	enum am_status status;

	am_mboxrd_from_line(message->sender, message->received, line);
	AM_TRY(entry_write(entry, am_bytes_of(line), err));
	am_mboxrd_start(&writer, message->flags, entry_write, entry);
	while ((status = am_stream_next(mime, &bytes, err)) == AM_OK)
		AM_TRY(am_mboxrd_add(&writer, bytes, err));
	if (status != AM_END)
		return status;
	return am_mboxrd_finish(&writer, err);
}

static enum am_status
entry_record(struct mbox *mbox, const struct am_sink_message *message,
	     uint64_t end, const uint8_t digest[AM_SHA256_SIZE],
	     struct am_error *err)
{
	struct am_mbox_folder *folder = &mbox->files.folders[message->folder];
	struct am_sink_row *row = NULL;

	AM_TRY(am_sink_row_new(&mbox->tree, message, AM_MBOX_SUFFIX, &row,
			       err));
	row->place.has_offset = true;
	row->place.offset = folder->length;
	row->place.size = end - folder->length;
	memcpy(row->place.sha256, digest, AM_SHA256_SIZE);
	am_sink_row_add(&mbox->tree, row);
	folder->length = end;
	return AM_OK;
}

/* Nothing of a message that failed remains. */
static void
entry_undo(struct mbox *mbox, struct am_outfile *file, size_t folder)
{
	const uint64_t before = mbox->files.folders[folder].length;

	if (before == 0)
		(void)am_mbox_files_remove(&mbox->files, folder, NULL);
	else if (am_outfile_truncate(file, before, NULL) != AM_OK)
		am_mbox_files_close(&mbox->files, folder);
}

static enum am_status
mbox_put(struct am_sink *sink, struct am_stream *mime,
	 const struct am_sink_message *message, struct am_error *err)
{
	struct mbox *mbox = (struct mbox *)sink;
	struct entry entry = { .sha = mbox->sha };
	uint8_t digest[AM_SHA256_SIZE];
	enum am_status status;

	AM_TRY(am_mbox_files_get(&mbox->files, message->folder, &entry.file,
				 err));
	status = entry_fill(&entry, mime, message, err);
	if (am_sha256_finish(mbox->sha, digest) != AM_OK && status == AM_OK)
		status = am_nomem(err);
	if (status == AM_OK)
		status = entry_record(mbox, message,
				      am_outfile_length(entry.file), digest,
				      err);
	if (status != AM_OK)
		entry_undo(mbox, entry.file, message->folder);
	return status;
}

static void
lengths_note(struct mbox *mbox)
{
	const struct am_sink_row *row;

	for (row = mbox->tree.first; row != NULL; row = row->next) {
		struct am_mbox_folder *folder =
			&mbox->files.folders[row->folder];

		folder->durable = row->place.offset + row->place.size;
		if (!folder->changed)
			mbox->changed[mbox->changed_count++] = row->folder;
		folder->changed = true;
	}
}

static enum am_status
mbox_commit(struct am_sink *sink, am_sink_done *done, void *arg,
	    struct am_error *err)
{
	struct mbox *mbox = (struct mbox *)sink;

	if (mbox->tree.first == NULL)
		return AM_OK;
	AM_TRY(am_mbox_files_flush(&mbox->files, !mbox->tree.no_sync, err));
	lengths_note(mbox);
	return am_sink_batch_done(&mbox->tree, done, arg, err);
}

static enum am_status
mbox_checkpoint(struct am_sink *sink, am_sink_length *length, void *arg,
		struct am_error *err)
{
	struct mbox *mbox = (struct mbox *)sink;

	for (; mbox->changed_count > 0; mbox->changed_count--) {
		const size_t i = mbox->changed[mbox->changed_count - 1];
		char path[AM_MBOX_PATH_SIZE];

		am_mbox_path(&mbox->tree, i, path);
		AM_TRY(length(arg, path, mbox->files.folders[i].durable, err));
		mbox->files.folders[i].changed = false;
	}
	return AM_OK;
}

static int
by_path_compare(const void *a, const void *b)
{
	return strcmp(((const struct path_index *)a)->path,
		      ((const struct path_index *)b)->path);
}

static enum am_status
by_path_make(struct mbox *mbox, struct am_error *err)
{
	size_t i;

	mbox->by_path = am_arena_array(&mbox->tree.arena, mbox->tree.count + 1,
				       struct path_index);
	if (mbox->by_path == NULL)
		return am_nomem(err);
	for (i = 0; i < mbox->tree.count; i++) {
		mbox->by_path[i].path = mbox->tree.paths[i];
		mbox->by_path[i].folder = i;
	}
	qsort(mbox->by_path, mbox->tree.count, sizeof(*mbox->by_path),
	      by_path_compare);
	return AM_OK;
}

/* The folder whose file path is; AM_NOT_FOUND. */
static enum am_status
folder_find(struct mbox *mbox, const char *path, size_t *folder_out,
	    struct am_error *err)
{
	const size_t prefix = strlen(mbox->tree.prefix);
	const size_t len = strlen(path);
	const size_t around = prefix + sizeof(AM_MBOX_SUFFIX) - 1;
	const struct path_index *found = NULL;
	char name[AM_MBOX_PATH_SIZE];
	const struct path_index key = { .path = name };

	if (mbox->by_path == NULL)
		AM_TRY(by_path_make(mbox, err));
	if (len > around && len < AM_MBOX_PATH_SIZE &&
	    strncmp(path, mbox->tree.prefix, prefix) == 0 &&
	    strcmp(path + len - (sizeof(AM_MBOX_SUFFIX) - 1), AM_MBOX_SUFFIX) ==
		    0) {
		(void)snprintf(name, sizeof(name), "%.*s", (int)(len - around),
			       path + prefix);
		found = bsearch(&key, mbox->by_path, mbox->tree.count,
				sizeof(*mbox->by_path), by_path_compare);
	}
	if (found == NULL)
		return am_fail(err, AM_NOT_FOUND, "%s is the file of no folder",
			       am_path_shown(path));
	*folder_out = found->folder;
	return AM_OK;
}

static enum am_status
mbox_restore(struct am_sink *sink, const char *path, uint64_t length,
	     struct am_error *err)
{
	struct mbox *mbox = (struct mbox *)sink;
	struct am_mbox_folder *folder;
	size_t i = 0;

	AM_TRY(folder_find(mbox, path, &i, err));
	AM_TRY(am_mbox_files_cut(&mbox->files, i, length, err));
	folder = &mbox->files.folders[i];
	/* the run before may not have waited for the disk */
	mbox->files.needs_sync_all = true;
	folder->exists = true;
	folder->length = length;
	folder->durable = length;
	return AM_OK;
}

static enum am_status
mbox_finish_restore(struct am_sink *sink, struct am_error *err)
{
	struct mbox *mbox = (struct mbox *)sink;
	char path[AM_MBOX_PATH_SIZE];
	size_t i;

	for (i = 0; i < mbox->tree.count; i++) {
		if (mbox->files.folders[i].exists)
			continue;
		am_mbox_path(&mbox->tree, i, path);
		AM_TRY(am_dir_remove_file(mbox->tree.root, path, err));
	}
	return AM_OK;
}

static enum am_status
mbox_get(struct am_sink *sink, const struct am_sink_place *place,
	 struct am_arena *arena, struct am_stream **stream_out,
	 struct am_error *err)
{
	const struct mbox *mbox = (const struct mbox *)sink;
	struct am_stream *stored = NULL;
	enum am_status status;

	AM_TRY(am_file_stream_open(arena, mbox->tree.root, place->path,
				   place->offset, place->size, NULL, &stored,
				   err));
	status = am_mboxrd_read(arena, stored, place->size, stream_out, err);
	if (status != AM_OK)
		am_stream_close(stored);
	return status;
}

/* What is not committed is cut off. */
static void
folder_drop(struct mbox *mbox, size_t i)
{
	struct am_mbox_folder *folder = &mbox->files.folders[i];

	if (!folder->exists || folder->length == folder->durable)
		return;
	am_mbox_files_close(&mbox->files, i);
	folder->length = folder->durable;
	if (folder->durable > 0)
		(void)am_mbox_files_cut(&mbox->files, i, folder->durable, NULL);
	else
		(void)am_mbox_files_remove(&mbox->files, i, NULL);
}

static void
mbox_close(struct am_sink *sink)
{
	struct mbox *mbox = (struct mbox *)sink;
	const struct am_sink_row *row;

	for (row = mbox->tree.first; row != NULL; row = row->next)
		folder_drop(mbox, row->folder);
	am_mbox_files_free(&mbox->files);
	am_sha256_close(mbox->sha);
	am_free(mbox->changed);
	am_sink_tree_free(&mbox->tree);
	am_free(mbox);
}

static const struct am_sink_ops mbox_ops = {
	.put = mbox_put,
	.commit = mbox_commit,
	.checkpoint = mbox_checkpoint,
	.restore = mbox_restore,
	.finish_restore = mbox_finish_restore,
	.get = mbox_get,
	.close = mbox_close,
};

static enum am_status
mbox_init(struct mbox *mbox, const struct am_sink_options *options,
	  struct am_error *err)
{
	AM_TRY(am_sink_tree_init(&mbox->tree, options, AM_MBOX_SUFFIX, err));
	AM_TRY(am_mbox_files_init(&mbox->files, &mbox->tree, err));
	mbox->changed = am_alloc(mbox->tree.count * sizeof(size_t));
	mbox->sha = am_sha256_open();
	if (mbox->changed == NULL || mbox->sha == NULL)
		return am_nomem(err);
	return AM_OK;
}

enum am_status
am_mbox_open(const struct am_sink_options *options, struct am_sink **sink_out,
	     struct am_error *err)
{
	struct mbox *mbox = am_alloc(sizeof(*mbox));
	enum am_status status;

	if (mbox == NULL)
		return am_nomem(err);
	mbox->base.ops = &mbox_ops;
	mbox->base.lf = true;
	status = mbox_init(mbox, options, err);
	if (status != AM_OK) {
		mbox_close(&mbox->base);
		return status;
	}
	*sink_out = &mbox->base;
	return AM_OK;
}
