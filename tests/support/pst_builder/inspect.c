/* Reads back what was written: [MS-PST] 2.2.2.8 */
#include "inspect.h"

#include <stdlib.h>
#include <zlib.h>

static int
nid_order(const void *key, const void *item)
{
	const uint32_t nid = *(const uint32_t *)key;
	const struct pb_node_entry *node = item;

	return (nid > node->nid) - (nid < node->nid);
}

const struct pb_node_entry *
pb_find_node(const struct pb_ndb *ndb, uint32_t nid)
{
	return bsearch(&nid, ndb->nodes.items, ndb->nodes.count,
		       sizeof(*ndb->nodes.items), nid_order);
}

static int
bid_order(const void *key, const void *item)
{
	const uint64_t bid = *(const uint64_t *)key | 1;
	const struct pb_block_entry *block = item;
	const uint64_t other = block->bid | 1;

	return (bid > other) - (bid < other);
}

const struct pb_block_entry *
pb_find_block(const struct pb_ndb *ndb, uint64_t bid)
{
	return bsearch(&bid, ndb->blocks.items, ndb->blocks.count,
		       sizeof(*ndb->blocks.items), bid_order);
}

const struct pb_page *
pb_find_leaf(const struct pb_ndb *ndb, enum pb_ptype ptype, uint64_t key)
{
	const struct pb_page *found = NULL;

	for (size_t i = 0; i < ndb->pages.count; i++) {
		const struct pb_page *page = &ndb->pages.items[i];

		if (page->ptype == (uint8_t)ptype && page->level == 0 &&
		    !page->dead && page->key <= key)
			found = page;
	}
	return found;
}

static void
inflate_into(const uint8_t *stored, size_t len, size_t inflated,
	     struct pb_buf *out)
{
	uLongf size = (uLongf)inflated;

	if (uncompress(pb_buf_room(out, inflated), &size, stored, (uLong)len) !=
		    Z_OK ||
	    size != inflated)
		pb_die("a block does not inflate");
	out->len += inflated;
}

void
pb_read_block(struct pb_ndb *ndb, uint64_t bid, struct pb_buf *out)
{
	const struct pb_block_entry *entry = pb_find_block(ndb, bid);
	uint8_t stored[65536];
	const size_t start = out->len;

	if (entry == NULL)
		pb_die("no block %#llx", (unsigned long long)bid);
	pb_space_read(&ndb->space, entry->ib, stored, entry->stored);
	if (entry->inflated != entry->stored)
		inflate_into(stored, entry->stored, entry->inflated, out);
	else
		pb_buf_add(out, stored, entry->stored);
	if (!pb_bid_is_internal(bid))
		pb_decode(ndb->options.crypt, (uint32_t)entry->bid,
			  out->data + start, out->len - start);
}

static void
subnode_add(struct pb_subnodes *out, uint64_t block, size_t at,
	    struct pb_node_entry entry)
{
	out->items = pb_grow(out->items, out->count, &out->size,
			     sizeof(*out->items));
	out->items[out->count++] =
		(struct pb_subnode){ .entry = entry, .block = block, .at = at };
}

static void
inner_add(struct pb_subnodes *out, uint64_t bid)
{
	out->inner = pb_grow(out->inner, out->inner_count, &out->inner_size,
			     sizeof(*out->inner));
	out->inner[out->inner_count++] = (struct pb_data_child){ .bid = bid };
}

void
pb_subnodes_read(struct pb_ndb *ndb, uint64_t bid, struct pb_subnodes *out)
{
	const unsigned size = ndb->format->id_size;
	struct pb_buf block = { 0 };
	size_t at = ndb->format->sl_header;
	size_t count;

	if (bid == 0)
		return;
	inner_add(out, bid);
	pb_read_block(ndb, bid, &block);
	count = (size_t)pb_get(block.data + 2, 2);
	for (size_t i = 0; i < count; i++) {
		const uint8_t *entry = block.data + at;
		struct pb_node_entry node = { .nid = (uint32_t)pb_get(entry, 4),
					      .data = pb_get(entry + size,
							     size) };

		if (block.data[1] > 0) {
			pb_subnodes_read(ndb, node.data, out);
			at += 2 * size;
			continue;
		}
		node.sub = pb_get(entry + 2 * size, size);
		subnode_add(out, bid, at, node);
		at += 3 * size;
	}
	pb_buf_free(&block);
}

void
pb_subnodes_free(struct pb_subnodes *subs)
{
	free(subs->items);
	free(subs->inner);
	*subs = (struct pb_subnodes){ 0 };
}

static void
bid_add(struct pb_bids *bids, uint64_t bid)
{
	bids->items = pb_grow(bids->items, bids->count, &bids->size,
			      sizeof(*bids->items));
	bids->items[bids->count++] = bid;
}

void
pb_data_tree_read(struct pb_ndb *ndb, uint64_t bid, struct pb_bids *leaves,
		  struct pb_bids *inner)
{
	const unsigned size = ndb->format->id_size;
	struct pb_buf block = { 0 };
	size_t count;

	if (bid == 0)
		return;
	if (!pb_bid_is_internal(bid)) {
		bid_add(leaves, bid);
		return;
	}
	bid_add(inner, bid);
	pb_read_block(ndb, bid, &block);
	count = (size_t)pb_get(block.data + 2, 2);
	for (size_t i = 0; i < count; i++)
		pb_data_tree_read(ndb, pb_get(block.data + 8 + i * size, size),
				  leaves, inner);
	pb_buf_free(&block);
}
