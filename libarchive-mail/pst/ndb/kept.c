/* Internal blocks that are asked for again and again: a few are kept. */
#include "base/alloc.h"
#include "pst/ndb/block.h"

/* The slot that holds the BID, or the one to be used next. */
static struct am_kept_block *
kept_slot(struct am_ndb *ndb, uint64_t key)
{
	struct am_kept_block *oldest = &ndb->kept_blocks[0];
	size_t i;

	for (i = 0; i < AM_NDB_KEPT_BLOCKS; i++) {
		struct am_kept_block *kept = &ndb->kept_blocks[i];

		if (kept->bid == key && key != 0)
			return kept;
		if (kept->stamp < oldest->stamp)
			oldest = kept;
	}
	return oldest;
}

enum am_status
am_kept_block_get(struct am_ndb *ndb, uint64_t bid,
		  struct am_bytes *payload_out, struct am_error *err)
{
	struct am_kept_block *kept = kept_slot(ndb, am_bid_key(bid));
	const uint64_t findings = ndb->block_findings;
	struct am_block block;

	kept->stamp = ++ndb->clock;
	if (kept->bid != 0 && kept->bid == am_bid_key(bid)) {
		*payload_out = kept->payload;
		return AM_OK;
	}
	kept->bid = 0;
	AM_TRY(am_block_find(ndb, bid, &block, err));
	if (kept->buffer == NULL)
		kept->buffer = am_alloc(am_block_room_max(ndb));
	if (kept->buffer == NULL)
		return am_nomem(err);
	AM_TRY(am_block_read(ndb, &block, kept->buffer, &kept->payload, err));
	if (ndb->block_findings == findings)
		kept->bid = am_bid_key(bid);
	*payload_out = kept->payload;
	return AM_OK;
}
