/* convert/survey: the facts of an item that is not written as mail. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/alloc.h"
#include "converted.h"

static void
survey_open(struct converted *c, const char *recipe)
{
	memset(c, 0, sizeof(*c));
	c->built = built_make(recipe);
	converted_open(c);
	c->status = am_item_survey(c->message, &c->mail, &c->err);
}

static void
test_facts(void **state)
{
	struct converted c;

	(void)state;
	survey_open(&c, "folder \"A\" { message { class IPM.Appointment; "
			"subject \"RE: Tea\"; sent 2010-01-02T03:04:05Z; "
			"received 2010-01-02T03:05:00Z; flags read; "
			"message-id \"<tea@x>\" } }");
	assert_int_equal(c.status, AM_OK);
	assert_string_equal(c.mail->subject, "RE: Tea");
	assert_string_equal(c.mail->message_id, "<tea@x>");
	assert_string_equal(c.mail->sender, "");
	assert_int_equal(c.mail->date, 1262401445);
	assert_int_equal(c.mail->received, 1262401500);
	assert_int_equal(c.mail->flags, AM_FLAG_SEEN);
	assert_null(c.mail->mime);
	assert_null(c.mail->attachments);
	converted_close(&c);
}

static void
test_nothing(void **state)
{
	struct converted c;

	(void)state;
	survey_open(&c, "folder \"A\" { message { no-defaults } }");
	assert_int_equal(c.status, AM_OK);
	assert_string_equal(c.mail->subject, "");
	assert_string_equal(c.mail->message_id, "");
	assert_true(c.mail->date == AM_TIME_NONE);
	assert_true(c.mail->received == AM_TIME_NONE);
	converted_close(&c);
}

/* At every depth, in order; lost ones are counted too. */
static void
test_attachments(void **state)
{
	static const char *const names[] = { "a.txt", "b.txt", "c.txt",
					     "lost.txt", "d.txt" };
	const struct am_item_attachment *attachment;
	struct converted c;
	size_t i;

	(void)state;
	survey_open(&c,
		    "folder \"A\" { message { class IPM.Task\n"
		    "attachment \"a.txt\" { data \"x\" }\n"
		    "attachment \"m\" { message { attachment \"b.txt\" { data "
		    "\"x\" }; attachment \"n\" { message { attachment "
		    "\"c.txt\" { data \"x\" } } } } }\n"
		    "attachment \"lost.txt\" { no-node }\n"
		    "attachment \"empty\" { method 5 }\n"
		    "attachment \"d.txt\" { data \"x\" }\n"
		    "} }");
	assert_int_equal(c.status, AM_OK);
	attachment = c.mail->attachments;
	for (i = 0; i < 5; i++) {
		assert_non_null(attachment);
		assert_string_equal(attachment->name, names[i]);
		assert_int_equal(attachment->status, AM_UNSUPPORTED);
		assert_false(attachment->done);
		attachment = attachment->next;
	}
	assert_null(attachment);
	assert_int_equal(c.mail->counts.attachments_found, 5);
	assert_int_equal(c.mail->counts.embedded_found, 3);
	assert_int_equal(c.mail->counts.attachments_written, 0);
	assert_int_equal(c.mail->counts.embedded_written, 0);
	converted_close(&c);
}

static void
test_torture(void **state)
{
	struct converted c;
	struct built built;
	unsigned long n = 0;

	(void)state;
	built = built_make("folder \"A\" { message { subject \"x\"; attachment "
			   "\"m\" { message { attachment \"b\" { data \"x\" } "
			   "} } } }");
	do {
		memset(&c, 0, sizeof(c));
		c.built = built;
		converted_open(&c);
		am_alloc_fail_after(++n);
		c.status = am_item_survey(c.message, &c.mail, &c.err);
		am_alloc_fail_after(0);
		assert_true(c.status == AM_OK || c.status == AM_NOMEM);
		am_arena_free(&c.arena);
		am_store_close(c.store);
	} while (c.status != AM_OK);
	assert_true(n > 1);
	built_free(&built);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_facts),
		cmocka_unit_test(test_nothing),
		cmocka_unit_test(test_attachments),
		cmocka_unit_test(test_torture),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
