/* pst/ndb/page_cache: the same pages however often and in what order; findings
 * once per page. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/alloc.h"
#include "pst/ndb/page_cache.h"
#include "pst_fixture.h"

enum { PAGES = 6000 }; /* more than the cache holds */

struct setup {
	struct pf pf;
	struct am_arena arena;
	struct am_report report;
	struct am_page_cache *cache;
	uint64_t first;
};

static void
setup_open(struct setup *setup)
{
	const struct setup empty = { 0 };
	struct am_error err;
	size_t i;

	*setup = empty;
	setup->report.arena = &setup->arena;
	pf_open(&setup->pf, AM_NDB_UNICODE, AM_NDB_CRYPT_NONE);
	for (i = 0; i < PAGES; i++) {
		struct pf_entry entry = { 0 };
		uint64_t ib;

		pf_put(entry.bytes, 4, i);
		ib = pf_page(&setup->pf, AM_PTYPE_NBT, 0, &entry, 1, 32);
		if (i == 0)
			setup->first = ib;
	}
	assert_int_equal(
		am_source_of_bytes(am_bytes(setup->pf.data, setup->pf.size),
				   &setup->pf.source, &err),
		AM_OK);
	setup->cache = am_page_cache_open(setup->pf.format, setup->pf.source,
					  &setup->report);
	assert_non_null(setup->cache);
}

static void
setup_close(struct setup *setup)
{
	am_page_cache_close(setup->cache);
	am_arena_free(&setup->arena);
	pf_close(&setup->pf);
}

static enum am_status
get(struct setup *setup, size_t i, struct am_page *page, struct am_error *err)
{
	const struct am_bref at = { 0x11, setup->first + 512 * i };

	return am_page_get(setup->cache, AM_PTYPE_NBT, at, UINT32_MAX, page,
			   err);
}

static void
test_all_orders(void **state)
{
	static const size_t steps[] = { 1, 7, 1000, 4099 };
	struct setup setup;
	struct am_page page;
	struct am_error err;
	size_t i;
	size_t k;

	(void)state;
	setup_open(&setup);
	for (k = 0; k < sizeof(steps) / sizeof(steps[0]); k++)
		for (i = 0; i < 2 * PAGES; i++) {
			const size_t number = i * steps[k] % PAGES;

			assert_int_equal(get(&setup, number, &page, &err),
					 AM_OK);
			assert_int_equal(am_page_key(setup.pf.format, &page, 0),
					 number);
		}
	assert_int_equal(setup.report.count, 0);
	setup_close(&setup);
}

/* A page that was read does not change when the file does: it was kept. */
static void
test_kept(void **state)
{
	struct setup setup;
	struct am_page page;

	(void)state;
	setup_open(&setup);
	assert_int_equal(get(&setup, 3, &page, NULL), AM_OK);
	memset(setup.pf.data + setup.first + 3 * 512, 0, 512);
	assert_int_equal(get(&setup, 3, &page, NULL), AM_OK);
	assert_int_equal(am_page_key(setup.pf.format, &page, 0), 3);
	setup_close(&setup);
}

static void
test_findings_once(void **state)
{
	struct setup setup;
	struct am_page page;
	struct am_error err;
	size_t i;
	size_t k;

	(void)state;
	setup_open(&setup);
	setup.pf.data[setup.first + 5 * 512 + 100] ^= 1; /* dwCRC */
	setup.pf.data[setup.first + 6 * 512 + 496] = 0;	 /* both types */
	setup.pf.data[setup.first + 6 * 512 + 497] = 0;
	for (k = 0; k < 3; k++) {
		assert_int_equal(get(&setup, 5, &page, &err), AM_OK);
		assert_true(page.flawed);
		assert_int_equal(get(&setup, 6, &page, &err), AM_CORRUPT);
		for (i = 7; i < PAGES; i++) /* drives them out */
			assert_int_equal(get(&setup, i, &page, &err), AM_OK);
	}
	assert_int_equal(setup.report.count, 2);
	assert_true(pf_has_finding(&setup.report, "page-crc: "));
	assert_true(pf_has_finding(&setup.report, "page: "));
	setup_close(&setup);
}

static void
test_dropped(void **state)
{
	struct setup setup;
	struct am_error err;
	size_t i;

	(void)state;
	setup_open(&setup);
	for (i = 0; i < 3; i++) {
		(void)am_fail_at(&err, AM_CORRUPT, 512, "for a reason");
		am_page_dropped(setup.cache, 512, &err);
	}
	assert_int_equal(setup.report.count, 1);
	/* and no more than so many pages */
	for (i = 1; i < AM_PAGE_MAX_REPORTED + 50; i++) {
		(void)am_fail_at(&err, AM_CORRUPT, 512 * i, "for a reason");
		am_page_dropped(setup.cache, 512 * i, &err);
	}
	assert_int_equal(setup.report.count, AM_PAGE_MAX_REPORTED + 1);
	setup_close(&setup);
}

/* name, where the page is said to be */
static const struct {
	const char *name;
	uint64_t ib;
	enum am_status status;
} places[] = {
	{ "behind the end", PF_MAX_SIZE, AM_CORRUPT },
	{ "far behind", UINT64_MAX, AM_CORRUPT },
	{ "almost", UINT64_MAX - 511, AM_CORRUPT },
	{ "the header", 0, AM_CORRUPT },
};

static void
test_places(void **state)
{
	struct setup setup;
	struct am_page page;
	struct am_error err;
	size_t i;

	(void)state;
	setup_open(&setup);
	for (i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		const struct am_bref at = { 1, places[i].ib };

		print_message("%s\n", places[i].name);
		assert_int_equal(am_page_get(setup.cache, AM_PTYPE_NBT, at,
					     UINT32_MAX, &page, &err),
				 places[i].status);
	}
	/* known without looking */
	assert_int_equal(am_source_bytes_asked(setup.pf.source), 0);
	/* the last page ends with the file; one byte on, it does not */
	assert_int_equal(get(&setup, PAGES - 1, &page, &err), AM_OK);
	setup.first++;
	assert_int_equal(get(&setup, PAGES - 1, &page, &err), AM_CORRUPT);
	setup_close(&setup);
}

static void
test_no_memory(void **state)
{
	struct setup setup;
	unsigned long i;

	(void)state;
	setup_open(&setup);
	for (i = 1; i <= 3; i++) {
		am_alloc_fail_after(i);
		assert_null(am_page_cache_open(setup.pf.format, setup.pf.source,
					       NULL));
	}
	am_alloc_fail_after(0);
	am_page_cache_close(NULL);
	setup_close(&setup);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_all_orders),
		cmocka_unit_test(test_kept),
		cmocka_unit_test(test_findings_once),
		cmocka_unit_test(test_dropped),
		cmocka_unit_test(test_places),
		cmocka_unit_test(test_no_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
