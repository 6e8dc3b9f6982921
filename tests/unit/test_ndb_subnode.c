/* pst/ndb/subnode: SLBLOCKs and SIBLOCKs, in order and not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/alloc.h"
#include "pst/ndb/subnode.h"
#include "pst_fixture.h"

enum { MAX = 12000 };

struct setup {
	struct pf pf;
	struct am_arena arena, lists;
	struct am_report report;
	struct am_ndb *ndb;
	uint64_t bid;
};

static uint32_t
nid_of(size_t i)
{
	return (uint32_t)(0x8005 + 0x20 * i);
}

static void
setup_start(struct setup *setup, enum am_ndb_variant variant)
{
	const struct setup empty = { 0 };

	*setup = empty;
	setup->report.arena = &setup->arena;
	pf_open(&setup->pf, variant, AM_NDB_CRYPT_PERMUTE);
}

static void
setup_finish(struct setup *setup)
{
	struct am_error err;

	pf_finish(&setup->pf);
	assert_int_equal(pf_ndb(&setup->pf, NULL, &setup->ndb, &err), AM_OK);
	am_ndb_set_report(setup->ndb, &setup->report);
}

static void
setup_close(struct setup *setup)
{
	am_ndb_close(setup->ndb);
	am_arena_free(&setup->arena);
	am_arena_free(&setup->lists);
	pf_close(&setup->pf);
}

/* Subnode i has bid_data i + 1. SLBLOCKs of "most" entries each; above them as
 * many SIBLOCKs as it takes. */
static void
tree_make(struct setup *setup, size_t count, size_t most)
{
	static uint64_t fields[3 * MAX];
	size_t made = 0;
	unsigned level;
	size_t i;

	for (i = 0; i < count; i++) {
		fields[3 * i] = nid_of(i);
		fields[3 * i + 1] = i + 1;
		fields[3 * i + 2] = 0;
	}
	for (i = 0; i < count || i == 0; i += most) {
		const size_t left = count - i;
		const uint64_t first = fields[3 * i];
		const uint64_t bid = pf_slblock(&setup->pf, 0, fields + 3 * i,
						left < most ? left : most);

		fields[2 * made] = first;
		fields[2 * made++ + 1] = bid;
	}
	for (level = 1; made > 1; level++) {
		const size_t total = made;

		made = 0;
		for (i = 0; i < total; i += most) {
			const size_t left = total - i;
			const uint64_t first = fields[2 * i];
			const uint64_t bid =
				pf_slblock(&setup->pf, level, fields + 2 * i,
					   left < most ? left : most);

			fields[2 * made] = first;
			fields[2 * made++ + 1] = bid;
		}
	}
	setup->bid = fields[1];
}

/* name, variant, subnodes, entries of a block */
static const struct {
	const char *name;
	enum am_ndb_variant variant;
	size_t count, most;
} shapes[] = {
	{ "empty", AM_NDB_UNICODE, 0, 340 },
	{ "one", AM_NDB_UNICODE, 1, 340 },
	{ "a full SLBLOCK", AM_NDB_UNICODE, 340, 340 },
	{ "a SIBLOCK", AM_NDB_UNICODE, 341, 340 },
	{ "many", AM_NDB_UNICODE, 5000, 340 },
	{ "two levels above", AM_NDB_UNICODE, 27, 3 },
	{ "ANSI", AM_NDB_ANSI, 681, 681 },
	{ "ANSI SIBLOCK", AM_NDB_ANSI, 2000, 681 },
	{ "4K", AM_NDB_4K, 2000, 2729 },
	{ "4K SIBLOCK", AM_NDB_4K, 3000, 100 },
};

