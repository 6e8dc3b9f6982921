/* pst/ltp/bth: trees of any height, headers and nodes that are wrong. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "heap_fixture.h"
#include "pst/ltp/bth.h"

struct setup {
	struct pf pf;
	struct hf hf;
	struct am_arena arena, values;
	struct am_report report;
	struct am_ndb *ndb;
	struct am_hn *hn;
	uint32_t header; /* HID of the BTHHEADER */
};

static void
setup_start(struct setup *setup, enum am_ndb_variant variant)
{
	const struct setup empty = { 0 };

	*setup = empty;
	setup->report.arena = &setup->arena;
	pf_open(&setup->pf, variant, AM_NDB_CRYPT_NONE);
	hf_open(&setup->hf, &setup->pf, 0xb5);
}

static void
setup_finish(struct setup *setup)
{
	struct am_node node = { .nid = 0x222 };
	struct am_error err;

	node.bid_data = hf_finish(&setup->hf, setup->header);
	pf_finish(&setup->pf);
	assert_int_equal(pf_ndb(&setup->pf, NULL, &setup->ndb, &err), AM_OK);
	am_ndb_set_report(setup->ndb, &setup->report);
	assert_int_equal(
		am_hn_open(setup->ndb, &node, &setup->values, &setup->hn, &err),
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

/* Keys 3, 6, 9 ...; the data of a record begins with its number. */
static uint64_t
key_of(size_t i)
{
	return 3 * i + 3;
}

/* Nodes of "most" records; levels as they come. Returns the height. */
static unsigned
tree_make(struct setup *setup, unsigned key, unsigned entry, size_t count,
	  size_t most)
{
	static struct {
		uint64_t key;
		uint32_t hid;
	} nodes[4000];
	uint8_t bytes[4000];
	size_t width = key + entry;
	unsigned level = 0;
	size_t made = 0;
	size_t total = count;
	size_t i;
	size_t k;

	do {
		const size_t size = level == 0 ? width : key + 4;

		made = 0;
		for (i = 0; i < total; i += most) {
			const size_t len = total - i < most ? total - i : most;
			uint64_t first = level == 0 ? key_of(i) : nodes[i].key;

			assert_true(len * size <= sizeof(bytes));
			memset(bytes, 0, sizeof(bytes));
			for (k = 0; k < len; k++) {
				uint8_t *at = bytes + k * size;

				pf_put(at, key < 8 ? key : 8,
				       level == 0 ? key_of(i + k)
						  : nodes[i + k].key);
				pf_put(at + key,
				       level > 0 || entry >= 4 ? 4 : entry,
				       level == 0 ? i + k : nodes[i + k].hid);
			}
			if (setup->hf.blocks[setup->hf.count - 1].len > 3000)
				hf_block_next(&setup->hf);
			nodes[made].hid = hf_add(&setup->hf, bytes, len * size);
			nodes[made++].key = first;
		}
		total = made;
		level++;
	} while (total > 1);
	setup->header = hf_bth(&setup->hf, key, entry, level - 1,
			       count > 0 ? nodes[0].hid : 0);
	return level - 1;
}

struct seen {
	size_t count;
	unsigned key, entry;
	size_t stop; /* 0: do not */
};

static enum am_status
record_see(void *arg, struct am_bytes key, struct am_bytes data,
	   struct am_error *err)
{
	struct seen *seen = arg;
	struct am_cursor cur = am_cursor(key);

	assert_int_equal(key.len, seen->key);
	assert_int_equal(data.len, seen->entry);
	assert_int_equal(am_uint(&cur, key.len < 8 ? key.len : 8),
			 key_of(seen->count));
	seen->count++;
	if (seen->stop != 0 && seen->count == seen->stop)
		return am_fail(err, AM_INTERRUPTED, "enough");
	return AM_OK;
}

/* name, cbKey, cbEnt, records, of a node, levels */
static const struct {
	const char *name;
	unsigned key, entry;
	size_t count, most;
	unsigned levels;
} shapes[] = {
	{ "a PC", 2, 6, 60, 400, 0 },
	{ "one record", 2, 6, 1, 400, 0 },
	{ "a row index", 4, 4, 3000, 400, 1 },
	{ "a row index of ANSI", 4, 2, 3000, 500, 1 },
	{ "two levels", 4, 4, 2000, 20, 2 },
	{ "as high as allowed", 4, 4, 512, 2, 8 },
	{ "keys of eight bytes", 8, 4, 500, 100, 1 },
	{ "keys of sixteen bytes", 16, 1, 200, 100, 1 },
	{ "the longest records", 16, 32, 100, 30, 1 },
};

static void
test_shapes(void **state)
{
	size_t i;
	size_t k;

	(void)state;
	for (i = 0; i < sizeof(shapes) / sizeof(shapes[0]); i++) {
		struct seen seen = { .key = shapes[i].key,
				     .entry = shapes[i].entry };
		uint8_t entry[AM_BTH_MAX_ENTRY_SIZE];
		struct am_error err;
		struct am_bth bth;
		struct setup setup;

		print_message("%s\n", shapes[i].name);
		setup_start(&setup, AM_NDB_UNICODE);
		assert_int_equal(tree_make(&setup, shapes[i].key,
					   shapes[i].entry, shapes[i].count,
					   shapes[i].most),
				 shapes[i].levels);
		setup_finish(&setup);
		assert_int_equal(
			am_bth_open(setup.hn, setup.header, &bth, &err), AM_OK);
		assert_int_equal(bth.levels, shapes[i].levels);
		assert_int_equal(am_bth_walk(&bth, record_see, &seen, &err),
				 AM_OK);
		assert_int_equal(seen.count, shapes[i].count);
		for (k = 0; k < shapes[i].count; k++) {
			assert_int_equal(
				am_bth_find(&bth, key_of(k), entry, &err),
				AM_OK);
			assert_int_equal(entry[0], k & 0xff);
			assert_int_equal(
				am_bth_find(&bth, key_of(k) + 1, entry, &err),
				AM_NOT_FOUND);
		}
		assert_int_equal(am_bth_find(&bth, 0, entry, &err),
				 AM_NOT_FOUND);
		assert_int_equal(setup.report.count, 0);
		setup_close(&setup);
	}
}

static void
test_empty(void **state)
{
	struct seen seen = { .key = 2, .entry = 6 };
	uint8_t entry[AM_BTH_MAX_ENTRY_SIZE];
	struct am_error err;
	struct am_bth bth;
	struct setup setup;

	(void)state;
	setup_start(&setup, AM_NDB_UNICODE);
	(void)tree_make(&setup, 2, 6, 0, 10);
	setup_finish(&setup);
	assert_int_equal(am_bth_open(setup.hn, setup.header, &bth, &err),
			 AM_OK);
	assert_int_equal(am_bth_walk(&bth, record_see, &seen, &err), AM_OK);
	assert_int_equal(seen.count, 0);
	assert_int_equal(am_bth_find(&bth, 3, entry, &err), AM_NOT_FOUND);
	setup_close(&setup);
}

static void
test_stopped(void **state)
{
	struct seen seen = { .key = 4, .entry = 4, .stop = 70 };
	struct am_error err;
	struct am_bth bth;
	struct setup setup;

	(void)state;
	setup_start(&setup, AM_NDB_UNICODE);
	(void)tree_make(&setup, 4, 4, 2000, 20);
	setup_finish(&setup);
	assert_int_equal(am_bth_open(setup.hn, setup.header, &bth, &err),
			 AM_OK);
	assert_int_equal(am_bth_walk(&bth, record_see, &seen, &err),
			 AM_INTERRUPTED);
	assert_int_equal(seen.count, 70);
	setup_close(&setup);
}

/* The BTHHEADER's bytes; answer */
static const struct {
	const char *name;
	const char *bytes;
	size_t len;
	enum am_status status;
} headers[] = {
	{ "a PC", "\xb5\2\6\0\0\0\0\0", 8, AM_OK },
	{ "the largest", "\xb5\x10\x20\x08\0\0\0\0", 8, AM_OK },
	{ "more bytes behind", "\xb5\2\6\0\0\0\0\0abc", 11, AM_OK },
	{ "another bType", "\xb6\2\6\0\0\0\0\0", 8, AM_CORRUPT },
	{ "cut", "\xb5\2\6\0\0\0\0", 7, AM_CORRUPT },
	{ "nothing", "", 0, AM_CORRUPT },
	{ "keys of no bytes", "\xb5\0\6\0\0\0\0\0", 8, AM_CORRUPT },
	{ "keys of three bytes", "\xb5\3\6\0\0\0\0\0", 8, AM_CORRUPT },
	{ "keys of 32 bytes", "\xb5\x20\6\0\0\0\0\0", 8, AM_CORRUPT },
	{ "no data", "\xb5\2\0\0\0\0\0\0", 8, AM_CORRUPT },
	{ "33 bytes of data", "\xb5\2\x21\0\0\0\0\0", 8, AM_CORRUPT },
	{ "nine levels", "\xb5\2\6\x09\0\0\0\0", 8, AM_CORRUPT },
	{ "255 levels", "\xb5\2\6\xff\0\0\0\0", 8, AM_CORRUPT },
};

static void
test_headers(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(headers) / sizeof(headers[0]); i++) {
		struct am_error err;
		struct am_bth bth;
		struct setup setup;

		print_message("%s\n", headers[i].name);
		setup_start(&setup, AM_NDB_UNICODE);
		setup.header =
			hf_add(&setup.hf, headers[i].bytes, headers[i].len);
		setup_finish(&setup);
		assert_int_equal(
			am_bth_open(setup.hn, setup.header, &bth, &err),
			headers[i].status);
		assert_int_equal(am_bth_open(setup.hn, 0x60, &bth, &err),
				 AM_CORRUPT);
		setup_close(&setup);
	}
}

static enum am_status
record_count(void *arg, struct am_bytes key, struct am_bytes data,
	     struct am_error *err)
{
	size_t *count = arg;

	(void)key;
	(void)data;
	(void)err;
	++*count;
	return AM_OK;
}

/* A root of three children, records of two leaves each; the second child is
 * replaced by this HID. Records seen, answer of the walk */
enum child { WHOLE, OUT_OF_BOUNDS, NO_HID, EMPTY, ITSELF, SHORT };

static const struct {
	const char *name;
	enum child child;
	size_t seen;
	enum am_status status;
	bool finding;
} children[] = {
	{ "whole", WHOLE, 6, AM_OK, false },
	{ "out of bounds", OUT_OF_BOUNDS, 4, AM_OK, true },
	{ "no HID", NO_HID, 4, AM_OK, true },
	{ "empty", EMPTY, 4, AM_OK, false },
	{ "too short for a record", SHORT, 4, AM_OK, false },
	/* levels end it, but its bytes are no records */
	{ "the root again", ITSELF, 7, AM_OK, false },
};

static void
test_children(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(children) / sizeof(children[0]); i++) {
		static const uint8_t leaf[16] = { 1 };
		uint8_t root[24] = { 0 };
		struct am_error err;
		struct am_bth bth;
		struct setup setup;
		uint32_t hids[3];
		size_t seen = 0;
		size_t k;

		print_message("%s\n", children[i].name);
		setup_start(&setup, AM_NDB_UNICODE);
		for (k = 0; k < 3; k++)
			hids[k] = hf_add(&setup.hf, leaf, 16);
		if (children[i].child == OUT_OF_BOUNDS)
			hids[1] = 0xffe0;
		else if (children[i].child == NO_HID)
			hids[1] = 0x3f;
		else if (children[i].child == EMPTY)
			hids[1] = 0;
		else if (children[i].child == ITSELF)
			hids[1] = 0x80;
		else if (children[i].child == SHORT)
			hids[1] = hf_add(&setup.hf, leaf, 7);
		for (k = 0; k < 3; k++)
			pf_put(root + 8 * k + 4, 4, hids[k]);
		setup.header =
			hf_bth(&setup.hf, 4, 4, 1, hf_add(&setup.hf, root, 24));
		setup_finish(&setup);
		assert_int_equal(
			am_bth_open(setup.hn, setup.header, &bth, &err), AM_OK);
		assert_int_equal(am_bth_walk(&bth, record_count, &seen, &err),
				 children[i].status);
		assert_int_equal(seen, children[i].seen);
		assert_int_equal(setup.report.count > 0, children[i].finding);
		setup_close(&setup);
	}
}

