/* pst/ndb/data: single blocks, XBLOCKs, XXBLOCKs; whole and damaged. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/alloc.h"
#include "pst/ndb/data.h"
#include "pst_fixture.h"

struct setup {
	struct pf pf;
	struct am_arena arena, values;
	struct am_report report;
	struct am_ndb *ndb;
	uint64_t bid;
};

static void
setup_start(struct setup *setup, enum am_ndb_variant variant)
{
	const struct setup empty = { 0 };

	*setup = empty;
	setup->report.arena = &setup->arena;
	setup->values.limit = 64 << 20;
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
	am_arena_free(&setup->values);
	pf_close(&setup->pf);
}

static uint8_t
byte_at(uint64_t i)
{
	return (uint8_t)(i * 2654435761u >> 13);
}

/* Data of size bytes in blocks of "block" bytes; with more than "list" of
 * them, XBLOCKs of that many below an XXBLOCK. */
static void
data_make(struct setup *setup, size_t size, size_t block, size_t list,
	  unsigned flags)
{
	static uint64_t bids[9000];
	static uint64_t lists[1100];
	uint8_t data[65536];
	size_t list_count = 0;
	size_t count = 0;
	size_t at;
	size_t i;

	for (at = 0; at < size; at += block) {
		const size_t len = size - at < block ? size - at : block;

		for (i = 0; i < len; i++)
			data[i] = byte_at(at + i);
		/* every other block compressed: the chains are mixed (A6) */
		bids[count] =
			pf_block(&setup->pf, data, len, count % 2 ? 0 : flags);
		count++;
	}
	setup->bid = bids[0];
	if (count == 1)
		return;
	for (i = 0; i < count; i += list) {
		const size_t left = count - i;
		const size_t len = left < list ? left : list;

		lists[list_count++] =
			pf_xblock(&setup->pf, 1, bids + i, len, len * block);
	}
	setup->bid = lists[0];
	if (list_count > 1)
		setup->bid = pf_xblock(&setup->pf, 2, lists, list_count, size);
	else /* lcbTotal, as it is */
		setup->bid = pf_xblock(&setup->pf, 1, bids, count, size);
}

/* name, variant, flags, bytes, of a block, blocks of an XBLOCK */
static const struct {
	const char *name;
	enum am_ndb_variant variant;
	unsigned flags;
	size_t size, block, list;
} shapes[] = {
	{ "one byte", AM_NDB_UNICODE, 0, 1, 8176, 1021 },
	{ "a full block", AM_NDB_UNICODE, 0, 8176, 8176, 1021 },
	{ "two blocks", AM_NDB_UNICODE, 0, 8177, 8176, 1021 },
	{ "an XBLOCK", AM_NDB_UNICODE, 0, 300000, 8176, 1021 },
	{ "an XXBLOCK", AM_NDB_UNICODE, 0, 300000, 8176, 10 },
	{ "an XXBLOCK, its last list full", AM_NDB_UNICODE, 0, 8176 * 30, 8176,
	  10 },
	{ "short blocks", AM_NDB_UNICODE, 0, 5000, 7, 100 },
	{ "ANSI", AM_NDB_ANSI, 0, 100000, 8180, 2043 },
	{ "ANSI XXBLOCK", AM_NDB_ANSI, 0, 100000, 8180, 3 },
	{ "4K", AM_NDB_4K, 0, 400000, 65512, 8188 },
	{ "4K, compressed", AM_NDB_4K, PF_ZLIB, 60000, 65512, 8188 },
	{ "4K, compressed, an XXBLOCK", AM_NDB_4K, PF_ZLIB, 30000, 1000, 4 },
};

static void
check_random_access(struct setup *setup, size_t shape)
{
	const size_t block = shapes[shape].block;
	const size_t size = shapes[shape].size;
	const size_t count = (size + block - 1) / block;
	struct am_data *data;
	struct am_bytes bytes;
	struct am_error err;
	size_t i;
	size_t k;

	assert_int_equal(am_data_open(setup->ndb, setup->bid, &setup->values,
				      &data, &err),
			 AM_OK);
	assert_int_equal(am_data_block_count(data), count);
	assert_int_equal(am_data_size(data), size);
	for (i = 0; i < 3 * count && i < 500; i++) {
		const size_t index = i * 37 % count;

		assert_int_equal(am_data_block(data, index, &bytes, &err),
				 AM_OK);
		assert_int_equal(bytes.len, size - index * block < block
						    ? size - index * block
						    : block);
		for (k = 0; k < bytes.len; k += 101)
			assert_int_equal(bytes.data[k],
					 byte_at(index * block + k));
	}
	assert_int_equal(am_data_block(data, count, &bytes, &err),
			 AM_NOT_FOUND);
	assert_int_equal(am_data_block(data, SIZE_MAX, &bytes, &err),
			 AM_NOT_FOUND);
}

