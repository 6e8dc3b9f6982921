/* A thread of a run: claims messages, converts them, delivers them in turn. */
#include <stdio.h>

#include "base/alloc.h"
#include "transfer/filter.h"
#include "transfer/input.h"
#include "transfer/run.h"

/* A converted message that waits for its turn. */
struct waiting {
	struct am_row row;
	size_t offset; /* of its bytes in the worker's buffer */
	size_t len;
};

struct worker {
	struct am_run *run;
	struct am_store *store;
	size_t findings_told;
	uint64_t read_failures; /* of the store, that were looked at */

	/* the message at hand */
	struct am_arena arena;
	struct am_arena findings; /* of its report: its own may be full */
	struct am_report report;
	struct am_buf facts;
	struct am_arena people; /* the address found last */
	enum am_status ended;	/* looking for one failed: the run ends */
	struct am_error end;
	char reason[AM_ERROR_TEXT_SIZE + 64]; /* why it failed */

	/* the chunk at hand */
	struct am_walk_item items[AM_RUN_CHUNK_ITEMS];
	size_t item_count;
	uint64_t ticket;
	bool has_turn;
	struct waiting waiting[AM_RUN_CHUNK_ITEMS];
	size_t waiting_count;
	struct am_arena kept; /* texts of the waiting rows */
	struct am_buf mime;   /* bytes of the waiting messages */
};

/* First what was read already, then the rest of the stream. */
struct resumed_stream {
	struct am_stream base; /* first */
	struct am_bytes before[2];
	struct am_stream *rest;
	uint64_t size;	       /* bytes that went by */
	enum am_status failed; /* of rest itself; AM_OK: it has not */

	/* the content is known at the end; a duplicate ends with a failure, so
	 * that nothing of it remains */
	struct worker *worker;
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

/* A failure is no matter of the message that happened to ask. */
static enum am_status
ex_address(void *arg, const char *legacy_dn, const char **smtp_out,
	   struct am_error *err)
{
	struct worker *worker = arg;
	enum am_status status;

