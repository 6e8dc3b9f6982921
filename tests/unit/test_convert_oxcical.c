/* convert/oxcical: limits of a calendar item, each from both sides. What items
 * look like is for tests/calendar. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "convert/oxcical_private.h"
#include "converted.h"

/* [MS-OXOCAL] 2.2.1.41: a definition that is another one for each bias. */
static void
zone_add(struct am_buf *recipe, unsigned number)
{
	am_buf_printf(
		recipe,
		"prop PSETID_Appointment/0x825E:binary hex \"0201300002001500"
		"52006f006d0061006e006300650020005300740061006e0064006100"
		"720064002000540069006d006500"
		"01000201"
		"3e00030001000000000000000000000000000000%02x"
		"ffffff00000000c4ffffff"
		"00000a00000005000300000000000000"
		"00000300000005000200000000000000\"\n",
		0xc4 - number);
}

/* An appointment with so many exceptions, each in a zone of its own. */
static void
series_make(struct converted *c, const char *class_name, unsigned exceptions)
{
	struct am_buf recipe = am_buf(1 << 20);
	unsigned i;

	am_buf_printf(&recipe,
		      "folder \"A\" { message { class \"%s\"; from <a@x>\n"
		      "prop PSETID_Appointment/0x820D:time "
		      "2011-01-02T10:00:00Z\n",
		      class_name);
	zone_add(&recipe, 0);
	for (i = 1; i <= exceptions; i++) {
		am_buf_printf(&recipe,
			      "attachment \"e\" { prop 0x7ffd:i32 2\n"
			      "message { class \"IPM.OLE.CLASS.{00061055-0000-"
			      "0000-C000-000000000046}\"\n"
			      "prop PSETID_Appointment/0x820D:time "
			      "2011-01-%02uT10:00:00Z\n",
			      i + 2);
		zone_add(&recipe, i);
		am_buf_add_text(&recipe, "} }\n");
	}
	am_buf_add_text(&recipe, "} }\n");
	c->built = built_make(am_buf_text(&recipe));
	am_buf_free(&recipe);
	converted_open(c);
}

static void
item_open(struct converted *c, const struct am_convert_options *options)
{
	c->mail = NULL;
	c->err = (struct am_error){ 0 };
	c->status = am_item_open(c->message, options, &c->mail, &c->err);
	converted_read(c);
}

static void
test_zones(void **state)
{
	struct converted c;

	(void)state;
	series_make(&c, "IPM.Appointment", AM_OXCICAL_MAX_ZONES - 1);
	item_open(&c, NULL);
	assert_int_equal(c.status, AM_OK);
	assert_int_equal(converted_count(&c, "BEGIN:VTIMEZONE"),
			 AM_OXCICAL_MAX_ZONES);
	assert_int_equal(converted_count(&c, "\r\nDTSTART;TZID="),
			 AM_OXCICAL_MAX_ZONES);
	assert_false(converted_found(&c, "time-zone"));
	converted_close(&c);

	series_make(&c, "IPM.Appointment", AM_OXCICAL_MAX_ZONES);
	item_open(&c, NULL);
	assert_int_equal(c.status, AM_OK);
	assert_int_equal(converted_count(&c, "BEGIN:VTIMEZONE"),
			 AM_OXCICAL_MAX_ZONES);
	assert_int_equal(converted_count(&c, "\r\nDTSTART;TZID="),
			 AM_OXCICAL_MAX_ZONES);
	assert_true(converted_has(&c, "\r\nDTSTART:20110110T100000Z\r\n"));
	assert_true(converted_found(&c, "time-zone"));
	converted_close(&c);
}

static void
test_exception_memory(void **state)
{
	const struct am_convert_options little = { .max_exception_memory =
							   16 << 10 };
	struct converted c;

	(void)state;
	series_make(&c, "IPM.Appointment", 28);
	item_open(&c, NULL);
	assert_int_equal(c.status, AM_OK);
	assert_int_equal(c.mail->counts.embedded_written, 28);
	assert_false(converted_found(&c, "exception-lost"));
	converted_close(&c);

	series_make(&c, "IPM.Appointment", 28);
	item_open(&c, &little);
	assert_int_equal(c.status, AM_OK);
	assert_int_equal(c.mail->counts.embedded_found, 28);
	assert_in_range(c.mail->counts.embedded_written, 1, 27);
	assert_int_equal(converted_count(&c, "BEGIN:VEVENT"),
			 c.mail->counts.embedded_written + 1);
	assert_true(converted_found(&c, "exception-lost"));
	converted_close(&c);
}

/* The item fails; a mail goes without the part. */
static void
test_memory(void **state)
{
	const struct am_convert_options little = { .max_calendar_memory = 512 };
	struct converted c;

	(void)state;
	series_make(&c, "IPM.Appointment", 3);
	item_open(&c, &little);
	assert_int_equal(c.status, AM_LIMIT);
	converted_close(&c);

	series_make(&c, "IPM.Schedule.Meeting.Request", 0);
	item_open(&c, NULL);
	assert_int_equal(c.status, AM_OK);
	assert_true(converted_has(&c, "method=REQUEST"));
	assert_int_equal(c.report.count, 0);
	converted_close(&c);

	series_make(&c, "IPM.Schedule.Meeting.Request", 0);
	item_open(&c, &little);
	assert_int_equal(c.status, AM_OK);
	assert_false(converted_has(&c, "method=REQUEST"));
	assert_true(converted_has(&c, "From: a@x"));
	assert_true(converted_found(&c, "no-calendar"));
	converted_close(&c);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_zones),
		cmocka_unit_test(test_exception_memory),
		cmocka_unit_test(test_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