static void
check_stream(struct setup *setup, size_t size)
{
	struct am_stream *stream;
	struct am_data *data;
	struct am_bytes bytes;
	struct am_error err;
	enum am_status status;
	size_t at = 0;
	size_t k;

	assert_int_equal(am_data_open(setup->ndb, setup->bid, &setup->values,
				      &data, &err),
			 AM_OK);
	assert_int_equal(am_data_stream(data, &setup->values, &stream, &err),
			 AM_OK);
	while ((status = am_stream_next(stream, &bytes, &err)) == AM_OK) {
		assert_true(bytes.len > 0);
		for (k = 0; k < bytes.len; k++)
			assert_int_equal(bytes.data[k], byte_at(at + k));
		at += bytes.len;
	}
	assert_int_equal(status, AM_END);
	assert_int_equal(at, size);
	assert_int_equal(am_stream_next(stream, &bytes, &err), AM_END);
	am_stream_close(stream);
}

static void
check_read(struct setup *setup, size_t size)
{
	struct am_arena other = { .limit = 64 << 20 };
	struct am_data *data;
	struct am_bytes bytes;
	struct am_error err;
	uint64_t found;
	size_t k;

	assert_int_equal(
		am_data_find_size(setup->ndb, setup->bid, &found, &err), AM_OK);
	assert_int_equal(found, size);
	assert_int_equal(am_data_open(setup->ndb, setup->bid, &setup->values,
				      &data, &err),
			 AM_OK);
	assert_int_equal(am_data_read(data, size, &other, &bytes, &err), AM_OK);
	assert_int_equal(bytes.len, size);
	for (k = 0; k < size; k++)
		assert_int_equal(bytes.data[k], byte_at(k));
	assert_int_equal(am_data_read(data, size - 1, &other, &bytes, &err),
			 AM_LIMIT);
	am_arena_free(&other);
}

static void
test_shapes(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(shapes) / sizeof(shapes[0]); i++) {
		struct setup setup;

		print_message("%s\n", shapes[i].name);
		setup_start(&setup, shapes[i].variant);
		data_make(&setup, shapes[i].size, shapes[i].block,
			  shapes[i].list, shapes[i].flags);
		setup_finish(&setup);
		check_random_access(&setup, i);
		check_stream(&setup, shapes[i].size);
		check_read(&setup, shapes[i].size);
		assert_int_equal(setup.report.count, 0);
		setup_close(&setup);
	}
}

/* BID 0: no data (tricky A13). */
static void
test_none(void **state)
{
	struct am_stream *stream;
	struct am_data *data;
	struct am_bytes bytes;
	struct am_error err;
	struct setup setup;
	uint64_t size;
	uint64_t bid;

	(void)state;
	setup_start(&setup, AM_NDB_UNICODE);
	setup_finish(&setup);
	for (bid = 0; bid < 2; bid++) {
		assert_int_equal(am_data_open(setup.ndb, bid, &setup.values,
					      &data, &err),
				 AM_OK);
		assert_int_equal(am_data_block_count(data), 0);
		assert_int_equal(am_data_block(data, 0, &bytes, &err),
				 AM_NOT_FOUND);
		assert_int_equal(
			am_data_stream(data, &setup.values, &stream, &err),
			AM_OK);
		assert_int_equal(am_stream_next(stream, &bytes, &err), AM_END);
		assert_int_equal(
			am_data_read(data, 10, &setup.values, &bytes, &err),
			AM_OK);
		assert_int_equal(bytes.len, 0);
		assert_int_equal(am_data_find_size(setup.ndb, bid, &size, &err),
				 AM_OK);
		assert_int_equal(size, 0);
	}
	assert_int_equal(
		am_data_open(setup.ndb, 0x44, &setup.values, &data, &err),
		AM_NOT_FOUND);
	assert_int_equal(
		am_data_open(setup.ndb, 0x46, &setup.values, &data, &err),
		AM_NOT_FOUND);
	assert_int_equal(am_data_find_size(setup.ndb, 0x44, &size, &err),
			 AM_NOT_FOUND);
	assert_int_equal(am_data_find_size(setup.ndb, 0x46, &size, &err),
			 AM_NOT_FOUND);
	setup_close(&setup);
}

