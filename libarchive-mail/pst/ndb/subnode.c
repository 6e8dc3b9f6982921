/* [MS-PST] 2.2.2.8.3.3 subnode trees. */
#include "pst/ndb/subnode.h"

#include <inttypes.h>
#include <stdlib.h>

enum { BTYPE_SUBNODE = 2, ANY_LEVEL = -1 };

#define OUT_OF_ORDER "the NIDs of a subnode tree do not ascend"

enum am_status
am_subnode_block_decode(const struct am_ndb_format *format,
			struct am_bytes payload, struct am_subnode_block *out,
			struct am_error *err)
{
	struct am_cursor cur = am_cursor(payload);
	unsigned btype;

	btype = am_u8(&cur);
	out->level = am_u8(&cur);			/* cLevel */
	out->count = am_u16(&cur);			/* cEnt */
	am_skip(&cur, format->subnode_header_size - 4); /* dwPadding */
	if (!am_cursor_ok(&cur) || btype != BTYPE_SUBNODE)
		return am_fail(err, AM_CORRUPT,
			       "SLBLOCK.btype is %#x, want %#x", btype,
			       BTYPE_SUBNODE);
	if (out->level > AM_SUBNODE_MAX_LEVEL)
		return am_fail(err, AM_CORRUPT,
			       "SIBLOCK.cLevel is %u, want at most %u",
			       out->level, AM_SUBNODE_MAX_LEVEL);
	out->entry_size = format->id_size * (out->level == 0 ? 3 : 2);
	out->cut = out->count > cur.left / out->entry_size;
	if (out->cut)
		out->count = cur.left / out->entry_size;
	out->entries = am_take(&cur, out->count * out->entry_size);
	return AM_OK;
}

static struct am_bytes
entry_at(const struct am_subnode_block *block, size_t i)
{
	struct am_bytes entry = { NULL, 0 };

	(void)am_slice(block->entries, i * block->entry_size, block->entry_size,
		       &entry);
	return entry;
}

static uint32_t
nid_at(const struct am_ndb *ndb, const struct am_subnode_block *block, size_t i)
{
	struct am_cursor cur = am_cursor(entry_at(block, i));

	return (uint32_t)am_uint(&cur, ndb->format->id_size);
}

/* [MS-PST] 2.2.2.8.3.3.2.1 SIENTRY: the block below. */
static uint64_t
child_at(const struct am_ndb *ndb, const struct am_subnode_block *block,
	 size_t i)
{
	struct am_cursor cur = am_cursor(entry_at(block, i));

	am_skip(&cur, ndb->format->id_size); /* nid */
	return am_uint(&cur, ndb->format->id_size);
}

static bool
nids_ascend(const struct am_ndb *ndb, const struct am_subnode_block *block)
{
	size_t i;

	for (i = 1; i < block->count; i++)
		if (nid_at(ndb, block, i - 1) >= nid_at(ndb, block, i))
			return false;
	return true;
}

/* The block of a subnode tree, at the level it must have. */
static enum am_status
block_get(struct am_ndb *ndb, uint64_t bid, int level,
	  struct am_subnode_block *out, struct am_error *err)
{
	struct am_bytes payload;
	struct am_error local;

	AM_TRY(am_kept_block_get(ndb, bid, &payload, err));
	AM_TRY(am_subnode_block_decode(ndb->format, payload, out, err));
	if (level != ANY_LEVEL && (int)out->level != level)
		return am_fail(err, AM_CORRUPT,
			       "SLBLOCK.cLevel of BID %#" PRIx64
			       " is %u, want %d",
			       bid, out->level, level);
	if (out->cut) {
		(void)am_fail(&local, AM_CORRUPT,
			      "SLBLOCK.cEnt of BID %#" PRIx64
			      " is more than the %zu that fit",
			      bid, out->count);
		am_ndb_block_finding(ndb, "subnode", &local);
	}
	return AM_OK;
}

