/* What the files of the recorder know of it; nobody else includes it. */
#ifndef AM_TRANSFER_RECORDER_PRIVATE_H
#define AM_TRANSFER_RECORDER_PRIVATE_H

#include <time.h>

#include "base/buf.h"
#include "convert/uid_stream.h"
#include "io/outfile.h"
#include "transfer/dedup.h"
#include "transfer/recorder.h"
#include "transfer/routes.h"

enum { AM_RECORDER_NAME_SIZE = 512 };

struct pending {
	struct am_row row;
	struct pending *next;
};

struct am_recorder {
	const struct am_transfer_options *options; /* borrowed */
	struct am_summary *summary;		   /* borrowed */
	struct am_walk *walk;			   /* borrowed */
	struct am_store *store;			   /* borrowed */
	struct am_journal *journal;
	struct am_routes routes;
	struct am_dedup *dedup; /* NULL: not needed so far */
	struct am_outfile *ledger;
	int output; /* directory */
	int root;   /* output/name */
	struct am_checkpoint checkpoint;
	char counters[AM_COUNTERS_SIZE];
	struct am_buf line;
	struct am_arena folders_arena;
	size_t folder_count; /* index of Orphans among the sink's folders */

	/* the batch */
	struct am_arena arena;
	struct pending *first;
	struct pending *last;
	struct pending *placed; /* the last that done told of */
	unsigned count;
	uint64_t bytes;
	uint64_t next_row;
	time_t begun; /* of an upload: when, by the clock that never jumps */
	bool in_transaction;
	bool is_resumed;
};

/* The name of a result: that of the input and a suffix. */
const char *
am_recorder_name(const struct am_recorder *recorder, const char *suffix,
		 char name[AM_RECORDER_NAME_SIZE]);

/* recorder_uid.c */

/* Before a put: when the row has a UID that its file has already, *mime becomes
 * the item with another one, behind renamed (zeroed; closed by the caller with
 * am_uid_stream_end). */
enum am_status
am_recorder_uid_begin(struct am_recorder *recorder, struct am_row *row,
		      struct am_uid_stream *renamed, struct am_stream **mime,
		      struct am_error *err);

/* After it, with its status: the file has the UID now, or has not. The status,
 * or a failure. */
enum am_status
am_recorder_uid_end(struct am_recorder *recorder, struct am_row *row,
		    enum am_status put, struct am_error *err);

/* Begins a transaction of the journal where none has begun. */
enum am_status
am_recorder_begin(struct am_recorder *recorder, struct am_error *err);

/* Ends it: what was recorded is so far. */
enum am_status am_recorder_checkpoint(struct am_recorder *recorder,
				      bool complete, struct am_error *err);

#endif
