/* Deleted messages: what Outlook leaves behind of them, for recovery. */
#include <stdlib.h>

#include "builder.h"

void
pb_deleted_add(struct pb *pb, const struct pb_deleted *deleted)
{
	pb->deleted = pb_grow(pb->deleted, pb->deleted_count, &pb->deleted_size,
			      sizeof(*pb->deleted));
	pb->deleted[pb->deleted_count++] = *deleted;
}

static const struct pb_deleted *
deleted_block(const struct pb *pb, uint64_t bid)
{
	for (size_t i = 0; i < pb->deleted_count; i++) {
		const struct pb_deleted *deleted = &pb->deleted[i];

		if (bid >= deleted->first_bid && bid < deleted->end_bid)
			return deleted;
	}
	return NULL;
}

static const struct pb_deleted *
deleted_node(const struct pb *pb, uint32_t nid)
{
	for (size_t i = 0; i < pb->deleted_count; i++) {
		if (pb->deleted[i].node.nid == nid)
			return &pb->deleted[i];
	}
	return NULL;
}

static void
blocks_remove(struct pb *pb)
{
	struct pb_ndb *ndb = &pb->ndb;
	size_t kept = 0;

	for (size_t i = 0; i < ndb->blocks.count; i++) {
		const struct pb_block_entry entry = ndb->blocks.items[i];
		const struct pb_deleted *deleted = deleted_block(pb, entry.bid);

		if (deleted == NULL) {
			ndb->blocks.items[kept++] = entry;
			continue;
		}
		pb_blocks_add(&ndb->freed_blocks, entry);
		if (deleted->remains == PB_REMAINS_ENTRIES)
			pb_blocks_add(&ndb->stale_blocks, entry);
	}
	ndb->blocks.count = kept;
}

static void
nodes_remove(struct pb *pb)
{
	struct pb_ndb *ndb = &pb->ndb;
	size_t kept = 0;

	for (size_t i = 0; i < ndb->nodes.count; i++) {
		const struct pb_node_entry entry = ndb->nodes.items[i];
		const struct pb_deleted *deleted = deleted_node(pb, entry.nid);

		if (deleted == NULL)
			ndb->nodes.items[kept++] = entry;
		else if (deleted->remains == PB_REMAINS_ENTRIES)
			pb_nodes_add(&ndb->stale_nodes, entry);
	}
	ndb->nodes.count = kept;
}

/* Older trees know the messages of PB_REMAINS_PAGES; the others were never
 * in them. */
static void
older_trees_write(struct pb *pb)
{
	for (size_t i = 0; i < pb->deleted_count; i++) {
		if (pb->deleted[i].remains == PB_REMAINS_PAGES) {
			pb_btrees_write(&pb->ndb, true);
			return;
		}
	}
}

void
pb_deleted_apply(struct pb *pb)
{
	if (pb->deleted_count == 0)
		return;
	older_trees_write(pb);
	blocks_remove(pb);
	nodes_remove(pb);
}
