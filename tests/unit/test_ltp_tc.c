/* pst/ltp/tc: rows in the heap and in subnodes, deleted ones, an index that is
 * damaged or absent, cells that are and are not there. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/alloc.h"
#include "heap_fixture.h"
#include "pst/ltp/tc.h"

/* 67F2 i32, 3001 unicode, 0E34 i64, 0E17 i16, 360A bool, 6705 GUID, 0E08
 * error; their cells; the existence bits */
enum { ROW_SIZE = 31, CEB = 29, COLUMNS = 7 };

static const struct hf_column columns[COLUMNS] = {
	{ 0x67f20003, 0, 4, 0 },  { 0x3001001f, 4, 4, 1 },
	{ 0x0e340014, 8, 8, 2 },  { 0x0e170002, 24, 2, 3 },
	{ 0x360a000b, 26, 1, 4 }, { 0x67050048, 16, 4, 5 },
	{ 0x0e08000a, 20, 4, 9 },
};

struct setup {
	struct pf pf;
	struct hf hf;
	struct am_arena arena, values;
	struct am_report report;
	struct am_ndb *ndb;
	struct am_node node;
	struct am_tc *tc;
	uint32_t name; /* HID of "AB" */
	uint32_t index, rows;
};

static void
setup_start(struct setup *setup, enum am_ndb_variant variant)
{
	const struct setup empty = { 0 };

	*setup = empty;
	setup->report.arena = &setup->arena;
	setup->node.nid = 0x12d;
	pf_open(&setup->pf, variant, AM_NDB_CRYPT_PERMUTE);
	hf_open(&setup->hf, &setup->pf, 0x7c);
	setup->name = hf_add(&setup->hf, "A\0B\0", 4);
}

/* Row number, of the id 0x2000 + number. */
static void
row_make(const struct setup *setup, size_t number, uint8_t row[ROW_SIZE])
{
	memset(row, 0, ROW_SIZE);
	pf_put(row, 4, 0x2000 + number);
	pf_put(row + 4, 4, setup->name);
	pf_put(row + 8, 8, number * 0x100000001);
	pf_put(row + 24, 2, 0xffff - number);
	row[26] = (uint8_t)(number % 2);
	row[CEB] = number % 3 == 0 ? 0xb8 : 0xf8;
	row[CEB + 1] = 0x40;
}

/* count rows in blocks of "block" bytes, as a subnode; 0: in the heap. */
static void
rows_make(struct setup *setup, size_t count, size_t block)
{
	static uint64_t bids[2000];
	static uint8_t bytes[65536];
	uint64_t fields[3] = { 0x3f, 0, 0 };
	size_t blocks = 0;
	size_t len = 0;
	size_t i;

	for (i = 0; i < count; i++) {
		row_make(setup, i, bytes + len);
		len += ROW_SIZE;
		if (block > 0 && (len + ROW_SIZE > block || i + 1 == count)) {
			/* what is left is padding */
			memset(bytes + len, 0xee, ROW_SIZE);
			bids[blocks++] =
				pf_block(&setup->pf, bytes,
					 i + 1 == count ? len : block, 0);
			len = 0;
		}
	}
	if (block == 0) {
		setup->rows = count > 0 ? hf_add(&setup->hf, bytes, len) : 0;
		return;
	}
	setup->rows = 0x3f;
	fields[1] = blocks == 1 ? bids[0]
				: pf_xblock(&setup->pf, 1, bids, blocks,
					    count * ROW_SIZE);
	setup->node.bid_sub = pf_slblock(&setup->pf, 0, fields, 1);
}

/* The row index over the rows for which keep says so. */
static void
index_make(struct setup *setup, size_t count, bool (*keep)(size_t))
{
	const size_t width = setup->pf.format->row_index_size;
	uint8_t leaf[300 * 8];
	uint8_t root[300 * 8];
	size_t leaves = 0;
	size_t len = 0;
	size_t i;

	for (i = 0; i < count; i++) {
		if (keep(i)) {
			pf_put(leaf + len * (4 + width), 4, 0x2000 + i);
			pf_put(leaf + len * (4 + width) + 4, width, i);
			len++;
		}
		if (len == 300 || (i + 1 == count && len > 0)) {
			hf_block_next(&setup->hf);
			pf_put(root + 8 * leaves, 4, 0x2000 + i);
			pf_put(root + 8 * leaves++ + 4, 4,
			       hf_add(&setup->hf, leaf, len * (4 + width)));
			len = 0;
		}
	}
	setup->index =
		hf_bth(&setup->hf, 4, (unsigned)width, 1,
		       leaves > 0 ? hf_add(&setup->hf, root, 8 * leaves) : 0);
}

