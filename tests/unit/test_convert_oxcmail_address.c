/* convert/oxcmail_address: the ladder from MAPI to SMTP addresses. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "convert/oxcmail_address.h"

/* [MS-OXCDATA] 2.2.5.1, 2.2.5.2 with 8-bit texts. */
#define ONE_OFF                                                                \
	"\0\0\0\0\x81\x2b\x1f\xa4\xbe\xa3\x10\x19\x9d\x6e\x00\xdd\x01\x0f"     \
	"\x54\x02\0\0\0\0"
#define EXCHANGE                                                               \
	"\0\0\0\0\xdc\xa7\x40\xc8\xc0\x42\x10\x1a\xb4\xb9\x08\x00\x2b\x2f"     \
	"\xe1\x82\x01\0\0\0\0\0\0\0"

#define DN "/o=Org/ou=Site/cn=Recipients/cn=ann"

static const struct {
	const char *name;
	struct am_person person;
	const char *display;
	const char *address;  /* NULL: unresolved */
	const char *original; /* of an unresolved one */
} people[] = {
	{ "the SMTP property",
	  { "Ann", "EX", DN, "ann@x.org", "", { 0 }, { 0 } },
	  "Ann",
	  "ann@x.org",
	  "" },
	{ "type SMTP",
	  { "Ann", "SMTP", "ann@x.org", "", "", { 0 }, { 0 } },
	  "Ann",
	  "ann@x.org",
	  "" },
	{ "type smtp",
	  { "Ann", "smtp", "ann@x.org", "", "", { 0 }, { 0 } },
	  "Ann",
	  "ann@x.org",
	  "" },
	{ "a name in the address",
	  { "", "SMTP", "Ann B <ann@x.org>", "", "", { 0 }, { 0 } },
	  "",
	  "ann@x.org",
	  "" },
	{ "a URL in the address",
	  { "Ann", "SMTP", "mailto:ann@x.org", "", "", { 0 }, { 0 } },
	  "Ann",
	  "ann@x.org",
	  "" },
	{ "a type in the address",
	  { "Ann", "SMTP", "SMTP:ann@x.org", "", "", { 0 }, { 0 } },
	  "Ann",
	  "ann@x.org",
	  "" },
	{ "quotes around the address",
	  { "Ann", "SMTP", " 'ann@x.org' ", "", "", { 0 }, { 0 } },
	  "Ann",
	  "ann@x.org",
	  "" },
	{ "a one-off entry id",
	  { "Ann",
	    "",
	    "",
	    "",
	    "",
	    { (const uint8_t *)ONE_OFF "Ann\0SMTP\0ann@x.org",
	      sizeof(ONE_OFF "Ann\0SMTP\0ann@x.org") },
	    { 0 } },
	  "Ann",
	  "ann@x.org",
	  "" },
	{ "the name of a one-off entry id",
	  { "",
	    "",
	    "",
	    "",
	    "",
	    { (const uint8_t *)ONE_OFF "Ann\0SMTP\0ann@x.org",
	      sizeof(ONE_OFF "Ann\0SMTP\0ann@x.org") },
	    { 0 } },
	  "Ann",
	  "ann@x.org",
	  "" },
	{ "a one-off fax",
	  { "Ann",
	    "",
	    "",
	    "",
	    "",
	    { (const uint8_t *)ONE_OFF "Ann\0FAX\0ann@+49",
	      sizeof(ONE_OFF "Ann\0FAX\0ann@+49") },
	    { 0 } },
	  "Ann",
	  NULL,
	  "" },
	{ "a cut entry id",
	  { "Ann",
	    "",
	    "",
	    "",
	    "",
	    { (const uint8_t *)ONE_OFF "An", 26 },
	    { 0 } },
	  "Ann",
	  NULL,
	  "" },
	{ "no type, but an address",
	  { "Ann", "", "ann@x.org", "", "", { 0 }, { 0 } },
	  "Ann",
	  "ann@x.org",
	  "" },
	{ "type UNKNOWN, but an address",
	  { "Ann", "UNKNOWN", "ann@x.org", "", "", { 0 }, { 0 } },
	  "Ann",
	  "ann@x.org",
	  "" },
	{ "the search key",
	  { "Ann",
	    "EX",
	    DN,
	    "",
	    "",
	    { 0 },
	    { (const uint8_t *)"SMTP:ANN@X.ORG", 15 } },
	  "Ann",
	  "ann@x.org",
	  "" },
	{ "the map of Exchange names",
	  { "Known", "EX", "/o=Org/cn=known", "", "", { 0 }, { 0 } },
	  "Known",
	  "known@x.org",
	  "" },
	{ "the map, by entry id",
	  { "Known",
	    "",
	    "",
	    "",
	    "",
	    { (const uint8_t *)EXCHANGE "/o=Org/cn=known",
	      sizeof(EXCHANGE "/o=Org/cn=known") },
	    { 0 } },
	  "Known",
	  "known@x.org",
	  "" },
	{ "the map, by an X.500 address",
	  { "Known", "X500", "/o=Org/cn=known", "", "", { 0 }, { 0 } },
	  "Known",
	  "known@x.org",
	  "" },
	{ "the map, by a name that says no type",
	  { "Known", "", "/O=ORG/CN=KNOWN", "", "", { 0 }, { 0 } },
	  "Known",
	  "known@x.org",
	  "" },
	{ "the map, by the search key of an X.500 address",
	  { "Known",
	    "",
	    "",
	    "",
	    "",
	    { 0 },
	    { (const uint8_t *)"X500:/O=ORG/CN=KNOWN", 21 } },
	  "Known",
	  "known@x.org",
	  "" },
	{ "the map, by search key",
	  { "Known",
	    "",
	    "",
	    "",
	    "",
	    { 0 },
	    { (const uint8_t *)"EX:/o=Org/cn=known", 19 } },
	  "Known",
	  "known@x.org",
	  "" },
	{ "the name is the address",
	  { "'ann@x.org'", "EX", DN, "", "", { 0 }, { 0 } },
	  "",
	  "ann@x.org",
	  "" },
	{ "a SIP URI",
	  { "Ann", "EX", DN, "", "sip:ann@x.org", { 0 }, { 0 } },
	  "Ann",
	  "ann@x.org",
	  "" },
	{ "Exchange, unresolved (D8)",
	  { "Ann", "EX", DN, "", "", { 0 }, { 0 } },
	  "Ann",
	  NULL,
	  "EX:" DN },
	{ "an @ makes no address of a DN",
	  { "Ann", "EX", "/o=Org/cn=ann@x.org", "", "", { 0 }, { 0 } },
	  "Ann",
	  NULL,
	  "EX:/o=Org/cn=ann@x.org" },
	{ "nor under another type",
	  { "Ann",
	    "SMTP",
	    "/o=Org/cn=ann@x.org",
	    "/O=Org/cn=ann@x.org",
	    "",
	    { 0 },
	    { 0 } },
	  "Ann",
	  NULL,
	  "SMTP:/o=Org/cn=ann@x.org" },
	{ "Exchange by entry id, unresolved",
	  { "Ann",
	    "",
	    "",
	    "",
	    "",
	    { (const uint8_t *)EXCHANGE DN, sizeof(EXCHANGE DN) },
	    { 0 } },
	  "Ann",
	  NULL,
	  "EX:" DN },
	{ "a fax number",
	  { "Ann", "FAX", "ann@+49123", "", "", { 0 }, { 0 } },
	  "Ann",
	  NULL,
	  "FAX:ann@+49123" },
	{ "only a name",
	  { "Ann", "", "", "", "", { 0 }, { 0 } },
	  "Ann",
	  NULL,
	  "" },
	{ "nothing",
	  { "", "", "", "", "", { 0 }, { 0 } },
	  "unknown",
	  NULL,
	  "" },
	{ "an address that is none",
	  { "", "SMTP", "ann", "", "", { 0 }, { 0 } },
	  "ann",
	  NULL,
	  "SMTP:ann" },
	{ "the name repeats the address",
	  { "ANN@x.org", "SMTP", "ann@x.org", "", "", { 0 }, { 0 } },
	  "",
	  "ann@x.org",
	  "" },
	{ "quotes around the name",
	  { "'Ann B'", "SMTP", "ann@x.org", "", "", { 0 }, { 0 } },
	  "Ann B",
	  "ann@x.org",
	  "" },
	{ "a quote in the name",
	  { "O'Hara", "SMTP", "o@x.org", "", "", { 0 }, { 0 } },
	  "O'Hara",
	  "o@x.org",
	  "" },
	{ "an address in the name stays",
	  { "Ann (ann@x.org)", "SMTP", "ann@x.org", "", "", { 0 }, { 0 } },
	  "Ann (ann@x.org)",
	  "ann@x.org",
	  "" },
	{ "line ends in the name (D14)",
	  { "Ann\r\nBcc: x@y", "SMTP", "ann@x.org", "", "", { 0 }, { 0 } },
	  "Ann  Bcc: x@y",
	  "ann@x.org",
	  "" },
	{ "line ends in the address (D14)",
	  { "Ann", "SMTP", "ann@x.org\r\nBcc: x@y", "", "", { 0 }, { 0 } },
	  "Ann",
	  NULL,
	  "SMTP:ann@x.org\r\nBcc: x@y" },
};

