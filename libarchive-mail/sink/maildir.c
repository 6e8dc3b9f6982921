/* Maildir: one file per message. A message is written to tmp/ under its row;
 * a commit makes the batch durable, renames it into cur/, and makes that
 * durable. A name in cur/ is
 *
 *	<received>.P<NID, 8 hex><start of SHA-256, 8 hex>.pst,S=<size>:2,<flags>
 *
 * and depends on the message, and on which keywords came before it in its
 * folder, so what a killed run left in cur/ is replaced by the same bytes.
 * (maildir(5); the part S= and the letters of keywords are Dovecot's.)
 *
 * Where nobody waits for the disk, a message that fits in memory is written to
 * cur/ at once, which saves a third of the time: a kill may then leave the
 * last file incomplete until the run is resumed. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

#include "base/alloc.h"
#include "io/dir.h"
#include "io/file_stream.h"
#include "io/os_error.h"
#include "sink/maildir.h"

static enum am_status
maildir_put(struct am_sink *sink, struct am_stream *mime,
	    const struct am_sink_message *message, struct am_error *err)
{
	struct am_maildir *maildir = (struct am_maildir *)sink;

	return am_maildir_write(&maildir->writer, mime, message, err);
}

/* Does the next row start in another folder's directory? */
static bool
ends_run(const struct am_sink_row *row)
{
	return row->next == NULL || row->next->folder != row->folder;
}

static enum am_status
batch_mark(struct am_maildir *maildir, struct am_error *err)
{
	const struct am_sink_row *row = maildir->tree.first;

	for (; row != NULL; row = row->next)
		if (ends_run(row))
			AM_TRY(am_maildir_mark(&maildir->dirs, row->folder,
					       err));
	return AM_OK;
}

static enum am_status
tmp_sync(struct am_maildir *maildir, const struct am_sink_row *row,
	 struct am_error *err)
{
	const struct am_maildir_folder *at;
	char name[AM_MAILDIR_NAME_SIZE];
	enum am_status status;
	int fd;

	AM_TRY(am_maildir_dirs_get(&maildir->dirs, row->folder, &at, err));
	am_maildir_tmp_name(row->row, row->id, name);
	fd = openat(at->tmp, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return am_os_write_failed(err, errno, row->place.path);
	status = am_dir_sync(fd, row->place.path, err);
	(void)close(fd);
	return status;
}

/* *all_out: the system can sync all at once */
static enum am_status
batch_sync(struct am_maildir *maildir, bool *all_out, struct am_error *err)
{
	const struct am_sink_row *row = maildir->tree.first;

	AM_TRY(am_dir_sync_all(maildir->tree.root, all_out, err));
	for (; !*all_out && row != NULL; row = row->next)
		AM_TRY(tmp_sync(maildir, row, err));
	return AM_OK;
}

static enum am_status
batch_rename(struct am_maildir *maildir, struct am_error *err)
{
	const struct am_sink_row *row = maildir->tree.first;

	for (; row != NULL; row = row->next) {
		const char *name = strrchr(row->place.path, '/') + 1;
		const struct am_maildir_folder *at;
		char tmp[AM_MAILDIR_NAME_SIZE];

		if (row->is_placed)
			continue;
		AM_TRY(am_maildir_dirs_get(&maildir->dirs, row->folder, &at,
					   err));
		am_maildir_tmp_name(row->row, row->id, tmp);
		if (renameat(at->tmp, tmp, at->cur, name) != 0)
			return am_os_write_failed(err, errno, row->place.path);
	}
	return AM_OK;
}

static enum am_status
folder_sync(struct am_maildir *maildir, size_t folder, bool all,
	    struct am_error *err)
{
	const struct am_maildir_folder *at;
	char path[AM_MAILDIR_PATH_SIZE];

