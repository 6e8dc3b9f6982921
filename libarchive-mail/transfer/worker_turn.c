/* Converted messages that wait for the turn of their thread. */
#include "transfer/worker.h"

static enum am_status
text_keep(struct am_worker *worker, const char **text, struct am_error *err)
{
	if (*text == NULL)
		return AM_OK;
	*text = am_arena_text(&worker->kept, *text, strlen(*text));
	return *text != NULL ? AM_OK : am_nomem(err);
}

static enum am_status
keywords_keep(struct am_worker *worker, const char *const **keywords,
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

enum am_status
am_worker_row_wait(struct am_worker *worker, const struct am_row *row,
		   size_t offset, struct am_error *err)
{
	struct am_waiting *waiting = worker->waiting + worker->waiting_count;

	waiting->row = *row;
	waiting->offset = offset;
	waiting->len = worker->mime.len - offset;
	waiting->row.mime_size = waiting->len;
	AM_TRY(text_keep(worker, &waiting->row.reason, err));
	AM_TRY(text_keep(worker, &waiting->row.class_name, err));
	AM_TRY(text_keep(worker, &waiting->row.facts, err));
	AM_TRY(text_keep(worker, &waiting->row.sender, err));
	AM_TRY(text_keep(worker, &waiting->row.subject, err));
	AM_TRY(text_keep(worker, &waiting->row.uid, err));
	AM_TRY(keywords_keep(worker, &waiting->row.keywords, err));
	worker->waiting_count++;
	/* long facts must not add up */
	if (worker->kept.used > AM_RUN_CHUNK_BYTES)
		return am_worker_turn_take(worker, err);
	return AM_OK;
}

static enum am_status
waiting_deliver(struct am_worker *worker, struct am_error *err)
{
	size_t i;

	for (i = 0; i < worker->waiting_count; i++) {
		struct am_waiting *waiting = worker->waiting + i;
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

enum am_status
am_worker_turn_take(struct am_worker *worker, struct am_error *err)
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

void
am_worker_turn_give(struct am_worker *worker)
{
	struct am_run *run = worker->run;

	(void)pthread_mutex_lock(&run->turn_lock);
	run->turn++;
	(void)pthread_cond_broadcast(&run->turn_changed);
	(void)pthread_mutex_unlock(&run->turn_lock);
	worker->has_turn = false;
}
