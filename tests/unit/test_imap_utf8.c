/* imap/utf8: which messages need UTF8=ACCEPT. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "imap/utf8.h"

static const struct fields_case {
	const char *mime;
	bool has_utf8;
} fields_cases[] = {
	{ "Subject: caf\xc3\xa9\r\n\r\nx", true },
	{ "A: b\nSubject: \xe5\x8f\xb0\n\nx", true },
	{ "Subject: caf\xc3\xa9", true }, /* no body */
	{ "Subject: x\r\n\r\ncaf\xc3\xa9\r\n", false },
	{ "Subject: x\n\ncaf\xc3\xa9\n\n", false },
	{ "\r\ncaf\xc3\xa9\r\n", false }, /* no fields */
	{ "\ncaf\xc3\xa9\n", false },
	{ "Subject: caf\xe9\r\n\r\nx", false }, /* ISO 8859-1 */
	{ "A: \xc3\xa9\r\nB: \xe9\r\n\r\nx", false },
	{ "Subject: x\r\n folded\r\n \xc3\xa9\r\n\r\n", true },
	{ "Subject: \r\n\r\n", false },
	{ "Subject: \r\xc3\xa9\r\n\r\n", true },
	{ "", false },
	{ "\r", false },
};

static void
test_fields(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(fields_cases) / sizeof(fields_cases[0]); i++)
		if (am_imap_has_utf8_fields(am_bytes_of(
			    fields_cases[i].mime)) != fields_cases[i].has_utf8)
			fail_msg("case %zu", i);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_fields),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
