/* base/jis: ISO-2022-JP with all that Microsoft sends, and HZ. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>

#include "decoder_samples.h"

static const struct sample samples[] = {
	{ "ISO-2022-JP", 50220, "a\x1b$BF|K\\8l%F\x1b(Bz", 0, 0, "a日本語テz" },
	{ "ISO-2022-JP, old escape", 50220, "\x1b$@F|\x1b(J\\~", 0, 0,
	  "日\\~" },
	{ "ISO-2022-JP, new escape", 50220, "\x1b&@\x1b$BF|\x1b(B", 0, 0,
	  "日" },
	{ "ISO-2022-JP, NEC row 13", 50221, "\x1b$B-!-5\x1b(B", 0, 0, "①Ⅰ" },
	{ "ISO-2022-JP, IBM's characters", 50221, "\x1b$By!y\"\x1b(B", 0, 0,
	  "纊褜" },
	{ "ISO-2022-JP, kana by escape", 50221, "\x1b(IC=D\x1b(B", 0, 0,
	  "ﾃｽﾄ" },
	{ "ISO-2022-JP, kana by shift", 50222, "\x0e\x43=D\x0f=", 0, 0,
	  "ﾃｽﾄ=" },
	{ "ISO-2022-JP, kana in eight bits", 50222,
	  "\x1b$BF|\x1b(B\xc3\xbd\xc4", 0, 0, "日ﾃｽﾄ" },
	{ "ISO-2022-JP, JIS X 0212", 50221, "\x1b$(D0!\x1b$BCfJ8\x1b(B", 0, 0,
	  "丂中文" },
	{ "ISO-2022-JP-2, Chinese", 50220, "\x1b$BCf\x1b(B~\x1b$A2bJT\x1b(B", 0,
	  0, "中~测试" },
	{ "ISO-2022-JP-2, Korean", 50220, "\x1b$(CGQ19>n\x1b(B", 0, 0,
	  "한국어" },
	{ "ISO-2022-JP, lines without return", 50220, "\x1b$BF|\nF|\r\n", 0, 0,
	  "日\n日\r\n" },
	{ "ISO-2022-JP, no such escape", 50220, "\x1b[1m", 0, 1, "\x1b[1m" },
	{ "ISO-2022-JP, escape cut", 50220, "z\x1b$", 0, 1, "z\x1b$" },
	{ "ISO-2022-JP, no such character", 50220, "\x1b$B\x7e\x7e\x1b(Bz", 0,
	  1, "\xef\xbf\xbdz" },
	{ "ISO-2022-JP, half a pair", 50220, "\x1b$BF\x1b(Bz", 0, 1, "Fz" },
	{ "ISO-2022-JP, cut", 50220, "\x1b$BF|K", 0, 1, "日K" },
	{ "HZ", 52936, "a~{VPND#,~}~~~{2bJT~}", 0, 0, "a中文，~测试" },
	{ "HZ, a line goes on", 52936, "a~\nb", 0, 0, "ab" },
	{ "HZ, a lone tilde", 52936, "a~b~", 0, 2, "a~b~" },
	{ "HZ, eight bits", 52936, "\xe9~{VP~}", 0, 1, "é中" },
	{ "HZ, cut", 52936, "~{VPN", 0, 1, "中N" },
	{ "ISO-2022-JP, a shift within kana", 50222, "\x1b(I=\x0e=\x0f=", 0, 0,
	  "ｽｽｽ" },
	{ "ISO-2022-JP, no kana", 50222, "\x1b(I~\x1b(B", 0, 1, "~" },
	{ "ISO-2022-JP, controls in pairs", 50220, "\x1b$BF|\tF|\x7f", 0, 0,
	  "日\t日\x7f" },
	{ "ISO-2022-JP, high byte in a pair", 50220, "\x1b$BF\xff\x46|", 0, 2,
	  "Fÿ日" },
	{ "ISO-2022-JP, an unassigned row", 50220, "\x1b$B)!F|", 0, 1,
	  "\xef\xbf\xbd日" },
	{ "ISO-2022-JP, ESC at the end", 50220, "z\x1b", 0, 1, "z\x1b" },
	{ "ISO-2022-JP, ESC twice", 50220, "\x1b\x1b$BF|", 0, 1, "\x1b日" },
	{ "HZ, back at the end of a line or not", 52936, "~{VP\nVP~}", 0, 0,
	  "中\n中" },
	{ "HZ, no such character", 52936, "~{)!~}z", 0, 1, "\xef\xbf\xbdz" },
};

static void
test_samples(void **state)
{
	(void)state;
	check_samples(samples, sizeof(samples) / sizeof(samples[0]));
}

/* Each pair of a set must be what iconv says of the page that holds it. */
static void
check_set(const char *escape, unsigned codepage, const char *before)
{
	unsigned row, cell;

	for (row = 0x21; row <= 0x7e; row++) {
		for (cell = 0x21; cell <= 0x7e; cell++) {
			char seven[16], eight[16];
			const struct sample jis = { "jis", 50221, seven,
						    0,	   0,	  NULL };
			const struct sample euc = { "euc", codepage, eight,
						    0,	   0,	     NULL };
			struct am_buf out = am_buf(100);
			struct am_buf want = am_buf(100);
			uint64_t faults, faults_euc;

			snprintf(seven, sizeof(seven), "%s%c%c", escape,
				 (int)row, (int)cell);
			snprintf(eight, sizeof(eight), "%s%c%c", before,
				 (int)(row | 0x80), (int)(cell | 0x80));
			decode(&jis, 100, &out, &faults);
			decode(&euc, 100, &want, &faults_euc);
			assert_int_equal(faults > 0, faults_euc > 0);
			if (faults == 0)
				assert_string_equal(am_buf_text(&out),
						    am_buf_text(&want));
			am_buf_free(&out);
			am_buf_free(&want);
		}
	}
}

static void
test_sets(void **state)
{
	(void)state;
	check_set("\x1b$A", 936, "");
	check_set("\x1b$(C", 949, "");
	check_set("\x1b$(D", 20932, "\x8f");
}

/* JIS X 0208 lies folded in Shift_JIS; EUC-JP has it plain. The two differ in
 * a few signs and in the rows of NEC and IBM. */
static void
test_jis_x_0208(void **state)
{
	unsigned row, cell, same = 0;

	(void)state;
	for (row = 0x21; row <= 0x74; row++) {
		for (cell = 0x21; cell <= 0x7e; cell++) {
			char seven[8], eight[8];
			const struct sample jis = { "jis", 50221, seven,
						    0,	   0,	  NULL };
			const struct sample euc = { "euc", 20932, eight,
						    0,	   0,	  NULL };
			struct am_buf out = am_buf(100);
			struct am_buf want = am_buf(100);
			uint64_t faults, faults_euc;

			snprintf(seven, sizeof(seven), "\x1b$B%c%c", (int)row,
				 (int)cell);
			snprintf(eight, sizeof(eight), "%c%c",
				 (int)(row | 0x80), (int)(cell | 0x80));
			decode(&jis, 100, &out, &faults);
			decode(&euc, 100, &want, &faults_euc);
			same += faults == 0 && faults_euc == 0 &&
				strcmp(am_buf_text(&out), am_buf_text(&want)) ==
					0;
			am_buf_free(&out);
			am_buf_free(&want);
		}
	}
	/* 6879 characters, of which some seven have two readings. */
	assert_in_range(same, 6865, 6879);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_samples),
		cmocka_unit_test(test_sets),
		cmocka_unit_test(test_jis_x_0208),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
