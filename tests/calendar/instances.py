"""The instances of a pattern, counted day by day: no rule, no library."""
import datetime

ONE_DAY = datetime.timedelta(days=1)


def month_length(year, month):
    first = datetime.date(year + month // 12, month % 12 + 1, 1)
    return (first - ONE_DAY).day


def weekday_bit(day):
    return 1 << (day.isoweekday() % 7)


def months_since(start, day):
    return (day.year - start.year) * 12 + day.month - start.month


def is_nth(day, days, nth):
    """Is it the nth (5: last) of those days of the month that are in days?"""
    length = month_length(day.year, day.month)
    those = [number for number in range(1, length + 1)
             if weekday_bit(day.replace(day=number)) & days]
    index = len(those) if nth == 5 else nth
    return index <= len(those) and those[index - 1] == day.day


def week_start(day, first_day):
    return day - ONE_DAY * ((day.isoweekday() - first_day) % 7)


def daily(start, day, period):
    return (day - start).days % period == 0


def weekly(start, day, period, days, first_day):
    weeks = (week_start(day, first_day) - week_start(start, first_day)).days
    return weekday_bit(day) & days and weeks // 7 % period == 0


def monthly(start, day, period, number):
    length = month_length(day.year, day.month)
    return (months_since(start, day) % period == 0 and
            day.day == min(number, length))


def nth(start, day, period, days, number):
    return (months_since(start, day) % period == 0 and
            is_nth(day, days, number))


def first(start, count, is_instance, *arguments):
    found = []
    day = start
    while len(found) < count:
        if is_instance(start, day, *arguments):
            found.append(day)
        day += ONE_DAY
    return found
