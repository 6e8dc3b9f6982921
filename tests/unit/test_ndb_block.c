/* pst/ndb/block: from the BID to the payload, in all variants and encodings;
 * each way a block may be wrong. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/alloc.h"
#include "pst/ndb/block.h"
#include "pst_fixture.h"

struct setup {
	struct pf pf;
	struct am_arena arena;
	struct am_report report;
	struct am_ndb *ndb;
	uint64_t bid, ib;
};

static void
setup_start(struct setup *setup, enum am_ndb_variant variant,
	    enum am_ndb_crypt crypt)
{
	const struct setup empty = { 0 };

	*setup = empty;
	setup->report.arena = &setup->arena;
	pf_open(&setup->pf, variant, crypt);
}

static void
setup_finish(struct setup *setup)
{
	struct am_error err;

	pf_finish(&setup->pf);
	assert_int_equal(pf_ndb(&setup->pf, NULL, &setup->ndb, &err), AM_OK);
	/* nothing shows how the blocks are encoded, so the header counts */
	assert_int_equal(am_ndb_info(setup->ndb)->crypt, setup->pf.crypt);
	am_ndb_set_report(setup->ndb, &setup->report);
}

static void
setup_close(struct setup *setup)
{
	am_ndb_close(setup->ndb);
	am_arena_free(&setup->arena);
	pf_close(&setup->pf);
}

/* Into a buffer of just the size that is asked for. */
static enum am_status
read_block(struct setup *setup, uint64_t bid, uint8_t **buffer,
	   struct am_bytes *payload, struct am_error *err)
{
	struct am_block block;

	*buffer = NULL;
	AM_TRY(am_block_find(setup->ndb, bid, &block, err));
	*buffer = malloc(am_block_room(setup->ndb, &block));
	assert_non_null(*buffer);
	assert_true(am_block_room(setup->ndb, &block) <=
		    am_block_room_max(setup->ndb));
	return am_block_read(setup->ndb, &block, *buffer, payload, err);
}

static void
fill(uint8_t *data, size_t len, unsigned seed)
{
	size_t i;

	for (i = 0; i < len; i++)
		data[i] = (uint8_t)(i * 5 >> 3 ^ seed);
}

static void
check_size(enum am_ndb_variant variant, enum am_ndb_crypt crypt, unsigned flags,
	   size_t len)
{
	uint8_t data[65512];
	struct am_bytes payload;
	struct am_error err;
	struct setup setup;
	struct am_block block;
	uint8_t *buffer;

	fill(data, len, 3);
	setup_start(&setup, variant, crypt);
	setup.bid = pf_block(&setup.pf, data, len, flags);
	setup_finish(&setup);
	assert_int_equal(read_block(&setup, setup.bid, &buffer, &payload, &err),
			 AM_OK);
	assert_int_equal(payload.len, len);
	if (len > 0)
		assert_memory_equal(payload.data, data, len);
	free(buffer);
	/* bit 0 means nothing */
	assert_int_equal(
		read_block(&setup, setup.bid | 1, &buffer, &payload, &err),
		AM_OK);
	free(buffer);
	assert_int_equal(am_block_find(setup.ndb, setup.bid, &block, &err),
			 AM_OK);
	assert_int_equal(am_block_size(&block), len);
	assert_int_equal(setup.report.count, 0);
	setup_close(&setup);
}

static void
test_all_kinds(void **state)
{
	static const size_t sizes[] = { 0, 1, 48, 49, 62, 4000, 8176 };
	int variant;
	int crypt;
	size_t i;

	(void)state;
	for (variant = 0; variant < 3; variant++)
		for (crypt = 0; crypt < 3; crypt++)
			for (i = 0; i < 7; i++) {
				check_size((enum am_ndb_variant)variant,
					   (enum am_ndb_crypt)crypt, 0,
					   sizes[i]);
				check_size((enum am_ndb_variant)variant,
					   (enum am_ndb_crypt)crypt,
					   PF_INTERNAL, sizes[i]);
			}
	check_size(AM_NDB_ANSI, AM_NDB_CRYPT_PERMUTE, 0, 8180);
	check_size(AM_NDB_4K, AM_NDB_CRYPT_NONE, 0, 65512);
}

