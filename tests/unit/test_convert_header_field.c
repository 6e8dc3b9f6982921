/* convert/header_field: names of header fields. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "convert/header_field.h"

static const struct {
	const char *name;
	enum am_header_field field;
} names[] = {
	{ "", AM_FIELD_OTHER },
	{ "Received", AM_FIELD_OTHER },
	{ "To", AM_FIELD_TO },
	{ "TO", AM_FIELD_TO },
	{ "T", AM_FIELD_OTHER },
	{ "Too", AM_FIELD_OTHER },
	{ "message-id", AM_FIELD_MESSAGE_ID },
	{ "mime-version", AM_FIELD_DROPPED },
	{ "Content-Type", AM_FIELD_DROPPED },
	{ "Content-Class", AM_FIELD_CONTENT_CLASS },
	{ "Content-Language", AM_FIELD_CONTENT_LANGUAGE },
	{ "Content-Foo", AM_FIELD_OTHER },
	{ "X-Mozilla-Status", AM_FIELD_DROPPED },
	{ "x-mozilla-keys", AM_FIELD_DROPPED },
	{ "X-UID", AM_FIELD_DROPPED },
	{ "X-UIDL", AM_FIELD_DROPPED },
	{ "X-Unsent", AM_FIELD_X_UNSENT },
	{ "Bcc", AM_FIELD_BCC },
	{ "X-Status", AM_FIELD_DROPPED },
	{ "DKIM-Signature", AM_FIELD_OTHER },
};

static void
test_names(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		print_message("%s\n", names[i].name);
		assert_int_equal(am_header_field_of(am_bytes_of(names[i].name)),
				 names[i].field);
	}
}

/* Every field that can be written has a name, which is found again: the table
 * is sorted. */
static void
test_there_and_back(void **state)
{
	unsigned field;

	(void)state;
	assert_null(am_header_field_name(AM_FIELD_OTHER));
	assert_null(am_header_field_name(AM_FIELD_DROPPED));
	for (field = AM_FIELD_OTHER + 1; field < AM_FIELD_DROPPED; field++) {
		const char *name =
			am_header_field_name((enum am_header_field)field);

		assert_non_null(name);
		assert_int_equal(am_header_field_of(am_bytes_of(name)), field);
	}
}

static void
test_kinds(void **state)
{
	(void)state;
	assert_true(am_header_field_is_single(AM_FIELD_SUBJECT));
	assert_true(am_header_field_is_single(AM_FIELD_DATE));
	assert_false(am_header_field_is_single(AM_FIELD_KEYWORDS));
	assert_false(am_header_field_is_single(AM_FIELD_OTHER));
	assert_true(am_header_name_has_addresses(am_bytes_of("cc")));
	assert_true(am_header_name_has_addresses(am_bytes_of("Resent-To")));
	assert_false(am_header_name_has_addresses(am_bytes_of("Resent-Date")));
	assert_false(am_header_name_has_addresses(am_bytes_of("Received")));
}

static bool
asks_receipt(const char *name)
{
	return am_header_name_asks_receipt(am_bytes_of(name));
}

static void
test_receipts(void **state)
{
	(void)state;
	assert_true(asks_receipt("Disposition-Notification-To"));
	assert_true(asks_receipt("disposition-notification-options"));
	assert_true(asks_receipt("Return-Receipt-To"));
	assert_true(asks_receipt("RETURN-RECEIPT-REQUESTED"));
	assert_true(asks_receipt("X-Confirm-Reading-To"));
	assert_true(asks_receipt("Read-Receipt-To"));
	assert_true(asks_receipt("Registered-Mail-Reply-Requested-By"));
	assert_false(asks_receipt("Return-Path"));
	assert_false(asks_receipt("Reply-To"));
	assert_false(asks_receipt("Disposition-Notification"));
	assert_false(asks_receipt("X-Disposition-Notification-To"));
	assert_false(asks_receipt(""));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_there_and_back),
		cmocka_unit_test(test_kinds),
		cmocka_unit_test(test_receipts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
