#!/usr/bin/env python3
"""Meeting messages: mail with a calendar object, which is taken out by Python's
email, and read again by icalendar and by libical.
"""
import datetime
import email
import email.policy
import sys
import tempfile
import unittest
from pathlib import Path

import icalendar

import blobs
from archive import (APPT, COMMON, MEETING, Converted, event, named, prop,
                     quoted, reread, series)

Date, Moment = datetime.date, datetime.datetime
UTC = datetime.timezone.utc
START, END = Moment(2020, 1, 7, 17), Moment(2020, 1, 7, 17, 30)
ID = named(MEETING, 0x0003, "binary", blobs.object_id(b"0123456789abcdef"))
PEOPLE = ('from "Ann" <ann@example.org>', 'to "Bob" <bob@example.org>',
          'cc "Eve" <eve@example.org>')


def message(kind, *more, start=START, end=END, people=PEOPLE, subject="Lunch"):
    return event(subject, start, end, *people, *more,
                 "sent 2020-01-01T00:00:00Z", 'body "text"',
                 klass=f"IPM.Schedule.Meeting.{kind}")


def parsed(data):
    mail = email.message_from_bytes(data, policy=email.policy.default)
    for part in mail.walk():
        assert not part.defects, part.defects
    return mail


def calendars(mail):
    return [part for part in mail.walk()
            if part.get_content_type() == "text/calendar"]


class Meeting:
    """The only message of an archive, and its calendar."""

    def __init__(self, text, **options):
        self.converted = Converted([text], to="eml", **options)
        (data,) = self.converted.mails
        self.mail = parsed(data)
        (self.part,) = calendars(self.mail)
        self.data = self.part.get_payload(decode=True)
        self.calendar = icalendar.Calendar.from_ical(self.data)
        for component in self.calendar.walk():
            assert not component.errors, component.errors
        self.events = self.calendar.walk("VEVENT")
        with tempfile.NamedTemporaryFile(suffix=".ics") as file:
            file.write(self.data)
            file.flush()
            self.instances = reread(file.name)
        self.method = str(self.calendar["METHOD"])
        assert self.part.get_param("method") == self.method
        assert self.part.get_param("charset") == "utf-8"


