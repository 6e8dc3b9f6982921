/* transfer/row: the ledger row to the byte, sums and their round trip. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "transfer/row.h"

static const char *
row_text(struct am_buf *out, struct am_row *row, const struct am_mail *mail,
	 struct am_report *report)
{
	static struct am_buf facts; /* freed by the caller of the test */

	facts.max = 1 << 20;
	assert_int_equal(
		am_row_facts(&facts, mail, report, &row->duplicate_at, NULL),
		AM_OK);
	row->facts = am_buf_text(&facts);
	am_buf_clear(out);
	am_row_write(out, row, "Inbox/Travel", false);
	am_buf_free(&facts);
	assert_int_equal(am_buf_status(out, NULL), AM_OK);
	return am_buf_text(out);
}

static void
test_written(void **state)
{
	struct am_arena arena = { 0 };
	struct am_report report = { .arena = &arena };
	struct am_item_attachment lost = { .name = "b\"\n.txt",
					   .status = AM_CORRUPT,
					   .size = 7,
					   .done = true };
	struct am_item_attachment good = {
		.next = &lost, .name = "a.txt", .size = 5, .done = true
	};
	const struct am_mail mail = { .message_id = "<a@b>",
				      .subject = "Gr\xc3\xbc\xc3\x9f\x65",
				      .date = 0,
				      .received = 100,
				      .attachments = &good };
	struct am_row row = { .nid = 0x200024,
			      .class_name = "IPM.Note",
			      .has_place = true };
	struct am_buf out = am_buf(1 << 20);

	(void)state;
	row.place.path = "mail/Inbox/Travel/cur/1";
	row.place.size = 1234;
	am_report_note(&report, "block-crc", "x");
	assert_string_equal(
		row_text(&out, &row, &mail, &report),
		"{\"nid\":\"0x200024\",\"folder\":\"Inbox/Travel\","
		"\"class\":\"IPM.Note\",\"outcome\":\"written\","
		"\"reason\":null,\"path\":\"mail/Inbox/Travel/cur/1\","
		"\"offset\":null,\"size\":1234,\"sha256\":\""
		"00000000000000000000000000000000"
		"00000000000000000000000000000000\","
		"\"message_id\":\"<a@b>\",\"subject\":"
		"\"Gr\xc3\xbc\xc3\x9f\x65\","
		"\"date\":\"1970-01-01T00:00:00Z\",\"attachments\":["
		"{\"name\":\"a.txt\",\"size\":5,\"sha256\":\""
		"00000000000000000000000000000000"
		"00000000000000000000000000000000\","
		"\"outcome\":\"written\"},"
		"{\"name\":\"b\\\"\\n.txt\",\"size\":7,\"sha256\":null,"
		"\"outcome\":\"failed\"}],"
		"\"duplicate_of\":null,\"findings\":[\"block-crc: x\"]}\n");
	am_buf_free(&out);
	am_arena_free(&arena);
}

static void
test_duplicate(void **state)
{
	struct am_arena arena = { 0 };
	struct am_report report = { .arena = &arena };
	struct am_row row = { .nid = 0x44,
			      .outcome = AM_OUTCOME_SKIPPED,
			      .reason = "duplicate",
			      .duplicate_of = 0x24 };
	struct am_buf out = am_buf(1 << 20);

	(void)state;
	am_report_note(&report, "a", "1");
	assert_non_null(strstr(row_text(&out, &row, NULL, &report),
			       "\"attachments\":[],\"duplicate_of\":\"0x24\","
			       "\"findings\":[\"a: 1\"]}\n"));
	am_buf_free(&out);
	am_arena_free(&arena);
}

/* The finding that is known last stands before the others, and counts. */
static void
test_uid_finding(void **state)
{
	struct am_arena arena = { 0 };
	struct am_report report = { .arena = &arena };
	struct am_row row = { .nid = 0x44, .uid_finding = "uid: \"x\"" };
	struct am_summary summary = { 0 };
	struct am_buf out = am_buf(1 << 20);

	(void)state;
	assert_non_null(strstr(row_text(&out, &row, NULL, &report),
			       "\"duplicate_of\":null,"
			       "\"findings\":[\"uid: \\\"x\\\"\"]}\n"));
	am_report_note(&report, "a", "1");
	am_report_note(&report, "b", "2");
	assert_non_null(strstr(row_text(&out, &row, NULL, &report),
			       "\"findings\":[\"uid: \\\"x\\\"\",\"a: 1\","
			       "\"b: 2\"]}\n"));
	row.findings = 2;
	am_summary_count(&summary, &row);
	assert_int_equal(summary.findings, 3);
	am_buf_free(&out);
	am_arena_free(&arena);
}

/* AM_RUN_FACTS_MAX: facts that just fit, and a byte more. */
static void
test_facts_limit(void **state)
{
	const struct am_mail mail = { .message_id = "<a@b>", .subject = "s" };
	struct am_report report = { .count = 0 };
	struct am_error err = { 0 };
	struct am_buf whole = am_buf(1 << 20);
	struct am_buf small;
	size_t at;

	(void)state;
	assert_int_equal(am_row_facts(&whole, &mail, &report, &at, &err),
			 AM_OK);
	small = am_buf(whole.len);
	assert_int_equal(am_row_facts(&small, &mail, &report, &at, &err),
			 AM_OK);
	assert_string_equal(am_buf_text(&small), am_buf_text(&whole));
	am_buf_free(&small);
	small = am_buf(whole.len - 1);
	assert_int_equal(am_row_facts(&small, &mail, &report, &at, &err),
			 AM_LIMIT);
	am_buf_free(&small);
	am_buf_free(&whole);
}