static void
test_shapes(void **state)
{
	size_t i;
	size_t k;

	(void)state;
	for (i = 0; i < sizeof(shapes) / sizeof(shapes[0]); i++) {
		const size_t count = shapes[i].count;
		struct am_node *nodes;
		struct am_node node;
		struct am_error err;
		struct setup setup;
		size_t found;

		print_message("%s\n", shapes[i].name);
		setup_start(&setup, shapes[i].variant);
		tree_make(&setup, count, shapes[i].most);
		setup_finish(&setup);
		for (k = 0; k<count; k += count> 1000 ? 7 : 1) {
			assert_int_equal(am_subnode_find(setup.ndb, setup.bid,
							 nid_of(k), &node,
							 &err),
					 AM_OK);
			assert_int_equal(node.nid, nid_of(k));
			assert_int_equal(node.bid_data, k + 1);
			assert_int_equal(node.nid_parent, 0);
		}
		assert_int_equal(am_subnode_find(setup.ndb, setup.bid, 0x671,
						 &node, &err),
				 AM_NOT_FOUND);
		assert_int_equal(am_subnode_find(setup.ndb, setup.bid,
						 nid_of(count), &node, &err),
				 AM_NOT_FOUND);
		assert_int_equal(am_subnode_list(setup.ndb, setup.bid,
						 &setup.lists, &nodes, &found,
						 &err),
				 AM_OK);
		assert_int_equal(found, count);
		for (k = 0; k < count; k++)
			assert_int_equal(nodes[k].bid_data, k + 1);
		assert_int_equal(setup.report.count, 0);
		setup_close(&setup);
	}
}

static void
test_none(void **state)
{
	struct am_node *nodes;
	struct am_node node;
	struct am_error err;
	struct setup setup;
	size_t count;

	(void)state;
	setup_start(&setup, AM_NDB_UNICODE);
	setup_finish(&setup);
	assert_int_equal(am_subnode_find(setup.ndb, 0, 0x671, &node, &err),
			 AM_NOT_FOUND);
	assert_int_equal(am_subnode_list(setup.ndb, 0, &setup.lists, &nodes,
					 &count, &err),
			 AM_OK);
	assert_int_equal(count, 0);
	/* its block is not there (tricky A29) */
	assert_int_equal(am_subnode_find(setup.ndb, 0x66, 0x671, &node, NULL),
			 AM_NOT_FOUND);
	assert_int_equal(am_subnode_list(setup.ndb, 0x66, &setup.lists, &nodes,
					 &count, NULL),
			 AM_NOT_FOUND);
	setup_close(&setup);
}

/* NIDs of one SLBLOCK; bid_data of the one that counts for 0x692; length of
 * the list */
static const struct {
	const char *name;
	uint64_t nids[5];
	uint64_t bid;
	size_t count;
	bool finding;
} doubles[] = {
	{ "in order", { 0x671, 0x692, 0x8025, 0x8045, 0x8065 }, 2, 5, false },
	{ "out of order", { 0x8025, 0x671, 0x8045, 0x692, 1 }, 4, 5, true },
	{ "twice", { 0x671, 0x692, 0x692, 0x8025, 0x8045 }, 3, 4, true },
	{ "twice, apart", { 0x692, 0x8025, 0x671, 0x692, 0x8045 }, 4, 4, true },
	{ "descending", { 5, 4, 3, 2, 0x692 }, 5, 5, true },
};

static void
test_doubles(void **state)
{
	size_t i;
	size_t k;

	(void)state;
	for (i = 0; i < sizeof(doubles) / sizeof(doubles[0]); i++) {
		uint64_t fields[15] = { 0 };
		struct am_node *nodes;
		struct am_node node;
		struct am_error err;
		struct setup setup;
		size_t count;

		print_message("%s\n", doubles[i].name);
		setup_start(&setup, AM_NDB_UNICODE);
		for (k = 0; k < 5; k++) {
			fields[3 * k] = doubles[i].nids[k];
			fields[3 * k + 1] = k + 1;
		}
		setup.bid = pf_slblock(&setup.pf, 0, fields, 5);
		setup_finish(&setup);
		assert_int_equal(am_subnode_find(setup.ndb, setup.bid, 0x692,
						 &node, &err),
				 AM_OK);
		assert_int_equal(node.bid_data, doubles[i].bid);
		assert_int_equal(am_subnode_list(setup.ndb, setup.bid,
						 &setup.lists, &nodes, &count,
						 &err),
				 AM_OK);
		assert_int_equal(count, doubles[i].count);
		for (k = 0; k < count; k++) {
			assert_true(k == 0 || nodes[k - 1].nid < nodes[k].nid);
			assert_int_equal(nodes[k].nid_parent, 0);
			if (nodes[k].nid == 0x692)
				assert_int_equal(nodes[k].bid_data,
						 doubles[i].bid);
		}
		assert_int_equal(setup.report.count, doubles[i].finding);
		setup_close(&setup);
	}
}

