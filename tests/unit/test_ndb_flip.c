/* pst/ndb and pst/ltp over a small file of which each byte in turn is another:
 * an answer always, and what does not depend on that byte is there. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "heap_fixture.h"
#include "pst/ltp/pc.h"
#include "pst/ltp/tc.h"

enum { MESSAGES = 24, NODES = MESSAGES + 4, NAMES = 2 * MESSAGES + 2 };

/* A store, a root folder, a contents table, an empty node; 24 messages with a
 * value in an XBLOCK and an attachment each, on two leaves of the NBT. */
struct file {
	struct pf pf;
	size_t pages; /* where the B-trees start */
	struct am_arena arena, values;
	struct am_report report;
};

static uint64_t
pc_make(struct pf *pf, uint32_t number)
{
	struct hf_prop props[3] = { { 0x0e07, 3, 0 },
				    { 0x1000, 0x1f, 0x3f },
				    { 0x3001, 0x1f, 0 } };
	struct hf hf;

	hf_open(&hf, pf, 0xbc);
	props[0].value = number;
	props[2].value = hf_add(&hf, "n\0a\0m\0e\0", 8);
	return hf_finish(&hf, hf_bth(&hf, 2, 6, 0, hf_records(&hf, props, 3)));
}

static uint64_t
subnodes_make(struct pf *pf, uint32_t number)
{
	uint64_t bids[2];
	uint64_t fields[6] = { 0x3f, 0, 0, 0x8025, 0, 0 };

	bids[0] = pf_block(pf, "a\0b\0c\0", 6, 0);
	bids[1] = pf_block(pf, "d\0e\0", 4, 0);
	fields[1] = pf_xblock(pf, 1, bids, 2, 10);
	fields[4] = pc_make(pf, number + 1000);
	return pf_slblock(pf, 0, fields, 2);
}

static uint64_t
table_make(struct pf *pf)
{
	static const struct hf_column columns[] = { { 0x67f20003, 0, 4, 0 },
						    { 0x0e070003, 4, 4, 1 } };
	uint8_t rows[9 * MESSAGES] = { 0 };
	uint8_t index[8 * MESSAGES];
	uint32_t index_hid;
	uint32_t rows_hid;
	struct hf hf;
	size_t i;

	hf_open(&hf, pf, 0x7c);
	for (i = 0; i < MESSAGES; i++) {
		pf_put(rows + 9 * i, 4, 0x200004 + 0x20 * i);
		pf_put(rows + 9 * i + 4, 4, i);
		rows[9 * i + 8] = 0xc0;
		pf_put(index + 8 * i, 4, 0x200004 + 0x20 * i);
		pf_put(index + 8 * i + 4, 4, i);
	}
	index_hid = hf_bth(&hf, 4, 4, 0, hf_add(&hf, index, sizeof(index)));
	rows_hid = hf_add(&hf, rows, sizeof(rows));
	return hf_finish(&hf,
			 hf_tcinfo(&hf, columns, 2, 8, 9, index_hid, rows_hid));
}

static void
file_make(struct file *file, enum am_ndb_variant variant)
{
	const struct file empty = { 0 };
	uint32_t i;

	*file = empty;
	file->report.arena = &file->arena;
	pf_open(&file->pf, variant, AM_NDB_CRYPT_PERMUTE);
	file->pf.page_entries = 15;
	pf_node(&file->pf, 0x21, pc_make(&file->pf, 5), 0, 0);
	pf_node(&file->pf, 0x122, pc_make(&file->pf, 6), 0, 0x122);
	pf_node(&file->pf, 0x12e, table_make(&file->pf), 0, 0);
	pf_node(&file->pf, 0x1e1, 0, 0, 0);
	for (i = 0; i < MESSAGES; i++)
		pf_node(&file->pf, 0x200004 + 0x20 * i, pc_make(&file->pf, i),
			subnodes_make(&file->pf, i), 0x122);
	file->pages = file->pf.size;
	pf_finish(&file->pf);
}

static void
file_close(struct file *file)
{
	am_arena_free(&file->arena);
	am_arena_free(&file->values);
	pf_close(&file->pf);
}

/* What could be read. */
struct sum {
	size_t nodes, numbers, names, bodies, rows;
};

static void
pc_read(struct am_ndb *ndb, const struct am_node *node, struct file *file,
	struct sum *sum)
{
	struct am_text text;
	struct am_error err;
	struct am_pc *pc;

