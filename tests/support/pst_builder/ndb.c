/* Opening, finishing and closing the node database */
#include "ndb.h"

#include <stdlib.h>

void
pb_blocks_add(struct pb_blocks *blocks, struct pb_block_entry entry)
{
	blocks->items = pb_grow(blocks->items, blocks->count, &blocks->size,
				sizeof(*blocks->items));
	blocks->items[blocks->count++] = entry;
}

void
pb_nodes_add(struct pb_nodes *nodes, struct pb_node_entry entry)
{
	nodes->items = pb_grow(nodes->items, nodes->count, &nodes->size,
			       sizeof(*nodes->items));
	nodes->items[nodes->count++] = entry;
}

void
pb_ndb_add_node(struct pb_ndb *ndb, uint32_t nid, uint32_t parent,
		uint64_t data, uint64_t sub)
{
	pb_nodes_add(&ndb->nodes, (struct pb_node_entry){ .nid = nid,
							  .parent = parent,
							  .data = data,
							  .sub = sub });
}

void
pb_ndb_open(struct pb_ndb *ndb, const struct pb_format *format,
	    const struct pb_ndb_options *options, const char *path)
{
	*ndb = (struct pb_ndb){ .format = format, .options = *options };
	ndb->next_bid = options->first_bid != 0 ? options->first_bid : 4;
	ndb->next_page_bid = 4;
	ndb->reserved_left = options->reserve_pages;
	pb_space_open(&ndb->space, format, path);
	if (ndb->reserved_left > 0)
		pb_space_take(&ndb->space,
			      (uint64_t)ndb->reserved_left * format->page_size,
			      format->page_size, &ndb->reserved_ib);
}

/* The maps do not cover what is in no tree. */
static void
garbage_release(struct pb_ndb *ndb)
{
	for (size_t i = 0; i < ndb->freed_blocks.count; i++) {
		const struct pb_block_entry *block =
			&ndb->freed_blocks.items[i];

		pb_space_release(&ndb->space, block->ib,
				 pb_block_size(ndb->format, block->stored));
	}
	for (size_t i = 0; i < ndb->pages.count; i++) {
		if (ndb->pages.items[i].dead)
			pb_space_release(&ndb->space, ndb->pages.items[i].ib,
					 ndb->format->page_size);
	}
}

/* What the trees did not need of the pages kept for them. */
static void
reserve_release(struct pb_ndb *ndb)
{
	if (ndb->reserved_left > 0)
		pb_space_release(&ndb->space, ndb->reserved_ib,
				 (uint64_t)ndb->reserved_left *
					 ndb->format->page_size);
}

void
pb_ndb_finish(struct pb_ndb *ndb)
{
	pb_btrees_write(ndb, false);
	if (ndb->format->id_size == 4 && ndb->next_bid > UINT32_MAX)
		pb_die("an ANSI file cannot have BIDs above 2^32");
	pb_space_finish(&ndb->space, !ndb->options.tight);
	reserve_release(ndb);
	garbage_release(ndb);
	pb_header_write(ndb);
}

void
pb_ndb_close(struct pb_ndb *ndb)
{
	pb_space_close(&ndb->space);
	free(ndb->nodes.items);
	free(ndb->blocks.items);
	free(ndb->stale_nodes.items);
	free(ndb->stale_blocks.items);
	free(ndb->freed_blocks.items);
	free(ndb->pages.items);
}
