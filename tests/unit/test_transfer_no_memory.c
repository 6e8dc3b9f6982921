/* transfer/run without memory: the n-th allocation fails, or it and all after
 * it. The status says so, nothing is half-published, and the same call goes on
 * to what an undisturbed run gives.
 *
 * Some of the n are tried; with AM_EVERY_ALLOCATION=1 each of them is
 * (tests/torture/run.sh). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/alloc.h"
#include "transfer_run.h"

/* [MS-OXOCAL] 2.2.1.41 PidLidAppointmentTimeZoneDefinitionStartDisplay: Paris,
 * with the summer time of the European Union. */
#define ZONE                                                                   \
	"prop PSETID_Appointment/0x825E:binary hex \""                         \
	"0201300002001500"                                                     \
	"52006f006d0061006e0063006500200053007400"                             \
	"61006e0064006100720064002000540069006d006500"                         \
	"01000201"                                                             \
	"3e0003000100000000000000000000000000"                                 \
	"0000c4ffffff00000000c4ffffff"                                         \
	"00000a00000005000300000000000000"                                     \
	"00000300000005000200000000000000"                                     \
	"\"\n"

/* Every kind of item and of sink in few allocations: mail, an attachment that
 * fits no buffer, a message in a message, a meeting, what goes into a calendar
 * with its time zone, or with the UID of another, and into a card. */
static const char recipe[] =
	"folder \"Inbox\" {\n"
	"generate { messages 2; body 300; attachment-every 2; "
	"attachment-size 700; seed 5 }\n"
	"message { subject \"large\"; from <a@example.org>; body \"x\"\n"
	"attachment \"large.bin\" { data random 1200K 7 } }\n"
	"message { subject \"outer\"; from <a@example.org>; body \"x\"\n"
	"attachment \"inner\" { message { subject \"inner\"; body \"y\" } } }\n"
	"message { class IPM.Schedule.Meeting.Request; subject \"lunch\"\n"
	"from <a@example.org>; to \"B\" ex \"/o=X/cn=b\"; body \"x\"\n" ZONE
	"prop PSETID_Appointment/0x820D:time 2011-01-02T10:00:00Z\n"
	"attachment \"moved\" { prop 0x7ffd:i32 2\n"
	"message { class \"IPM.OLE.CLASS.{00061055-0000-0000-C000-"
	"000000000046}\"\n"
	"prop PSETID_Appointment/0x820D:time 2011-01-03T10:00:00Z\n"
	"attachment \"own.txt\" { data \"own\" } } } }\n"
	"}\n"
	"folder \"Calendar\" { class IPF.Appointment\n"
	"message { class IPM.Appointment; subject \"A\"\n" ZONE
	"prop PSETID_Appointment/0x820D:time 2011-01-02T10:00:00Z\n"
	"prop PSETID_Appointment/0x820E:time 2011-01-02T11:00:00Z }\n"
	"message { class IPM.Appointment; subject \"B\"\n" ZONE
	"prop PSETID_Appointment/0x820D:time 2011-07-02T10:00:00Z\n"
	"prop PSETID_Appointment/0x820E:time 2011-07-02T11:00:00Z }\n"
	/* two of one UID */
	"message { class IPM.Appointment; search-key hex \"01\" }\n"
	"message { class IPM.Appointment; search-key hex \"01\" }\n"
	"}\n"
	"folder \"People\" { class IPF.Contact\n"
	"message { class IPM.Contact; subject \"Bob\" }\n"
	"message { class IPM.Contact; subject \"Carl\" }\n"
	"}\n";

typedef void allocation_failure(unsigned long n);

/* The moments of a run that are tried where not all are. */
enum { FEW = 80 };

static bool
every_one(void)
{
	const char *asked = getenv("AM_EVERY_ALLOCATION");

	return asked != NULL && strcmp(asked, "1") == 0;
}

/* How many allocations an undisturbed run makes, and what it gives. */
static unsigned long
undisturbed(enum am_target target, struct am_buf *want_out)
{
	const unsigned long many = 1UL << 40;
	unsigned long left;
	struct run run;

	run_make(&run, target, 1);
	am_alloc_fail_after(many);
	assert_int_equal(run_go(&run), AM_OK);
	left = am_alloc_fail_after(0);
	assert_int_equal(run.summary.written, run.summary.found);
	*want_out = run_result(&run);
	tmp_tree_remove(&run.tree);
	return many - left;
}

static void
one_try(enum am_target target, allocation_failure *how, unsigned long n,
	const struct am_buf *want)
{
	enum am_status status;
	struct am_buf got;
	struct run run;

	run_make(&run, target, 1);
	how(n);
	status = run_go(&run);
	(void)am_alloc_fail_after(0);
	if (status != AM_OK) {
		if (status != AM_NOMEM)
			fail_msg("allocation %lu: %s", n, run.err.text);
		assert_false(tmp_tree_has(&run.tree, "old.summary.json"));
		memset(&run.err, 0, sizeof(run.err));
		if (run_go(&run) != AM_OK)
			fail_msg("after allocation %lu: %s", n, run.err.text);
	}
	got = run_result(&run);
	if (strcmp(am_buf_text(&got), am_buf_text(want)) != 0)
		fail_msg("allocation %lu:\n%sinstead of\n%s", n,
			 am_buf_text(&got), am_buf_text(want));
	am_buf_free(&got);
	tmp_tree_remove(&run.tree);
}

static void
no_memory(enum am_target target, allocation_failure *how)
{
	struct am_buf want;
	const unsigned long count = undisturbed(target, &want);
	const unsigned long step = every_one() ? 1 : count / FEW + 1;
	unsigned long tried = 0;
	unsigned long n;

	for (n = 1; n <= count; n += step, tried++)
		one_try(target, how, n, &want);
	printf("%s: %lu of %lu allocations failed\n", am_target_name(target),
	       tried, count);
	assert_true(tried > FEW / 2);
	am_buf_free(&want);
}

static void
all_after(unsigned long n)
{
	(void)am_alloc_fail_after(n);
}

static void
test_maildir_all_after(void **state)
{
	(void)state;
	no_memory(AM_TARGET_MAILDIR, all_after);
}

static void
test_mbox_all_after(void **state)
{
	(void)state;
	no_memory(AM_TARGET_MBOX, all_after);
}

static void
test_maildir_one(void **state)
{
	(void)state;
	no_memory(AM_TARGET_MAILDIR, am_alloc_fail_once);
}

static void
test_mbox_one(void **state)
{
	(void)state;
	no_memory(AM_TARGET_MBOX, am_alloc_fail_once);
}

static int
input_make(void **state)
{
	(void)state;
	input_build(recipe);
	return 0;
}

static int
input_remove(void **state)
{
	(void)state;
	tmp_tree_remove(&input);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_maildir_all_after),
		cmocka_unit_test(test_mbox_all_after),
		cmocka_unit_test(test_maildir_one),
		cmocka_unit_test(test_mbox_one),
	};

	return cmocka_run_group_tests(tests, input_make, input_remove);
}
