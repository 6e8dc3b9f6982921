/* Messages to a mail server. */
#include "sink/imap_private.h"

#include "base/alloc.h"

static const char spool_path[] = "upload.part";

enum { KEYWORDS_MAX = 64 << 10 };

/* --- put -------------------------------------------------------------------
 */

struct hashing_stream {
	struct am_stream base; /* first */
	struct am_stream *from;
	struct am_sha256 *sha;
};

static enum am_status
hashing_next(struct am_stream *base, struct am_bytes *bytes_out,
	     struct am_error *err)
{
	struct hashing_stream *stream = (struct hashing_stream *)base;
	const enum am_status status =
		am_stream_next(stream->from, bytes_out, err);

	if (status == AM_OK)
		am_sha256_add(stream->sha, *bytes_out);
	return status;
}

static enum am_status
message_take(struct am_imap_sink *sink, struct am_stream *mime,
	     struct am_error *err)
{
	struct hashing_stream stream = { .base = { .next = hashing_next },
					 .from = mime,
					 .sha = sink->sha };
	uint8_t unused[AM_SHA256_SIZE];
	const enum am_status status =
		am_spool_take(&sink->spool, &stream.base, err);

	if (status != AM_OK)
		(void)am_sha256_finish(sink->sha, unused);
	return status;
}

/* Is it one of those that an earlier run has sent? */
static enum am_status
doubt_bind(struct am_imap_sink *sink, struct am_imap_box *box,
	   const struct am_sink_message *message, struct am_error *err)
{
	struct am_imap_claim claim = {
		.size = sink->spool.size,
		.received = message->received,
		.has_date = am_imap_append_has_date(message->received),
	};
	struct am_imap_appended appended = { .stored = true };

	if (box->doubt.unbound == 0)
		return AM_OK;
	AM_TRY(am_imap_message_id(am_buf_bytes(&sink->spool.memory), claim.id,
				  err));
	appended.uid = am_imap_doubt_bind(&box->doubt, &claim);
	if (appended.uid == 0)
		return AM_OK;
	appended.uidvalidity = box->uidvalidity;
	return am_imap_row_done(sink, message->row, &appended, err);
}

/* How much of a message connections may hold in memory, all together. */
static bool
is_small(const struct am_imap_sink *sink)
{
	return am_spool_is_small(&sink->spool) &&
	       sink->spool.size <= AM_IMAP_WINDOW_BYTES / sink->sessions.wanted;
}

static enum am_status
message_send(struct am_imap_sink *sink, const struct am_imap_box *box,
	     const struct am_sink_message *message, const char *keywords,
	     struct am_error *err)
{
	const struct am_imap_message wanted = {
		.row = message->row,
		.mailbox = box->raw,
		.keywords = keywords,
		.flags = message->flags & box->flags,
		.received = message->received,
	};
	struct am_imap_append *append;
	struct am_stream *mime;

	AM_TRY(am_imap_sessions_next(&sink->sessions, box->raw, &append, err));
	if (is_small(sink))
		return am_imap_append_put(append, &wanted,
					  am_buf_bytes(&sink->spool.memory),
					  err);
	AM_TRY(am_spool_read(&sink->spool, &mime, err));
	AM_TRY(am_imap_append_put_stream(append, &wanted, mime,
					 sink->spool.size, err));
	/* it may still be refused, and its bytes are here only now */
	return am_imap_append_flush(append, err);
}

static enum am_status
imap_put(struct am_sink *base, struct am_stream *mime,
	 const struct am_sink_message *message, struct am_error *err)
{
	struct am_imap_sink *sink = (struct am_imap_sink *)base;
	const size_t at = sink->boxes.of_folder[message->folder];
	struct am_imap_box *box = &sink->boxes.list[at];
	struct am_buf keywords = am_buf(KEYWORDS_MAX);
	enum am_status status;

	AM_TRY(message_take(sink, mime, err));
	AM_TRY(am_imap_row_add(sink, message, at, err));
	AM_TRY(am_imap_box_ready(sink, box, err));
	AM_TRY(doubt_bind(sink, box, message, err));
	if (sink->rows[sink->row_count - 1].is_done)
		return AM_OK;
	am_imap_box_keywords(sink, box, message, &keywords);
	status = am_buf_status(&keywords, err);
	if (status == AM_OK)
		status = message_send(sink, box, message,
				      am_buf_text(&keywords), err);
	am_buf_free(&keywords);
	return status;
}

