/* io/decode_stream: pieces of any size, pages of any kind, errors passed on. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/alloc.h"
#include "io/decode_stream.h"
#include "piece_stream.h"

static void
test_small(void **state)
{
	static const struct {
		const char *name;
		unsigned codepage;
		const char *raw;
		size_t len;
		const char *want;
		bool replaced;
	} cases[] = {
		{ "empty", 1252, "", 0, "", false },
		{ "1252", 1252, "caf\xe9", 4, "café", false },
		{ "UTF-16", 1200, "a\0\x3d\xd8\0\xde", 6, "a😀", false },
		{ "a mark", 1200, "\xff\xfe\x61\0", 4, "a", false },
		{ "an odd byte", 1200, "a\0b", 3, "a\xef\xbf\xbd", true },
		{ "932", 932, "\x93\xfa\x96{", 4, "日本", false },
		{ "932, cut", 932, "\x93\xfa\x96", 3, "日–", true },
		{ "ISO-2022-JP", 50220, "\x1b$BF|\x1b(B", 8, "日", false },
		{ "nothing but escapes", 50220, "\x1b$B\x1b(B", 6, "", false },
		{ "no label, UTF-8", 0, "é", 2, "é", false },
		{ "no label, 1252", 0, "caf\xe9", 4, "café", true },
		{ "unknown page", 29001, "caf\xe9", 4, "café", true },
		{ "UTF-8 as ASCII", 20127, "é", 2, "é", false },
	};
	size_t i, piece;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		print_message("%s\n", cases[i].name);
		for (piece = 1; piece < 10; piece++) {
			const struct am_bytes raw =
				am_bytes(cases[i].raw, cases[i].len);
			struct piece_stream from = piece_stream(raw, piece);
			struct am_arena arena = { 0 };
			struct am_buf buf = am_buf(1000);
			struct am_stream *stream;
			struct am_bytes more;
			bool replaced = false;

			assert_int_equal(
				am_decode_stream_open(&arena, &from.base,
						      cases[i].codepage,
						      &replaced, &stream, NULL),
				AM_OK);
			assert_int_equal(am_stream_read_all(stream, &buf, NULL),
					 AM_OK);
			assert_string_equal(am_buf_text(&buf), cases[i].want);
			assert_int_equal(buf.len, strlen(cases[i].want));
			assert_int_equal(replaced, cases[i].replaced);
			assert_int_equal(am_stream_next(stream, &more, NULL),
					 AM_END);
			am_stream_close(stream);
			am_buf_free(&buf);
			am_arena_free(&arena);
		}
	}
}

/* A megabyte given at once comes out in modest pieces, whole. */
static void
test_large(void **state)
{
	static uint8_t raw[1 << 20];
	struct am_arena arena = { .limit = 10000 };
	struct piece_stream from =
		piece_stream(am_bytes(raw, sizeof(raw)), sizeof(raw));
	struct am_stream *stream;
	struct am_bytes bytes;
	size_t i, total = 0;

	(void)state;
	for (i = 0; i < sizeof(raw); i += 2) {
		raw[i] = 0xac; /* U+20AC */
		raw[i + 1] = 0x20;
	}
	assert_int_equal(am_decode_stream_open(&arena, &from.base, 1200, NULL,
					       &stream, NULL),
			 AM_OK);
	while (am_stream_next(stream, &bytes, NULL) == AM_OK) {
		assert_in_range(bytes.len, 1, 64 << 10);
		for (i = 0; i < bytes.len; i += 3)
			assert_memory_equal(bytes.data + i, "€", 3);
		total += bytes.len;
	}
	assert_int_equal(total, sizeof(raw) / 2 * 3);
	am_stream_close(stream);
	am_arena_free(&arena);
}

static void
test_errors(void **state)
{
	struct am_arena arena = { 0 };
	struct am_arena small = { .limit = 10 };
	struct piece_stream from = piece_stream(am_bytes_of("abc"), 2);
	struct am_stream *stream;
	struct am_bytes bytes;
	struct am_error err;

	(void)state;
	assert_int_equal(am_decode_stream_open(&small, &from.base, 1252, NULL,
					       &stream, &err),
			 AM_LIMIT);
	from.then = AM_IO;
	assert_int_equal(am_decode_stream_open(&arena, &from.base, 1252, NULL,
					       &stream, &err),
			 AM_OK);
	assert_int_equal(am_stream_next(stream, &bytes, &err), AM_OK);
	assert_true(am_bytes_equal(bytes, am_bytes_of("ab")));
	assert_int_equal(am_stream_next(stream, &bytes, &err), AM_OK);
	assert_true(am_bytes_equal(bytes, am_bytes_of("c")));
	assert_int_equal(am_stream_next(stream, &bytes, &err), AM_IO);
	assert_string_equal(err.text, "as the test wants it");
	am_stream_close(stream);

	from = piece_stream(am_bytes_of("abc"), 2);
	assert_int_equal(am_decode_stream_open(&arena, &from.base, 1252, NULL,
					       &stream, &err),
			 AM_OK);
	am_alloc_fail_after(1);
	assert_int_equal(am_stream_next(stream, &bytes, &err), AM_NOMEM);
	am_alloc_fail_after(0);
	am_stream_close(stream);
	am_arena_free(&arena);
	am_arena_free(&small);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_small),
		cmocka_unit_test(test_large),
		cmocka_unit_test(test_errors),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
