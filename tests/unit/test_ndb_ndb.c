/* pst/ndb/ndb: opening files that are whole, cut, or no PST at all. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/alloc.h"
#include "pst_fixture.h"

static void
file_make(struct pf *pf, enum am_ndb_variant variant)
{
	pf_open(pf, variant, AM_NDB_CRYPT_PERMUTE);
	pf_node(pf, 0x122, pf_block(pf, "data", 4, 0), 0, 0x122);
	pf_finish(pf);
}

static void
test_info(void **state)
{
	static const unsigned versions[] = { 14, 23, 36 };
	int variant;

	(void)state;
	for (variant = 0; variant < 3; variant++) {
		struct am_arena arena = { 0 };
		struct am_report report = { .arena = &arena };
		const struct am_ndb_info *info;
		uint8_t digest[32];
		struct am_error err;
		struct am_ndb *ndb;
		struct pf pf;

		file_make(&pf, (enum am_ndb_variant)variant);
		assert_int_equal(pf_ndb(&pf, &report, &ndb, &err), AM_OK);
		info = am_ndb_info(ndb);
		assert_int_equal(info->variant, variant);
		assert_int_equal(info->crypt, AM_NDB_CRYPT_PERMUTE);
		assert_int_equal(info->version, versions[variant]);
		assert_string_equal(info->client, "SM");
		assert_int_equal(info->file_size, pf.size);
		assert_int_equal(info->file_eof, pf.size);
		assert_int_equal(info->unique, 7);
		assert_true(info->amap_valid);
		assert_int_equal(
			am_sha256(am_bytes(pf.data, pf.format->header.size),
				  digest),
			AM_OK);
		assert_memory_equal(info->identity, digest, 32);
		assert_int_equal(report.count, 0);
		am_ndb_close(ndb);
		pf_close(&pf);
		am_arena_free(&arena);
	}
	am_ndb_close(NULL);
}

static void
test_reports(void **state)
{
	struct am_report first = { 0 };
	struct am_report second = { 0 };
	struct am_error err;
	struct am_ndb *ndb;
	struct pf pf;

	(void)state;
	file_make(&pf, AM_NDB_UNICODE);
	assert_int_equal(pf_ndb(&pf, &first, &ndb, &err), AM_OK);
	assert_ptr_equal(am_ndb_report(ndb), &first);
	am_ndb_set_report(ndb, &second);
	assert_ptr_equal(am_ndb_report(ndb), &second);
	am_ndb_set_report(ndb, NULL);
	assert_ptr_equal(am_ndb_report(ndb), &first);
	am_ndb_close(ndb);
	pf_close(&pf);
}

/* Every length of the header, and lengths about the end: an answer, and a
 * finding when it was cut. */
static void
test_cut(void **state)
{
	int variant;

	(void)state;
	for (variant = 0; variant < 3; variant++) {
		struct pf pf;
		size_t whole;
		size_t size;

		file_make(&pf, (enum am_ndb_variant)variant);
		whole = pf.size;
		for (size = 0; size <= whole; size += size < 600 ? 1 : 3001) {
			struct am_arena arena = { 0 };
			struct am_report report = { .arena = &arena };
			struct am_ndb *ndb = NULL;
			struct am_error err;
			enum am_status status;

			pf.size = size;
			status = pf_ndb(&pf, &report, &ndb, &err);
			if (size < 4)
				assert_int_equal(status, AM_UNSUPPORTED);
			else if (size < pf.format->header.size)
				assert_int_equal(status, AM_CORRUPT);
			else
				assert_int_equal(status, AM_OK);
			if (status == AM_OK)
				assert_int_equal(
					pf_has_finding(&report, "file-size"),
					size < whole);
			am_ndb_close(ndb);
			am_arena_free(&arena);
		}
		pf_close(&pf);
	}
}

static void
test_trailing(void **state)
{
	struct am_arena arena = { 0 };
	struct am_report report = { .arena = &arena };
	struct am_error err;
	struct am_ndb *ndb;
	struct pf pf;

	(void)state;
	file_make(&pf, AM_NDB_UNICODE);
	pf.size++;
	assert_int_equal(pf_ndb(&pf, &report, &ndb, &err), AM_OK);
	assert_int_equal(report.count, 1);
	assert_true(pf_has_finding(&report, "file-size: the file has"));
	am_ndb_close(ndb);
	pf_close(&pf);
	am_arena_free(&arena);
}