	if (am_pc_open(ndb, node, &file->values, &pc, &err) != AM_OK)
		return;
	sum->numbers += am_pc_int(pc, 0x0e07, -1) >= 0;
	assert_int_equal(
		am_pc_text(pc, 0x3001, 1252, &file->values, &text, &err),
		AM_OK);
	sum->names += text.len == 4 && memcmp(text.data, "name", 4) == 0;
	assert_int_equal(
		am_pc_text(pc, 0x1000, 1252, &file->values, &text, &err),
		AM_OK);
	sum->bodies += text.len == 5 && memcmp(text.data, "abcde", 5) == 0;
}

static void
tc_read(struct am_ndb *ndb, const struct am_node *node, struct file *file,
	struct sum *sum)
{
	struct am_tc_row row;
	struct am_prop prop;
	struct am_error err;
	struct am_tc *tc;
	uint32_t position = 0;

	if (am_tc_open(ndb, node, &file->values, &tc, &err) != AM_OK)
		return;
	while (am_tc_next(tc, &position, &row, &err) == AM_OK)
		sum->rows += am_tc_cell(tc, &row, 0x0e07, &prop);
}

static void
node_read(struct am_ndb *ndb, const struct am_node *node, struct file *file,
	  struct sum *sum)
{
	struct am_node *subnodes;
	struct am_error err;
	size_t count;
	size_t i;

	sum->nodes++;
	if (node->nid == 0x12e)
		tc_read(ndb, node, file, sum);
	else
		pc_read(ndb, node, file, sum);
	if (am_subnode_list(ndb, node->bid_sub, &file->values, &subnodes,
			    &count, &err) != AM_OK)
		return;
	for (i = 0; i < count; i++)
		if (am_nid_type(subnodes[i].nid) == AM_NID_TYPE_ATTACHMENT)
			pc_read(ndb, &subnodes[i], file, sum);
}

/* AM_OK when the file could be opened. */
static enum am_status
file_read(struct file *file, struct sum *sum)
{
	const struct sum none = { 0 };
	struct am_node_iter iter = { 0 };
	struct am_ndb *ndb;
	struct am_node node;
	struct am_error err;
	enum am_status status;

	*sum = none;
	am_report_clear(&file->report);
	am_arena_reset(&file->arena);
	status = pf_ndb(&file->pf, &file->report, &ndb, &err);
	if (status != AM_OK) {
		assert_true(status == AM_CORRUPT || status == AM_UNSUPPORTED);
		return status;
	}
	while ((status = am_node_next(ndb, &iter, &node, &err)) == AM_OK) {
		node_read(ndb, &node, file, sum);
		am_arena_reset(&file->values);
	}
	assert_true(status == AM_END || status == AM_CORRUPT);
	am_ndb_close(ndb);
	return AM_OK;
}

static void
test_whole(void **state)
{
	int variant;

	(void)state;
	for (variant = 0; variant < AM_NDB_VARIANT_COUNT; variant++) {
		struct file file;
		struct sum sum;

		file_make(&file, (enum am_ndb_variant)variant);
		assert_int_equal(file_read(&file, &sum), AM_OK);
		assert_int_equal(sum.nodes, NODES);
		assert_int_equal(sum.numbers, 2 * MESSAGES + 2);
		assert_int_equal(sum.names, 2 * MESSAGES + 2);
		assert_int_equal(sum.bodies, MESSAGES);
		assert_int_equal(sum.rows, MESSAGES);
		/* the bodies of store, root and attachments: no subnode */
		assert_int_equal(file.report.count, 3);
		file_close(&file);
	}
}

/* Part of the file, step; how many nodes and names are there in any case, and
 * whether the file opens in any case. */
struct part {
	const char *name;
	size_t from, to; /* bytes */
	size_t step;
	size_t nodes, names;
	bool opens;
	size_t flips; /* different ones for each byte, up to three */
};

static void
part_flip(struct file *file, const struct part *part)
{
	static const uint8_t flips[] = { 0xff, 0x01, 0x80 };
	struct sum sum;
	size_t at;
	size_t i;

	for (at = part->from; at < part->to; at += part->step) {
		for (i = 0; i < part->flips; i++) {
			enum am_status status;

			file->pf.data[at] ^= flips[i];
			status = file_read(file, &sum);
			file->pf.data[at] ^= flips[i];
			if (part->opens && status != AM_OK)
				fail_msg("%s, byte %zu: it does not open",
					 part->name, at);
			if (sum.nodes < part->nodes || sum.names < part->names)
				fail_msg("%s, byte %zu: %zu nodes, %zu names",
					 part->name, at, sum.nodes, sum.names);
			/* nothing is there twice */
			assert_true(sum.nodes <= NODES);
			assert_true(sum.rows <= MESSAGES);
		}
	}
}

