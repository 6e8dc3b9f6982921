/* base/json: what is written, to the byte. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/json.h"

static void
assert_json(struct am_buf *buf, const char *want)
{
	assert_int_equal(am_buf_status(buf, NULL), AM_OK);
	assert_string_equal(am_buf_text(buf), want);
	am_buf_free(buf);
}

static void
test_row(void **state)
{
	struct am_buf buf = am_buf(1000);
	struct am_json json = am_json(&buf);

	(void)state;
	am_json_object(&json, NULL);
	am_json_text(&json, "nid", "0x200024");
	am_json_text(&json, "reason", NULL);
	am_json_null(&json, "offset");
	am_json_uint(&json, "size", UINT64_MAX);
	am_json_int(&json, "least", INT64_MIN);
	am_json_array(&json, "attachments");
	am_json_object(&json, NULL);
	am_json_bool(&json, "hidden", false);
	am_json_bool(&json, "inline", true);
	am_json_object_end(&json);
	am_json_object(&json, NULL);
	am_json_object_end(&json);
	am_json_uint(&json, NULL, 1);
	am_json_array(&json, NULL);
	am_json_array_end(&json);
	am_json_text(&json, NULL, "");
	am_json_array_end(&json);
	am_json_seconds(&json, "seconds", 1.5);
	am_json_object_end(&json);
	assert_json(&buf, "{\"nid\":\"0x200024\",\"reason\":null,"
			  "\"offset\":null,\"size\":18446744073709551615,"
			  "\"least\":-9223372036854775808,\"attachments\":["
			  "{\"hidden\":false,\"inline\":true},{},1,[],\"\"],"
			  "\"seconds\":1.500}");
}

static void
test_deepest_nesting(void **state)
{
	struct am_buf buf = am_buf(1000);
	struct am_json json = am_json(&buf);
	int i;

	(void)state;
	for (i = 0; i < 31; i++)
		am_json_array(&json, NULL);
	am_json_uint(&json, NULL, 1);
	am_json_uint(&json, NULL, 2);
	for (i = 0; i < 31; i++)
		am_json_array_end(&json);
	assert_json(&buf, "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[["
			  "1,2]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]");
}

static void
test_strings(void **state)
{
	static const struct {
		const char *name, *text, *want;
	} cases[] = {
		{ "plain", "a b~", "\"a b~\"" },
		{ "quotes", "\"\\/", "\"\\\"\\\\/\"" },
		{ "white space", "\t\r\n", "\"\\t\\r\\n\"" },
		{ "C0, DEL", "\x01\x1b\x7f", "\"\\u0001\\u001b\\u007f\"" },
		{ "C1", "\xc2\x9b", "\"\\u009b\"" },
		{ "bidirectional", "\xe2\x80\xae", "\"\\u202e\"" },
		{ "UTF-8", "\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80",
		  "\"\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80\"" },
		{ "not UTF-8", "a\xff\xc3(", "\"a\xef\xbf\xbd\xef\xbf\xbd(\"" },
		{ "cut short", "\xe2\x82", "\"\xef\xbf\xbd\xef\xbf\xbd\"" },
		{ "a surrogate", "\xed\xa0\x80",
		  "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\"" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct am_buf buf = am_buf(1000);
		struct am_json json = am_json(&buf);

		print_message("%s\n", cases[i].name);
		am_json_text(&json, NULL, cases[i].text);
		assert_json(&buf, cases[i].want);
	}
}

static void
test_counted_text(void **state)
{
	struct am_buf buf = am_buf(1000);
	struct am_json json = am_json(&buf);

	(void)state;
	am_json_bytes(&json, NULL, am_bytes("a\0b", 3));
	assert_json(&buf, "\"a\\u0000b\"");
}

static void
test_seconds(void **state)
{
	static const struct {
		double value;
		const char *want;
	} cases[] = {
		{ 0, "0.000" },
		{ 0.0004, "0.000" },
		{ 0.0005, "0.001" },
		{ 59.9996, "60.000" },
		{ 1234567.25, "1234567.250" },
		{ -1, "0.000" },
		{ 1e300, "1000000000000000.000" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct am_buf buf = am_buf(1000);
		struct am_json json = am_json(&buf);

		am_json_seconds(&json, NULL, cases[i].value);
		assert_json(&buf, cases[i].want);
	}
}

static void
test_buffer_full(void **state)
{
	struct am_buf buf = am_buf(5);
	struct am_json json = am_json(&buf);

	(void)state;
	am_json_text(&json, NULL, "longer than that");
	assert_int_equal(am_buf_status(&buf, NULL), AM_LIMIT);
	am_buf_free(&buf);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_row),
		cmocka_unit_test(test_deepest_nesting),
		cmocka_unit_test(test_strings),
		cmocka_unit_test(test_counted_text),
		cmocka_unit_test(test_seconds),
		cmocka_unit_test(test_buffer_full),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
