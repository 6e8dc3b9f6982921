/* transfer/run, worker, recorder: a whole conversion; the same bytes with any
 * number of threads, after an interruption, and after a lack of memory. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <archive-mail/transfer.h>

#include "base/alloc.h"
#include "built.h"
#include "tmp_tree.h"

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

static struct tmp_tree input; /* holds archive.pst */
static char input_path[PATH_MAX + 16];

struct run {
	struct tmp_tree tree;
	struct am_transfer_options options;
	struct am_summary summary;
	struct am_error err;
	atomic_bool stop;
	unsigned told; /* how often progress was told */
	unsigned stop_at;
};

static void
progress_stop(void *arg, const struct am_progress *progress)
{
	struct run *run = arg;

	assert_true(progress->done <= progress->found);
	if (++run->told == run->stop_at)
		atomic_store(&run->stop, true);
}

static void
run_make(struct run *run, enum am_target target, unsigned jobs)
{
	memset(run, 0, sizeof(*run));
	run->tree = tmp_tree_make_fast();
	run->options.input = input_path;
	run->options.output = run->tree.path;
	run->options.name = "old";
	run->options.target = target;
	run->options.jobs = jobs;
	run->options.no_sync = true;
	run->options.batch = 5;
	run->options.progress = progress_stop;
	run->options.progress_arg = run;
	run->options.stop = &run->stop;
}

static enum am_status
run_go(struct run *run)
{
	return am_transfer_run(&run->options, &run->summary, &run->err);
}

/* All that must be the same: not the journal, and not the seconds. */
static struct am_buf
run_result(const struct run *run)
{
	struct am_buf all = tmp_tree_list(&run->tree);
	struct am_buf kept = am_buf(64 << 20);
	const char *line = am_buf_text(&all);

	while (*line != '\0') {
		const size_t len = (size_t)(strchr(line, '\n') - line) + 1;

		if (strncmp(line, "old.journal", 11) != 0 &&
		    strncmp(line, "old.summary", 11) != 0)
			am_buf_add(&kept, am_bytes(line, len));
		line += len;
	}
	am_buf_free(&all);
	return kept;
}

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
result_compare(const struct run *run, const struct am_buf *want)
{
	struct am_buf got = run_result(run);

	assert_string_equal(am_buf_text(&got), am_buf_text(want));
	am_buf_free(&got);
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

/* The n-th allocation and all after it fail, then the same again: the result
 * is that of an undisturbed run, whatever had been done. */
static void
test_no_memory(void **state)
{
	struct am_buf want = undisturbed(AM_TARGET_MAILDIR);
	enum am_status status = AM_NOMEM;
	unsigned long n;

	(void)state;
	for (n = 1; status != AM_OK; n += n / 4 + 1) {
		struct run run;

		run_make(&run, AM_TARGET_MAILDIR, 1);
		am_alloc_fail_after(n);
		status = run_go(&run);
		am_alloc_fail_after(0);
		if (status != AM_OK) {
			assert_false(
				tmp_tree_has(&run.tree, "old.summary.json"));
			assert_int_equal(run_go(&run), AM_OK);
		}
		result_compare(&run, &want);
		tmp_tree_remove(&run.tree);
	}
	assert_true(n > 10);
	am_buf_free(&want);
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

static int
input_make(void **state)
{
	struct built built = built_make(recipe);

	(void)state;
	input = tmp_tree_make();
	tmp_tree_write(&input, "archive.pst", built.data, built.len);
	(void)snprintf(input_path, sizeof(input_path), "%s/archive.pst",
		       input.path);
	built_free(&built);
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
		cmocka_unit_test(test_no_memory),
		/* the last: it leaves another archive behind */
		cmocka_unit_test(test_written_to_while_it_is_read),
	};

	return cmocka_run_group_tests(tests, input_make, input_remove);
}
