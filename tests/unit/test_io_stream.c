/* io/stream: a part of a stream, whatever the pieces it comes in. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "io/stream.h"
#include "piece_stream.h"

static const struct {
	const char *front;
	uint64_t skip;
	uint64_t len;
	const char *want;
} cases[] = {
	{ "", 0, 10, "0123456789" }, { "", 0, 0, "" },
	{ "", 3, 4, "3456" },	     { "ab", 3, 4, "ab3456" },
	{ "ab", 3, 0, "ab" },	     { "ab", 9, UINT64_MAX, "ab9" },
	{ "ab", 10, 1, "ab" },	     { "ab", UINT64_MAX, 1, "ab" },
};

static void
test_part(void **state)
{
	size_t size;
	size_t i;

	(void)state;
	for (size = 1; size <= 11; size++) {
		for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
			struct am_arena arena = { 0 };
			struct am_buf out = am_buf(100);
			struct am_error err = { 0 };
			struct piece_stream pieces =
				piece_stream(am_bytes_of("0123456789"), size);
			struct am_stream *part;

			assert_int_equal(
				am_stream_part(&arena,
					       am_bytes_of(cases[i].front),
					       &pieces.base, cases[i].skip,
					       cases[i].len, &part, &err),
				AM_OK);
			assert_int_equal(am_stream_read_all(part, &out, &err),
					 AM_OK);
			assert_string_equal(am_buf_text(&out), cases[i].want);
			am_stream_close(part);
			assert_int_equal(pieces.closed, 1);
			am_buf_free(&out);
			am_arena_free(&arena);
		}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_part) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
