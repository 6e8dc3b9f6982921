/* pst/ltp/pc: properties as they should be, twice, out of order, unknown, in
 * trees of some height, in heaps that are none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/alloc.h"
#include "heap_fixture.h"
#include "pst/ltp/pc.h"

struct setup {
	struct pf pf;
	struct hf hf;
	struct am_arena arena, values;
	struct am_report report;
	struct am_ndb *ndb;
	struct am_node node;
};

static void
setup_start(struct setup *setup)
{
	const struct setup empty = { 0 };

	*setup = empty;
	setup->report.arena = &setup->arena;
	pf_open(&setup->pf, AM_NDB_UNICODE, AM_NDB_CRYPT_PERMUTE);
	hf_open(&setup->hf, &setup->pf, 0xbc);
}

static void
setup_finish(struct setup *setup, uint32_t user_root)
{
	struct am_error err;

	setup->node.nid = 0x200024;
	setup->node.bid_data = hf_finish(&setup->hf, user_root);
	pf_finish(&setup->pf);
	assert_int_equal(pf_ndb(&setup->pf, NULL, &setup->ndb, &err), AM_OK);
	am_ndb_set_report(setup->ndb, &setup->report);
}

static void
setup_close(struct setup *setup)
{
	am_ndb_close(setup->ndb);
	am_arena_free(&setup->arena);
	am_arena_free(&setup->values);
	pf_close(&setup->pf);
}

/* The properties as they are stored; what am_pc_at gives; kinds of findings */
static const struct {
	const char *name;
	struct hf_prop in[6];
	size_t in_count;
	struct hf_prop out[6];
	size_t out_count;
	const char *finding;
} lists[] = {
	{ "none", { { 0 } }, 0, { { 0 } }, 0, NULL },
	{ "in order",
	  { { 1, 3, 10 }, { 2, 0xb, 1 }, { 0x8000, 3, 30 } },
	  3,
	  { { 1, 3, 10 }, { 2, 0xb, 1 }, { 0x8000, 3, 30 } },
	  3,
	  NULL },
	{ "out of order",
	  { { 0x8000, 3, 30 }, { 2, 3, 20 }, { 1, 3, 10 } },
	  3,
	  { { 1, 3, 10 }, { 2, 3, 20 }, { 0x8000, 3, 30 } },
	  3,
	  NULL },
	{ "twice: the first wins",
	  { { 1, 3, 10 }, { 2, 3, 20 }, { 2, 3, 21 }, { 3, 3, 30 } },
	  4,
	  { { 1, 3, 10 }, { 2, 3, 20 }, { 3, 3, 30 } },
	  3,
	  "prop-duplicate: property 0x0002" },
	{ "twice, apart, of two types",
	  { { 2, 2, 20 }, { 3, 3, 30 }, { 1, 3, 10 }, { 2, 3, 21 } },
	  4,
	  { { 1, 3, 10 }, { 2, 2, 20 }, { 3, 3, 30 } },
	  3,
	  "prop-duplicate: property 0x0002" },
	{ "the tag 0x0000",
	  { { 0, 0, 0 }, { 1, 3, 10 } },
	  2,
	  { { 1, 3, 10 } },
	  1,
	  "prop-type: property 0x0000" },
	{ "types that do not exist",
	  { { 1, 0x2102, 0 }, { 2, 0x52, 0 }, { 3, 3, 30 }, { 4, 0xffff, 0 } },
	  4,
	  { { 3, 3, 30 } },
	  1,
	  "prop-type: property 0x0001 has the type 0x2102" },
	{ "PT_ERROR is there, but not found",
	  { { 1, 0xa, 0x8004010f }, { 2, 3, 20 } },
	  2,
	  { { 1, 0xa, 0x8004010f }, { 2, 3, 20 } },
	  2,
	  NULL },
};

