/* pst/ndb/header: fields of the variants, the choice by wVer and sentinel,
 * checksums. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "pst/ndb/header.h"
#include "pst_fixture.h"

static void
test_fields(void **state)
{
	int variant;

	(void)state;
	for (variant = 0; variant < AM_NDB_VARIANT_COUNT; variant++) {
		const struct am_ndb_format *format =
			am_ndb_format((enum am_ndb_variant)variant);
		struct am_header header;
		struct am_bytes raw;
		struct pf pf;

		pf_open(&pf, (enum am_ndb_variant)variant,
			AM_NDB_CRYPT_PERMUTE);
		pf_finish(&pf);
		raw = am_bytes(pf.data, format->header.size);
		assert_true(am_header_has_magic(raw));
		assert_int_equal(am_header_variant(raw), variant);
		assert_int_equal(am_header_decode(format, raw, &header, NULL),
				 AM_OK);
		assert_string_equal(header.client, "SM");
		assert_int_equal(header.crypt, 1);
		assert_int_equal(header.sentinel, 0x80);
		assert_int_equal(header.unique, 7);
		assert_int_equal(header.file_eof, pf.size);
		assert_int_equal(header.amap_valid, 2);
		assert_int_equal(header.nbt.ib, pf.nbt.root.ib);
		assert_int_equal(header.nbt.bid, pf.nbt.root.bid);
		assert_int_equal(header.bbt.ib, pf.bbt.root.ib);
		raw.len--;
		assert_int_equal(am_header_decode(format, raw, &header, NULL),
				 AM_CORRUPT);
		pf_close(&pf);
	}
}

/* Where the fields of real files are: an empty PST by Outlook. */
static void
test_real_offsets(void **state)
{
	uint8_t raw[564] = "!BDN";
	struct am_header header;

	(void)state;
	raw[10] = 23;
	pf_put(raw + 184, 8, 0x42400);
	pf_put(raw + 216, 8, 0x17d);
	pf_put(raw + 224, 8, 0x9200);
	pf_put(raw + 232, 8, 0x17b);
	pf_put(raw + 240, 8, 0x8400);
	raw[513] = 1;
	assert_int_equal(am_header_decode(am_ndb_format(AM_NDB_UNICODE),
					  am_bytes(raw, sizeof(raw)), &header,
					  NULL),
			 AM_OK);
	assert_int_equal(header.version, 23);
	assert_int_equal(header.file_eof, 271360);
	assert_int_equal(header.nbt.bid, 0x17d);
	assert_int_equal(header.nbt.ib, 0x9200);
	assert_int_equal(header.bbt.bid, 0x17b);
	assert_int_equal(header.bbt.ib, 0x8400);
	assert_int_equal(header.crypt, 1);
}

/* wVer, byte 460, byte 512, answer */
static const struct {
	unsigned version;
	uint8_t ansi, unicode;
	enum am_ndb_variant want;
} versions[] = {
	{ 14, 0x80, 0, AM_NDB_ANSI },
	{ 15, 0, 0x80, AM_NDB_ANSI },
	{ 21, 0, 0x80, AM_NDB_UNICODE },
	{ 23, 0x80, 0, AM_NDB_UNICODE },
	{ 35, 0, 0, AM_NDB_UNICODE },
	{ 36, 0, 0x80, AM_NDB_4K },
	{ 37, 0, 0x80, AM_NDB_4K },
	{ 63, 0, 0x80, AM_NDB_4K },
	{ 16, 0x80, 0, AM_NDB_ANSI },
	{ 20, 0, 0x80, AM_NDB_UNICODE },
	{ 64, 0, 0x80, AM_NDB_UNICODE },
	{ 16911, 0x80, 0, AM_NDB_ANSI },
	{ 0xffff, 0x80, 0x80, AM_NDB_UNICODE },
	{ 0, 0, 0x80, AM_NDB_ANSI },
};

