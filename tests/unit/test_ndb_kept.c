/* pst/ndb/kept: internal blocks that are asked for again and again. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/alloc.h"
#include "pst/ndb/block.h"
#include "pst_fixture.h"

enum { COUNT = 10 };

struct setup {
	struct pf pf;
	struct am_arena arena;
	struct am_report report;
	struct am_ndb *ndb;
	uint64_t bids[COUNT], ibs[COUNT];
};

static void
setup_open(struct setup *setup)
{
	const struct setup empty = { 0 };
	struct am_error err;
	uint8_t i;

	*setup = empty;
	setup->report.arena = &setup->arena;
	pf_open(&setup->pf, AM_NDB_UNICODE, AM_NDB_CRYPT_PERMUTE);
	for (i = 0; i < COUNT; i++)
		setup->bids[i] = pf_block_at(&setup->pf, &i, 1, PF_INTERNAL,
					     &setup->ibs[i]);
	pf_finish(&setup->pf);
	assert_int_equal(pf_ndb(&setup->pf, NULL, &setup->ndb, &err), AM_OK);
	am_ndb_set_report(setup->ndb, &setup->report);
}

static void
setup_close(struct setup *setup)
{
	am_ndb_close(setup->ndb);
	am_arena_free(&setup->arena);
	pf_close(&setup->pf);
}

static uint8_t
get(struct setup *setup, size_t i)
{
	struct am_bytes payload;
	struct am_error err;

	assert_int_equal(
		am_kept_block_get(setup->ndb, setup->bids[i], &payload, &err),
		AM_OK);
	assert_int_equal(payload.len, 1);
	return payload.data[0];
}

static void
test_orders(void **state)
{
	struct setup setup;
	size_t i;

	(void)state;
	setup_open(&setup);
	for (i = 0; i < 200; i++)
		assert_int_equal(get(&setup, i * i % COUNT), i * i % COUNT);
	assert_int_equal(setup.report.count, 0);
	setup_close(&setup);
}

/* A kept block is not read again, and what was asked for stays in place until
 * enough others were. */
static void
test_borrowed(void **state)
{
	struct am_bytes first;
	struct am_error err;
	struct setup setup;
	size_t i;

	(void)state;
	setup_open(&setup);
	assert_int_equal(
		am_kept_block_get(setup.ndb, setup.bids[0], &first, &err),
		AM_OK);
	setup.pf.data[setup.ibs[0]] = 0xee;
	for (i = 1; i < AM_NDB_KEPT_BLOCKS; i++)
		(void)get(&setup, i);
	assert_int_equal(first.data[0], 0);
	assert_int_equal(get(&setup, 0), 0);
	for (i = 1; i < COUNT; i++)
		(void)get(&setup, i);
	assert_int_equal(get(&setup, 0), 0xee);
	setup_close(&setup);
}

/* Each message that uses a damaged block gets the finding. */
static void
test_findings_each_time(void **state)
{
	struct am_arena arena = { 0 };
	struct am_report other = { .arena = &arena };
	struct setup setup;

	(void)state;
	setup_open(&setup);
	setup.pf.data[setup.ibs[2]] ^= 0x80;
	assert_int_equal(get(&setup, 2), 0x82);
	am_ndb_set_report(setup.ndb, &other);
	assert_int_equal(get(&setup, 2), 0x82);
	assert_int_equal(setup.report.count, 1);
	assert_int_equal(other.count, 1);
	am_arena_free(&arena);
	setup_close(&setup);
}

static void
test_failures(void **state)
{
	struct am_bytes payload;
	struct am_error err;
	struct setup setup;

	(void)state;
	setup_open(&setup);
	assert_int_equal(am_kept_block_get(setup.ndb, 0, &payload, &err),
			 AM_NOT_FOUND);
	assert_int_equal(am_kept_block_get(setup.ndb, 0x9998, &payload, &err),
			 AM_NOT_FOUND);
	am_alloc_fail_after(1);
	assert_int_equal(
		am_kept_block_get(setup.ndb, setup.bids[0], &payload, &err),
		AM_NOMEM);
	am_alloc_fail_after(0);
	assert_int_equal(get(&setup, 0), 0);
	setup_close(&setup);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_orders),
		cmocka_unit_test(test_borrowed),
		cmocka_unit_test(test_findings_each_time),
		cmocka_unit_test(test_failures),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
