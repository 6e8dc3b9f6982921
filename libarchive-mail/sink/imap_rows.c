/* The messages of a batch until they are answered; refused ones go into files.
 */
#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

#include "base/alloc.h"
#include "sink/imap_private.h"

static const char failed_folder[] = "failed";

enum { PATH_SIZE = sizeof(failed_folder) + 16, REASON_SIZE = 400 };

enum am_status
am_imap_row_add(struct am_imap_sink *sink,
		const struct am_sink_message *message, size_t box,
		struct am_error *err)
{
	struct am_imap_row *rows = am_alloc_more(
		sink->rows, &sink->row_room, sink->row_count, sizeof(*rows));
	struct am_imap_row *row;

	if (rows == NULL)
		return am_nomem(err);
	sink->rows = rows;
	row = &rows[sink->row_count];
	memset(row, 0, sizeof(*row));
	row->number = message->row;
	row->id = message->id;
	row->box = box;
	row->flagged = (message->flags & AM_FLAG_FLAGGED) != 0;
	row->place.size = sink->spool.size;
	AM_TRY(am_sha256_finish(sink->sha, row->place.sha256));
	sink->row_count++;
	return AM_OK;
}

/* The numbers of a batch rise. */
static struct am_imap_row *
row_find(const struct am_imap_sink *sink, uint64_t number)
{
	size_t low = 0;
	size_t high = sink->row_count;

	while (low < high) {
		const size_t middle = low + (high - low) / 2;

		if (sink->rows[middle].number < number)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == sink->row_count || sink->rows[low].number != number)
		return NULL;
	return &sink->rows[low];
}

/* --- refused ---------------------------------------------------------------
 */

static enum am_status
stream_write(struct am_outfile *file, struct am_stream *mime,
	     struct am_error *err)
{
	struct am_bytes bytes;
	enum am_status status;

	while ((status = am_stream_next(mime, &bytes, err)) == AM_OK)
		AM_TRY(am_outfile_write(file, bytes, err));
	return status == AM_END ? AM_OK : status;
}

/* The bytes of a refused message: in memory, or still in the spool. */
static enum am_status
message_write(struct am_imap_sink *sink, struct am_outfile *file,
	      struct am_bytes mime, struct am_error *err)
{
	struct am_stream *stream;

	AM_TRY(am_outfile_truncate(file, 0, err));
	if (mime.len > 0) {
		AM_TRY(am_outfile_write(file, mime, err));
	} else {
		AM_TRY(am_spool_read(&sink->spool, &stream, err));
		AM_TRY(stream_write(file, stream, err));
	}
	return am_outfile_flush(file, !sink->options.no_sync, err);
}

static enum am_status
message_keep(struct am_imap_sink *sink, struct am_imap_row *row,
	     struct am_bytes mime, struct am_error *err)
{
	char path[PATH_SIZE];
	struct am_outfile *file;
	enum am_status status;
	int dir;

	AM_TRY(am_dir_open_below(sink->options.root, failed_folder, true, &dir,
				 err));
	(void)close(dir);
	(void)snprintf(path, sizeof(path), "%s/%#" PRIx32 ".eml", failed_folder,
		       row->id);
	AM_TRY(am_outfile_open(sink->options.root, path, false, &file, err));
	status = message_write(sink, file, mime, err);
	am_outfile_close(file);
	if (status == AM_OK && !sink->options.no_sync)
		status = am_dir_sync_chain(sink->options.root, failed_folder,
					   err);
	if (status != AM_OK)
		return status;
	row->place.path = am_arena_text(&sink->texts, path, strlen(path));
	return row->place.path != NULL ? AM_OK : am_nomem(err);
}

