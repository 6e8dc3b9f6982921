/* The bytes of a message: into the buffer of its chunk, or to the sink. */
#include "transfer/worker.h"

/* First what was read already, then the rest of the stream. */
struct resumed_stream {
	struct am_stream base; /* first */
	struct am_bytes before[2];
	struct am_stream *rest;
	uint64_t size;	       /* bytes that went by */
	enum am_status failed; /* of rest itself; AM_OK: it has not */

	/* the content is known at the end; a duplicate ends with a failure, so
	 * that nothing of it remains */
	struct am_worker *worker;
	struct am_row *row;
	const struct am_mail *mail;
	bool at_end;
	bool is_duplicate;
};

/* What is known of the content once the message came to its end. */
static void
content_take(struct am_row *row, const struct am_mail *mail)
{
	row->has_content = mail->has_content;
	memcpy(row->content, mail->content, sizeof(row->content));
}

static enum am_status
resumed_end(struct resumed_stream *stream, struct am_error *err)
{
	stream->at_end = true;
	content_take(stream->row, stream->mail);
	AM_TRY(am_recorder_dedup(stream->worker->run->recorder, stream->row,
				 &stream->is_duplicate, err));
	return stream->is_duplicate ? am_fail(err, AM_LIMIT, "duplicate")
				    : AM_END;
}

static enum am_status
resumed_next(struct am_stream *base, struct am_bytes *bytes_out,
	     struct am_error *err)
{
	struct resumed_stream *stream = (struct resumed_stream *)base;
	enum am_status status;
	size_t i = 0;

	while (i < 2 && stream->before[i].len == 0)
		i++;
	if (i == 2) {
		status = am_stream_next(stream->rest, bytes_out, err);
		if (status == AM_END && !stream->at_end)
			return resumed_end(stream, err);
		if (status != AM_OK && status != AM_END)
			stream->failed = status;
		if (status != AM_OK)
			return status;
	} else {
		*bytes_out = stream->before[i];
		stream->before[i].len = 0;
	}
	stream->size += bytes_out->len;
	return AM_OK;
}

enum am_status
am_worker_stream(struct am_worker *worker, struct am_row *row,
		 const struct am_mail *mail, struct am_bytes before,
		 struct am_bytes piece, struct am_error *err)
{
	struct resumed_stream stream = { .base = { .next = resumed_next },
					 .before = { before, piece },
					 .rest = mail->mime,
					 .worker = worker,
					 .row = row,
					 .mail = mail };
	enum am_status status;

	status = am_recorder_put(worker->run->recorder, row, &stream.base, err);
	row->mime_size = stream.size;
	if (stream.is_duplicate && status == AM_LIMIT)
		return AM_OK;
	/* the disk of the archive, or that of the output? */
	if (status == AM_IO && stream.failed != AM_IO)
		return status;
	if (!am_is_item_scoped(status))
		return status;
	am_worker_row_fail(worker, row, err);
	return AM_OK;
}

/* The piece does not fit the buffer any more: this message, and all that
 * follow in the chunk, go straight to the sink. */
static enum am_status
mail_overflow(struct am_worker *worker, struct am_row *row,
	      const struct am_mail *mail, size_t offset, struct am_bytes piece,
	      struct am_error *err)
{
	struct am_arena own = { .limit = 2 * AM_RUN_CHUNK_BYTES };
	struct am_bytes before = { 0 };
	struct am_bytes kept = { 0 };
	enum am_status status;

	(void)am_slice(am_buf_bytes(&worker->mime), offset,
		       worker->mime.len - offset, &before);
	status = am_arena_copy(&own, before, &kept, err);
	if (status == AM_OK)
		status = am_worker_turn_take(worker, err);
	if (status == AM_OK)
		status = am_worker_stream(worker, row, mail, kept, piece, err);
	am_arena_free(&own);
	return status;
}

enum am_status
am_worker_buffer(struct am_worker *worker, struct am_row *row,
		 const struct am_mail *mail, size_t offset,
		 struct am_error *err)
{
	struct am_bytes piece;
	enum am_status status;

	while ((status = am_stream_next(mail->mime, &piece, err)) == AM_OK) {
		if (piece.len > AM_RUN_CHUNK_BYTES - worker->mime.len)
			return mail_overflow(worker, row, mail, offset, piece,
					     err);
		am_buf_add(&worker->mime, piece);
		AM_TRY(am_buf_status(&worker->mime, err));
	}
	if (status == AM_END) {
		content_take(row, mail);
		return AM_OK;
	}
	if (!am_is_item_scoped(status))
		return status;
	worker->mime.len = offset; /* nothing of it remains */
	am_worker_row_fail(worker, row, err);
	return AM_OK;
}
