/* sink/imap_doubt: messages that may be ours are bound to rows one to one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sink/imap_doubt.h"

static void
add(struct am_imap_doubt *doubt, uint32_t uid, uint8_t id, int64_t received,
    uint64_t size)
{
	struct am_imap_found found = { .uid = uid,
				       .size = size,
				       .received = received };
	struct am_error err = { 0 };

	found.id[0] = id;
	assert_int_equal(am_imap_doubt_add(doubt, &found, &err), AM_OK);
}

static uint32_t
bind(struct am_imap_doubt *doubt, uint8_t id, int64_t received, bool has_date,
     uint64_t size)
{
	struct am_imap_claim claim = { .size = size,
				       .received = received,
				       .has_date = has_date };

	claim.id[0] = id;
	return am_imap_doubt_bind(doubt, &claim);
}

static void
test_each_goes_to_one_row(void **state)
{
	struct am_imap_doubt doubt = { 0 };

	(void)state;
	add(&doubt, 7, 1, 100, 50);
	add(&doubt, 8, 1, 100, 50);
	add(&doubt, 9, 2, 100, 50);
	assert_int_equal(doubt.unbound, 3);
	assert_int_equal(am_imap_doubt_lowest(&doubt), 7);
	/* in the order they came */
	assert_int_equal(bind(&doubt, 1, 100, true, 50), 7);
	assert_int_equal(am_imap_doubt_lowest(&doubt), 8);
	assert_int_equal(bind(&doubt, 1, 100, true, 50), 8);
	assert_int_equal(bind(&doubt, 1, 100, true, 50), 0);
	assert_int_equal(bind(&doubt, 3, 100, true, 50), 0);
	assert_int_equal(bind(&doubt, 2, 100, true, 50), 9);
	assert_int_equal(doubt.unbound, 0);
	assert_int_equal(am_imap_doubt_lowest(&doubt), 0);
	am_imap_doubt_free(&doubt);
}

static void
test_the_date_counts_and_the_size_helps(void **state)
{
	struct am_imap_doubt doubt = { 0 };

	(void)state;
	add(&doubt, 1, 1, 100, 40);
	add(&doubt, 2, 1, 100, 50);
	add(&doubt, 3, 1, 200, 50);
	assert_int_equal(bind(&doubt, 1, 300, true, 50), 0);
	/* the same size first; but servers change sizes */
	assert_int_equal(bind(&doubt, 1, 100, true, 50), 2);
	assert_int_equal(bind(&doubt, 1, 100, true, 60), 1);
	/* sent without a date: the server has made one */
	assert_int_equal(bind(&doubt, 1, 100, false, 50), 3);
	am_imap_doubt_free(&doubt);
}

static void
test_rows_that_are_done_are_dropped(void **state)
{
	struct am_imap_doubt doubt = { 0 };
	uint32_t uid;

	(void)state;
	/* not in the order of UIDs */
	for (uid = 200; uid > 100; uid--)
		add(&doubt, uid, 1, 100, 50);
	for (uid = 101; uid <= 199; uid++)
		am_imap_doubt_drop(&doubt, uid);
	am_imap_doubt_drop(&doubt, 150);
	am_imap_doubt_drop(&doubt, 1000);
	assert_int_equal(doubt.unbound, 1);
	assert_int_equal(am_imap_doubt_lowest(&doubt), 200);
	assert_int_equal(bind(&doubt, 1, 100, true, 50), 200);
	assert_int_equal(bind(&doubt, 1, 100, true, 50), 0);
	am_imap_doubt_free(&doubt);
}

static void
test_nothing(void **state)
{
	struct am_imap_doubt doubt = { 0 };

	(void)state;
	am_imap_doubt_drop(&doubt, 1);
	assert_int_equal(bind(&doubt, 1, 100, true, 50), 0);
	assert_int_equal(am_imap_doubt_lowest(&doubt), 0);
	am_imap_doubt_free(&doubt);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_goes_to_one_row),
		cmocka_unit_test(test_the_date_counts_and_the_size_helps),
		cmocka_unit_test(test_rows_that_are_done_are_dropped),
		cmocka_unit_test(test_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