/* Fields that readers were seen to insist on (tricky A16, A17, A30): offset,
 * byte; is there a finding? */
static const struct {
	const char *name;
	size_t offset;
	uint8_t value;
	bool finding;
} fields[] = {
	{ "wMagicClient of a PAB", 8, 'A', true },
	{ "wVerClient", 12, 12, true },
	{ "bPlatformCreate", 14, 2, true },
	{ "bPlatformAccess", 15, 77, true },
	{ "dwReserved1", 16, 1, true },
	{ "bidUnused", 24, 1, true },
	{ "bidNextP", 32, 0xff, true },
	{ "rgnid", 44, 0xff, true },
	{ "fAMapValid", 248, 0, true },
	{ "rgbFM", 256, 0x7f, true },
	{ "bSentinel", 512, 0, true },
	{ "rgbReserved3", 540, 9, false },
};

static void
test_fields(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
		struct am_arena arena = { 0 };
		struct am_report report = { .arena = &arena };
		struct am_node node;
		struct am_error err;
		struct am_ndb *ndb;
		struct pf pf;

		print_message("%s\n", fields[i].name);
		file_make(&pf, AM_NDB_UNICODE);
		pf.data[fields[i].offset] = fields[i].value;
		assert_int_equal(pf_ndb(&pf, &report, &ndb, &err), AM_OK);
		assert_int_equal(am_node_find(ndb, 0x122, &node, &err), AM_OK);
		/* only the checksums, which were not made again */
		assert_int_equal(report.count > 0, fields[i].finding);
		assert_int_equal(pf_has_finding(&report, "header-crc"),
				 fields[i].finding);
		am_ndb_close(ndb);
		pf_close(&pf);
		am_arena_free(&arena);
	}
}

/* max_btree_depth: answer for a tree of two levels */
static void
test_depth_option(void **state)
{
	static const struct {
		unsigned depth;
		enum am_status status;
	} cases[] = {
		{ 0, AM_OK },
		{ 1, AM_CORRUPT },
		{ 2, AM_OK },
		{ 1000, AM_OK },
	};
	size_t i;
	size_t k;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct am_ndb_options options = {
			.max_btree_depth = cases[i].depth
		};
		struct am_node node;
		struct am_error err;
		struct am_ndb *ndb;
		struct pf pf;

		pf_open(&pf, AM_NDB_UNICODE, AM_NDB_CRYPT_NONE);
		for (k = 0; k < 100; k++)
			pf_node(&pf, (uint32_t)(32 * k + 2), 0, 0, 0);
		pf_finish(&pf);
		assert_int_equal(am_source_of_bytes(am_bytes(pf.data, pf.size),
						    &pf.source, &err),
				 AM_OK);
		assert_int_equal(
			am_ndb_open(pf.source, &options, NULL, &ndb, &err),
			AM_OK);
		assert_int_equal(am_node_find(ndb, 0x122, &node, &err),
				 cases[i].status);
		am_ndb_close(ndb);
		pf_close(&pf);
	}
}

static void
test_no_memory(void **state)
{
	enum am_status status = AM_NOMEM;
	struct am_ndb *ndb = NULL;
	struct am_error err;
	unsigned long i;
	struct pf pf;

	(void)state;
	file_make(&pf, AM_NDB_UNICODE);
	for (i = 1; i < 30 && status != AM_OK; i++) {
		am_alloc_fail_after(i);
		status = pf_ndb(&pf, NULL, &ndb, &err);
		am_alloc_fail_after(0);
		assert_true(status == AM_OK || status == AM_NOMEM);
	}
	assert_int_equal(status, AM_OK);
	assert_true(i > 4);
	am_ndb_close(ndb);
	pf_close(&pf);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_info),
		cmocka_unit_test(test_reports),
		cmocka_unit_test(test_cut),
		cmocka_unit_test(test_trailing),
		cmocka_unit_test(test_fields),
		cmocka_unit_test(test_depth_option),
		cmocka_unit_test(test_no_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
