/* convert/outline: what content lines say, for people. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "convert/outline.h"

#define EVENT(lines)                                                           \
	"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\n" lines             \
	"END:VEVENT\r\nEND:VCALENDAR\r\n"
#define CARD(lines) "BEGIN:VCARD\r\nVERSION:4.0\r\n" lines "END:VCARD\r\n"

static const struct {
	const char *name;
	const char *lines;
	const char *text;
} cases[] = {
	{ "nothing", "", "" },
	{ "nothing that is shown", EVENT("UID:1\r\nSUMMARY:x\r\n"), "" },
	{ "a time in UTC", EVENT("DTSTART:20200109T180059Z\r\n"),
	  "Start: 2020-01-09 18:00 UTC\n" },
	{ "a time in a zone, less its digest",
	  EVENT("DTSTART;TZID=Pacific Standard Time/2dc57e13:"
		"20040229T090000\r\n"),
	  "Start: 2004-02-29 09:00 (Pacific Standard Time)\n" },
	{ "a zone in quotes",
	  EVENT("DTSTART;X-A=\"b;TZID=c:d\";TZID=\"a:b;c/2dc57e13\":"
		"20040229T090000\r\n"),
	  "Start: 2004-02-29 09:00 (a:b;c)\n" },
	{ "a time of no zone", EVENT("DTSTART:20040229T090000\r\n"),
	  "Start: 2004-02-29 09:00\n" },
	{ "days: the last is told",
	  EVENT("DTSTART;VALUE=DATE:20191231\r\n"
		"DTEND;VALUE=DATE:20200101\r\n"),
	  "Start: 2019-12-31\nEnd: 2019-12-31\n" },
	{ "a time that is none", EVENT("DTSTART:soon\r\nDUE:2020011\r\n"),
	  "Start: soon\nDue: 2020011\n" },
	{ "a date that only begins like one", CARD("BDAY:20200109X180000\r\n"),
	  "Birthday: 20200109X180000\n" },
	{ "people",
	  EVENT("ORGANIZER;CN=\"Ann, ^'the^' A\":mailto:ann@x\r\n"
		"ATTENDEE;PARTSTAT=ACCEPTED:MAILTO:bob@x\r\n"),
	  "Organizer: Ann, \"the\" A <ann@x>\nAttendee: bob@x\n" },
	{ "text",
	  EVENT("LOCATION:a\\, b\\; c\\\\d\\ne\r\n"
		"PERCENT-COMPLETE:50\r\nRRULE:FREQ=DAILY;COUNT=2\r\n"),
	  "Where: a, b; c\\d, e\nPercent complete: 50\n"
	  "Repeats: FREQ=DAILY;COUNT=2\n" },
	{ "folded anywhere",
	  EVENT("LOCA\r\n TION:a\r\n  b\r\n\tc\xc3\r\n \xa9\r\n"),
	  "Where: a bc\xc3\xa9\n" },
	{ "LF alone", "BEGIN:VCARD\nFN:A\n B\nEND:VCARD\n", "Name: AB\n" },
	{ "no line end", "BEGIN:VCARD\r\nFN:A", "Name: A\n" },
	{ "components",
	  CARD("ADR;TYPE=home:;;Street 1\\, left;Town;;;France\r\n"
	       "ORG:;;\r\n"),
	  "Address: Street 1, left, Town, France\n" },
	{ "types of phones",
	  CARD("TEL;TYPE=work,voice:+49 1\r\nTEL;PREF=1:+49 2\r\n"),
	  "Phone (work,voice): +49 1\nPhone: +49 2\n" },
	{ "a list is lines",
	  CARD("FN:All\r\nMEMBER:mailto:a@x\r\nNOTE:A <a@x>\\nB\r\n"),
	  "Name: All\nA <a@x>\nB\n" },
	{ "in any case", CARD("fn:A\r\n"), "Name: A\n" },
	{ "names are whole", CARD("FNX:A\r\nF:B\r\nX-FN:C\r\n"), "" },
	{ "no lines at all", CARD("junk\r\n\r\n;:\r\n:\r\n"), "" },
	{ "other components are passed over",
	  "BEGIN:VCALENDAR\r\nBEGIN:VTIMEZONE\r\nBEGIN:STANDARD\r\n"
	  "DTSTART:16010101T000000\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n"
	  "BEGIN:VTODO\r\nBEGIN:VALARM\r\nDUE:20200101\r\nEND:VALARM\r\n"
	  "STATUS:COMPLETED\r\nEND:VTODO\r\nEND:VCALENDAR\r\n",
	  "Status: COMPLETED\n" },
	{ "the first of a series is told",
	  EVENT("DTSTART:20200101T000000Z\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\n"
		"DTSTART:20210101T000000Z\r\n"),
	  "Start: 2020-01-01 00:00 UTC\n" },
	{ "a value that is not there, and what follows",
	  "BEGIN:VEVENT\r\nDESCRIPTION:\r\nLOCATION:a\r\nEND:VEVENT\r\n",
	  "Where: a\n" },
};

static void
outline_check(struct am_bytes lines, size_t piece, const char *want)
{
	struct am_outline outline;
	struct am_error err;
	size_t at;

	am_outline_begin(&outline);
	for (at = 0; at < lines.len; at += piece) {
		struct am_bytes part;

		if (!am_slice(lines, at, piece, &part))
			(void)am_slice(lines, at, lines.len - at, &part);
		am_outline_add(&outline, part);
	}
	assert_int_equal(am_outline_end(&outline, &err), AM_OK);
	assert_string_equal(am_buf_text(&outline.text), want);
	am_outline_free(&outline);
}

static void
test_cases(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct am_bytes lines = am_bytes_of(cases[i].lines);

		print_message("%s\n", cases[i].name);
		outline_check(lines, lines.len + 1, cases[i].text);
		outline_check(lines, 1, cases[i].text);
		outline_check(lines, 7, cases[i].text);
	}
}

/* A card whose name is as long as what is kept of a line, or a byte longer. */
static void
test_long_line(void **state)
{
	struct am_buf card = am_buf(1 << 20);
	struct am_buf want = am_buf(1 << 20);
	int more;
	size_t i;

	(void)state;
	for (more = 0; more <= 1; more++) {
		am_buf_clear(&card);
		am_buf_clear(&want);
		am_buf_add_text(&card, "BEGIN:VCARD\r\nTITLE:");
		am_buf_add_text(&want, "Title: ");
		/* what is cut off begins inside of a character */
		for (i = strlen("TITLE:"); i < AM_OUTLINE_MAX - 1; i++)
			am_buf_add_char(&card, 'x');
		am_buf_add(&want, am_bytes(card.data + 19, card.len - 19));
		am_buf_add_text(&card, more ? "\xc3\xa9" : "y");
		am_buf_add_text(&want, more ? "...\n" : "y\n");
		am_buf_add_text(&card, "\r\nFN:A\r\nEND:VCARD\r\n");
		am_buf_add_text(&want, more ? "" : "...\n");
		am_buf_add_text(&want, more ? "...\n" : "");
		outline_check(am_buf_bytes(&card), 1000, am_buf_text(&want));
	}
	am_buf_free(&card);
	am_buf_free(&want);
}

/* Many lines: the text ends in dots. */
static void
test_many_lines(void **state)
{
	struct am_outline outline;
	struct am_error err;
	size_t fit = 0;
	size_t i;

	(void)state;
	am_outline_begin(&outline);
	am_outline_add(&outline, am_bytes_of("BEGIN:VCARD\r\n"));
	for (i = 0; i < AM_OUTLINE_MAX / 8; i++)
		am_outline_add(&outline, am_bytes_of("FN:A23\r\n"));
	assert_int_equal(am_outline_end(&outline, &err), AM_OK);
	assert_true(outline.text.len <= AM_OUTLINE_MAX + 16);
	assert_true(outline.text.len > AM_OUTLINE_MAX - 16);
	fit = (outline.text.len - strlen("...\n")) / strlen("Name: A23\n");
	assert_string_equal(am_buf_text(&outline.text) +
				    fit * strlen("Name: A23\n"),
			    "...\n");
	am_outline_free(&outline);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cases),
		cmocka_unit_test(test_long_line),
		cmocka_unit_test(test_many_lines),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
