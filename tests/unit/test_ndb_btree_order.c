/* pst/ndb/btree_order: keys out of order, keys twice (tricky A12). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/alloc.h"
#include "pst/ndb/btree.h"
#include "pst_fixture.h"

enum { COUNT = 400 };

enum order {
	ASCENDING,
	DESCENDING,
	SHUFFLED,
	ONE_LEAF_REVERSED,
	ONE_SWAPPED,
	ONE_MOVED_AWAY,
	ROOT_KEYS_SHIFTED,
	ROOT_TOO_LONG,
	ROOT_MUCH_TOO_LONG
};

static const struct {
	const char *name;
	enum order order;
	bool ordered;
} orders[] = {
	{ "ascending", ASCENDING, true },
	{ "descending", DESCENDING, false },
	{ "shuffled", SHUFFLED, false },
	{ "one leaf reversed", ONE_LEAF_REVERSED, false },
	{ "two neighbours swapped", ONE_SWAPPED, false },
	{ "an entry in a leaf far away", ONE_MOVED_AWAY, false },
	{ "keys of the root too large", ROOT_KEYS_SHIFTED, false },
	/* its searches are led to pages that are none */
	{ "cEnt of the root too large", ROOT_TOO_LONG, false },
	{ "as large as it can be", ROOT_MUCH_TOO_LONG, false },
};

/* The place of the i-th entry to be written. */
static size_t
number_at(enum order order, size_t i)
{
	switch (order) {
	case DESCENDING:
		return COUNT - 1 - i;
	case SHUFFLED:
		return i * 171 % COUNT;
	case ONE_LEAF_REVERSED:
		return i >= 30 && i < 45 ? 74 - i : i;
	case ONE_SWAPPED:
		return i == 100 ? 101 : i == 101 ? 100 : i;
	case ONE_MOVED_AWAY:
		return i == 7 ? 390 : i == 390 ? 7 : i;
	default:
		return i;
	}
}

static void
file_make(struct pf *pf, enum order order)
{
	size_t i;

	pf_open(pf, AM_NDB_UNICODE, AM_NDB_CRYPT_NONE);
	pf->unsorted = true;
	for (i = 0; i < COUNT; i++) {
		const size_t number = number_at(order, i);

		pf_node(pf, (uint32_t)(32 * number + 4), number + 1, 0, 0);
	}
	pf_finish(pf);
	for (i = 1; order == ROOT_KEYS_SHIFTED && i < 5; i++)
		pf->data[pf->nbt.root.ib + 24 * i] ^= 0xe0;
	/* behind the entries are zeros */
	if (order == ROOT_TOO_LONG)
		pf->data[pf->nbt.root.ib + 488]++;
	else if (order == ROOT_MUCH_TOO_LONG)
		pf->data[pf->nbt.root.ib + 488] = 0xff;
}

static void
test_orders(void **state)
{
	size_t i;
	size_t k;

	(void)state;
	for (i = 0; i < sizeof(orders) / sizeof(orders[0]); i++) {
		struct am_arena arena = { 0 };
		struct am_report report = { .arena = &arena };
		struct am_node_iter iter = { 0 };
		bool seen[COUNT] = { false };
		struct am_node node;
		struct am_error err;
		struct am_ndb *ndb;
		struct pf pf;

		print_message("%s\n", orders[i].name);
		file_make(&pf, orders[i].order);
		assert_int_equal(pf_ndb(&pf, &report, &ndb, &err), AM_OK);
		for (k = 0; k < COUNT; k++) {
			assert_int_equal(am_node_find(ndb,
						      (uint32_t)(32 * k + 4),
						      &node, &err),
					 AM_OK);
			assert_int_equal(node.bid_data, k + 1);
		}
		/* behind a page that is none there might be anything */
		assert_true(am_node_find(ndb, 3, &node, &err) == AM_NOT_FOUND ||
			    (err.status == AM_CORRUPT &&
			     orders[i].order >= ROOT_TOO_LONG));
		for (k = 0; am_node_next(ndb, &iter, &node, &err) == AM_OK;
		     k++) {
			assert_false(seen[node.bid_data - 1]);
			seen[node.bid_data - 1] = true;
		}
		assert_int_equal(k, COUNT);
		assert_int_equal(pf_has_finding(&report, "btree-order"),
				 !orders[i].ordered);
		am_ndb_close(ndb);
		pf_close(&pf);
		am_arena_free(&arena);
	}
}

/* NIDs in the order they are written, and the bid_data of the entry that
 * counts for NID 0x44; how many nodes there are. */
static const struct {
	const char *name;
	uint32_t nids[6];
	uint64_t bid;
	size_t nodes;
} doubles[] = {
	{ "side by side", { 0x24, 0x44, 0x44, 0x64, 0x84, 0xa4 }, 3, 5 },
	{ "three times", { 0x24, 0x44, 0x44, 0x44, 0x84, 0xa4 }, 4, 4 },
	{ "on two leaves", { 0x24, 0x34, 0x44, 0x44, 0x84, 0xa4 }, 4, 5 },
	{ "all the same", { 0x44, 0x44, 0x44, 0x44, 0x44, 0x44 }, 6, 1 },
	{ "not at all", { 0x24, 0x44, 0x64, 0x84, 0xa4, 0xc4 }, 2, 6 },
};

