/* No two items of a calendar file have one UID: programs that read it would
 * take the second for a newer state of the first (calendar-contacts 14, 8). */
#include <inttypes.h>
#include <stdio.h>

#include "transfer/recorder_private.h"

enum {
	/* How often a UID that is taken as well gets another suffix; only who
	 * foresees ours gets that far. */
	MAX_TRIES = 16,
	MAX_UID = 64 << 10, /* bytes, with all suffixes */
	NOTE_SIZE = 160
};

/* Opened when the first UID comes, with all that the journal knows. */
static enum am_status
known_open(struct am_recorder *recorder, struct am_error *err)
{
	char name[AM_RECORDER_NAME_SIZE];

	if (recorder->dedup != NULL)
		return AM_OK;
	return am_dedup_open(recorder->output,
			     am_recorder_name(recorder, ".dedup", name),
			     recorder->journal, &recorder->dedup, err);
}

/* What stands for a UID in the file of the row, among the contents. */
static enum am_status
key_make(const struct am_recorder *recorder, const struct am_row *row,
	 struct am_bytes uid, uint8_t key[AM_SHA256_SIZE], struct am_error *err)
{
	const size_t folder =
		row->folder != SIZE_MAX ? row->folder : recorder->folder_count;
	struct am_sha256 *sha = am_sha256_open();
	char place[64];
	enum am_status status;

	if (sha == NULL)
		return am_nomem(err);
	(void)snprintf(place, sizeof(place), "uid %d %" PRIx32, (int)row->route,
		       recorder->routes.options.folders[folder].id);
	am_sha256_add(sha, am_bytes(place, strlen(place) + 1));
	am_sha256_add(sha, uid);
	status = am_sha256_finish(sha, key);
	am_sha256_close(sha);
	return status == AM_OK ? AM_OK : am_nomem(err);
}

/* The item that has the UID; 0: nobody. */
static enum am_status
owner_find(struct am_recorder *recorder, const struct am_row *row,
	   struct am_bytes uid, uint32_t *owner_out, struct am_error *err)
{
	uint8_t key[AM_SHA256_SIZE];

	AM_TRY(key_make(recorder, row, uid, key, err));
	return am_dedup_find(recorder->dedup, key, owner_out, err);
}

/* Adds the suffix until nobody has the UID. */
static enum am_status
free_find(struct am_recorder *recorder, const struct am_row *row,
	  struct am_buf *uid, struct am_error *err)
{
	uint32_t owner = row->nid;
	int i;

	for (i = 0; i < MAX_TRIES && owner != 0; i++) {
		am_buf_printf(uid, "-%" PRIx32, row->nid);
		AM_TRY(am_buf_status(uid, err));
		AM_TRY(owner_find(recorder, row, am_buf_bytes(uid), &owner,
				  err));
	}
	return AM_OK;
}

/* Row and stream get the other UID; what says so lives until the batch is
 * written. */
static enum am_status
uid_change(struct am_recorder *recorder, struct am_row *row, const char *uid,
	   uint32_t owner, struct am_error *err)
{
	const char *suffix = uid + strlen(row->uid);
	char note[NOTE_SIZE];

	(void)snprintf(note, sizeof(note),
		       "uid: %#" PRIx32 " of this file has the UID: \"%.40s\" "
		       "is put behind it",
		       owner, suffix);
	row->uid = am_arena_text(&recorder->arena, uid, strlen(uid));
	row->uid_finding = am_arena_text(&recorder->arena, note, strlen(note));
	return row->uid != NULL && row->uid_finding != NULL ? AM_OK
							    : am_nomem(err);
}

static enum am_status
uid_settle(struct am_recorder *recorder, struct am_row *row, struct am_buf *uid,
	   struct am_error *err)
{
	uint32_t owner = 0;

	am_buf_add_text(uid, row->uid);
	AM_TRY(am_buf_status(uid, err));
	AM_TRY(known_open(recorder, err));
	AM_TRY(owner_find(recorder, row, am_buf_bytes(uid), &owner, err));
	if (owner == 0)
		return AM_OK;
	AM_TRY(free_find(recorder, row, uid, err));
	return uid_change(recorder, row, am_buf_text(uid), owner, err);
}

enum am_status
am_recorder_uid_begin(struct am_recorder *recorder, struct am_row *row,
		      struct am_uid_stream *renamed, struct am_stream **mime,
		      struct am_error *err)
{
	struct am_buf uid = am_buf(MAX_UID);
	enum am_status status;

	if (row->uid == NULL)
		return AM_OK;
	status = uid_settle(recorder, row, &uid, err);
	am_buf_free(&uid);
	if (status != AM_OK || row->uid_finding == NULL)
		return status;
	AM_TRY(am_uid_stream_begin(renamed, *mime, row->uid, err));
	*mime = &renamed->stream;
	return AM_OK;
}

enum am_status
am_recorder_uid_end(struct am_recorder *recorder, struct am_row *row,
		    enum am_status put, struct am_error *err)
{
	uint8_t key[AM_SHA256_SIZE];
	uint32_t owner;

	if (row->uid == NULL)
		return put;
	if (put != AM_OK) {
		row->uid_finding = NULL; /* nothing of it is there */
		return put;
	}
	AM_TRY(key_make(recorder, row, am_bytes_of(row->uid), key, err));
	return am_dedup_check(recorder->dedup, key, row->nid, &owner, err);
}
