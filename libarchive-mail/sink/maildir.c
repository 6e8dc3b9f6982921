/* Maildir: one file per message. A message is written to tmp/ under its row;
 * a commit makes the batch durable, renames it into cur/, and makes that
 * durable. A name in cur/ is
 *
 *	<received>.P<NID, 8 hex><start of SHA-256, 8 hex>.pst,S=<size>:2,<flags>
 *
 * and depends on nothing else, so what a killed run left in cur/ is replaced by
 * the same bytes. (maildir(5); the part S= is Dovecot's.)
 *
 * Where nobody waits for the disk, a message that fits in memory is written to
 * cur/ at once, which saves a third of the time: a kill may then leave the
 * last file incomplete until the run is resumed. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/time.h"
#include "io/file_stream.h"
#include "io/os_error.h"
#include "io/outfile.h"
#include "sink/maildir_dirs.h"

enum {
	PIECE = 256 << 10, /* a message up to this is written at once */
	NAME_SIZE = AM_MAILDIR_NAME_SIZE
};

struct maildir {
	struct am_sink base; /* first */
	struct am_sink_tree tree;
	struct am_maildir_dirs dirs;
	struct am_buf piece;
	struct am_sha256 *sha;
};

/* A message on its way. */
struct draft {
	const struct am_sink_message *message;
	int dir; /* tmp/ or cur/, while fd is open */
	int fd;	 /* -1: not yet made */
	uint64_t size;
	const char *name; /* in dir */
	char tmp[NAME_SIZE];
};

static int
file_create(const struct draft *draft)
{
	const int flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
	int fd;

	do
		fd = openat(draft->dir, draft->name, flags, 0600);
	while (fd < 0 && errno == EINTR);
	return fd;
}

static enum am_status
draft_create(struct maildir *maildir, struct draft *draft, bool in_cur,
	     struct am_error *err)
{
	const struct am_maildir_folder *at;

	AM_TRY(am_maildir_dirs_get(&maildir->dirs, draft->message->folder, &at,
				   err));
	draft->dir = in_cur ? at->cur : at->tmp;
	draft->fd = file_create(draft);
	/* of a run that was killed */
	if (draft->fd < 0 && errno == EEXIST &&
	    unlinkat(draft->dir, draft->name, 0) == 0)
		draft->fd = file_create(draft);
	if (draft->fd < 0)
		return am_os_create_failed(err, errno, draft->name);
	return AM_OK;
}

static enum am_status
draft_write(struct maildir *maildir, struct draft *draft, struct am_bytes bytes,
	    struct am_error *err)
{
	if (draft->fd < 0)
		AM_TRY(draft_create(maildir, draft, false, err));
	am_sha256_add(maildir->sha, bytes);
	AM_TRY(am_write_at(draft->fd, bytes, draft->size, draft->name, err));
	draft->size += bytes.len;
	return AM_OK;
}

static enum am_status
piece_flush(struct maildir *maildir, struct draft *draft, struct am_error *err)
{
	AM_TRY(draft_write(maildir, draft, am_buf_bytes(&maildir->piece), err));
	am_buf_clear(&maildir->piece);
	return AM_OK;
}

/* Reads the stream to its end; the last piece stays in memory. */
static enum am_status
draft_fill(struct maildir *maildir, struct draft *draft, struct am_stream *mime,
	   struct am_error *err)
{
	struct am_buf *piece = &maildir->piece;
	struct am_bytes bytes;
	enum am_status status;

	while ((status = am_stream_next(mime, &bytes, err)) == AM_OK) {
		if (bytes.len > PIECE - piece->len)
			AM_TRY(piece_flush(maildir, draft, err));
		if (bytes.len > PIECE)
			AM_TRY(draft_write(maildir, draft, bytes, err));
		else
			am_buf_add(piece, bytes);
	}
	return status != AM_END ? status : am_buf_status(piece, err);
}

