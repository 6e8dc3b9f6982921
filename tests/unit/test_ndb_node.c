/* pst/ndb/node: finding nodes, and all of them in order. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "pst_fixture.h"

/* name, variant, nodes, entries of a page */
static const struct {
	const char *name;
	enum am_ndb_variant variant;
	size_t count, page_entries;
} shapes[] = {
	{ "no nodes", AM_NDB_UNICODE, 0, 0 },
	{ "one", AM_NDB_UNICODE, 1, 0 },
	{ "many", AM_NDB_UNICODE, 3000, 0 },
	{ "deep", AM_NDB_UNICODE, 200, 2 },
	{ "ANSI", AM_NDB_ANSI, 3000, 0 },
	{ "4K", AM_NDB_4K, 3000, 0 },
};

static void
test_shapes(void **state)
{
	size_t i;
	size_t k;

	(void)state;
	for (i = 0; i < sizeof(shapes) / sizeof(shapes[0]); i++) {
		struct am_arena arena = { 0 };
		struct am_report report = { .arena = &arena };
		struct am_node_iter iter = { 0 };
		struct am_node node;
		struct am_error err;
		struct am_ndb *ndb;
		struct pf pf;

		print_message("%s\n", shapes[i].name);
		pf_open(&pf, shapes[i].variant, AM_NDB_CRYPT_NONE);
		pf.page_entries = shapes[i].page_entries;
		for (k = 0; k < shapes[i].count; k++)
			pf_node(&pf, (uint32_t)(32 * k + 4), 8 * k, 8 * k + 2,
				0x122);
		pf_finish(&pf);
		assert_int_equal(pf_ndb(&pf, &report, &ndb, &err), AM_OK);
		for (k = 0; k < shapes[i].count; k++) {
			assert_int_equal(am_node_next(ndb, &iter, &node, &err),
					 AM_OK);
			assert_int_equal(node.nid, 32 * k + 4);
			assert_int_equal(node.bid_data, 8 * k);
			assert_int_equal(node.bid_sub, 8 * k + 2);
			assert_int_equal(node.nid_parent, 0x122);
		}
		assert_int_equal(am_node_next(ndb, &iter, &node, &err), AM_END);
		assert_int_equal(am_node_next(ndb, &iter, &node, &err), AM_END);
		err.nid = 0;
		assert_int_equal(am_node_find(ndb, 0x21, &node, &err),
				 AM_NOT_FOUND);
		assert_int_equal(err.nid, 0x21);
		assert_int_equal(report.count, 0);
		am_ndb_close(ndb);
		pf_close(&pf);
		am_arena_free(&arena);
	}
}

/* Two walks at once, and searches between their steps. */
static void
test_interleaved(void **state)
{
	struct am_node_iter first = { 0 };
	struct am_node_iter second = { 0 };
	struct am_node node;
	struct am_error err;
	struct am_ndb *ndb;
	struct pf pf;
	size_t k;

	(void)state;
	pf_open(&pf, AM_NDB_UNICODE, AM_NDB_CRYPT_NONE);
	for (k = 0; k < 500; k++)
		pf_node(&pf, (uint32_t)(32 * k + 4), k + 1, 0, 0);
	pf_finish(&pf);
	assert_int_equal(pf_ndb(&pf, NULL, &ndb, &err), AM_OK);
	for (k = 0; k < 500; k++) {
		assert_int_equal(am_node_next(ndb, &first, &node, &err), AM_OK);
		assert_int_equal(node.bid_data, k + 1);
		assert_int_equal(am_node_find(ndb,
					      (uint32_t)(k * 77 % 500 * 32 + 4),
					      &node, &err),
				 AM_OK);
		if (k % 2 == 0)
			assert_int_equal(
				am_node_next(ndb, &second, &node, &err), AM_OK);
		assert_true(k % 2 != 0 || node.bid_data == k / 2 + 1);
	}
	am_ndb_close(ndb);
	pf_close(&pf);
}

static uint64_t
leaf_ib(const struct pf *pf, size_t i)
{
	struct am_cursor cur =
		am_cursor(am_bytes(pf->data + pf->nbt.root.ib + 24 * i, 24));

	am_skip(&cur, 16);
	return am_u64(&cur);
}

