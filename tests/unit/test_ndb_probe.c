/* pst/ndb/probe: wrong stamps of variant and encoding. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "heap_fixture.h"

/* What the file is, the wVer it has, the variant it is read as, a finding */
static const struct {
	const char *name;
	enum am_ndb_variant variant;
	unsigned version;
	bool finding;
} versions[] = {
	{ "Unicode", AM_NDB_UNICODE, 23, false },
	{ "ANSI", AM_NDB_ANSI, 15, false },
	{ "4K", AM_NDB_4K, 36, false },
	{ "4K under Windows Information Protection", AM_NDB_4K, 37, false },
	{ "Unicode, stamped ANSI", AM_NDB_UNICODE, 14, true },
	{ "Unicode, stamped 4K", AM_NDB_UNICODE, 36, true },
	{ "Unicode pages and version 37", AM_NDB_UNICODE, 37, true },
	{ "ANSI, stamped Unicode", AM_NDB_ANSI, 23, true },
	{ "ANSI, stamped 4K", AM_NDB_ANSI, 36, true },
	{ "4K, stamped Unicode", AM_NDB_4K, 23, true },
	{ "4K, stamped ANSI", AM_NDB_4K, 14, true },
	{ "Unicode, a version out of range", AM_NDB_UNICODE, 16911, false },
	{ "ANSI, a version out of range", AM_NDB_ANSI, 16911, false },
	{ "4K, a version out of range", AM_NDB_4K, 16911, true },
};

static void
test_versions(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(versions) / sizeof(versions[0]); i++) {
		struct am_arena arena = { 0 };
		struct am_report report = { .arena = &arena };
		struct am_node node;
		struct am_error err;
		struct am_ndb *ndb;
		struct pf pf;

		print_message("%s\n", versions[i].name);
		pf_open(&pf, versions[i].variant, AM_NDB_CRYPT_NONE);
		pf.version = versions[i].version;
		pf_node(&pf, 0x122, 0, 0, 0x122);
		pf_finish(&pf);
		assert_int_equal(pf_ndb(&pf, &report, &ndb, &err), AM_OK);
		assert_int_equal(am_ndb_info(ndb)->variant,
				 versions[i].variant);
		assert_int_equal(am_ndb_info(ndb)->version,
				 versions[i].version);
		assert_int_equal(am_node_find(ndb, 0x122, &node, &err), AM_OK);
		assert_int_equal(report.count, versions[i].finding);
		am_ndb_close(ndb);
		pf_close(&pf);
		am_arena_free(&arena);
	}
}

/* A page that is not sealed still counts for its type; without either root
 * wVer decides. */
static void
test_damaged_roots(void **state)
{
	static const struct {
		const char *name;
		bool nbt_crc, nbt_type, bbt_type;
		enum am_ndb_variant want;
	} cases[] = {
		{ "a wrong checksum", true, false, false, AM_NDB_UNICODE },
		{ "one root is lost", false, true, false, AM_NDB_UNICODE },
		{ "both roots are lost", false, true, true, AM_NDB_4K },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct am_error err;
		struct am_ndb *ndb;
		struct pf pf;

		print_message("%s\n", cases[i].name);
		pf_open(&pf, AM_NDB_UNICODE, AM_NDB_CRYPT_NONE);
		pf.version = 36;
		pf_node(&pf, 0x122, 0, 0, 0x122);
		pf_finish(&pf);
		pf.size += 4096;
		if (cases[i].nbt_crc)
			pf.data[pf.nbt.root.ib] ^= 1;
		if (cases[i].nbt_type)
			memset(pf.data + pf.nbt.root.ib, 0, 512);
		if (cases[i].bbt_type)
			memset(pf.data + pf.bbt.root.ib, 0, 512);
		assert_int_equal(pf_ndb(&pf, NULL, &ndb, &err), AM_OK);
		assert_int_equal(am_ndb_info(ndb)->variant, cases[i].want);
		am_ndb_close(ndb);
		pf_close(&pf);
	}
}

enum data { HEAP, HEAP_OF_BLOCKS, NO_HEAP, NO_DATA, LOST };

