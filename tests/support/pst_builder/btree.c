/* [MS-PST] 2.2.2.7.7 BTrees: leaves from the sorted entries, then level on
 * level until one page is left. */
#include <stdlib.h>
#include <string.h>

#include "ndb.h"

/* What one tree is made of, so that both are written by the same code. */
struct tree {
	struct pb_ndb *ndb;
	enum pb_ptype ptype;
	bool dead;
	struct pb_pages level; /* pages just written, for the next level */
	size_t stale_next;     /* stale entries not yet in a page */
};

static unsigned
page_capacity(const struct tree *tree, unsigned entry_size)
{
	return tree->ndb->format->bt_area / entry_size;
}

static unsigned
page_limit(const struct tree *tree, unsigned entry_size)
{
	const unsigned fit = page_capacity(tree, entry_size);
	const unsigned asked = tree->ndb->options.page_entries;

	return asked > 0 && asked < fit ? asked : fit;
}

static void
pages_add(struct pb_pages *pages, struct pb_page page)
{
	pages->items = pb_grow(pages->items, pages->count, &pages->size,
			       sizeof(*pages->items));
	pages->items[pages->count++] = page;
}

static void
counts_put(const struct pb_format *format, uint8_t *page, unsigned count,
	   unsigned capacity, unsigned entry_size, unsigned level)
{
	uint8_t *at = page + format->bt_area;

	pb_put(at, format->bt_count_size, count);
	at += format->bt_count_size;
	pb_put(at, format->bt_count_size, capacity);
	at += format->bt_count_size;
	at[0] = (uint8_t)entry_size;
	at[1] = (uint8_t)level;
}

/* Writes a page that is filled in but for its trailer. */
static void
page_write(struct tree *tree, uint8_t *filled, uint64_t key, unsigned level)
{
	struct pb_ndb *ndb = tree->ndb;
	const unsigned size = ndb->format->page_size;
	struct pb_page page = { .key = key,
				.bid = ndb->next_page_bid++,
				.ptype = (uint8_t)tree->ptype,
				.level = (uint8_t)level,
				.dead = tree->dead };

	if (ndb->reserved_left > 0) {
		page.ib = ndb->reserved_ib;
		ndb->reserved_ib += size;
		ndb->reserved_left--;
		pb_page_seal(ndb->format, filled, tree->ptype, page.ib,
			     page.bid);
		pb_space_patch(&ndb->space, page.ib, filled, size);
	} else {
		uint8_t *room =
			pb_space_take(&ndb->space, size, size, &page.ib);

		pb_page_seal(ndb->format, filled, tree->ptype, page.ib,
			     page.bid);
		memcpy(room, filled, size);
	}
	pages_add(&ndb->pages, page);
	pages_add(&tree->level, page);
}

static void
nbt_entry_put(const struct pb_ndb *ndb, uint8_t *at,
	      const struct pb_node_entry *node)
{
	const unsigned size = ndb->format->id_size;

	pb_put(at, size, node->nid);
	pb_put(at + size, size, pb_bid_reference(ndb, node->data));
	pb_put(at + 2 * size, size, pb_bid_reference(ndb, node->sub));
	pb_put(at + 3 * size, 4, node->parent);
}

/* cRef is 2 for a block with one user; nothing here is shared. */
static void
bbt_entry_put(const struct pb_ndb *ndb, uint8_t *at,
	      const struct pb_block_entry *block)
{
	const unsigned size = ndb->format->id_size;

	pb_put(at, size, block->bid);
	pb_put(at + size, size, block->ib);
	at += 2 * size;
	pb_put(at, 2, block->stored);
	if (ndb->format->variant == PB_OST4K) {
		pb_put(at + 2, 2, block->inflated);
		at += 2;
	}
	pb_put(at + 2, 2, 2);
}

static uint64_t
leaf_entry_put(const struct tree *tree, uint8_t *at, size_t i, bool stale)
{
	const struct pb_ndb *ndb = tree->ndb;

	if (tree->ptype == PB_PTYPE_NBT) {
		const struct pb_nodes *nodes =
			stale ? &ndb->stale_nodes : &ndb->nodes;

		nbt_entry_put(ndb, at, &nodes->items[i]);
		return nodes->items[i].nid;
	} else {
		const struct pb_blocks *blocks =
			stale ? &ndb->stale_blocks : &ndb->blocks;

		bbt_entry_put(ndb, at, &blocks->items[i]);
		return blocks->items[i].bid;
	}
}

