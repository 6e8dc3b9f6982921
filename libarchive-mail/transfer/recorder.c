/* Sink, ledger and journal, a batch at a time. */
#include "transfer/recorder_private.h"

bool
am_recorder_wants_lf(const struct am_recorder *recorder)
{
	return recorder->routes.sinks[AM_ROUTE_MAIL]->lf;
}

enum am_status
am_recorder_put(struct am_recorder *recorder, struct am_row *row,
		struct am_stream *mime, struct am_error *err)
{
	const struct am_sink_message message = {
		.row = row->number,
		.id = row->nid,
		.folder = row->folder != SIZE_MAX ? row->folder
						  : recorder->folder_count,
		.flags = row->flags,
		.keywords = row->keywords,
		.received = row->received,
		.sent = row->sent,
		.sender = row->sender,
		.subject = row->subject,
	};
	struct am_sink *sink = NULL;
	struct am_uid_stream renamed = { .line = { 0 } };
	enum am_status status;

	AM_TRY(am_routes_get(&recorder->routes, row->route, &sink, err));
	status = am_recorder_uid_begin(recorder, row, &renamed, &mime, err);
	if (status == AM_OK) {
		status = sink->ops->put(sink, mime, &message, err);
		status = am_recorder_uid_end(recorder, row, status, err);
	}
	am_uid_stream_end(&renamed);
	return status;
}

enum am_status
am_recorder_dedup(struct am_recorder *recorder, struct am_row *row,
		  bool *duplicate_out, struct am_error *err)
{
	const struct am_item_counts nothing = { 0 };

	*duplicate_out = false;
	if (!recorder->options->dedup || !row->has_content)
		return AM_OK;
	AM_TRY(am_dedup_check(recorder->dedup, row->content, row->nid,
			      &row->duplicate_of, err));
	if (row->duplicate_of == 0)
		return AM_OK;
	*duplicate_out = true;
	row->outcome = AM_OUTCOME_SKIPPED;
	row->reason = "duplicate";
	row->counts = nothing;
	return AM_OK;
}

static enum am_status
text_keep(struct am_recorder *recorder, const char **text, struct am_error *err)
{
	if (*text == NULL)
		return AM_OK;
	*text = am_arena_text(&recorder->arena, *text, strlen(*text));
	return *text != NULL ? AM_OK : am_nomem(err);
}

static enum am_status
row_keep(struct am_recorder *recorder, const struct am_row *row,
	 struct am_error *err)
{
	struct pending *kept = am_arena_new(&recorder->arena, struct pending);

	if (kept == NULL)
		return am_nomem(err);
	kept->row = *row;
	AM_TRY(text_keep(recorder, &kept->row.reason, err));
	AM_TRY(text_keep(recorder, &kept->row.class_name, err));
	AM_TRY(text_keep(recorder, &kept->row.facts, err));
	kept->row.uid = NULL; /* it is used */
	if (recorder->last != NULL)
		recorder->last->next = kept;
	else
		recorder->first = kept;
	recorder->last = kept;
	recorder->count++;
	return AM_OK;
}

static time_t
clock_now(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec;
}

/* A slow server, or a small limit: what it has taken is written down now and
 * then all the same. */
static bool
batch_is_old(const struct am_recorder *recorder)
{
	return recorder->options->upload != NULL &&
	       clock_now() - recorder->begun >= AM_RECORDER_UPLOAD_SECONDS;
}

static bool
batch_is_full(const struct am_recorder *recorder)
{
	const bool upload = recorder->options->upload != NULL;
	unsigned batch = recorder->options->batch;

	if (batch == 0)
		batch = upload ? AM_RECORDER_UPLOAD_BATCH : AM_RECORDER_BATCH;
	return recorder->count >= batch ||
	       recorder->bytes >= AM_RECORDER_BATCH_BYTES ||
	       recorder->arena.used >= AM_RECORDER_BATCH_MEMORY ||
	       batch_is_old(recorder);
}

enum am_status
am_recorder_add(struct am_recorder *recorder, const struct am_row *row,
		struct am_error *err)
{
	AM_TRY(row_keep(recorder, row, err));
	recorder->bytes += row->mime_size;
	recorder->next_row = row->number + 1;
	return batch_is_full(recorder) ? am_recorder_commit(recorder, err)
				       : AM_OK;
}

enum am_status
am_recorder_begin(struct am_recorder *recorder, struct am_error *err)
{
	if (recorder->in_transaction)
		return AM_OK;
	AM_TRY(am_journal_begin(recorder->journal, err));
	recorder->in_transaction = true;
	return AM_OK;
}

enum am_status
am_recorder_finding(struct am_recorder *recorder, const char *text,
		    struct am_error *err)
{
	AM_TRY(am_recorder_begin(recorder, err));
	return am_journal_add_finding(recorder->journal, text, err);
}

/* A row whose message nobody took: failed, in their words. */
static enum am_status
row_refused(struct am_recorder *recorder, struct am_row *row,
	    struct am_error *err)
{
	const char *reason =
		am_arena_printf(&recorder->arena, "%s: %s",
				am_status_name(AM_REFUSED), row->place.refused);