static void
test_compressed(void **state)
{
	static const size_t sizes[] = { 100, 4000, 30000, 65512 };
	size_t i;

	(void)state;
	for (i = 0; i < 4; i++) {
		check_size(AM_NDB_4K, AM_NDB_CRYPT_NONE, PF_ZLIB, sizes[i]);
		check_size(AM_NDB_4K, AM_NDB_CRYPT_NONE, PF_ZLIB | PF_INTERNAL,
			   sizes[i]);
		/* deflated, then encoded: as a writer would do it */
		check_size(AM_NDB_4K, AM_NDB_CRYPT_PERMUTE, PF_ZLIB, sizes[i]);
		check_size(AM_NDB_4K, AM_NDB_CRYPT_CYCLIC, PF_ZLIB, sizes[i]);
	}
}

/* What begins like a zlib stream and is none: the sizes decide (tricky A5). */
static void
test_not_compressed(void **state)
{
	const char data[] = "\x78\x9c is how an attachment may begin";
	struct am_bytes payload;
	struct am_error err;
	struct setup setup;
	uint8_t *buffer;

	(void)state;
	setup_start(&setup, AM_NDB_4K, AM_NDB_CRYPT_NONE);
	setup.bid = pf_block(&setup.pf, data, sizeof(data), 0);
	setup_finish(&setup);
	assert_int_equal(read_block(&setup, setup.bid, &buffer, &payload, &err),
			 AM_OK);
	assert_memory_equal(payload.data, data, sizeof(data));
	free(buffer);
	setup_close(&setup);
}

/* A block of 100 bytes at ib in a Unicode file: its trailer is at 112. */
static const struct {
	const char *name;
	size_t offset;
	uint8_t flip;
	const char *finding; /* NULL: none */
} flips[] = {
	{ "none", 0, 0, NULL },
	{ "a byte of the payload", 50, 1, "block-crc" },
	{ "padding", 105, 0xff, NULL },
	{ "dwCRC", 116, 1, "block-crc" },
	{ "wSig", 114, 1, "block-sig" },
	{ "bit 0 of the BID", 120, 1, "block-sig" },
	{ "the BID", 121, 1, "block-bid" },
	{ "the BID, above 32 bits", 124, 1, "block-bid" },
	{ "cb, larger", 112, 0x80, "block-size" },
	{ "cb, smaller", 112, 0x40, "block-size" },
};

static void
test_flips(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(flips) / sizeof(flips[0]); i++) {
		uint8_t data[100];
		struct am_bytes payload;
		struct am_error err;
		struct setup setup;
		uint8_t *buffer;

		print_message("%s\n", flips[i].name);
		fill(data, 100, 9);
		setup_start(&setup, AM_NDB_UNICODE, AM_NDB_CRYPT_NONE);
		setup.bid = pf_block_at(&setup.pf, data, 100, 0, &setup.ib);
		setup_finish(&setup);
		setup.pf.data[setup.ib + flips[i].offset] ^= flips[i].flip;
		assert_int_equal(
			read_block(&setup, setup.bid, &buffer, &payload, &err),
			AM_OK);
		assert_int_equal(payload.len, 100);
		assert_int_equal(setup.report.count > 0,
				 flips[i].finding != NULL);
		if (flips[i].finding != NULL)
			assert_true(pf_has_finding(&setup.report,
						   flips[i].finding));
		free(buffer);
		setup_close(&setup);
	}
}

/* BBTENTRY.cb and BLOCKTRAILER.cb of one block; bytes the checksum is of;
 * bytes of payload */
static const struct {
	const char *name;
	size_t bbt, trailer, crc, want;
	bool crc_finding;
} sizes[] = {
	{ "they agree", 100, 100, 100, 100, false },
	{ "the BBT is right", 100, 90, 100, 100, false },
	{ "the trailer is right", 100, 90, 90, 90, false },
	{ "neither", 100, 90, 80, 90, true },
	{ "the trailer is larger", 90, 100, 90, 90, false },
	{ "the trailer is larger, and right", 90, 100, 100, 90, true },
};

