/* base/decoder: every kind of page; what is broken costs itself and no more. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/alloc.h"
#include "decoder_samples.h"

static const struct sample samples[] = {
	{ "empty", 1252, "", 0, 0, "" },
	{ "1252", 1252, "\xdcn\xef\x80", 0, 0, "Ünï€" },
	{ "1252, a gap", 1252, "\x81z", 0, 1, "\xc2\x81z" },
	{ "1251", 1251, "\xc4\xc6", 0, 0, "ДЖ" },
	{ "EBCDIC", 37, "\xc8\x85\x93\x93\x96", 0, 0, "Hello" },
	{ "ASCII with a high byte", 20127, "caf\xe9", 0, 1, "café" },
	{ "1255, a gap", 1255, "\xd9\xe0", 0, 1, "Ùא" },

	{ "UTF-8", 65001, "é€😀", 0, 0, "é€😀" },
	{ "UTF-8 with a mark", 65001, "\xef\xbb\xbfz", 0, 0, "z" },
	{ "UTF-8, a mark inside", 65001, "z\xef\xbb\xbf", 0, 0,
	  "z\xef\xbb\xbf" },
	{ "UTF-8, broken", 65001, "a\xe9 b\xc3\xa9", 0, 1, "aé bé" },
	{ "UTF-8, cut", 65001, "z\xe2\x82", 0, 2, "zâ‚" },
	{ "UTF-8, cut and on", 65001, "\xf0\x9f\x98z", 0, 3, "ðŸ˜z" },
	{ "UTF-8, a surrogate", 65001, "\xed\xa0\x80", 0, 3, "í\xc2\xa0€" },

	{ "UTF-16", 1200, "a\0\x3d\xd8\0\xde", 6, 0, "a😀" },
	{ "UTF-16 with a mark", 1200,
	  "\xff\xfe"
	  "a\0",
	  4, 0, "a" },
	{ "UTF-16, odd", 1200, "a\0b", 3, 1, "a\xef\xbf\xbd" },
	{ "UTF-16, half a pair", 1200, "\x3d\xd8z\0", 4, 1, "\xef\xbf\xbdz" },
	{ "UTF-16BE", 1201, "\0a\xd8\x3d\xde\0", 6, 0, "a😀" },
	{ "UTF-32", 12000, "a\0\0\0\0\xf6\x01\0", 8, 0, "a😀" },
	{ "UTF-32BE", 12001, "\0\0\0a", 4, 0, "a" },
	{ "UTF-7", 65000, "+AOk- A+-B", 0, 0, "é A+B" },
	{ "UTF-7, broken", 65000, "Gr+AP\1bc d +APw-", 0, 1, "Gr\1bc d ü" },

	{ "932", 932, "\x93\xfa\x96{\x8c\xea\x83\x65\x83X\x83g", 0, 0,
	  "日本語テスト" },
	{ "932, NEC row 13", 932, "\x87@\x87T", 0, 0, "①Ⅰ" },
	{ "932, the wave dash", 932, "\x81\x60", 0, 0, "～" },
	{ "932, kana", 932, "\xc3\xbd\xc4", 0, 0, "ﾃｽﾄ" },
	{ "932, broken", 932, "\x93\xfa\x81\xff\x93\xfa", 0, 2,
	  "日\xc2\x81ÿ日" },
	{ "932, cut", 932, "\x93\xfa\x96", 0, 1, "日–" },
	{ "936", 936, "\xd6\xd0\xce\xc4\xa3\xac\x81@", 0, 0, "中文，丂" },
	{ "936, the euro", 936, "\x80", 0, 0, "€" },
	{ "949", 949, "\xc7\xd1\xb1\xb9\xbe\xee", 0, 0, "한국어" },
	{ "949, the larger set", 949, "\x8c\x63", 0, 0, "똠" },
	{ "950", 950, "\xa4\xa4\xa4\xe5", 0, 0, "中文" },
	{ "51932", 51932, "\xc6\xfc\x8e\xc3\x8f\xb0\xa1", 0, 0, "日ﾃ丂" },
	{ "54936", 54936, "\x81@\x84\x31\x99\x31", 0, 0, "丂ﾃ" },
	{ "1361", 1361, "\xd0\x65\x8a\x82", 0, 0, "한국" },

	{ "50932 is ASCII", 50932, "plain", 0, 0, "plain" },
	{ "ISO-2022-KR", 50225, "\x1b$)C\x0eGQ19\x0f!", 0, 0, "한국!" },
};

static void
test_samples(void **state)
{
	(void)state;
	check_samples(samples, sizeof(samples) / sizeof(samples[0]));
}

/* Which page it is must be told from the first bytes that tell: these are
 * given whole. */
