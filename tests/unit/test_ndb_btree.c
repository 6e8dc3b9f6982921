/* pst/ndb/btree: finding and walking in trees of many shapes, whole and
 * damaged. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "pst/ndb/btree.h"
#include "pst_fixture.h"

/* An NBT alone; node i has the NID 32 * i + 2 and the bid_data i + 1. */
struct setup {
	struct pf pf;
	struct am_arena arena;
	struct am_report report;
	struct am_page_cache *cache;
	struct am_btree tree;
};

static uint32_t
nid_of(size_t i)
{
	return (uint32_t)(32 * i + 2);
}

static void
setup_start(struct setup *setup, enum am_ndb_variant variant,
	    size_t page_entries)
{
	const struct setup empty = { 0 };

	*setup = empty;
	setup->report.arena = &setup->arena;
	pf_open(&setup->pf, variant, AM_NDB_CRYPT_NONE);
	setup->pf.page_entries = page_entries;
}

static void
setup_nodes(struct setup *setup, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++)
		pf_node(&setup->pf, nid_of(i), i + 1, 0, 0);
}

/* The tree over the file as it is now. */
static void
setup_tree(struct setup *setup)
{
	struct am_error err;

	am_btree_close(&setup->tree);
	am_page_cache_close(setup->cache);
	am_source_close(setup->pf.source);
	assert_int_equal(
		am_source_of_bytes(am_bytes(setup->pf.data, setup->pf.size),
				   &setup->pf.source, &err),
		AM_OK);
	setup->cache = am_page_cache_open(setup->pf.format, setup->pf.source,
					  &setup->report);
	assert_non_null(setup->cache);
	setup->tree = (struct am_btree){
		.pages = setup->cache,
		.format = setup->pf.format,
		.report = &setup->report,
		.ptype = AM_PTYPE_NBT,
		.name = "NBT",
		.key_mask = UINT32_MAX,
		.root = setup->pf.nbt.root,
		.max_depth = AM_BTREE_DEFAULT_DEPTH,
		.max_pages = setup->pf.size / setup->pf.format->page_size,
	};
}

static void
setup_finish(struct setup *setup)
{
	pf_tree_write(&setup->pf, &setup->pf.nbt, AM_PTYPE_NBT,
		      setup->pf.format->nbtentry_size);
	setup_tree(setup);
}

static void
setup_close(struct setup *setup)
{
	am_btree_close(&setup->tree);
	am_page_cache_close(setup->cache);
	am_arena_free(&setup->arena);
	pf_close(&setup->pf);
}

static enum am_status
find(struct setup *setup, uint64_t key, struct am_node *node)
{
	struct am_bytes entry;
	struct am_error err;
	const enum am_status status =
		am_btree_find(&setup->tree, key, &entry, NULL, &err);

	if (status == AM_OK)
		assert_true(am_nbtentry_decode(setup->pf.format, entry, node));
	return status;
}

/* name, variant, entries of a page, nodes, levels of the root */
static const struct {
	const char *name;
	enum am_ndb_variant variant;
	size_t page_entries;
	size_t count;
	unsigned level;
} shapes[] = {
	{ "empty", AM_NDB_UNICODE, 0, 0, 0 },
	{ "one", AM_NDB_UNICODE, 0, 1, 0 },
	{ "a full leaf", AM_NDB_UNICODE, 0, 15, 0 },
	{ "two leaves", AM_NDB_UNICODE, 0, 16, 1 },
	{ "three levels", AM_NDB_UNICODE, 0, 301, 2 },
	{ "four levels", AM_NDB_UNICODE, 0, 10000, 3 },
	{ "as deep as allowed", AM_NDB_UNICODE, 2, 256, 7 },
	{ "ANSI", AM_NDB_ANSI, 0, 5000, 2 },
	{ "4K", AM_NDB_4K, 0, 25000, 2 },
	{ "4K, deep", AM_NDB_4K, 3, 700, 5 },
};