static size_t
stale_count(const struct tree *tree)
{
	if (tree->dead)
		return 0;
	return tree->ptype == PB_PTYPE_NBT ? tree->ndb->stale_nodes.count
					   : tree->ndb->stale_blocks.count;
}

/* A quarter of each leaf is left for stale entries, if there are any. */
static unsigned
leaf_limit(const struct tree *tree, unsigned entry_size)
{
	const unsigned room = page_capacity(tree, entry_size) / 4;
	const unsigned limit = page_limit(tree, entry_size);

	return stale_count(tree) > 0 && limit > room ? limit - room : limit;
}

static void
leaf_write(struct tree *tree, size_t first, unsigned count)
{
	const struct pb_format *format = tree->ndb->format;
	const unsigned size = tree->ptype == PB_PTYPE_NBT ? format->nbt_entry
							  : format->bbt_entry;
	const unsigned capacity = page_capacity(tree, size);
	uint8_t page[4096] = { 0 };
	uint64_t key = 0;

	for (unsigned i = 0; i < count; i++) {
		const uint64_t this_key =
			leaf_entry_put(tree, page + i * size, first + i, false);

		key = i == 0 ? this_key : key;
	}
	for (unsigned i = count;
	     i < capacity && tree->stale_next < stale_count(tree); i++)
		leaf_entry_put(tree, page + i * size, tree->stale_next++, true);
	counts_put(format, page, count, capacity, size, 0);
	page_write(tree, page, key, 0);
}

static void
leaves_write(struct tree *tree)
{
	const struct pb_ndb *ndb = tree->ndb;
	const bool nbt = tree->ptype == PB_PTYPE_NBT;
	const size_t count = nbt ? ndb->nodes.count : ndb->blocks.count;
	const unsigned limit = leaf_limit(tree, nbt ? ndb->format->nbt_entry
						    : ndb->format->bbt_entry);
	size_t i = 0;

	do {
		const size_t left = count - i;
		const unsigned take = left < limit ? (unsigned)left : limit;

		leaf_write(tree, i, take);
		i += take;
	} while (i < count);
	if (tree->stale_next < stale_count(tree))
		pb_die("the pages have no room for all stale entries");
}

static void
branch_write(struct tree *tree, const struct pb_page *children, unsigned count,
	     unsigned level)
{
	const struct pb_format *format = tree->ndb->format;
	const unsigned size = format->id_size;
	uint8_t page[4096] = { 0 };

	for (unsigned i = 0; i < count; i++) {
		uint8_t *at = page + i * format->bt_entry;

		pb_put(at, size, children[i].key);
		pb_put(at + size, size, children[i].bid);
		pb_put(at + 2 * size, size, children[i].ib);
	}
	counts_put(format, page, count, page_capacity(tree, format->bt_entry),
		   format->bt_entry, level);
	page_write(tree, page, children[0].key, level);
}

static void
branches_write(struct tree *tree, unsigned level)
{
	const unsigned limit = page_limit(tree, tree->ndb->format->bt_entry);
	const struct pb_pages children = tree->level;

	tree->level = (struct pb_pages){ 0 };
	for (size_t i = 0; i < children.count; i += limit) {
		const size_t left = children.count - i;

		branch_write(tree, children.items + i,
			     left < limit ? (unsigned)left : limit, level);
	}
	free(children.items);
}

static struct pb_page
tree_write(struct pb_ndb *ndb, enum pb_ptype ptype, bool dead)
{
	struct tree tree = { .ndb = ndb, .ptype = ptype, .dead = dead };
	struct pb_page root;

	leaves_write(&tree);
	for (unsigned level = 1; tree.level.count > 1; level++)
		branches_write(&tree, level);
	root = tree.level.items[0];
	free(tree.level.items);
	return root;
}

static int
node_order(const void *a, const void *b)
{
	const struct pb_node_entry *x = a;
	const struct pb_node_entry *y = b;

	return (x->nid > y->nid) - (x->nid < y->nid);
}

/* Blocks are in the order of their BIDs already: both only grow. */
void
pb_btrees_write(struct pb_ndb *ndb, bool dead)
{
	qsort(ndb->nodes.items, ndb->nodes.count, sizeof(*ndb->nodes.items),
	      node_order);
	ndb->nbt_root = tree_write(ndb, PB_PTYPE_NBT, dead);
	ndb->bbt_root = tree_write(ndb, PB_PTYPE_BBT, dead);
}