static void
test_failed(void **state)
{
	struct am_arena arena = { 0 };
	struct am_report report = { .arena = &arena };
	struct am_row row = { .nid = 0x24,
			      .outcome = AM_OUTCOME_FAILED,
			      .reason = "corrupt: no PC" };
	struct am_buf out = am_buf(1 << 20);

	(void)state;
	assert_string_equal(
		row_text(&out, &row, NULL, &report),
		"{\"nid\":\"0x24\",\"folder\":\"Inbox/Travel\","
		"\"class\":null,\"outcome\":\"failed\","
		"\"reason\":\"corrupt: no PC\",\"path\":null,"
		"\"offset\":null,\"size\":null,\"sha256\":null,"
		"\"message_id\":null,\"subject\":null,\"date\":null,"
		"\"attachments\":[],\"duplicate_of\":null,\"findings\":[]}\n");
	am_buf_free(&out);
	am_arena_free(&arena);
}

static void
test_findings_without_text_are_told(void **state)
{
	struct am_arena arena = { 0 };
	struct am_report report = { .arena = &arena, .max_texts = 1 };
	struct am_row row = { .class_name = "IPM.Note" };
	struct am_buf out = am_buf(1 << 20);

	(void)state;
	am_report_note(&report, "a", "1");
	am_report_note(&report, "a", "2");
	am_report_note(&report, "a", "3");
	assert_non_null(strstr(row_text(&out, &row, NULL, &report),
			       "[\"a: 1\",\"more: 2 finding(s) without "
			       "text\"]"));
	am_buf_free(&out);
	am_arena_free(&arena);
}

static void
test_sums(void **state)
{
	const struct am_row rows[] = {
		{ .outcome = AM_OUTCOME_WRITTEN,
		  .counts = { 3, 2, 1, 1 },
		  .findings = 2,
		  .has_place = true,
		  .place = { .size = 100 } },
		{ .outcome = AM_OUTCOME_SKIPPED },
		{ .outcome = AM_OUTCOME_FAILED, .counts = { 1, 0, 0, 0 } },
	};
	struct am_summary summary = { 0 };
	struct am_summary again = { 0 };
	char text[AM_COUNTERS_SIZE];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		am_summary_count(&summary, rows + i);
	assert_int_equal(summary.written, 1);
	assert_int_equal(summary.skipped, 1);
	assert_int_equal(summary.failed, 1);
	assert_int_equal(summary.attachments_found, 4);
	assert_int_equal(summary.attachments_written, 2);
	assert_int_equal(summary.embedded_found, 1);
	assert_int_equal(summary.findings, 2);
	assert_int_equal(summary.bytes_out, 100);
	summary.damaged = UINT64_MAX;
	am_summary_save(&summary, text);
	assert_true(am_summary_load(&again, text));
	assert_memory_equal(&summary, &again, sizeof(summary));
	assert_false(am_summary_load(&again, "1 2 3"));
	assert_false(am_summary_load(&again, ""));
}

static void
test_completeness(void **state)
{
	const struct am_summary complete = { .found = 2,
					     .written = 1,
					     .skipped = 1,
					     .attachments_found = 1,
					     .attachments_written = 1 };
	struct am_summary summary;

	(void)state;
	assert_true(am_summary_is_complete(&complete));
	summary = complete;
	summary.failed = 1;
	assert_false(am_summary_is_complete(&summary));
	summary = complete;
	summary.attachments_found = 2;
	assert_false(am_summary_is_complete(&summary));
	summary = complete;
	summary.embedded_found = 1;
	assert_false(am_summary_is_complete(&summary));
	summary = complete;
	summary.damaged = 1;
	assert_false(am_summary_is_complete(&summary));
}

static void
test_summary_json(void **state)
{
	const struct am_summary summary = { .format = "Unicode",
					    .found = 1,
					    .written = 1,
					    .bytes_in = 271360,
					    .bytes_out = 99,
					    .seconds = 0.25 };
	char text[1024];
	char small[8];
	size_t len;

	(void)state;
	len = am_summary_json(&summary, "a.pst", text, sizeof(text));
	assert_int_equal(len, strlen(text));
	assert_string_equal(
		text,
		"{\"file\":\"a.pst\",\"format\":\"Unicode\",\"found\":1,"
		"\"written\":1,\"skipped\":0,\"failed\":0,\"recovered\":0,"
		"\"attachments_found\":0,\"attachments_written\":0,"
		"\"embedded_found\":0,\"embedded_written\":0,\"findings\":0,"
		"\"bytes_in\":271360,\"bytes_out\":99,\"seconds\":0.250}\n");
	assert_int_equal(
		am_summary_json(&summary, "a.pst", small, sizeof(small)),
		strlen(text));
	assert_string_equal(small, "{\"file\"");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_written),
		cmocka_unit_test(test_duplicate),
		cmocka_unit_test(test_uid_finding),
		cmocka_unit_test(test_facts_limit),
		cmocka_unit_test(test_failed),
		cmocka_unit_test(test_findings_without_text_are_told),
		cmocka_unit_test(test_sums),
		cmocka_unit_test(test_completeness),
		cmocka_unit_test(test_summary_json),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
