/* Sinks with one file per folder that grows. */
#include "sink/grow.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

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

	AM_TRY(am_sink_row_new(&grow->tree, message, grow->files.suffix, &row,
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

/* A reader of the tree may look for a folder's file before it looks below. */
static enum am_status
parents_make(struct am_grow *grow, size_t folder, struct am_error *err)
{
	const struct am_sink_folder *folders = grow->tree.folders;
	struct am_outfile *file;
	size_t parent = folders[folder].parent;

	for (; parent != SIZE_MAX && !grow->files.folders[parent].exists;
	     parent = folders[parent].parent) {
		AM_TRY(am_grow_files_get(&grow->files, parent, &file, err));
		am_grow_files_note(&grow->files, parent);
	}
	return AM_OK;
}

static enum am_status
mark_make(struct am_grow *grow, struct am_error *err)
{
	const char *path = grow->tree.mark;
	int fd;

	if (path == NULL || grow->mark_is_there)
		return AM_OK;
	fd = am_dir_openat(grow->tree.root, path, O_WRONLY | O_CREAT, 0600);
	if (fd < 0)
		return am_os_create_failed(err, errno, path);
	(void)close(fd);
	grow->mark_is_there = true;
	return AM_OK;
}

/* What belongs to the messages of the batch. */
static enum am_status
batch_complete(struct am_grow *grow, struct am_error *err)
{
	const struct am_sink_row *row;

	if (!grow->kind->parents)
		return AM_OK;
	for (row = grow->tree.first; row != NULL; row = row->next)
		if (row->next == NULL || row->next->folder != row->folder)
			AM_TRY(parents_make(grow, row->folder, err));
	return mark_make(grow, err);
}

static enum am_status
grow_commit(struct am_sink *sink, am_sink_done *done, void *arg,
	    struct am_error *err)
{
	struct am_grow *grow = (struct am_grow *)sink;
	const struct am_sink_row *row;

	if (grow->tree.first == NULL)
		return AM_OK;
	AM_TRY(batch_complete(grow, err));
	AM_TRY(am_grow_files_flush(&grow->files, !grow->tree.no_sync, err));
	for (row = grow->tree.first; row != NULL; row = row->next)
		am_grow_files_note(&grow->files, row->folder);
	return am_sink_batch_done(&grow->tree, done, arg, err);
}

static enum am_status
grow_checkpoint(struct am_sink *sink, am_sink_length *length, void *arg,
		struct am_error *err)
{
	return am_grow_files_checkpoint(&((struct am_grow *)sink)->files,
					length, arg, err);
}

static enum am_status
grow_restore(struct am_sink *sink, const char *path, uint64_t length,
	     struct am_error *err)
{
	return am_grow_files_restore(&((struct am_grow *)sink)->files, path,
				     length, err);
}

static enum am_status
grow_finish_restore(struct am_sink *sink, struct am_error *err)
{
	return am_grow_files_finish_restore(&((struct am_grow *)sink)->files,
					    err);
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

static void
grow_close(struct am_sink *sink)
{
	struct am_grow *grow = (struct am_grow *)sink;
	const struct am_sink_row *row;

	for (row = grow->tree.first; row != NULL; row = row->next)
		am_grow_files_drop(&grow->files, row->folder);
	if (grow->kind->close != NULL)
		grow->kind->close(grow);
	am_grow_files_free(&grow->files);
	am_sha256_close(grow->sha);
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
	AM_TRY(am_sink_tree_init(&grow->tree, options, kind->form, kind->suffix,
				 err));
	AM_TRY(am_grow_files_init(&grow->files, &grow->tree, kind->suffix,
				  err));
	grow->sha = am_sha256_open();
	return grow->sha != NULL ? AM_OK : am_nomem(err);
}
