/* transfer/run, worker, recorder: a whole conversion; the same bytes with any
 * number of threads, and after an interruption. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "transfer_run.h"

enum { FOUND = 79, WRITTEN = 77, SKIPPED = 1, FAILED = 1 };

/* More than two chunks of messages, one that fits no buffer, one that holds
 * another, an orphan, and what is not mail. */
static const char recipe[] =
	"folder \"Inbox\" {\n"
	"generate { messages 70; body 300; attachment-every 9; "
	"attachment-size 700; seed 5 }\n"
	"message { subject \"large\"; from <a@example.org>; body \"x\"\n"
	"attachment \"large.bin\" { data random 3M 7 } }\n"
	"message { subject \"outer\"; from <a@example.org>; body \"x\"\n"
	"attachment \"inner\" { message { subject \"inner\"; body \"y\" } } }\n"
	"message { class \"IPM.Contact\"; subject \"Bob\" }\n"
	"message { class \"IPM.Microsoft.ScheduleData.FreeBusy\" }\n"
	"message { subject \"orphan\"; parent 0x7fff02; unlisted }\n"
	"}\n"
	"folder \"Sent/Items\" {\n"
	"message { subject \"sent\"; from <a@example.org>; body \"z\" }\n"
	"message { class \"IPM.Task\"; subject \"T\" }\n"
	"message { subject \"last\"; from <a@example.org>; body \"z\" }\n"
	"message { label bad; subject \"damaged\"; body \"z\" }\n"
	"}\n"
	"damage { noise block @bad data +0 100 1 sealed }\n";

static void
run_check(const struct run *run)
{
	assert_int_equal(run->summary.found, FOUND);
	assert_int_equal(run->summary.written, WRITTEN);
	assert_int_equal(run->summary.skipped, SKIPPED);
	assert_int_equal(run->summary.failed, FAILED);
	assert_int_equal(run->summary.attachments_found,
			 run->summary.attachments_written);
	assert_int_equal(run->summary.embedded_written, 1);
	assert_false(am_summary_is_complete(&run->summary));
	assert_true(tmp_tree_has(&run->tree, "old.ledger.jsonl"));
	assert_true(tmp_tree_has(&run->tree, "old.summary.json"));
	assert_false(tmp_tree_has(&run->tree, "old.ledger.jsonl.part"));
}

static struct am_buf
undisturbed(enum am_target target)
{
	struct am_buf result;
	struct run run;

	run_make(&run, target, 1);
	assert_int_equal(run_go(&run), AM_OK);
	run_check(&run);
	result = run_result(&run);
	tmp_tree_remove(&run.tree);
	return result;
}

static void
test_any_number_of_threads(void **state)
{
	static const unsigned jobs[] = { 2, 3, 8 };
	int target;
	size_t i;

	(void)state;
	for (target = AM_TARGET_MAILDIR; target <= AM_TARGET_MBOX; target++) {
		struct am_buf want = undisturbed((enum am_target)target);

		for (i = 0; i < 3; i++) {
			struct run run;

			run_make(&run, (enum am_target)target, jobs[i]);
			assert_int_equal(run_go(&run), AM_OK);
			run_check(&run);
			result_compare(&run, &want);
			tmp_tree_remove(&run.tree);
		}
		am_buf_free(&want);
	}
}

static void
test_interrupted_and_resumed(void **state)
{
	int target;
	unsigned at;

	(void)state;
	for (target = AM_TARGET_MAILDIR; target <= AM_TARGET_MBOX; target++) {
		struct am_buf want = undisturbed((enum am_target)target);

		for (at = 1; at <= 2; at++) {
			struct run run;

			run_make(&run, (enum am_target)target, 1);
			run.stop_at = at;
			assert_int_equal(run_go(&run), AM_INTERRUPTED);
			assert_false(
				tmp_tree_has(&run.tree, "old.ledger.jsonl"));
			atomic_store(&run.stop, false);
			assert_int_equal(run_go(&run), AM_OK);
			assert_true(run.summary.resumed);
			run_check(&run);
			result_compare(&run, &want);
			tmp_tree_remove(&run.tree);
		}
		am_buf_free(&want);
	}
}

static void
test_again_and_otherwise(void **state)
{
	static const char *const folders[] = { "Inbox", NULL };
	struct am_buf want;
	struct run run;

	(void)state;
	run_make(&run, AM_TARGET_MAILDIR, 2);
	assert_int_equal(run_go(&run), AM_OK);
	want = run_result(&run);
	assert_int_equal(run_go(&run), AM_OK);
	assert_true(run.summary.nothing_to_do);
	run_check(&run);
	run.options.folders = folders;
	assert_int_equal(run_go(&run), AM_OUTPUT);
	run.options.folders = NULL;
	run.options.no_receipts = true;
	assert_int_equal(run_go(&run), AM_OUTPUT);
	run.options.no_receipts = false;
	run.options.items_as_mail = true;
	assert_int_equal(run_go(&run), AM_OUTPUT);
	run.options.items_as_mail = false;
	run.options.target = AM_TARGET_MBOX;
	assert_int_equal(run_go(&run), AM_OUTPUT);
	result_compare(&run, &want);
	am_buf_free(&want);
	tmp_tree_remove(&run.tree);
}

