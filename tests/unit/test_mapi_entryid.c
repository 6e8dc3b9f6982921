/* mapi/entryid: each kind of entry id, whole, cut short everywhere, wrapped. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "mapi/entryid.h"

#define UID_ONE_OFF                                                            \
	"\x81\x2b\x1f\xa4\xbe\xa3\x10\x19\x9d\x6e\x00\xdd\x01\x0f\x54\x02"
#define UID_EXCHANGE                                                           \
	"\xdc\xa7\x40\xc8\xc0\x42\x10\x1a\xb4\xb9\x08\x00\x2b\x2f\xe1\x82"
#define UID_CONTACT                                                            \
	"\xfe\x42\xaa\x0a\x18\xc7\x1a\x10\xe8\x85\x0b\x65\x1c\x24\x00\x00"
#define UID_WRAPPER                                                            \
	"\xc0\x91\xad\xd3\x51\x9d\xcf\x11\xa4\xa9\x00\xaa\x00\x47\xfa\xa4"
#define UID_STORE "0123456789abcdef"
#define FLAGS "\0\0\0\0"
#define WRAPPER(type) FLAGS UID_WRAPPER type
#define STORE_ID FLAGS UID_STORE "\x24\x00\x20\x80"

#define RAW(literal) literal, sizeof(literal) - 1

static const struct {
	const char *name;
	const char *raw;
	size_t len;
	enum am_status status;
	enum am_entryid_kind kind;
	const char *display_name;
	const char *address_type;
	const char *address;
	int slot;
	size_t inner; /* bytes */
	uint32_t nid;
	uint64_t counter;
} cases[] = {
	{ "one-off, Unicode",
	  RAW(FLAGS UID_ONE_OFF
	      "\0\0\x01\x90"
	      "\xc9\0v\0a\0\0\0S\0M\0T\0P\0\0\0a\0@\0b\0\0\0"),
	  AM_OK, AM_ENTRYID_ONE_OFF, "\xc3\x89va", "SMTP", "a@b",
	  AM_ENTRYID_NO_SLOT, 0, 0, 0 },
	{ "one-off, code page",
	  RAW(FLAGS UID_ONE_OFF "\0\0\0\0\xc9va\0SMTP\0a@b\0"), AM_OK,
	  AM_ENTRYID_ONE_OFF, "\xc3\x89va", "SMTP", "a@b", AM_ENTRYID_NO_SLOT,
	  0, 0, 0 },
	{ "one-off, last NUL missing",
	  RAW(FLAGS UID_ONE_OFF "\0\0\0\0Eva\0SMTP\0a@b"), AM_OK,
	  AM_ENTRYID_ONE_OFF, "Eva", "SMTP", "a@b", AM_ENTRYID_NO_SLOT, 0, 0,
	  0 },
	{ "one-off, odd last byte",
	  RAW(FLAGS UID_ONE_OFF "\0\0\0\x80\0\0\0\0a\0b"), AM_OK,
	  AM_ENTRYID_ONE_OFF, "", "", "a", AM_ENTRYID_NO_SLOT, 0, 0, 0 },
	{ "one-off, no strings", RAW(FLAGS UID_ONE_OFF "\0\0\0\x80"), AM_OK,
	  AM_ENTRYID_ONE_OFF, "", "", "", AM_ENTRYID_NO_SLOT, 0, 0, 0 },
	{ "one-off, cut in flags", RAW(FLAGS UID_ONE_OFF "\0\0\0"), AM_CORRUPT,
	  AM_ENTRYID_ONE_OFF, "", "", "", 0, 0, 0, 0 },
	{ "Exchange", RAW(FLAGS UID_EXCHANGE "\1\0\0\0\6\0\0\0/o=A/cn=b\0"),
	  AM_OK, AM_ENTRYID_EXCHANGE, "", "EX", "/o=A/cn=b", AM_ENTRYID_NO_SLOT,
	  0, 0, 0 },
	{ "Exchange, cut", RAW(FLAGS UID_EXCHANGE "\1\0\0\0\6\0\0"), AM_CORRUPT,
	  AM_ENTRYID_EXCHANGE, "", "EX", "", 0, 0, 0, 0 },
	{ "contact, second address",
	  RAW(FLAGS UID_CONTACT "\3\0\0\0\4\0\0\0\1\0\0\0\x18\0\0\0" STORE_ID),
	  AM_OK, AM_ENTRYID_CONTACT, "", "", "", 1, 24, 0, 0 },
	{ "contact, slot out of range",
	  RAW(FLAGS UID_CONTACT "\3\0\0\0\4\0\0\0\7\0\0\0\x18\0\0\0" STORE_ID),
	  AM_OK, AM_ENTRYID_CONTACT, "", "", "", AM_ENTRYID_NO_SLOT, 24, 0, 0 },
	{ "contact, length beyond the end",
	  RAW(FLAGS UID_CONTACT "\3\0\0\0\4\0\0\0\1\0\0\0\x19\0\0\0" STORE_ID),
	  AM_CORRUPT, AM_ENTRYID_CONTACT, "", "", "", 1, 0, 0, 0 },
	{ "contact, length of all ones",
	  RAW(FLAGS UID_CONTACT
	      "\3\0\0\0\4\0\0\0\1\0\0\0\xff\xff\xff\xff" STORE_ID),
	  AM_CORRUPT, AM_ENTRYID_CONTACT, "", "", "", 1, 0, 0, 0 },
	{ "distribution list",
	  RAW(FLAGS UID_CONTACT
	      "\3\0\0\0\5\0\0\0\xff\0\0\0\x18\0\0\0" STORE_ID),
	  AM_OK, AM_ENTRYID_PDL, "", "", "", AM_ENTRYID_NO_SLOT, 24, 0, 0 },
	{ "store", RAW(STORE_ID), AM_OK, AM_ENTRYID_STORE, "", "", "",
	  AM_ENTRYID_NO_SLOT, 0, 0x80200024, 0 },
	{ "server folder",
	  RAW(FLAGS UID_STORE "\1\0fedcba9876543210\0\0\0\1\2\3\0\0"), AM_OK,
	  AM_ENTRYID_SERVER_FOLDER, "", "", "", AM_ENTRYID_NO_SLOT, 0, 0,
	  0x010203 },
	{ "server message",
	  RAW(FLAGS UID_STORE "\7\0fedcba9876543210\0\0\0\1\2\3\0\0"
			      "fedcba9876543210\0\0\0\4\5\6\0\0"),
	  AM_OK, AM_ENTRYID_SERVER_MESSAGE, "", "", "", AM_ENTRYID_NO_SLOT, 0,
	  0, 0x040506 },
	{ "of an unknown provider", RAW(FLAGS UID_STORE "whatever"), AM_OK,
	  AM_ENTRYID_OTHER, "", "", "", AM_ENTRYID_NO_SLOT, 0, 0, 0 },
	{ "head only", RAW(FLAGS UID_STORE), AM_OK, AM_ENTRYID_OTHER, "", "",
	  "", AM_ENTRYID_NO_SLOT, 0, 0, 0 },
	{ "head cut", RAW(FLAGS "0123456789abcde"), AM_CORRUPT,
	  AM_ENTRYID_OTHER, "", "", "", 0, 0, 0, 0 },
	{ "empty", NULL, 0, AM_CORRUPT, AM_ENTRYID_OTHER, "", "", "", 0, 0, 0,
	  0 },
	{ "wrapped contact, third address", RAW(WRAPPER("\xe3") STORE_ID),
	  AM_OK, AM_ENTRYID_STORE, "", "", "", 2, 0, 0x80200024, 0 },
	{ "wrapped contact, home fax", RAW(WRAPPER("\x93") STORE_ID), AM_OK,
	  AM_ENTRYID_STORE, "", "", "", 4, 0, 0x80200024, 0 },
	{ "wrapped contact, no address", RAW(WRAPPER("\xb3") STORE_ID), AM_OK,
	  AM_ENTRYID_STORE, "", "", "", AM_ENTRYID_NO_SLOT, 0, 0x80200024, 0 },
	{ "wrapped GAL user",
	  RAW(WRAPPER("\xb5") FLAGS UID_EXCHANGE "\1\0\0\0\0\0\0\0/o=A\0"),
	  AM_OK, AM_ENTRYID_EXCHANGE, "", "EX", "/o=A", AM_ENTRYID_NO_SLOT, 0,
	  0, 0 },
	{ "wrapped four times",
	  RAW(WRAPPER("\xb0") WRAPPER("\xb0") WRAPPER("\xb0") WRAPPER("\xb0")
		      STORE_ID),
	  AM_OK, AM_ENTRYID_STORE, "", "", "", AM_ENTRYID_NO_SLOT, 0,
	  0x80200024, 0 },
	{ "wrapped five times",
	  RAW(WRAPPER("\xb0") WRAPPER("\xb0") WRAPPER("\xb0") WRAPPER("\xb0")
		      WRAPPER("\xb0") STORE_ID),
	  AM_LIMIT, AM_ENTRYID_OTHER, "", "", "", 0, 0, 0, 0 },
	{ "a wrapper around nothing", RAW(WRAPPER("\xc3")), AM_CORRUPT,
	  AM_ENTRYID_OTHER, "", "", "", 0, 0, 0, 0 },
};

