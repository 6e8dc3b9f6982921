/* imap/sasl and imap/capability. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>

#include "imap/capability.h"
#include "imap/sasl.h"

/* made with Python's base64 */
static const struct sasl_case {
	enum am_sasl mechanism;
	struct am_sasl_input input;
	enum am_status status;
	const char *message;
} sasl_cases[] = {
	{ AM_SASL_XOAUTH2,
	  { "ann@example.org", "token", "h", 993 },
	  AM_OK,
	  "dXNlcj1hbm5AZXhhbXBsZS5vcmcBYXV0aD1CZWFyZXIgdG9rZW4BAQ==" },
	{ AM_SASL_OAUTHBEARER,
	  { "a=b,c@x", "T", "imap.x", 993 },
	  AM_OK,
	  "bixhPWE9M0RiPTJDY0B4LAFob3N0PWltYXAueAFwb3J0PTk5MwFhdXRoPUJlYXJlci"
	  "BUAQE=" },
	{ AM_SASL_PLAIN, { "u", "p\xc3\xa9", "h", 993 }, AM_OK, "AHUAcMOp" },
	{ AM_SASL_XOAUTH2,
	  { "u\001auth=Bearer x", "t", "h", 1 },
	  AM_CORRUPT,
	  "" },
	{ AM_SASL_PLAIN, { "u", "p\r\nA2 LOGOUT", "h", 1 }, AM_CORRUPT, "" },
};

static void
test_first_messages(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(sasl_cases) / sizeof(sasl_cases[0]); i++) {
		const struct sasl_case *test = &sasl_cases[i];
		struct am_buf out = am_buf(4096);
		struct am_error err = { 0 };

		assert_int_equal(am_sasl_begin(test->mechanism, &test->input,
					       &out, &err),
				 test->status);
		assert_string_equal(am_buf_text(&out), test->message);
		am_buf_free(&out);
	}
}

/* A token of 6 KB passes; one beyond the limit is refused before it is sent. */
static void
test_long_tokens(void **state)
{
	char *token = calloc(1, AM_SASL_TOKEN_MAX + 1);
	struct am_sasl_input input = { "u", token, "h", 993 };
	struct am_buf out = am_buf(4 * AM_SASL_TOKEN_MAX);
	struct am_error err = { 0 };

	(void)state;
	assert_non_null(token);
	memset(token, 'x', 6 << 10);
	assert_int_equal(am_sasl_begin(AM_SASL_XOAUTH2, &input, &out, &err),
			 AM_OK);
	memset(token, 'x', AM_SASL_TOKEN_MAX);
	assert_int_equal(am_sasl_begin(AM_SASL_XOAUTH2, &input, &out, &err),
			 AM_LIMIT);
	am_buf_free(&out);
	free(token);
}

static struct am_imap_capabilities
capabilities_of(const char *words)
{
	return am_imap_capabilities(am_imap_scan(am_bytes_of(words)));
}

static void
test_capabilities(void **state)
{
	struct am_imap_capabilities found = capabilities_of(
		"IMAP4 IMAP4rev1 AUTH=PLAIN AUTH=XOAUTH2 sasl-ir UIDPLUS "
		"LITERAL+ NAMESPACE X-UNKNOWN");

	(void)state;
	assert_int_equal(found.can, AM_IMAP_CAN_IMAP4REV1 | AM_IMAP_CAN_PLAIN |
					    AM_IMAP_CAN_XOAUTH2 |
					    AM_IMAP_CAN_SASL_IR |
					    AM_IMAP_CAN_UIDPLUS |
					    AM_IMAP_CAN_LITERAL_PLUS |
					    AM_IMAP_CAN_NAMESPACE);
	assert_false(found.has_append_limit);
	found = capabilities_of("LITERAL- APPENDLIMIT=35651584 X-GM-EXT-1");
	assert_int_equal(found.can,
			 AM_IMAP_CAN_LITERAL_MINUS | AM_IMAP_CAN_GMAIL);
	assert_true(found.has_append_limit);
	assert_int_equal(found.append_limit, 35651584);
	assert_false(capabilities_of("APPENDLIMIT").has_append_limit);
	assert_false(capabilities_of("APPENDLIMIT=x").has_append_limit);
	assert_int_equal(capabilities_of("").can, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_first_messages),
		cmocka_unit_test(test_long_tokens),
		cmocka_unit_test(test_capabilities),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
