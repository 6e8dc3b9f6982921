/* tools/exit: the contract of the exit statuses. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "exit.h"

static void
test_statuses(void **state)
{
	static const struct {
		enum am_status status;
		int run;  /* while working */
		int open; /* while opening the input */
	} cases[] = {
		{ AM_OK, 0, 0 },
		{ AM_END, 0, 0 },
		{ AM_NOT_FOUND, 66, 66 },
		{ AM_CORRUPT, 65, 65 },
		{ AM_UNSUPPORTED, 65, 65 },
		{ AM_LIMIT, 70, 70 },
		{ AM_NOMEM, 71, 71 },
		{ AM_IO, 74, 66 },
		{ AM_NETWORK, 69, 69 },
		{ AM_AUTH, 77, 77 },
		{ AM_REFUSED, 75, 75 },
		{ AM_PROTOCOL, 76, 76 },
		{ AM_LATER, 75, 75 },
		{ AM_OUTPUT, 73, 73 },
		{ AM_INTERRUPTED, 130, 130 },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_int_equal(am_exit_of(cases[i].status), cases[i].run);
		assert_int_equal(am_exit_of_open(cases[i].status),
				 cases[i].open);
	}
	assert_int_equal(am_exit_of((enum am_status)1000), 70);
}

static void
test_several_inputs(void **state)
{
	static const struct {
		const char *name;
		unsigned count;
		enum am_exit each[3];
		int total;
	} cases[] = {
		{ "none", 0, { 0 }, 0 },
		{ "one good", 1, { 0 }, 0 },
		{ "one missing", 1, { 66 }, 66 },
		{ "all good", 3, { 0, 0, 0 }, 0 },
		{ "all missing", 3, { 66, 66, 66 }, 66 },
		{ "all with items that failed", 2, { 1, 1 }, 1 },
		{ "good and missing", 2, { 0, 66 }, 1 },
		{ "missing and good", 2, { 66, 0 }, 1 },
		{ "two causes", 2, { 65, 66 }, 1 },
		{ "the first alone differs", 3, { 65, 66, 66 }, 1 },
		{ "the middle one differs", 3, { 66, 0, 66 }, 1 },
	};
	size_t i;
	unsigned j;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct am_exit_sum sum = { .count = 0 };

		for (j = 0; j < cases[i].count; j++)
			am_exit_add(&sum, cases[i].each[j]);
		if ((int)am_exit_total(&sum) != cases[i].total)
			fail_msg("%s: %d", cases[i].name,
				 (int)am_exit_total(&sum));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_statuses),
		cmocka_unit_test(test_several_inputs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