static void
test_cases(void **state)
{
	struct am_arena arena = { 0 };
	struct am_entryid id;
	struct am_error err;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct am_bytes raw =
			am_bytes(cases[i].raw, cases[i].len);
		const enum am_status status =
			am_entryid_decode(raw, AM_CP_1252, &arena, &id, &err);

		if (status != cases[i].status)
			fail_msg("%s: %s", cases[i].name,
				 am_status_name(status));
		if (status != AM_OK)
			continue;
		if (id.kind != cases[i].kind || id.slot != cases[i].slot)
			fail_msg("%s: kind %d, slot %d", cases[i].name,
				 (int)id.kind, id.slot);
		assert_string_equal(id.name, cases[i].display_name);
		assert_string_equal(id.address_type, cases[i].address_type);
		assert_string_equal(id.address, cases[i].address);
		assert_int_equal(id.inner.len, cases[i].inner);
		assert_int_equal(id.nid, cases[i].nid);
		assert_true(id.counter == cases[i].counter);
	}
	am_arena_free(&arena);
}

/* Every beginning of every case: never a read past the end (the sanitizer
 * sees the copy's), and an answer. */
static void
test_cut_everywhere(void **state)
{
	size_t i;
	size_t len;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		for (len = 0; len < cases[i].len; len++) {
			struct am_arena arena = { 0 };
			struct am_bytes copy;
			struct am_entryid id;
			enum am_status status;

			assert_int_equal(
				am_arena_copy(&arena,
					      am_bytes(cases[i].raw, len),
					      &copy, NULL),
				AM_OK);
			status = am_entryid_decode(copy, AM_CP_1252, &arena,
						   &id, NULL);
			assert_true(status == AM_OK || status == AM_CORRUPT ||
				    status == AM_LIMIT);
			assert_true(len >= 20 || status == AM_CORRUPT);
			am_arena_free(&arena);
		}
	}
}

