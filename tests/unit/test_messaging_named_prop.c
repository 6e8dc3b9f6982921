/* pst/messaging/named_prop: the name-to-id map, right and damaged. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "folder_text.h"

/* Not encoded, so that a test can find and change bytes. The map's entries
 * come in the order of use. */
#define RECIPE                                                                 \
	"minimal\ncrypt none\n"                                                \
	"folder a { message {\n"                                               \
	"	prop PSETID_Common/0x8578:i32 1\n"                                   \
	"	prop PSETID_Address/0x8083:string \"a@example.org\"\n"               \
	"	prop PSETID_Common/0x8510:i32 2\n"                                   \
	"	prop PS_PUBLIC_STRINGS/Keywords:string \"k\"\n"                      \
	"	prop PS_INTERNET_HEADERS/X-Spam-Level:string \"***\"\n"              \
	"	prop PS_INTERNET_HEADERS/x-mailer:string \"m\"\n"                    \
	"} }\n"

struct opened {
	struct built built;
	struct am_store *store;
	struct am_arena arena;
	struct am_message *message;
};

/* change may be NULL. */
static struct opened
open_changed(void (*change)(struct built *))
{
	struct opened opened = { .built = built_make(RECIPE) };
	struct am_node node;

	if (change != NULL)
		change(&opened.built);
	opened.store = built_open(&opened.built, NULL);
	node = built_message_node(opened.store, 0);
	assert_int_equal(am_message_open(opened.store, &node, &opened.arena,
					 &opened.message, NULL),
			 AM_OK);
	return opened;
}

static void
opened_close(struct opened *opened)
{
	am_arena_free(&opened->arena);
	am_store_close(opened->store);
	built_free(&opened->built);
}

static int64_t
value_of(const struct opened *opened, uint16_t id)
{
	return am_pc_int(opened->message->pc, id, -1);
}

static void
test_lookups(void **state)
{
	struct opened opened = open_changed(NULL);
	const struct am_store *store = opened.store;
	const uint16_t header = am_store_named_text(
		store, AM_PS_INTERNET_HEADERS, "X-Spam-Level");

	(void)state;
	assert_int_equal(
		value_of(&opened,
			 am_store_named(store, AM_PSETID_COMMON, 0x8578)),
		1);
	assert_int_equal(
		value_of(&opened,
			 am_store_named(store, AM_PSETID_COMMON, 0x8510)),
		2);
	assert_true(am_store_named(store, AM_PSETID_ADDRESS, 0x8083) >= 0x8000);
	/* the LID of another set, and one that is not there */
	assert_int_equal(am_store_named(store, AM_PSETID_ADDRESS, 0x8578), 0);
	assert_int_equal(am_store_named(store, AM_PSETID_COMMON, 0x8579), 0);
	assert_int_equal(am_store_named(store, AM_PSETID_COMMON, 0), 0);
	/* names: without regard to case where they are header names */
	assert_true(header >= 0x8000);
	assert_int_equal(am_store_named_text(store, AM_PS_INTERNET_HEADERS,
					     "x-sPAM-level"),
			 header);
	assert_true(am_store_named_text(store, AM_PS_PUBLIC_STRINGS,
					"Keywords") >= 0x8000);
	assert_int_equal(
		am_store_named_text(store, AM_PS_PUBLIC_STRINGS, "keywords"),
		0);
	assert_int_equal(
		am_store_named_text(store, AM_PS_INTERNET_HEADERS, "X-Spam"),
		0);
	assert_int_equal(am_store_named_text(store, AM_PS_PUBLIC_STRINGS, ""),
			 0);
	opened_close(&opened);
}

static void
test_names_in_turn(void **state)
{
	struct opened opened = open_changed(NULL);
	const struct am_named_map *map = am_store_named_map(opened.store);
	const char *name;
	uint16_t id;

	(void)state;
	assert_true(
		am_named_text_at(map, AM_PS_INTERNET_HEADERS, 0, &name, &id));
	assert_string_equal(name, "x-mailer");
	assert_true(
		am_named_text_at(map, AM_PS_INTERNET_HEADERS, 1, &name, &id));
	assert_string_equal(name, "X-Spam-Level");
	assert_int_equal(id,
			 am_named_find_text(map, AM_PS_INTERNET_HEADERS, name));
	assert_false(
		am_named_text_at(map, AM_PS_INTERNET_HEADERS, 2, &name, &id));
	assert_true(am_named_text_at(map, AM_PS_PUBLIC_STRINGS, 0, &name, &id));
	assert_string_equal(name, "Keywords");
	assert_false(am_named_text_at(map, AM_PSETID_COMMON, 0, &name, &id));
	assert_false(
		am_named_text_at(map, AM_PSETID_ATTACHMENT, 0, &name, &id));
	opened_close(&opened);
}

