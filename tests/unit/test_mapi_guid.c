/* mapi/guid: the property sets and their GUIDs. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "mapi/guid.h"

static const struct {
	enum am_guid_set set;
	const char *text; /* as [MS-OXPROPS] 1.3.2 writes it */
} sets[] = {
	{ AM_PS_MAPI, "{00020328-0000-0000-C000-000000000046}" },
	{ AM_PS_PUBLIC_STRINGS, "{00020329-0000-0000-C000-000000000046}" },
	{ AM_PS_INTERNET_HEADERS, "{00020386-0000-0000-C000-000000000046}" },
	{ AM_PSETID_COMMON, "{00062008-0000-0000-C000-000000000046}" },
	{ AM_PSETID_APPOINTMENT, "{00062002-0000-0000-C000-000000000046}" },
	{ AM_PSETID_MEETING, "{6ED8DA90-450B-101B-98DA-00AA003F1305}" },
	{ AM_PSETID_TASK, "{00062003-0000-0000-C000-000000000046}" },
	{ AM_PSETID_ADDRESS, "{00062004-0000-0000-C000-000000000046}" },
	{ AM_PSETID_NOTE, "{0006200E-0000-0000-C000-000000000046}" },
	{ AM_PSETID_LOG, "{0006200A-0000-0000-C000-000000000046}" },
	{ AM_PSETID_POST_RSS, "{00062041-0000-0000-C000-000000000046}" },
	{ AM_PSETID_ATTACHMENT, "{96357F7F-59E1-47D0-99A7-46515C183B54}" },
};

static void
test_each_set(void **state)
{
	char text[AM_GUID_TEXT_SIZE];
	enum am_guid_set found;
	size_t i;

	(void)state;
	assert_int_equal(sizeof(sets) / sizeof(sets[0]), AM_GUID_SET_COUNT);
	for (i = 0; i < AM_GUID_SET_COUNT; i++) {
		const struct am_bytes guid = am_guid_of_set(sets[i].set);

		assert_int_equal(guid.len, AM_GUID_SIZE);
		am_guid_text(guid, text);
		assert_string_equal(text, sets[i].text);
		assert_true(am_guid_find_set(guid, &found));
		assert_int_equal(found, sets[i].set);
	}
}

static void
test_others(void **state)
{
	static const uint8_t other[AM_GUID_SIZE] = { 1,	 2,  3,	 4,  5,	 6,
						     7,	 8,  9,	 10, 11, 12,
						     13, 14, 15, 16 };
	char text[AM_GUID_TEXT_SIZE];
	enum am_guid_set found = AM_PSETID_LOG;

	(void)state;
	assert_false(am_guid_find_set(am_bytes(other, sizeof(other)), &found));
	assert_false(am_guid_find_set(am_bytes(other, 15), &found));
	assert_false(am_guid_find_set(am_bytes(NULL, 0), &found));
	assert_int_equal(found, AM_PSETID_LOG); /* left alone */
	am_guid_text(am_bytes(other, sizeof(other)), text);
	assert_string_equal(text, "{04030201-0605-0807-090A-0B0C0D0E0F10}");
	am_guid_text(am_bytes(other, 15), text);
	assert_string_equal(text, "{}");
	am_guid_text(am_bytes(NULL, 0), text);
	assert_string_equal(text, "{}");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_set),
		cmocka_unit_test(test_others),
	};

	return cmocka_run_group_tests_name("mapi_guid", tests, NULL, NULL);
}
