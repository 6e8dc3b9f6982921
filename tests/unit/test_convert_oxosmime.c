/* convert/oxosmime: CMS and line ends. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "convert/oxosmime.h"

#define OID_PKCS7(x) "\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07" x
#define OID_SMIME(x) "\x06\x0b\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x01" x

static const struct {
	const char *name;
	const char *bytes;
	size_t len;
	const char *type; /* NULL: no CMS */
} contents[] = {
	{ "empty", "", 0, NULL },
	{ "signed",
	  "\x30\x82\x01\x00" OID_PKCS7("\x02") "\xa0\x30\x30\x20\x02"
					       "\x01\x01\x31\x0b",
	  24, "signed-data" },
	{ "signed, indefinite",
	  "\x30\x80" OID_PKCS7("\x02") "\xa0\x80\x30\x80\x02\x01\x01\x31\x0b",
	  22, "signed-data" },
	{ "certificates only",
	  "\x30\x80" OID_PKCS7("\x02") "\xa0\x80\x30\x80\x02\x01\x01\x31\x00",
	  22, "certs-only" },
	{ "enveloped", "\x30\x10" OID_PKCS7("\x03"), 13, "enveloped-data" },
	{ "authEnveloped", "\x30\x10" OID_SMIME("\x17"), 15,
	  "authEnveloped-data" },
	{ "compressed", "\x30\x10" OID_SMIME("\x09"), 15, "compressed-data" },
	{ "another type", "\x30\x10" OID_PKCS7("\x01"), 13, NULL },
	{ "cut in the OID", "\x30\x10" OID_PKCS7("\x02"), 12, NULL },
	{ "cut in a length", "\x30\x84\x01", 3, NULL },
	{ "a length of 127 bytes", "\x30\xff\x01\x02\x03", 5, NULL },
	{ "a length beyond the end",
	  "\x30\x10\x06\x88\xff\xff\xff\xff\xff\xff"
	  "\xff\xff\x2a",
	  13, NULL },
	{ "text", "Content-Type: x", 15, NULL },
	{ "a set", "\x31\x10" OID_PKCS7("\x02"), 13, NULL },
};

static void
test_types(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(contents) / sizeof(contents[0]); i++) {
		const struct am_bytes bytes =
			am_bytes(contents[i].bytes, contents[i].len);

		print_message("%s\n", contents[i].name);
		assert_int_equal(am_oxosmime_is_der(bytes),
				 contents[i].type != NULL);
		if (contents[i].type != NULL)
			assert_string_equal(am_oxosmime_type(bytes),
					    contents[i].type);
		else
			assert_null(am_oxosmime_type(bytes));
	}
}

static void
test_base64(void **state)
{
	(void)state;
	assert_true(am_oxosmime_is_base64(
		am_bytes_of("MIIB5wYJKoZIhvcN\r\nAQcC==\r\n")));
	assert_true(am_oxosmime_is_base64(am_bytes_of("MIAGCSqGSIb3DQEHAqCA")));
	assert_false(am_oxosmime_is_base64(am_bytes_of("MIAGCSqGS")));
	assert_false(am_oxosmime_is_base64(
		am_bytes_of("MIME-Version: 1.0\r\nX: y")));
	assert_false(am_oxosmime_is_base64(am_bytes_of("QUJDREVGR0hJSktM")));
}

static const struct {
	const char *name;
	const char *text;
	const char *lf;
	bool lone;
} texts[] = {
	{ "empty", "", "", false },
	{ "CR LF", "a\r\n\r\nb\r\n", "a\n\nb\n", false },
	{ "LF alone", "a\nb\r\n", "a\nb\n", true },
	{ "CR alone", "a\rb\r\n", "a\rb\n", true },
	{ "CR CR LF", "a\r\r\n", "a\r\n", true },
	{ "LF CR", "a\n\rb", "a\n\rb", true },
	{ "no line end", "abc", "abc", false },
};

static void
text_check(size_t which, size_t piece)
{
	struct am_bytes left = am_bytes_of(texts[which].text);
	struct am_buf out = am_buf(64);
	bool lone = false;
	bool after_cr = false;
	bool held_cr = false;

	while (left.len > 0) {
		const size_t part = left.len < piece ? left.len : piece;
		const struct am_bytes now = am_bytes(left.data, part);

		lone = am_oxosmime_lone_ends(now, &after_cr) || lone;
		am_oxosmime_to_lf(now, &held_cr, &out);
		left = am_bytes(left.data + part, left.len - part);
	}
	assert_int_equal(lone || after_cr, texts[which].lone);
	assert_string_equal(am_buf_text(&out), texts[which].lf);
	am_buf_free(&out);
}

static void
test_line_ends(void **state)
{
	size_t piece;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		print_message("%s\n", texts[i].name);
		for (piece = 1; piece < 9; piece++)
			text_check(i, piece);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_types),
		cmocka_unit_test(test_base64),
		cmocka_unit_test(test_line_ends),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