static void
setup_finish(struct setup *setup)
{
	struct am_error err;

	setup->node.bid_data = hf_finish(
		&setup->hf, hf_tcinfo(&setup->hf, columns, COLUMNS, CEB,
				      ROW_SIZE, setup->index, setup->rows));
	pf_finish(&setup->pf);
	assert_int_equal(pf_ndb(&setup->pf, NULL, &setup->ndb, &err), AM_OK);
	am_ndb_set_report(setup->ndb, &setup->report);
}

static void
setup_open(struct setup *setup)
{
	struct am_error err;

	assert_int_equal(am_tc_open(setup->ndb, &setup->node, &setup->values,
				    &setup->tc, &err),
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

static bool
all(size_t i)
{
	(void)i;
	return true;
}

static bool
even(size_t i)
{
	return i % 2 == 0;
}

static bool
none(size_t i)
{
	(void)i;
	return false;
}

static void
check_row(struct setup *setup, const struct am_tc_row *row)
{
	const size_t number = row->index;
	struct am_error err;
	struct am_prop prop;
	struct am_text text;
	int64_t value;

	assert_int_equal(row->id, 0x2000 + number);
	assert_true(am_tc_cell(setup->tc, row, 0x67f2, &prop));
	assert_true(am_prop_int(&prop, &value));
	assert_int_equal(value, 0x2000 + number);
	assert_int_equal(am_tc_cell(setup->tc, row, 0x3001, &prop),
			 number % 3 != 0);
	if (number % 3 != 0) {
		assert_int_equal(
			am_prop_text(&prop, 0, &setup->values, &text, &err),
			AM_OK);
		assert_string_equal(text.data, "AB");
	}
	assert_true(am_tc_cell(setup->tc, row, 0x0e34, &prop));
	assert_true(am_prop_int(&prop, &value));
	assert_true(value == (int64_t)(number * 0x100000001));
	assert_true(am_tc_cell(setup->tc, row, 0x0e17, &prop));
	assert_true(am_prop_int(&prop, &value));
	assert_int_equal(value, (int16_t)(0xffff - number));
	assert_true(am_tc_cell(setup->tc, row, 0x360a, &prop));
	assert_true(am_prop_int(&prop, &value));
	assert_int_equal(value, number % 2);
	/* not there, an error, no such column */
	assert_false(am_tc_cell(setup->tc, row, 0x6705, &prop));
	assert_false(am_tc_cell(setup->tc, row, 0x0e08, &prop));
	assert_false(am_tc_cell(setup->tc, row, 0x0037, &prop));
}

static size_t
rows_walk(struct setup *setup, enum am_status want)
{
	struct am_tc_row row;
	struct am_error err;
	enum am_status status;
	uint32_t position = 0;
	size_t count = 0;

	while ((status = am_tc_next(setup->tc, &position, &row, &err)) ==
	       AM_OK) {
		check_row(setup, &row);
		count++;
	}
	assert_int_equal(status, want);
	assert_int_equal(am_tc_next(setup->tc, &position, &row, &err), want);
	return count;
}

/* name, variant, rows, bytes of a block (0: in the heap), which are alive,
 * how many */
static const struct {
	const char *name;
	enum am_ndb_variant variant;
	size_t rows, block;
	bool (*keep)(size_t);
	size_t want;
} shapes[] = {
	{ "no rows", AM_NDB_UNICODE, 0, 0, all, 0 },
	{ "in the heap", AM_NDB_UNICODE, 20, 0, all, 20 },
	{ "in the heap of ANSI", AM_NDB_ANSI, 20, 0, all, 20 },
	{ "in the heap of 4K", AM_NDB_4K, 200, 0, all, 200 },
	{ "deleted ones", AM_NDB_UNICODE, 20, 0, even, 10 },
	{ "all deleted", AM_NDB_UNICODE, 20, 0, none, 0 },
	{ "one block", AM_NDB_UNICODE, 100, 8176, all, 100 },
	{ "many blocks with padding", AM_NDB_UNICODE, 3000, 8176, all, 3000 },
	{ "small blocks", AM_NDB_UNICODE, 3000, 200, all, 3000 },
	{ "blocks without padding", AM_NDB_UNICODE, 3000, 310, all, 3000 },
	{ "a row in each block", AM_NDB_UNICODE, 300, 40, even, 150 },
	{ "many blocks of ANSI", AM_NDB_ANSI, 3000, 8180, even, 1500 },
	{ "many blocks of 4K", AM_NDB_4K, 5000, 65512, all, 5000 },
};

static void
test_shapes(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(shapes) / sizeof(shapes[0]); i++) {
		struct setup setup;

		print_message("%s\n", shapes[i].name);
		setup_start(&setup, shapes[i].variant);
		rows_make(&setup, shapes[i].rows, shapes[i].block);
		index_make(&setup, shapes[i].rows, shapes[i].keep);
		setup_finish(&setup);
		setup_open(&setup);
		assert_true(am_tc_row_count(setup.tc) >= shapes[i].rows);
		assert_int_equal(rows_walk(&setup, AM_END), shapes[i].want);
		assert_int_equal(rows_walk(&setup, AM_END), shapes[i].want);
		assert_int_equal(setup.report.count, 0);
		setup_close(&setup);
	}
}

static void
test_columns(void **state)
{
	struct setup setup;
	uint16_t type;
	uint16_t id;
	size_t i;

	(void)state;
	setup_start(&setup, AM_NDB_UNICODE);
	setup_finish(&setup);
	setup_open(&setup);
	for (i = 0; i < COLUMNS; i++) {
		assert_true(am_tc_column(setup.tc, i, &id, &type));
		assert_int_equal(id, columns[i].tag >> 16);
		assert_int_equal(type, columns[i].tag & 0xffff);
	}
	assert_false(am_tc_column(setup.tc, i, &id, &type));
	setup_close(&setup);
}

enum damage {
	NO_INDEX,
	INDEX_OUT_OF_BOUNDS,
	INDEX_OF_OTHER_KEYS,
	INDEX_LEAF_LOST,
	INDEX_TOO_LONG,
	INDEX_TWICE,
	INDEX_UNSORTED,
	ROWS_LOST,
	ROWS_OUT_OF_BOUNDS,
	ROWS_BLOCK_LOST,
	ROWS_CUT
};

/* 60 rows in blocks of ten of which the even ones are alive; the damage; rows
 * that are still given; the kind of finding */
static const struct {
	const char *name;
	enum damage damage;
	size_t want;
	const char *finding;
} damages[] = {
	{ "no row index", NO_INDEX, 60, "tc-index: BTHHEADER" },
	{ "the row index is out of bounds", INDEX_OUT_OF_BOUNDS, 60,
	  "tc-index: HID" },
	{ "an index of other keys", INDEX_OF_OTHER_KEYS, 60,
	  "tc-index: BTHHEADER.cbKey" },
	{ "a leaf of the index is lost", INDEX_LEAF_LOST, 60,
	  "tc-index: of the row index 1 parts" },
	{ "rows that are not in the matrix", INDEX_TOO_LONG, 1,
	  "tc-index: the row index has 1 rows" },
	{ "two ids for a row", INDEX_TWICE, 1, "tc-index: the row index has" },
	{ "an index out of order", INDEX_UNSORTED, 2, NULL },
	{ "the rows are lost", ROWS_LOST, 0, "tc-rows: " },
	{ "the rows are out of bounds", ROWS_OUT_OF_BOUNDS, 0, "tc-rows: HID" },
	{ "a block of rows is lost", ROWS_BLOCK_LOST, 25, "tc-rows: " },
	{ "the last block is short", ROWS_CUT, 29, "tc-rows: row 58" },
};

/* An index of two records. */
static uint32_t
index_of(struct hf *hf, uint32_t first, uint32_t second)
{
	uint8_t leaf[16] = { 0 };

	pf_put(leaf, 4, 0x2000 + first);
	pf_put(leaf + 4, 4, first);
	pf_put(leaf + 8, 4, 0x2000 + second);
	pf_put(leaf + 12, 4, second);
	return hf_bth(hf, 4, 4, 0, hf_add(hf, leaf, 16));
}

static void
index_damage(struct setup *setup, enum damage damage)
{
	uint8_t root[16] = { 0 };

	switch (damage) {
	case NO_INDEX:
		setup->index = 0;
		break;
	case INDEX_OUT_OF_BOUNDS:
		setup->index = 0xffe0;
		break;
	case INDEX_OF_OTHER_KEYS:
		setup->index = hf_bth(&setup->hf, 2, 6, 0, 0);
		break;
	case INDEX_LEAF_LOST:
		pf_put(root + 4, 4, index_of(&setup->hf, 4, 6) - 0x20);
		pf_put(root + 12, 4, 0xffe0);
		setup->index = hf_bth(&setup->hf, 4, 4, 1,
				      hf_add(&setup->hf, root, 16));
		break;
	case INDEX_TOO_LONG:
		setup->index = index_of(&setup->hf, 4, 60);
		break;
	case INDEX_TWICE:
		setup->index = index_of(&setup->hf, 4, 4);
		break;
	case INDEX_UNSORTED:
		setup->index = index_of(&setup->hf, 40, 4);
		break;
	default:
		break;
	}
}

static void
test_damages(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(damages) / sizeof(damages[0]); i++) {
		const enum damage damage = damages[i].damage;
		struct am_error err;
		struct setup setup;
		uint64_t bids[6];
		uint64_t fields[3] = { 0x3f, 0, 0 };
		uint8_t rows[310];
		size_t k;

		print_message("%s\n", damages[i].name);
		setup_start(&setup, AM_NDB_UNICODE);
		for (k = 0; k < 60; k++) {
			row_make(&setup, k, rows + k % 10 * ROW_SIZE);
			if (k % 10 == 9)
				bids[k / 10] = pf_block(
					&setup.pf, rows,
					k == 59 && damage == ROWS_CUT ? 250
								      : 310,
					0);
		}
		if (damage == ROWS_BLOCK_LOST)
			bids[2] = 0x9998;
		fields[1] = pf_xblock(&setup.pf, 1, bids, 6, 1860);
		setup.node.bid_sub = pf_slblock(&setup.pf, 0, fields, 1);
		setup.rows = damage == ROWS_LOST	    ? 0x5f
			     : damage == ROWS_OUT_OF_BOUNDS ? 0xffe0
							    : 0x3f;
		index_make(&setup, 60, even);
		index_damage(&setup, damage);
		setup_finish(&setup);
		assert_int_equal(am_tc_open(setup.ndb, &setup.node,
					    &setup.values, &setup.tc, &err),
				 AM_OK);
		k = rows_walk(&setup, AM_END);
		assert_int_equal(k, damages[i].want);
		assert_int_equal(setup.report.count > 0,
				 damages[i].finding != NULL);
		if (damages[i].finding != NULL)
			assert_true(pf_has_finding(&setup.report,
						   damages[i].finding));
		setup_close(&setup);
	}
}

