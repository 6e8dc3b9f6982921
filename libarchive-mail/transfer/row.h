/* One row of the ledger: what became of one message node. */
#ifndef AM_TRANSFER_ROW_H
#define AM_TRANSFER_ROW_H

#include <archive-mail/transfer.h>

#include "base/json.h"
#include "convert/item.h"
#include "sink/sink.h"
#include "transfer/routes.h"
#include "transfer/walk.h"

enum am_outcome { AM_OUTCOME_WRITTEN, AM_OUTCOME_SKIPPED, AM_OUTCOME_FAILED };

/* A row on its way to the ledger. Its facts are known when the message has
 * been converted; its place only when the sink has it. Texts are borrowed
 * from wherever the row is kept. */
struct am_row {
	uint64_t number; /* of the walk */
	uint32_t nid;
	size_t folder; /* index; SIZE_MAX: Orphans */
	enum am_outcome outcome;
	const char *reason;	/* NULL when written */
	const char *class_name; /* NULL: could not be read */

	/* The end of the JSON row, from "message_id" on, without the final
	 * brace: rendered while the message is at hand. duplicate_at: where
	 * "duplicate_of" belongs, which is known last. */
	const char *facts;
	size_t duplicate_at;

	bool has_content; /* of am_mail, when asked for */
	uint8_t content[AM_SHA256_SIZE];
	uint32_t duplicate_of; /* NID; 0: none */

	/* Of am_mail; and what became of it, a finding that is known last:
	 * NULL: nothing. */
	const char *uid;
	const char *uid_finding;

	enum am_route route;
	uint64_t mime_size; /* bytes handed to the sink */
	unsigned flags;
	const char *const *keywords; /* of am_mail */
	int64_t received;
	int64_t sent;
	const char *sender;
	const char *subject;

	struct am_item_counts counts;
	uint64_t findings;
	bool damaged; /* written, but a part of it could not be read */
	bool partial; /* written, but only its header was downloaded */

	/* from the sink's done */
	bool has_place;
	struct am_sink_place place;
};

/* Renders facts for mail (NULL: nothing could be read) and report into buf,
 * which is cleared. duplicate_at_out: of am_row. */
enum am_status am_row_facts(struct am_buf *buf, const struct am_mail *mail,
			    const struct am_report *report,
			    size_t *duplicate_at_out, struct am_error *err);

/* Nothing of it is written, for this reason (borrowed). */
void am_row_fail(struct am_row *row, const char *reason);

/* Appends the whole row and a line end. upload: with the mailbox. */
void am_row_write(struct am_buf *out, const struct am_row *row,
		  const char *folder, bool upload);

/* Adds the row to the sums. */
void am_summary_count(struct am_summary *summary, const struct am_row *row);

/* The sums as text and back, for the journal. */
enum { AM_COUNTERS_SIZE = 320 };
void
am_summary_save(const struct am_summary *summary, char text[AM_COUNTERS_SIZE]);
bool am_summary_load(struct am_summary *summary, const char *text);

#endif