/* Without a journal, what is there is somebody else's. */
static void
test_foreign_output(void **state)
{
	static const char *const names[] = { "old", "old.ledger.jsonl",
					     "old.summary.json" };
	struct run run;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		run_make(&run, AM_TARGET_MBOX, 1);
		tmp_tree_write(&run.tree, names[i], "mine", 4);
		assert_int_equal(run_go(&run), AM_OUTPUT);
		tmp_tree_assert_file(&run.tree, names[i], "mine");
		tmp_tree_remove(&run.tree);
	}
}

static void
test_filters(void **state)
{
	static const char *const folders[] = { "Sent*", NULL };
	static const char *const classes[] = { "IPM.Note*", NULL };
	struct run run;

	(void)state;
	run_make(&run, AM_TARGET_MBOX, 2);
	run.options.folders = folders;
	run.options.classes = classes;
	assert_int_equal(run_go(&run), AM_OK);
	assert_int_equal(run.summary.found, FOUND);
	assert_int_equal(run.summary.written, 2);
	/* of what cannot be read nobody knows whether it passes */
	assert_int_equal(run.summary.skipped, FOUND - 2 - FAILED);
	assert_int_equal(run.summary.failed, FAILED);
	tmp_tree_remove(&run.tree);
}

/* dwUnique is what Outlook counts up with each write of the header. */
static void
progress_written_to(void *arg, const struct am_progress *progress)
{
	enum { UNIQUE_AT = 40 }; /* in the header of a Unicode file */
	struct run *run = arg;
	const uint8_t count = 0xee;
	FILE *file;

	(void)progress;
	if (run->told++ != 0)
		return;
	file = fopen(input_path, "r+b");
	assert_non_null(file);
	assert_int_equal(fseek(file, UNIQUE_AT, SEEK_SET), 0);
	assert_int_equal(fwrite(&count, 1, 1, file), 1);
	assert_int_equal(fclose(file), 0);
}

static void
finding_count(void *arg, const char *text)
{
	unsigned *changed = arg;

	if (strncmp(text, "input-changed: ", 15) == 0)
		++*changed;
}

static void
test_written_to_while_it_is_read(void **state)
{
	unsigned changed = 0;
	struct run run;

	(void)state;
	run_make(&run, AM_TARGET_MBOX, 1);
	run.options.finding = finding_count;
	run.options.finding_arg = &changed;
	assert_int_equal(run_go(&run), AM_OK);
	assert_int_equal(changed, 0);
	tmp_tree_remove(&run.tree);

	run_make(&run, AM_TARGET_MBOX, 1);
	run.options.finding = finding_count;
	run.options.finding_arg = &changed;
	run.options.progress = progress_written_to;
	assert_int_equal(run_go(&run), AM_OK);
	run_check(&run);
	assert_true(run.told > 0);
	assert_int_equal(changed, 1);
	tmp_tree_remove(&run.tree);
}

/* What is not mail goes where the mail of its folder goes, and nothing is made
 * beside it. */
static void
test_items_as_mail(void **state)
{
	struct am_buf all = am_buf(64 << 20);
	struct run run;

	(void)state;
	run_make(&run, AM_TARGET_MBOX, 2);
	run.options.items_as_mail = true;
	assert_int_equal(run_go(&run), AM_OK);
	run_check(&run);
	assert_true(tmp_tree_has(&run.tree, "old/mail/Inbox.mbox"));
	assert_false(tmp_tree_has(&run.tree, "old/contacts"));
	assert_false(tmp_tree_has(&run.tree, "old/tasks"));
	tmp_tree_read(run.tree.fd, "old/mail/Inbox.mbox", &all);
	assert_non_null(strstr(am_buf_text(&all), "filename=Bob.vcf"));
	am_buf_free(&all);
	tmp_tree_remove(&run.tree);
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
		cmocka_unit_test(test_any_number_of_threads),
		cmocka_unit_test(test_interrupted_and_resumed),
		cmocka_unit_test(test_again_and_otherwise),
		cmocka_unit_test(test_foreign_output),
		cmocka_unit_test(test_filters),
		cmocka_unit_test(test_items_as_mail),
		/* the last: it leaves another archive behind */
		cmocka_unit_test(test_written_to_while_it_is_read),
	};

	return cmocka_run_group_tests(tests, input_make, input_remove);
}
