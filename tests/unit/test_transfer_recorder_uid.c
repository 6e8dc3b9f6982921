/* transfer/recorder_uid: no two items of a calendar file have one UID, with any
 * number of threads, and after an interruption. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "transfer_run.h"

/* [MS-OXOCAL] 2.2.1.27 of another program's UID: a length, which nobody reads,
 * and the text, behind this. */
#define GLOBAL_ID                                                              \
	"040000008200e00074c5b7101a82e008000000000000000000000000"             \
	"0000000000000000ff0000007643616c2d55696401000000"

#define EVENT(uid, more)                                                       \
	"message { class \"IPM.Appointment\"; "                                \
	"prop PSETID_Appointment/0x820d:time 2020-01-09T18:00:00Z; "           \
	"prop PSETID_Meeting/0x0003:binary hex \"" GLOBAL_ID uid "00\"" more   \
	" }\n"

/* "a", "a-200064" */
#define A "61"
#define A_64 "612d323030303634"

/* What an item is called depends on those before it in its file alone. */
static const char few[] = "folder \"One\" {\n"
	/* 0x200024 .. 0x2000e4 */
	EVENT(A_64, "") EVENT(A, "") EVENT(A, "") EVENT(A_64, "")
	/* an instance that bears the UID of its series */
	EVENT(A, "; prop PSETID_Appointment/0x8228:time 2020-01-08T18:00:00Z") "message { class \"IPM.Task\"; search-key hex \"01\" }\n" EVENT(
		A,
		"; attachment \"a.bin\" { data random 3M 7 }") "}\n"
							       "folder \"Two\" "
							       "{\n" EVENT(
								       A,
								       "") "}"
									   "\n";

/* The UIDs of a file, a line each. */
static void
uids_read(const struct run *run, const char *path, struct am_buf *uids)
{
	struct am_buf file = am_buf(64 << 20);
	const char *at;

	am_buf_clear(uids);
	tmp_tree_read(run->tree.fd, path, &file);
	for (at = am_buf_text(&file); (at = strstr(at, "\r\nUID:")) != NULL;) {
		at += strlen("\r\nUID:");
		am_buf_add(uids, am_bytes(at, strcspn(at, "\r")));
		am_buf_add_char(uids, '\n');
	}
	am_buf_free(&file);
}

static void
test_few(void **state)
{
	struct am_buf text = am_buf(64 << 20);
	struct run run;

	(void)state;
	input_build(few);
	run_make(&run, AM_TARGET_MBOX, 1);
	assert_int_equal(run_go(&run), AM_OK);
	assert_int_equal(run.summary.written, 8);
	assert_int_equal(run.summary.findings, 3);
	uids_read(&run, "old/calendar/One.ics", &text);
	assert_string_equal(am_buf_text(&text),
			    "a-200064\na\na-200064-200064\n"
			    "a-200064-200084\na\na-2000e4\n");
	uids_read(&run, "old/calendar/Two.ics", &text);
	assert_string_equal(am_buf_text(&text), "a\n");
	am_buf_clear(&text);
	tmp_tree_read(run.tree.fd, "old.ledger.jsonl", &text);
	assert_non_null(strstr(am_buf_text(&text),
			       "\"findings\":[\"uid: 0x200044 of this file has "
			       "the UID: \\\"-200064-200064\\\" is put behind "
			       "it\"]}\n"));
	am_buf_free(&text);
	tmp_tree_remove(&run.tree);
	tmp_tree_remove(&input);
}

/* ---- many, and interrupted ---- */

enum { MANY = 120, KINDS = 7 };

static void
many_build(void)
{
	struct am_buf recipe = am_buf(1 << 20);
	unsigned i;

	am_buf_add_text(&recipe, "folder \"C\" {\n");
	for (i = 0; i < MANY; i++)
		am_buf_printf(&recipe,
			      "message { class \"IPM.%s\"; "
			      "created 2010-01-02T03:04:05Z; "
			      "search-key hex \"%02x\" }\n",
			      i % 3 == 0 ? "Activity" : "Task", i % KINDS);
	am_buf_add_text(&recipe, "}\n");
	input_build(am_buf_text(&recipe));
	am_buf_free(&recipe);
}

/* All differ. */
static void
uids_check(const struct run *run, const char *path, unsigned count)
{
	struct am_buf text = am_buf(1 << 20);
	const char *uids[MANY];
	unsigned have = 0;
	char *line;
	unsigned i;

	uids_read(run, path, &text);
	for (line = (char *)text.data; line != NULL && *line != '\0';) {
		char *end = strchr(line, '\n');

		*end = '\0';
		for (i = 0; i < have; i++)
			assert_string_not_equal(uids[i], line);
		uids[have++] = line;
		line = end + 1;
	}
	assert_int_equal(have, count);
	am_buf_free(&text);
}

static void
test_interrupted_and_resumed(void **state)
{
	struct am_buf want;
	struct run run;
	unsigned at;

	(void)state;
	many_build();
	run_make(&run, AM_TARGET_MBOX, 1);
	assert_int_equal(run_go(&run), AM_OK);
	uids_check(&run, "old/tasks/C.ics", MANY - MANY / 3);
	uids_check(&run, "old/journal/C.ics", MANY / 3);
	assert_int_equal(run.summary.findings, MANY - 2 * KINDS);
	want = run_result(&run);
	tmp_tree_remove(&run.tree);

	for (at = 0; at <= 3; at++) {
		/* the content digests of mail are kept beside the UIDs */
		run_make(&run, AM_TARGET_MBOX, at == 3 ? 1 : at + 1);
		run.options.dedup = at == 3;
		run.stop_at = at;
		if (at > 0) {
			assert_int_equal(run_go(&run), AM_INTERRUPTED);
			atomic_store(&run.stop, false);
		}
		assert_int_equal(run_go(&run), AM_OK);
		assert_int_equal(run.summary.resumed, at > 0);
		assert_int_equal(run.summary.findings, MANY - 2 * KINDS);
		result_compare(&run, &want);
		tmp_tree_remove(&run.tree);
	}
	am_buf_free(&want);
	tmp_tree_remove(&input);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_few),
		cmocka_unit_test(test_interrupted_and_resumed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