/* Every node refers to one node 400 times, eight levels deep. */
static void
test_explosion(void **state)
{
	uint8_t node[3200] = { 0 };
	struct am_error err;
	struct am_bth bth;
	struct setup setup;
	size_t seen = 0;
	uint32_t hid;
	size_t level;
	size_t k;

	(void)state;
	setup_start(&setup, AM_NDB_UNICODE);
	hid = hf_add(&setup.hf, node, 3200);
	for (level = 0; level < 8; level++) {
		for (k = 0; k < 400; k++)
			pf_put(node + 8 * k + 4, 4, hid);
		hf_block_next(&setup.hf);
		hid = hf_add(&setup.hf, node, 3200);
	}
	setup.header = hf_bth(&setup.hf, 4, 4, 8, hid);
	setup_finish(&setup);
	assert_int_equal(am_bth_open(setup.hn, setup.header, &bth, &err),
			 AM_OK);
	assert_int_equal(am_bth_walk(&bth, record_count, &seen, &err),
			 AM_LIMIT);
	assert_true(seen < 20000);
	setup_close(&setup);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_shapes),
		cmocka_unit_test(test_empty),
		cmocka_unit_test(test_stopped),
		cmocka_unit_test(test_headers),
		cmocka_unit_test(test_children),
		cmocka_unit_test(test_explosion),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
