/* pst/ltp/hn: heaps of one and of many blocks, HIDs right and wrong, values
 * in subnodes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/alloc.h"
#include "heap_fixture.h"
#include "pst/ltp/hn.h"

struct setup {
	struct pf pf;
	struct hf hf;
	struct am_arena arena, values;
	struct am_report report;
	struct am_ndb *ndb;
	struct am_node node;
	struct am_hn *hn;
};

static void
setup_start(struct setup *setup, enum am_ndb_variant variant)
{
	const struct setup empty = { 0 };

	*setup = empty;
	setup->report.arena = &setup->arena;
	pf_open(&setup->pf, variant, AM_NDB_CRYPT_PERMUTE);
	hf_open(&setup->hf, &setup->pf, 0xbc);
}

/* Writes the heap as node 0x122 and opens the file. */
static void
setup_finish(struct setup *setup, uint32_t user_root, uint64_t bid_sub)
{
	struct am_error err;
	const uint64_t bid = hf_finish(&setup->hf, user_root);

	pf_node(&setup->pf, 0x122, bid, bid_sub, 0x122);
	pf_finish(&setup->pf);
	assert_int_equal(pf_ndb(&setup->pf, NULL, &setup->ndb, &err), AM_OK);
	am_ndb_set_report(setup->ndb, &setup->report);
	assert_int_equal(am_node_find(setup->ndb, 0x122, &setup->node, &err),
			 AM_OK);
}

static void
setup_open(struct setup *setup)
{
	struct am_error err;

	assert_int_equal(am_hn_open(setup->ndb, &setup->node, &setup->values,
				    &setup->hn, &err),
			 AM_OK);
}

static void
setup_close(struct setup *setup)
{
	am_ndb_close(setup->ndb);
	am_arena_free(&setup->arena);
	am_arena_free(&setup->values);
	pf_close(&setup->pf);
}

/* Allocations of growing length in more blocks than have a bitmap header. */
static void
test_many_blocks(void **state)
{
	enum { COUNT = 300 };
	uint8_t bytes[COUNT];
	uint32_t hids[COUNT];
	int variant;
	size_t i;

	(void)state;
	for (variant = 0; variant < 3; variant++) {
		struct am_bytes found;
		struct am_error err;
		struct setup setup;

		setup_start(&setup, (enum am_ndb_variant)variant);
		for (i = 0; i < COUNT; i++) {
			memset(bytes, (int)i, i);
			hids[i] = hf_add(&setup.hf, bytes, i);
			if (i % 20 == 19 && i + 1 < COUNT)
				hf_block_next(&setup.hf);
		}
		setup_finish(&setup, hids[3], 0);
		setup_open(&setup);
		assert_int_equal(am_hn_client(setup.hn), 0xbc);
		assert_int_equal(am_hn_user_root(setup.hn), hids[3]);
		assert_ptr_equal(am_hn_ndb(setup.hn), setup.ndb);
		assert_int_equal(am_hn_node(setup.hn)->nid, 0x122);
		for (i = 0; i < 2 * COUNT; i++) {
			const size_t k = i * 71 % COUNT;

			assert_int_equal(am_hn_get(setup.hn, hids[k],
						   i % 2 ? &setup.values : NULL,
						   &found, &err),
					 AM_OK);
			assert_int_equal(found.len, k);
			if (k > 0)
				assert_int_equal(found.data[k - 1], k & 0xff);
		}
		assert_true(am_hn_max_size(setup.hn) > COUNT * COUNT / 2);
		assert_int_equal(setup.report.count, 0);
		setup_close(&setup);
	}
}