static enum am_status
row_refused(struct am_imap_sink *sink, struct am_imap_row *row,
	    const struct am_imap_appended *appended, struct am_error *err)
{
	const struct am_imap_outcome *outcome = &appended->outcome;
	char reason[REASON_SIZE];

	(void)snprintf(reason, sizeof(reason), "%s (%s)", outcome->text,
		       am_imap_verdict_text(outcome->judgement.verdict));
	row->place.refused =
		am_arena_text(&sink->texts, reason, strlen(reason));
	if (row->place.refused == NULL)
		return am_arena_failed(&sink->texts, strlen(reason), err);
	return message_keep(sink, row, appended->mime, err);
}

/* --- stored ----------------------------------------------------------------
 */

static void
box_count(struct am_imap_box *box, const struct am_imap_row *row)
{
	const struct am_sink_place *place = &row->place;

	box->is_changed = true;
	if (place->uid == 0) {
		box->needs_status = true;
		return;
	}
	if (place->uidvalidity != box->uidvalidity) {
		box->uidvalidity = place->uidvalidity;
		box->next = 0;
	}
	if (place->uid >= box->next && place->uid < UINT32_MAX)
		box->next = place->uid + 1;
}

enum am_status
am_imap_row_done(void *arg, uint64_t number,
		 const struct am_imap_appended *appended, struct am_error *err)
{
	struct am_imap_sink *sink = arg;
	struct am_imap_row *row = row_find(sink, number);
	struct am_imap_box *box;

	if (row == NULL || row->is_done)
		return am_fail(err, AM_LIMIT,
			       "an answer to a message that was not sent");
	box = &sink->boxes.list[row->box];
	row->is_done = true;
	if (!appended->stored)
		return row_refused(sink, row, appended, err);
	row->place.mailbox = box->name;
	row->place.raw = box->raw;
	row->place.uidvalidity = appended->uidvalidity;
	row->place.uid = appended->uid;
	box_count(box, row);
	return AM_OK;
}

/* --- flagged ---------------------------------------------------------------
 */

/* The flagged messages from *at on that lie in one mailbox side by side;
 * *at is behind them then. */
static size_t
flagged_take(const struct am_imap_sink *sink, size_t *at, uint32_t *uids,
	     size_t *box_out)
{
	size_t count = 0;

	for (; *at < sink->row_count; ++*at) {
		const struct am_imap_row *row = &sink->rows[*at];

		if (!row->flagged || row->place.uid == 0 ||
		    (sink->boxes.list[row->box].flags & AM_FLAG_FLAGGED) == 0)
			continue;
		if (count > 0 && row->box != *box_out)
			break;
		*box_out = row->box;
		uids[count++] = row->place.uid;
	}
	return count;
}

static enum am_status
uids_flag(struct am_imap_sink *sink, size_t box, const uint32_t *uids,
	  size_t count, struct am_error *err)
{
	const char *raw = sink->boxes.list[box].raw;
	struct am_imap *imap;
	size_t lost = 0;

	AM_TRY(am_imap_sessions_quiet(&sink->sessions, &imap, err));
	if (sink->memory == AM_IMAP_FLAGS_UNTRIED) {
		AM_TRY(am_imap_flag(imap, raw, uids, count, true, &lost, err));
		sink->memory =
			lost > 0 ? AM_IMAP_FLAGS_LOST : AM_IMAP_FLAGS_KEPT;
	}
	if (sink->memory == AM_IMAP_FLAGS_LOST)
		AM_TRY(am_imap_flag(imap, raw, uids, count, false, &lost, err));
	return AM_OK;
}

enum am_status
am_imap_rows_flag(struct am_imap_sink *sink, struct am_error *err)
{
	enum am_status status = AM_OK;
	uint32_t *uids;
	size_t at = 0;
	size_t box = 0;
	size_t count;

	if (sink->memory == AM_IMAP_FLAGS_KEPT || sink->row_count == 0)
		return AM_OK;
	uids = am_alloc(sink->row_count * sizeof(*uids));
	if (uids == NULL)
		return am_nomem(err);
	while (status == AM_OK &&
	       (count = flagged_take(sink, &at, uids, &box)) > 0)
		status = uids_flag(sink, box, uids, count, err);
	am_free(uids);
	return status;
}
