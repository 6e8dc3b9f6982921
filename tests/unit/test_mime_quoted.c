/* mime/quoted: known answers, every split of the input, a decoder. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "mime/quoted.h"
#include "mime_decode.h"

static void
encode(struct am_bytes data, size_t piece, bool lf, struct am_buf *out)
{
	struct am_quoted enc = { .lf = lf };
	size_t at;

	for (at = 0; at < data.len; at += piece) {
		const size_t left = data.len - at;

		am_quoted_add(
			&enc,
			am_bytes(data.data + at, left < piece ? left : piece),
			out);
	}
	am_quoted_end(&enc, out);
}

#define A25 "aaaaaaaaaaaaaaaaaaaaaaaaa"

static const struct {
	const char *name, *in, *out; /* with CRLF */
} cases[] = {
	{ "nothing", "", "" },
	{ "plain", "plain text\r\n", "plain text\r\n" },
	{ "no line end at the end", "a\r\nb", "a\r\nb" },
	{ "equals sign", "1+1=2", "1+1=3D2" },
	{ "UTF-8", "Gr\xc3\xbc\xc3\x9f", "Gr=C3=BC=C3=9F" },
	{ "LF alone", "a\nb\n", "a\r\nb\r\n" },
	{ "CR alone", "a\rb\r", "a\r\nb\r\n" },
	{ "CRLF, CR, LF", "\r\n\r\r\n\n", "\r\n\r\n\r\n\r\n" },
	{ "space before the line end", "a \r\nb\t\nc ",
	  "a=20\r\nb=09\r\nc=20" },
	{ "two spaces", "a  \r\n", "a =20\r\n" },
	{ "space inside", " a\tb", " a\tb" },
	{ "only a space", " ", "=20" },
	{ "controls", "\x01\x0c\x1b\x7f", "=01=0C=1B=7F" },
	{ "a boundary cannot be there", "--x--\r\n-- \r\na-b",
	  "=2D-x--\r\n=2D-=20\r\na-b" },
	{ "75 columns fit", A25 A25 A25, A25 A25 A25 },
	{ "76 do not", A25 A25 A25 "b", A25 A25 A25 "=\r\nb" },
	{ "escape at the margin", A25 A25 "aaaaaaaaaaaaaaaaaaaaaaa=",
	  A25 A25 "aaaaaaaaaaaaaaaaaaaaaaa=\r\n=3D" },
	{ "space at the margin", A25 A25 A25 " b", A25 A25 A25 "=\r\n b" },
	{ "trailing space at the margin", A25 A25 A25 " \r\n",
	  A25 A25 A25 "=\r\n=20\r\n" },
	{ "dash after a soft line break", A25 A25 A25 "-b",
	  A25 A25 A25 "=\r\n=2Db" },
};

static void
test_known(void **state)
{
	size_t i, piece;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		for (piece = 1; piece < 90; piece++) {
			struct am_buf out = am_buf(1000);

			encode(am_bytes_of(cases[i].in), piece, false, &out);
			if (strcmp(am_buf_text(&out), cases[i].out) != 0)
				fail_msg("%s, in pieces of %zu: %s",
					 cases[i].name, piece,
					 am_buf_text(&out));
			am_buf_free(&out);
		}
}

/* What the decoder gives back: line ends are one, NUL is gone. */
static size_t
normalise(const uint8_t *data, size_t len, bool lf, uint8_t *to)
{
	size_t i, n = 0;
	bool after_cr = false;

	for (i = 0; i < len; i++) {
		if (data[i] == '\0')
			continue;
		if (data[i] == '\r' || (data[i] == '\n' && !after_cr)) {
			if (!lf)
				to[n++] = '\r';
			to[n++] = '\n';
		} else if (data[i] != '\n') {
			to[n++] = data[i];
		}
		after_cr = data[i] == '\r';
	}
	return n;
}

static void
test_random(void **state)
{
	static const char pool[] = "ab -=\r\n\t\x80\0.F";
	static struct decoded back;
	uint8_t data[600], want[1200];
	uint32_t seed = 3;
	size_t round, i;

	(void)state;
	for (round = 0; round < 400; round++) {
		struct am_buf out = am_buf(4000);
		struct am_buf pieces = am_buf(4000);
		const bool lf = round % 2 != 0;
		size_t want_len;

		for (i = 0; i < sizeof(data); i++)
			data[i] = round < 200
					  ? (uint8_t)pool[pseudo_random(&seed) %
							  (sizeof(pool) - 1)]
					  : (uint8_t)pseudo_random(&seed);
		encode(am_bytes(data, sizeof(data)), sizeof(data), lf, &out);
		encode(am_bytes(data, sizeof(data)), 1 + round % 60, lf,
		       &pieces);
		assert_int_equal(out.len, pieces.len);
		assert_string_equal(am_buf_text(&out), am_buf_text(&pieces));
		back.len = 0;
		assert_true(decode_quoted(am_buf_text(&out), out.len,
					  lf ? "\n" : "\r\n", &back));
		want_len = normalise(data, sizeof(data), lf, want);
		assert_int_equal(back.len, want_len);
		assert_memory_equal(back.data, want, want_len);
		am_buf_free(&out);
		am_buf_free(&pieces);
	}
}

static void
test_buffer_too_small(void **state)
{
	struct am_buf out = am_buf(11);

	(void)state;
	encode(am_bytes_of("abcdef"), 6, false, &out);
	assert_int_equal(am_buf_status(&out, NULL), AM_LIMIT);
	am_buf_free(&out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_known),
		cmocka_unit_test(test_random),
		cmocka_unit_test(test_buffer_too_small),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
