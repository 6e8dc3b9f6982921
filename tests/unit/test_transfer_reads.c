/* transfer: reads of the archive that fail. A bad sector costs what it holds,
 * and the ledger says so; a disk that is gone ends the run, to go on later. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <archive-mail/transfer.h>

#include "bad_reads.h"
#include "built.h"
#include "tmp_tree.h"

enum { FOUND = 14 };

/* Bodies and attachments in blocks of their own, one message that no table
 * lists, one whose parent is no folder. */
static const char recipe[] =
	"folder \"Inbox\" {\n"
	"generate { messages 10; body 300; attachment-every 4; "
	"attachment-size 9000; seed 5 }\n"
	"message { subject \"outer\"; from <a@example.org>; body \"x\"\n"
	"attachment \"inner\" { message { subject \"inner\"; body \"y\" } } }\n"
	"message { subject \"orphan\"; parent 0x7fff02; unlisted }\n"
	"}\n"
	"folder \"Sent\" {\n"
	"message { subject \"sent\"; from <a@example.org>; body \"z\"; "
	"unlisted }\n"
	"message { subject \"last\"; from <a@example.org>; body \"z\" }\n"
	"}\n";

static struct tmp_tree input; /* holds archive.pst */
static char input_path[PATH_MAX + 16];
static int64_t input_size;
static uint64_t usual_findings; /* of an undisturbed run */

struct run {
	struct tmp_tree tree;
	struct am_transfer_options options;
	struct am_summary summary;
	struct am_error err;
};

static void
run_make(struct run *run, enum am_target target)
{
	memset(run, 0, sizeof(*run));
	run->tree = tmp_tree_make_fast();
	run->options.input = input_path;
	run->options.output = run->tree.path;
	run->options.name = "old";
	run->options.target = target;
	run->options.jobs = 1;
	run->options.no_sync = true;
	run->options.batch = 3;
}

static enum am_status
run_go(struct run *run)
{
	return am_transfer_run(&run->options, &run->summary, &run->err);
}

/* Mail and ledger; not the journal, not the seconds. */
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

static struct am_buf
undisturbed(enum am_target target)
{
	struct am_buf result;
	struct run run;

	bad_reads_of(input_path);
	run_make(&run, target);
	assert_int_equal(run_go(&run), AM_OK);
	assert_int_equal(run.summary.written, FOUND);
	usual_findings = run.summary.findings;
	result = run_result(&run);
	tmp_tree_remove(&run.tree);
	return result;
}

static bool
is_same(const struct run *run, const struct am_buf *want)
{
	struct am_buf got = run_result(run);
	const bool same = strcmp(am_buf_text(&got), am_buf_text(want)) == 0;

	am_buf_free(&got);
	return same;
}

/* What came to its end is either what an undisturbed run gives, or says what
 * is missing; every row is there either way. */
static void
end_check(const struct run *run, const struct am_buf *want)
{
	const struct am_summary *sum = &run->summary;

	assert_int_equal(sum->found, sum->written + sum->skipped + sum->failed);
	assert_true(tmp_tree_has(&run->tree, "old.summary.json"));
	if (is_same(run, want))
		return;
	assert_true(!am_summary_is_complete(sum) ||
		    sum->findings > usual_findings);
	if (sum->found < FOUND)
		assert_true(sum->lost_pages > 0);
}

/* The statuses that an archive may be refused with: its header is not to be
 * had, or nothing of the node B-tree. */
static bool
is_refusal(enum am_status status)
{
	return status == AM_IO || status == AM_CORRUPT ||
	       status == AM_NOT_FOUND;
}

static void
test_each_sector(void **state)
{
	int target;

	(void)state;
	for (target = AM_TARGET_MAILDIR; target <= AM_TARGET_MBOX; target++) {
		struct am_buf want = undisturbed((enum am_target)target);
		unsigned refused = 0;
		unsigned failed = 0;
		unsigned cut = 0;
		int64_t at;

		for (at = 0; at < input_size; at += BAD_SECTOR) {
			enum am_status status;
			struct run run;

			bad_reads_of(input_path);
			bad_reads.offset = at;
			run_make(&run, (enum am_target)target);
			status = run_go(&run);
			if (status == AM_OK) {
				end_check(&run, &want);
				failed += run.summary.failed > 0;
				cut += run.summary.failed == 0 &&
				       !am_summary_is_complete(&run.summary);
			} else {
				assert_true(is_refusal(status));
				refused++;
			}
			tmp_tree_remove(&run.tree);
		}
		/* the header, and the only page of the node B-tree */
		assert_in_range(refused, 1, 4);
		assert_true(failed > FOUND / 2);
		assert_true(cut >= 3); /* attachments, a body */
		am_buf_free(&want);
	}
}

/* The row of the message itself says what happened. */
static void
test_reason(void **state)
{
	int64_t at;
	bool told = false;

	(void)state;
	for (at = 0; at < input_size && !told; at += BAD_SECTOR) {
		struct run run;

		bad_reads_of(input_path);
		bad_reads.offset = at;
		run_make(&run, AM_TARGET_MBOX);
		if (run_go(&run) == AM_OK && run.summary.failed > 0) {
			struct am_buf rows = am_buf(1 << 20);

			tmp_tree_read(run.tree.fd, "old.ledger.jsonl", &rows);
			assert_non_null(strstr(am_buf_text(&rows),
					       "input/output error: reading "));
			assert_int_equal(run.summary.failed, 1);
			am_buf_free(&rows);
			told = true;
		}
		tmp_tree_remove(&run.tree);
	}
	assert_true(told);
}