/* --- commit ----------------------------------------------------------------
 */

static void
batch_forget(struct am_imap_sink *sink)
{
	sink->row_count = 0;
	am_arena_reset(&sink->texts);
}

static enum am_status
imap_commit(struct am_sink *base, am_sink_done *done, void *arg,
	    struct am_error *err)
{
	struct am_imap_sink *sink = (struct am_imap_sink *)base;
	size_t i;

	AM_TRY(am_imap_sessions_flush(&sink->sessions, err));
	AM_TRY(am_imap_rows_flag(sink, err));
	for (i = 0; i < sink->row_count; i++) {
		const struct am_imap_row *row = &sink->rows[i];

		if (!row->is_done)
			return am_fail(err, AM_PROTOCOL,
				       "the server has not answered for a "
				       "message");
		AM_TRY(done(arg, row->number, &row->place, err));
	}
	batch_forget(sink);
	return AM_OK;
}

/* --- opening ---------------------------------------------------------------
 */

static enum am_status
imap_finish_restore(struct am_sink *base, struct am_error *err)
{
	struct am_imap_sink *sink = (struct am_imap_sink *)base;

	if (sink->is_planned)
		return AM_OK;
	AM_TRY(am_imap_boxes_plan(sink, err));
	return am_imap_boxes_look(sink, err);
}

/* Reading back is the business of whoever compares (verify). */
static enum am_status
imap_get(struct am_sink *base, const struct am_sink_place *place,
	 struct am_arena *arena, struct am_stream **stream_out,
	 struct am_error *err)
{
	(void)base;
	(void)arena;
	(void)stream_out;
	return am_fail(err, AM_NOT_FOUND,
		       "%.100s is on the server, and is not read from there",
		       place->mailbox != NULL ? place->mailbox : "it");
}

static void
imap_close(struct am_sink *base)
{
	struct am_imap_sink *sink = (struct am_imap_sink *)base;
	size_t i;

	am_imap_sessions_close(&sink->sessions);
	for (i = 0; i < sink->boxes.count; i++)
		am_imap_doubt_free(&sink->boxes.list[i].doubt);
	am_free(sink->restored);
	am_free(sink->stored);
	am_free(sink->rows);
	am_spool_close(&sink->spool);
	am_sha256_close(sink->sha);
	am_arena_free(&sink->texts);
	am_arena_free(&sink->arena);
	am_free(sink);
}

static const struct am_sink_ops imap_ops = {
	.put = imap_put,
	.commit = imap_commit,
	.checkpoint = am_imap_box_checkpoint,
	.restore_stored = am_imap_box_restore_stored,
	.restore = am_imap_box_restore,
	.finish_restore = imap_finish_restore,
	.get = imap_get,
	.close = imap_close,
};

static enum am_status
sink_init(struct am_imap_sink *sink, struct am_error *err)
{
	const size_t count = sink->options.folder_count;

	AM_TRY(am_spool_open(sink->options.root, spool_path,
			     AM_IMAP_WINDOW_BYTES, &sink->spool, err));
	sink->sha = am_sha256_open();
	if (sink->sha == NULL)
		return am_nomem(err);
	sink->raws = am_arena_array(&sink->arena, count, const char *);
	if (sink->raws == NULL)
		return am_arena_failed(&sink->arena, count * sizeof(char *),
				       err);
	return am_imap_sessions_open(&sink->sessions, err);
}

enum am_status
am_imap_sink_open(const struct am_sink_options *options,
		  const struct am_upload *upload, const atomic_bool *stop,
		  struct am_sink **sink_out, struct am_error *err)
{
	struct am_imap_sink *sink = am_alloc(sizeof(*sink));
	enum am_status status;

	if (sink == NULL)
		return am_nomem(err);
	sink->base.ops = &imap_ops;
	sink->options = *options;
	sink->upload = upload;
	sink->sessions.upload = upload;
	sink->sessions.stop = stop;
	sink->sessions.done = am_imap_row_done;
	sink->sessions.done_arg = sink;
	sink->arena.limit = AM_IMAP_SINK_MEMORY;
	sink->texts.limit = AM_IMAP_ROWS_MEMORY;
	status = sink_init(sink, err);
	if (status != AM_OK) {
		imap_close(&sink->base);
		return status;
	}
	*sink_out = &sink->base;
	return AM_OK;
}