static void
check_list(const struct am_pc *pc, size_t i)
{
	struct am_prop prop;
	size_t k;

	for (k = 0; k < lists[i].out_count; k++) {
		const struct hf_prop *want = &lists[i].out[k];

		assert_true(am_pc_at(pc, k, &prop));
		assert_int_equal(prop.id, want->id);
		assert_int_equal(prop.type, want->type);
		assert_int_equal(prop.value, want->value);
		assert_true(prop.is_inline);
		assert_ptr_equal(prop.heap, am_pc_heap(pc));
		assert_int_equal(am_pc_find(pc, want->id, &prop),
				 want->type != 0xa);
		if (want->type == 3)
			assert_int_equal(am_pc_int(pc, want->id, -1),
					 want->value);
		else if (want->type == 0xa)
			assert_int_equal(am_pc_int(pc, want->id, -1), -1);
	}
	assert_false(am_pc_at(pc, k, &prop));
	assert_false(am_pc_at(pc, SIZE_MAX, &prop));
	assert_false(am_pc_find(pc, 0x7777, &prop));
	assert_int_equal(am_pc_int(pc, 0x7777, 5), 5);
}

static void
test_lists(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
		struct am_error err;
		struct setup setup;
		struct am_pc *pc;
		uint32_t root = 0;

		print_message("%s\n", lists[i].name);
		setup_start(&setup);
		if (lists[i].in_count > 0)
			root = hf_records(&setup.hf, lists[i].in,
					  lists[i].in_count);
		setup_finish(&setup, hf_bth(&setup.hf, 2, 6, 0, root));
		assert_int_equal(am_pc_open(setup.ndb, &setup.node,
					    &setup.values, &pc, &err),
				 AM_OK);
		check_list(pc, i);
		assert_int_equal(setup.report.count > 0,
				 lists[i].finding != NULL);
		if (lists[i].finding != NULL)
			assert_true(pf_has_finding(&setup.report,
						   lists[i].finding));
		setup_close(&setup);
	}
}

/* Many properties in a tree of some height. */
static void
test_height(void **state)
{
	enum { COUNT = 900, MOST = 300 };
	struct hf_prop props[MOST];
	uint8_t root[3 * 6];
	struct am_error err;
	struct setup setup;
	struct am_pc *pc;
	struct am_prop prop;
	size_t i;
	size_t k;

	(void)state;
	setup_start(&setup);
	for (i = 0; i < COUNT / MOST; i++) {
		for (k = 0; k < MOST; k++) {
			props[k].id = (uint16_t)(0x100 + i * MOST + k);
			props[k].type = 3;
			props[k].value = (uint32_t)(i * MOST + k);
		}
		pf_put(root + 6 * i, 2, props[0].id);
		pf_put(root + 6 * i + 2, 4, hf_records(&setup.hf, props, MOST));
		hf_block_next(&setup.hf);
	}
	setup_finish(&setup, hf_bth(&setup.hf, 2, 6, 1,
				    hf_add(&setup.hf, root, sizeof(root))));
	assert_int_equal(
		am_pc_open(setup.ndb, &setup.node, &setup.values, &pc, &err),
		AM_OK);
	for (i = 0; i < COUNT; i++) {
		assert_true(am_pc_at(pc, i, &prop));
		assert_int_equal(am_pc_int(pc, (uint16_t)(0x100 + i), -1), i);
	}
	assert_false(am_pc_at(pc, COUNT, &prop));
	setup_close(&setup);
}

enum damage {
	NO_DAMAGE,
	OTHER_CLIENT,
	NO_ROOT,
	KEY_SIZE,
	ENTRY_SIZE,
	NO_RECORDS,
	NO_HEAP
};