/* The n-th read fails, and when it is tried again: once, so that what could be
 * read when the messages were counted cannot when they are to be given. */
static void
test_each_read(void **state)
{
	struct am_buf want = undisturbed(AM_TARGET_MBOX);
	const unsigned long reads = bad_reads.count;
	unsigned long n;

	(void)state;
	assert_true(reads > 10);
	for (n = 1; n <= reads; n++) {
		enum am_status status;
		struct run run;

		bad_reads_of(input_path);
		bad_reads.first = n;
		bad_reads.last = n + 1;
		run_make(&run, AM_TARGET_MBOX);
		status = run_go(&run);
		if (status == AM_OK) {
			end_check(&run, &want);
		} else {
			assert_true(is_refusal(status));
			assert_int_equal(run_go(&run), AM_OK);
			end_check(&run, &want);
		}
		tmp_tree_remove(&run.tree);
	}
	am_buf_free(&want);
}

/* From the n-th read on nothing can be read: nothing is published, and when
 * the disk is back the result is that of an undisturbed run. */
static void
test_disk_gone(void **state)
{
	struct am_buf want = undisturbed(AM_TARGET_MAILDIR);
	const unsigned long reads = bad_reads.count;
	unsigned long n;

	(void)state;
	for (n = 1; n < reads; n++) {
		enum am_status status;
		struct run run;

		bad_reads_of(input_path);
		bad_reads.first = n;
		bad_reads.last = ULONG_MAX;
		run_make(&run, AM_TARGET_MAILDIR);
		status = run_go(&run);
		if (status != AM_OK) {
			assert_true(is_refusal(status));
			assert_true(run.err.text[0] != '\0');
			assert_false(
				tmp_tree_has(&run.tree, "old.summary.json"));
			assert_false(
				tmp_tree_has(&run.tree, "old.ledger.jsonl"));
		} else { /* all had been read */
			assert_true(n > reads - 3);
		}
		bad_reads_of(input_path);
		assert_int_equal(run_go(&run), AM_OK);
		assert_true(is_same(&run, &want));
		tmp_tree_remove(&run.tree);
	}
	am_buf_free(&want);
}

/* The system does less than it was asked to, each time. */
static void
test_short_reads_and_writes(void **state)
{
	int target;

	(void)state;
	for (target = AM_TARGET_MAILDIR; target <= AM_TARGET_MBOX; target++) {
		struct am_buf want = undisturbed((enum am_target)target);
		const unsigned long reads = bad_reads.count;
		struct run run;

		bad_reads_of(input_path);
		bad_reads.piece = 100;
		run_make(&run, (enum am_target)target);
		assert_int_equal(run_go(&run), AM_OK);
		assert_true(bad_reads.count > 10 * reads);
		assert_true(is_same(&run, &want));
		tmp_tree_remove(&run.tree);
		am_buf_free(&want);
	}
}

static void
progress_stop(void *arg, const struct am_progress *progress)
{
	(void)progress;
	atomic_store((atomic_bool *)arg, true);
}

/* What stands in the place of the ledger when a run goes on. */
static void
test_ledger_is_another(void **state)
{
	/* the end of the ledger; "@" stands for the rows before it */
	static const char *const texts[] = {
		"@{\"nid\":\"0x2000", /* cut off */
		"@\n",		      /* an empty row */
		"@{\"nid\":\"\"}\n",
		"@{\"nid\":\"0x20000000024\"}\n",
		"@{\"nid\":\"0x8022\"}\n", /* a folder */
		"@{\"class\":\"IPM.Note\"}\n",
		"@keep me\n",
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct am_buf rows = am_buf(1 << 20);
		atomic_bool stop = false;
		struct run run;
		size_t len;

		bad_reads_of(input_path);
		run_make(&run, AM_TARGET_MBOX);
		run.options.progress = progress_stop;
		run.options.progress_arg = &stop;
		run.options.stop = &stop;
		assert_int_equal(run_go(&run), AM_INTERRUPTED);
		atomic_store(&stop, false);
		tmp_tree_read(run.tree.fd, "old.ledger.jsonl.part", &rows);
		len = strlen(texts[i] + 1);
		assert_true(rows.len > 2 * len);
		/* as long as before: only what it says is another thing */
		memset(rows.data + 30, ' ', rows.len - 30);
		memcpy(rows.data + rows.len - len, texts[i] + 1, len);
		rows.data[rows.len - len - 1] = '\n';
		tmp_tree_write(&run.tree, "old.ledger.jsonl.part", rows.data,
			       rows.len);
		assert_int_equal(run_go(&run), AM_OUTPUT);
		assert_non_null(strstr(run.err.text, "start again"));
		assert_false(tmp_tree_has(&run.tree, "old.ledger.jsonl"));
		am_buf_free(&rows);
		tmp_tree_remove(&run.tree);
	}
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
	input_size = (int64_t)built.len;
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
		cmocka_unit_test(test_each_sector),
		cmocka_unit_test(test_reason),
		cmocka_unit_test(test_each_read),
		cmocka_unit_test(test_disk_gone),
		cmocka_unit_test(test_short_reads_and_writes),
		cmocka_unit_test(test_ledger_is_another),
	};

	return cmocka_run_group_tests(tests, input_make, input_remove);
}
