#!/usr/bin/env python3
"""Calendars, tasks and journals: each row of the list of what readers get
wrong about them (F and D22), each property, and hostile blobs. What is written
is read again by icalendar and by libical, and the instances of every pattern
are counted by hand.
"""
import datetime
import difflib
import os
import sys
import time
import unittest
from pathlib import Path

import dateutil.rrule

import blobs
import instances
from archive import (APPT, COMMON, LOG, MEETING, TASK, Converted, event, named,
                     prop, quoted, series)

GOLDEN = Path(__file__).parent / "golden"
Date, Moment = datetime.date, datetime.datetime
UTC = datetime.timezone.utc


def at(text):
    return Moment.strptime(text, "%Y%m%dT%H%M")


def values(component, name):
    """All values of a property that may stand several times."""
    found = component.get(name, [])
    return found if isinstance(found, list) else [found]


def dates(component, name):
    return [item.dt for group in values(component, name)
            for item in group.dts]


class PatternTest(unittest.TestCase):
    """Patterns from 2020-01-07 on, a Tuesday, 09:00 in Los Angeles."""

    START = Date(2020, 1, 7)
    CASES = (
        # name, frequency, kind, period, pattern, by hand
        ("each day", blobs.DAILY, blobs.DAY, 1440, {},
         (instances.daily, 1)),
        ("each tenth day", blobs.DAILY, blobs.DAY, 14400, {},
         (instances.daily, 10)),
        ("each weekday", blobs.DAILY, blobs.WEEK, 1, {"days": 0x3E},
         (instances.weekly, 1, 0x3E, 0)),
        ("each Tuesday", blobs.WEEKLY, blobs.WEEK, 1, {"days": 4},
         (instances.weekly, 1, 4, 0)),
        ("all days of each second week", blobs.WEEKLY, blobs.WEEK, 2,
         {"days": 0x7F, "first_day": 1}, (instances.weekly, 2, 0x7F, 1)),
        ("Tuesday and Sunday, week from Monday", blobs.WEEKLY, blobs.WEEK, 2,
         {"days": 5, "first_day": 1}, (instances.weekly, 2, 5, 1)),
        ("Tuesday and Sunday, week from Sunday", blobs.WEEKLY, blobs.WEEK, 2,
         {"days": 5, "first_day": 0}, (instances.weekly, 2, 5, 0)),
        ("the 7th", blobs.MONTHLY, blobs.MONTH, 1, {"day": 7},
         (instances.monthly, 1, 7)),
        ("first Tuesday", blobs.MONTHLY, blobs.NTH, 1, {"days": 4, "nth": 1},
         (instances.nth, 1, 4, 1)),
        ("7 January", blobs.YEARLY, blobs.MONTH, 12, {"day": 7},
         (instances.monthly, 12, 7)),
        ("each second 7 January", blobs.YEARLY, blobs.MONTH, 24, {"day": 7},
         (instances.monthly, 24, 7)),
        ("each 18 months", blobs.YEARLY, blobs.MONTH, 18, {"day": 7},
         (instances.monthly, 18, 7)),
        ("first Tuesday of January", blobs.YEARLY, blobs.NTH, 12,
         {"days": 4, "nth": 1}, (instances.nth, 12, 4, 1)),
    )
    LATE = (  # from 2020-01-31, a Friday
        ("the 31st", blobs.MONTHLY, blobs.MONTH, 1, {"day": 31},
         (instances.monthly, 1, 31)),
        ("month end", blobs.MONTHLY, blobs.MONTH_END, 1, {"day": 31},
         (instances.monthly, 1, 31)),
        ("last Friday", blobs.MONTHLY, blobs.NTH, 1, {"days": 0x20, "nth": 5},
         (instances.nth, 1, 0x20, 5)),
        ("last weekday", blobs.MONTHLY, blobs.NTH, 1, {"days": 0x3E, "nth": 5},
         (instances.nth, 1, 0x3E, 5)),
        ("last day", blobs.MONTHLY, blobs.NTH, 3, {"days": 0x7F, "nth": 5},
         (instances.nth, 3, 0x7F, 5)),
    )
    LEAP = (  # from 2020-02-29
        ("29 February", blobs.YEARLY, blobs.MONTH, 12, {"day": 29},
         (instances.monthly, 12, 29)),
        ("the 29th", blobs.MONTHLY, blobs.MONTH, 1, {"day": 29},
         (instances.monthly, 1, 29)),
    )
    APRIL = (("the 30th", blobs.MONTHLY, blobs.MONTH, 1, {"day": 30},
              (instances.monthly, 1, 30)),
             ("30 April", blobs.YEARLY, blobs.MONTH, 12, {"day": 30},
              (instances.monthly, 12, 30)))

    def check(self, start, cases):
        zone = datetime.timedelta(hours=8 if start.month < 3 else 7)
        begin = Moment(start.year, start.month, start.day, 9) + zone
        messages = [
            event(name, begin, begin + datetime.timedelta(minutes=30),
                  series(blobs.appointment(
                      blobs.pattern(frequency, kind, period, start, **more),
                      540, 570), blobs.PACIFIC))
            for name, frequency, kind, period, more, _ in cases]
        converted = Converted(messages)
        self.assertEqual(converted.findings, [])
        (reread,) = converted.reread.values()
        for case, component, line in zip(cases, converted.components(),
                                         reread, strict=True):
            with self.subTest(case[0]):
                want = instances.first(start, 12, *case[5])
                rule = component["RRULE"].to_ical().decode()
                got = dateutil.rrule.rrulestr(
                    rule, dtstart=component["DTSTART"].dt.replace(tzinfo=None))
                self.assertEqual([moment.date() for moment in got[:12]], want)
                self.assertEqual(component["DTSTART"].dt.hour, 9)
                # libical: UTC, which follows the clocks of Los Angeles
                count = min(12, len(line) - 2)
                self.assertGreaterEqual(count, 3)
                self.assertEqual(
                    [moment[:8] for moment in line[2:2 + count]],
                    [f"{day:%Y%m%d}" for day in want[:count]])
                self.assertLessEqual({moment[9:11] for moment in line[2:]},
                                     {"16", "17"})

    def test_patterns(self):
        self.check(self.START, self.CASES)

    def test_end_of_month(self):
        self.check(Date(2020, 1, 31), self.LATE)

    def test_leap_day(self):
        self.check(Date(2020, 2, 29), self.LEAP)

    def test_thirtieth(self):
        self.check(Date(2020, 4, 30), self.APRIL)


