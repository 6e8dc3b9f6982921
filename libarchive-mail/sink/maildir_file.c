/* A message becomes a file of a Maildir folder. */
#include "sink/maildir_file.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/time.h"
#include "io/os_error.h"
#include "io/outfile.h"

enum {
	PIECE = 256 << 10, /* a message up to this is written at once */
	NAME_SIZE = AM_MAILDIR_NAME_SIZE
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
draft_create(struct am_maildir_writer *writer, struct draft *draft, bool in_cur,
	     struct am_error *err)
{
	const struct am_maildir_folder *at;

	AM_TRY(am_maildir_dirs_get(writer->dirs, draft->message->folder, &at,
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
draft_write(struct am_maildir_writer *writer, struct draft *draft,
	    struct am_bytes bytes, struct am_error *err)
{
	if (draft->fd < 0)
		AM_TRY(draft_create(writer, draft, false, err));
	am_sha256_add(writer->sha, bytes);
	AM_TRY(am_write_at(draft->fd, bytes, draft->size, draft->name, err));
	draft->size += bytes.len;
	return AM_OK;
}

static enum am_status
piece_flush(struct am_maildir_writer *writer, struct draft *draft,
	    struct am_error *err)
{
	AM_TRY(draft_write(writer, draft, am_buf_bytes(&writer->piece), err));
	am_buf_clear(&writer->piece);
	return AM_OK;
}

/* Reads the stream to its end; the last piece stays in memory. */
static enum am_status
draft_fill(struct am_maildir_writer *writer, struct draft *draft,
	   struct am_stream *mime, struct am_error *err)
{
	struct am_buf *piece = &writer->piece;
	struct am_bytes bytes;
	enum am_status status;

	while ((status = am_stream_next(mime, &bytes, err)) == AM_OK) {
		if (bytes.len > PIECE - piece->len)
			AM_TRY(piece_flush(writer, draft, err));
		if (bytes.len > PIECE)
			AM_TRY(draft_write(writer, draft, bytes, err));
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

void
am_maildir_name(const struct am_maildir_facts *facts, char name[NAME_SIZE])
{
	const struct am_sink_message *message = facts->message;
	char letters[8];

	flag_letters(message->flags, letters);
	(void)snprintf(name, NAME_SIZE,
		       "%" PRId64 ".P%08" PRIx32
		       "%02x%02x%02x%02x.pst,S=%" PRIu64 ":2,%s%s",
		       file_time(message), message->id, facts->digest[0],
		       facts->digest[1], facts->digest[2], facts->digest[3],
		       facts->size, letters, facts->letters);
}

static enum am_status
row_make(struct am_maildir_writer *writer, const struct draft *draft,
	 const uint8_t digest[AM_SHA256_SIZE], struct am_sink_row **row_out,
	 struct am_error *err)
{
	const struct am_maildir_layout *layout = writer->dirs->layout;
	char letters[AM_MAILDIR_LETTERS + 1] = "";
	const struct am_maildir_facts facts = { draft->message, digest,
						draft->size, letters };
	char name[NAME_SIZE];
	char tail[NAME_SIZE + 8];

	if (writer->keywords != NULL)
		AM_TRY(am_maildir_keywords_letters(
			writer->keywords, draft->message, letters, err));
	layout->name(&facts, name);
	(void)snprintf(tail, sizeof(tail), "%s/%s",
		       layout->is_flat ? "" : "/cur", name);
	AM_TRY(am_sink_row_new(writer->tree, draft->message, tail, row_out,
			       err));
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
draft_place(struct am_maildir_writer *writer, struct draft *draft,
	    struct am_sink_row *row, struct am_error *err)
{
	draft->name = strrchr(row->place.path, '/') + 1;
	row->is_placed = true;
	AM_TRY(draft_create(writer, draft, true, err));
	return am_write_at(draft->fd, am_buf_bytes(&writer->piece), 0,
			   draft->name, err);
}

static enum am_status
draft_put(struct am_maildir_writer *writer, struct draft *draft,
	  struct am_stream *mime, struct am_error *err)
{
	uint8_t digest[AM_SHA256_SIZE];
	struct am_sink_row *row = NULL;
	bool at_once;

	AM_TRY(draft_fill(writer, draft, mime, err));
	at_once = writer->tree->no_sync && draft->fd < 0;
	if (at_once) {
		am_sha256_add(writer->sha, am_buf_bytes(&writer->piece));
		draft->size = writer->piece.len;
	} else {
		AM_TRY(piece_flush(writer, draft, err));
	}
	if (am_sha256_finish(writer->sha, digest) != AM_OK)
		return am_nomem(err);
	AM_TRY(row_make(writer, draft, digest, &row, err));
	if (at_once)
		AM_TRY(draft_place(writer, draft, row, err));
	AM_TRY(draft_set_time(draft, err));
	am_sink_row_add(writer->tree, row);
	return AM_OK;
}

/* As the layout wants it. */
static enum am_status
draft_store(struct am_maildir_writer *writer, struct draft *draft,
	    struct am_stream *mime, struct am_error *err)
{
	const struct am_maildir_layout *layout = writer->dirs->layout;
	struct am_stream *stored = NULL;
	enum am_status status;

	if (layout->store == NULL)
		return draft_put(writer, draft, mime, err);
	am_arena_reset(&writer->arena);
	AM_TRY(layout->store(&writer->arena, mime, draft->message, &stored,
			     err));
	status = draft_put(writer, draft, stored, err);
	am_stream_close(stored);
	return status;
}

enum am_status
am_maildir_write(struct am_maildir_writer *writer, struct am_stream *mime,
		 const struct am_sink_message *message, struct am_error *err)
{
	struct draft draft = { .message = message, .fd = -1 };
	uint8_t unused[AM_SHA256_SIZE];
	enum am_status status;

	am_maildir_tmp_name(message->row, message->id, draft.tmp);
	draft.name = draft.tmp;
	am_buf_clear(&writer->piece);
	status = draft_store(writer, &draft, mime, err);
	if (draft.fd >= 0)
		(void)close(draft.fd);
	if (status != AM_OK && draft.fd >= 0)
		(void)unlinkat(draft.dir, draft.name, 0);
	if (status != AM_OK) /* the next one begins anew */
		(void)am_sha256_finish(writer->sha, unused);
	return status;
}

enum am_status
am_maildir_writer_init(struct am_maildir_writer *writer,
		       struct am_sink_tree *tree, struct am_maildir_dirs *dirs,
		       struct am_maildir_keywords *keywords,
		       struct am_error *err)
{
	writer->tree = tree;
	writer->dirs = dirs;
	writer->keywords = keywords;
	writer->piece = am_buf(PIECE);
	writer->sha = am_sha256_open();
	return writer->sha != NULL ? AM_OK : am_nomem(err);
}

void
am_maildir_writer_free(struct am_maildir_writer *writer)
{
	am_sha256_close(writer->sha);
	am_buf_free(&writer->piece);
	am_arena_free(&writer->arena);
}