static const struct {
	const char *name;
	enum damage damage;
	enum am_status status;
} damages[] = {
	{ "none", NO_DAMAGE, AM_OK },
	{ "a TC", OTHER_CLIENT, AM_CORRUPT },
	{ "no BTHHEADER", NO_ROOT, AM_CORRUPT },
	{ "cbKey is 4", KEY_SIZE, AM_CORRUPT },
	{ "cbEnt is 8", ENTRY_SIZE, AM_CORRUPT },
	{ "the root is out of bounds", NO_RECORDS, AM_CORRUPT },
	{ "no heap", NO_HEAP, AM_CORRUPT },
};

static void
test_damages(void **state)
{
	static const struct hf_prop prop = { 1, 3, 10 };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(damages) / sizeof(damages[0]); i++) {
		const enum damage damage = damages[i].damage;
		struct am_error err = { 0 };
		struct setup setup;
		struct am_pc *pc;
		uint32_t root;

		print_message("%s\n", damages[i].name);
		setup_start(&setup);
		root = hf_records(&setup.hf, &prop, 1);
		if (damage == NO_RECORDS)
			root = 0xffe0;
		if (damage == OTHER_CLIENT)
			setup.hf.client = 0x7c;
		root = hf_bth(&setup.hf, damage == KEY_SIZE ? 4 : 2,
			      damage == ENTRY_SIZE ? 8 : 6, 0, root);
		setup_finish(&setup, damage == NO_ROOT ? 0x20 : root);
		if (damage == NO_HEAP)
			setup.node.bid_data = 0x100 + 4;
		assert_int_equal(am_pc_open(setup.ndb, &setup.node,
					    &setup.values, &pc, &err),
				 damage == NO_HEAP ? AM_NOT_FOUND
						   : damages[i].status);
		if (damages[i].status != AM_OK)
			assert_int_equal(err.nid, 0x200024);
		setup.node.bid_data = 0;
		assert_int_equal(am_pc_open(setup.ndb, &setup.node,
					    &setup.values, &pc, &err),
				 AM_NOT_FOUND);
		setup_close(&setup);
	}
}

/* One leaf of a tree is lost: what the others have is there. */
static void
test_lost_leaf(void **state)
{
	static const struct hf_prop first = { 1, 3, 10 };
	static const struct hf_prop last = { 9, 3, 90 };
	struct am_error err;
	struct setup setup;
	struct am_pc *pc;
	uint8_t root[18] = { 0 };

	(void)state;
	setup_start(&setup);
	pf_put(root + 2, 4, hf_records(&setup.hf, &first, 1));
	pf_put(root + 8, 4, 0xffe0);
	pf_put(root + 14, 4, hf_records(&setup.hf, &last, 1));
	setup_finish(&setup,
		     hf_bth(&setup.hf, 2, 6, 1, hf_add(&setup.hf, root, 18)));
	assert_int_equal(
		am_pc_open(setup.ndb, &setup.node, &setup.values, &pc, &err),
		AM_OK);
	assert_int_equal(am_pc_int(pc, 1, -1), 10);
	assert_int_equal(am_pc_int(pc, 9, -1), 90);
	assert_int_equal(setup.report.count, 1);
	assert_true(pf_has_finding(&setup.report, "bth: "));
	setup_close(&setup);
}