/* The first blocks stay readable until enough others were asked for. */
static void
test_borrowed(void **state)
{
	struct am_bytes first;
	struct am_bytes other;
	struct am_data *data;
	struct am_error err;
	struct setup setup;
	size_t i;

	(void)state;
	setup_start(&setup, AM_NDB_UNICODE);
	data_make(&setup, 1000, 100, 1021, 0);
	setup_finish(&setup);
	assert_int_equal(
		am_data_open(setup.ndb, setup.bid, &setup.values, &data, &err),
		AM_OK);
	assert_int_equal(am_data_block(data, 0, &first, &err), AM_OK);
	for (i = 1; i < AM_DATA_KEPT_BLOCKS; i++)
		assert_int_equal(am_data_block(data, i, &other, &err), AM_OK);
	for (i = 0; i < 100; i++)
		assert_int_equal(first.data[i], byte_at(i));
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
} lists[] = {
	{ "an XBLOCK", "\1\1\2\0\5\0\0\0aaaaaaaabbbbbbbb", 24, AM_NDB_UNICODE,
	  AM_OK, 2, false },
	{ "ANSI", "\1\1\2\0\5\0\0\0aaaabbbb", 16, AM_NDB_ANSI, AM_OK, 2,
	  false },
	{ "an XXBLOCK", "\1\2\1\0\5\0\0\0aaaaaaaa", 16, AM_NDB_UNICODE, AM_OK,
	  1, false },
	{ "empty", "\1\1\0\0\0\0\0\0", 8, AM_NDB_UNICODE, AM_OK, 0, false },
	{ "more than fit", "\1\1\2\0\5\0\0\0aaaaaaaabbbbbbb", 23,
	  AM_NDB_UNICODE, AM_OK, 1, true },
	{ "level 0", "\1\0\1\0\5\0\0\0aaaaaaaa", 16, AM_NDB_UNICODE, AM_CORRUPT,
	  0, false },
	{ "level 3", "\1\3\1\0\5\0\0\0aaaaaaaa", 16, AM_NDB_UNICODE, AM_CORRUPT,
	  0, false },
	{ "an SLBLOCK", "\2\1\1\0\5\0\0\0aaaaaaaa", 16, AM_NDB_UNICODE,
	  AM_CORRUPT, 0, false },
	{ "cut in its header", "\1\1\0\0\0\0\0", 7, AM_NDB_UNICODE, AM_CORRUPT,
	  0, false },
};

static void
test_lists(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
		struct am_data_tree_block out;
		struct am_error err;

		print_message("%s\n", lists[i].name);
		assert_int_equal(am_data_tree_block_decode(
					 am_ndb_format(lists[i].variant),
					 am_bytes(lists[i].bytes, lists[i].len),
					 &out, &err),
				 lists[i].status);
		if (lists[i].status != AM_OK)
			continue;
		assert_int_equal(out.count, lists[i].count);
		assert_int_equal(out.cut, lists[i].cut);
	}
}

enum child { GOOD, MISSING, LOOP, INTERNAL, NOTHING, XXBLOCK, PLAIN };

/* A tree of three children of which the second is special. Level; answers:
 * of opening, of the second block, of the stream; bytes before it ends. */
static const struct {
	const char *name;
	unsigned level;
	enum child child;
	enum am_status block, stream;
	size_t before;
} children[] = {
	{ "good", 1, GOOD, AM_OK, AM_END, 300 },
	{ "not in the BBT", 1, MISSING, AM_NOT_FOUND, AM_NOT_FOUND, 100 },
	{ "an internal block", 1, INTERNAL, AM_CORRUPT, AM_CORRUPT, 100 },
	{ "no block", 1, NOTHING, AM_CORRUPT, AM_CORRUPT, 100 },
	{ "good", 2, GOOD, AM_OK, AM_END, 300 },
	{ "not in the BBT", 2, MISSING, AM_NOT_FOUND, AM_NOT_FOUND, 100 },
	{ "a level too high", 2, XXBLOCK, AM_CORRUPT, AM_CORRUPT, 100 },
	{ "no XBLOCK", 2, INTERNAL, AM_CORRUPT, AM_CORRUPT, 100 },
	{ "a data block", 2, PLAIN, AM_CORRUPT, AM_CORRUPT, 100 },
	{ "no block", 2, NOTHING, AM_CORRUPT, AM_CORRUPT, 100 },
};