/* 4K: the index has 14 bits. */
static void
test_many_allocations(void **state)
{
	struct am_bytes found;
	struct am_error err;
	struct setup setup;
	uint32_t hids[3000];
	size_t i;

	(void)state;
	setup_start(&setup, AM_NDB_4K);
	for (i = 0; i < 3000; i++) {
		uint8_t two[2] = { (uint8_t)i, (uint8_t)(i >> 8) };

		hids[i] = hf_add(&setup.hf, two, 2);
	}
	setup_finish(&setup, 0x20, 0);
	setup_open(&setup);
	assert_int_equal(hids[2999], 3000 << 5);
	for (i = 0; i < 3000; i++) {
		assert_int_equal(
			am_hn_get(setup.hn, hids[i], NULL, &found, &err),
			AM_OK);
		assert_int_equal(found.data[0] | found.data[1] << 8, i);
	}
	setup_close(&setup);
}

/* A heap with the allocations "abc", "", "de" in one block. */
static const struct {
	const char *name;
	uint32_t hid;
	enum am_status status;
	const char *want;
} hids[] = {
	{ "none", 0, AM_OK, "" },
	{ "the first", 0x20, AM_OK, "abc" },
	{ "an empty one", 0x40, AM_OK, "" },
	{ "the last", 0x60, AM_OK, "de" },
	{ "one more", 0x80, AM_CORRUPT, NULL },
	{ "index 0 of a block", 0x00010000, AM_CORRUPT, NULL },
	{ "another block", 0x00010020, AM_CORRUPT, NULL },
	{ "the last block there can be", 0xffff0020, AM_CORRUPT, NULL },
	{ "the last index there can be", 0xffe0, AM_CORRUPT, NULL },
	{ "a type", 0x21, AM_CORRUPT, NULL },
	{ "all bits", 0xffffffff, AM_CORRUPT, NULL },
};

static void
test_hids(void **state)
{
	struct setup setup;
	size_t i;

	(void)state;
	setup_start(&setup, AM_NDB_UNICODE);
	(void)hf_add(&setup.hf, "abc", 3);
	(void)hf_add(&setup.hf, "", 0);
	(void)hf_add(&setup.hf, "de", 2);
	setup_finish(&setup, 0x20, 0);
	setup_open(&setup);
	for (i = 0; i < sizeof(hids) / sizeof(hids[0]); i++) {
		struct am_bytes found;
		struct am_error err = { 0 };
		enum am_status status;

		print_message("%s\n", hids[i].name);
		status = am_hn_get(setup.hn, hids[i].hid, NULL, &found, &err);
		assert_int_equal(status, hids[i].status);
		if (status != AM_OK)
			assert_int_equal(err.nid, 0x122);
		else
			assert_true(am_bytes_equal(found,
						   am_bytes_of(hids[i].want)));
	}
	setup_close(&setup);
}