/* The first block of rows is lost: the others are given. */
static void
test_first_block_lost(void **state)
{
	uint64_t bids[3] = { 0x9998, 0, 0 };
	uint64_t fields[3] = { 0x3f, 0, 0 };
	static uint8_t rows[8176];
	const size_t each = 8176 / ROW_SIZE;
	struct setup setup;
	size_t i;
	size_t k;

	(void)state;
	setup_start(&setup, AM_NDB_UNICODE);
	for (k = 1; k < 3; k++) {
		for (i = 0; i < each; i++)
			row_make(&setup, k * each + i, rows + i * ROW_SIZE);
		bids[k] = pf_block(&setup.pf, rows, 8176, 0);
	}
	fields[1] = pf_xblock(&setup.pf, 1, bids, 3, 3 * 8176);
	setup.node.bid_sub = pf_slblock(&setup.pf, 0, fields, 1);
	setup.rows = 0x3f;
	index_make(&setup, 3 * each, all);
	setup_finish(&setup);
	setup_open(&setup);
	assert_int_equal(rows_walk(&setup, AM_END), 2 * each);
	assert_true(pf_has_finding(&setup.report, "tc-rows: "));
	setup_close(&setup);
}

/* What TCINFO says; answer; columns that stay */
static const struct {
	const char *name;
	uint8_t type;
	unsigned ceb, row_size;
	size_t cut; /* bytes missing at its end */
	enum am_status status;
	size_t columns;
} infos[] = {
	{ "good", 0x7c, CEB, ROW_SIZE, 0, AM_OK, COLUMNS },
	{ "another bType", 0x7d, CEB, ROW_SIZE, 0, AM_CORRUPT, 0 },
	{ "cut in its columns", 0x7c, CEB, ROW_SIZE, 1, AM_OK, COLUMNS - 1 },
	{ "cut in its header", 0x7c, CEB, ROW_SIZE, 8 * COLUMNS + 1, AM_CORRUPT,
	  0 },
	{ "rows of three bytes", 0x7c, 0, 3, 0, AM_CORRUPT, 0 },
	{ "rows of four bytes", 0x7c, 0, 4, 0, AM_OK, 1 },
	{ "rows too short for a column", 0x7c, 24, 26, 0, AM_OK, 6 },
	{ "existence bits behind the row", 0x7c, ROW_SIZE, ROW_SIZE, 0, AM_OK,
	  0 },
	{ "existence bits cut", 0x7c, ROW_SIZE - 1, ROW_SIZE, 0, AM_OK,
	  COLUMNS - 1 },
};

