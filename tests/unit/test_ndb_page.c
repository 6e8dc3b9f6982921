/* pst/ndb/page: what a BTPAGE may say, and what is only a finding. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "pst_fixture.h"

/* A page of count entries with the keys 0x10, 0x20 ... */
static uint64_t
page_make(struct pf *pf, enum am_ndb_variant variant, uint8_t ptype,
	  unsigned level, size_t count)
{
	struct pf_entry entries[20] = { 0 };
	size_t stride;
	size_t i;

	pf_open(pf, variant, AM_NDB_CRYPT_NONE);
	stride = level > 0		 ? pf->format->btentry_size
		 : ptype == AM_PTYPE_NBT ? pf->format->nbtentry_size
					 : pf->format->bbtentry_size;
	for (i = 0; i < count; i++)
		pf_put(entries[i].bytes, 4, 0x10 * (i + 1));
	return pf_page(pf, ptype, level, entries, count, stride);
}

static enum am_status
page_check(const struct pf *pf, uint64_t ib, uint64_t bid,
	   struct am_report *report, struct am_page *page, struct am_error *err)
{
	const struct am_bref at = { bid, ib };

	return am_page_check(pf->format,
			     am_bytes(pf->data + ib, pf->format->page_size),
			     AM_PTYPE_NBT, at, UINT32_MAX, report, page, err);
}

static void
test_good(void **state)
{
	int variant;

	(void)state;
	for (variant = 0; variant < AM_NDB_VARIANT_COUNT; variant++) {
		struct am_arena arena = { 0 };
		struct am_report report = { .arena = &arena };
		struct am_page page;
		struct am_error err;
		struct pf pf;
		const uint64_t ib = page_make(&pf, (enum am_ndb_variant)variant,
					      AM_PTYPE_NBT, 1, 7);

		assert_int_equal(
			page_check(&pf, ib, 0x11, &report, &page, &err), AM_OK);
		assert_int_equal(report.count, 0);
		assert_int_equal(page.ib, ib);
		assert_int_equal(page.bid, 0x11);
		assert_int_equal(page.level, 1);
		assert_int_equal(page.count, 7);
		assert_int_equal(page.stride, pf.format->btentry_size);
		assert_true(page.sorted);
		assert_false(page.flawed);
		assert_int_equal(am_page_key(pf.format, &page, 6), 0x70);
		/* stale entries can be asked for, what is behind them not */
		assert_int_equal(am_page_entry(&page, 8).len, page.stride);
		assert_int_equal(am_page_entry(&page, 169).len, 0);
		pf_close(&pf);
		am_arena_free(&arena);
	}
}

/* Offsets are in a Unicode page of three NBTENTRYs. value is put there; seal:
 * the checksum is made right afterwards. */
static const struct {
	const char *name;
	size_t offset;
	unsigned value;
	bool seal;
	enum am_status status;
	const char *finding; /* NULL: none */
	unsigned count, stride;
} cases[] = {
	{ "ptype", 496, 0x80, false, AM_OK, "page-type", 3, 32 },
	{ "ptypeRepeat", 497, 0, false, AM_OK, "page-type", 3, 32 },
	{ "wSig", 498, 0xff, false, AM_OK, "page-sig", 3, 32 },
	{ "dwCRC", 500, 0xff, false, AM_OK, "page-crc", 3, 32 },
	{ "an entry", 8, 0xff, false, AM_OK, "page-crc", 3, 32 },
	{ "behind the entries", 400, 0xff, false, AM_OK, "page-crc", 3, 32 },
	{ "as many as fit", 488, 15, true, AM_OK, NULL, 15, 32 },
	{ "one too many", 488, 16, true, AM_OK, "page-entries", 15, 32 },
	{ "far too many", 488, 255, true, AM_OK, "page-entries", 15, 32 },
	{ "none", 488, 0, true, AM_OK, NULL, 0, 32 },
	{ "cEntMax is not looked at", 489, 1, true, AM_OK, NULL, 3, 32 },
	{ "a wider stride", 490, 40, true, AM_OK, NULL, 3, 40 },
	{ "the widest that holds three", 490, 162, true, AM_OK, NULL, 3, 162 },
	{ "one that holds two", 490, 163, true, AM_OK, "page-entries", 2, 163 },
	{ "a stride too small", 490, 31, true, AM_OK, "page-entries", 3, 32 },
	{ "no stride", 490, 0, true, AM_OK, "page-entries", 3, 32 },
	{ "bytes of padding", 492, 0xff, true, AM_OK, NULL, 3, 32 },
};

static void
test_cases(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct am_arena arena = { 0 };
		struct am_report report = { .arena = &arena };
		struct am_page page;
		struct am_error err;
		struct pf pf;
		const uint64_t ib =
			page_make(&pf, AM_NDB_UNICODE, AM_PTYPE_NBT, 0, 3);

		print_message("%s\n", cases[i].name);
		pf.data[ib + cases[i].offset] = (uint8_t)cases[i].value;
		if (cases[i].seal)
			pf_seal_page(&pf, ib, AM_PTYPE_NBT, 0x11);
		assert_int_equal(
			page_check(&pf, ib, 0x11, &report, &page, &err),
			cases[i].status);
		assert_int_equal(page.flawed, cases[i].finding != NULL);
		assert_int_equal(report.count, cases[i].finding != NULL);
		if (cases[i].finding != NULL)
			assert_true(pf_has_finding(&report, cases[i].finding));
		assert_int_equal(page.count, cases[i].count);
		assert_int_equal(page.stride, cases[i].stride);
		/* silent, but the same */
		assert_int_equal(page_check(&pf, ib, 0x11, NULL, &page, NULL),
				 cases[i].status);
		pf_close(&pf);
		am_arena_free(&arena);
	}
}