static void
test_auto_detection(void **state)
{
	static const struct sample autos[] = {
		{ "EUC", 50932, "\xc6\xfc\xcb\xdc\xb8\xec", 0, 0, "日本語" },
		{ "Shift_JIS", 50932, "\x93\xfa\x96{\x8c\xea", 0, 0, "日本語" },
		{ "JIS", 50932, "\x1b$BF|\x1b(B", 0, 0, "日" },
		{ "kana of Shift_JIS", 50932, "\xc3\xbd\xc4", 0, 0, "ﾃｽﾄ" },
		{ "50220 that is Shift_JIS", 50220, "\x93\xfa\x96{", 0, 0,
		  "日本" },
		{ "50220 that is katakana of Shift_JIS", 50220,
		  "\x83"
		  "e\x83X\x83g",
		  0, 0, "テスト" },
		{ "ASCII, then EUC", 50932, "abc \xc6\xfc", 0, 0, "abc 日" },
		{ "none of them", 50932, "\xff\xfe\xff", 0, 3, "ÿþÿ" },
		{ "UTF-8", 50932, "日本", 0, 0, "日本" },
		{ "UTF-8, Korean", 50949, "한국", 0, 0, "한국" },
		{ "50225 in eight bits", 50225, "\xc7\xd1\xb1\xb9", 0, 0,
		  "한국" },
		{ "949", 50949, "\x8c\x63\xc7\xd1", 0, 0, "똠한" },
		{ "ISO-2022-KR", 50949, "\x1b$)C\x0eGQ\x0f", 0, 0, "한" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(autos) / sizeof(autos[0]); i++) {
		struct am_buf out = am_buf(1000);
		uint64_t faults;

		print_message("%s\n", autos[i].name);
		decode(&autos[i], 100, &out, &faults);
		assert_string_equal(am_buf_text(&out), autos[i].want);
		assert_int_equal(faults, autos[i].faults);
		am_buf_free(&out);
	}
}

/* Noise through every kind of page: valid UTF-8 comes out, and the same in
 * pieces as at once. */
static void
test_noise(void **state)
{
	static const unsigned pages[] = {
		37,    932,   936,   949,   950,   951,	  1200,	 1201,	1252,
		1361,  12000, 20127, 20261, 20932, 50221, 50225, 50227, 50229,
		50930, 50939, 51932, 51950, 52936, 54936, 57002, 65000, 65001,
	};
	uint8_t raw[512];
	uint32_t random = 7;
	size_t i, k;

	(void)state;
	for (i = 0; i < sizeof(pages) / sizeof(pages[0]) * 20; i++) {
		const struct sample noise = {
			"noise", pages[i / 20], (const char *)raw, sizeof(raw),
			0,	 NULL
		};
		struct am_buf whole = am_buf(100000);
		struct am_buf pieces = am_buf(100000);
		uint64_t faults, faults_again;

		for (k = 0; k < sizeof(raw); k++) {
			random = random * 1664525 + 1013904223;
			/* Half of them escapes and seven bits. */
			raw[k] = (uint8_t)(random >> 24);
			if (i % 2 == 1)
				raw[k] = random >> 28 == 0 ? 0x1b
							   : raw[k] & 0x7f;
		}
		raw[0] = 0x1b; /* so that nothing has to be guessed */
		decode(&noise, sizeof(raw), &whole, &faults);
		decode(&noise, 1 + i % 9, &pieces, &faults_again);
		assert_true(am_utf8_is_valid(am_buf_bytes(&whole)));
		assert_true(am_utf8_is_valid(am_buf_bytes(&pieces)));
		/* glibc loses its place in broken ISO-2022-CN-EXT. */
		if (noise.codepage != 50229) {
			assert_int_equal(faults, faults_again);
			assert_true(am_bytes_equal(am_buf_bytes(&whole),
						   am_buf_bytes(&pieces)));
		}
		am_buf_free(&whole);
		am_buf_free(&pieces);
	}
}

static void
test_limits(void **state)
{
	struct am_decoder decoder;
	struct am_buf out = am_buf(4);

	(void)state;
	assert_false(am_decoder_open(&decoder, 12345));
	am_decoder_close(&decoder);
	assert_true(am_decoder_open(&decoder, 932));
	am_decoder_add(&decoder, am_bytes_of("\x93\xfa\x96{"), true, &out);
	assert_int_equal(am_buf_status(&out, NULL), AM_LIMIT);
	am_decoder_close(&decoder);
	am_buf_free(&out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_samples),
		cmocka_unit_test(test_auto_detection),
		cmocka_unit_test(test_noise),
		cmocka_unit_test(test_limits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
