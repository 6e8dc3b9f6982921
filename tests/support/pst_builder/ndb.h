/* The node database: blocks, data trees, subnode trees, the two B-trees and
 * the header ([MS-PST] 2.2). */
#ifndef PB_NDB_H
#define PB_NDB_H

#include "codec.h"
#include "space.h"

/* What a recipe may ask of this layer; 0 means the usual. */
struct pb_ndb_options {
	enum pb_crypt crypt;
	int header_crypt; /* what the header says; -1: the truth */
	uint64_t first_bid;
	unsigned block_fill;	/* most payload bytes in a data block */
	unsigned block_entries; /* most entries in XBLOCK, SLBLOCK, SIBLOCK */
	unsigned page_entries;	/* most entries in a BTPAGE */
	unsigned reserve_pages; /* room for B-tree pages before the blocks */
	unsigned compress;	/* 4K: 1 all blocks, 2 every other */
	bool bit0_in_references;
	bool bit0_in_entries; /* BBT keys and block trailers */
	bool tight;	      /* the file ends with its last byte in use */
};

struct pb_block_entry {
	uint64_t bid;
	uint64_t ib;
	uint16_t stored;
	uint16_t inflated;
};

/* A node or a subnode. */
struct pb_node_entry {
	uint32_t nid;
	uint32_t parent;
	uint64_t data; /* BIDs; 0: none */
	uint64_t sub;
};

struct pb_nodes {
	struct pb_node_entry *items;
	size_t count;
	size_t size;
};

struct pb_blocks {
	struct pb_block_entry *items;
	size_t count;
	size_t size;
};

/* One B-tree page, remembered for the map and for damage. */
struct pb_page {
	uint64_t key; /* first of the page */
	uint64_t ib;
	uint64_t bid;
	uint8_t ptype;
	uint8_t level;
	bool dead; /* left over from an older tree */
};

struct pb_pages {
	struct pb_page *items;
	size_t count;
	size_t size;
};

struct pb_ndb {
	const struct pb_format *format;
	struct pb_ndb_options options;
	struct pb_space space;
	uint64_t next_bid;
	uint64_t next_page_bid;
	uint64_t reserved_ib; /* next of the reserved pages */
	unsigned reserved_left;
	struct pb_nodes nodes;
	struct pb_blocks blocks;
	/* Removed items, whose entries stay behind in the pages, and the
	 * blocks that are in no tree any more. */
	struct pb_nodes stale_nodes;
	struct pb_blocks stale_blocks;
	struct pb_blocks freed_blocks;
	struct pb_pages pages;
	struct pb_page nbt_root;
	struct pb_page bbt_root;
};

void pb_ndb_open(struct pb_ndb *ndb, const struct pb_format *format,
		 const struct pb_ndb_options *options, const char *path);
/* Sorts the entries, writes trees and header. */
void pb_ndb_finish(struct pb_ndb *ndb);
void pb_ndb_close(struct pb_ndb *ndb);

void pb_blocks_add(struct pb_blocks *blocks, struct pb_block_entry entry);
void pb_nodes_add(struct pb_nodes *nodes, struct pb_node_entry entry);
void pb_ndb_add_node(struct pb_ndb *ndb, uint32_t nid, uint32_t parent,
		     uint64_t data, uint64_t sub);

/* Most payload bytes a data block may get. */
size_t pb_payload_max(const struct pb_ndb *ndb);
/* A BID as the file refers to it. */
uint64_t pb_bid_reference(const struct pb_ndb *ndb, uint64_t bid);

/* block.c: one block; returns its BID. */
uint64_t pb_block_write(struct pb_ndb *ndb, const void *payload, size_t len,
			bool internal);

/* datatree.c: a node's data as it grows. All zero but ndb is empty. */
struct pb_data_child {
	uint64_t bid;
	uint64_t total; /* bytes below it */
};

struct pb_data {
	struct pb_ndb *ndb;
	struct pb_data_child *children;
	size_t count;
	size_t size;
	struct pb_buf part; /* not yet a block */
};

/* Appends bytes; blocks are filled. */
void pb_data_write(struct pb_data *data, const void *bytes, size_t len);
/* Appends one block of its own. */
void pb_data_add_block(struct pb_data *data, const void *bytes, size_t len);
/* Completes the tree, frees and returns its BID; 0 if there is no data. */
uint64_t pb_data_end(struct pb_data *data);
/* All of the above for bytes in memory. */
uint64_t pb_data_of(struct pb_ndb *ndb, const void *bytes, size_t len);

/* subnode.c: the subnode tree of these entries, which it empties; 0 if there
 * are none. */
uint64_t pb_subnodes_write(struct pb_ndb *ndb, struct pb_nodes *subs);

/* btree.c: both trees from the entries; the roots are set. dead: pages of an
 * older state, of which nothing but the pages remains. */
void pb_btrees_write(struct pb_ndb *ndb, bool dead);

/* header.c */
void pb_header_write(struct pb_ndb *ndb);
/* Both CRCs of the header, after it was changed. */
void pb_header_seal(const struct pb_format *format, uint8_t *header);

#endif