static void
test_infos(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(infos) / sizeof(infos[0]); i++) {
		struct am_error err = { 0 };
		struct setup setup;
		uint32_t hid;
		uint16_t id;
		uint16_t type;
		size_t count = 0;

		print_message("%s\n", infos[i].name);
		setup_start(&setup, AM_NDB_UNICODE);
		hid = hf_tcinfo(&setup.hf, columns, COLUMNS, infos[i].ceb,
				infos[i].row_size, 0, 0);
		hf_at(&setup.hf, hid)[0] = infos[i].type;
		setup.hf.blocks[0].len -= infos[i].cut;
		setup.node.bid_data = hf_finish(&setup.hf, hid);
		pf_finish(&setup.pf);
		assert_int_equal(pf_ndb(&setup.pf, NULL, &setup.ndb, &err),
				 AM_OK);
		am_ndb_set_report(setup.ndb, &setup.report);
		assert_int_equal(am_tc_open(setup.ndb, &setup.node,
					    &setup.values, &setup.tc, &err),
				 infos[i].status);
		if (infos[i].status != AM_OK) {
			assert_int_equal(err.nid, 0x12d);
		} else {
			while (am_tc_column(setup.tc, count, &id, &type))
				count++;
			assert_int_equal(count, infos[i].columns);
			assert_int_equal(setup.report.count,
					 COLUMNS - infos[i].columns);
		}
		setup_close(&setup);
	}
}

