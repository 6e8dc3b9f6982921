/* convert/oxvcard: limits, memory that ends, contents that are damaged. What a
 * card looks like is in tests/golden. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/alloc.h"
#include "converted.h"

/* As converted_make, with the writer of the item's own kind. */
static void
card_make(struct converted *card, const char *recipe,
	  const struct am_convert_options *options)
{
	card->built = built_make(recipe);
	converted_open(card);
	card->mail = NULL;
	card->err = (struct am_error){ 0 };
	card->status =
		am_item_open(card->message, options, &card->mail, &card->err);
	if (card->status == AM_OK)
		converted_read(card);
}

static void
test_birthday_is_a_day(void **state)
{
	/* tricky F7: stored as midnight in the zone of whoever wrote it */
	static const struct {
		const char *time;
		const char *want;
	} days[] = {
		{ "1969-07-19T22:00:00Z", "BDAY:19690720\r\n" },
		{ "1969-07-20T00:00:00Z", "BDAY:19690720\r\n" },
		{ "1969-07-20T11:00:00Z", "BDAY:19690720\r\n" },
		{ "1604-02-29T05:00:00Z", "BDAY:--0229\r\n" },
		{ "1899-12-31T23:30:00Z", "BDAY:19000101\r\n" },
	};
	char recipe[256];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(days) / sizeof(days[0]); i++) {
		struct converted card;

		(void)snprintf(recipe, sizeof(recipe),
			       "folder \"A\" { message { class IPM.Contact;"
			       " prop 0x3A42:time %s } }",
			       days[i].time);
		card_make(&card, recipe, NULL);
		assert_int_equal(card.status, AM_OK);
		assert_true(converted_has(&card, days[i].want));
		converted_close(&card);
	}
}

static void
test_fax_is_no_email(void **state)
{
	struct converted card;

	(void)state;
	card_make(&card,
		  "folder \"A\" { message { class IPM.Contact;"
		  " prop PSETID_Address/0x8082:string \"FAX\";"
		  " prop PSETID_Address/0x8083:string \"Ann@+49 1\";"
		  " prop PSETID_Address/0x80B2:string \"SMTP\";"
		  " prop PSETID_Address/0x80B3:string \"fax@example.org\" } }",
		  NULL);
	assert_int_equal(converted_count(&card, "EMAIL"), 0);
	converted_close(&card);
}

static void
test_exchange_address_by_its_display_name(void **state)
{
	struct converted card;

	(void)state;
	card_make(&card,
		  "folder \"A\" { message { class IPM.Contact;"
		  " prop PSETID_Address/0x8082:string \"EX\";"
		  " prop PSETID_Address/0x8083:string \"/o=Org/cn=ann\";"
		  " prop PSETID_Address/0x8084:string"
		  " \"Ann (ann@example.org)\" } }",
		  NULL);
	assert_true(converted_has(&card, "EMAIL;PREF=1:ann@example.org\r\n"));
	assert_false(converted_has(&card, "/o=Org"));
	converted_close(&card);
}

static void
test_member_with_a_wide_nid(void **state)
{
	struct converted card;

	(void)state;
	/* tricky F12: the NID does not fit 24 bits */
	card_make(&card,
		  "folder \"A\" {"
		  " message { label far; nid 0x2000084; class IPM.Contact;"
		  " prop 0x3001:string \"Far\";"
		  " prop PSETID_Address/0x8082:string \"SMTP\";"
		  " prop PSETID_Address/0x8083:string \"far@example.org\" }"
		  " message { nid 0x200004; class IPM.DistList;"
		  " prop PSETID_Address/0x8055:mv-binary"
		  " \"eid:wrap(0xc3,@far)\" } }",
		  NULL);
	assert_true(converted_has(&card, "X-EMAIL=\"far@example.org\""));
	converted_close(&card);
}

static void
test_list_in_itself(void **state)
{
	struct converted card;

	(void)state;
	card_make(&card,
		  "folder \"A\" { message { label a; nid 0x200004;"
		  " class IPM.DistList; prop 0x3001:string \"Loop\";"
		  " prop PSETID_Address/0x8055:mv-binary"
		  " \"eid:wrap(0xb4,0x200004)\" } }",
		  NULL);
	assert_int_equal(card.status, AM_OK);
	assert_int_equal(converted_count(&card, "MEMBER"), 1);
	converted_close(&card);
}

static void
test_photo_is_cut_with_a_finding(void **state)
{
	const struct am_convert_options options = { .max_output = 100 };
	struct converted card;

	(void)state;
	card_make(&card,
		  "folder \"A\" { message { class IPM.Contact; attachment"
		  " \"ContactPicture.jpg\" { data random 300000 1 } } }",
		  &options);
	assert_int_equal(card.status, AM_OK);
	assert_true(converted_found(&card, "attachment-cut"));
	assert_true(converted_has(&card, "END:VCARD\r\n"));
	assert_int_equal(card.mail->attachments->status, AM_LIMIT);
	assert_int_equal(card.mail->counts.attachments_written, 0);
	converted_close(&card);
}

