/* What has been decided about messages, in order: into the sink, the ledger
 * and the journal, a batch at a time. After a commit everything before the
 * checkpoint is durable; what came after is undone by the next open. */
#ifndef AM_TRANSFER_RECORDER_H
#define AM_TRANSFER_RECORDER_H

#include "journal/journal.h"
#include "transfer/row.h"

enum {
	AM_RECORDER_BATCH = 1000,	     /* rows */
	AM_RECORDER_UPLOAD_BATCH = 10000,    /* nothing is under way at its
						end: it costs round trips */
	AM_RECORDER_UPLOAD_SECONDS = 30,     /* of an upload; nor later */
	AM_RECORDER_BATCH_BYTES = 64 << 20,  /* of mail */
	AM_RECORDER_BATCH_MEMORY = 4 << 20,  /* of rows */
	AM_RECORDER_MEMORY_LIMIT = 256 << 20 /* one row with 100,000
						attachments passes */
};

struct am_recorder;

/* Opens or resumes the results of options->name below options->output for the
 * archive behind walk's store; summary (borrowed) gets the sums so far.
 * done_out: an earlier run had come to its end, nothing is left to do.
 * AM_OUTPUT, AM_IO, AM_NOMEM. recorder_out: caller closes. */
enum am_status
am_recorder_open(const struct am_transfer_options *options,
		 struct am_store *store, struct am_summary *summary,
		 struct am_recorder **recorder_out, bool *done_out,
		 struct am_error *err);

/* The walk whose folders name the rows; before the first put. Restores the
 * sink, and tells the walk what is done. */
enum am_status am_recorder_start(struct am_recorder *recorder,
				 struct am_walk *walk, struct am_error *err);

/* Messages should have LF line ends? */
bool am_recorder_wants_lf(const struct am_recorder *recorder);

/* Hands a message to the sink; a calendar item whose UID an earlier one of its
 * file has gets another, and the row says so. An item-scoped status of the
 * stream is returned, and nothing of the message remains; other failures end
 * the run. */
enum am_status am_recorder_put(struct am_recorder *recorder, struct am_row *row,
			       struct am_stream *mime, struct am_error *err);

/* Is the content of the row, which is next in order, that of an earlier one?
 * Then the row becomes a skipped one, to be added and not put. Only with the
 * option dedup; duplicate_out is false otherwise. */
enum am_status
am_recorder_dedup(struct am_recorder *recorder, struct am_row *row,
		  bool *duplicate_out, struct am_error *err);

/* Records the row (copied), which must be the next in order; commits when the
 * batch is full. */
enum am_status am_recorder_add(struct am_recorder *recorder,
			       const struct am_row *row, struct am_error *err);

/* A finding about the file as a whole; the same text twice is one. */
enum am_status am_recorder_finding(struct am_recorder *recorder,
				   const char *text, struct am_error *err);

/* Makes durable what was recorded. */
enum am_status
am_recorder_commit(struct am_recorder *recorder, struct am_error *err);

/* Checks the balance, publishes ledger and summary, marks the journal
 * complete. file is the base name of the input. AM_LIMIT when the ledger does
 * not balance. */
enum am_status am_recorder_publish(struct am_recorder *recorder,
				   const char *file, struct am_error *err);

/* What is not committed is dropped. NULL is fine. */
void am_recorder_close(struct am_recorder *recorder);

#endif
