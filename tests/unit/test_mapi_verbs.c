/* mapi/verbs: voting buttons as they are stored, and what hostile ones come
 * to. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "mapi/verbs.h"

#define BYTES(text)                                                            \
	{                                                                      \
		(const uint8_t *)(text), sizeof(text) - 1                      \
	}
/* [MS-OXOMSG] 2.2.1.74.1, name: a length and the characters */
#define OPTION(type, name, id)                                                 \
	type "\0\0\0" name "\10IPM.Note\0" name "\0\0\0\0\0\0\0\0\0"           \
	     "\1\0\0\0\2\0\0\0\2\0\0\0" id "\0\0\0\xff\xff\xff\xff"
#define YES OPTION("\4", "\3Yes", "\1")
#define NO OPTION("\4", "\2No", "\2")
#define REPLY OPTION("\2", "\5Reply", "\x66")
#define EXTRA(name) name name
#define EXTRAS "\4\1" EXTRA("\3Y\0e\0s\0") EXTRA("\2N\0o\0")

static const struct {
	const char *name;
	struct am_bytes raw;
	enum am_status status;
	const char *verbs; /* "type id name wide,", wide without its zeros */
	bool damaged;
} cases[] = {
	{ "none", BYTES("\2\1\0\0\0\0"), AM_OK, "", false },
	{ "two", BYTES("\2\1\2\0\0\0" YES NO EXTRAS), AM_OK,
	  "4 1 Yes Yes,4 2 No No,", false },
	{ "one that is no vote", BYTES("\2\1\2\0\0\0" REPLY NO EXTRAS), AM_OK,
	  "2 102 Reply Yes,4 2 No No,", false },
	{ "more than the count",
	  BYTES("\2\1\1\0\0\0" YES "\4\1" EXTRA("\1A\0") NO), AM_OK,
	  "4 1 Yes A,", false },
	{ "no extras", BYTES("\2\1\2\0\0\0" YES NO), AM_OK, "4 1 Yes ,4 2 No ,",
	  false },
	{ "extras of another version",
	  BYTES("\2\1\2\0\0\0" YES NO "\5\1\1A\0\1A\0\1B\0\1B\0"), AM_OK,
	  "4 1 Yes ,4 2 No ,", false },
	{ "extras that are cut",
	  BYTES("\2\1\2\0\0\0" YES NO "\4\1" EXTRA("\3Y\0e\0s\0") "\2N"), AM_OK,
	  "4 1 Yes Yes,4 2 No ,", false },
	{ "the second is cut",
	  BYTES("\2\1\2\0\0\0" YES "\4\0\0\0\2No\10IPM"
		"................................"),
	  AM_OK, "4 1 Yes ,", true },
	{ "a name beyond the end",
	  BYTES("\2\1\1\0\0\0\4\0\0\0\xff................................."),
	  AM_OK, "", true },
	{ "a count beyond the bytes", BYTES("\2\1\xff\xff\xff\xff" YES NO),
	  AM_CORRUPT, "", false },
	{ "of another version", BYTES("\3\1\0\0\0\0"), AM_CORRUPT, "", false },
	{ "cut head", BYTES("\2\1\0\0\0"), AM_CORRUPT, "", false },
	{ "nothing", { NULL, 0 }, AM_CORRUPT, "", false },
};

static size_t
verb_print(const struct am_verb *verb, char *text, size_t size)
{
	char wide[256] = "";
	size_t i;

	for (i = 0; i < verb->wide.len / 2; i++)
		wide[i] = (char)verb->wide.data[2 * i];
	return (size_t)snprintf(text, size, "%u %u %.*s %s,",
				(unsigned)verb->type, (unsigned)verb->id,
				(int)verb->name.len,
				(const char *)verb->name.data, wide);
}

static void
test_cases(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct am_verbs verbs;
		struct am_verb verb;
		struct am_error err = { 0 };
		char text[512] = "";
		size_t len = 0;

		print_message("%s\n", cases[i].name);
		assert_int_equal(am_verbs(cases[i].raw, &verbs, &err),
				 cases[i].status);
		if (cases[i].status != AM_OK)
			continue;
		while (am_verbs_next(&verbs, &verb))
			len += verb_print(&verb, text + len,
					  sizeof(text) - len);
		assert_string_equal(text, cases[i].verbs);
		assert_int_equal(verbs.damaged, cases[i].damaged);
		assert_false(am_verbs_next(&verbs, &verb));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cases),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
