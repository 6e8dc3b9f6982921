/* Contents and who has them. */
#include "transfer/dedup.h"

#include "base/alloc.h"
#include "base/buf.h"
#include "base/cursor.h"
#include "journal/spill.h"

enum {
	NEW_MAX = 64 << 20 /* bytes between two checkpoints */
};

struct am_dedup {
	struct am_spill *known;
	struct am_buf fresh;	/* entries that the journal has not yet */
	struct am_arena answer; /* for one look-up */
};

static enum am_status
entries_load(void *arg, struct am_bytes entries, struct am_error *err)
{
	struct am_dedup *dedup = arg;
	struct am_cursor cur = am_cursor(entries);

	while (cur.left > 0) {
		const struct am_bytes digest = am_take(&cur, AM_SHA256_SIZE);
		const struct am_bytes nid = am_take(&cur, 4);

		if (!am_cursor_ok(&cur))
			return am_fail(err, AM_OUTPUT,
				       "the journal's list of contents is cut "
				       "short");
		AM_TRY(am_spill_add(dedup->known, digest, nid, NULL, err));
	}
	return AM_OK;
}

enum am_status
am_dedup_open(int dir, const char *path, struct am_journal *journal,
	      struct am_dedup **dedup_out, struct am_error *err)
{
	struct am_dedup *dedup = am_alloc(sizeof(*dedup));
	enum am_status status;

	if (dedup == NULL)
		return am_nomem(err);
	dedup->fresh = am_buf(NEW_MAX);
	status = am_spill_open(dir, path, &dedup->known, err);
	if (status == AM_OK)
		status = am_journal_contents(journal, entries_load, dedup, err);
	if (status != AM_OK) {
		am_dedup_close(dedup);
		return status;
	}
	*dedup_out = dedup;
	return AM_OK;
}

void
am_dedup_close(struct am_dedup *dedup)
{
	if (dedup == NULL)
		return;
	am_spill_close(dedup->known);
	am_buf_free(&dedup->fresh);
	am_arena_free(&dedup->answer);
	am_free(dedup);
}

enum am_status
am_dedup_find(struct am_dedup *dedup, const uint8_t content[AM_SHA256_SIZE],
	      uint32_t *first_out, struct am_error *err)
{
	struct am_bytes first = { 0 };
	struct am_cursor cur;
	enum am_status status;

	*first_out = 0;
	am_arena_reset(&dedup->answer);
	status = am_spill_get(dedup->known, am_bytes(content, AM_SHA256_SIZE),
			      &dedup->answer, &first, err);
	if (status != AM_OK)
		return status == AM_NOT_FOUND ? AM_OK : status;
	cur = am_cursor(first);
	*first_out = am_u32(&cur);
	return AM_OK;
}

enum am_status
am_dedup_check(struct am_dedup *dedup, const uint8_t content[AM_SHA256_SIZE],
	       uint32_t nid, uint32_t *first_out, struct am_error *err)
{
	const struct am_bytes key = am_bytes(content, AM_SHA256_SIZE);
	const uint8_t value[4] = { (uint8_t)nid, (uint8_t)(nid >> 8),
				   (uint8_t)(nid >> 16), (uint8_t)(nid >> 24) };
	bool added = false;

	*first_out = 0;
	AM_TRY(am_spill_add(dedup->known, key, am_bytes(value, 4), &added,
			    err));
	if (added) {
		am_buf_add(&dedup->fresh, key);
		am_buf_add(&dedup->fresh, am_bytes(value, 4));
		return am_buf_status(&dedup->fresh, err);
	}
	return am_dedup_find(dedup, content, first_out, err);
}

enum am_status
am_dedup_save(struct am_dedup *dedup, struct am_journal *journal,
	      struct am_error *err)
{
	if (dedup->fresh.len == 0)
		return AM_OK;
	AM_TRY(am_journal_add_contents(journal, am_buf_bytes(&dedup->fresh),
				       err));
	am_buf_clear(&dedup->fresh);
	return AM_OK;
}