/* Leaves that are destroyed: the others are given. */
static void
test_damaged_leaves(void **state)
{
	size_t bad;

	(void)state;
	for (bad = 0; bad <= 10; bad++) {
		struct am_arena arena = { 0 };
		struct am_report report = { .arena = &arena };
		struct am_node_iter iter = { 0 };
		struct am_node node;
		struct am_error err;
		struct am_ndb *ndb;
		enum am_status status;
		struct pf pf;
		size_t k;

		print_message("%zu of 10 leaves are bad\n", bad);
		pf_open(&pf, AM_NDB_UNICODE, AM_NDB_CRYPT_NONE);
		for (k = 0; k < 150; k++)
			pf_node(&pf, (uint32_t)(32 * k + 4), k + 1, 0, 0);
		pf_finish(&pf);
		for (k = 0; k < bad; k++)
			memset(pf.data + leaf_ib(&pf, k), 0, 512);
		assert_int_equal(pf_ndb(&pf, &report, &ndb, &err), AM_OK);
		for (k = 0;
		     (status = am_node_next(ndb, &iter, &node, &err)) == AM_OK;
		     k++)
			assert_int_equal(node.bid_data, 15 * bad + k + 1);
		assert_int_equal(k, 150 - 15 * bad);
		assert_int_equal(status, bad == 10 ? AM_CORRUPT : AM_END);
		/* once only */
		assert_int_equal(am_node_next(ndb, &iter, &node, &err), AM_END);
		assert_int_equal(report.count, bad);
		am_ndb_close(ndb);
		pf_close(&pf);
		am_arena_free(&arena);
	}
}

/* All damaged pages of both trees are findings before the first node. */
static void
test_all_findings(void **state)
{
	struct am_arena arena = { 0 };
	struct am_report report = { .arena = &arena };
	struct am_node_iter iter = { 0 };
	struct am_node node;
	struct am_error err;
	struct am_ndb *ndb;
	struct pf pf;
	size_t i;

	(void)state;
	pf_open(&pf, AM_NDB_UNICODE, AM_NDB_CRYPT_NONE);
	for (i = 0; i < 150; i++)
		pf_node(&pf, (uint32_t)(32 * i + 4), pf_block(&pf, "x", 1, 0),
			0, 0);
	pf_finish(&pf);
	for (i = 0; i < pf.size; i += 512)
		if (i != pf.nbt.root.ib && i != pf.bbt.root.ib &&
		    (pf.data[i + 496] == 0x80 || pf.data[i + 496] == 0x81) &&
		    pf.data[i + 496] == pf.data[i + 497])
			pf.data[i + 500] ^= 1; /* dwCRC */
	assert_int_equal(pf_ndb(&pf, &report, &ndb, &err), AM_OK);
	assert_int_equal(am_node_next(ndb, &iter, &node, &err), AM_OK);
	assert_int_equal(report.count, 10 + 8);
	while (am_node_next(ndb, &iter, &node, &err) == AM_OK)
		continue;
	assert_int_equal(report.count, 10 + 8);
	am_ndb_close(ndb);
	pf_close(&pf);
	am_arena_free(&arena);
}

static void
test_no_root(void **state)
{
	struct am_node_iter iter = { 0 };
	struct am_node node;
	struct am_error err;
	struct am_ndb *ndb;
	struct pf pf;

	(void)state;
	pf_open(&pf, AM_NDB_UNICODE, AM_NDB_CRYPT_NONE);
	pf_node(&pf, 4, 1, 0, 0);
	pf_finish(&pf);
	pf.size = 564;
	assert_int_equal(pf_ndb(&pf, NULL, &ndb, &err), AM_OK);
	assert_int_equal(am_node_next(ndb, &iter, &node, &err), AM_CORRUPT);
	assert_int_equal(am_node_next(ndb, &iter, &node, &err), AM_END);
	assert_int_equal(am_node_find(ndb, 4, &node, &err), AM_CORRUPT);
	am_ndb_close(ndb);
	pf_close(&pf);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_shapes),
		cmocka_unit_test(test_interleaved),
		cmocka_unit_test(test_damaged_leaves),
		cmocka_unit_test(test_all_findings),
		cmocka_unit_test(test_no_root),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