static void
test_sizes(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		uint8_t data[100];
		struct am_bytes payload;
		struct am_error err;
		struct setup setup;
		uint8_t *buffer;
		uint8_t *trailer;

		print_message("%s\n", sizes[i].name);
		fill(data, 100, 9);
		setup_start(&setup, AM_NDB_UNICODE, AM_NDB_CRYPT_NONE);
		setup.bid = pf_block_at(&setup.pf, data, 100, 0, &setup.ib);
		pf_put(setup.pf.bbt.entries[0].bytes + 16, 2, sizes[i].bbt);
		setup_finish(&setup);
		trailer = setup.pf.data + setup.ib + 112;
		pf_put(trailer, 2, sizes[i].trailer);
		pf_put(trailer + 4, 4, am_crc(am_bytes(data, sizes[i].crc)));
		assert_int_equal(
			read_block(&setup, setup.bid, &buffer, &payload, &err),
			AM_OK);
		assert_int_equal(payload.len, sizes[i].want);
		assert_memory_equal(payload.data, data, payload.len);
		assert_int_equal(pf_has_finding(&setup.report, "block-size"),
				 sizes[i].bbt != sizes[i].trailer);
		assert_int_equal(pf_has_finding(&setup.report, "block-crc"),
				 sizes[i].crc_finding);
		free(buffer);
		setup_close(&setup);
	}
}

/* A checksum of zero: "not computed" in 4K files, damage in the others. */
static void
test_crc_zero(void **state)
{
	int variant;

	(void)state;
	for (variant = 0; variant < 3; variant++) {
		struct am_bytes payload;
		struct am_error err;
		struct setup setup;
		uint8_t *buffer;
		size_t at;

		setup_start(&setup, (enum am_ndb_variant)variant,
			    AM_NDB_CRYPT_NONE);
		setup.bid = pf_block_at(&setup.pf, "hello", 5, 0, &setup.ib);
		setup_finish(&setup);
		at = am_format_block_total(setup.pf.format, 5) -
		     setup.pf.format->block_trailer_size;
		pf_put(setup.pf.data + setup.ib + at +
			       (variant == AM_NDB_ANSI ? 8 : 4),
		       4, 0);
		assert_int_equal(
			read_block(&setup, setup.bid, &buffer, &payload, &err),
			AM_OK);
		assert_int_equal(setup.report.count, variant != AM_NDB_4K);
		free(buffer);
		setup_close(&setup);
	}
}

/* The last block of a file that is cut off: bytes cut, payload that stays */
static const struct {
	size_t cut;
	size_t len;
	enum am_status status;
} cuts[] = {
	{ 0, 100, AM_OK },	{ 1, 100, AM_OK }, { 28, 100, AM_OK },
	{ 29, 99, AM_OK },	{ 127, 1, AM_OK }, { 128, 0, AM_CORRUPT },
	{ 129, 0, AM_CORRUPT },
};

static void
test_cuts(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cuts) / sizeof(cuts[0]); i++) {
		uint8_t data[100];
		struct am_bytes payload = { NULL, 0 };
		struct am_error err;
		struct setup setup;
		uint8_t *buffer;

		print_message("cut %zu\n", cuts[i].cut);
		fill(data, 100, 9);
		setup_start(&setup, AM_NDB_UNICODE, AM_NDB_CRYPT_PERMUTE);
		/* pages first: the block is the last thing in the file */
		pf_bbt_add(&setup.pf, 0x100, 0x100000, 100, 100);
		pf_finish(&setup.pf);
		setup.pf.size = 0x100000;
		setup.bid = pf_block_at(&setup.pf, data, 100, 0, &setup.ib);
		setup.pf.size -= cuts[i].cut;
		assert_int_equal(pf_ndb(&setup.pf, NULL, &setup.ndb, &err),
				 AM_OK);
		am_ndb_set_report(setup.ndb, &setup.report);
		assert_int_equal(
			read_block(&setup, setup.bid, &buffer, &payload, &err),
			cuts[i].status);
		assert_int_equal(payload.len, cuts[i].len);
		if (payload.len > 0)
			assert_memory_equal(payload.data, data, payload.len);
		assert_int_equal(pf_has_finding(&setup.report, "block-cut"),
				 cuts[i].cut > 0 && cuts[i].cut < 128);
		free(buffer);
		setup_close(&setup);
	}
}