/* The last entry with at most this NID; count: none. */
static size_t
slot_at_most(const struct am_ndb *ndb, const struct am_subnode_block *block,
	     uint32_t nid)
{
	size_t low = 0;
	size_t high = block->count;

	while (low < high) {
		const size_t middle = low + (high - low) / 2;

		if (nid_at(ndb, block, middle) <= nid)
			low = middle + 1;
		else
			high = middle;
	}
	return low > 0 ? low - 1 : block->count;
}

static enum am_status
not_found(uint32_t nid, struct am_error *err)
{
	return am_fail(err, AM_NOT_FOUND, "there is no subnode %#" PRIx32, nid);
}

/* By the NIDs on the way; *ordered_out: they lead to all there is. */
static enum am_status
descend(struct am_ndb *ndb, uint64_t bid, uint32_t nid,
	struct am_node *node_out, bool *ordered_out, struct am_error *err)
{
	struct am_subnode_block block;
	uint32_t first = 0;
	int level = ANY_LEVEL;
	size_t slot;

	*ordered_out = true;
	for (;;) {
		AM_TRY(block_get(ndb, bid, level, &block, err));
		slot = slot_at_most(ndb, &block, nid);
		if (slot < block.count && block.level == 0 &&
		    nid_at(ndb, &block, slot) == nid &&
		    am_slentry_decode(ndb->format, entry_at(&block, slot),
				      node_out))
			return AM_OK;
		if (!nids_ascend(ndb, &block) ||
		    (block.count > 0 && nid_at(ndb, &block, 0) < first))
			*ordered_out = false;
		if (slot >= block.count || block.level == 0)
			return not_found(nid, err);
		first = nid_at(ndb, &block, slot);
		bid = child_at(ndb, &block, slot);
		level = (int)block.level - 1;
	}
}

/* What a walk over a whole tree does with its entries. */
struct walk {
	struct am_ndb *ndb;
	struct am_node *nodes; /* NULL: only count */
	size_t room;	       /* of nodes */
	size_t count;
	size_t blocks; /* visited */
};

static enum am_status
leaf_walk(struct walk *walk, const struct am_subnode_block *block,
	  struct am_error *err)
{
	size_t i;

	if (block->count > AM_SUBNODE_MAX_COUNT - walk->count)
		return am_fail(err, AM_LIMIT,
			       "a node has more than %d subnodes",
			       AM_SUBNODE_MAX_COUNT);
	for (i = 0; i < block->count; i++) {
		if (walk->count < walk->room)
			(void)am_slentry_decode(walk->ndb->format,
						entry_at(block, i),
						&walk->nodes[walk->count]);
		walk->count++;
	}
	return AM_OK;
}

/* Levels descend, so this goes no deeper than AM_SUBNODE_MAX_LEVEL. The block
 * is asked for again for each child, which may take its place. */
static enum am_status
tree_walk(struct walk *walk, uint64_t bid, int level, struct am_error *err)
{
	struct am_subnode_block block;
	enum am_status status;
	size_t i;

	if (++walk->blocks > AM_SUBNODE_MAX_BLOCKS)
		return am_fail(err, AM_LIMIT,
			       "a subnode tree has more than %d blocks",
			       AM_SUBNODE_MAX_BLOCKS);
	AM_TRY(block_get(walk->ndb, bid, level, &block, err));
	if (block.level == 0)
		return leaf_walk(walk, &block, err);
	for (i = 0; i < block.count; i++) {
		status = tree_walk(walk, child_at(walk->ndb, &block, i),
				   (int)block.level - 1, err);
		if (am_is_damage(status))
			am_ndb_block_finding(walk->ndb, "subnode", err);
		else if (status != AM_OK)
			return status;
		AM_TRY(block_get(walk->ndb, bid, level, &block, err));
	}
	return AM_OK;
}

/* The last entry with the NID wherever it is; for trees out of order. */
static enum am_status
tree_scan(struct am_ndb *ndb, uint64_t bid, int level, uint32_t nid,
	  size_t *blocks, struct am_node *node_out, bool *found,
	  struct am_error *err)
{
	struct am_subnode_block block;
	struct am_node node;
	enum am_status status;
	size_t i;