static void
test_lost_photo_is_told(void **state)
{
	struct converted card;

	(void)state;
	card_make(&card,
		  "folder \"A\" { message { class IPM.Contact; attachment"
		  " \"ContactPicture.jpg\" { method 1 }"
		  " attachment \"x.txt\" { data \"x\"; no-node } } }",
		  NULL);
	assert_int_equal(card.status, AM_OK);
	assert_int_equal(converted_count(&card, "PHOTO"), 0);
	assert_true(converted_found(&card, "attachment-lost"));
	assert_int_equal(card.mail->counts.attachments_found, 2);
	assert_int_equal(card.mail->counts.attachments_written, 0);
	converted_close(&card);
}

static void
test_long_notes_are_cut_with_a_finding(void **state)
{
	struct converted card;

	(void)state;
	card_make(&card,
		  "folder \"A\" { message { class IPM.Contact;"
		  " prop 0x1000:string prose 1300000 } }",
		  NULL);
	assert_int_equal(card.status, AM_OK);
	assert_true(converted_found(&card, "text-body"));
	assert_true(card.mime.len > 1 << 20);
	assert_true(converted_has(&card, "END:VCARD\r\n"));
	converted_close(&card);
}

static void
test_many_certificates(void **state)
{
	struct am_buf recipe = am_buf(1 << 16);
	struct converted card;
	int i;

	(void)state;
	am_buf_add_text(&recipe, "folder \"A\" { message { class IPM.Contact;"
				 " prop 0x3A70:mv-binary");
	for (i = 0; i < 101; i++)
		am_buf_add_text(&recipe, " \"eid:hex(30820000)\"");
	am_buf_add_text(&recipe, " } }");
	card_make(&card, am_buf_text(&recipe), NULL);
	assert_int_equal(converted_count(&card, "KEY:"), 100);
	assert_true(converted_found(&card, "certificate"));
	converted_close(&card);
	am_buf_free(&recipe);
}

/* The same item has the same UID, another item another one. */
static void
test_uid(void **state)
{
	const char *recipe = "folder \"A\" {"
			     " message { class IPM.Contact; search-key hex"
			     " \"00112233445566778899AABBCCDDEEFF\" }"
			     " message { class IPM.Contact; search-key hex"
			     " \"00112233445566778899AABBCCDDEEFF\" } }";
	char uids[3][64] = { "", "", "" };
	int i;

	(void)state;
	for (i = 0; i < 3; i++) {
		struct converted card;
		const char *uid;

		card.built = built_make(recipe);
		card.store = built_open(&card.built, NULL);
		card.arena = (struct am_arena){ 0 };
		card.mime = am_buf(1 << 20);
		card.err = (struct am_error){ 0 };
		{
			const struct am_node node =
				built_message_node(card.store, i == 2 ? 1 : 0);

			assert_int_equal(am_message_open(card.store, &node,
							 &card.arena,
							 &card.message, NULL),
					 AM_OK);
		}
		card.status =
			am_item_open(card.message, NULL, &card.mail, &card.err);
		assert_int_equal(card.status, AM_OK);
		converted_read(&card);
		uid = strstr(am_buf_text(&card.mime), "UID:urn:uuid:");
		assert_non_null(uid);
		(void)snprintf(uids[i], sizeof(uids[i]), "%.49s", uid);
		converted_close(&card);
	}
	assert_string_equal(uids[0], uids[1]);
	assert_string_not_equal(uids[0], uids[2]);
}

/* Memory that ends in the middle is a status, whatever the step. */
static void
test_no_memory(void **state)
{
	struct built built =
		built_make("folder \"A\" { message { class IPM.Contact;"
			   " prop 0x3001:string \"Ann\";"
			   " categories \"a\" \"b\"; body \"note\";"
			   " attachment \"ContactPicture.jpg\" { data \"x\" } }"
			   " }");
	unsigned long count = 1;
	enum am_status status;

	(void)state;
	do {
		struct converted card = { .built = built };

		converted_open(&card);
		card.mail = NULL;
		card.err = (struct am_error){ 0 };
		am_alloc_fail_after(count++);
		card.status =
			am_item_open(card.message, NULL, &card.mail, &card.err);
		if (card.status == AM_OK)
			converted_read(&card);
		am_alloc_fail_after(0);
		status = card.status;
		assert_true(status == AM_OK || status == AM_NOMEM);
		card.built.data = NULL; /* is needed again */
		converted_close(&card);
	} while (status != AM_OK && count < 10000);
	built_free(&built);
	assert_int_equal(status, AM_OK);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_birthday_is_a_day),
		cmocka_unit_test(test_fax_is_no_email),
		cmocka_unit_test(test_exchange_address_by_its_display_name),
		cmocka_unit_test(test_member_with_a_wide_nid),
		cmocka_unit_test(test_list_in_itself),
		cmocka_unit_test(test_photo_is_cut_with_a_finding),
		cmocka_unit_test(test_lost_photo_is_told),
		cmocka_unit_test(test_long_notes_are_cut_with_a_finding),
		cmocka_unit_test(test_many_certificates),
		cmocka_unit_test(test_uid),
		cmocka_unit_test(test_no_memory),
	};

	return cmocka_run_group_tests_name("convert_oxvcard", tests, NULL,
					   NULL);
}
