"""[MS-OXOCAL] blobs as an independent hand writes them: recurrence patterns,
time zones, Global Object IDs. Values are Python's; results are hex texts for
recipes.
"""
import datetime
import struct

EPOCH = datetime.datetime(1601, 1, 1)
NO_END = 0x5AE980DF
DAILY, WEEKLY, MONTHLY, YEARLY = 0x200A, 0x200B, 0x200C, 0x200D
DAY, WEEK, MONTH, NTH, MONTH_END = 0, 1, 2, 3, 4
HJ_MONTH, HJ_NTH, HJ_END = 10, 11, 12
BY_DATE, BY_COUNT, NEVER = 0x2021, 0x2022, 0x2023


def minutes(moment):
    if isinstance(moment, datetime.date) and not isinstance(
            moment, datetime.datetime):
        moment = datetime.datetime(moment.year, moment.month, moment.day)
    return int((moment - EPOCH).total_seconds()) // 60


def u16(*values):
    return struct.pack(f"<{len(values)}H", *values)


def u32(*values):
    return struct.pack(f"<{len(values)}I", *values)


def specific(kind, days, day, nth):
    if kind == WEEK:
        return u32(days)
    if kind in (MONTH, MONTH_END, HJ_MONTH, HJ_END):
        return u32(day)
    if kind in (NTH, HJ_NTH):
        return u32(days, nth)
    return b""


def pattern(frequency, kind, period, start, end=NEVER, count=10, last=None,
            days=0, day=0, nth=0, first_day=0, calendar=0, sliding=0,
            deleted=(), modified=()):
    """RecurrencePattern; start, last, deleted and modified are dates."""
    return (u16(0x3004, 0x3004, frequency, kind, calendar) +
            u32(0, period, sliding) + specific(kind, days, day, nth) +
            u32(end, count, first_day, len(deleted)) +
            u32(*map(minutes, deleted)) + u32(len(modified)) +
            u32(*map(minutes, modified)) + u32(minutes(start)) +
            u32(minutes(last) if last else NO_END))


def narrow(text):
    raw = text.encode("cp1252", "replace")
    return u16(len(raw) + 1, len(raw)) + raw


def wide(text):
    return u16(len(text.encode("utf-16-le")) // 2) + text.encode("utf-16-le")


def exception(start, end, original, subject=None, location=None, busy=None,
              reminder=None, all_day=None, body=False):
    """ExceptionInfo and ExtendedException (version 0x3009)."""
    flags = ((subject is not None) | 0x10 * (location is not None) |
             0x20 * (busy is not None) | 0x0C * (reminder is not None) |
             0x80 * (all_day is not None) | 0x200 * body)
    info = u32(minutes(start), minutes(end), minutes(original)) + u16(flags)
    extended = u32(4, 0) + u32(0)
    if subject is not None:
        info += narrow(subject)
    if reminder is not None:
        info += u32(reminder, 1)
    if location is not None:
        info += narrow(location)
    if busy is not None:
        info += u32(busy)
    if all_day is not None:
        info += u32(all_day)
    if subject is not None or location is not None:
        extended += u32(minutes(start), minutes(end), minutes(original))
        extended += b"".join(wide(text) for text in (subject, location)
                             if text is not None)
        extended += u32(0)
    return info, extended


def appointment(recurrence, start_offset, end_offset, exceptions=()):
    """AppointmentRecurrencePattern; offsets in minutes after midnight."""
    return (recurrence + u32(0x3006, 0x3009, start_offset, end_offset) +
            u16(len(exceptions)) + b"".join(info for info, _ in exceptions) +
            u32(0) + b"".join(more for _, more in exceptions) + u32(0))


def system_time(month=0, weekday=0, nth=0, hour=0, year=0):
    return u16(year, month, weekday, nth, hour, 0, 0, 0)


def rule(year, bias, daylight=0, to_standard=(), to_daylight=(), flags=3):
    """TZRule; the changes are (month, weekday, nth, hour)."""
    return (b"\2\1" + u16(0x3E, flags, year) + b"\0" * 14 +
            struct.pack("<3i", bias, 0, daylight) +
            system_time(*to_standard) + system_time(*to_daylight))


def definition(name, *rules):
    key = name.encode("utf-16-le")
    return (b"\2\1" + u16(6 + len(key), 2, len(key) // 2) + key +
            u16(len(rules)) + b"".join(rules))


def zone_struct(bias, daylight=0, to_standard=(), to_daylight=()):
    return (struct.pack("<3i", bias, 0, daylight) + u16(0) +
            system_time(*to_standard) + u16(0) + system_time(*to_daylight))


US = ((11, 0, 1, 2), (3, 0, 2, 2))
EU = ((10, 0, 5, 3), (3, 0, 5, 2))
PACIFIC = definition("Pacific Standard Time", rule(2007, 480, -60, *US))
EASTERN = definition("Eastern Standard Time", rule(2007, 300, -60, *US))
PARIS = definition("Romance Standard Time", rule(1, -60, -60, *EU))
TOKYO = definition("Tokyo Standard Time", rule(1, -540))


def object_id(data, day=None):
    """PidLidGlobalObjectId."""
    date = bytes((day.year >> 8, day.year & 255, day.month, day.day)) \
        if day else b"\0" * 4
    return (bytes.fromhex("040000008200E00074C5B7101A82E008") + date +
            b"\0" * 16 + u32(len(data)) + data)


def foreign_id(uid):
    return object_id(b"vCal-Uid" + u32(1) + uid.encode() + b"\0")