/* Letters in ASCII order, as maildir(5) wants them. */
static void
flag_letters(unsigned flags, char letters[8])
{
	static const struct {
		unsigned flag;
		char letter;
	} known[] = {
		{ AM_FLAG_DRAFT, 'D' },	    { AM_FLAG_FLAGGED, 'F' },
		{ AM_FLAG_FORWARDED, 'P' }, { AM_FLAG_ANSWERED, 'R' },
		{ AM_FLAG_SEEN, 'S' },	    { AM_FLAG_DELETED, 'T' },
	};
	size_t len = 0;
	size_t i;

	for (i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if ((flags & known[i].flag) != 0)
			letters[len++] = known[i].letter;
	letters[len] = '\0';
}

/* Unknown is 0. */
static int64_t
file_time(const struct am_sink_message *message)
{
	return message->received > 0 ? message->received : 0;
}

static enum am_status
row_make(struct maildir *maildir, const struct draft *draft,
	 const uint8_t digest[AM_SHA256_SIZE], struct am_sink_row **row_out,
	 struct am_error *err)
{
	const struct am_sink_message *message = draft->message;
	char tail[NAME_SIZE];
	char letters[8];

	flag_letters(message->flags, letters);
	(void)snprintf(tail, sizeof(tail),
		       "/cur/%" PRId64 ".P%08" PRIx32
		       "%02x%02x%02x%02x.pst,S=%" PRIu64 ":2,%s",
		       file_time(message), message->id, digest[0], digest[1],
		       digest[2], digest[3], draft->size, letters);
	AM_TRY(am_sink_row_new(&maildir->tree, message, tail, row_out, err));
	(*row_out)->place.size = draft->size;
	memcpy((*row_out)->place.sha256, digest, AM_SHA256_SIZE);
	return AM_OK;
}

static enum am_status
draft_set_time(const struct draft *draft, struct am_error *err)
{
	const struct timespec time = { .tv_sec = file_time(draft->message) };
	const struct timespec times[2] = { time, time };

	if (futimens(draft->fd, times) != 0)
		return am_os_write_failed(err, errno, draft->name);
	return AM_OK;
}

/* The whole message is in memory: into cur/, under its last name. */
static enum am_status
draft_place(struct maildir *maildir, struct draft *draft,
	    struct am_sink_row *row, struct am_error *err)
{
	draft->name = strrchr(row->place.path, '/') + 1;
	row->is_placed = true;
	AM_TRY(draft_create(maildir, draft, true, err));
	return am_write_at(draft->fd, am_buf_bytes(&maildir->piece), 0,
			   draft->name, err);
}

static enum am_status
draft_put(struct maildir *maildir, struct draft *draft, struct am_stream *mime,
	  struct am_error *err)
{
	uint8_t digest[AM_SHA256_SIZE];
	struct am_sink_row *row = NULL;
	bool at_once;

	AM_TRY(draft_fill(maildir, draft, mime, err));
	at_once = maildir->tree.no_sync && draft->fd < 0;
	if (at_once) {
		am_sha256_add(maildir->sha, am_buf_bytes(&maildir->piece));
		draft->size = maildir->piece.len;
	} else {
		AM_TRY(piece_flush(maildir, draft, err));
	}
	if (am_sha256_finish(maildir->sha, digest) != AM_OK)
		return am_nomem(err);
	AM_TRY(row_make(maildir, draft, digest, &row, err));
	if (at_once)
		AM_TRY(draft_place(maildir, draft, row, err));
	AM_TRY(draft_set_time(draft, err));
	am_sink_row_add(&maildir->tree, row);
	return AM_OK;
}

static enum am_status
maildir_put(struct am_sink *sink, struct am_stream *mime,
	    const struct am_sink_message *message, struct am_error *err)
{
	struct maildir *maildir = (struct maildir *)sink;
	struct draft draft = { .message = message, .fd = -1 };
	uint8_t unused[AM_SHA256_SIZE];
	enum am_status status;

	am_maildir_tmp_name(message->row, message->id, draft.tmp);
	draft.name = draft.tmp;
	am_buf_clear(&maildir->piece);
	status = draft_put(maildir, &draft, mime, err);
	if (draft.fd >= 0)
		(void)close(draft.fd);
	if (status != AM_OK && draft.fd >= 0)
		(void)unlinkat(draft.dir, draft.name, 0);
	if (status != AM_OK) /* the next one begins anew */
		(void)am_sha256_finish(maildir->sha, unused);
	return status;
}

/* Does the next row start in another folder's directory? */
static bool
ends_run(const struct am_sink_row *row)
{
	return row->next == NULL || row->next->folder != row->folder;
}

static enum am_status
tmp_sync(struct maildir *maildir, const struct am_sink_row *row,
	 struct am_error *err)
{
	const struct am_maildir_folder *at;
	char name[NAME_SIZE];
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
batch_sync(struct maildir *maildir, bool *all_out, struct am_error *err)
{
	const struct am_sink_row *row = maildir->tree.first;

	AM_TRY(am_dir_sync_all(maildir->tree.root, all_out, err));
	for (; !*all_out && row != NULL; row = row->next)
		AM_TRY(tmp_sync(maildir, row, err));
	return AM_OK;
}

static enum am_status
batch_rename(struct maildir *maildir, struct am_error *err)
{
	const struct am_sink_row *row = maildir->tree.first;

	for (; row != NULL; row = row->next) {
		const char *name = strrchr(row->place.path, '/') + 1;
		const struct am_maildir_folder *at;
		char tmp[NAME_SIZE];

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
folder_sync(struct maildir *maildir, size_t folder, bool all,
	    struct am_error *err)
{
	const struct am_maildir_folder *at;
	char path[AM_MAILDIR_PATH_SIZE];

	am_maildir_path(&maildir->tree, folder, "cur", path);
	if (!all) /* the directories may be new, each on the way */
		return am_dir_sync_chain(maildir->tree.root, path, err);
	AM_TRY(am_maildir_dirs_get(&maildir->dirs, folder, &at, err));
	return am_dir_sync(at->cur, path, err);
}

/* The names in cur/; for many folders all at once is cheaper. */
static enum am_status
folders_sync(struct maildir *maildir, bool all, struct am_error *err)
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
	struct maildir *maildir = (struct maildir *)sink;
	const bool sync = !maildir->tree.no_sync && maildir->tree.first != NULL;
	bool all = false;

	if (sync)
		AM_TRY(batch_sync(maildir, &all, err));
	AM_TRY(batch_rename(maildir, err));
	if (sync)
		AM_TRY(folders_sync(maildir, all, err));
	return am_sink_batch_done(&maildir->tree, done, arg, err);
}

static enum am_status
maildir_checkpoint(struct am_sink *sink, am_sink_length *length, void *arg,
		   struct am_error *err)
{
	(void)sink;
	(void)length;
	(void)arg;
	(void)err;
	return AM_OK; /* no file grows */
}

static enum am_status
maildir_restore(struct am_sink *sink, const char *path, uint64_t length,
		struct am_error *err)
{
	(void)sink;
	(void)length;
	return am_fail(err, AM_NOT_FOUND, "%s is no file that grows",
		       am_path_shown(path));
}

static enum am_status
maildir_finish_restore(struct am_sink *sink, struct am_error *err)
{
	return am_maildir_clean(&((struct maildir *)sink)->tree, err);
}

static enum am_status
maildir_get(struct am_sink *sink, const struct am_sink_place *place,
	    struct am_arena *arena, struct am_stream **stream_out,
	    struct am_error *err)
{
	const struct maildir *maildir = (const struct maildir *)sink;
	uint64_t length = 0;

	AM_TRY(am_file_stream_open(arena, maildir->tree.root, place->path, 0,
				   place->size, &length, stream_out, err));
	if (length == place->size)
		return AM_OK;
	am_stream_close(*stream_out);
	return am_fail(err, AM_CORRUPT,
		       "%s has %" PRIu64 " bytes, want %" PRIu64,
		       am_path_shown(place->path), length, place->size);
}

static void
row_drop(struct maildir *maildir, const struct am_sink_row *row)
{
	const struct am_maildir_folder *at;
	char name[NAME_SIZE];

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
	struct maildir *maildir = (struct maildir *)sink;
	const struct am_sink_row *row;

	for (row = maildir->tree.first; row != NULL; row = row->next)
		row_drop(maildir, row);
	am_maildir_dirs_close(&maildir->dirs);
	am_sha256_close(maildir->sha);
	am_buf_free(&maildir->piece);
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

enum am_status
am_maildir_open(const struct am_sink_options *options,
		struct am_sink **sink_out, struct am_error *err)
{
	struct maildir *maildir = am_alloc(sizeof(*maildir));
	enum am_status status;

	if (maildir == NULL)
		return am_nomem(err);
	maildir->base.ops = &maildir_ops;
	maildir->base.lf = true;
	maildir->piece = am_buf(PIECE);
	am_maildir_dirs_init(&maildir->dirs, &maildir->tree);
	status = am_sink_tree_init(&maildir->tree, options, "", err);
	maildir->sha = am_sha256_open();
	if (status == AM_OK && maildir->sha == NULL)
		status = am_nomem(err);
	if (status != AM_OK) {
		maildir_close(&maildir->base);
		return status;
	}
	*sink_out = &maildir->base;
	return AM_OK;
}