static uint64_t
root_child(const struct file *file, size_t i)
{
	struct am_cursor cur = am_cursor(
		am_bytes(file->pf.data + file->pf.nbt.root.ib + 24 * i, 24));

	am_skip(&cur, 16);
	return am_u64(&cur);
}

/* Bytes of the header that say nothing of where things are. */
static void
test_header(void **state)
{
	const struct part parts[] = {
		{ "magic", 0, 4, 1, NODES, NAMES, true, 3 },
		{ "checksum to dwUnique", 4, 10, 1, NODES, NAMES, true, 3 },
		{ "wVer", 10, 12, 1, NODES, NAMES, true, 3 },
		{ "up to ROOT", 12, 216, 3, NODES, NAMES, true, 3 },
		{ "BREFNBT.bid", 216, 224, 1, NODES, NAMES, true, 3 },
		{ "BREFNBT.ib", 224, 232, 1, 0, 0, true, 3 },
		{ "BREFBBT.bid", 232, 240, 1, NODES, NAMES, true, 3 },
		{ "BREFBBT.ib", 240, 248, 1, NODES, 0, true, 3 },
		{ "up to bCryptMethod", 248, 513, 3, NODES, NAMES, true, 3 },
		{ "bCryptMethod", 513, 514, 1, NODES, NAMES, true, 3 },
		{ "the rest", 514, 564, 1, NODES, NAMES, true, 3 },
	};
	struct file file;
	size_t i;

	(void)state;
	file_make(&file, AM_NDB_UNICODE);
	for (i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		print_message("%s\n", parts[i].name);
		part_flip(&file, &parts[i]);
	}
	file_close(&file);
}

/* A leaf of the NBT: fifteen nodes may be lost; its root: all. */
static void
test_pages(void **state)
{
	struct file file;
	struct part part = { .step = 1, .opens = true, .flips = 2 };
	size_t i;

	(void)state;
	file_make(&file, AM_NDB_UNICODE);
	for (i = 0; i < 2; i++) {
		part.name = "a leaf of the NBT";
		part.from = root_child(&file, i);
		part.to = part.from + 512;
		part.nodes = NODES - 15;
		part.names = 2;
		part_flip(&file, &part);
	}
	part.name = "the root of the NBT";
	part.from = file.pf.nbt.root.ib;
	part.to = part.from + 512;
	part.nodes = 0;
	part.names = 0;
	part_flip(&file, &part);
	part.name = "the root of the BBT";
	part.from = file.pf.bbt.root.ib;
	part.to = part.from + 512;
	part.nodes = NODES;
	part_flip(&file, &part);
	file_close(&file);
}

/* A block: what one message and its attachment have. */
static void
test_blocks(void **state)
{
	struct file file;
	struct part part = { .name = "a block",
			     .step = 1,
			     .nodes = NODES,
			     .names = NAMES - 2,
			     .opens = true,
			     .flips = 1 };

	(void)state;
	file_make(&file, AM_NDB_UNICODE);
	/* store, root, table, the first message and part of the next */
	part.from = PF_FIRST_IB;
	part.to = part.from + 2600;
	part_flip(&file, &part);
	file_close(&file);
}

/* Pages and blocks of the other variants, in larger steps. */
static void
test_variants(void **state)
{
	int variant;

	(void)state;
	for (variant = 0; variant < 3; variant += 2) {
		struct part part = { .name = "anywhere", .flips = 1 };
		struct file file;

		file_make(&file, (enum am_ndb_variant)variant);
		part.from = 4;
		part.to = 564;
		part.step = 7;
		part_flip(&file, &part);
		part.from = PF_FIRST_IB;
		part.to = file.pf.size;
		part.step = (part.to - part.from) / 700;
		part_flip(&file, &part);
		file_close(&file);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_whole),	 cmocka_unit_test(test_header),
		cmocka_unit_test(test_pages),	 cmocka_unit_test(test_blocks),
		cmocka_unit_test(test_variants),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
