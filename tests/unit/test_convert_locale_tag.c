/* convert/locale_tag: locale ids and language tags. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "convert/locale_tag.h"

static void
test_known(void **state)
{
	(void)state;
	assert_string_equal(am_locale_tag(0x0409), "en-US");
	assert_string_equal(am_locale_tag(0x0401), "ar-SA");
	assert_string_equal(am_locale_tag(0x0407), "de-DE");
	assert_string_equal(am_locale_tag(0x040a), "es-ES");
	assert_string_equal(am_locale_tag(0x0c0a), "es-ES");
	assert_string_equal(am_locale_tag(0x081a), "sr-Latn-CS");
	assert_string_equal(am_locale_tag(0x0464), "fil-PH");
	assert_string_equal(am_locale_tag(0x540a), "es-US");
}

static void
test_unknown(void **state)
{
	(void)state;
	assert_null(am_locale_tag(0));
	assert_null(am_locale_tag(0x0400));
	assert_null(am_locale_tag(0x0800));
	assert_null(am_locale_tag(0xffff));
	assert_null(am_locale_tag(0x10409));
}

/* The table is sorted, or the search would miss some: as many are found as
 * there are. */
static void
test_count(void **state)
{
	uint32_t lcid;
	size_t count = 0;

	(void)state;
	for (lcid = 0; lcid <= 0xffff; lcid++)
		if (am_locale_tag(lcid) != NULL)
			count += strchr(am_locale_tag(lcid), '-') != NULL;
	assert_int_equal(count, 115);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_known),
		cmocka_unit_test(test_unknown),
		cmocka_unit_test(test_count),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
