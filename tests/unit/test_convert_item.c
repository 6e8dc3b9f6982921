/* convert/item: the writer that a message class goes to. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "convert/item.h"
#include "convert/item_class.h"

static const struct {
	const char *class_name;
	enum am_item_kind kind;
} classes[] = {
	{ "", AM_ITEM_MAIL },
	{ "IPM", AM_ITEM_MAIL },
	{ "IPM.Note", AM_ITEM_MAIL },
	{ "ipm.note", AM_ITEM_MAIL },
	{ "IPM.Note.SMIME.MultipartSigned", AM_ITEM_MAIL },
	{ "IPM.Note.Rules.OofTemplate.Microsoft", AM_ITEM_MAIL },
	{ "IPM.Post", AM_ITEM_MAIL },
	{ "IPM.Document.txtfile", AM_ITEM_MAIL },
	{ "IPM.Schedule.Meeting.Request", AM_ITEM_MAIL },
	{ "REPORT.IPM.Note.NDR", AM_ITEM_MAIL },
	{ "IPM.TaskRequest", AM_ITEM_MAIL },
	{ "IPM.TaskRequest.Accept", AM_ITEM_MAIL },
	{ "IPM.Sharing", AM_ITEM_MAIL },
	{ "Something.Else", AM_ITEM_MAIL },
	{ "IPM.Appointment", AM_ITEM_APPOINTMENT },
	{ "IPM.APPOINTMENT.Live Meeting Request", AM_ITEM_APPOINTMENT },
	{ "IPM.Appointments", AM_ITEM_MAIL },
	{ "IPM.OLE.CLASS.{00061055-0000-0000-C000-000000000046}",
	  AM_ITEM_APPOINTMENT },
	{ "IPM.Contact", AM_ITEM_CONTACT },
	{ "IPM.Contact.Custom", AM_ITEM_CONTACT },
	{ "IPM.AbchPerson", AM_ITEM_MAIL },
	{ "IPM.DistList", AM_ITEM_DISTLIST },
	{ "IPM.Task", AM_ITEM_TASK },
	{ "IPM.Task.Work", AM_ITEM_TASK },
	{ "IPM.Activity", AM_ITEM_JOURNAL },
	{ "IPM.StickyNote", AM_ITEM_NOTE },
	{ "IPM.Microsoft.ScheduleData.FreeBusy", AM_ITEM_INTERNAL },
	{ "IPM.Configuration.Calendar", AM_ITEM_INTERNAL },
	{ "IPM.Rule.Version2.Message", AM_ITEM_INTERNAL },
	{ "IPM.RuleOrganizer", AM_ITEM_INTERNAL },
	{ "IPM.ExtendedRule.Message", AM_ITEM_INTERNAL },
	{ "IPC.MS.Outlook.AgingProperties", AM_ITEM_INTERNAL },
};

static void
test_kinds(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(classes) / sizeof(classes[0]); i++) {
		print_message("%s\n", classes[i].class_name);
		assert_int_equal(am_item_kind(classes[i].class_name),
				 classes[i].kind);
		assert_int_equal(am_item_has_writer(classes[i].class_name),
				 classes[i].kind != AM_ITEM_MAIL &&
					 classes[i].kind != AM_ITEM_NOTE &&
					 classes[i].kind != AM_ITEM_INTERNAL);
	}
}

static const struct {
	const char *class_name;
	const char *suffix;
	bool ends;
} suffixes[] = {
	{ "IPM.InfoPathForm.X.SMIME", "SMIME", true },
	{ "IPM.Note.smime", "SMIME", true },
	{ "SMIME", "SMIME", true },
	{ "IPM.Note.NOTSMIME", "SMIME", false },
	{ "IPM.Note.SMIME.X", "SMIME", false },
	{ "MIME", "SMIME", false },
	{ "IPM.Note.SMIME.MultipartSigned", "SMIME.MultipartSigned", true },
};

static void
test_suffixes(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(suffixes) / sizeof(suffixes[0]); i++) {
		print_message("%s\n", suffixes[i].class_name);
		assert_int_equal(am_class_ends(suffixes[i].class_name,
					       suffixes[i].suffix),
				 suffixes[i].ends);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_kinds),
		cmocka_unit_test(test_suffixes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