/* The root folder of an empty PST by Outlook: its block as it is on disk. */
static void
test_real_block(void **state)
{
	static const uint8_t payload[] = {
		0x34, 0x00, 0xec, 0xbc, 0x20, 0x00, 0x00, 0x00, 0x00,
		0x00, 0x00, 0x00, 0xb5, 0x02, 0x06, 0x00, 0x40, 0x00,
		0x00, 0x00, 0x01, 0x30, 0x1f, 0x00, 0x00, 0x00, 0x00,
		0x00, 0x02, 0x36, 0x03, 0x00, 0x00, 0x00, 0x00, 0x00,
		0x03, 0x36, 0x03, 0x00, 0x00, 0x00, 0x00, 0x00, 0x0a,
		0x36, 0x0b, 0x00, 0x01, 0x00, 0x00, 0x00, 0x02, 0x00,
		0x00, 0x00, 0x0c, 0x00, 0x14, 0x00, 0x34, 0x00
	};
	static const uint8_t trailer[] = { 0x3e, 0x00, 0xe4, 0x56, 0x09, 0xc6,
					   0x15, 0xd0, 0x64, 0x00, 0x00, 0x00,
					   0x00, 0x00, 0x00, 0x00 };
	struct am_text text;
	struct am_prop prop;
	struct am_error err;
	struct setup setup;
	struct am_pc *pc;
	uint64_t ib;

	(void)state;
	setup_start(&setup);
	free(setup.hf.blocks);
	setup.pf.next_bid = 0x64;
	setup.pf.size = 0x5680;
	setup.node.bid_data = pf_block_at(&setup.pf, payload, 62, 0, &ib);
	assert_memory_equal(setup.pf.data + ib + 112, trailer, 16);
	pf_finish(&setup.pf);
	assert_int_equal(pf_ndb(&setup.pf, NULL, &setup.ndb, &err), AM_OK);
	am_ndb_set_report(setup.ndb, &setup.report);
	assert_int_equal(
		am_pc_open(setup.ndb, &setup.node, &setup.values, &pc, &err),
		AM_OK);
	assert_int_equal(am_pc_text(pc, 0x3001, 0, &setup.values, &text, &err),
			 AM_OK);
	assert_non_null(text.data);
	assert_int_equal(text.len, 0);
	assert_int_equal(am_pc_int(pc, 0x3602, -1), 0);
	assert_int_equal(am_pc_int(pc, 0x3603, -1), 0);
	assert_int_equal(am_pc_int(pc, 0x360a, -1), 1);
	assert_false(am_pc_at(pc, 4, &prop));
	assert_int_equal(setup.report.count, 0);
	setup_close(&setup);
}

/* Values, found and converted in one step. */
static void
test_values(void **state)
{
	static const uint8_t filetime[] = { 0x00, 0x80, 0x3e, 0xd5,
					    0xde, 0xb1, 0x9d, 0x01 };
	struct hf_prop props[8] = { { 0 } };
	struct am_bytes bytes;
	struct am_text text;
	struct am_error err;
	struct setup setup;
	struct am_pc *pc;

	(void)state;
	setup_start(&setup);
	props[0] = (struct hf_prop){ 1, 0x1f,
				     hf_add(&setup.hf, "H\0\xe9\0\0\0", 6) };
	props[1] = (struct hf_prop){ 2, 0x102, hf_add(&setup.hf, "\1\2\3", 3) };
	props[2] = (struct hf_prop){ 3, 0x40, hf_add(&setup.hf, filetime, 8) };
	props[3] = (struct hf_prop){ 4, 0x1f, 0 };
	props[4] = (struct hf_prop){ 5, 0x1f, 0xffe0 }; /* out of bounds */
	props[5] = (struct hf_prop){ 6, 0x102, 0x3f };	/* no such subnode */
	props[6] = (struct hf_prop){ 7, 3, 77 };
	props[7] = (struct hf_prop){ 8, 0xa, 0x8004010f };
	setup_finish(&setup, hf_bth(&setup.hf, 2, 6, 0,
				    hf_records(&setup.hf, props, 8)));
	assert_int_equal(
		am_pc_open(setup.ndb, &setup.node, &setup.values, &pc, &err),
		AM_OK);

	assert_int_equal(am_pc_text(pc, 1, 1252, &setup.values, &text, &err),
			 AM_OK);
	assert_string_equal(text.data, "H\xc3\xa9");
	assert_int_equal(am_pc_bytes(pc, 2, &setup.values, &bytes, &err),
			 AM_OK);
	assert_true(am_bytes_equal(bytes, am_bytes("\1\2\3", 3)));
	assert_int_equal(am_pc_time(pc, 3), 0);
	/* there, and empty */
	assert_int_equal(am_pc_text(pc, 4, 1252, &setup.values, &text, &err),
			 AM_OK);
	assert_non_null(text.data);
	assert_int_equal(text.len, 0);
	assert_int_equal(am_pc_bytes(pc, 4, &setup.values, &bytes, &err),
			 AM_OK);
	assert_non_null(bytes.data);
	assert_int_equal(setup.report.count, 0);
	/* not readable: a finding each */
	assert_int_equal(am_pc_text(pc, 5, 1252, &setup.values, &text, &err),
			 AM_OK);
	assert_null(text.data);
	assert_int_equal(am_pc_bytes(pc, 6, &setup.values, &bytes, &err),
			 AM_OK);
	assert_null(bytes.data);
	assert_int_equal(setup.report.count, 2);
	assert_true(pf_has_finding(&setup.report,
				   "prop-value: property 0x0005 cannot"));
	/* not there, or said not to be */
	assert_int_equal(am_pc_text(pc, 9, 1252, &setup.values, &text, &err),
			 AM_OK);
	assert_null(text.data);
	assert_int_equal(am_pc_bytes(pc, 8, &setup.values, &bytes, &err),
			 AM_OK);
	assert_null(bytes.data);
	assert_int_equal(am_pc_time(pc, 7), AM_TIME_NONE);
	assert_int_equal(am_pc_int(pc, 1, -7), -7);
	assert_int_equal(setup.report.count, 2);
	setup_close(&setup);
}