static uint64_t
child_make(struct pf *pf, enum child child, uint64_t good)
{
	uint64_t fields[3] = { 0x671, good, 0 };

	switch (child) {
	case MISSING:
		return 0x9998 | (good & 2);
	case INTERNAL:
		return pf_slblock(pf, 0, fields, 1);
	case NOTHING:
		return 0;
	case XXBLOCK:
		return pf_xblock(pf, 2, fields, 1, 100);
	case PLAIN:
		return pf_block(pf, "plain", 5, 0);
	default:
		return good;
	}
}

static void
children_make(struct setup *setup, size_t i)
{
	uint64_t bids[3];
	uint8_t data[100];
	size_t k;

	memset(data, 'x', sizeof(data));
	for (k = 0; k < 3; k++) {
		bids[k] = pf_block(&setup->pf, data, 100, 0);
		if (children[i].level == 2)
			bids[k] = pf_xblock(&setup->pf, 1, &bids[k], 1, 100);
	}
	bids[1] = child_make(&setup->pf, children[i].child, bids[1]);
	setup->bid = pf_xblock(&setup->pf, children[i].level, bids, 3, 300);
}

static void
test_children(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(children) / sizeof(children[0]); i++) {
		struct am_stream *stream;
		struct am_data *data;
		struct am_bytes bytes;
		struct am_error err;
		struct setup setup;
		enum am_status status;
		size_t before = 0;

		print_message("level %u: %s\n", children[i].level,
			      children[i].name);
		setup_start(&setup, AM_NDB_UNICODE);
		children_make(&setup, i);
		setup_finish(&setup);
		assert_int_equal(am_data_open(setup.ndb, setup.bid,
					      &setup.values, &data, &err),
				 AM_OK);
		assert_int_equal(am_data_block_count(data), 3);
		assert_int_equal(am_data_block(data, 1, &bytes, &err),
				 children[i].block);
		assert_int_equal(am_data_block(data, 2, &bytes, &err), AM_OK);
		assert_int_equal(
			am_data_stream(data, &setup.values, &stream, &err),
			AM_OK);
		while ((status = am_stream_next(stream, &bytes, &err)) == AM_OK)
			before += bytes.len;
		assert_int_equal(status, children[i].stream);
		assert_int_equal(am_stream_next(stream, &bytes, &err),
				 children[i].stream);
		assert_int_equal(before, children[i].before);
		am_stream_close(stream);
		/* all at once: what is before it */
		status = am_data_read(data, 1000, &setup.values, &bytes, &err);
		assert_int_equal(status, children[i].child == GOOD
						 ? AM_OK
						 : children[i].block);
		assert_int_equal(bytes.len, before);
		setup_close(&setup);
	}
}

/* lcbTotal is a hint (tricky A20). */
static void
test_total(void **state)
{
	static const uint64_t totals[] = { 0, 299, 300, 301, UINT32_MAX };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(totals) / sizeof(totals[0]); i++) {
		struct am_stream *stream;
		struct am_data *data;
		struct am_bytes bytes;
		struct am_error err;
		struct setup setup;
		uint8_t block[150] = { 1 };
		uint64_t bids[2];
		size_t made = 0;

		setup_start(&setup, AM_NDB_UNICODE);
		bids[0] = pf_block(&setup.pf, block, 150, 0);
		bids[1] = pf_block(&setup.pf, block, 150, 0);
		setup.bid = pf_xblock(&setup.pf, 1, bids, 2, totals[i]);
		setup_finish(&setup);
		assert_int_equal(am_data_open(setup.ndb, setup.bid,
					      &setup.values, &data, &err),
				 AM_OK);
		assert_int_equal(am_data_size(data), totals[i]);
		assert_int_equal(
			am_data_stream(data, &setup.values, &stream, &err),
			AM_OK);
		while (am_stream_next(stream, &bytes, &err) == AM_OK)
			made += bytes.len;
		assert_int_equal(made, 300);
		assert_int_equal(setup.report.count, totals[i] != 300);
		assert_int_equal(
			am_data_read(data, 300, &setup.values, &bytes, &err),
			AM_OK);
		assert_int_equal(bytes.len, 300);
		setup_close(&setup);
	}
}