static void
test_doubles(void **state)
{
	size_t i;
	size_t k;

	(void)state;
	for (i = 0; i < sizeof(doubles) / sizeof(doubles[0]); i++) {
		struct am_arena arena = { 0 };
		struct am_report report = { .arena = &arena };
		struct am_node_iter iter = { 0 };
		struct am_node node;
		struct am_error err;
		struct am_ndb *ndb;
		struct pf pf;

		print_message("%s\n", doubles[i].name);
		pf_open(&pf, AM_NDB_UNICODE, AM_NDB_CRYPT_NONE);
		pf.unsorted = true;
		pf.page_entries = 3;
		for (k = 0; k < 6; k++)
			pf_node(&pf, doubles[i].nids[k], k + 1, 0, 0);
		pf_finish(&pf);
		assert_int_equal(pf_ndb(&pf, &report, &ndb, &err), AM_OK);
		assert_int_equal(am_node_find(ndb, 0x44, &node, &err), AM_OK);
		assert_int_equal(node.bid_data, doubles[i].bid);
		for (k = 0; am_node_next(ndb, &iter, &node, &err) == AM_OK; k++)
			if (node.nid == 0x44)
				assert_int_equal(node.bid_data, doubles[i].bid);
		assert_int_equal(k, doubles[i].nodes);
		assert_int_equal(pf_has_finding(&report, "btree-duplicate"),
				 doubles[i].nodes < 6);
		am_ndb_close(ndb);
		pf_close(&pf);
		am_arena_free(&arena);
	}
}

/* A tree that is all out of order, and more than the index keeps. */
static void
test_too_many(void **state)
{
	struct am_arena arena = { 0 };
	struct am_report report = { .arena = &arena };
	struct am_page_cache *cache;
	struct am_btree tree = { 0 };
	struct am_bytes entry;
	struct am_error err;
	struct pf_entry entries[169] = { 0 };
	struct pf_entry roots[20] = { 0 };
	struct pf pf;
	size_t i;
	size_t k;

	(void)state;
	/* one leaf of which all entries have one key, referred to 160 times
	 * by ten pages each: more places than are kept */
	pf_open(&pf, AM_NDB_4K, AM_NDB_CRYPT_NONE);
	for (k = 0; k < 126; k++)
		pf_put(entries[k].bytes, 4, 0x44 - k % 2);
	tree.root.ib = pf_page(&pf, AM_PTYPE_NBT, 0, entries, 126, 32);
	for (k = 0; k < 169; k++)
		pf_put(entries[k].bytes + 16, 8, tree.root.ib);
	for (i = 0; i < 20; i++)
		pf_put(roots[i].bytes + 16, 8,
		       pf_page(&pf, AM_PTYPE_NBT, 1, entries, 169, 24));
	tree.root.ib = pf_page(&pf, AM_PTYPE_NBT, 2, roots, 20, 24);
	assert_int_equal(am_source_of_bytes(am_bytes(pf.data, pf.size),
					    &pf.source, &err),
			 AM_OK);
	cache = am_page_cache_open(pf.format, pf.source, &report);
	assert_non_null(cache);
	tree.pages = cache;
	tree.format = pf.format;
	tree.report = &report;
	tree.ptype = AM_PTYPE_NBT;
	tree.name = "NBT";
	tree.key_mask = UINT32_MAX;
	tree.max_depth = 8;
	tree.max_pages = 1 << 20;
	assert_int_equal(am_btree_find(&tree, 0x99, &entry, NULL, &err),
			 AM_NOT_FOUND);
	assert_int_equal(tree.misplaced_count, AM_BTREE_MAX_MISPLACED);
	assert_true(pf_has_finding(&report, "btree-order: more than"));
	am_btree_close(&tree);
	am_page_cache_close(cache);
	pf_close(&pf);
	am_arena_free(&arena);
}

/* Opening misses a node, so it makes the index. */
static void
test_no_memory(void **state)
{
	enum am_status status = AM_NOMEM;
	struct am_error err;
	struct am_ndb *ndb;
	unsigned long i;
	struct pf pf;

	(void)state;
	file_make(&pf, SHUFFLED);
	for (i = 1; i < 60 && status != AM_OK; i++) {
		am_alloc_fail_after(i);
		status = pf_ndb(&pf, NULL, &ndb, &err);
		am_alloc_fail_after(0);
		if (status != AM_OK)
			assert_int_equal(status, AM_NOMEM);
	}
	assert_int_equal(status, AM_OK);
	assert_true(i > 10);
	am_ndb_close(ndb);
	pf_close(&pf);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_orders),
		cmocka_unit_test(test_doubles),
		cmocka_unit_test(test_too_many),
		cmocka_unit_test(test_no_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
