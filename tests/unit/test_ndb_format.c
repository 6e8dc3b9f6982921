/* pst/ndb/format: the three variants, against the numbers of [MS-PST] and of
 * real files. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "pst/ndb/format.h"

static const struct {
	const char *name;
	enum am_ndb_variant variant;
	size_t nbt_leaf, bbt_leaf, branch; /* entries of a page */
	size_t xblock;			   /* BIDs of an XBLOCK */
	size_t slblock, siblock;	   /* entries of the largest */
	size_t payload;			   /* of the largest block */
	size_t crc_size;		   /* bytes under a page's dwCRC */
} capacities[] = {
	{ "ANSI", AM_NDB_ANSI, 31, 41, 41, 2043, 681, 1022, 8180, 500 },
	{ "Unicode", AM_NDB_UNICODE, 15, 20, 20, 1021, 340, 510, 8176, 496 },
	{ "4K", AM_NDB_4K, 126, 169, 169, 8188, 2729, 4094, 65512, 4072 },
};

static void
test_capacities(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(capacities) / sizeof(capacities[0]); i++) {
		const struct am_ndb_format *format =
			am_ndb_format(capacities[i].variant);
		const size_t area = format->page_entries_size;
		const size_t payload = am_format_block_payload(format);
		const size_t id = format->id_size;
		const size_t slots = payload - format->subnode_header_size;

		print_message("%s\n", capacities[i].name);
		assert_string_equal(format->name, capacities[i].name);
		assert_int_equal(format->variant, capacities[i].variant);
		assert_int_equal(area / format->nbtentry_size,
				 capacities[i].nbt_leaf);
		assert_int_equal(area / format->bbtentry_size,
				 capacities[i].bbt_leaf);
		assert_int_equal(area / format->btentry_size,
				 capacities[i].branch);
		assert_int_equal(payload, capacities[i].payload);
		assert_int_equal((payload - 8) / id, capacities[i].xblock);
		assert_int_equal(slots / (3 * id), capacities[i].slblock);
		assert_int_equal(slots / (2 * id), capacities[i].siblock);
		assert_int_equal(format->page_size - format->page_trailer_size,
				 capacities[i].crc_size);
	}
}

/* variant, cb, bytes on disk */
static const struct {
	enum am_ndb_variant variant;
	size_t cb;
	size_t total;
} totals[] = {
	{ AM_NDB_ANSI, 0, 64 },	     { AM_NDB_ANSI, 52, 64 },
	{ AM_NDB_ANSI, 53, 128 },    { AM_NDB_ANSI, 8180, 8192 },
	{ AM_NDB_UNICODE, 48, 64 },  { AM_NDB_UNICODE, 49, 128 },
	{ AM_NDB_UNICODE, 62, 128 }, { AM_NDB_UNICODE, 8176, 8192 },
	{ AM_NDB_4K, 1, 512 },	     { AM_NDB_4K, 488, 512 },
	{ AM_NDB_4K, 489, 1024 },    { AM_NDB_4K, 65512, 65536 },
};

static void
test_block_total(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(totals) / sizeof(totals[0]); i++)
		assert_int_equal(
			am_format_block_total(am_ndb_format(totals[i].variant),
					      totals[i].cb),
			totals[i].total);
}

/* [MS-PST] 5.5, and the blocks of a file that Outlook made */
static void
test_sig(void **state)
{
	(void)state;
	assert_int_equal(am_ndb_sig(0x5000, 0x1234), 0x4234);
	assert_int_equal(am_ndb_sig(0x5680, 0x64), 0x56e4);
	assert_int_equal(am_ndb_sig(0, 0), 0);
	/* only the low halves of 64-bit values count */
	assert_int_equal(am_ndb_sig(0x500005000, 0x300001234), 0x4234);
	assert_int_equal(am_ndb_sig(0x12340000, 0), 0x1234);
}

/* 512 bytes (4096) that end with the given trailer. */
static struct am_bytes
page_with(uint8_t *page, size_t size, const char *trailer, size_t len)
{
	memset(page, 0xee, size);
	memcpy(page + size - len, trailer, len);
	return am_bytes(page, size);
}

static void
test_page_trailers(void **state)
{
	static const char ansi[] = "\x80\x80\x34\x12\x78\x56\x34\x12"
				   "\xef\xbe\xad\xde";
	static const char unicode[] = "\x81\x81\x34\x12\xef\xbe\xad\xde"
				      "\x78\x56\x34\x12\x01\0\0\0";
	static const char big[] = "\x81\x80\x34\x12\xef\xbe\xad\xde"
				  "\x78\x56\x34\x12\x01\0\0\0"
				  "\x01\0\0\0\0\0\0\0";
	struct am_page_trailer out;
	uint8_t page[4096];
	struct am_bytes raw;

	(void)state;
	raw = page_with(page, 512, ansi, 12);
	assert_true(
		am_page_trailer_decode(am_ndb_format(AM_NDB_ANSI), raw, &out));
	assert_int_equal(out.ptype, 0x80);
	assert_int_equal(out.sig, 0x1234);
	assert_int_equal(out.bid, 0x12345678);
	assert_int_equal(out.crc, 0xdeadbeef);

	raw = page_with(page, 512, unicode, 16);
	assert_true(am_page_trailer_decode(am_ndb_format(AM_NDB_UNICODE), raw,
					   &out));
	assert_int_equal(out.bid, 0x112345678);
	assert_int_equal(out.crc, 0xdeadbeef);
	raw.len--;
	assert_false(am_page_trailer_decode(am_ndb_format(AM_NDB_UNICODE), raw,
					    &out));

	raw = page_with(page, 4096, big, 24);
	assert_true(
		am_page_trailer_decode(am_ndb_format(AM_NDB_4K), raw, &out));
	assert_int_equal(out.ptype, 0x81);
	assert_int_equal(out.ptype_repeat, 0x80);
	assert_int_equal(out.bid, 0x112345678);
}

