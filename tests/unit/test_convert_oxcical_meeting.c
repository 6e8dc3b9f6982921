/* convert/oxcical_meeting: what messages of a class say (RFC 5546). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "convert/oxcical_meeting.h"

static const struct {
	const char *class_name;
	const char *method; /* NULL: mail like any other */
	enum am_meeting_from from;
	const char *answer;
	const char *status;
	bool has_time;
} cases[] = {
	{ "IPM.Schedule.Meeting.Request", "REQUEST", AM_MEETING_ORGANIZER, NULL,
	  NULL, true },
	{ "ipm.schedule.meeting.request.x", "REQUEST", AM_MEETING_ORGANIZER,
	  NULL, NULL, true },
	{ "IPM.Schedule.Meeting.Canceled", "CANCEL", AM_MEETING_ORGANIZER, NULL,
	  "CANCELLED", false },
	{ "IPM.Schedule.Meeting.Resp.Pos", "REPLY", AM_MEETING_ATTENDEE,
	  "ACCEPTED", NULL, false },
	{ "IPM.Schedule.Meeting.Resp.Tent", "REPLY", AM_MEETING_ATTENDEE,
	  "TENTATIVE", NULL, false },
	{ "IPM.Schedule.Meeting.Resp.Neg", "REPLY", AM_MEETING_ATTENDEE,
	  "DECLINED", NULL, false },
	{ "IPM.Appointment", "PUBLISH", AM_MEETING_NOBODY, NULL, NULL, true },
	{ "IPM.OLE.CLASS.{00061055-0000-0000-C000-000000000046}", "PUBLISH",
	  AM_MEETING_NOBODY, NULL, NULL, true },
	{ .class_name = "" },
	{ .class_name = "IPM.Note" },
	{ .class_name = "IPM.Schedule.Meeting" },
	{ .class_name = "IPM.Schedule.Meeting.Resp" },
	{ .class_name = "IPM.Schedule.Meeting.Requested" },
	{ .class_name = "IPM.Schedule.Meeting.Notification.Forward" },
	{ .class_name = "REPORT.IPM.Schedule.Meeting.Request.NDR" },
	{ .class_name = "IPM.Task" },
};

static void
text_check(const char *got, const char *want)
{
	if (want == NULL)
		assert_null(got);
	else
		assert_string_equal(got, want);
}

static void
test_kinds(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct am_meeting_kind *kind =
			am_meeting_kind_find(cases[i].class_name);

		print_message("%s\n", cases[i].class_name);
		if (cases[i].method == NULL) {
			assert_null(kind);
			continue;
		}
		assert_non_null(kind);
		text_check(kind->method, cases[i].method);
		assert_int_equal(kind->from, cases[i].from);
		text_check(kind->answer, cases[i].answer);
		text_check(kind->status, cases[i].status);
		assert_int_equal(kind->has_time, cases[i].has_time);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_kinds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