/* A block as a heap, by hand: answers of opening and of HID 0x20 */
static const struct {
	const char *name;
	const char *bytes;
	size_t len;
	enum am_status open, get;
} heaps[] = {
	{ "good", "\x10\0\xec\xbc\x20\0\0\0\0\0\0\0abcd\1\0\0\0\x0c\0\x10\0",
	  24, AM_OK, AM_OK },
	{ "no signature",
	  "\x10\0\xed\xbc\x20\0\0\0\0\0\0\0abcd\1\0\0\0\x0c\0\x10\0", 24,
	  AM_CORRUPT, AM_OK },
	{ "another client",
	  "\x10\0\xec\xac\x20\0\0\0\0\0\0\0abcd\1\0\0\0\x0c\0\x10\0", 24, AM_OK,
	  AM_OK },
	{ "nothing but a header", "\x0c\0\xec\xbc\x20\0\0\0\0\0\0\0", 12, AM_OK,
	  AM_CORRUPT },
	{ "cut in its header", "\x0c\0\xec\xbc\x20\0\0\0\0\0\0", 11, AM_CORRUPT,
	  AM_OK },
	{ "one byte", "\x0c", 1, AM_CORRUPT, AM_OK },
	{ "no bytes", "", 0, AM_CORRUPT, AM_OK },
	{ "the map at the end",
	  "\x18\0\xec\xbc\x20\0\0\0\0\0\0\0abcd\1\0\0\0\x0c\0\x10\0", 24, AM_OK,
	  AM_CORRUPT },
	{ "the map far behind",
	  "\xff\xff\xec\xbc\x20\0\0\0\0\0\0\0abcd\1\0\0\0\x0c\0\x10\0", 24,
	  AM_OK, AM_CORRUPT },
	{ "the map is cut",
	  "\x10\0\xec\xbc\x20\0\0\0\0\0\0\0abcd\1\0\0\0\x0c\0\x10", 23, AM_OK,
	  AM_CORRUPT },
	{ "cAlloc more than are there",
	  "\x10\0\xec\xbc\x20\0\0\0\0\0\0\0abcd\xff\xff\0\0\x0c\0\x10\0", 24,
	  AM_OK, AM_OK },
	{ "it ends before it starts",
	  "\x10\0\xec\xbc\x20\0\0\0\0\0\0\0abcd\1\0\0\0\x10\0\x0c\0", 24, AM_OK,
	  AM_CORRUPT },
	{ "it ends behind the block",
	  "\x10\0\xec\xbc\x20\0\0\0\0\0\0\0abcd\1\0\0\0\x0c\0\x19\0", 24, AM_OK,
	  AM_CORRUPT },
	{ "it ends with the block",
	  "\x10\0\xec\xbc\x20\0\0\0\0\0\0\0abcd\1\0\0\0\x0c\0\x18\0", 24, AM_OK,
	  AM_OK },
};

static void
test_heaps(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(heaps) / sizeof(heaps[0]); i++) {
		const struct setup empty = { 0 };
		struct am_bytes found;
		struct am_error err = { 0 };
		struct setup setup = empty;
		uint64_t bid;

		print_message("%s\n", heaps[i].name);
		pf_open(&setup.pf, AM_NDB_UNICODE, AM_NDB_CRYPT_NONE);
		bid = pf_block(&setup.pf, heaps[i].bytes, heaps[i].len, 0);
		pf_node(&setup.pf, 0x224, bid, 0, 0);
		pf_finish(&setup.pf);
		assert_int_equal(pf_ndb(&setup.pf, NULL, &setup.ndb, &err),
				 AM_OK);
		assert_int_equal(
			am_node_find(setup.ndb, 0x224, &setup.node, &err),
			AM_OK);
		assert_int_equal(am_hn_open(setup.ndb, &setup.node,
					    &setup.values, &setup.hn, &err),
				 heaps[i].open);
		if (heaps[i].open != AM_OK)
			assert_int_equal(err.nid, 0x224);
		else
			assert_int_equal(
				am_hn_get(setup.hn, 0x20, NULL, &found, &err),
				heaps[i].get);
		setup_close(&setup);
	}
}

static void
test_no_data(void **state)
{
	static const uint64_t bids[] = { 0, 1, 0x9998, 0x999a };
	struct am_error err;
	struct setup setup;
	size_t i;

	(void)state;
	setup_start(&setup, AM_NDB_UNICODE);
	setup_finish(&setup, 0x20, 0);
	for (i = 0; i < 4; i++) {
		setup.node.bid_data = bids[i];
		assert_int_equal(am_hn_open(setup.ndb, &setup.node,
					    &setup.values, &setup.hn, &err),
				 AM_NOT_FOUND);
	}
	setup_close(&setup);
}

/* The subnodes 0x3f (one block), 0x5f (an XBLOCK), 0x7f (its second block is
 * lost), 0x9f (no data), 0xbf (its block is lost). */
static uint64_t
subnodes_make(struct setup *setup)
{
	uint64_t fields[15] = { 0 };
	uint64_t bids[3];
	size_t i;

	for (i = 0; i < 3; i++)
		bids[i] = pf_block(&setup->pf, "0123456789", 10, 0);
	for (i = 0; i < 5; i++)
		fields[3 * i] = 0x3f + 0x20 * i;
	fields[1] = bids[0];
	fields[4] = pf_xblock(&setup->pf, 1, bids, 3, 30);
	bids[1] = 0x9998;
	fields[7] = pf_xblock(&setup->pf, 1, bids, 3, 30);
	fields[13] = 0x9998;
	return pf_slblock(&setup->pf, 0, fields, 5);
}

