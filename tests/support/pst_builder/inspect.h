/* Looks up what was written, in the finished file: for the map and for
 * damage. Only sound files are read here. */
#ifndef PB_INSPECT_H
#define PB_INSPECT_H

#include "ndb.h"

/* NULL if there is none. bid may have bit 0 set. */
const struct pb_node_entry *
pb_find_node(const struct pb_ndb *ndb, uint32_t nid);
const struct pb_block_entry *
pb_find_block(const struct pb_ndb *ndb, uint64_t bid);
/* The leaf that has the entry with this key. */
const struct pb_page *
pb_find_leaf(const struct pb_ndb *ndb, enum pb_ptype ptype, uint64_t key);

/* A block's payload, inflated and decoded. */
void pb_read_block(struct pb_ndb *ndb, uint64_t bid, struct pb_buf *out);

static inline bool
pb_bid_is_internal(uint64_t bid)
{
	return (bid & 2) != 0;
}

/* Where a subnode's SLENTRY lies. */
struct pb_subnode {
	struct pb_node_entry entry;
	uint64_t block; /* BID of the SLBLOCK */
	size_t at;	/* bytes into its payload */
};

/* All subnodes below a subnode tree, in order. */
struct pb_subnodes {
	struct pb_subnode *items;
	size_t count;
	size_t size;
	struct pb_data_child *inner; /* SIBLOCKs and SLBLOCKs; total unused */
	size_t inner_count;
	size_t inner_size;
};

void
pb_subnodes_read(struct pb_ndb *ndb, uint64_t bid, struct pb_subnodes *out);
void pb_subnodes_free(struct pb_subnodes *subs);

/* The blocks of a data tree, in order: data blocks in leaves, XBLOCKs and
 * XXBLOCKs in inner. */
struct pb_bids {
	uint64_t *items;
	size_t count;
	size_t size;
};

void pb_data_tree_read(struct pb_ndb *ndb, uint64_t bid, struct pb_bids *leaves,
		       struct pb_bids *inner);

/* map.c: where everything lies, as JSON lines. */
void pb_map_write(struct pb_ndb *ndb, const char *path);

#endif