/* A small file whose trees refer to the same blocks again and again. */
static void
test_amplification(void **state)
{
	static uint64_t bids[1021];
	static const uint8_t block[8176];
	struct am_stream *stream;
	struct am_data *data;
	struct am_bytes bytes;
	struct am_error err;
	struct setup setup;
	enum am_status status;
	uint64_t made = 0;
	size_t i;

	(void)state;
	setup_start(&setup, AM_NDB_UNICODE);
	bids[0] = pf_block(&setup.pf, block, 8176, 0);
	for (i = 1; i < 1021; i++)
		bids[i] = bids[0];
	bids[0] = pf_xblock(&setup.pf, 1, bids, 1021, 1021 * 8176);
	for (i = 1; i < 1021; i++)
		bids[i] = bids[0];
	setup.bid = pf_xblock(&setup.pf, 2, bids, 1021, UINT32_MAX);
	setup_finish(&setup);
	assert_int_equal(
		am_data_open(setup.ndb, setup.bid, &setup.values, &data, &err),
		AM_OK);
	/* the lists that are more than the file holds count as one block */
	assert_true(am_data_block_count(data) < 10 * 1021);
	assert_int_equal(am_data_stream(data, &setup.values, &stream, &err),
			 AM_OK);
	while ((status = am_stream_next(stream, &bytes, &err)) == AM_OK)
		made += bytes.len;
	assert_int_equal(status, AM_CORRUPT);
	assert_true(made <= setup.pf.size);
	assert_int_equal(
		am_data_read(data, SIZE_MAX / 2, &setup.values, &bytes, &err),
		AM_CORRUPT);
	assert_int_equal(bytes.len, made);
	setup_close(&setup);
}

/* More streams at once than the ndb has buffers; one given back is used
 * again. */
static void
test_many_streams(void **state)
{
	struct am_stream *streams[2 * AM_NDB_STREAM_BUFFERS];
	struct am_bytes bytes[2 * AM_NDB_STREAM_BUFFERS];
	struct am_data *data;
	struct am_error err;
	struct setup setup;
	size_t i;

	(void)state;
	setup_start(&setup, AM_NDB_UNICODE);
	data_make(&setup, 500, 100, 1021, 0);
	setup_finish(&setup);
	assert_int_equal(
		am_data_open(setup.ndb, setup.bid, &setup.values, &data, &err),
		AM_OK);
	for (i = 0; i < 2 * AM_NDB_STREAM_BUFFERS; i++) {
		assert_int_equal(
			am_data_stream(data, &setup.values, &streams[i], &err),
			AM_OK);
		assert_int_equal(am_stream_next(streams[i], &bytes[i], &err),
				 AM_OK);
	}
	for (i = 0; i < 2 * AM_NDB_STREAM_BUFFERS; i++) {
		assert_int_equal(bytes[i].data[0], byte_at(0));
		assert_int_equal(am_stream_next(streams[i], &bytes[i], &err),
				 AM_OK);
		assert_int_equal(bytes[i].data[0], byte_at(100));
	}
	for (i = 0; i < 2 * AM_NDB_STREAM_BUFFERS; i++)
		am_stream_close(streams[i]);
	for (i = 0; i < AM_NDB_STREAM_BUFFERS; i++)
		assert_false(setup.ndb->stream_buffer_taken[i]);
	setup_close(&setup);
}

static void
test_no_memory(void **state)
{
	enum am_status status = AM_NOMEM;
	struct am_arena small = { .limit = 14000 };
	struct am_stream *stream;
	struct am_data *data;
	struct am_bytes bytes;
	struct am_error err;
	struct setup setup;
	unsigned long i;

	(void)state;
	setup_start(&setup, AM_NDB_UNICODE);
	data_make(&setup, 40000, 8176, 3, 0);
	setup_finish(&setup);
	for (i = 1; i < 30 && status != AM_OK; i++) {
		am_alloc_fail_after(i);
		status = am_data_open(setup.ndb, setup.bid, &setup.values,
				      &data, &err);
		if (status == AM_OK)
			status = am_data_stream(data, &setup.values, &stream,
						&err);
		if (status == AM_OK)
			status = am_stream_next(stream, &bytes, &err);
		if (status == AM_OK)
			status = am_data_block(data, 1, &bytes, &err);
		am_alloc_fail_after(0);
		assert_true(status == AM_OK || status == AM_NOMEM);
	}
	assert_int_equal(status, AM_OK);
	assert_true(i > 1);
	/* the limit of the arena is one of its own */
	assert_int_equal(
		am_data_open(setup.ndb, setup.bid, &small, &data, &err), AM_OK);
	assert_int_equal(am_data_block(data, 0, &bytes, &err), AM_LIMIT);
	am_arena_free(&small);
	setup_close(&setup);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_shapes),
		cmocka_unit_test(test_none),
		cmocka_unit_test(test_borrowed),
		cmocka_unit_test(test_lists),
		cmocka_unit_test(test_children),
		cmocka_unit_test(test_total),
		cmocka_unit_test(test_amplification),
		cmocka_unit_test(test_many_streams),
		cmocka_unit_test(test_no_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
