/* base/arena: limits, zeroing, reset, copies. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/alloc.h"
#include "base/arena.h"

static void
test_memory_is_zero_and_aligned(void **state)
{
	struct am_arena arena = { 0 };
	size_t round;

	(void)state;
	for (round = 0; round < 3; round++) {
		size_t size;

		for (size = 0; size < 300; size += 7) {
			uint8_t *memory = am_arena_alloc(&arena, size);
			size_t i;

			assert_non_null(memory);
			assert_int_equal(
				(uintptr_t)memory % _Alignof(max_align_t), 0);
			for (i = 0; i < size; i++)
				assert_int_equal(memory[i], 0);
			memset(memory, 0xee, size);
		}
		am_arena_reset(&arena);
		assert_int_equal(arena.used, 0);
	}
	am_arena_free(&arena);
}

/* name, limit, what is used before, size, fits */
static const struct {
	const char *name;
	size_t limit, before, size;
	bool fits;
} limits[] = {
	{ "exactly the limit", 100, 0, 100, true },
	{ "one too many", 100, 0, 101, false },
	{ "the rest", 100, 60, 40, true },
	{ "more than the rest", 100, 60, 41, false },
	{ "nothing of nothing", 100, 100, 0, true },
	{ "the default", 0, 0, AM_ARENA_DEFAULT_LIMIT, true },
	{ "beyond the default", 0, 0, AM_ARENA_DEFAULT_LIMIT + 1, false },
	{ "absurd", 100, 1, SIZE_MAX, false },
};

static void
test_limits(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(limits) / sizeof(limits[0]); i++) {
		struct am_arena arena = { .limit = limits[i].limit };
		struct am_error err;

		print_message("%s\n", limits[i].name);
		assert_non_null(am_arena_raw(&arena, limits[i].before));
		assert_int_equal(am_arena_raw(&arena, limits[i].size) != NULL,
				 limits[i].fits);
		if (!limits[i].fits)
			assert_int_equal(
				am_arena_failed(&arena, limits[i].size, &err),
				AM_LIMIT);
		am_arena_free(&arena);
	}
}

static void
test_multiplication_is_checked(void **state)
{
	struct am_arena arena = { 0 };

	(void)state;
	assert_null(am_arena_calloc(&arena, SIZE_MAX / 2, 3));
	assert_null(am_arena_calloc(&arena, SIZE_MAX, SIZE_MAX));
	assert_non_null(am_arena_calloc(&arena, 3, 5));
	assert_non_null(am_arena_calloc(&arena, 0, 5));
	assert_non_null(am_arena_calloc(&arena, 5, 0));
	am_arena_free(&arena);
}

static void
test_copies(void **state)
{
	struct am_arena arena = { 0 };
	struct am_bytes copy;
	struct am_error err;

	(void)state;
	assert_string_equal(am_arena_text(&arena, "abcdef", 3), "abc");
	assert_string_equal(am_arena_text(&arena, NULL, 0), "");
	assert_string_equal(am_arena_printf(&arena, "%s-%d", "x", 42), "x-42");
	assert_int_equal(am_arena_copy(&arena,
				       am_bytes("12\0"
						"4",
						4),
				       &copy, &err),
			 AM_OK);
	assert_true(am_bytes_equal(copy, am_bytes("12\0"
						  "4",
						  4)));
	am_arena_free(&arena);
}

static void
test_failed_malloc_is_nomem(void **state)
{
	struct am_arena arena = { 0 };
	struct am_error err;
	void *memory;

	(void)state;
	am_alloc_fail_after(1);
	memory = am_arena_alloc(&arena, 10);
	am_alloc_fail_after(0);
	assert_null(memory);
	assert_int_equal(am_arena_failed(&arena, 10, &err), AM_NOMEM);
	assert_non_null(am_arena_alloc(&arena, 10));
	am_arena_free(&arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_memory_is_zero_and_aligned),
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_multiplication_is_checked),
		cmocka_unit_test(test_copies),
		cmocka_unit_test(test_failed_malloc_is_nomem),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
