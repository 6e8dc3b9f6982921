/* ical/line and ical/value: folding, escapes, and values from streams. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "ical/line.h"
#include "piece_stream.h"

static void
check_line(const char *name, const char *param, struct am_bytes text,
	   const char *want)
{
	struct am_buf out = am_buf(100000);
	struct am_ical ical = { &out, 0 };

	am_ical_name(&ical, name);
	am_ical_param(&ical, "CN", am_bytes_of(param));
	am_ical_colon(&ical);
	am_ical_text(&ical, text);
	am_ical_eol(&ical);
	assert_string_equal(am_buf_text(&out), want);
	am_buf_free(&out);
}

static void
lines(void **state)
{
	(void)state;
	check_line("A", "", am_bytes_of("x;y,z\\\r\n\x01\x7f\xc2\x85 \t\"^"),
		   "A:x\\;y\\,z\\\\\\n \t\"^\r\n");
	check_line("A", "Bob \"B\" O", am_bytes_of(""), "A;CN=Bob 'B' O:\r\n");
	check_line("A", "O, Bob: x;y", am_bytes_of(""),
		   "A;CN=\"O, Bob: x;y\":\r\n");
	check_line("A", "a\r\nB:c", am_bytes_of("\xff"),
		   "A;CN=\"a B:c\":\xef\xbf\xbd\r\n");
}

static void
uris(void **state)
{
	struct am_buf out = am_buf(1000);
	struct am_ical ical = { &out, 0 };

	(void)state;
	am_ical_uri_line(&ical, "URL",
			 am_bytes_of("http://a/b c\r\n\"\xc3\xa9"));
	am_ical_uri_line(&ical, "URL", am_bytes_of(""));
	assert_string_equal(am_buf_text(&out),
			    "URL:http://a/b%20c%0D%0A%22%C3%A9\r\n");
	am_buf_free(&out);
}

/* No line has more than 75 octets, and unfolded they are what was written. */
static void
unfold_check(const struct am_buf *out, const char *want)
{
	struct am_buf whole = am_buf(1 << 20);
	size_t column = 0;
	size_t i;

	for (i = 0; i < out->len; i++) {
		if (i + 2 < out->len &&
		    memcmp(out->data + i, "\r\n ", 3) == 0) {
			assert_true(column <= AM_ICAL_LINE_MAX);
			column = 1;
			i += 2;
			assert_true((out->data[i + 1] & 0xc0) != 0x80);
			continue;
		}
		column++;
		am_buf_add_char(&whole, (char)out->data[i]);
	}
	assert_string_equal(am_buf_text(&whole), want);
	am_buf_free(&whole);
}

static void
folded_between_characters(void **state)
{
	struct am_buf text = am_buf(10000);
	struct am_buf want = am_buf(10000);
	struct am_buf out = am_buf(10000);
	struct am_ical ical = { &out, 0 };
	int i;

	(void)state;
	for (i = 0; i < 200; i++)
		am_buf_add_text(&text, i % 3 == 0   ? "\xe2\x82\xac"
				       : i % 3 == 1 ? "\xf0\x9f\x98\x80"
						    : "x");
	am_ical_text_line(&ical, "SUMMARY", am_buf_bytes(&text));
	am_buf_printf(&want, "SUMMARY:%s\r\n", am_buf_text(&text));
	unfold_check(&out, am_buf_text(&want));
	am_buf_free(&text);
	am_buf_free(&want);
	am_buf_free(&out);
}

static void
value_check(enum am_ical_value kind, const char *content, size_t piece,
	    const char *want)
{
	struct am_arena arena = { 0 };
	struct piece_stream source = piece_stream(am_bytes_of(content), piece);
	struct am_buf out = am_buf(1 << 20);
	struct am_stream *stream = NULL;
	struct am_error err;

	am_buf_add_text(&out, "NAME:");
	assert_int_equal(am_ical_value_open(&arena, kind, 5, &source.base,
					    &stream, &err),
			 AM_OK);
	assert_int_equal(am_stream_read_all(stream, &out, &err), AM_OK);
	am_stream_close(stream);
	unfold_check(&out, want);
	am_buf_free(&out);
	am_arena_free(&arena);
}

static void
values_in_pieces(void **state)
{
	struct am_buf long_text = am_buf(1 << 20);
	struct am_buf want = am_buf(1 << 20);
	size_t piece;
	int i;

	(void)state;
	am_buf_add_text(&want, "NAME:");
	for (i = 0; i < 3000; i++) {
		am_buf_add_text(&long_text,
				"\xe2\x82\xac;\r\n\xf0\x9f\x98\x80");
		am_buf_add_text(&want, "\xe2\x82\xac\\;\\n\xf0\x9f\x98\x80");
	}
	for (piece = 0; piece < 8; piece++) {
		value_check(AM_ICAL_TEXT, "", piece, "NAME:");
		value_check(AM_ICAL_BASE64, "", piece, "NAME:");
		value_check(AM_ICAL_BASE64, "the plan", piece,
			    "NAME:dGhlIHBsYW4=");
		value_check(AM_ICAL_TEXT, "ends\xe2\x82", piece,
			    "NAME:ends\xef\xbf\xbd\xef\xbf\xbd");
		value_check(AM_ICAL_TEXT, am_buf_text(&long_text), piece,
			    am_buf_text(&want));
	}
	am_buf_free(&long_text);
	am_buf_free(&want);
}

static void
broken_content(void **state)
{
	struct am_arena arena = { 0 };
	struct piece_stream source = piece_stream(am_bytes_of("abc"), 0);
	struct am_buf out = am_buf(1000);
	struct am_stream *stream = NULL;
	struct am_error err;

	(void)state;
	source.then = AM_CORRUPT;
	assert_int_equal(am_ical_value_open(&arena, AM_ICAL_TEXT, 5,
					    &source.base, &stream, &err),
			 AM_OK);
	assert_int_equal(am_stream_read_all(stream, &out, &err), AM_CORRUPT);
	assert_string_equal(am_buf_text(&out), "abc");
	am_stream_close(stream);
	assert_int_equal(source.closed, 1);
	am_buf_free(&out);
	am_arena_free(&arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines),
		cmocka_unit_test(uris),
		cmocka_unit_test(folded_between_characters),
		cmocka_unit_test(values_in_pieces),
		cmocka_unit_test(broken_content),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