class MeetingTest(unittest.TestCase):
    def test_d35_a_request_is_an_alternative(self):
        meeting = Meeting(message(
            "Request", ID, 'html "<p>text</p>"', 'attachment "a.txt" { data '
            '"a" }', named(APPT, 0x8201, "i32", 7),
            named(COMMON, 0x8503, "bool", True), prop("0x0063:bool", True)))
        self.assertEqual(meeting.mail.get_content_type(), "multipart/mixed")
        body, attached = meeting.mail.iter_parts()
        self.assertEqual([part.get_content_type()
                          for part in body.iter_parts()],
                         ["text/plain", "text/html", "text/calendar"])
        self.assertEqual(attached.get_filename(), "a.txt")
        self.assertEqual(meeting.mail["Content-Class"],
                         "urn:content-classes:calendarmessage")
        self.assertEqual(meeting.method, "REQUEST")
        (found,) = meeting.events
        self.assertEqual(found["DTSTART"].dt, START.replace(tzinfo=UTC))
        self.assertEqual(found["SEQUENCE"], 7)
        self.assertEqual(found["STATUS"], "CONFIRMED")
        self.assertEqual(found["ORGANIZER"], "mailto:ann@example.org")
        self.assertEqual([(str(one), one.params["ROLE"], one.params["RSVP"],
                           one.params["PARTSTAT"])
                          for one in found["ATTENDEE"]],
                         [("mailto:bob@example.org", "REQ-PARTICIPANT", "TRUE",
                           "NEEDS-ACTION"),
                          ("mailto:eve@example.org", "OPT-PARTICIPANT", "TRUE",
                           "NEEDS-ACTION")])
        self.assertEqual(len(found.walk("VALARM")), 1)
        self.assertNotIn("ATTACH", found)
        self.assertEqual(meeting.converted.findings, [])

    def test_lines(self):
        meeting = Meeting(message(
            "Request", ID, named(APPT, 0x8208, "string", "\u0416" * 200),
            subject="\u20ac uro " * 30))
        self.assertTrue(meeting.data.endswith(b"END:VCALENDAR\r\n"))
        lines = meeting.data.split(b"\r\n")
        for line in lines:
            self.assertLessEqual(len(line), 75)
            self.assertNotIn(b"\r", line)
            self.assertNotIn(b"\n", line)
            line.decode("utf-8")
        self.assertEqual(meeting.events[0]["LOCATION"], "\u0416" * 200)

    def test_answers(self):
        for kind, answer in (("Pos", "ACCEPTED"), ("Tent", "TENTATIVE"),
                             ("Neg", "DECLINED")):
            with self.subTest(kind):
                meeting = Meeting(message(
                    f"Resp.{kind}", ID, named(COMMON, 0x8503, "bool", True),
                    people=('from "Bob" <bob@example.org>',
                            'to "Ann" <ann@example.org>')))
                self.assertEqual(meeting.method, "REPLY")
                (found,) = meeting.events
                self.assertEqual(found["ORGANIZER"], "mailto:ann@example.org")
                self.assertEqual(found["ATTENDEE"], "mailto:bob@example.org")
                self.assertEqual(found["ATTENDEE"].params["PARTSTAT"], answer)
                self.assertNotIn("STATUS", found)
                self.assertEqual(found.walk("VALARM"), [])

    def test_counter(self):
        proposed = Moment(2020, 1, 8, 9)
        more = (ID, named(APPT, 0x8257, "bool", True),
                named(APPT, 0x8250, "time", proposed))
        meeting = Meeting(message("Resp.Tent", *more))
        self.assertEqual(meeting.method, "COUNTER")
        self.assertEqual(meeting.events[0]["DTSTART"].dt,
                         proposed.replace(tzinfo=UTC))
        self.assertIn(b"X-MS-OLK-ORIGINALSTART:20200107T170000Z\r\n",
                      meeting.data)
        # not the flag alone
        self.assertEqual(Meeting(message("Resp.Tent", *more[:2])).method,
                         "REPLY")

    def test_cancellation(self):
        meeting = Meeting(message("Canceled", ID))
        self.assertEqual(meeting.method, "CANCEL")
        self.assertEqual(meeting.events[0]["STATUS"], "CANCELLED")
        # it need not tell when
        (found,) = Meeting(message("Canceled", ID, start=None,
                                   end=None)).events
        self.assertNotIn("DTSTART", found)

    def series(self, kind, *more):
        return Meeting(message(
            kind, ID, series(blobs.appointment(
                blobs.pattern(blobs.WEEKLY, blobs.WEEK, 1, Date(2020, 1, 7),
                              days=4, deleted=(Date(2020, 1, 14),
                                               Date(2020, 1, 21)),
                              modified=(Date(2020, 1, 22),)), 540, 570,
                (blobs.exception(Moment(2020, 1, 22, 10),
                                 Moment(2020, 1, 22, 11),
                                 Moment(2020, 1, 21, 9)),)),
                blobs.PACIFIC), *more))

    def test_series_with_its_zone(self):
        meeting = self.series("Request")
        master, moved = meeting.events
        (zone,) = meeting.calendar.walk("VTIMEZONE")
        self.assertEqual(master["DTSTART"].params["TZID"], zone["TZID"])
        self.assertEqual(moved["RECURRENCE-ID"].params["TZID"], zone["TZID"])
        self.assertEqual(moved["UID"], master["UID"])
        self.assertEqual(meeting.instances[0][2:6],
                         ["20200107T170000Z", "20200121T170000Z",
                          "20200128T170000Z", "20200204T170000Z"])
        self.assertEqual(moved["ATTENDEE"][0], "mailto:bob@example.org")

    def test_d22_exceptions_are_folded(self):
        inner = event("Own", None, None, 'body "other"',
                      'attachment "own.txt" { data "own" }',
                      klass="IPM.OLE.CLASS."
                            "{00061055-0000-0000-C000-000000000046}")
        meeting = self.series(
            "Request", 'attachment "first.txt" { data "1" }',
            'attachment "" {\n' +
            prop("0x7ff9:time", Moment(2020, 1, 21, 17)) + "\n" +
            prop("0x7ffd:i32", 2) + "\n" + inner + "}",
            'attachment "last.txt" { data "2" }')
        self.assertEqual([part.get_filename() for part in
                          meeting.mail.iter_attachments()],
                         ["first.txt", "last.txt"])
        self.assertEqual(meeting.events[1]["SUMMARY"], "Own")
        self.assertEqual(meeting.events[1]["ATTACH"].params["X-FILENAME"],
                         "own.txt")
        (row,) = meeting.converted.rows
        self.assertEqual(
            [(one["name"], one["size"], one["outcome"])
             for one in row["attachments"]],
            [(name, size, "written") for name, size in
             (("own.txt", 3), ("first.txt", 1), ("last.txt", 1))])
        self.assertEqual(meeting.converted.status, 0)

    def test_one_instance(self):
        day = named(MEETING, 0x0003, "binary",
                    blobs.object_id(b"0123456789abcdef", Date(2020, 1, 21)))
        packed = 9 << 12 | 30 << 6 | 5
        (found,) = Meeting(message(
            "Request", day, named(MEETING, 0x000E, "i32", packed),
            named(APPT, 0x8260, "binary", blobs.PACIFIC))).events
        self.assertEqual(found["RECURRENCE-ID"].dt.strftime("%Y%m%dT%H%M%S"),
                         "20200121T093005")
        self.assertIn("TZID", found["RECURRENCE-ID"].params)
        # no time of day that there is: that of the instance itself
        for packed in (-1, 24 << 12, 0x7FFFFFFF):
            (found,) = Meeting(message(
                "Request", day, named(MEETING, 0x000E, "i32", packed))).events
            self.assertEqual(found["RECURRENCE-ID"].dt,
                             Moment(2020, 1, 21, 17, tzinfo=UTC))
        (found,) = Meeting(message("Canceled", day, start=None,
                                   end=None)).events
        self.assertEqual(found["RECURRENCE-ID"].dt, Date(2020, 1, 21))

    def test_what_lacks_something_is_mail(self):
        for text in (message("Request", ID, start=None, end=None),
                     message("Resp.Pos"), message("Canceled")):
            converted = Converted([text], to="eml")
            (mail,) = map(parsed, converted.mails)
            self.assertEqual(mail.get_content_type(), "text/plain")
            self.assertIsNone(mail["Content-Class"])
            self.assertRegex(converted.findings[0], "^no-calendar: ")
            self.assertEqual(converted.status, 0)

    def test_forward_notification_is_mail(self):
        converted = Converted([message("Notification.Forward", ID)], to="eml")
        self.assertEqual(calendars(parsed(converted.mails[0])), [])
        self.assertEqual(converted.findings, [])

    def test_embedded_ones_have_a_part_too(self):
        inner = message("Canceled", ID) + "} attachment \"b\" {" + event(
            "Dinner", START, END)
        converted = Converted(["message { subject \"FW\"; body \"see\"; "
                               "attachment \"a\" {" + inner + "} }\n"],
                              to="eml")
        (mail,) = map(parsed, converted.mails)
        self.assertEqual([part.get_param("method") for part in
                          calendars(mail)], ["CANCEL", "PUBLISH"])
        self.assertEqual(converted.status, 0)

    def test_copies_are_the_same(self):
        """Whenever they were stored, so that --dedup knows them."""
        one = message("Request", ID)
        other = one.replace("modified 2020-02-03", "modified 2021-02-03")
        self.assertNotEqual(one, other)
        self.assertEqual(Meeting(one).data, Meeting(other).data)

    def test_jobs_and_sinks_change_nothing(self):
        texts = [message("Request", ID), message("Resp.Pos", ID)] * 20
        want = Converted(texts, to="eml").mails
        self.assertEqual(Converted(texts, to="eml", jobs=8).mails, want)

    def test_hostile_patterns(self):
        good = blobs.appointment(blobs.pattern(
            blobs.WEEKLY, blobs.WEEK, 1, Date(2020, 1, 7), days=4), 540, 570)
        texts = [message("Request", ID, series(good[:length], blobs.PACIFIC))
                 for length in range(1, len(good), 5)]
        converted = Converted(texts, to="eml")
        self.assertEqual(len(converted.mails), len(texts))
        for data in converted.mails:
            (part,) = calendars(parsed(data))
            icalendar.Calendar.from_ical(part.get_payload(decode=True))
        self.assertEqual(converted.status, 0)


if __name__ == "__main__":
    sys.exit(unittest.main())
