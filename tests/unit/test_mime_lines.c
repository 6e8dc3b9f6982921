/* mime/lines: one kind of line end, no line too long, no NUL. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "mime/lines.h"
#include "mime_decode.h"

static void
write_pieces(struct am_lines enc, struct am_bytes data, size_t piece,
	     struct am_buf *out)
{
	size_t at;

	for (at = 0; at < data.len; at += piece) {
		const size_t left = data.len - at;

		am_lines_add(
			&enc,
			am_bytes(data.data + at, left < piece ? left : piece),
			out);
	}
}

static void
test_line_ends(void **state)
{
	static const struct {
		const char *name, *in;
		size_t len;
		const char *out;
	} cases[] = {
		{ "nothing", "", 0, "" },
		{ "CRLF", "a\r\nb\r\n", 6, "a\r\nb\r\n" },
		{ "LF", "a\nb\n", 4, "a\r\nb\r\n" },
		{ "CR", "a\rb\r", 4, "a\r\nb\r\n" },
		{ "mixed", "\n\r\r\n\n", 5, "\r\n\r\n\r\n\r\n" },
		{ "NUL", "a\0b\r\0\nc", 7, "ab\r\nc" },
		{ "the rest stays", "\x01\t\x80 ", 4, "\x01\t\x80 " },
	};
	size_t i, piece;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		for (piece = 1; piece < 8; piece++) {
			const struct am_lines enc = { 0 };
			struct am_buf out = am_buf(100);

			write_pieces(enc, am_bytes(cases[i].in, cases[i].len),
				     piece, &out);
			if (strcmp(am_buf_text(&out), cases[i].out) != 0)
				fail_msg("%s, in pieces of %zu", cases[i].name,
					 piece);
			am_buf_free(&out);
		}
}

/* Lines that are too long break at 998, and between characters only. */
static void
test_long_lines(void **state)
{
	static const struct {
		const char *name, *character;
	} cases[] = {
		{ "ASCII", "x" },
		{ "two bytes", "\xc3\xa9" },
		{ "three bytes", "\xe2\x82\xac" },
		{ "four bytes", "\xf0\x9f\x98\x80" },
		{ "stray continuation bytes", "\x80" },
	};
	size_t i, piece, n;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const size_t width = strlen(cases[i].character);
		const size_t per_line = AM_LINE_MAX / width;
		struct am_buf in = am_buf(20000);
		struct am_buf want = am_buf(20000);

		for (n = 0; n < 3000; n++) {
			if (n > 0 && n % per_line == 0)
				am_buf_add_char(&want, '\n');
			am_buf_add_text(&in, cases[i].character);
			am_buf_add_text(&want, cases[i].character);
		}
		for (piece = 1; piece < 4000; piece = piece * 3 + 1) {
			const struct am_lines enc = { .lf = true };
			struct am_buf out = am_buf(20000);

			write_pieces(enc, am_buf_bytes(&in), piece, &out);
			if (strcmp(am_buf_text(&out), am_buf_text(&want)) != 0)
				fail_msg("%s", cases[i].name);
			am_buf_free(&out);
		}
		am_buf_free(&in);
		am_buf_free(&want);
	}
}

static void
test_long_lines_wanted(void **state)
{
	const struct am_lines enc = { .long_lines = true };
	struct am_buf in = am_buf(5000);
	struct am_buf out = am_buf(20000);
	size_t n;

	(void)state;
	for (n = 0; n < 4000; n++)
		am_buf_add_char(&in, 'x');
	write_pieces(enc, am_buf_bytes(&in), 1700, &out);
	assert_string_equal(am_buf_text(&out), am_buf_text(&in));
	am_buf_free(&in);
	am_buf_free(&out);
}

static void
test_random(void **state)
{
	static const char pool[] = "a\r\n\0\xc3\xa9";
	char data[3000];
	uint32_t seed = 11;
	size_t round, i;

	(void)state;
	for (round = 0; round < 200; round++) {
		const struct am_lines enc = { .lf = round % 2 != 0 };
		struct am_buf whole = am_buf(8000);
		struct am_buf pieces = am_buf(40000);

		/* every fourth round: hardly any line ends */
		for (i = 0; i < sizeof(data); i++)
			data[i] =
				round % 4 == 0 && pseudo_random(&seed) % 64 != 0
					? 'x'
					: pool[pseudo_random(&seed) %
					       (sizeof(pool) - 1)];
		write_pieces(enc, am_bytes(data, sizeof(data)), sizeof(data),
			     &whole);
		write_pieces(enc, am_bytes(data, sizeof(data)), 1 + round % 13,
			     &pieces);
		assert_int_equal(whole.len, pieces.len);
		assert_string_equal(am_buf_text(&whole), am_buf_text(&pieces));
		assert_null(memchr(whole.data, '\0', whole.len));
		am_buf_free(&whole);
		am_buf_free(&pieces);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_line_ends),
		cmocka_unit_test(test_long_lines),
		cmocka_unit_test(test_long_lines_wanted),
		cmocka_unit_test(test_random),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
