/* mime/param: plain, quoted, RFC 2231, continuations. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "mime/field.h"
#include "mime_decode.h"

#define A20 "aaaaaaaaaaaaaaaaaaaa"
#define A60 A20 A20 A20

static void
test_known(void **state)
{
	static const struct {
		const char *title, *name, *value, *field;
	} cases[] = {
		{ "token", "charset", "utf-8", "C: v/w; charset=utf-8\r\n" },
		{ "what RFC 2231 uses is quoted", "name", "a'b*c%d",
		  "C: v/w; name=\"a'b*c%d\"\r\n" },
		{ "empty", "name", "", "C: v/w; name=\"\"\r\n" },
		{ "quoted", "filename", "a (1).pdf",
		  "C: v/w; filename=\"a (1).pdf\"\r\n" },
		{ "escaped", "filename", "a\"b\\c",
		  "C: v/w; filename=\"a\\\"b\\\\c\"\r\n" },
		{ "spaces at the ends", "filename", " a ",
		  "C: v/w; filename=\" a \"\r\n" },
		{ "not ASCII", "filename", "\xc3\xa9 (1)*'%.txt",
		  "C: v/w; filename*=UTF-8''%C3%A9%20%281%29%2A%27%25.txt"
		  "\r\n" },
		{ "not escaped", "filename", "\xc3\xa9!#$&+-.^_`{|}~",
		  "C: v/w; filename*=UTF-8''%C3%A9!#$&+-.^_`{|}~\r\n" },
		{ "looks encoded", "filename", "=?x",
		  "C: v/w; filename*=UTF-8''%3D%3Fx\r\n" },
		{ "injection", "filename", "a\r\nX: y\r\n\r\nz",
		  "C: v/w; filename=\"a X: y  z\"\r\n" },
		{ "controls", "filename",
		  "a\x01\x1f\x7f"
		  "b",
		  "C: v/w; filename=ab\r\n" },
		{ "name of the parameter", "a b;c=\r\n\"", "x",
		  "C: v/w; a-b-c----=x\r\n" },
		{ "next line", "filename", A60 "12.t",
		  "C: v/w;\r\n filename=" A60 "12.t\r\n" },
		{ "too long", "filename", A60 "abcdef",
		  "C: v/w;\r\n filename*0*=UTF-8''" A20 A20 "aaaaaaaaaaaaaaa;"
		  "\r\n filename*1*=aaaaaabcdef\r\n" },
		{ "boundary", "boundary", A60 "123456789=",
		  "C: v/w;\r\n boundary=\"" A60 "123456789=\"\r\n" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct am_buf out = am_buf(1000);

		am_field_begin(&out, "C", "v/w");
		am_field_param(&out, cases[i].name, cases[i].value);
		am_field_end(&out);
		if (strcmp(am_buf_text(&out), cases[i].field) != 0)
			fail_msg("%s: %s", cases[i].title, am_buf_text(&out));
		am_buf_free(&out);
	}
}

static void
test_begin(void **state)
{
	struct am_buf out = am_buf(1000);

	(void)state;
	am_field_begin(&out, "Content-Type", "text/plain\r\nX: y");
	am_field_param(&out, "charset", "utf-8");
	am_field_param(&out, "format", "fixed");
	am_field_param(&out, "name", "something-long-that-goes-below.txt");
	am_field_end(&out);
	assert_string_equal(am_buf_text(&out),
			    "Content-Type: text/plain X: y; charset=utf-8; "
			    "format=fixed;\r\n"
			    " name=something-long-that-goes-below.txt\r\n");
	am_buf_free(&out);
}

/* Names of all lengths and scripts come back, from lines of 76 columns. */
static void
test_round_trip(void **state)
{
	static struct decoded line, back;
	static const char *const pieces[] = {
		"a",
		"b ",
		"\xc3\xa9",
		"\"",
		"\\",
		"%41",
		"*'",
		".txt",
		"; x=",
		"\xe4\xbe\x8b",
		"\xf0\x9f\x98\x80",
		"=?",
		"long-ascii-piece",
	};
	const size_t count = sizeof(pieces) / sizeof(pieces[0]);
	uint32_t seed = 21;
	size_t round;

	(void)state;
	for (round = 0; round < 3000; round++) {
		struct am_buf name = am_buf(10000);
		struct am_buf out = am_buf(100000);
		size_t left = pseudo_random(&seed) % (round % 50 + 1);

		while (left-- > 0) {
			const size_t at = pseudo_random(&seed) % count;

			if (round % 2 == 0 || (pieces[at][0] & 0x80) == 0)
				am_buf_add_text(&name, pieces[at]);
		}
		am_field_begin(&out, "Content-Disposition", "attachment");
		am_field_param(&out, "size", "12");
		am_field_param(&out, "filename", am_buf_text(&name));
		am_field_end(&out);
		line.len = 0;
		back.len = 0;
		if (!decode_unfold(am_buf_text(&out), out.len, 76, &line))
			fail_msg("%s", am_buf_text(&out));
		decoded_add(&back, '\0');
		back.len = 0;
		assert_true(decode_param((const char *)line.data, "filename",
					 &back));
		assert_string_equal((const char *)back.data,
				    am_buf_text(&name));
		am_buf_free(&name);
		am_buf_free(&out);
	}
}

static void
test_buffer_too_small(void **state)
{
	struct am_buf out = am_buf(60);

	(void)state;
	am_field_begin(&out, "C", "v/w");
	am_field_param(&out, "filename", A60 "\xc3\xa9" A60);
	am_field_end(&out);
	assert_int_equal(am_buf_status(&out, NULL), AM_LIMIT);
	am_buf_free(&out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_known),
		cmocka_unit_test(test_begin),
		cmocka_unit_test(test_round_trip),
		cmocka_unit_test(test_buffer_too_small),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