static void
test_shapes(void **state)
{
	size_t i;
	size_t k;

	(void)state;
	for (i = 0; i < sizeof(shapes) / sizeof(shapes[0]); i++) {
		struct setup setup;
		struct am_node node;
		bool ordered;

		print_message("%s\n", shapes[i].name);
		setup_start(&setup, shapes[i].variant, shapes[i].page_entries);
		setup_nodes(&setup, shapes[i].count);
		setup_finish(&setup);
		assert_int_equal(setup.pf.nbt.levels, shapes[i].level);
		for (k = 0; k < shapes[i].count; k++) {
			assert_int_equal(find(&setup, nid_of(k), &node), AM_OK);
			assert_int_equal(node.bid_data, k + 1);
		}
		assert_int_equal(setup.tree.order, AM_BTREE_UNCHECKED);
		/* before, between, behind */
		assert_int_equal(find(&setup, 0, &node), AM_NOT_FOUND);
		assert_int_equal(find(&setup, 3, &node), AM_NOT_FOUND);
		assert_int_equal(find(&setup, nid_of(shapes[i].count), &node),
				 AM_NOT_FOUND);
		assert_int_equal(
			am_btree_is_ordered(&setup.tree, &ordered, NULL),
			AM_OK);
		assert_true(ordered);
		assert_int_equal(setup.report.count, 0);
		setup_close(&setup);
	}
}

static size_t
walk(struct setup *setup, uint64_t *leaves_out)
{
	struct am_btree_iter iter = { 0 };
	struct am_page leaf;
	struct am_error err;
	size_t count = 0;
	enum am_status status;

	while ((status = am_btree_next_leaf(&setup->tree, &iter, &leaf,
					    &err)) == AM_OK)
		count += leaf.count;
	assert_int_equal(status, AM_END);
	*leaves_out = iter.leaves;
	return count;
}

static void
test_walk(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(shapes) / sizeof(shapes[0]); i++) {
		struct setup setup;
		uint64_t leaves;

		setup_start(&setup, shapes[i].variant, shapes[i].page_entries);
		setup_nodes(&setup, shapes[i].count);
		setup_finish(&setup);
		assert_int_equal(walk(&setup, &leaves), shapes[i].count);
		assert_true(leaves >= 1);
		setup_close(&setup);
	}
}

/* The root may be as high as max_depth allows, and no higher. */
static void
test_depth(void **state)
{
	struct setup setup;
	struct am_node node;
	uint64_t leaves;

	(void)state;
	setup_start(&setup, AM_NDB_UNICODE, 2);
	setup_nodes(&setup, 512); /* nine levels */
	setup_finish(&setup);
	assert_int_equal(setup.pf.nbt.levels, 8);
	assert_int_equal(find(&setup, nid_of(0), &node), AM_CORRUPT);
	assert_int_equal(walk(&setup, &leaves), 0);
	assert_int_equal(leaves, 0);
	assert_int_equal(setup.report.count, 1);
	setup.tree.max_depth = 9;
	assert_int_equal(find(&setup, nid_of(511), &node), AM_OK);
	assert_int_equal(walk(&setup, &leaves), 512);
	setup_close(&setup);
}

/* Where the i-th child of the root is. */
static uint64_t
child_ib(const struct setup *setup, size_t i)
{
	struct am_cursor cur = am_cursor(
		am_bytes(setup->pf.data + setup->pf.nbt.root.ib + 24 * i, 24));

	am_skip(&cur, 16);
	return am_u64(&cur);
}

enum damage {
	CHILD_TYPE,
	CHILD_LEVEL,
	CHILD_BEHIND_END,
	CHILD_IS_ROOT,
	CHILD_IS_SIBLING,
	ROOT_LEVEL,
	ROOT_TYPE
};

/* 300 nodes on 20 leaves below one root; the fourth leaf is damaged. What is
 * found by a walk, by searches; findings. */
static const struct {
	const char *name;
	enum damage damage;
	size_t walked, found;
	enum am_status status; /* of a search for node 50, of leaf 3 */
	const char *finding;
} damages[] = {
	{ "a leaf of another type", CHILD_TYPE, 285, 285, AM_CORRUPT,
	  "page: " },
	{ "a leaf that says it is none", CHILD_LEVEL, 285, 285, AM_CORRUPT,
	  "page: BTPAGE.cLevel is 1, want 0" },
	{ "a leaf beyond the end", CHILD_BEHIND_END, 285, 285, AM_CORRUPT,
	  "page: " },
	{ "a loop", CHILD_IS_ROOT, 285, 285, AM_CORRUPT, "page: " },
	{ "a leaf twice", CHILD_IS_SIBLING, 300, 285, AM_NOT_FOUND,
	  "page-bid" },
	{ "a root that says it is higher", ROOT_LEVEL, 0, 0, AM_CORRUPT,
	  "page: " },
	{ "no root", ROOT_TYPE, 0, 0, AM_CORRUPT, "page: " },
};

