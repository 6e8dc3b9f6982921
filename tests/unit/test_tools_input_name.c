/* tools/input_name: what the results of each input are called. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>

#include "input.h"

enum { MAX_INPUTS = 8 };

static void
test_names(void **state)
{
	static const struct {
		const char *paths[MAX_INPUTS];
		const char *names[MAX_INPUTS];
	} cases[] = {
		{ { "old.pst" }, { "old" } },
		{ { "/a/b/old.pst" }, { "old" } },
		{ { "old.OST", "x.Pab" }, { "old", "x" } },
		{ { "old.2004.pst" }, { "old.2004" } },
		{ { "old.pst.bak" }, { "old.pst.bak" } },
		{ { "old" }, { "old" } },
		{ { "with blank.pst" }, { "with blank" } },
		{ { "a/old.pst", "b/old.pst", "c/old.ost" },
		  { "old", "old-2", "old-3" } },
		{ { "a/old.pst", "b/OLD.pst" }, { "old", "OLD-2" } },
		{ { "a/old.pst", "b/old.pst", "old-2.pst" },
		  { "old", "old-2", "old-2-2" } },
		{ { "old-2.pst", "a/old.pst", "b/old.pst" },
		  { "old-2", "old", "old-3" } },
		{ { "old.pst", "old.journal.pst", "old.ledger.jsonl" },
		  { "old", "old.journal-2", "old.ledger.jsonl-2" } },
		{ { "old.summary.json", "old.pst" },
		  { "old.summary.json", "old-2" } },
		{ { ".pst", ".hidden.pst", "..pst", "...pst" },
		  { "_", "_.hidden", "_.", "_.." } },
		{ { "a//" }, { "a" } },
	};
	size_t i, j;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct am_arena arena = { 0 };
		struct am_input list[MAX_INPUTS] = { { NULL, NULL } };
		struct am_inputs inputs = { .list = list };

		while (cases[i].paths[inputs.count] != NULL) {
			list[inputs.count].path = cases[i].paths[inputs.count];
			inputs.count++;
		}
		assert_int_equal(am_inputs_name(&inputs, &arena, NULL), AM_OK);
		for (j = 0; j < inputs.count; j++)
			assert_string_equal(list[j].name, cases[i].names[j]);
		am_arena_free(&arena);
	}
}

/* Cut between characters: "é" is two bytes. */
static void
test_long_name(void **state)
{
	static char path[600];
	struct am_arena arena = { 0 };
	struct am_input list[2] = { { path, NULL }, { path, NULL } };
	struct am_inputs inputs = { list, 2 };
	size_t i;

	(void)state;
	path[0] = 'a';
	for (i = 0; i < 150; i++)
		memcpy(path + 1 + 2 * i, "\xc3\xa9", 2);
	assert_int_equal(am_inputs_name(&inputs, &arena, NULL), AM_OK);
	assert_int_equal(strlen(list[0].name), 199);
	assert_memory_equal(list[0].name, path, 199);
	assert_int_equal(strlen(list[1].name), 201);
	assert_string_equal(list[1].name + 199, "-2");
	am_arena_free(&arena);
}

/* Every one called outlook.pst: the numbers are found without trying all. */
static void
test_many_of_one_name(void **state)
{
	enum { COUNT = 20000 };
	static struct am_input list[COUNT];
	struct am_arena arena = { .limit = 64 << 20 };
	struct am_inputs inputs = { list, COUNT };
	char want[32];
	size_t i;

	(void)state;
	for (i = 0; i < COUNT; i++)
		list[i].path = "x/outlook.pst";
	assert_int_equal(am_inputs_name(&inputs, &arena, NULL), AM_OK);
	assert_string_equal(list[0].name, "outlook");
	for (i = 1; i < COUNT; i++) {
		(void)snprintf(want, sizeof(want), "outlook-%zu", i + 1);
		assert_string_equal(list[i].name, want);
	}
	am_arena_free(&arena);
}

static void
test_no_memory(void **state)
{
	struct am_input list[2] = { { "old.pst", NULL }, { "old.ost", NULL } };
	struct am_inputs inputs = { list, 2 };
	enum am_status status = AM_NOMEM;
	size_t limit;

	(void)state;
	for (limit = 1; status != AM_OK; limit++) {
		struct am_arena arena = { .limit = limit };

		status = am_inputs_name(&inputs, &arena, NULL);
		assert_true(status == AM_OK || status == AM_NOMEM);
		am_arena_free(&arena);
	}
	assert_true(limit > 100);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_long_name),
		cmocka_unit_test(test_many_of_one_name),
		cmocka_unit_test(test_no_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
