/* mime/base64: known answers, every split of the input, a decoder. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "mime/base64.h"
#include "mime_decode.h"

enum { DATA_MAX = 700 };

static void
data_fill(uint8_t data[DATA_MAX])
{
	uint32_t seed = 7;
	size_t i;

	for (i = 0; i < DATA_MAX; i++)
		data[i] = (uint8_t)pseudo_random(&seed);
}

/* Encodes in pieces of the given size. */
static void
encode(struct am_bytes data, size_t piece, bool lf, struct am_buf *out)
{
	struct am_base64 enc = { .lf = lf };
	size_t at;

	for (at = 0; at < data.len; at += piece) {
		const size_t left = data.len - at;

		am_base64_add(
			&enc,
			am_bytes(data.data + at, left < piece ? left : piece),
			out);
	}
	am_base64_end(&enc, out);
}

static void
test_known(void **state)
{
	/* RFC 4648 10 */
	static const struct {
		const char *in, *out;
	} cases[] = {
		{ "", "" },
		{ "f", "Zg==" },
		{ "fo", "Zm8=" },
		{ "foo", "Zm9v" },
		{ "foob", "Zm9vYg==" },
		{ "fooba", "Zm9vYmE=" },
		{ "foobar", "Zm9vYmFy" },
		{ "\xff\xfe\xfd\xfc", "//79/A==" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct am_bytes in = am_bytes_of(cases[i].in);
		struct am_buf streamed = am_buf(1000);
		struct am_buf whole = am_buf(1000);

		encode(in, 2, false, &streamed);
		am_base64_text(&whole, in);
		assert_string_equal(am_buf_text(&streamed), cases[i].out);
		assert_string_equal(am_buf_text(&whole), cases[i].out);
		am_buf_free(&streamed);
		am_buf_free(&whole);
	}
}

static void
test_pieces(void **state)
{
	static struct decoded back;
	uint8_t data[DATA_MAX];
	size_t len, piece;

	(void)state;
	data_fill(data);
	for (len = 0; len <= DATA_MAX; len += len < 180 ? 1 : 52) {
		struct am_buf whole = am_buf(2000);

		encode(am_bytes(data, len), DATA_MAX, len % 2 != 0, &whole);
		back.len = 0;
		assert_true(decode_base64(am_buf_text(&whole), whole.len,
					  len % 2 != 0 ? "\n" : "\r\n", 76,
					  &back));
		assert_int_equal(back.len, len);
		assert_memory_equal(back.data, data, len);
		for (piece = 1; piece < 120; piece++) {
			struct am_buf pieces = am_buf(2000);

			encode(am_bytes(data, len), piece, len % 2 != 0,
			       &pieces);
			assert_int_equal(pieces.len, whole.len);
			assert_string_equal(am_buf_text(&pieces),
					    am_buf_text(&whole));
			am_buf_free(&pieces);
		}
		am_buf_free(&whole);
	}
}

static void
test_buffer_too_small(void **state)
{
	struct am_buf out = am_buf(77);
	uint8_t data[DATA_MAX];

	(void)state;
	data_fill(data);
	encode(am_bytes(data, DATA_MAX), 100, false, &out);
	assert_int_equal(am_buf_status(&out, NULL), AM_LIMIT);
	assert_int_equal(out.len, 0);
	am_base64_text(&out, am_bytes(data, DATA_MAX));
	assert_int_equal(out.len, 0);
	am_buf_free(&out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_known),
		cmocka_unit_test(test_pieces),
		cmocka_unit_test(test_buffer_too_small),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
