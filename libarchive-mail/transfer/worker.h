/* A thread of a run while it works; its files only. What a message needs goes
 * through them in this order: worker.c claims it, worker_message.c converts it,
 * worker_stream.c brings its bytes to the sink or the buffer, worker_turn.c
 * lets it wait for its turn. */
#ifndef AM_TRANSFER_WORKER_H
#define AM_TRANSFER_WORKER_H

#include "base/buf.h"
#include "transfer/run.h"

/* A converted message that waits for its turn. */
struct am_waiting {
	struct am_row row;
	size_t offset; /* of its bytes in the worker's buffer */
	size_t len;
};

struct am_worker {
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
	struct am_waiting waiting[AM_RUN_CHUNK_ITEMS];
	size_t waiting_count;
	struct am_arena kept; /* texts of the waiting rows */
	struct am_buf mime;   /* bytes of the waiting messages */
};

/* Converts a message and settles its row. */
enum am_status
am_worker_item(struct am_worker *worker, const struct am_walk_item *item,
	       struct am_error *err);

/* The row becomes a failed one, for this reason. */
void am_worker_row_fail(struct am_worker *worker, struct am_row *row,
			const struct am_error *err);

/* From the stream into the buffer; what does not fit takes its turn and goes
 * to the sink. */
enum am_status am_worker_buffer(struct am_worker *worker, struct am_row *row,
				const struct am_mail *mail, size_t offset,
				struct am_error *err);

/* Straight from the stream to the sink, led by what was read before. */
enum am_status
am_worker_stream(struct am_worker *worker, struct am_row *row,
		 const struct am_mail *mail, struct am_bytes before,
		 struct am_bytes piece, struct am_error *err);

/* Lets the row wait; offset is where its bytes begin in the buffer. */
enum am_status
am_worker_row_wait(struct am_worker *worker, const struct am_row *row,
		   size_t offset, struct am_error *err);

/* Waits until all earlier chunks are delivered, then delivers what waits.
 * AM_INTERRUPTED when the run has failed meanwhile. */
enum am_status
am_worker_turn_take(struct am_worker *worker, struct am_error *err);

void am_worker_turn_give(struct am_worker *worker);

#endif
