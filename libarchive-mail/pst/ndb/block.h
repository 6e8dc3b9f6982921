/* [MS-PST] 2.2.2.8 blocks: from the BID to the decoded payload. */
#ifndef AM_PST_NDB_BLOCK_H
#define AM_PST_NDB_BLOCK_H

#include "pst/ndb/state.h"

/* [MS-PST] 2.2.2.2 BID */
static inline bool
am_bid_is_internal(uint64_t bid)
{
	return (bid & 2) != 0;
}

/* Bit 0 is reserved; some writers set it. */
static inline uint64_t
am_bid_key(uint64_t bid)
{
	return bid & ~UINT64_C(1);
}

/* Looks the BID up in the BBT. AM_NOT_FOUND, AM_CORRUPT, AM_IO. */
enum am_status am_block_find(struct am_ndb *ndb, uint64_t bid,
			     struct am_block *block_out, struct am_error *err);

/* Payload bytes, as the BBT has it. */
size_t am_block_size(const struct am_block *block);

/* How large a buffer am_block_read needs for this block; at most
 * am_block_room_max. */
size_t am_block_room(const struct am_ndb *ndb, const struct am_block *block);
size_t am_block_room_max(const struct am_ndb *ndb);

/* Reads, checks, inflates and decodes the block in buffer; payload_out lies in
 * it. What is wrong but leaves bytes to use is a finding: a checksum, a
 * signature, the sizes, the BID, a block cut off by the end of the file.
 * AM_CORRUPT (not in the file, impossible sizes, nothing to inflate), AM_IO,
 * AM_NOMEM. */
enum am_status
am_block_read(struct am_ndb *ndb, const struct am_block *block, uint8_t *buffer,
	      struct am_bytes *payload_out, struct am_error *err);

/* The payload of an internal block, borrowed until AM_NDB_KEPT_BLOCKS others
 * were asked for. Those with findings are read again each time, so that each
 * message that uses them gets the findings. As am_block_find and
 * am_block_read. */
enum am_status
am_kept_block_get(struct am_ndb *ndb, uint64_t bid,
		  struct am_bytes *payload_out, struct am_error *err);

#endif