	am_arena_reset(&worker->people);
	status = am_address_book_find(worker->run->book, legacy_dn,
				      &worker->people, smtp_out, err);
	if (status != AM_OK && worker->ended == AM_OK) {
		worker->ended = status;
		worker->end = *err;
	}
	return status;
}

static struct am_convert_options
convert_options(struct worker *worker)
{
	const struct am_convert_options options = {
		.content = worker->run->options->dedup,
		.lf = am_recorder_wants_lf(worker->run->recorder),
		.ex_address = ex_address,
		.ex_arg = worker,
		.vcard3 = worker->run->options->vcard3,
	};

	return options;
}

static bool
run_has_failed(struct am_run *run)
{
	bool failed;

	(void)pthread_mutex_lock(&run->turn_lock);
	failed = run->status != AM_OK;
	(void)pthread_mutex_unlock(&run->turn_lock);
	return failed;
}

static enum am_status
waiting_deliver(struct worker *worker, struct am_error *err)
{
	size_t i;

	for (i = 0; i < worker->waiting_count; i++) {
		struct waiting *waiting = worker->waiting + i;
		struct am_bytes bytes;
		struct am_stream *mime;

		bool duplicate = false;

		if (waiting->row.outcome == AM_OUTCOME_WRITTEN)
			AM_TRY(am_recorder_dedup(worker->run->recorder,
						 &waiting->row, &duplicate,
						 err));
		if (waiting->row.outcome == AM_OUTCOME_WRITTEN) {
			bytes = am_bytes(worker->mime.data + waiting->offset,
					 waiting->len);
			AM_TRY(am_stream_of_bytes(&worker->kept, bytes, &mime,
						  err));
			AM_TRY(am_recorder_put(worker->run->recorder,
					       &waiting->row, mime, err));
		}
		AM_TRY(am_recorder_add(worker->run->recorder, &waiting->row,
				       err));
	}
	worker->waiting_count = 0;
	am_buf_clear(&worker->mime);
	am_arena_reset(&worker->kept);
	return AM_OK;
}

/* Waits until all earlier chunks are delivered, then delivers what waits.
 * AM_INTERRUPTED when the run has failed meanwhile. */
static enum am_status
turn_take(struct worker *worker, struct am_error *err)
{
	struct am_run *run = worker->run;
	bool failed;

	if (worker->has_turn)
		return AM_OK;
	(void)pthread_mutex_lock(&run->turn_lock);
	while (run->turn != worker->ticket && run->status == AM_OK)
		(void)pthread_cond_wait(&run->turn_changed, &run->turn_lock);
	failed = run->status != AM_OK;
	(void)pthread_mutex_unlock(&run->turn_lock);
	if (failed)
		return am_fail(err, AM_INTERRUPTED, "the run has failed");
	worker->has_turn = true;
	AM_TRY(am_run_findings(run, worker->store, &worker->findings_told,
			       err));
	return waiting_deliver(worker, err);
}

static void
turn_give(struct worker *worker)
{
	struct am_run *run = worker->run;

	(void)pthread_mutex_lock(&run->turn_lock);
	run->turn++;
	(void)pthread_cond_broadcast(&run->turn_changed);
	(void)pthread_mutex_unlock(&run->turn_lock);
	worker->has_turn = false;
}

static void
row_fail(struct worker *worker, struct am_row *row, const struct am_error *err)
{
	row->outcome = AM_OUTCOME_FAILED;
	(void)snprintf(worker->reason, sizeof(worker->reason), "%s: %s",
		       am_status_name(err->status), err->text);
	row->reason = worker->reason;
}

/* The facts of the row, once nothing more will be learned about it. */
static enum am_status
row_finish(struct worker *worker, struct am_row *row,
	   const struct am_mail *mail, struct am_error *err)
{
	if (mail != NULL && row->outcome != AM_OUTCOME_SKIPPED) {
		row->counts = mail->counts;
		row->damaged = mail->damaged;
		row->partial = mail->partial;
	}
	if (row->outcome == AM_OUTCOME_FAILED) {
		row->counts.attachments_written = 0;
		row->counts.embedded_written = 0;
		row->damaged = false;
		row->partial = false;
	}
	row->findings = worker->report.count;
	AM_TRY(am_row_facts(&worker->facts, mail, &worker->report,
			    &row->duplicate_at, err));
	row->facts = am_buf_text(&worker->facts);
	return AM_OK;
}

static enum am_status
text_keep(struct worker *worker, const char **text, struct am_error *err)
{
	if (*text == NULL)
		return AM_OK;
	*text = am_arena_text(&worker->kept, *text, strlen(*text));
	return *text != NULL ? AM_OK : am_nomem(err);
}

static enum am_status
keywords_keep(struct worker *worker, const char *const **keywords,
	      struct am_error *err)
{
	const char **copy;
	size_t count = 0;
	size_t i;

	if (*keywords == NULL)
		return AM_OK;
	while ((*keywords)[count] != NULL)
		count++;
	copy = am_arena_array(&worker->kept, count + 1, const char *);
	if (copy == NULL)
		return am_nomem(err);
	for (i = 0; i < count; i++) {
		copy[i] = (*keywords)[i];
		AM_TRY(text_keep(worker, copy + i, err));
	}
	*keywords = copy;
	return AM_OK;
}

/* Lets the row wait; offset is where its bytes begin in the buffer. */
static enum am_status
row_wait(struct worker *worker, const struct am_row *row, size_t offset,
	 struct am_error *err)
{
	struct waiting *waiting = worker->waiting + worker->waiting_count;