/* variant, ib, cb, cbInflated of an entry without a block */
static const struct {
	const char *name;
	enum am_ndb_variant variant;
	uint64_t ib;
	size_t cb, inflated;
	enum am_status status;
} bounds[] = {
	{ "in the header", AM_NDB_UNICODE, 563, 10, 10, AM_CORRUPT },
	{ "behind the header", AM_NDB_UNICODE, 564, 10, 10, AM_OK },
	{ "at zero", AM_NDB_UNICODE, 0, 10, 10, AM_CORRUPT },
	{ "at the end", AM_NDB_UNICODE, UINT64_MAX, 10, 10, AM_CORRUPT },
	{ "near the end of 64 bits", AM_NDB_UNICODE, UINT64_MAX - 64, 65, 65,
	  AM_CORRUPT },
	{ "the largest", AM_NDB_UNICODE, 0x4800, 8176, 8176, AM_OK },
	{ "too large", AM_NDB_UNICODE, 0x4800, 8177, 8177, AM_CORRUPT },
	{ "far too large", AM_NDB_UNICODE, 0x4800, 65535, 65535, AM_CORRUPT },
	{ "the largest of ANSI", AM_NDB_ANSI, 0x4800, 8180, 8180, AM_OK },
	{ "too large for ANSI", AM_NDB_ANSI, 0x4800, 8181, 8181, AM_CORRUPT },
	{ "the largest of 4K", AM_NDB_4K, 0x4800, 65512, 65512, AM_OK },
	{ "too large for 4K", AM_NDB_4K, 0x4800, 65513, 65513, AM_CORRUPT },
	{ "inflates to too much", AM_NDB_4K, 0x4800, 10, 65513, AM_CORRUPT },
	{ "zeros do not inflate", AM_NDB_4K, 0x4800, 10, 65512, AM_CORRUPT },
	{ "inflates to an unknown size", AM_NDB_4K, 0x4800, 10, 0, AM_OK },
	{ "nothing", AM_NDB_4K, 0x4800, 0, 0, AM_OK },
};

static void
test_bounds(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bounds) / sizeof(bounds[0]); i++) {
		struct am_bytes payload = { NULL, 0 };
		struct am_error err;
		struct setup setup;
		uint8_t *buffer;

		print_message("%s\n", bounds[i].name);
		setup_start(&setup, bounds[i].variant, AM_NDB_CRYPT_NONE);
		pf_bbt_add(&setup.pf, 0x40, bounds[i].ib, bounds[i].cb,
			   bounds[i].inflated);
		setup.pf.size = 0x20000;
		setup_finish(&setup);
		assert_int_equal(
			read_block(&setup, 0x40, &buffer, &payload, &err),
			bounds[i].status);
		if (bounds[i].status == AM_OK)
			assert_int_equal(payload.len, bounds[i].cb);
		free(buffer);
		setup_close(&setup);
	}
}

enum zip { WHOLE, RAW, BAD_ADLER, CUT, OTHER_SIZE, GARBAGE, UNTOLD };

static const struct {
	const char *name;
	enum zip zip;
	enum am_ndb_crypt crypt;
	enum am_status status;
	size_t len;
	const char *finding;
} zips[] = {
	{ "whole", WHOLE, AM_NDB_CRYPT_NONE, AM_OK, 1000, NULL },
	{ "deflate without header", RAW, AM_NDB_CRYPT_NONE, AM_OK, 1000, NULL },
	{ "deflate, encoded behind", RAW, AM_NDB_CRYPT_PERMUTE, AM_OK, 1000,
	  NULL },
	{ "a wrong sum at its end", BAD_ADLER, AM_NDB_CRYPT_NONE, AM_OK, 1000,
	  "block-inflate" },
	{ "cut", CUT, AM_NDB_CRYPT_NONE, AM_OK, 0, "block-inflate" },
	{ "inflates to less", OTHER_SIZE, AM_NDB_CRYPT_NONE, AM_OK, 1000,
	  "block-inflate" },
	{ "garbage", GARBAGE, AM_NDB_CRYPT_NONE, AM_CORRUPT, 0, NULL },
	{ "garbage, encoded", GARBAGE, AM_NDB_CRYPT_CYCLIC, AM_CORRUPT, 0,
	  NULL },
	{ "only the trailer has the size", UNTOLD, AM_NDB_CRYPT_NONE, AM_OK,
	  1000, NULL },
};