/* A tree that goes in circles: what was read till then stays. */
static void
test_too_many(void **state)
{
	struct hf_prop props[400];
	uint8_t root[400 * 6] = { 0 };
	struct am_error err;
	struct setup setup;
	struct am_pc *pc;
	uint32_t leaf;
	size_t i;

	(void)state;
	setup_start(&setup);
	for (i = 0; i < 400; i++)
		props[i] =
			(struct hf_prop){ (uint16_t)(i + 1), 3, (uint32_t)i };
	leaf = hf_records(&setup.hf, props, 400);
	for (i = 0; i < 400; i++)
		pf_put(root + 6 * i + 2, 4, leaf);
	setup_finish(&setup, hf_bth(&setup.hf, 2, 6, 1,
				    hf_add(&setup.hf, root, sizeof(root))));
	assert_int_equal(
		am_pc_open(setup.ndb, &setup.node, &setup.values, &pc, &err),
		AM_OK);
	assert_int_equal(am_pc_int(pc, 400, -1), 399);
	assert_true(pf_has_finding(&setup.report, "pc: "));
	assert_false(pf_has_finding(&setup.report, "prop-duplicate: "));
	setup_close(&setup);
}

static void
test_no_memory(void **state)
{
	enum am_status status = AM_NOMEM;
	struct hf_prop props[300];
	struct am_error err;
	struct setup setup;
	struct am_pc *pc;
	unsigned long i;

	(void)state;
	setup_start(&setup);
	for (i = 0; i < 300; i++)
		props[i] =
			(struct hf_prop){ (uint16_t)(i + 1), 3, (uint32_t)i };
	setup_finish(&setup, hf_bth(&setup.hf, 2, 6, 0,
				    hf_records(&setup.hf, props, 300)));
	for (i = 1; i < 30 && status != AM_OK; i++) {
		am_alloc_fail_after(i);
		status = am_pc_open(setup.ndb, &setup.node, &setup.values, &pc,
				    &err);
		am_alloc_fail_after(0);
		assert_true(status == AM_OK || status == AM_NOMEM ||
			    setup.report.count > 0);
	}
	assert_int_equal(status, AM_OK);
	setup_close(&setup);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lists),
		cmocka_unit_test(test_height),
		cmocka_unit_test(test_damages),
		cmocka_unit_test(test_lost_leaf),
		cmocka_unit_test(test_real_block),
		cmocka_unit_test(test_values),
		cmocka_unit_test(test_too_many),
		cmocka_unit_test(test_no_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
