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

/* AM_CORRUPT when the payload is no such block. */
enum am_status
am_data_tree_block_decode(const struct am_ndb_format *format,
			  struct am_bytes payload,
			  struct am_data_tree_block *out, struct am_error *err);

#endif
