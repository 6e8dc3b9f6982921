/* [MS-PST] 2.2.2.8.3.3 Subnode tree: SLBLOCK and SIBLOCK */
#include <stdlib.h>

#include "ndb.h"

static int
node_order(const void *a, const void *b)
{
	const struct pb_node_entry *x = a;
	const struct pb_node_entry *y = b;

	return (x->nid > y->nid) - (x->nid < y->nid);
}

static size_t
entries_max(const struct pb_ndb *ndb, unsigned ids_per_entry)
{
	const struct pb_format *format = ndb->format;
	const size_t fit = (format->block_max - format->sl_header) /
			   (ids_per_entry * format->id_size);
	const size_t asked = ndb->options.block_entries;

	return asked > 0 && asked < fit ? asked : fit;
}

static void
head_add(const struct pb_ndb *ndb, struct pb_buf *block, unsigned level,
	 size_t count)
{
	pb_buf_int(block, 1, 2);
	pb_buf_int(block, 1, level);
	pb_buf_int(block, 2, count);
	pb_buf_zero(block, ndb->format->sl_header - 4);
}

static uint64_t
slblock_write(struct pb_ndb *ndb, const struct pb_node_entry *subs,
	      size_t count)
{
	const unsigned size = ndb->format->id_size;
	struct pb_buf block = { 0 };
	uint64_t bid;

	head_add(ndb, &block, 0, count);
	for (size_t i = 0; i < count; i++) {
		pb_buf_int(&block, size, subs[i].nid);
		pb_buf_int(&block, size, pb_bid_reference(ndb, subs[i].data));
		pb_buf_int(&block, size, pb_bid_reference(ndb, subs[i].sub));
	}
	bid = pb_block_write(ndb, block.data, block.len, true);
	pb_buf_free(&block);
	return bid;
}

static uint64_t
siblock_write(struct pb_ndb *ndb, const struct pb_nodes *leaves)
{
	const unsigned size = ndb->format->id_size;
	struct pb_buf block = { 0 };
	uint64_t bid;

	if (leaves->count > entries_max(ndb, 2))
		pb_die("more subnodes than an SIBLOCK can name");
	head_add(ndb, &block, 1, leaves->count);
	for (size_t i = 0; i < leaves->count; i++) {
		pb_buf_int(&block, size, leaves->items[i].nid);
		pb_buf_int(&block, size,
			   pb_bid_reference(ndb, leaves->items[i].data));
	}
	bid = pb_block_write(ndb, block.data, block.len, true);
	pb_buf_free(&block);
	return bid;
}

uint64_t
pb_subnodes_write(struct pb_ndb *ndb, struct pb_nodes *subs)
{
	const size_t max = entries_max(ndb, 3);
	struct pb_nodes leaves = { 0 };
	uint64_t bid;

	if (subs->count == 0)
		return 0;
	qsort(subs->items, subs->count, sizeof(*subs->items), node_order);
	for (size_t i = 0; i < subs->count; i += max) {
		const size_t left = subs->count - i;
		struct pb_node_entry leaf = { .nid = subs->items[i].nid };

		leaf.data = slblock_write(ndb, subs->items + i,
					  left < max ? left : max);
		pb_nodes_add(&leaves, leaf);
	}
	bid = leaves.count == 1 ? leaves.items[0].data
				: siblock_write(ndb, &leaves);
	free(leaves.items);
	subs->count = 0;
	return bid;
}
