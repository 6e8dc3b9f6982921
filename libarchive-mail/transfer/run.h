/* One run: what its threads share. */
#ifndef AM_TRANSFER_RUN_H
#define AM_TRANSFER_RUN_H

#include <pthread.h>

#include "transfer/address_book.h"
#include "transfer/recorder.h"

enum {
	AM_RUN_MAX_JOBS = 64,
	AM_RUN_CHUNK_ITEMS = 32,      /* messages that a thread takes at once */
	AM_RUN_CHUNK_BYTES = 2 << 20, /* and holds before its turn */
	AM_RUN_FACTS_MAX = 64 << 20   /* of one ledger row */
};

/* Threads take chunks of consecutive messages, convert them side by side, and
 * hand them over in order: chunk n when its turn has come. */
struct am_run {
	const struct am_transfer_options *options; /* borrowed */
	struct am_summary *summary;		   /* borrowed */
	struct am_recorder *recorder;		   /* of whoever has the turn */
	struct am_address_book *book;
	struct am_store *store; /* the walk's; borrowed */
	double started;		/* seconds, of the monotonic clock */

	pthread_mutex_t claim_lock; /* walk, its store, and tickets */
	uint64_t read_failures;	    /* of the store, that were looked at */
	struct am_walk *walk;
	uint64_t tickets;

	pthread_mutex_t turn_lock; /* turn and failure */
	pthread_cond_t turn_changed;
	uint64_t turn;
	enum am_status status; /* the first failure; ends the run */
	struct am_error error;
};

/* Works until there is nothing left, the run has failed, or it was asked to
 * stop; failures are left in run. arg is the run (pthread_create). */
void *am_worker_main(void *arg);

/* Remembers the first failure and wakes everybody. */
void am_run_fail(struct am_run *run, enum am_status status,
		 const struct am_error *err);

/* Asks whether the archive is still there when reads have failed since *seen.
 * A bad sector costs what it holds; a disk that was unplugged would cost all
 * that is left: the run ends, to go on when it is back. AM_NOT_FOUND. */
enum am_status
am_run_reads_check(struct am_run *run, const struct am_store *store,
		   uint64_t *seen, struct am_error *err);

/* All findings of a store since index *next, to the recorder. */
enum am_status am_run_findings(struct am_run *run, struct am_store *store,
			       size_t *next, struct am_error *err);

#endif