static void
test_uid_and_wrapper(void **state)
{
	struct am_arena arena = { 0 };
	struct am_entryid id;

	(void)state;
	assert_int_equal(
		am_entryid_decode(am_bytes(RAW(WRAPPER("\xb4") STORE_ID)),
				  AM_CP_1252, &arena, &id, NULL),
		AM_OK);
	assert_true(id.is_wrapped);
	assert_int_equal(id.wrapped, AM_WRAPPED_PDL);
	assert_true(am_bytes_equal(id.uid, am_bytes_of(UID_STORE)));
	assert_int_equal(am_entryid_decode(am_bytes(RAW(STORE_ID)), AM_CP_1252,
					   &arena, &id, NULL),
			 AM_OK);
	assert_false(id.is_wrapped);
	am_arena_free(&arena);
}

static const struct {
	const char *name;
	const char *raw;
	size_t len;
	size_t count;
	size_t total; /* bytes of all entries */
	bool damaged;
} lists[] = {
	{ "two, padded", RAW("\2\0\0\0\x0f\0\0\0\1\0\0\0a\0\0\0\3\0\0\0bcd"), 2,
	  4, false },
	{ "last pad there",
	  RAW("\2\0\0\0\x10\0\0\0\1\0\0\0a\0\0\0\3\0\0\0bcd\0"), 2, 4, false },
	{ "no entry", RAW("\0\0\0\0\0\0\0\0"), 0, 0, false },
	{ "nothing", NULL, 0, 0, 0, false },
	{ "head cut", RAW("\1\0\0\0\4\0\0"), 0, 0, true },
	{ "fewer than counted", RAW("\3\0\0\0\5\0\0\0\1\0\0\0a"), 1, 1, true },
	{ "more than counted",
	  RAW("\1\0\0\0\x0d\0\0\0\1\0\0\0a\0\0\0\1\0\0\0b"), 1, 1, false },
	{ "length beyond the end", RAW("\1\0\0\0\xff\0\0\0\1\0\0\0a"), 1, 1,
	  true },
	{ "length too small", RAW("\1\0\0\0\4\0\0\0\1\0\0\0a"), 0, 0, true },
	{ "entry beyond the end",
	  RAW("\2\0\0\0\x0d\0\0\0\1\0\0\0a\0\0\0\xff\xff\xff\xff"
	      "b"),
	  1, 1, true },
	{ "a great count", RAW("\xff\xff\xff\xff\4\0\0\0\0\0\0\0"), 1, 0,
	  true },
};

static void
test_flat_lists(void **state)
{
	struct am_bytes entry;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
		struct am_flat_list list =
			am_flat_list(am_bytes(lists[i].raw, lists[i].len));
		size_t count = 0;
		size_t total = 0;

		while (am_flat_list_next(&list, &entry)) {
			count++;
			total += entry.len;
		}
		if (count != lists[i].count || total != lists[i].total ||
		    list.damaged != lists[i].damaged)
			fail_msg("%s: %zu entries, %zu bytes, damaged %d",
				 lists[i].name, count, total, list.damaged);
		assert_false(am_flat_list_next(&list, &entry));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cases),
		cmocka_unit_test(test_cut_everywhere),
		cmocka_unit_test(test_uid_and_wrapper),
		cmocka_unit_test(test_flat_lists),
	};

	return cmocka_run_group_tests_name("mapi_entryid", tests, NULL, NULL);
}