def tuesdays(zone=blobs.PACIFIC, exceptions=(), more=(), extra=(), **pattern):
    """A series from 2020-01-07, 09:00 to 09:30 in Los Angeles."""
    blob = blobs.appointment(
        blobs.pattern(blobs.WEEKLY, blobs.WEEK, 1, Date(2020, 1, 7), days=4,
                      **pattern), 540, 570, exceptions)
    return Converted([event("Weekly", at("20200107T1700"),
                            at("20200107T1730"), series(blob, zone), *more),
                      *extra])


def embedded(subject, start, end, replaced, local, *more):
    """An exception as an attachment; replaced in UTC, local as it is."""
    inner = event(subject, start, end,
                  named(APPT, 0x8228, "time", replaced), *more,
                  klass="IPM.OLE.CLASS."
                        "{00061055-0000-0000-C000-000000000046}")
    return ("attachment \"\" {\n" + prop("0x7ff9:time", replaced) + "\n" +
            prop("0x7ffb:time", local) + "\n" + prop("0x7ffd:i32", 2) + "\n" +
            prop("0x7ffe:bool", True) + "\n" + inner + "}\n")


class TrickyTest(unittest.TestCase):
    def test_f01_years_are_stored_as_twelve_months(self):
        text = Converted([event(
            "Birthday", at("19610307T0800"), at("19610308T0800"),
            named(APPT, 0x8215, "bool", True), series(blobs.appointment(
                blobs.pattern(blobs.YEARLY, blobs.MONTH, 12,
                              Date(1961, 3, 7), day=7), 0, 1440),
                blobs.PACIFIC))]).text()
        self.assertIn("RRULE:FREQ=YEARLY;INTERVAL=1;BYMONTH=3;BYMONTHDAY=7\r",
                      text)
        self.assertIn("DTSTART;VALUE=DATE:19610307", text)

    def test_f02_weekly_with_several_days(self):
        text = Converted([event(
            "Work", at("20200106T1700"), at("20200106T1730"),
            series(blobs.appointment(blobs.pattern(
                blobs.DAILY, blobs.WEEK, 1, Date(2020, 1, 6), days=0x3E),
                540, 570), blobs.PACIFIC))]).text()
        self.assertIn("FREQ=WEEKLY;INTERVAL=1;BYDAY=MO,TU,WE,TH,FR;WKST=SU",
                      text)

    MOVED = blobs.exception(at("20200122T1000"), at("20200122T1100"),
                            at("20200121T0900"), subject="Moved \u0416")
    DELETED = (Date(2020, 1, 14), Date(2020, 1, 21))

    def test_f03_modified_instances_are_no_exdate(self):
        converted = tuesdays(deleted=self.DELETED,
                             modified=(Date(2020, 1, 22),),
                             exceptions=(self.MOVED,))
        master, moved = converted.components()
        self.assertEqual([moment.strftime("%Y%m%dT%H%M") for moment in
                          dates(master, "EXDATE")], ["20200114T0900"])
        self.assertEqual(moved["SUMMARY"], "Moved \u0416")
        self.assertEqual(moved["UID"], master["UID"])
        self.assertEqual(moved["RECURRENCE-ID"].dt.strftime("%Y%m%dT%H%M"),
                         "20200121T0900")
        self.assertEqual(moved["DTSTART"].dt.strftime("%Y%m%dT%H%M"),
                         "20200122T1000")
        self.assertEqual(moved["DTEND"].dt.strftime("%H%M"), "1100")

    def test_f04_originals_have_a_time_of_day(self):
        """... and deleted instances none: the day decides."""
        odd = blobs.exception(at("20200121T1000"), at("20200121T1100"),
                              at("20200121T0915"))
        master, moved = tuesdays(deleted=self.DELETED,
                                 modified=(Date(2020, 1, 21),),
                                 exceptions=(odd,)).components()
        self.assertEqual(len(dates(master, "EXDATE")), 1)
        self.assertEqual(moved["RECURRENCE-ID"].dt.strftime("%H%M"), "0900")

    def test_f05_exception_start_is_local(self):
        """An attachment that only its local start tells from others."""
        exceptions = tuple(
            blobs.exception(at(f"202001{day}T1000"), at(f"202001{day}T1100"),
                            at(f"202001{day}T0900"), body=True)
            for day in (14, 21))
        inner = [embedded(f"Own {day}", at(f"202001{day}T1800"),
                          at(f"202001{day}T1900"), at("20300101T0000"),
                          at(f"202001{day}T1000"), f'body "text {day}"')
                 for day in (21, 14)]
        _, first, second = tuesdays(
            exceptions=exceptions, more=inner, deleted=self.DELETED,
            modified=self.DELETED).components()
        self.assertEqual([str(first["SUMMARY"]), str(second["SUMMARY"])],
                         ["Own 14", "Own 21"])
        self.assertEqual(first["DESCRIPTION"].strip(), "text 14")
        self.assertEqual(second["DESCRIPTION"].strip(), "text 21")

    def test_f06_all_day_is_not_shifted(self):
        cases = (
            # zone, midnight there in UTC
            (blobs.TOKYO, "20200430T1500"), (blobs.PACIFIC, "20200501T0700"),
            (blobs.PARIS, "20200430T2200"), (None, "20200501T0700"),
            (None, "20200430T1500"), (None, "20200501T0000"),
        )
        for zone, start in cases:
            for days in (1, 3):
                end = at(start) + datetime.timedelta(days=days)
                more = [named(APPT, 0x825E, "binary", zone)] if zone else []
                with self.subTest(start=start, days=days):
                    (found,) = Converted([event(
                        "Holiday", at(start), end,
                        named(APPT, 0x8215, "bool", True),
                        *more)]).components()
                    self.assertEqual(found["DTSTART"].dt, Date(2020, 5, 1))
                    self.assertEqual(
                        found["DTEND"].dt - found["DTSTART"].dt,
                        datetime.timedelta(days=days))

    def test_f06_all_day_of_no_length_is_a_day(self):
        (found,) = Converted([event(
            "Day", at("20200501T0000"), at("20200501T0000"),
            named(APPT, 0x8215, "bool", True))]).components()
        self.assertEqual(found["DTEND"].dt, Date(2020, 5, 2))

    def test_f08_in_process(self):
        (task,) = Converted([event(
            "Task", None, None, named(TASK, 0x8101, "i32", 1),
            klass="IPM.Task")]).components("VTODO")
        self.assertEqual(task["STATUS"], "IN-PROCESS")

    def test_f09_series_follows_the_clocks(self):
        """09:00 in Los Angeles is 17:00 UTC in winter, 16:00 in summer."""
        converted = tuesdays()
        (zone,) = converted.components("VTIMEZONE")
        self.assertTrue(zone["TZID"].startswith("Pacific Standard Time/"))
        self.assertEqual(zone["X-LIC-LOCATION"], "America/Los_Angeles")
        ((line,),) = converted.reread.values()
        self.assertIn("20200303T170000Z", line)
        self.assertIn("20200310T160000Z", line)

    def test_f09_series_with_the_old_struct(self):
        struct = blobs.zone_struct(480, -60, *blobs.US)
        converted = tuesdays(zone=None, more=(
            named(APPT, 0x8233, "binary", struct),
            named(APPT, 0x8234, "string", "(GMT-08:00) Pacific; Tijuana")))
        ((line,),) = converted.reread.values()
        self.assertIn("20200310T160000Z", line)
        self.assertIn("TZID:(GMT-08.00) Pacific Tijuana/", converted.text())

    def test_f09_series_without_any_zone(self):
        """The pattern's clock and the start in UTC tell of one."""
        converted = tuesdays(zone=None)
        ((line,),) = converted.reread.values()
        self.assertEqual(line[2:4], ["20200107T170000Z", "20200114T170000Z"])
        self.assertIn("TZOFFSETTO:-0800", converted.text())
        self.assertEqual(len(converted.findings), 1)

    def test_f10_count_or_until(self):
        text = tuesdays(end=blobs.BY_COUNT, count=5,
                        last=Date(2020, 2, 4)).text()
        self.assertIn(";COUNT=5\r\n", text)
        self.assertNotIn("UNTIL", text)
        text = tuesdays(end=blobs.BY_DATE, count=10,
                        last=Date(2020, 6, 2)).text()
        self.assertIn(";UNTIL=20200602T160000Z\r\n", text)
        self.assertNotIn("COUNT", text.split("END:VTIMEZONE")[1])
        text = tuesdays(end=blobs.BY_COUNT, count=0,
                        last=Date(2020, 6, 2)).text()
        self.assertIn(";UNTIL=20200602T160000Z\r\n", text)
        self.assertNotIn("COUNT", text.split("END:VTIMEZONE")[1])

    def test_f10_until_of_whole_days_is_a_date(self):
        text = Converted([event(
            "Days", at("20200107T0800"), at("20200108T0800"),
            named(APPT, 0x8215, "bool", True), series(blobs.appointment(
                blobs.pattern(blobs.WEEKLY, blobs.WEEK, 1, Date(2020, 1, 7),
                              days=4, end=blobs.BY_DATE,
                              last=Date(2020, 2, 4),
                              deleted=(Date(2020, 1, 14),)), 0, 1440),
                blobs.PACIFIC))]).text()
        self.assertIn(";UNTIL=20200204\r\n", text)
        self.assertIn("EXDATE;VALUE=DATE:20200114\r\n", text)

    # F11: PatternTest.test_end_of_month, test_thirtieth

    def test_f17_end_wins_over_duration(self):
        (found,) = Converted([event(
            "Event", at("20200107T1700"), at("20200107T1730"),
            named(APPT, 0x8213, "i32", 90))]).components()
        self.assertEqual(found["DTEND"].dt.strftime("%H%M"), "1730")
        (found,) = Converted([event(
            "Event", at("20200107T1700"), None,
            named(APPT, 0x8213, "i32", 90))]).components()
        self.assertEqual(found["DTEND"].dt.strftime("%H%M"), "1830")

    def test_f18_a_uid_is_made_and_stays(self):
        events = [event("One", at("20200107T1700"), None),
                  event("Two", at("20200107T1700"), None)]
        first = [str(one["UID"]) for one in Converted(events).components()]
        again = [str(one["UID"]) for one in Converted(events).components()]
        self.assertEqual(first, again)
        self.assertEqual(len(set(first)), 2)
        self.assertRegex(first[0], r"^[0-9a-f]{32}@pst\.invalid$")

    def test_uid_of_global_object_id(self):
        def uid(tag, blob):
            return str(Converted([event(
                "Meeting", at("20200107T1700"), None,
                named(MEETING, tag, "binary", blob))]).components()[0]["UID"])
        plain = blobs.object_id(b"0123456789abcdef")
        dated = blobs.object_id(b"0123456789abcdef", Date(2020, 1, 14))
        self.assertEqual(uid(0x0023, plain), plain.hex().upper())
        self.assertEqual(uid(0x0003, dated), plain.hex().upper())
        self.assertEqual(uid(0x0003, blobs.foreign_id("a-uid@example.org")),
                         "a-uid@example.org")
        self.assertEqual(uid(0x0003, b"\1\2\3\4"), "01020304")

    def test_f19_task_dates_have_no_zone(self):
        (task,) = Converted([event(
            "Task", None, None,
            named(TASK, 0x8104, "time", at("20200504T0000")),
            named(TASK, 0x8105, "time", at("20200508T0000")),
            named(COMMON, 0x8516, "time", at("20200503T2200")),
            klass="IPM.Task")]).components("VTODO")
        self.assertEqual(task["DTSTART"].dt, Date(2020, 5, 4))
        self.assertEqual(task["DUE"].dt, Date(2020, 5, 8))

    def test_f20_exception_without_an_attachment(self):
        """... is in f03; here an attachment that no pattern tells of."""
        inner = embedded("Alone", at("20200121T1800"), at("20200121T1900"),
                         at("20200121T1700"), at("20200121T1000"))
        converted = tuesdays(more=(inner,))
        _, alone = converted.components()
        self.assertEqual(alone["SUMMARY"], "Alone")
        self.assertEqual(alone["RECURRENCE-ID"].dt,
                         Moment(2020, 1, 21, 17, tzinfo=UTC))
        self.assertEqual(len(converted.findings), 1)

    def test_f21_hijri_is_written_date_by_date(self):
        """15 Muharram 1441 and on, counted by the tabular calendar."""
        converted = Converted([event(
            "Hijri", at("20190915T1700"), at("20190915T1730"),
            series(blobs.appointment(blobs.pattern(
                blobs.MONTHLY, blobs.HJ_MONTH, 1, Date(2019, 9, 15), day=15,
                end=blobs.BY_COUNT, count=4, last=Date(2019, 12, 12)),
                1020, 1050)))])
        (found,) = converted.components()
        days = [moment.strftime("%Y%m%d") for moment in dates(found, "RDATE")]
        # months of 30, 29, 30 days
        self.assertEqual(days, ["20191015", "20191113", "20191213"])
        self.assertNotIn("RRULE", found)
        self.assertIn("X-MICROSOFT-RRULE:FREQ=MONTHLY;INTERVAL=1;BYMONTHDAY="
                      "15;RSCALE=ISLAMIC-CIVIL", converted.text())

    def test_d22_exceptions_are_no_attachments(self):
        inner = embedded("Own", at("20200121T1800"), at("20200121T1900"),
                         at("20200121T1700"), at("20200121T1000"))
        converted = tuesdays(more=(inner,), deleted=(Date(2020, 1, 21),),
                             modified=(Date(2020, 1, 21),), exceptions=(
            blobs.exception(at("20200121T1000"), at("20200121T1100"),
                            at("20200121T0900")),))
        self.assertNotIn("ATTACH", converted.text())
        self.assertEqual(converted.status, 0)
        self.assertEqual([str(one["SUMMARY"]) for one in
                          converted.components()], ["Weekly", "Own"])


