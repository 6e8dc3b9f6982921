/* mapi/dlstream: members as they are stored, and what hostile ones come to. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "mapi/dlstream.h"

#define BYTES(text)                                                            \
	{                                                                      \
		(const uint8_t *)(text), sizeof(text) - 1                      \
	}
#define HEAD "\1\0\0\0\0\0\0\0\0\0\0\0"
#define SUMS "\0\0\0\0\0\0\0\0\0\0\0\0"
#define ONE "\2\0\0\0ab\1\0\0\0c\0\0\0\0"

static const struct {
	const char *name;
	struct am_bytes raw;
	enum am_status status;
	size_t members;
	bool damaged;
} cases[] = {
	{ "no members", BYTES(HEAD "\0\0\0\0" SUMS), AM_OK, 0, false },
	{ "two", BYTES(HEAD "\2\0\0\0" SUMS ONE ONE "\0\0\0\0\0\0\0\0"), AM_OK,
	  2, false },
	{ "more than the count", BYTES(HEAD "\1\0\0\0" SUMS ONE ONE), AM_OK, 1,
	  false },
	{ "empty parts", BYTES(HEAD "\1\0\0\0" SUMS "\0\0\0\0\0\0\0\0\0\0\0\0"),
	  AM_OK, 1, false },
	{ "extra bytes",
	  BYTES(HEAD "\1\0\0\0" SUMS "\0\0\0\0\0\0\0\0\2\0\0\0xy"), AM_OK, 1,
	  false },
	{ "an entry id beyond the end",
	  BYTES(HEAD "\2\0\0\0" SUMS ONE "\xff\xff\xff\xff" ONE), AM_OK, 1,
	  true },
	{ "a one-off beyond the end",
	  BYTES(HEAD "\1\0\0\0" SUMS "\0\0\0\0\xff\xff\xff\x7f\0\0\0\0"), AM_OK,
	  0, true },
	{ "extra bytes beyond the end",
	  BYTES(HEAD "\1\0\0\0" SUMS "\0\0\0\0\0\0\0\0\1\0\0\0"), AM_OK, 0,
	  true },
	{ "a count beyond the bytes", BYTES(HEAD "\xff\xff\xff\xff" SUMS ONE),
	  AM_CORRUPT, 0, false },
	{ "of another version", BYTES("\2\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0" SUMS),
	  AM_CORRUPT, 0, false },
	{ "cut head", BYTES(HEAD "\0\0\0\0"), AM_CORRUPT, 0, false },
	{ "nothing", { NULL, 0 }, AM_CORRUPT, 0, false },
};

static void
test_cases(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct am_dl_stream stream;
		struct am_dl_member member;
		struct am_error err = { 0 };
		size_t members = 0;

		print_message("%s\n", cases[i].name);
		assert_int_equal(am_dl_stream(cases[i].raw, &stream, &err),
				 cases[i].status);
		if (cases[i].status != AM_OK)
			continue;
		while (am_dl_stream_next(&stream, &member))
			members++;
		assert_int_equal(members, cases[i].members);
		assert_int_equal(stream.damaged, cases[i].damaged);
		assert_false(am_dl_stream_next(&stream, &member));
	}
}

static void
test_parts(void **state)
{
	const struct am_bytes raw = BYTES(HEAD "\1\0\0\0" SUMS ONE);
	struct am_dl_stream stream;
	struct am_dl_member member;

	(void)state;
	assert_int_equal(am_dl_stream(raw, &stream, NULL), AM_OK);
	assert_true(am_dl_stream_next(&stream, &member));
	assert_true(am_bytes_equal(member.entry_id, am_bytes("ab", 2)));
	assert_true(am_bytes_equal(member.one_off, am_bytes("c", 1)));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cases),
		cmocka_unit_test(test_parts),
	};

	return cmocka_run_group_tests_name("mapi_dlstream", tests, NULL, NULL);
}