/* A SIBLOCK whose children are not in order: found all the same. */
static void
test_disordered_tree(void **state)
{
	uint64_t leaves[3][6] = {
		{ 0x8025, 1, 0, 0x8045, 2, 0 },
		{ 0x671, 3, 0, 0x692, 4, 0 },
		{ 0x8065, 5, 0, 0x8085, 6, 0 },
	};
	uint64_t fields[6];
	static const uint32_t nids[] = { 0x8025, 0x8045, 0x671,
					 0x692,	 0x8065, 0x8085 };
	struct am_node node;
	struct am_error err;
	struct setup setup;
	size_t i;

	(void)state;
	setup_start(&setup, AM_NDB_UNICODE);
	for (i = 0; i < 3; i++) {
		fields[2 * i] = leaves[i][0];
		fields[2 * i + 1] = pf_slblock(&setup.pf, 0, leaves[i], 2);
	}
	setup.bid = pf_slblock(&setup.pf, 1, fields, 3);
	setup_finish(&setup);
	for (i = 0; i < 6; i++) {
		assert_int_equal(am_subnode_find(setup.ndb, setup.bid, nids[i],
						 &node, &err),
				 AM_OK);
		assert_int_equal(node.bid_data, i + 1);
	}
	assert_true(pf_has_finding(&setup.report, "subnode: "));
	setup_close(&setup);
}

/* The bytes of a block; answer */
static const struct {
	const char *name;
	const char *bytes;
	size_t len;
	enum am_ndb_variant variant;
	enum am_status status;
	size_t count;
	bool cut;
} blocks[] = {
	{ "an SLBLOCK", "\2\0\1\0\0\0\0\0aaaaaaaabbbbbbbbcccccccc", 32,
	  AM_NDB_UNICODE, AM_OK, 1, false },
	{ "ANSI: no padding", "\2\0\1\0aaaabbbbcccc", 16, AM_NDB_ANSI, AM_OK, 1,
	  false },
	{ "a SIBLOCK", "\2\1\1\0\0\0\0\0aaaaaaaabbbbbbbb", 24, AM_NDB_UNICODE,
	  AM_OK, 1, false },
	{ "more than fit", "\2\0\2\0\0\0\0\0aaaaaaaabbbbbbbbccccccccdddd", 36,
	  AM_NDB_UNICODE, AM_OK, 1, true },
	{ "far more", "\2\0\xff\xff\0\0\0\0", 8, AM_NDB_UNICODE, AM_OK, 0,
	  true },
	{ "an XBLOCK", "\1\1\1\0\0\0\0\0aaaaaaaa", 16, AM_NDB_UNICODE,
	  AM_CORRUPT, 0, false },
	{ "three levels", "\2\3\1\0\0\0\0\0aaaaaaaabbbbbbbb", 24,
	  AM_NDB_UNICODE, AM_CORRUPT, 0, false },
	{ "cut in its header", "\2\0\0\0\0\0\0", 7, AM_NDB_UNICODE, AM_CORRUPT,
	  0, false },
	{ "nothing", "", 0, AM_NDB_UNICODE, AM_CORRUPT, 0, false },
};

static void
test_blocks(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(blocks) / sizeof(blocks[0]); i++) {
		struct am_subnode_block out;
		struct am_error err;

		print_message("%s\n", blocks[i].name);
		assert_int_equal(
			am_subnode_block_decode(
				am_ndb_format(blocks[i].variant),
				am_bytes(blocks[i].bytes, blocks[i].len), &out,
				&err),
			blocks[i].status);
		if (blocks[i].status != AM_OK)
			continue;
		assert_int_equal(out.count, blocks[i].count);
		assert_int_equal(out.cut, blocks[i].cut);
	}
}

