/* [MS-PST] 2.2.2.8.3.2 data trees, for the files of this folder. */
#ifndef AM_PST_NDB_DATA_H
#define AM_PST_NDB_DATA_H

#include "pst/ndb/block.h"

/* XBLOCK or XXBLOCK */
struct am_data_tree_block {
	unsigned level; /* cLevel: 1 XBLOCK, 2 XXBLOCK */
	size_t count;	/* cEnt, no more than fit */
	bool cut;	/* cEnt was more than fit */
	uint64_t total; /* lcbTotal */
	struct am_bytes bids;
};

/* A block that is kept. */
struct am_data_slot {
	size_t index;
	uint64_t stamp; /* of the last use; 0: empty */
	uint8_t *buffer;
	size_t room;
	struct am_bytes payload;
};

struct am_data {
	struct am_ndb *ndb;
	struct am_arena *arena;
	uint64_t bid;
	struct am_block single; /* level 0 */
	unsigned level;		/* 0 one block, 1 XBLOCK, 2 XXBLOCK */
	size_t count;
	uint64_t size; /* lcbTotal */

	/* the XBLOCK at hand: of an XXBLOCK one after the other */
	uint8_t *list_buffer;
	struct am_data_tree_block list;
	size_t list_first; /* index of its first block */

	/* XXBLOCK: its children, and the index each starts at */
	size_t child_count;
	uint64_t *child_bids;
	size_t *child_firsts; /* child_count + 1 */
	size_t child;	      /* the one at hand */

	struct am_data_slot slots[AM_DATA_KEPT_BLOCKS];
	struct am_data_slot *recent; /* the one that was used last */
	uint64_t clock;
};

/* Where block index is. AM_NOT_FOUND, AM_CORRUPT, AM_IO. */
enum am_status
am_data_block_find(struct am_data *data, size_t index,
		   struct am_block *block_out, struct am_error *err);

/* Adds the block to the bytes that are read so far. The blocks of a tree are
 * different ones: AM_CORRUPT when they become more than the file has. */
enum am_status
am_data_count_stored(const struct am_data *data, const struct am_block *block,
		     uint64_t *stored, struct am_error *err);

/* AM_CORRUPT when the payload is no such block. */
enum am_status
am_data_tree_block_decode(const struct am_ndb_format *format,
			  struct am_bytes payload,
			  struct am_data_tree_block *out, struct am_error *err);

#endif