/* HNID; answers of am_hnid_get with at most 30 bytes, of its size, and of the
 * stream; bytes */
static const struct {
	const char *name;
	uint32_t hnid;
	enum am_status get, size, open, stream;
	size_t len, streamed;
	bool finding;
} values[] = {
	{ "none", 0, AM_OK, AM_OK, AM_OK, AM_END, 0, 0, false },
	{ "in the heap", 0x20, AM_OK, AM_OK, AM_OK, AM_END, 5, 5, false },
	{ "31 bytes in the heap", 0x40, AM_LIMIT, AM_OK, AM_OK, AM_END, 31, 31,
	  false },
	{ "not in the heap", 0x60, AM_CORRUPT, AM_CORRUPT, AM_CORRUPT, AM_OK, 0,
	  0, false },
	{ "a subnode", 0x3f, AM_OK, AM_OK, AM_OK, AM_END, 10, 10, false },
	{ "of three blocks", 0x5f, AM_OK, AM_OK, AM_OK, AM_END, 30, 30, false },
	{ "cut off", 0x7f, AM_OK, AM_OK, AM_OK, AM_NOT_FOUND, 10, 10, true },
	{ "without data", 0x9f, AM_OK, AM_OK, AM_OK, AM_END, 0, 0, false },
	{ "lost", 0xbf, AM_NOT_FOUND, AM_NOT_FOUND, AM_NOT_FOUND, AM_OK, 0, 0,
	  false },
	{ "no subnode", 0xdf, AM_NOT_FOUND, AM_NOT_FOUND, AM_NOT_FOUND, AM_OK,
	  0, 0, false },
};

static void
check_stream(struct setup *setup, size_t i)
{
	struct am_stream *stream;
	struct am_bytes bytes;
	struct am_error err;
	enum am_status status;
	size_t len = 0;

	assert_int_equal(am_hnid_open(setup->hn, values[i].hnid, &setup->values,
				      &stream, &err),
			 values[i].open);
	if (values[i].open != AM_OK)
		return;
	while ((status = am_stream_next(stream, &bytes, &err)) == AM_OK)
		len += bytes.len;
	assert_int_equal(status, values[i].stream);
	assert_int_equal(len, values[i].streamed);
	am_stream_close(stream);
}

static void
test_values(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
		struct am_bytes found;
		struct am_error err = { 0 };
		struct setup setup;
		uint64_t size;
		uint64_t bid;

		print_message("%s\n", values[i].name);
		setup_start(&setup, AM_NDB_UNICODE);
		(void)hf_add(&setup.hf, "abcde", 5);
		(void)hf_add(&setup.hf, "0123456789012345678901234567890", 31);
		bid = subnodes_make(&setup);
		setup_finish(&setup, 0x20, bid);
		setup_open(&setup);
		assert_int_equal(am_hnid_get(setup.hn, values[i].hnid, 30,
					     &setup.values, &found, &err),
				 values[i].get);
		if (values[i].get == AM_OK)
			assert_int_equal(found.len, values[i].len);
		assert_int_equal(pf_has_finding(&setup.report, "value-cut"),
				 values[i].finding);
		assert_int_equal(
			am_hnid_size(setup.hn, values[i].hnid, &size, &err),
			values[i].size);
		if (values[i].size == AM_OK && !values[i].finding)
			assert_int_equal(size, values[i].len);
		check_stream(&setup, i);
		setup_close(&setup);
	}
	assert_true(am_hnid_is_hid(0));
	assert_true(am_hnid_is_hid(0x20));
	assert_false(am_hnid_is_hid(0x3f));
}