/* Replaces each occurrence of from, which has the length of to. */
static void
replace(struct built *built, const char *from, const char *to, size_t len)
{
	size_t at;
	size_t found = 0;

	for (at = 0; at + len <= built->len; at++) {
		if (memcmp(built->data + at, from, len) != 0)
			continue;
		memcpy(built->data + at, to, len);
		found++;
	}
	assert_true(found > 0);
}

/* The entry of PSETID_Address (the second GUID of the stream, wGuid 4) points
 * beyond the GUIDs. */
static void
guid_out_of_bounds(struct built *built)
{
	replace(built, "\x83\x80\0\0\x08\0", "\x83\x80\0\0\xf8\0", 6);
}

static void
test_guid_out_of_bounds(void **state)
{
	struct opened opened = open_changed(guid_out_of_bounds);

	(void)state;
	assert_int_equal(
		am_store_named(opened.store, AM_PSETID_ADDRESS, 0x8083), 0);
	assert_true(am_store_named(opened.store, AM_PSETID_COMMON, 0x8578) !=
		    0);
	assert_true(am_store_named_text(opened.store, AM_PS_PUBLIC_STRINGS,
					"Keywords") != 0);
	assert_true(folder_has_finding(opened.store, "named-entry: 1 "));
	opened_close(&opened);
}

/* The first name of the string stream is 2^24 longer than it was. */
static void
name_out_of_bounds(struct built *built)
{
	replace(built, "\x10\0\0\0K\0e\0y\0", "\x10\0\0\1K\0e\0y\0", 10);
}

static void
test_name_out_of_bounds(void **state)
{
	struct opened opened = open_changed(name_out_of_bounds);

	(void)state;
	assert_int_equal(am_store_named_text(opened.store, AM_PS_PUBLIC_STRINGS,
					     "Keywords"),
			 0);
	assert_true(am_store_named_text(opened.store, AM_PS_INTERNET_HEADERS,
					"X-Mailer") != 0);
	assert_true(folder_has_finding(opened.store, "named-entry: 1 "));
	opened_close(&opened);
}

/* A foreign writer: eight ASCII characters where four UTF-16 ones belong. */
static void
name_in_ascii(struct built *built)
{
	replace(built, "\x10\0\0\0K\0e\0y\0w\0o\0r\0d\0s\0",
		"\x10\0\0\0Keywords-in-byte", 20);
}

static void
test_name_in_ascii(void **state)
{
	struct opened opened = open_changed(name_in_ascii);

	(void)state;
	assert_true(am_store_named_text(opened.store, AM_PS_PUBLIC_STRINGS,
					"Keywords-in-byte") != 0);
	opened_close(&opened);
}

/* Both LIDs of PSETID_Common are 0x8578 now. */
static void
name_twice(struct built *built)
{
	replace(built, "\x10\x85\0\0\x06\0", "\x78\x85\0\0\x06\0", 6);
}

static void
test_name_twice(void **state)
{
	struct opened opened = open_changed(name_twice);
	const struct am_named_map *map = am_store_named_map(opened.store);
	const uint16_t first =
		am_named_find_nth(map, AM_PSETID_COMMON, 0x8578, 0);
	const uint16_t second =
		am_named_find_nth(map, AM_PSETID_COMMON, 0x8578, 1);

	(void)state;
	assert_int_equal(first, am_named_find(map, AM_PSETID_COMMON, 0x8578));
	assert_int_equal(value_of(&opened, first), 1);
	assert_int_equal(value_of(&opened, second), 2);
	assert_int_equal(am_named_find_nth(map, AM_PSETID_COMMON, 0x8578, 2),
			 0);
	opened_close(&opened);
}

/* Which of the ids of one name is in use is the message's business. */
static void
test_name_twice_in_messages(void **state)
{
	struct opened opened = open_changed(name_twice);
	struct am_prop prop;

	(void)state;
	assert_true(am_message_named(opened.message, AM_PSETID_COMMON, 0x8578,
				     &prop));
	assert_int_equal(prop.id, am_store_named(opened.store, AM_PSETID_COMMON,
						 0x8578));
	assert_false(am_message_named(opened.message, AM_PSETID_COMMON, 0x8510,
				      &prop));
	opened_close(&opened);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lookups),
		cmocka_unit_test(test_names_in_turn),
		cmocka_unit_test(test_guid_out_of_bounds),
		cmocka_unit_test(test_name_out_of_bounds),
		cmocka_unit_test(test_name_in_ascii),
		cmocka_unit_test(test_name_twice),
		cmocka_unit_test(test_name_twice_in_messages),
	};

	return cmocka_run_group_tests_name("messaging_named_prop", tests, NULL,
					   NULL);
}