	am_maildir_path(&maildir->dirs, folder, "cur", path);
	if (!all) /* the directories may be new, each on the way */
		return am_dir_sync_chain(maildir->tree.root, path, err);
	AM_TRY(am_maildir_dirs_get(&maildir->dirs, folder, &at, err));
	return am_dir_sync(at->cur, path, err);
}

/* The names in cur/; for many folders all at once is cheaper. */
static enum am_status
folders_sync(struct am_maildir *maildir, bool all, struct am_error *err)
{
	const struct am_sink_row *row;
	size_t runs = 0;
	bool done = false;

	for (row = maildir->tree.first; row != NULL; row = row->next)
		runs += ends_run(row) ? 1 : 0;
	if (all && runs > AM_MAILDIR_OPEN)
		AM_TRY(am_dir_sync_all(maildir->tree.root, &done, err));
	for (row = maildir->tree.first; !done && row != NULL; row = row->next)
		if (ends_run(row))
			AM_TRY(folder_sync(maildir, row->folder, all, err));
	return AM_OK;
}

static enum am_status
maildir_commit(struct am_sink *sink, am_sink_done *done, void *arg,
	       struct am_error *err)
{
	struct am_maildir *maildir = (struct am_maildir *)sink;
	const bool sync = !maildir->tree.no_sync && maildir->tree.first != NULL;
	bool all = false;

	AM_TRY(batch_mark(maildir, err));
	if (sync)
		AM_TRY(batch_sync(maildir, &all, err));
	if (maildir->layout->has_keywords)
		AM_TRY(am_maildir_keywords_commit(&maildir->keywords,
						  all || !sync, err));
	AM_TRY(batch_rename(maildir, err));
	if (sync)
		AM_TRY(folders_sync(maildir, all, err));
	return am_sink_batch_done(&maildir->tree, done, arg, err);
}

static enum am_status
maildir_checkpoint(struct am_sink *sink, am_sink_length *length, void *arg,
		   struct am_error *err)
{
	struct am_maildir *maildir = (struct am_maildir *)sink;

	if (!maildir->layout->has_keywords)
		return AM_OK; /* no file grows */
	return am_grow_files_checkpoint(&maildir->keywords.files, length, arg,
					err);
}

static enum am_status
maildir_restore(struct am_sink *sink, const char *path, uint64_t length,
		struct am_error *err)
{
	struct am_maildir *maildir = (struct am_maildir *)sink;

	if (maildir->layout->has_keywords)
		return am_grow_files_restore(&maildir->keywords.files, path,
					     length, err);
	return am_fail(err, AM_NOT_FOUND, "%s is no file that grows",
		       am_path_shown(path));
}

static enum am_status
maildir_finish_restore(struct am_sink *sink, struct am_error *err)
{
	struct am_maildir *maildir = (struct am_maildir *)sink;

	if (maildir->layout->has_keywords)
		AM_TRY(am_grow_files_finish_restore(&maildir->keywords.files,
						    err));
	return am_maildir_clean(&maildir->dirs, err);
}

enum am_status
am_maildir_stored(const struct am_maildir *maildir,
		  const struct am_sink_place *place, struct am_arena *arena,
		  struct am_stream **stream_out, struct am_error *err)
{
	uint64_t length = 0;

	AM_TRY(am_file_stream_open(arena, maildir->tree.root, place->path, 0,
				   place->size, &length, stream_out, err));
	if (length == place->size)
		return AM_OK;
	am_stream_close(*stream_out);
	*stream_out = NULL;
	return am_fail(err, AM_CORRUPT,
		       "%s has %" PRIu64 " bytes, want %" PRIu64,
		       am_path_shown(place->path), length, place->size);
}

static enum am_status
maildir_get(struct am_sink *sink, const struct am_sink_place *place,
	    struct am_arena *arena, struct am_stream **stream_out,
	    struct am_error *err)
{
	const struct am_maildir *maildir = (const struct am_maildir *)sink;
	struct am_stream *stored = NULL;
	enum am_status status;