	if (reason == NULL)
		return am_nomem(err);
	row->place.refused = NULL;
	am_row_fail(row, reason);
	return AM_OK;
}

/* The sink's word that the row is durable there. */
static enum am_status
row_placed(void *arg, uint64_t number, const struct am_sink_place *place,
	   struct am_error *err)
{
	struct am_recorder *recorder = arg;
	struct pending *next = recorder->placed != NULL ? recorder->placed->next
							: recorder->first;

	while (next != NULL && next->row.number != number)
		next = next->next;
	if (next == NULL)
		return am_fail(err, AM_LIMIT,
			       "the destination tells of a message that it was "
			       "not given");
	recorder->placed = next;
	next->row.place = *place;
	next->row.has_place = true;
	AM_TRY(text_keep(recorder, &next->row.place.path, err));
	AM_TRY(text_keep(recorder, &next->row.place.mailbox, err));
	AM_TRY(text_keep(recorder, &next->row.place.raw, err));
	return place->refused != NULL ? row_refused(recorder, &next->row, err)
				      : AM_OK;
}

static enum am_status
rows_write(struct am_recorder *recorder, struct am_error *err)
{
	const struct pending *pending;

	for (pending = recorder->first; pending != NULL;
	     pending = pending->next) {
		const struct am_row *row = &pending->row;

		if (row->outcome == AM_OUTCOME_WRITTEN && !row->has_place)
			return am_fail(err, AM_LIMIT,
				       "the destination lost a message");
		am_buf_clear(&recorder->line);
		am_row_write(&recorder->line, row,
			     am_walk_folder_path(recorder->walk, row->folder),
			     recorder->options->upload != NULL);
		AM_TRY(am_buf_status(&recorder->line, err));
		AM_TRY(am_outfile_write(recorder->ledger,
					am_buf_bytes(&recorder->line), err));
		am_summary_count(recorder->summary, row);
	}
	return AM_OK;
}

/* Where the server has the rows of the batch. */
static enum am_status
rows_store(struct am_recorder *recorder, struct am_error *err)
{
	const struct pending *pending;

	for (pending = recorder->first; pending != NULL;
	     pending = pending->next) {
		const struct am_sink_place *place = &pending->row.place;
		const struct am_journal_stored stored = {
			.row = pending->row.number,
			.mailbox = place->raw,
			.uidvalidity = place->uidvalidity,
			.uid = place->uid,
		};

		if (pending->row.has_place && place->raw != NULL)
			AM_TRY(am_journal_add_stored(recorder->journal, &stored,
						     err));
	}
	return AM_OK;
}

static void
batch_clear(struct am_recorder *recorder)
{
	am_arena_reset(&recorder->arena);
	recorder->first = NULL;
	recorder->last = NULL;
	recorder->placed = NULL;
	recorder->count = 0;
	recorder->bytes = 0;
	recorder->begun = clock_now();
}

static enum am_status
length_record(void *arg, const char *path, uint64_t length,
	      struct am_error *err)
{
	struct am_recorder *recorder = arg;

	return am_journal_set_length(recorder->journal, path, length, err);
}

enum am_status
am_recorder_checkpoint(struct am_recorder *recorder, bool complete,
		       struct am_error *err)
{
	struct am_checkpoint checkpoint = { .complete = complete };

	checkpoint.next_row = recorder->next_row;
	checkpoint.ledger_length = am_outfile_length(recorder->ledger);
	am_summary_save(recorder->summary, recorder->counters);
	checkpoint.counters = recorder->counters;
	AM_TRY(am_journal_commit(recorder->journal, &checkpoint, err));
	recorder->in_transaction = false;
	return AM_OK;
}

static enum am_status
routes_commit(struct am_recorder *recorder, struct am_error *err)
{
	enum am_route at;

	for (at = 0; at < AM_ROUTE_COUNT; at++) {
		recorder->placed = NULL; /* each tells of its rows in order */
		AM_TRY(am_routes_commit(&recorder->routes, at, row_placed,
					recorder, err));
	}
	return AM_OK;
}

enum am_status
am_recorder_commit(struct am_recorder *recorder, struct am_error *err)
{
	const bool sync = !recorder->options->no_sync;

	AM_TRY(routes_commit(recorder, err));
	AM_TRY(rows_write(recorder, err));
	AM_TRY(am_outfile_flush(recorder->ledger, sync, err));
	AM_TRY(am_recorder_begin(recorder, err));
	AM_TRY(am_routes_checkpoint(&recorder->routes, length_record, recorder,
				    err));
	if (recorder->options->upload != NULL)
		AM_TRY(rows_store(recorder, err));
	if (recorder->dedup != NULL)
		AM_TRY(am_dedup_save(recorder->dedup, recorder->journal, err));
	AM_TRY(am_recorder_checkpoint(recorder, false, err));
	batch_clear(recorder);
	return AM_OK;
}