class HostileTest(unittest.TestCase):
    """Whatever a blob says, the event stays, in milliseconds."""

    GOOD = blobs.appointment(blobs.pattern(
        blobs.WEEKLY, blobs.WEEK, 1, Date(2020, 1, 7), days=4,
        deleted=TrickyTest.DELETED, modified=(Date(2020, 1, 22),)), 540, 570,
        (TrickyTest.MOVED,))

    def check(self, blobs_to_try):
        begin = time.monotonic()
        converted = Converted([
            event("Event", at("20200107T1700"), at("20200107T1730"),
                  series(blob, blobs.PACIFIC)) for blob in blobs_to_try])
        self.assertLess(time.monotonic() - begin, 60)
        self.assertEqual(converted.status, 0)
        # they are copies, each of which gets a UID of its own
        self.assertEqual(len({str(one["UID"]) for one in
                              converted.components()}), len(blobs_to_try))
        masters = [one for one in converted.components()
                   if "RECURRENCE-ID" not in one]
        self.assertEqual(len(masters), len(blobs_to_try))
        for one in masters:
            self.assertEqual(one["DTSTART"].dt.strftime("%Y%m%dT%H%M"),
                             one["DTSTART"].dt.strftime("20200107T%H%M"))
        return converted

    def test_cut_anywhere(self):
        converted = self.check([self.GOOD[:length]
                                for length in range(1, len(self.GOOD) - 4)])
        # the last four bytes are a block that is passed over
        for row in converted.rows:
            self.assertTrue([finding for finding in row["findings"]
                             if not finding.startswith("uid: ")], row["nid"])

    def test_every_byte_all_ones(self):
        self.check([self.GOOD[:place] + b"\xff" + self.GOOD[place + 1:]
                    for place in range(22, 26)])

    def test_2_to_the_31_instances(self):
        converted = self.check([blobs.appointment(blobs.pattern(
            blobs.DAILY, blobs.DAY, 1440, Date(2020, 1, 7),
            end=blobs.BY_COUNT, count=0x7FFFFFFF), 540, 570)])
        self.assertIn("COUNT=2147483647", converted.text())

    def test_2_to_the_31_instances_of_another_calendar(self):
        converted = self.check([blobs.appointment(blobs.pattern(
            blobs.MONTHLY, blobs.HJ_MONTH, 1, Date(2020, 1, 7), day=7,
            end=blobs.BY_COUNT, count=0x7FFFFFFF), 540, 570)])
        (found,) = converted.components()
        self.assertLess(len(dates(found, "RDATE")), 130)
        self.assertEqual(len(converted.findings), 1)

    def test_counts_that_lie(self):
        def patched(offset, value):
            return (self.GOOD[:offset] + value.to_bytes(4, "little") +
                    self.GOOD[offset + 4:])
        self.check([patched(offset, value) for offset in (38, 50)
                    for value in (0xFFFFFFFF, 0x7FFFFFFF, 0x40000000, 1000)])

    def test_overlapping_exceptions(self):
        one = blobs.exception(at("20200121T1000"), at("20200121T1100"),
                              at("20200121T0900"), subject="One")
        two = blobs.exception(at("20200121T1030"), at("20200121T1100"),
                              at("20200121T0900"), subject="Two")
        converted = tuesdays(exceptions=(one, two), deleted=(
            Date(2020, 1, 21),), modified=(Date(2020, 1, 21),) * 2)
        self.assertEqual(len(converted.components()), 2)
        self.assertEqual(len(converted.findings), 1)

    def test_zones_that_no_clock_has(self):
        for blob in (b"", b"\2", blobs.PACIFIC[:60],
                     blobs.definition("Mars", blobs.rule(2007, 90000)),
                     blobs.definition("Moon", blobs.rule(
                         2007, 480, -60, (13, 0, 1, 2), (3, 0, 9, 2)))):
            with self.subTest(blob[:40]):
                converted = Converted([event(
                    "Event", at("20200107T1700"), at("20200107T1730"),
                    named(APPT, 0x825E, "binary", blob))])
                (found,) = converted.components()
                self.assertEqual(found["DTSTART"].dt,
                                 Moment(2020, 1, 7, 17, tzinfo=UTC))
                self.assertEqual(len(converted.findings), 1 if blob else 0)

    def test_no_time_at_all(self):
        converted = Converted([event("Event", None, None)])
        (found,) = converted.components()
        self.assertEqual(found["DTSTART"].dt,
                         Moment(2020, 2, 3, 4, 5, 6, tzinfo=UTC))
        self.assertEqual(len(converted.findings), 1)

    def test_texts_that_would_break_a_line(self):
        text = "a;b,c\\d\"e\r\nEND:VEVENT\r\n\u2028\x01\u0416" * 20
        converted = Converted([event(
            "Event", at("20200107T1700"), None,
            named(APPT, 0x8208, "string", "Room; 1,\nEND:VCALENDAR"),
            f"body {quoted(text)}",
            'categories "one, two" "three;four"')])
        (found,) = converted.components()
        self.assertEqual(found["LOCATION"], "Room; 1, END:VCALENDAR")
        self.assertIn("a;b,c\\d\"e\nEND:VEVENT\n", found["DESCRIPTION"])
        self.assertIn("CATEGORIES:one\\, two\r\n", converted.text())
        (data,) = converted.files.values()
        for line in data.split(b"\r\n"):
            self.assertLessEqual(len(line), 75)
            line.decode("utf-8")


