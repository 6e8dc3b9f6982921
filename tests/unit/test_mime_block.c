/* mime/block: header lines that come from elsewhere leave as a block that
 * neither ends early nor has a line too long. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "mime/block.h"
#include "mime_decode.h"

static void
write_all(struct am_bytes lines, bool lf, struct am_buf *out)
{
	struct am_block block = { .left = lines, .lf = lf };

	while (am_block_write(&block, out))
		;
}

static void
test_known(void **state)
{
	static const struct {
		const char *name, *in;
		size_t len;
		const char *out;
	} cases[] = {
		{ "nothing", "", 0, "" },
		{ "as it is", "A: b\r\nC: d\r\n e\r\n", 17,
		  "A: b\nC: d\n e\n" },
		{ "LF", "A: b\nC: d\n", 10, "A: b\nC: d\n" },
		{ "no line end", "A: b", 4, "A: b\n" },
		{ "empty line", "A: b\r\n\r\nC: d\r\n", 14, "A: b\nC: d\n" },
		{ "blank line", "A: b\r\n \t\r\nC: d\r\n", 16, "A: b\nC: d\n" },
		{ "line of CR and NUL", "A: b\r\n\r\0\r\r\nC: d", 15,
		  "A: b\nC: d\n" },
		{ "CR and NUL inside", "A:\r b\0c\r\r\n", 10, "A: bc\n" },
		{ "TAB stays", "A:\tb\r\n\tc\r\n", 11, "A:\tb\n\tc\n" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct am_buf out = am_buf(1000);

		write_all(am_bytes(cases[i].in, cases[i].len), true, &out);
		if (strcmp(am_buf_text(&out), cases[i].out) != 0)
			fail_msg("%s: %s", cases[i].name, am_buf_text(&out));
		am_buf_free(&out);
	}
}

/* Around the limit a line stays whole as long as it may. */
static void
test_limit(void **state)
{
	static const char *const ends[] = { "", "\n", "\r\n", "\r\r\n" };
	size_t len, i;

	(void)state;
	for (i = 0; i < 4; i++)
		for (len = 990; len < 1006; len++) {
			struct am_buf in = am_buf(3000);
			struct am_buf out = am_buf(3000);
			const char *at;

			am_buf_add_text(&in, "X:");
			while (in.len < len)
				am_buf_add_char(&in, 'x');
			am_buf_add_text(&in, ends[i]);
			write_all(am_buf_bytes(&in), false, &out);
			at = strstr(am_buf_text(&out), "\r\n");
			assert_non_null(at);
			assert_int_equal(at - am_buf_text(&out),
					 len <= 998 ? len : 998);
			/* at most one more line, which goes on */
			if (len <= 998)
				assert_int_equal(at[2], '\0');
			else
				assert_int_equal(at[2], ' ');
			am_buf_free(&in);
			am_buf_free(&out);
		}
}

/* Folded at the last space that is early enough; unfolding gives the line. */
static void
test_fold_at_space(void **state)
{
	static struct decoded line;
	struct am_buf in = am_buf(10000);
	struct am_buf out = am_buf(10000);
	size_t i;

	(void)state;
	am_buf_add_text(&in, "X:");
	for (i = 0; i < 900; i++)
		am_buf_printf(&in, " %zu", i);
	write_all(am_buf_bytes(&in), false, &out);
	line.len = 0;
	assert_true(decode_unfold(am_buf_text(&out), out.len, 998, &line));
	assert_string_equal((const char *)line.data, am_buf_text(&in));
	am_buf_free(&in);
	am_buf_free(&out);
}

static void
test_random(void **state)
{
	static const char pool[] = "ab: \r\n\t\0";
	char data[4000];
	uint32_t seed = 17;
	size_t round, i;

	(void)state;
	for (round = 0; round < 300; round++) {
		struct am_buf out = am_buf(20000);
		const char *at, *end;

		for (i = 0; i < sizeof(data); i++)
			data[i] = pseudo_random(&seed) % (round + 1) == 0
					  ? pool[pseudo_random(&seed) %
						 (sizeof(pool) - 1)]
					  : 'x';
		write_all(am_bytes(data, sizeof(data)), true, &out);
		for (at = am_buf_text(&out); *at != '\0'; at = end + 1) {
			end = strchr(at, '\n');
			assert_non_null(end);
			assert_true(end - at <= 998);
			assert_true(strspn(at, " \t") < (size_t)(end - at));
			assert_null(memchr(at, '\r', (size_t)(end - at)));
		}
		assert_int_equal(at - am_buf_text(&out), out.len);
		am_buf_free(&out);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_known),
		cmocka_unit_test(test_limit),
		cmocka_unit_test(test_fold_at_space),
		cmocka_unit_test(test_random),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