	waiting->row = *row;
	waiting->offset = offset;
	waiting->len = worker->mime.len - offset;
	waiting->row.mime_size = waiting->len;
	AM_TRY(text_keep(worker, &waiting->row.reason, err));
	AM_TRY(text_keep(worker, &waiting->row.class_name, err));
	AM_TRY(text_keep(worker, &waiting->row.facts, err));
	AM_TRY(text_keep(worker, &waiting->row.sender, err));
	AM_TRY(text_keep(worker, &waiting->row.subject, err));
	AM_TRY(keywords_keep(worker, &waiting->row.keywords, err));
	worker->waiting_count++;
	/* long facts must not add up */
	if (worker->kept.used > AM_RUN_CHUNK_BYTES)
		return turn_take(worker, err);
	return AM_OK;
}

static enum am_status
row_settle(struct worker *worker, struct am_row *row,
	   const struct am_mail *mail, size_t offset, struct am_error *err)
{
	if (worker->ended != AM_OK) {
		*err = worker->end;
		return worker->ended;
	}
	AM_TRY(row_finish(worker, row, mail, err));
	if (worker->has_turn)
		return am_recorder_add(worker->run->recorder, row, err);
	return row_wait(worker, row, offset, err);
}

/* Straight from the stream to the sink, led by what was read before. */
static enum am_status
mail_stream(struct worker *worker, struct am_row *row,
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
	row_fail(worker, row, err);
	return AM_OK;
}

/* The piece does not fit the buffer any more: this message, and all that
 * follow in the chunk, go straight to the sink. */
static enum am_status
mail_overflow(struct worker *worker, struct am_row *row,
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
		status = turn_take(worker, err);
	if (status == AM_OK)
		status = mail_stream(worker, row, mail, kept, piece, err);
	am_arena_free(&own);
	return status;
}

static enum am_status
mail_buffer(struct worker *worker, struct am_row *row,
	    const struct am_mail *mail, size_t offset, struct am_error *err)
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
	row_fail(worker, row, err);
	return AM_OK;
}

static enum am_status
mail_convert(struct worker *worker, struct am_row *row, struct am_mail *mail,
	     struct am_error *err)
{
	const struct am_bytes nothing = { 0 };
	const size_t offset = worker->mime.len;

	row->flags = mail->flags;
	row->keywords = mail->keywords;
	row->received = mail->received;
	row->sent = mail->date;
	row->sender = mail->sender;
	row->subject = mail->subject;
	if (worker->has_turn)
		AM_TRY(mail_stream(worker, row, mail, nothing, nothing, err));
	else
		AM_TRY(mail_buffer(worker, row, mail, offset, err));
	return row_settle(worker, row, mail, offset, err);
}

/* An item whose row needs no message: filtered, or no writer yet. */
static enum am_status
survey_settle(struct worker *worker, struct am_message *message,
	      struct am_row *row, struct am_error *err)
{
	struct am_mail *mail = NULL;
	enum am_status status;

	status = am_item_survey(message, &mail, err);
	if (status == AM_NOMEM)
		return status;
	status = row_settle(worker, row, status == AM_OK ? mail : NULL,
			    worker->mime.len, err);
	am_mail_close(mail);
	return status;
}

static enum am_status
mail_settle(struct worker *worker, struct am_message *message,
	    struct am_row *row, struct am_error *err)
{
	const struct am_convert_options options = convert_options(worker);
	struct am_mail *mail = NULL;
	enum am_status status;

	status = am_item_open(message, &options, &mail, err);
	if (status == AM_NOMEM)
		return status;
	if (status != AM_OK) {
		row_fail(worker, row, err);
		return row_settle(worker, row, NULL, worker->mime.len, err);
	}
	row->reason = am_filter_time(worker->run->options, mail->received);
	if (row->reason != NULL) {
		row->outcome = AM_OUTCOME_SKIPPED;
		status = row_settle(worker, row, mail, worker->mime.len, err);
	} else {
		status = mail_convert(worker, row, mail, err);
	}
	am_mail_close(mail);
	return status;
}

static enum am_status
message_settle(struct worker *worker, struct am_message *message,
	       struct am_row *row, struct am_error *err)
{
	const struct am_transfer_options *options = worker->run->options;
	const char *folder =
		am_walk_folder_path(worker->run->walk, row->folder);
	const enum am_item_kind kind = am_item_kind(message->class_name);

	row->class_name = message->class_name;
	row->outcome = AM_OUTCOME_SKIPPED;
	row->reason = am_filter_folder(options, folder);
	if (row->reason == NULL)
		row->reason = am_filter_class(options, message->class_name);
	if (row->reason == NULL && kind == AM_ITEM_INTERNAL && !options->all)
		row->reason = "internal to Outlook";
	if (row->reason != NULL)
		return survey_settle(worker, message, row, err);
	if (!am_item_has_writer(kind)) {
		row->outcome = AM_OUTCOME_FAILED;
		row->reason = "class not supported yet";
		return survey_settle(worker, message, row, err);
	}
	row->outcome = AM_OUTCOME_WRITTEN;
	row->route = am_route_of(kind);
	return mail_settle(worker, message, row, err);
}