static void
test_no_tc(void **state)
{
	struct am_error err = { 0 };
	struct setup setup;

	(void)state;
	setup_start(&setup, AM_NDB_UNICODE);
	setup.hf.client = 0xbc;
	setup_finish(&setup);
	assert_int_equal(am_tc_open(setup.ndb, &setup.node, &setup.values,
				    &setup.tc, &err),
			 AM_CORRUPT);
	assert_int_equal(err.nid, 0x12d);
	setup.node.bid_data = 0;
	assert_int_equal(am_tc_open(setup.ndb, &setup.node, &setup.values,
				    &setup.tc, &err),
			 AM_NOT_FOUND);
	setup_close(&setup);
}

/* A matrix that says it has far more rows than the file could hold. */
static void
test_amplification(void **state)
{
	static uint64_t bids[1021];
	static const uint8_t rows[8176];
	uint64_t fields[3] = { 0x3f, 0, 0 };
	struct am_tc_row row;
	struct am_error err;
	struct setup setup;
	uint32_t position = 0;
	size_t i;

	(void)state;
	setup_start(&setup, AM_NDB_UNICODE);
	bids[0] = pf_block(&setup.pf, rows, 8176, 0);
	for (i = 1; i < 1021; i++)
		bids[i] = bids[0];
	fields[1] = pf_xblock(&setup.pf, 1, bids, 1021, UINT32_MAX);
	setup.node.bid_sub = pf_slblock(&setup.pf, 0, fields, 1);
	setup.rows = 0x3f;
	setup_finish(&setup);
	setup_open(&setup);
	assert_true(am_tc_row_count(setup.tc) <
		    5 * PF_MAX_SIZE / (size_t)ROW_SIZE);
	assert_true(pf_has_finding(&setup.report, "tc-rows: the row matrix"));
	/* without an index, rows without an id are none */
	assert_int_equal(am_tc_next(setup.tc, &position, &row, &err), AM_END);
	setup_close(&setup);
}

static void
test_no_memory(void **state)
{
	enum am_status status = AM_NOMEM;
	struct am_tc_row row;
	struct am_error err;
	struct setup setup;
	unsigned long i;

	(void)state;
	setup_start(&setup, AM_NDB_UNICODE);
	rows_make(&setup, 100, 400);
	index_make(&setup, 100, all);
	setup_finish(&setup);
	for (i = 1; i < 40 && status != AM_OK; i++) {
		uint32_t position = 0;

		am_alloc_fail_after(i);
		status = am_tc_open(setup.ndb, &setup.node, &setup.values,
				    &setup.tc, &err);
		if (status == AM_OK)
			status = am_tc_next(setup.tc, &position, &row, &err);
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
		cmocka_unit_test(test_shapes),
		cmocka_unit_test(test_columns),
		cmocka_unit_test(test_damages),
		cmocka_unit_test(test_first_block_lost),
		cmocka_unit_test(test_infos),
		cmocka_unit_test(test_no_tc),
		cmocka_unit_test(test_amplification),
		cmocka_unit_test(test_no_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