/* name, ptype, ptypeRepeat, bytes of the page, answer */
static const struct {
	const char *name;
	uint8_t ptype, repeat;
	size_t len;
	enum am_status status;
} kinds[] = {
	{ "good", 0x81, 0x81, 512, AM_OK },
	{ "a page of the other tree", 0x80, 0x80, 512, AM_CORRUPT },
	{ "an allocation map", 0x84, 0x84, 512, AM_CORRUPT },
	{ "zeros", 0, 0, 512, AM_CORRUPT },
	{ "cut short", 0x81, 0x81, 511, AM_CORRUPT },
	{ "too long", 0x81, 0x81, 513, AM_CORRUPT },
	{ "nothing", 0x81, 0x81, 0, AM_CORRUPT },
};

static void
test_kinds(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		struct am_page page;
		struct am_error err;
		struct pf pf;
		const uint64_t ib =
			page_make(&pf, AM_NDB_UNICODE, AM_PTYPE_NBT, 0, 3);
		const struct am_bref at = { 0x11, ib };

		print_message("%s\n", kinds[i].name);
		pf.data[ib + 496] = kinds[i].ptype;
		pf.data[ib + 497] = kinds[i].repeat;
		assert_int_equal(
			am_page_check(pf.format,
				      am_bytes(pf.data + ib, kinds[i].len),
				      AM_PTYPE_NBT, at, UINT32_MAX, NULL, &page,
				      &err),
			kinds[i].status);
		if (kinds[i].status != AM_OK)
			assert_int_equal(err.file_offset, ib);
		pf_close(&pf);
	}
}

/* The BID of the reference against that of the page: bid 0x11. */
static const struct {
	uint64_t bid;
	bool finding;
} bids[] = {
	{ 0x11, false }, { 0x10, false }, { 0, false },
	{ 0x12, true },	 { 0x111, true }, { 0x100000011, true },
};

static void
test_bids(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bids) / sizeof(bids[0]); i++) {
		struct am_arena arena = { 0 };
		struct am_report report = { .arena = &arena };
		struct am_page page;
		struct pf pf;
		const uint64_t ib =
			page_make(&pf, AM_NDB_UNICODE, AM_PTYPE_NBT, 0, 3);

		assert_int_equal(
			page_check(&pf, ib, bids[i].bid, &report, &page, NULL),
			AM_OK);
		assert_int_equal(pf_has_finding(&report, "page-bid"),
				 bids[i].finding);
		pf_close(&pf);
		am_arena_free(&arena);
	}
}

/* keys, mask, sorted? */
static const struct {
	const char *name;
	uint64_t keys[3];
	uint64_t mask;
	bool sorted;
} orders[] = {
	{ "ascending", { 1, 2, 3 }, UINT32_MAX, true },
	{ "two alike", { 1, 2, 2 }, UINT32_MAX, false },
	{ "descending", { 3, 2, 1 }, UINT32_MAX, false },
	{ "the last is small", { 2, 3, 1 }, UINT32_MAX, false },
	{ "garbage above a NID",
	  { 0xff00000001, 2, 0x0100000003 },
	  UINT32_MAX,
	  true },
	{ "bit 0 of a BID", { 5, 4, 9 }, ~UINT64_C(1), false },
	{ "bit 0 of a BID is nothing", { 5, 8, 13 }, ~UINT64_C(1), true },
	{ "above 32 bits",
	  { 0x100000000, 0x200000000, 0x200000004 },
	  ~UINT64_C(1),
	  true },
};

static void
test_orders(void **state)
{
	size_t i;
	size_t k;

	(void)state;
	for (i = 0; i < sizeof(orders) / sizeof(orders[0]); i++) {
		struct am_page page;
		struct pf pf;
		const uint64_t ib =
			page_make(&pf, AM_NDB_UNICODE, AM_PTYPE_NBT, 0, 3);
		const struct am_bref at = { 0x11, ib };

		print_message("%s\n", orders[i].name);
		for (k = 0; k < 3; k++)
			pf_put(pf.data + ib + 32 * k, 8, orders[i].keys[k]);
		assert_int_equal(am_page_check(pf.format,
					       am_bytes(pf.data + ib, 512),
					       AM_PTYPE_NBT, at, orders[i].mask,
					       NULL, &page, NULL),
				 AM_OK);
		assert_int_equal(page.sorted, orders[i].sorted);
		pf_close(&pf);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_good),   cmocka_unit_test(test_cases),
		cmocka_unit_test(test_kinds),  cmocka_unit_test(test_bids),
		cmocka_unit_test(test_orders),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
