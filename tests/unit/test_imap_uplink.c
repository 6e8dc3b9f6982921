/* imap/uplink: when compression would help. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "imap/uplink.h"

enum { S = 1000 * 1000, M = 1 << 20 };

static const struct uplink_case {
	const char *name;
	struct am_imap_uplink
		measured; /* time, bytes, { write, read, window } */
	bool is_limit;
} uplink_cases[] = {
	{ "slow line", { 4 * S, 2 * M, { 3 * S, S / 2, 0 } }, true },
	{ "fast line that is full",
	  { 4 * S, 32 * M - 1, { 3 * S, 0, 0 } },
	  true },
	{ "too fast for packing", { 4 * S, 32 * M, { 3 * S, 0, 0 } }, false },
	{ "answers are slow", { 4 * S, 2 * M, { S, 3 * S, 0 } }, false },
	{ "we are slow", { 4 * S, 2 * M, { S / 2, 0, 0 } }, false },
	{ "not long enough", { 2 * S - 1, 2 * M, { S, 0, 0 } }, false },
	{ "just long enough", { 2 * S, 2 * M, { S, 0, 0 } }, true },
	{ "not enough", { 4 * S, M - 1, { 3 * S, 0, 0 } }, false },
	{ "just enough", { 4 * S, M, { 3 * S, 0, 0 } }, true },
	{ "the server takes no more",
	  { 4 * S, 20 * M, { 3 * S, 0, 3 * S } },
	  false },
	{ "it sometimes takes no more",
	  { 4 * S, 20 * M, { 3 * S, 0, S } },
	  true },
	{ "shut more often than we waited",
	  { 4 * S, 20 * M, { 3 * S, 0, 4 * S } },
	  false },
	{ "so slow that it may be a tunnel",
	  { 4 * S, 8 * M - 1, { 3 * S, 0, 3 * S } },
	  true },
	{ "too fast for that", { 4 * S, 8 * M, { 3 * S, 0, 3 * S } }, false },
	{ "nothing", { 0, 0, { 0, 0, 0 } }, false },
};

static void
test_uplink(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(uplink_cases) / sizeof(uplink_cases[0]); i++)
		if (am_imap_uplink_limits(&uplink_cases[i].measured) !=
		    uplink_cases[i].is_limit)
			fail_msg("%s", uplink_cases[i].name);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_uplink),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
