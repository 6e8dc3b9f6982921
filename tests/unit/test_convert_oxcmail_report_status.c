/* convert/oxcmail_report_status: codes, and the fields of archives. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "convert/oxcmail_report.h"

static const struct {
	const char *name;
	int64_t status, reason, diagnostic;
	const char *info;
	const char *want;
} statuses[] = {
	{ "nothing", 0, -1, -1, "", "" },
	{ "a code of three digits", 511, 1, 0, "#5.4.4", "5.1.1" },
	{ "a code of no class", 711, -1, -1, "", "" },
	{ "class 3", 311, -1, -1, "", "" },
	{ "too large", INT64_MAX, -1, -1, "", "" },
	{ "negative", -511, -1, -1, "", "" },
	{ "in the words", 0, 0, 0, "<mx #5.7.124 smtp;550 x>", "5.7.124" },
	{ "behind an SMTP code", 0, -1, -1, "#550 5.1.1 RESOLVER", "5.1.1" },
	{ "the second number sign", 0, -1, -1, "# #4.4.7", "4.4.7" },
	{ "cut", 0, -1, -1, "#5.1", "" },
	{ "cut behind a dot", 0, -1, -1, "#5.1.", "" },
	{ "more than three digits", 0, -1, -1, "#5.1234.1", "" },
	{ "a number sign at the end", 0, -1, -1, "#", "" },
	/* D17: the reason table by the reason, the other by the other */
	{ "a reason", 0, 1, -1, "", "5.1.0" },
	{ "a diagnostic goes before it", 0, 1, 1, "", "5.1.4" },
	{ "the last reason", 0, 6, -1, "", "4.4.3" },
	{ "beyond the reasons", 0, 7, -1, "", "5.4.0" },
	{ "the last diagnostic", 0, -1, 48, "", "5.1.2" },
	{ "beyond the diagnostics", 0, -1, 49, "", "5.4.0" },
	{ "beyond, with a reason", 0, 4, 0x7fffffff, "", "5.2.0" },
};

static void
test_status(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(statuses) / sizeof(statuses[0]); i++) {
		const struct am_recipient_report report = {
			.status = statuses[i].status,
			.reason = statuses[i].reason,
			.diagnostic = statuses[i].diagnostic,
			.info = statuses[i].info,
			.mta = "",
		};
		char status[AM_REPORT_STATUS_SIZE];

		print_message("%s\n", statuses[i].name);
		am_report_status(&report, status);
		assert_string_equal(status, statuses[i].want);
	}
}

#define FINAL "Final-Recipient: rfc822; a@b\r\n"

static const struct {
	const char *name;
	const char *text;
	bool want;
	bool is_notification;
} fields[] = {
	{ "delivery", FINAL "Action: failed\r\n", true, false },
	{ "disposition", FINAL "Disposition: x; displayed\r\n", true, true },
	{ "disposition first", "disposition: x\r\n" FINAL, true, true },
	{ "empty", "", false, false },
	{ "neither", FINAL, false, false },
	{ "no recipient", "Reporting-MTA: dns; x\r\nAction: x\r\n", false,
	  false },
	{ "other fields first", "Subject: x\r\n" FINAL "Action: x\r\n", false,
	  false },
	{ "LF", "Final-Recipient: x\nAction: x\n", false, false },
	{ "CR", FINAL "Action: x\r", false, false },
	{ "8 bit", FINAL "Action: \xc3\xa9\r\n", false, false },
	{ "a boundary", FINAL "Action: x\r\n--b\r\n", false, false },
	{ "a control", FINAL "Action: \x01\r\n", false, false },
};

static void
test_fields(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
		bool is_notification = false;

		print_message("%s\n", fields[i].name);
		assert_int_equal(
			am_report_is_fields(am_bytes_of(fields[i].text),
					    &is_notification),
			fields[i].want);
		if (fields[i].want)
			assert_int_equal(is_notification,
					 fields[i].is_notification);
	}
}

static void
test_long_line(void **state)
{
	struct am_buf text = am_buf(4096);
	bool is_notification;
	int i;

	(void)state;
	am_buf_add_text(&text, FINAL "Action: ");
	for (i = 0; i < 1000; i++)
		am_buf_add_char(&text, 'x');
	am_buf_add_text(&text, "\r\n");
	assert_false(
		am_report_is_fields(am_buf_bytes(&text), &is_notification));
	am_buf_free(&text);
}

static const struct {
	const char *class_name;
	const char *suffix; /* NULL: none */
} classes[] = {
	{ "REPORT.IPM.Note.NDR", "NDR" },
	{ "report.ipm.note.ndr", "NDR" },
	{ "REPORT.IPM.Note.NotSupportedICal.NDR", "NDR" },
	{ "REPORT.IPM.Note.Delayed.DR", "Delayed.DR" },
	{ "REPORT.IPM.Schedule.Meeting.Request.IPNNRN", "IPNNRN" },
	{ "REPORT.IPM.Note.IPNRN", "IPNRN" },
	{ "REPORT.IPM.Note.XNDR", NULL },
	{ "REPORT", NULL },
	{ "REPORTS.IPM.Note.NDR", NULL },
	{ "IPM.Note.NDR", NULL },
	{ "", NULL },
};

static void
test_classes(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(classes) / sizeof(classes[0]); i++) {
		const struct am_report_kind *kind =
			am_report_kind_find(classes[i].class_name);

		print_message("%s\n", classes[i].class_name);
		assert_int_equal(kind != NULL, classes[i].suffix != NULL);
		if (kind != NULL)
			assert_string_equal(kind->suffix, classes[i].suffix);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_status),
		cmocka_unit_test(test_fields),
		cmocka_unit_test(test_long_line),
		cmocka_unit_test(test_classes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