/* The stored bytes for 1,000 bytes of data; returns how many. */
static size_t
zip_make(enum zip zip, const uint8_t *data, uint8_t *out)
{
	uLongf len = 4000;
	z_stream zlib = { 0 };

	if (zip == GARBAGE) {
		memset(out, 0xff, 200);
		return 200;
	}
	if (zip == RAW) {
		assert_int_equal(deflateInit2(&zlib, 6, Z_DEFLATED, -15, 8, 0),
				 Z_OK);
		zlib.next_in = (z_const Bytef *)data;
		zlib.avail_in = 1000;
		zlib.next_out = out;
		zlib.avail_out = 4000;
		assert_int_equal(deflate(&zlib, Z_FINISH), Z_STREAM_END);
		len = 4000 - zlib.avail_out;
		deflateEnd(&zlib);
		return len;
	}
	assert_int_equal(compress(out, &len, data, 1000), Z_OK);
	if (zip == BAD_ADLER)
		out[len - 1] ^= 1;
	return zip == CUT ? len / 2 : len;
}

static void
test_zips(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(zips) / sizeof(zips[0]); i++) {
		uint8_t data[1000];
		uint8_t stored[4000];
		struct am_bytes payload = { NULL, 0 };
		struct am_error err;
		struct setup setup;
		uint8_t *buffer;
		uint8_t *entry;
		size_t len;
		size_t want = zips[i].zip == OTHER_SIZE ? 1200 : 1000;

		print_message("%s\n", zips[i].name);
		fill(data, 1000, 1);
		len = zip_make(zips[i].zip, data, stored);
		/* not encoded by the fixture: that is the other order */
		setup_start(&setup, AM_NDB_4K, AM_NDB_CRYPT_NONE);
		if (zips[i].crypt != AM_NDB_CRYPT_NONE &&
		    zips[i].zip != GARBAGE) {
			setup.pf.crypt = zips[i].crypt;
			pf_encode(&setup.pf, 0x100, data, 1000);
			len = zip_make(zips[i].zip, data, stored);
			fill(data, 1000, 1);
		}
		setup.pf.crypt = AM_NDB_CRYPT_NONE;
		setup.bid = pf_block_at(&setup.pf, stored, len, 0, &setup.ib);
		setup.pf.crypt = zips[i].crypt;
		entry = setup.pf.bbt.entries[0].bytes;
		pf_put(entry + 18, 2, zips[i].zip == UNTOLD ? 0 : want);
		pf_seal_block(&setup.pf, setup.ib, len, want, setup.bid);
		setup_finish(&setup);
		assert_int_equal(
			read_block(&setup, setup.bid, &buffer, &payload, &err),
			zips[i].status);
		if (zips[i].len > 0)
			assert_int_equal(payload.len, zips[i].len);
		assert_true(payload.len <= 1000);
		assert_memory_equal(payload.data, data, payload.len);
		assert_int_equal(setup.report.count, zips[i].finding != NULL);
		if (zips[i].finding != NULL)
			assert_true(
				pf_has_finding(&setup.report, zips[i].finding));
		free(buffer);
		setup_close(&setup);
	}
}

/* A stream that would inflate to far more than its block may have. */
static void
test_bomb(void **state)
{
	uint8_t *zeros = calloc(1, 20 << 20);
	uint8_t *stored = malloc(65536);
	uLongf len = 65536;
	struct am_bytes payload;
	struct am_error err;
	struct setup setup;
	uint8_t *buffer;

	(void)state;
	assert_non_null(zeros);
	assert_non_null(stored);
	assert_int_equal(compress(stored, &len, zeros, 20 << 20), Z_OK);
	setup_start(&setup, AM_NDB_4K, AM_NDB_CRYPT_NONE);
	setup.bid = pf_block_at(&setup.pf, stored, len, 0, &setup.ib);
	pf_put(setup.pf.bbt.entries[0].bytes + 18, 2, 50000);
	setup_finish(&setup);
	assert_int_equal(read_block(&setup, setup.bid, &buffer, &payload, &err),
			 AM_OK);
	assert_int_equal(payload.len, 50000);
	free(buffer);
	setup_close(&setup);
	free(stored);
	free(zeros);
}

