/* base/buf: growth, the maximum, failures that are remembered. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/alloc.h"
#include "base/buf.h"

static void
test_appending(void **state)
{
	struct am_buf buf = am_buf(1 << 20);
	size_t i;

	(void)state;
	assert_string_equal(am_buf_text(&buf), "");
	am_buf_add_text(&buf, "one");
	am_buf_add_char(&buf, ',');
	am_buf_printf(&buf, "%d %s", 2, "three");
	am_buf_add(&buf, am_bytes(NULL, 0));
	assert_string_equal(am_buf_text(&buf), "one,2 three");
	for (i = 0; i < 10000; i++)
		am_buf_add_char(&buf, 'x');
	assert_int_equal(buf.len, 11 + 10000);
	assert_int_equal(buf.data[buf.len], 0);
	assert_int_equal(am_buf_status(&buf, NULL), AM_OK);
	am_buf_clear(&buf);
	assert_string_equal(am_buf_text(&buf), "");
	am_buf_free(&buf);
}

/* name, maximum, first addition, second, answer */
static const struct {
	const char *name;
	size_t max, first, second;
	enum am_status status;
} maxima[] = {
	{ "below", 10, 4, 5, AM_OK },
	{ "exactly", 10, 4, 6, AM_OK },
	{ "one too many", 10, 4, 7, AM_LIMIT },
	{ "at once", 10, 11, 0, AM_LIMIT },
	{ "nothing allowed, nothing added", 0, 0, 0, AM_OK },
	{ "nothing allowed", 0, 1, 0, AM_LIMIT },
};

static void
test_maximum(void **state)
{
	static const char filler[16] = "0123456789abcde";
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(maxima) / sizeof(maxima[0]); i++) {
		struct am_buf buf = am_buf(maxima[i].max);

		print_message("%s\n", maxima[i].name);
		am_buf_add(&buf, am_bytes(filler, maxima[i].first));
		am_buf_add(&buf, am_bytes(filler, maxima[i].second));
		assert_int_equal(am_buf_status(&buf, NULL), maxima[i].status);
		assert_true(buf.len <= maxima[i].max);
		/* the failure stays until it is cleared */
		am_buf_add(&buf, am_bytes(filler, 0));
		assert_int_equal(am_buf_status(&buf, NULL), maxima[i].status);
		am_buf_clear(&buf);
		assert_int_equal(am_buf_status(&buf, NULL), AM_OK);
		am_buf_free(&buf);
	}
}

/* Lent memory: used until it is full, then left alone. */
static void
test_lent_memory(void **state)
{
	uint8_t memory[8];
	struct am_buf buf = am_buf_in(1 << 20, memory, sizeof(memory));

	(void)state;
	assert_string_equal(am_buf_text(&buf), "");
	am_buf_add_text(&buf, "1234567");
	assert_ptr_equal(buf.data, memory);
	am_buf_add_char(&buf, '8');
	assert_ptr_not_equal(buf.data, memory);
	assert_string_equal(am_buf_text(&buf), "12345678");
	assert_memory_equal(memory, "1234567", sizeof(memory));
	am_buf_clear(&buf);
	am_buf_free(&buf);
	am_buf_free(&buf);

	buf = am_buf_in(1 << 20, NULL, sizeof(memory));
	am_buf_add_text(&buf, "no memory was lent");
	assert_string_equal(am_buf_text(&buf), "no memory was lent");
	am_buf_free(&buf);
}

/* More is lent than may be used. */
static void
test_lent_maximum(void **state)
{
	uint8_t memory[8];
	struct am_buf buf = am_buf_in(3, memory, sizeof(memory));

	(void)state;
	am_buf_add_text(&buf, "123");
	assert_int_equal(am_buf_status(&buf, NULL), AM_OK);
	am_buf_add_char(&buf, '4');
	assert_int_equal(am_buf_status(&buf, NULL), AM_LIMIT);
	assert_string_equal(am_buf_text(&buf), "123");
	am_buf_free(&buf);
}

/* A failure leaves the lent bytes, and is no fault when it is freed. */
static void
test_lent_no_memory(void **state)
{
	uint8_t memory[8];
	struct am_buf buf = am_buf_in(1 << 20, memory, sizeof(memory));

	(void)state;
	am_buf_add_text(&buf, "1234567");
	am_alloc_fail_after(1);
	am_buf_add_char(&buf, '8');
	am_alloc_fail_after(0);
	assert_int_equal(am_buf_status(&buf, NULL), AM_NOMEM);
	assert_string_equal(am_buf_text(&buf), "1234567");
	am_buf_free(&buf);
}

static void
test_numbers(void **state)
{
	struct am_buf buf = am_buf(100);

	(void)state;
	am_buf_add_uint(&buf, 0);
	am_buf_add_char(&buf, ' ');
	am_buf_add_uint(&buf, 10);
	am_buf_add_char(&buf, ' ');
	am_buf_add_uint(&buf, UINT64_MAX);
	assert_string_equal(am_buf_text(&buf), "0 10 18446744073709551615");
	am_buf_free(&buf);
}

static void
test_failed_realloc_is_nomem(void **state)
{
	struct am_buf buf = am_buf(1 << 20);

	(void)state;
	am_buf_add_text(&buf, "kept");
	am_alloc_fail_after(1);
	(void)am_buf_room(&buf, 5000);
	am_alloc_fail_after(0);
	assert_int_equal(am_buf_status(&buf, NULL), AM_NOMEM);
	assert_string_equal(am_buf_text(&buf), "kept");
	am_buf_free(&buf);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_appending),
		cmocka_unit_test(test_maximum),
		cmocka_unit_test(test_lent_memory),
		cmocka_unit_test(test_lent_maximum),
		cmocka_unit_test(test_lent_no_memory),
		cmocka_unit_test(test_numbers),
		cmocka_unit_test(test_failed_realloc_is_nomem),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
