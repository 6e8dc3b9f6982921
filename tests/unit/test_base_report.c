/* base/report and base/error: texts, places, counts; base/bitset. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/alloc.h"
#include "base/bitset.h"
#include "base/report.h"

static void
test_error_text(void **state)
{
	char longer[AM_ERROR_TEXT_SIZE * 2];
	struct am_error err;

	(void)state;
	assert_int_equal(am_fail(&err, AM_CORRUPT, "x is %d", 7), AM_CORRUPT);
	assert_int_equal(err.status, AM_CORRUPT);
	assert_string_equal(err.text, "x is 7");
	assert_true(err.file_offset == 0);
	assert_int_equal(am_fail_at(&err, AM_IO, 512, "y"), AM_IO);
	assert_true(err.file_offset == 512);
	memset(longer, 'a', sizeof(longer) - 1);
	longer[sizeof(longer) - 1] = '\0';
	(void)am_fail(&err, AM_IO, "%s", longer);
	assert_int_equal(strlen(err.text), AM_ERROR_TEXT_SIZE - 1);
	assert_int_equal(am_fail(NULL, AM_LIMIT, "nobody asks"), AM_LIMIT);
	assert_string_equal(am_status_name(AM_CORRUPT), "corrupt");
	assert_string_equal(am_status_name((enum am_status)999),
			    "unknown status");
	assert_true(am_is_item_scoped(AM_CORRUPT));
	assert_true(am_is_item_scoped(AM_IO)); /* a bad sector */
	assert_true(am_is_damage(AM_IO));
	assert_false(am_is_damage(AM_LIMIT));
	assert_false(am_is_item_scoped(AM_OUTPUT));
	assert_false(am_is_item_scoped(AM_NOMEM));
	assert_false(am_is_item_scoped(AM_OK));
}

static void
test_report_places(void **state)
{
	struct am_arena arena = { 0 };
	struct am_report report = { .arena = &arena };
	struct am_error err;

	(void)state;
	(void)am_fail_at(&err, AM_CORRUPT, 1024, "dwCRC is 0x1");
	err.nid = 0x200024;
	am_report_add(&report, "block-crc", &err);
	am_report_note(&report, "rtf-only", "no %s", "text");
	assert_int_equal(report.count, 2);
	assert_string_equal(
		report.first->text,
		"block-crc: dwCRC is 0x1 at offset 1024 in node 0x200024");
	assert_string_equal(report.last->text, "rtf-only: no text");
	/* the same again is one finding */
	am_report_add(&report, "block-crc", &err);
	assert_int_equal(report.count, 2);
	am_report_clear(&report);
	assert_int_equal(report.count, 0);
	assert_null(report.first);
	am_report_add(NULL, "nobody", &err);
	am_arena_free(&arena);
}

static void
test_report_keeps_a_limited_number(void **state)
{
	struct am_arena arena = { 0 };
	struct am_report report = { .arena = &arena };
	int i;

	(void)state;
	for (i = 0; i < AM_REPORT_MAX_TEXTS + 10; i++)
		am_report_note(&report, "n", "%d", i);
	assert_int_equal(report.kept, AM_REPORT_MAX_TEXTS);
	assert_int_equal(report.count, AM_REPORT_MAX_TEXTS + 10);
	am_arena_free(&arena);
}

/* A full arena loses texts; an allocation that fails is another matter. */
static void
test_report_without_memory(void **state)
{
	struct am_arena arena = { .limit = 256 };
	struct am_report report = { .arena = &arena };
	int i;

	(void)state;
	for (i = 0; i < 20; i++)
		am_report_note(&report, "a text of some length", "%d", i);
	assert_true(report.kept < 20);
	assert_int_equal(report.count, 20);
	assert_false(report.no_memory);
	am_report_clear(&report);
	am_arena_free(&arena);
	(void)am_alloc_fail_after(1);
	am_report_note(&report, "n", "1");
	(void)am_alloc_fail_after(0);
	assert_int_equal(report.count, 1);
	assert_true(report.no_memory);
	am_report_clear(&report);
	assert_false(report.no_memory);
	am_arena_free(&arena);
}

static void
test_bitset(void **state)
{
	static const uint32_t numbers[] = {
		0, 1, 63, 64, 32767, 32768, (UINT32_C(1) << 27) - 1
	};
	struct am_bitset *set = test_calloc(1, sizeof(*set));
	uint32_t from = 0;
	uint32_t next = 0;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		assert_false(am_bitset_has(set, numbers[i]));
		assert_int_equal(am_bitset_add(set, numbers[i], NULL), AM_OK);
		assert_true(am_bitset_has(set, numbers[i]));
	}
	assert_false(am_bitset_has(set, 2));
	assert_false(am_bitset_has(set, 100000));
	for (i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		assert_true(am_bitset_next(set, from, &next));
		assert_int_equal(next, numbers[i]);
		from = next + 1;
	}
	assert_false(am_bitset_next(set, from, &next));
	am_bitset_remove(set, 64);
	assert_true(am_bitset_next(set, 64, &next));
	assert_int_equal(next, 32767);
	am_bitset_remove(set, 100000);
	assert_false(am_bitset_has(set, 64));
	assert_true(am_bitset_has(set, 63));
	am_bitset_free(set);
	assert_false(am_bitset_has(set, 63));
	test_free(set);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_error_text),
		cmocka_unit_test(test_report_places),
		cmocka_unit_test(test_report_keeps_a_limited_number),
		cmocka_unit_test(test_report_without_memory),
		cmocka_unit_test(test_bitset),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