	if (maildir->layout->load == NULL)
		return am_maildir_stored(maildir, place, arena, stream_out,
					 err);
	AM_TRY(am_maildir_stored(maildir, place, arena, &stored, err));
	status = maildir->layout->load(arena, stored, place->size, stream_out,
				       err);
	if (status != AM_OK)
		am_stream_close(stored);
	return status;
}

static void
row_drop(struct am_maildir *maildir, const struct am_sink_row *row)
{
	const struct am_maildir_folder *at;
	char name[AM_MAILDIR_NAME_SIZE];

	if (am_maildir_dirs_get(&maildir->dirs, row->folder, &at, NULL) !=
	    AM_OK)
		return;
	am_maildir_tmp_name(row->row, row->id, name);
	if (row->is_placed)
		(void)unlinkat(at->cur, strrchr(row->place.path, '/') + 1, 0);
	else
		(void)unlinkat(at->tmp, name, 0);
}

static void
maildir_close(struct am_sink *sink)
{
	struct am_maildir *maildir = (struct am_maildir *)sink;
	const struct am_sink_row *row;

	for (row = maildir->tree.first; row != NULL; row = row->next) {
		row_drop(maildir, row);
		if (maildir->keywords.sets != NULL)
			am_grow_files_drop(&maildir->keywords.files,
					   row->folder);
	}
	if (maildir->layout->has_keywords)
		am_maildir_keywords_free(&maildir->keywords);
	am_maildir_dirs_close(&maildir->dirs);
	am_maildir_writer_free(&maildir->writer);
	am_sink_tree_free(&maildir->tree);
	am_free(maildir);
}

static const struct am_sink_ops maildir_ops = {
	.put = maildir_put,
	.commit = maildir_commit,
	.checkpoint = maildir_checkpoint,
	.restore = maildir_restore,
	.finish_restore = maildir_finish_restore,
	.get = maildir_get,
	.close = maildir_close,
};

static enum am_status
maildir_init(struct am_maildir *maildir, const struct am_sink_options *options,
	     struct am_error *err)
{
	const struct am_maildir_layout *layout = maildir->layout;
	struct am_maildir_keywords *keywords = NULL;

	AM_TRY(am_sink_tree_init(&maildir->tree, options, layout->form, "",
				 err));
	if (layout->has_keywords) {
		keywords = &maildir->keywords;
		AM_TRY(am_maildir_keywords_init(keywords, &maildir->tree,
						options, err));
	}
	return am_maildir_writer_init(&maildir->writer, &maildir->tree,
				      &maildir->dirs, keywords, err);
}

enum am_status
am_maildir_open_as(const struct am_maildir_layout *layout,
		   const struct am_sink_options *options,
		   struct am_sink **sink_out, struct am_error *err)
{
	struct am_maildir *maildir = am_alloc(sizeof(*maildir));
	enum am_status status;

	if (maildir == NULL)
		return am_nomem(err);
	maildir->base.ops = &maildir_ops;
	maildir->base.lf = layout->lf;
	maildir->layout = layout;
	am_maildir_dirs_init(&maildir->dirs, layout, &maildir->tree);
	status = maildir_init(maildir, options, err);
	if (status != AM_OK) {
		maildir_close(&maildir->base);
		return status;
	}
	*sink_out = &maildir->base;
	return AM_OK;
}

enum am_status
am_maildir_open(const struct am_sink_options *options,
		struct am_sink **sink_out, struct am_error *err)
{
	static const struct am_maildir_layout layout = {
		.form = AM_NAMES_PATH,
		.lf = true,
		.has_keywords = true,
		.name = am_maildir_name,
	};

	return am_maildir_open_as(&layout, options, sink_out, err);
}

/* https://www.courier-mta.org/imap/README.maildirquota.html; names in modified
 * UTF-7, which is what Dovecot looks for unless it is told otherwise. */
enum am_status
am_maildirpp_open(const struct am_sink_options *options,
		  struct am_sink **sink_out, struct am_error *err)
{
	static const struct am_maildir_layout layout = {
		.form = AM_NAMES_MAILDIRPP,
		.lf = true,
		.is_plusplus = true,
		.has_keywords = true,
		.name = am_maildir_name,
	};

	return am_maildir_open_as(&layout, options, sink_out, err);
}
