/* A thread of a run: claims messages, converts them, delivers them in turn. */
#include "transfer/worker.h"

#include "base/alloc.h"
#include "transfer/input.h"

static bool
run_has_failed(struct am_run *run)
{
	bool failed;

	(void)pthread_mutex_lock(&run->turn_lock);
	failed = run->status != AM_OK;
	(void)pthread_mutex_unlock(&run->turn_lock);
	return failed;
}

static bool
must_stop(const struct am_run *run)
{
	return run->options->stop != NULL && atomic_load(run->options->stop);
}

/* The next messages of the walk, and the ticket that says whose turn it is. */
static enum am_status
chunk_claim(struct am_worker *worker, struct am_error *err)
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
progress_tell(struct am_worker *worker)
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
chunk_work(struct am_worker *worker, struct am_error *err)
{
	size_t i;

	for (i = 0; i < worker->item_count; i++) {
		AM_TRY(am_worker_item(worker, worker->items + i, err));
		AM_TRY(am_run_reads_check(worker->run, worker->store,
					  &worker->read_failures, err));
	}
	AM_TRY(am_worker_turn_take(worker, err));
	progress_tell(worker);
	am_worker_turn_give(worker);
	return AM_OK;
}

static enum am_status
worker_open(struct am_worker *worker, struct am_run *run, struct am_error *err)
{
	worker->run = run;
	worker->report.arena = &worker->findings;
	worker->facts = am_buf(AM_RUN_FACTS_MAX);
	worker->mime = am_buf(AM_RUN_CHUNK_BYTES);
	worker->kept.limit = AM_RECORDER_MEMORY_LIMIT;
	AM_TRY(am_input_reopen(run->options, &worker->store, err));
	am_store_set_report(worker->store, &worker->report);
	return AM_OK;
}

static void
worker_close(struct am_worker *worker)
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
	struct am_worker *worker = am_alloc(sizeof(*worker));
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
