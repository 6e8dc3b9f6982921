/* One archive to one destination. */
#include "transfer/run.h"

#include <time.h>
#include <unistd.h>

#include "io/source.h"
#include "transfer/input.h"

const char *
am_target_name(enum am_target target)
{
	static const char *const names[] = {
		[AM_TARGET_MAILDIR] = "maildir",
		[AM_TARGET_MBOX] = "mbox",
		[AM_TARGET_MAILDIRPP] = "maildir++",
		[AM_TARGET_EML] = "eml",
		[AM_TARGET_THUNDERBIRD] = "thunderbird",
	};

	return names[target];
}

void
am_run_fail(struct am_run *run, enum am_status status,
	    const struct am_error *err)
{
	(void)pthread_mutex_lock(&run->turn_lock);
	if (run->status == AM_OK) {
		run->status = status;
		run->error = *err;
	}
	(void)pthread_cond_broadcast(&run->turn_changed);
	(void)pthread_mutex_unlock(&run->turn_lock);
}

enum am_status
am_run_reads_check(struct am_run *run, const struct am_store *store,
		   uint64_t *seen, struct am_error *err)
{
	const uint64_t failures = am_store_read_failures(store);
	struct am_error cause = { 0 };

	if (failures == *seen)
		return AM_OK;
	*seen = failures;
	if (am_source_probe(run->options->input, &cause) == AM_OK)
		return AM_OK;
	return am_input_gone(&cause, err);
}

enum am_status
am_run_findings(struct am_run *run, struct am_store *store, size_t *next,
		struct am_error *err)
{
	const char *text;

	while ((text = am_store_finding(store, *next)) != NULL) {
		AM_TRY(am_recorder_finding(run->recorder, text, err));
		++*next;
	}
	return AM_OK;
}

static unsigned
job_count(const struct am_transfer_options *options)
{
	const long processors = sysconf(_SC_NPROCESSORS_ONLN);
	unsigned jobs = options->jobs;

	if (jobs == 0)
		jobs = processors > 0 ? (unsigned)processors : 1;
	return jobs < AM_RUN_MAX_JOBS ? jobs : AM_RUN_MAX_JOBS;
}

/* The calling thread works too; what cannot be started is done without. */
static void
workers_run(struct am_run *run)
{
	const unsigned jobs = job_count(run->options);
	pthread_t threads[AM_RUN_MAX_JOBS];
	unsigned started = 0;
	unsigned i;

	while (started + 1 < jobs && pthread_create(threads + started, NULL,
						    am_worker_main, run) == 0)
		started++;
	(void)am_worker_main(run);
	for (i = 0; i < started; i++)
		(void)pthread_join(threads[i], NULL);
}

/* Writing to an archive while it is read gives a mixture of both. */
static enum am_status
input_check(struct am_run *run, struct am_store *store, struct am_error *err)
{
	const struct am_store_info *before = am_store_info(store);
	struct am_error cause = { 0 };
	struct am_store *again = NULL;
	enum am_status status;
	bool same = false;

	status = am_store_open(run->options->input, NULL, &again, &cause);
	if (status == AM_NOMEM)
		return am_nomem(err);
	if (status == AM_IO)
		return am_input_gone(&cause, err);
	if (status == AM_OK)
		same = am_bytes_equal(
			am_bytes(before->header_sha256,
				 sizeof(before->header_sha256)),
			am_bytes(am_store_info(again)->header_sha256,
				 sizeof(before->header_sha256)));
	am_store_close(again);
	if (same)
		return AM_OK;
	return am_recorder_finding(run->recorder,
				   "input-changed: the archive was written to "
				   "while it was read; convert it again",
				   err);
}

static double
seconds_now(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static const char *
base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash != NULL ? slash + 1 : path;
}

/* Said in one way, wherever it was noticed. */
static enum am_status
interrupted(struct am_error *err)
{
	return am_fail(err, AM_INTERRUPTED,
		       "interrupted; the same command goes on from here");
}

static enum am_status
run_finish(struct am_run *run, struct am_store *store, size_t findings_told,
	   struct am_error *err)
{
	const bool stopped =
		run->options->stop != NULL && atomic_load(run->options->stop);

	if (run->status != AM_OK) {
		*err = run->error;
		return run->status;
	}
	AM_TRY(am_run_findings(run, store, &findings_told, err));
	AM_TRY(am_recorder_commit(run->recorder, err));
	if (stopped)
		return interrupted(err);
	AM_TRY(input_check(run, store, err));
	run->summary->seconds = seconds_now() - run->started;
	return am_recorder_publish(run->recorder,
				   base_name(run->options->input), err);
}

static enum am_status
run_work(struct am_run *run, struct am_store *store, struct am_error *err)
{
	size_t findings_told = 0;

	run->store = store;
	AM_TRY(am_walk_open(store, &run->walk, err));
	AM_TRY(am_run_reads_check(run, store, &run->read_failures, err));
	run->summary->lost_pages = am_walk_lost_pages(run->walk);
	AM_TRY(am_recorder_start(run->recorder, run->walk, err));
	run->summary->found = am_walk_found(run->walk);
	AM_TRY(am_run_findings(run, store, &findings_told, err));
	workers_run(run);
	return run_finish(run, store, findings_told, err);
}

static enum am_status
run_open(struct am_run *run, struct am_store *store, struct am_error *err)
{
	struct am_summary *summary = run->summary;
	const struct am_store_info *info = am_store_info(store);
	bool done = false;

	summary->format = info->format;
	summary->bytes_in = info->file_size;
	AM_TRY(am_recorder_open(run->options, store, summary, &run->recorder,
				&done, err));
	AM_TRY(am_address_book_open(run->options, 0, &run->book, err));
	if (run->options->ex_learned != NULL)
		AM_TRY(am_address_book_learn(run->book, err));
	if (!done)
		return run_work(run, store, err);
	summary->found = summary->written + summary->skipped + summary->failed;
	summary->nothing_to_do = true;
	return AM_OK;
}

enum am_status
am_transfer_run(const struct am_transfer_options *options,
		struct am_summary *summary_out, struct am_error *err)
{
	struct am_run run = {
		.options = options,
		.summary = summary_out,
		.claim_lock = PTHREAD_MUTEX_INITIALIZER,
		.turn_lock = PTHREAD_MUTEX_INITIALIZER,
		.turn_changed = PTHREAD_COND_INITIALIZER,
		.started = seconds_now(),
	};
	struct am_store *store = NULL;
	enum am_status status;

	memset(summary_out, 0, sizeof(*summary_out));
	status = am_input_open(options, &store, err);
	if (status == AM_OK)
		status = run_open(&run, store, err);
	if (status == AM_INTERRUPTED)
		status = interrupted(err);
	summary_out->seconds = seconds_now() - run.started;
	am_recorder_close(run.recorder);
	am_address_book_close(run.book);
	am_walk_close(run.walk);
	am_store_close(store);
	return status;
}