FEATURES = [
    event("Timed", at("20200708T1200"), at("20200708T1300"),
          named(APPT, 0x825E, "binary", blobs.PARIS),
          named(APPT, 0x825F, "binary", blobs.EASTERN),
          named(APPT, 0x8208, "string", "Room 4"),
          named(APPT, 0x8205, "i32", 3), named(APPT, 0x8224, "i32", 2),
          named(COMMON, 0x8503, "bool", True),
          named(COMMON, 0x8501, "i32", 30),
          named(COMMON, 0x8506, "bool", True),
          'importance high', 'categories "Red" "Blue"',
          'body "Bring\\r\\nthe plans.\\r\\n"',
          'html "<p>Bring <b>the</b> plans.</p>"',
          'attachment "plan.txt" { mime text/plain; data "the plan" }',
          'attachment "inner" { message { subject "Mail in it"; '
          'from <ann@example.org>; body "inside\\r\\n" } }',
          'attachment "link" { web "https://example.org/a b" }'),
    event("Meeting", at("20200709T1200"), at("20200709T1300"),
          named(APPT, 0x8217, "i32", 1), named(APPT, 0x8218, "i32", 2),
          named(APPT, 0x8201, "i32", 4), named(APPT, 0x8205, "i32", 1),
          named(MEETING, 0x0023, "binary", blobs.object_id(b"meeting")),
          named(MEETING, 0x001A, "time", at("20200101T0101")),
          prop("0x0063:bool", True), prop("0x0062:i32", 77),
          'from "Chair, The" <chair@example.org>',
          'to "Bob" <bob@example.org> { prop 0x5fff:i32 3 }',
          'to "Org" <org@example.org> { prop 0x5ffd:i32 3 }',
          'cc "Eve \\"E\\"" <eve@example.org> { prop 0x5fff:i32 0 }',
          'bcc "Projector" <room@example.org> { prop 0x5fff:i32 4 }'),
    event("Cancelled", at("20200710T1200"), at("20200710T1300"),
          named(APPT, 0x8217, "i32", 7), 'from <chair@example.org>',
          'to "Bob" <bob@example.org>'),
    event("Report", None, None, named(TASK, 0x8101, "i32", 1),
          named(TASK, 0x8102, "f64", 0.25),
          named(TASK, 0x8104, "time", at("20200504T0000")),
          named(TASK, 0x8105, "time", at("20200508T0000")),
          named(TASK, 0x8111, "i32", 90), named(TASK, 0x811F, "string", "Ann"),
          named(COMMON, 0x8503, "bool", True),
          named(COMMON, 0x8502, "time", at("20200507T0900")),
          'body "all of it"', klass="IPM.Task"),
    event("Done", None, None, named(TASK, 0x811C, "bool", True),
          named(TASK, 0x810F, "time", at("20200506T0000")), klass="IPM.Task"),
    event("Rent", None, None, named(TASK, 0x8126, "bool", True),
          named(TASK, 0x8105, "time", at("20200601T0000")),
          named(TASK, 0x8116, "binary", blobs.pattern(
              blobs.MONTHLY, blobs.MONTH, 1, Date(2020, 6, 1), day=1)),
          klass="IPM.Task"),
    event("Water again", None, None, named(TASK, 0x8126, "bool", True),
          named(TASK, 0x8105, "time", at("20200601T0000")),
          named(TASK, 0x8116, "binary", blobs.pattern(
              blobs.DAILY, blobs.DAY, 1440, Date(2020, 6, 1), sliding=1)),
          klass="IPM.Task"),
    event("Call", None, None, named(LOG, 0x8700, "string", "Phone call"),
          named(LOG, 0x8706, "time", at("20200504T1000")),
          named(LOG, 0x8708, "time", at("20200504T1030")),
          named(LOG, 0x8707, "i32", 30), 'body "about the plan"',
          klass="IPM.Activity"),
]