static void
test_missing(void **state)
{
	struct am_block block;
	struct am_error err;
	struct setup setup;

	(void)state;
	setup_start(&setup, AM_NDB_UNICODE, AM_NDB_CRYPT_NONE);
	pf_block(&setup.pf, "x", 1, 0);
	setup_finish(&setup);
	assert_int_equal(am_block_find(setup.ndb, 0x104, &block, &err),
			 AM_NOT_FOUND);
	assert_int_equal(am_block_find(setup.ndb, 0x1000000100, &block, &err),
			 AM_NOT_FOUND);
	setup_close(&setup);
}

/* The cyclic encoding depends on bit 0 of the BID that the writer used. One of
 * the two places that tell it may be wrong: the signature decides. Which place
 * is changed, whether the block was written with bit 0 set. */
static const struct {
	const char *name;
	bool in_bbt;
	bool is_set;
} low_bits[] = {
	{ "set in the BBT", true, false },
	{ "set in the trailer", false, false },
	{ "cleared in the BBT", true, true },
	{ "cleared in the trailer", false, true },
};

static void
test_low_bit(void **state)
{
	uint8_t data[100];
	size_t i;

	(void)state;
	fill(data, sizeof(data), 9);
	for (i = 0; i < sizeof(low_bits) / sizeof(low_bits[0]); i++) {
		struct am_bytes payload;
		struct am_error err;
		struct setup setup;
		uint8_t *buffer;
		uint64_t at;

		print_message("%s\n", low_bits[i].name);
		setup_start(&setup, AM_NDB_UNICODE, AM_NDB_CRYPT_CYCLIC);
		setup.pf.next_bid |= low_bits[i].is_set;
		setup.bid = pf_block(&setup.pf, data, sizeof(data), 0);
		setup_finish(&setup);
		/* the root of the BBT is its only leaf; the block comes first
		 * and ends at 128 bytes, its BID in the last eight */
		at = low_bits[i].in_bbt ? setup.pf.bbt.root.ib
					: PF_FIRST_IB + 128 - 8;
		setup.pf.data[at] ^= 1;
		assert_int_equal(
			read_block(&setup, setup.bid, &buffer, &payload, &err),
			AM_OK);
		assert_int_equal(payload.len, sizeof(data));
		assert_memory_equal(payload.data, data, sizeof(data));
		free(buffer);
		setup_close(&setup);
	}
}

static void
test_no_memory(void **state)
{
	struct am_bytes payload;
	struct am_error err;
	struct setup setup;
	uint8_t *buffer;
	unsigned long i;
	enum am_status status = AM_NOMEM;

	(void)state;
	setup_start(&setup, AM_NDB_4K, AM_NDB_CRYPT_NONE);
	setup.bid = pf_block(&setup.pf, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
			     37, PF_ZLIB);
	setup_finish(&setup);
	for (i = 1; i < 20 && status != AM_OK; i++) {
		am_alloc_fail_after(i);
		status = read_block(&setup, setup.bid, &buffer, &payload, &err);
		am_alloc_fail_after(0);
		free(buffer);
		/* memory for the window is asked for by zlib itself */
		assert_true(status == AM_OK || status == AM_NOMEM ||
			    status == AM_CORRUPT);
	}
	assert_int_equal(status, AM_OK);
	assert_int_equal(payload.len, 37);
	setup_close(&setup);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_all_kinds),
		cmocka_unit_test(test_compressed),
		cmocka_unit_test(test_not_compressed),
		cmocka_unit_test(test_flips),
		cmocka_unit_test(test_sizes),
		cmocka_unit_test(test_crc_zero),
		cmocka_unit_test(test_cuts),
		cmocka_unit_test(test_bounds),
		cmocka_unit_test(test_zips),
		cmocka_unit_test(test_bomb),
		cmocka_unit_test(test_missing),
		cmocka_unit_test(test_low_bit),
		cmocka_unit_test(test_no_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