static enum am_status
item_settle(struct worker *worker, const struct am_walk_item *item,
	    struct am_error *err)
{
	struct am_row row = { .number = item->number,
			      .nid = item->node.nid,
			      .folder = item->folder,
			      .received = AM_TIME_NONE,
			      .sender = "" };
	struct am_message *message;
	enum am_status status;

	status = am_message_open(worker->store, &item->node, &worker->arena,
				 &message, err);
	if (status == AM_OK) {
		message->status = item->message_status;
		status = message_settle(worker, message, &row, err);
	} else if (status != AM_NOMEM) {
		row_fail(worker, &row, err);
		status = row_settle(worker, &row, NULL, worker->mime.len, err);
	}
	am_arena_reset(&worker->arena);
	am_arena_reset(&worker->findings);
	am_report_clear(&worker->report);
	return status;
}

static bool
must_stop(const struct am_run *run)
{
	return run->options->stop != NULL && atomic_load(run->options->stop);
}

/* The next messages of the walk, and the ticket that says whose turn it is. */
static enum am_status
chunk_claim(struct worker *worker, struct am_error *err)
{
	struct am_run *run = worker->run;
	enum am_status status = AM_OK;

	worker->item_count = 0;
	(void)pthread_mutex_lock(&run->claim_lock);
	while (status == AM_OK && !must_stop(run) &&
	       worker->item_count < AM_RUN_CHUNK_ITEMS) {
		status = am_walk_next(run->walk,
				      worker->items + worker->item_count, err);
		if (status == AM_OK)
			status = am_run_reads_check(run, run->store,
						    &run->read_failures, err);
		if (status == AM_OK)
			worker->item_count++;
	}
	if (worker->item_count > 0)
		worker->ticket = run->tickets++;
	(void)pthread_mutex_unlock(&run->claim_lock);
	if (status != AM_OK && status != AM_END)
		return status;
	return worker->item_count > 0 ? AM_OK : AM_END;
}

static void
progress_tell(struct worker *worker)
{
	struct am_run *run = worker->run;
	struct am_progress progress = { .found = run->summary->found };

	if (run->options->progress == NULL)
		return;
	progress.done = worker->items[worker->item_count - 1].number + 1;
	progress.bytes_out = run->summary->bytes_out;
	run->options->progress(run->options->progress_arg, &progress);
}

static enum am_status
chunk_work(struct worker *worker, struct am_error *err)
{
	size_t i;

	for (i = 0; i < worker->item_count; i++) {
		AM_TRY(item_settle(worker, worker->items + i, err));
		AM_TRY(am_run_reads_check(worker->run, worker->store,
					  &worker->read_failures, err));
	}
	AM_TRY(turn_take(worker, err));
	progress_tell(worker);
	turn_give(worker);
	return AM_OK;
}

static enum am_status
worker_open(struct worker *worker, struct am_run *run, struct am_error *err)
{
	worker->run = run;
	worker->report.arena = &worker->findings;
	worker->facts = am_buf(AM_RUN_FACTS_MAX);
	worker->mime = am_buf(AM_RUN_CHUNK_BYTES);
	worker->kept.limit = AM_RECORDER_MEMORY_LIMIT;
	AM_TRY(am_input_open(run->options, &worker->store, err));
	am_store_set_report(worker->store, &worker->report);
	return AM_OK;
}

static void
worker_close(struct worker *worker)
{
	am_store_close(worker->store);
	am_arena_free(&worker->arena);
	am_arena_free(&worker->people);
	am_arena_free(&worker->findings);
	am_arena_free(&worker->kept);
	am_buf_free(&worker->facts);
	am_buf_free(&worker->mime);
	am_free(worker);
}

void *
am_worker_main(void *arg)
{
	struct am_run *run = arg;
	struct worker *worker = am_alloc(sizeof(*worker));
	struct am_error err = { 0 };
	enum am_status status;

	if (worker == NULL) {
		am_run_fail(run, am_nomem(&err), &err);
		return NULL;
	}
	status = worker_open(worker, run, &err);
	while (status == AM_OK && !run_has_failed(run)) {
		status = chunk_claim(worker, &err);
		if (status == AM_OK)
			status = chunk_work(worker, &err);
	}
	if (status != AM_OK && status != AM_END)
		am_run_fail(run, status, &err);
	worker_close(worker);
	return NULL;
}