/* What the blocks are, bCryptMethod, what node 0x21 has, answer */
static const struct {
	const char *name;
	enum am_ndb_crypt crypt;
	unsigned method;
	enum data data;
	enum am_status status;
	enum am_ndb_crypt want;
	bool finding;
} crypts[] = {
	{ "none", AM_NDB_CRYPT_NONE, 0, HEAP, AM_OK, AM_NDB_CRYPT_NONE, false },
	{ "permute", AM_NDB_CRYPT_PERMUTE, 1, HEAP, AM_OK, AM_NDB_CRYPT_PERMUTE,
	  false },
	{ "cyclic", AM_NDB_CRYPT_CYCLIC, 2, HEAP, AM_OK, AM_NDB_CRYPT_CYCLIC,
	  false },
	{ "ExMerge: permute, said to be none", AM_NDB_CRYPT_PERMUTE, 0, HEAP,
	  AM_OK, AM_NDB_CRYPT_PERMUTE, true },
	{ "cyclic, said to be none", AM_NDB_CRYPT_CYCLIC, 0, HEAP, AM_OK,
	  AM_NDB_CRYPT_CYCLIC, true },
	{ "none, said to be permute", AM_NDB_CRYPT_NONE, 1, HEAP, AM_OK,
	  AM_NDB_CRYPT_NONE, true },
	{ "a method that is not known", AM_NDB_CRYPT_PERMUTE, 0x55, HEAP, AM_OK,
	  AM_NDB_CRYPT_PERMUTE, true },
	{ "permute, said to be protected", AM_NDB_CRYPT_PERMUTE, 0x10, HEAP,
	  AM_UNSUPPORTED, AM_NDB_CRYPT_NONE, false },
	{ "protected", AM_NDB_CRYPT_NONE, 0x10, NO_HEAP, AM_UNSUPPORTED,
	  AM_NDB_CRYPT_NONE, false },
	{ "protected, no data", AM_NDB_CRYPT_NONE, 0x10, NO_DATA,
	  AM_UNSUPPORTED, AM_NDB_CRYPT_NONE, false },
	{ "behind an XBLOCK", AM_NDB_CRYPT_PERMUTE, 0, HEAP_OF_BLOCKS, AM_OK,
	  AM_NDB_CRYPT_PERMUTE, true },
	{ "no heap", AM_NDB_CRYPT_PERMUTE, 1, NO_HEAP, AM_OK,
	  AM_NDB_CRYPT_PERMUTE, false },
	{ "no data", AM_NDB_CRYPT_CYCLIC, 2, NO_DATA, AM_OK,
	  AM_NDB_CRYPT_CYCLIC, false },
	{ "the block is lost", AM_NDB_CRYPT_CYCLIC, 2, LOST, AM_OK,
	  AM_NDB_CRYPT_CYCLIC, false },
};

static uint64_t
data_make(struct pf *pf, enum data data)
{
	struct hf hf;
	uint64_t bid;

	switch (data) {
	case NO_HEAP:
		return pf_block(pf, "this is nothing like a heap", 27, 0);
	case NO_DATA:
		return 0;
	case LOST:
		return 0x9998;
	case HEAP:
	case HEAP_OF_BLOCKS:
		break;
	}
	hf_open(&hf, pf, 0xbc);
	(void)hf_add(&hf, "some bytes", 10);
	bid = hf_finish(&hf, 0x20);
	return data == HEAP ? bid : pf_xblock(pf, 1, &bid, 1, 100);
}

static void
test_crypts(void **state)
{
	/* with node 0x21, or with the root folder in its place */
	static const uint32_t nids[] = { 0x21, 0x122, 0x61 };
	size_t i;
	size_t k;

	(void)state;
	for (i = 0; i < 3 * sizeof(crypts) / sizeof(crypts[0]); i++) {
		struct am_arena arena = { 0 };
		struct am_report report = { .arena = &arena };
		struct am_error err;
		struct am_ndb *ndb = NULL;
		struct pf pf;

		k = i / 3;
		print_message("%s\n", crypts[k].name);
		pf_open(&pf, AM_NDB_UNICODE, crypts[k].crypt);
		pf.crypt_field = crypts[k].method + 1;
		pf_node(&pf, nids[i % 3], data_make(&pf, crypts[k].data), 0, 0);
		pf_finish(&pf);
		assert_int_equal(pf_ndb(&pf, &report, &ndb, &err),
				 crypts[k].status);
		if (crypts[k].status == AM_OK) {
			assert_int_equal(am_ndb_info(ndb)->crypt,
					 crypts[k].want);
			assert_int_equal(report.count, crypts[k].finding);
		}
		am_ndb_close(ndb);
		pf_close(&pf);
		am_arena_free(&arena);
	}
}

/* The probe makes no findings about blocks: who reads them will. */
static void
test_quiet(void **state)
{
	struct am_arena arena = { 0 };
	struct am_report report = { .arena = &arena };
	struct am_error err;
	struct am_ndb *ndb;
	struct pf pf;

	(void)state;
	pf_open(&pf, AM_NDB_UNICODE, AM_NDB_CRYPT_NONE);
	pf_node(&pf, 0x21, data_make(&pf, HEAP), 0, 0);
	pf.data[PF_FIRST_IB + 15] ^= 1;
	pf_finish(&pf);
	assert_int_equal(pf_ndb(&pf, &report, &ndb, &err), AM_OK);
	assert_int_equal(report.count, 0);
	am_ndb_close(ndb);
	pf_close(&pf);
	am_arena_free(&arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_versions),
		cmocka_unit_test(test_damaged_roots),
		cmocka_unit_test(test_crypts),
		cmocka_unit_test(test_quiet),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