static enum am_status
known_address(void *arg, const char *legacy_dn, const char **smtp_out,
	      struct am_error *err)
{
	(void)err;
	assert_ptr_equal(arg, people);
	*smtp_out = strcmp(legacy_dn, "/o=org/cn=known") == 0 ? "known@x.org"
							      : NULL;
	return AM_OK;
}

static void
test_ladder(void **state)
{
	const struct am_convert_options options = {
		.ex_address = known_address, .ex_arg = (void *)(uintptr_t)people
	};
	struct am_arena arena = { 0 };
	const struct am_resolver resolver = { &arena, 1252, &options, NULL };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(people) / sizeof(people[0]); i++) {
		struct am_mailbox box;
		struct am_error err;

		print_message("%s\n", people[i].name);
		assert_int_equal(am_person_resolve(&resolver, &people[i].person,
						   &box, &err),
				 AM_OK);
		assert_string_equal(box.to.name, people[i].display);
		assert_string_equal(box.original, people[i].original);
		if (people[i].address == NULL)
			assert_null(box.to.address);
		else
			assert_string_equal(box.to.address, people[i].address);
	}
	am_arena_free(&arena);
}

/* Memory that ends in the middle is a status, whatever the step. */
static void
test_no_memory(void **state)
{
	const struct am_convert_options options = { 0 };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(people) / sizeof(people[0]); i++) {
		size_t limit = 1;
		enum am_status status;

		do {
			struct am_arena arena = { .limit = limit++ };
			const struct am_resolver resolver = { &arena, 1252,
							      &options, NULL };
			struct am_mailbox box;
			struct am_error err = { 0 };

			status = am_person_resolve(&resolver, &people[i].person,
						   &box, &err);
			assert_true(status == AM_OK || status == err.status);
			am_arena_free(&arena);
		} while (status == AM_LIMIT);
		assert_int_equal(status, AM_OK);
	}
}

static void
test_nobody(void **state)
{
	const struct am_person nobody = {
		"", "SMTP", "", "", "", { 0 }, { 0 }
	};
	const struct am_person somebody = {
		"Ann", "", "", "", "", { 0 }, { 0 }
	};

	(void)state;
	assert_true(am_person_is_nobody(&nobody));
	assert_false(am_person_is_nobody(&somebody));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ladder),
		cmocka_unit_test(test_no_memory),
		cmocka_unit_test(test_nobody),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