	if (++*blocks > AM_SUBNODE_MAX_SCANNED)
		return AM_OK;
	AM_TRY(block_get(ndb, bid, level, &block, err));
	for (i = 0; i < block.count && block.level == 0; i++)
		if (nid_at(ndb, &block, i) == nid &&
		    am_slentry_decode(ndb->format, entry_at(&block, i),
				      &node)) {
			*node_out = node;
			*found = true;
		}
	for (i = 0; i < block.count && block.level > 0; i++) {
		status = tree_scan(ndb, child_at(ndb, &block, i),
				   (int)block.level - 1, nid, blocks, node_out,
				   found, err);
		if (status != AM_OK && !am_is_item_scoped(status))
			return status;
		AM_TRY(block_get(ndb, bid, level, &block, err));
	}
	return AM_OK;
}

enum am_status
am_subnode_find(struct am_ndb *ndb, uint64_t bid_sub, uint32_t nid,
		struct am_node *node_out, struct am_error *err)
{
	enum am_status status;
	bool ordered = true;
	bool found = false;
	size_t blocks = 0;

	if (bid_sub == 0)
		return not_found(nid, err);
	status = descend(ndb, bid_sub, nid, node_out, &ordered, err);
	if (status == AM_OK || ordered)
		return status;
	am_report_note(am_ndb_report(ndb), "subnode", OUT_OF_ORDER);
	AM_TRY(tree_scan(ndb, bid_sub, ANY_LEVEL, nid, &blocks, node_out,
			 &found, err));
	return found ? AM_OK : not_found(nid, err);
}

static int
node_compare(const void *a, const void *b)
{
	const struct am_node *left = a;
	const struct am_node *right = b;

	if (left->nid != right->nid)
		return left->nid < right->nid ? -1 : 1;
	/* where it stood */
	return left->nid_parent < right->nid_parent ? -1 : 1;
}

/* In the order of the NIDs, of equal ones the last. */
static void
nodes_sort(struct walk *walk)
{
	struct am_node *nodes = walk->nodes;
	size_t kept = 0;
	size_t i;

	for (i = 1; i < walk->count; i++)
		if (nodes[i - 1].nid >= nodes[i].nid)
			break;
	if (i >= walk->count)
		return;
	for (i = 0; i < walk->count; i++)
		nodes[i].nid_parent = (uint32_t)i;
	qsort(nodes, walk->count, sizeof(*nodes), node_compare);
	for (i = 0; i < walk->count; i++) {
		if (i + 1 < walk->count && nodes[i].nid == nodes[i + 1].nid)
			continue;
		nodes[kept] = nodes[i];
		nodes[kept++].nid_parent = 0;
	}
	am_report_note(am_ndb_report(walk->ndb), "subnode", OUT_OF_ORDER);
	walk->count = kept;
}

enum am_status
am_subnode_list(struct am_ndb *ndb, uint64_t bid_sub, struct am_arena *arena,
		struct am_node **nodes_out, size_t *count_out,
		struct am_error *err)
{
	struct walk walk = { .ndb = ndb };
	struct am_error local;

	*nodes_out = NULL;
	*count_out = 0;
	if (bid_sub == 0)
		return AM_OK;
	err = err != NULL ? err : &local;
	AM_TRY(tree_walk(&walk, bid_sub, ANY_LEVEL, err));
	walk.nodes = am_arena_array(arena, walk.count, struct am_node);
	if (walk.nodes == NULL)
		return am_arena_failed(arena, walk.count * sizeof(*walk.nodes),
				       err);
	walk.room = walk.count;
	walk.count = 0;
	walk.blocks = 0;
	AM_TRY(tree_walk(&walk, bid_sub, ANY_LEVEL, err));
	if (walk.count > walk.room) /* the file changes under us */
		walk.count = walk.room;
	nodes_sort(&walk);
	*nodes_out = walk.nodes;
	*count_out = walk.count;
	return AM_OK;
}