static void
test_block_trailers(void **state)
{
	/* a real block: [MS-PST] names none, Outlook wrote this one */
	static const char unicode[] = "\x3e\x00\xe4\x56\x09\xc6\x15\xd0"
				      "\x64\0\0\0\0\0\0\0";
	static const char ansi[] = "\x3e\x00\xe4\x56\x64\0\0\0\x09\xc6\x15\xd0";
	static const char big[] = "\x3e\x00\xe4\x56\x09\xc6\x15\xd0"
				  "\x64\0\0\0\0\0\0\0\x02\0\x00\x10\0\0\0\0";
	struct am_block_trailer out;

	(void)state;
	assert_true(am_block_trailer_decode(am_ndb_format(AM_NDB_UNICODE),
					    am_bytes(unicode, 16), &out));
	assert_int_equal(out.cb, 62);
	assert_int_equal(out.sig, 0x56e4);
	assert_int_equal(out.crc, 0xd015c609);
	assert_int_equal(out.bid, 0x64);
	assert_int_equal(out.cb_inflated, 0);
	assert_true(am_block_trailer_decode(am_ndb_format(AM_NDB_ANSI),
					    am_bytes(ansi, 12), &out));
	assert_int_equal(out.crc, 0xd015c609);
	assert_int_equal(out.bid, 0x64);
	assert_false(am_block_trailer_decode(am_ndb_format(AM_NDB_UNICODE),
					     am_bytes(unicode, 15), &out));
	assert_true(am_block_trailer_decode(am_ndb_format(AM_NDB_4K),
					    am_bytes(big, 24), &out));
	assert_int_equal(out.cb_inflated, 4096);
}

static void
test_nbtentry(void **state)
{
	/* the upper half of the NID is garbage in some files */
	static const char raw[] = "\x22\x01\0\0\xde\xad\xbe\xef"
				  "\x64\0\0\0\x01\0\0\0"
				  "\x66\0\0\0\0\0\0\0\x22\x01\0\0\0\0\0\0";
	static const char ansi[] = "\x22\x01\0\0\x64\0\0\0\x66\0\0\0\x22\x01\0";
	struct am_node node;

	(void)state;
	assert_true(am_nbtentry_decode(am_ndb_format(AM_NDB_UNICODE),
				       am_bytes(raw, 32), &node));
	assert_int_equal(node.nid, 0x122);
	assert_int_equal(node.bid_data, 0x100000064);
	assert_int_equal(node.bid_sub, 0x66);
	assert_int_equal(node.nid_parent, 0x122);
	assert_false(am_nbtentry_decode(am_ndb_format(AM_NDB_UNICODE),
					am_bytes(raw, 27), &node));
	assert_true(am_nbtentry_decode(am_ndb_format(AM_NDB_ANSI),
				       am_bytes(ansi, 16), &node));
	assert_int_equal(node.bid_sub, 0x66);
	assert_int_equal(node.nid_parent, 0x122);
	assert_true(am_slentry_decode(am_ndb_format(AM_NDB_ANSI),
				      am_bytes(ansi, 12), &node));
	assert_int_equal(node.nid_parent, 0);
}

static void
test_bbtentry(void **state)
{
	static const char raw[] = "\x64\0\0\0\0\0\0\0\x80\x56\0\0\x02\0\0\0"
				  "\x3e\0\x02\0\0\0\0\0";
	struct am_block block;

	(void)state;
	assert_true(am_bbtentry_decode(am_ndb_format(AM_NDB_UNICODE),
				       am_bytes(raw, 24), &block));
	assert_int_equal(block.bid, 0x64);
	assert_int_equal(block.ib, 0x200005680);
	assert_int_equal(block.cb, 62);
	assert_int_equal(block.cb_inflated, 62);
	/* where the others have cRef */
	assert_true(am_bbtentry_decode(am_ndb_format(AM_NDB_4K),
				       am_bytes(raw, 24), &block));
	assert_int_equal(block.cb_inflated, 2);
	assert_false(am_bbtentry_decode(am_ndb_format(AM_NDB_4K),
					am_bytes(raw, 19), &block));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_capacities),
		cmocka_unit_test(test_block_total),
		cmocka_unit_test(test_sig),
		cmocka_unit_test(test_page_trailers),
		cmocka_unit_test(test_block_trailers),
		cmocka_unit_test(test_nbtentry),
		cmocka_unit_test(test_bbtentry),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