class GoldenTest(unittest.TestCase):
    maxDiff = None

    def check(self, name, converted):
        got = "".join(f"#### {where}\n" + data.decode("utf-8").replace(
            "\r\n", "\n") for where, data in sorted(converted.files.items()))
        got += "#### findings\n" + "".join(f"{one}\n"
                                           for one in converted.findings)
        path = GOLDEN / f"{name}.txt"
        if os.environ.get("AM_UPDATE"):
            path.write_text(got, "utf-8")
        want = path.read_text("utf-8") if path.exists() else ""
        self.assertEqual("".join(difflib.unified_diff(
            want.splitlines(True), got.splitlines(True), "golden", "now")), "")

    def test_features(self):
        self.check("features", Converted(FEATURES))

    def test_series(self):
        exceptions = (
            TrickyTest.MOVED,
            blobs.exception(at("20200128T0900"), at("20200128T0930"),
                            at("20200128T0900"), location="Room 9", busy=0,
                            reminder=5, body=True))
        self.check("series", tuesdays(
            exceptions=exceptions, deleted=(*TrickyTest.DELETED,
                                            Date(2020, 1, 28)),
            modified=(Date(2020, 1, 22), Date(2020, 1, 28)),
            more=(embedded("Own", at("20200128T1700"), at("20200128T1730"),
                           at("20200128T1700"), at("20200128T0900"),
                           'body "other text"',
                           'attachment "own.txt" { data "own" }'),
                  'body "the text"', named(COMMON, 0x8503, "bool", True),
                  named(COMMON, 0x8501, "i32", 15))))

    def test_jobs_and_sinks_change_nothing(self):
        want = Converted(FEATURES * 10).files
        self.assertEqual(Converted(FEATURES * 10, jobs=8).files, want)
        self.assertEqual(Converted(FEATURES * 10, to="maildir").files, want)

    def test_ledger_and_attachments(self):
        converted = Converted(FEATURES)
        self.assertEqual([row["outcome"] for row in converted.rows],
                         ["written"] * len(FEATURES))
        self.assertEqual([row["path"] for row in converted.rows][2:4],
                         ["calendar/Calendar.ics", "tasks/Calendar.ics"])
        names = [one["name"] for one in converted.rows[0]["attachments"]]
        self.assertEqual(names[0], "plan.txt")
        event_text = converted.files["calendar/Calendar.ics"]
        unfolded = event_text.replace(b"\r\n ", b"")
        self.assertIn(b":dGhlIHBsYW4=\r\n", unfolded)


if __name__ == "__main__":
    sys.exit(unittest.main())