static void
damage_make(struct setup *setup, enum damage damage)
{
	uint8_t *root = setup->pf.data + setup->pf.nbt.root.ib;
	const uint64_t leaf = child_ib(setup, 3);

	switch (damage) {
	case CHILD_TYPE:
		setup->pf.data[leaf + 496] = 0x84;
		setup->pf.data[leaf + 497] = 0x84;
		break;
	case CHILD_LEVEL:
		setup->pf.data[leaf + 491] = 1;
		break;
	case CHILD_BEHIND_END:
		pf_put(root + 24 * 3 + 16, 8, UINT64_MAX - 100);
		break;
	case CHILD_IS_ROOT:
		pf_put(root + 24 * 3 + 16, 8, setup->pf.nbt.root.ib);
		break;
	case CHILD_IS_SIBLING:
		pf_put(root + 24 * 3 + 16, 8, child_ib(setup, 5));
		break;
	case ROOT_LEVEL:
		root[491] = 2;
		break;
	case ROOT_TYPE:
		root[496] = 0;
		root[497] = 0;
		break;
	}
}

static void
test_damages(void **state)
{
	size_t i;
	size_t k;

	(void)state;
	for (i = 0; i < sizeof(damages) / sizeof(damages[0]); i++) {
		struct setup setup;
		struct am_node node;
		uint64_t leaves;
		size_t found = 0;

		print_message("%s\n", damages[i].name);
		setup_start(&setup, AM_NDB_UNICODE, 0);
		setup_nodes(&setup, 300);
		setup_finish(&setup);
		damage_make(&setup, damages[i].damage);
		setup_tree(&setup);
		assert_int_equal(walk(&setup, &leaves), damages[i].walked);
		for (k = 0; k < 300; k++)
			found += find(&setup, nid_of(k), &node) == AM_OK;
		assert_int_equal(found, damages[i].found);
		assert_int_equal(find(&setup, nid_of(50), &node),
				 damages[i].status);
		assert_true(pf_has_finding(&setup.report, damages[i].finding));
		setup_close(&setup);
	}
}

/* Every page refers to one child again and again: 20 to the power of 7. */
static void
test_explosion(void **state)
{
	struct pf_entry entries[20] = { 0 };
	struct setup setup;
	struct am_bref at = { 0 };
	uint64_t leaves;
	unsigned level;
	size_t i;

	(void)state;
	setup_start(&setup, AM_NDB_UNICODE, 0);
	at.ib = pf_page(&setup.pf, AM_PTYPE_NBT, 0, entries, 15, 32);
	for (level = 1; level < 8; level++) {
		for (i = 0; i < 20; i++) {
			pf_put(entries[i].bytes + 8, 8, 0x11);
			pf_put(entries[i].bytes + 16, 8, at.ib);
		}
		at.ib = pf_page(&setup.pf, AM_PTYPE_NBT, level, entries, 20,
				24);
	}
	setup.pf.nbt.root.bid = 0x11;
	setup.pf.nbt.root.ib = at.ib;
	setup_tree(&setup);
	(void)walk(&setup, &leaves);
	assert_true(leaves <= setup.tree.max_pages);
	assert_true(pf_has_finding(&setup.report, "btree: "));
	setup_close(&setup);
}

/* Bit 0 of a BID, and BIDs above 32 bits. */
static void
test_bbt_keys(void **state)
{
	static const uint64_t bids[] = { 0x4, 0x9, 0xc, 0x100000004,
					 0xf00000000000001d };
	struct setup setup;
	struct am_bytes entry;
	struct am_block block;
	size_t i;

	(void)state;
	setup_start(&setup, AM_NDB_UNICODE, 2);
	for (i = 0; i < 5; i++)
		pf_bbt_add(&setup.pf, bids[i], 0x1000 * i, i, i);
	pf_tree_write(&setup.pf, &setup.pf.bbt, AM_PTYPE_BBT, 24);
	setup_tree(&setup);
	setup.tree.ptype = AM_PTYPE_BBT;
	setup.tree.root = setup.pf.bbt.root;
	setup.tree.key_mask = ~UINT64_C(1);
	for (i = 0; i < 10; i++) {
		assert_int_equal(am_btree_find(&setup.tree, bids[i / 2] ^ i % 2,
					       &entry, NULL, NULL),
				 AM_OK);
		assert_true(am_bbtentry_decode(setup.pf.format, entry, &block));
		assert_int_equal(block.bid, bids[i / 2]);
		assert_int_equal(block.cb, i / 2);
	}
	assert_int_equal(
		am_btree_find(&setup.tree, 0x200000004, &entry, NULL, NULL),
		AM_NOT_FOUND);
	setup_close(&setup);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_shapes),
		cmocka_unit_test(test_walk),
		cmocka_unit_test(test_depth),
		cmocka_unit_test(test_damages),
		cmocka_unit_test(test_explosion),
		cmocka_unit_test(test_bbt_keys),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