/* A subnode of the same NID below another node is another one (tricky A9). */
static void
test_subnodes_are_local(void **state)
{
	struct am_bytes found;
	struct am_error err;
	struct setup setup;
	uint64_t fields[3] = { 0x3f, 0, 0 };
	uint64_t bids[2];
	size_t i;

	(void)state;
	setup_start(&setup, AM_NDB_UNICODE);
	fields[1] = pf_block(&setup.pf, "first", 5, 0);
	bids[0] = pf_slblock(&setup.pf, 0, fields, 1);
	fields[1] = pf_block(&setup.pf, "other", 5, 0);
	bids[1] = pf_slblock(&setup.pf, 0, fields, 1);
	setup_finish(&setup, 0x20, bids[0]);
	for (i = 0; i < 4; i++) {
		setup.node.bid_sub = bids[i % 2];
		setup_open(&setup);
		assert_int_equal(am_hnid_get(setup.hn, 0x3f, 10, &setup.values,
					     &found, &err),
				 AM_OK);
		assert_memory_equal(found.data, i % 2 ? "other" : "first", 5);
	}
	setup_close(&setup);
}

/* One block of a heap is lost: what is in the others can be read. */
static void
test_lost_block(void **state)
{
	struct am_bytes found;
	struct am_error err;
	struct setup setup;
	uint32_t hid[3];
	size_t i;

	(void)state;
	setup_start(&setup, AM_NDB_UNICODE);
	for (i = 0; i < 3; i++) {
		hid[i] = hf_add(&setup.hf, "abc", 3);
		if (i < 2)
			hf_block_next(&setup.hf);
	}
	setup.pf.unsorted = true;
	setup_finish(&setup, 0x20, 0);
	am_ndb_close(setup.ndb);
	/* its BBTENTRY is for another block */
	pf_put(setup.pf.data + setup.pf.bbt.root.ib + 24, 8, 0x7000);
	assert_int_equal(pf_ndb(&setup.pf, NULL, &setup.ndb, &err), AM_OK);
	setup_open(&setup);
	assert_int_equal(am_hn_get(setup.hn, hid[0], NULL, &found, &err),
			 AM_OK);
	assert_int_equal(am_hn_get(setup.hn, hid[1], NULL, &found, &err),
			 AM_NOT_FOUND);
	assert_int_equal(am_hn_get(setup.hn, hid[2], NULL, &found, &err),
			 AM_OK);
	setup_close(&setup);
}

static void
test_no_memory(void **state)
{
	enum am_status status = AM_NOMEM;
	struct am_bytes found;
	struct am_error err;
	struct setup setup;
	unsigned long i;
	uint64_t bid;

	(void)state;
	setup_start(&setup, AM_NDB_UNICODE);
	(void)hf_add(&setup.hf, "abcde", 5);
	bid = subnodes_make(&setup);
	setup_finish(&setup, 0x20, bid);
	for (i = 1; i < 30 && status != AM_OK; i++) {
		am_alloc_fail_after(i);
		status = am_hn_open(setup.ndb, &setup.node, &setup.values,
				    &setup.hn, &err);
		if (status == AM_OK)
			status = am_hn_get(setup.hn, 0x20, &setup.values,
					   &found, &err);
		if (status == AM_OK)
			status = am_hnid_get(setup.hn, 0x5f, 30, &setup.values,
					     &found, &err);
		am_alloc_fail_after(0);
		assert_true(status == AM_OK || status == AM_NOMEM);
	}
	assert_int_equal(status, AM_OK);
	setup_close(&setup);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_many_blocks),
		cmocka_unit_test(test_many_allocations),
		cmocka_unit_test(test_hids),
		cmocka_unit_test(test_heaps),
		cmocka_unit_test(test_no_data),
		cmocka_unit_test(test_values),
		cmocka_unit_test(test_subnodes_are_local),
		cmocka_unit_test(test_lost_block),
		cmocka_unit_test(test_no_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