/* One child of a SIBLOCK is not what it should be: the others are listed. */
static void
test_bad_child(void **state)
{
	uint64_t leaf[3] = { 0x8025, 1, 0 };
	uint64_t fields[8];
	struct am_node *nodes;
	struct am_node node;
	struct am_error err;
	struct setup setup;
	size_t count;

	(void)state;
	setup_start(&setup, AM_NDB_UNICODE);
	fields[0] = 0x671;
	fields[1] = 0x9992; /* not in the BBT */
	fields[2] = 0x8025;
	fields[3] = pf_slblock(&setup.pf, 0, leaf, 1);
	fields[4] = 0x8045;
	fields[5] = pf_slblock(&setup.pf, 1, fields, 1); /* a level too high */
	fields[6] = 0x8065;
	fields[7] = pf_xblock(&setup.pf, 1, fields, 1, 0);
	setup.bid = pf_slblock(&setup.pf, 1, fields, 4);
	setup_finish(&setup);
	assert_int_equal(am_subnode_list(setup.ndb, setup.bid, &setup.lists,
					 &nodes, &count, &err),
			 AM_OK);
	assert_int_equal(count, 1);
	assert_int_equal(nodes[0].nid, 0x8025);
	assert_int_equal(setup.report.count, 3);
	assert_int_equal(
		am_subnode_find(setup.ndb, setup.bid, 0x8025, &node, &err),
		AM_OK);
	assert_int_equal(
		am_subnode_find(setup.ndb, setup.bid, 0x671, &node, &err),
		AM_NOT_FOUND);
	assert_int_equal(
		am_subnode_find(setup.ndb, setup.bid, 0x8045, &node, &err),
		AM_CORRUPT);
	setup_close(&setup);
}

/* A SIBLOCK that refers to one SLBLOCK again and again. */
static void
test_limits(void **state)
{
	static uint64_t leaf[3 * 340];
	static uint64_t fields[2 * 510];
	struct am_node *nodes;
	struct am_error err;
	struct setup setup;
	size_t count;
	size_t i;

	(void)state;
	setup_start(&setup, AM_NDB_UNICODE);
	for (i = 0; i < 340; i++)
		leaf[3 * i] = nid_of(i);
	fields[1] = pf_slblock(&setup.pf, 0, leaf, 340);
	for (i = 1; i < 510; i++)
		fields[2 * i + 1] = fields[1];
	setup.bid = pf_slblock(&setup.pf, 1, fields, 294);
	fields[1] = pf_slblock(&setup.pf, 1, fields, 510);
	setup_finish(&setup);
	/* 294 times 340 just fits in; equal ones count once */
	assert_int_equal(am_subnode_list(setup.ndb, setup.bid, &setup.lists,
					 &nodes, &count, &err),
			 AM_OK);
	assert_int_equal(count, 340);
	assert_int_equal(am_subnode_list(setup.ndb, fields[1], &setup.lists,
					 &nodes, &count, &err),
			 AM_LIMIT);
	setup_close(&setup);
}

/* Empty blocks count too: 510 times 510 of them. */
static void
test_empty_blocks(void **state)
{
	static uint64_t fields[2 * 510];
	struct am_node *nodes;
	struct am_error err;
	struct setup setup;
	size_t count;
	size_t level;
	size_t i;

	(void)state;
	setup_start(&setup, AM_NDB_UNICODE);
	setup.bid = pf_slblock(&setup.pf, 0, fields, 0);
	for (level = 1; level <= 2; level++) {
		for (i = 0; i < 510; i++)
			fields[2 * i + 1] = setup.bid;
		setup.bid = pf_slblock(&setup.pf, (unsigned)level, fields, 510);
	}
	setup_finish(&setup);
	assert_int_equal(am_subnode_list(setup.ndb, setup.bid, &setup.lists,
					 &nodes, &count, &err),
			 AM_LIMIT);
	setup_close(&setup);
}

static void
test_no_memory(void **state)
{
	enum am_status status = AM_NOMEM;
	struct am_node *nodes;
	struct am_error err;
	struct setup setup;
	size_t count;
	unsigned long i;

	(void)state;
	setup_start(&setup, AM_NDB_UNICODE);
	tree_make(&setup, 100, 20);
	setup_finish(&setup);
	for (i = 1; i < 20 && status != AM_OK; i++) {
		am_alloc_fail_after(i);
		status = am_subnode_list(setup.ndb, setup.bid, &setup.lists,
					 &nodes, &count, &err);
		am_alloc_fail_after(0);
		assert_true(status == AM_OK || status == AM_NOMEM);
	}
	assert_int_equal(status, AM_OK);
	assert_true(i > 3);
	setup_close(&setup);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_shapes),
		cmocka_unit_test(test_none),
		cmocka_unit_test(test_doubles),
		cmocka_unit_test(test_disordered_tree),
		cmocka_unit_test(test_blocks),
		cmocka_unit_test(test_bad_child),
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_empty_blocks),
		cmocka_unit_test(test_no_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
