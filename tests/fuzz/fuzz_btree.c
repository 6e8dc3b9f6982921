/* [MS-PST] 2.2.2.7.7 both B-trees of a whole file: walking the leaves, finding
 * every key. The mutator is that of whole files. */
#include "fuzz.h"
#include "pst/ndb/block.h"

/* Nodes that are looked up: more would take the time of another input. */
enum { LOOKUPS = 2000 };

static void
nodes_find(struct am_ndb *ndb)
{
	struct am_node_iter iter = { 0 };
	struct am_block block;
	struct am_node node;
	struct am_node found;
	size_t i;

	for (i = 0; i < LOOKUPS; i++) {
		if (am_node_next(ndb, &iter, &node, NULL) != AM_OK)
			break;
		if (am_node_find(ndb, node.nid, &found, NULL) == AM_OK)
			FUZZ_CHECK(found.nid == node.nid);
		(void)am_block_find(ndb, node.bid_data, &block, NULL);
		(void)am_block_find(ndb, node.bid_sub, &block, NULL);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct am_arena arena = { 0 };
	struct am_report report = { .arena = &arena };
	struct am_source *source = NULL;
	struct am_ndb *ndb = NULL;
	bool ordered = false;

	if (am_source_of_bytes(am_bytes(data, size), &source, NULL) == AM_OK &&
	    am_ndb_open(source, NULL, &report, &ndb, NULL) == AM_OK) {
		nodes_find(ndb);
		(void)am_btree_is_ordered(&ndb->nbt, &ordered, NULL);
		(void)am_btree_is_ordered(&ndb->bbt, &ordered, NULL);
		nodes_find(ndb);
	}
	am_ndb_close(ndb);
	am_source_close(source);
	am_arena_free(&arena);
	return 0;
}