static void
test_versions(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(versions) / sizeof(versions[0]); i++) {
		uint8_t raw[564] = "!BDN";

		print_message("wVer %u\n", versions[i].version);
		pf_put(raw + 10, 2, versions[i].version);
		raw[460] = versions[i].ansi;
		raw[512] = versions[i].unicode;
		assert_int_equal(am_header_variant(am_bytes(raw, sizeof(raw))),
				 versions[i].want);
		/* an ANSI header may end where the file does */
		assert_in_range(am_header_variant(am_bytes(raw, 512)), 0, 2);
	}
}

/* name, offset of the byte to flip, findings in a Unicode and an ANSI file */
static const struct {
	const char *name;
	size_t offset;
	unsigned unicode, ansi;
} flips[] = {
	{ "none", 0, 0, 0 },
	{ "dwCRCPartial", 4, 1, 1 },
	{ "first byte of both", 8, 2, 1 },
	{ "last byte of the partial one", 478, 2, 1 },
	{ "behind the partial one", 479, 1, 0 },
	{ "last byte of the full one", 523, 1, 0 },
	{ "dwCRCFull", 524, 1, 0 },
	{ "behind both", 530, 0, 0 },
};

static uint64_t
findings_of(enum am_ndb_variant variant, size_t flip)
{
	struct am_arena arena = { 0 };
	struct am_report report = { .arena = &arena };
	struct pf pf;

	pf_open(&pf, variant, AM_NDB_CRYPT_NONE);
	pf_finish(&pf);
	if (flip > 0)
		pf.data[flip] ^= 1;
	am_header_check(pf.format, am_bytes(pf.data, pf.format->header.size),
			&report);
	am_header_check(pf.format, am_bytes(pf.data, pf.format->header.size),
			NULL);
	am_arena_free(&arena);
	pf_close(&pf);
	return report.count;
}

static void
test_checksums(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(flips) / sizeof(flips[0]); i++) {
		print_message("%s\n", flips[i].name);
		assert_int_equal(findings_of(AM_NDB_UNICODE, flips[i].offset),
				 flips[i].unicode);
		assert_int_equal(findings_of(AM_NDB_ANSI, flips[i].offset),
				 flips[i].ansi);
	}
}

static void
test_magic(void **state)
{
	(void)state;
	assert_true(am_header_has_magic(am_bytes("!BDN", 4)));
	assert_false(am_header_has_magic(am_bytes("!BD", 3)));
	assert_false(am_header_has_magic(am_bytes("NDB!", 4)));
	assert_false(am_header_has_magic(am_bytes(NULL, 0)));
}

/* A header whose magic is lost: offset, byte that is put there; is it one? */
static const struct {
	const char *name;
	size_t offset;
	uint8_t value;
	bool is;
} magics[] = {
	{ "whole", 0, '!', true },
	{ "the magic is another", 0, '?', true },
	{ "the checksum too", 4, 0xee, false },
	{ "a byte under the checksum", 100, 0xee, false },
	{ "a byte behind", 500, 0xee, true },
};

static void
test_lost_magic(void **state)
{
	static const uint8_t zeros[564];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(magics) / sizeof(magics[0]); i++) {
		struct pf pf;

		print_message("%s\n", magics[i].name);
		pf_open(&pf, AM_NDB_ANSI, AM_NDB_CRYPT_NONE);
		pf_finish(&pf);
		pf.data[magics[i].offset] = magics[i].value;
		assert_int_equal(am_header_has_crc(am_bytes(pf.data, 512)),
				 magics[i].is);
		assert_false(am_header_has_crc(am_bytes(pf.data, 511)));
		/* a checksum that is right alone is not enough */
		memcpy(pf.data + 8, "XY", 2);
		pf_put(pf.data + 4, 4, am_crc(am_bytes(pf.data + 8, 471)));
		assert_false(am_header_has_crc(am_bytes(pf.data, 512)));
		pf_close(&pf);
	}
	assert_false(am_header_has_crc(am_bytes(zeros, sizeof(zeros))));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_fields),
		cmocka_unit_test(test_real_offsets),
		cmocka_unit_test(test_versions),
		cmocka_unit_test(test_checksums),
		cmocka_unit_test(test_magic),
		cmocka_unit_test(test_lost_magic),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
