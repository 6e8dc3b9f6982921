/* base/mutf7_read */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/mutf7_read.h"
#include "base/text.h"

/* made with an IMAP server's own folders, and RFC 3501 5.1.3 */
static const struct read_case {
	const char *name, *text;
} read_cases[] = {
	{ "INBOX", "INBOX" },
	{ "&AMk-l&AOk-ments envoy&AOk-s",
	  "\xc3\x89l\xc3\xa9ments envoy\xc3\xa9s" },
	{ "~peter/mail/&U,BTFw-/&ZeVnLIqe-",
	  "~peter/mail/\xe5\x8f\xb0\xe5\x8c\x97/"
	  "\xe6\x97\xa5\xe6\x9c\xac\xe8\xaa\x9e" },
	{ "A&-B", "A&B" },
	{ "&2D3eAA-", "\xf0\x9f\x98\x80" },
	{ "&2D0-", "\xef\xbf\xbd" },
	{ "&no end", "&no end" },
	{ "a & b", "a & b" },
	{ "&AOk", "&AOk" },
	{ "\xc3\xa9t\xc3\xa9", "\xc3\xa9t\xc3\xa9" },
	{ "", "" },
};

static void
test_read(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(read_cases) / sizeof(read_cases[0]); i++) {
		struct am_buf out = am_buf(256);

		am_mutf7_read(&out, am_bytes_of(read_cases[i].name));
		assert_string_equal(am_buf_text(&out), read_cases[i].text);
		am_buf_free(&out);
	}
}

/* Whatever comes in, UTF-8 comes out, where UTF-8 or ASCII came in. */
static void
test_every_pair(void **state)
{
	static const char some[] = "&-A/+,9z ";
	char name[8] = "&";
	size_t i, j, k;

	(void)state;
	for (i = 0; i < sizeof(some) - 1; i++)
		for (j = 0; j < sizeof(some) - 1; j++)
			for (k = 0; k < sizeof(some) - 1; k++) {
				struct am_buf out = am_buf(256);

				name[1] = some[i];
				name[2] = some[j];
				name[3] = some[k];
				name[4] = '-';
				am_mutf7_read(&out, am_bytes_of(name));
				assert_true(
					am_utf8_is_valid(am_buf_bytes(&out)));
				am_buf_free(&out);
			}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_read),
		cmocka_unit_test(test_every_pair),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
