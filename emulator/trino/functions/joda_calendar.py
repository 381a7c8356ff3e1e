"""Joda-Time's calendar fields over milliseconds since 1970: set a field, round down to it.

Years are proleptic Gregorian and not bounded, so Python's own dates are of no use here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

SECOND = 1000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR
WEEK = 7 * DAY
MONTH = 2_629_746_000
YEAR = 31_556_952_000
FOREVER = 2**63
_FIRST_YEAR = -292_275_054


class FieldProblem(ValueError):
    """A value that a field cannot have, in Joda's words."""


def is_leap(year: int) -> bool:
    """Whether a year has a 29 February."""
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def days_of(year: int, month: int, day: int) -> int:
    """The days from 1970-01-01 to a date."""
    shifted = year - (month <= 2)
    era, year_of_era = divmod(shifted, 400)
    day_of_year = (153 * ((month + 9) % 12) + 2) // 5 + day - 1
    return era * 146_097 + year_of_era * 365 + year_of_era // 4 - year_of_era // 100 + day_of_year - 719_468


def date_of(days: int) -> tuple[int, int, int]:
    """Year, month and day of a number of days since 1970-01-01."""
    era, day_of_era = divmod(days + 719_468, 146_097)
    year_of_era = (day_of_era - day_of_era // 1460 + day_of_era // 36_524 - day_of_era // 146_096) // 365
    day_of_year = day_of_era - (365 * year_of_era + year_of_era // 4 - year_of_era // 100)
    shifted = (5 * day_of_year + 2) // 153
    month = shifted + 3 if shifted < 10 else shifted - 9
    return year_of_era + era * 400 + (month <= 2), month, day_of_year - (153 * shifted + 2) // 5 + 1


def month_length(year: int, month: int) -> int:
    """The days of a month."""
    return 28 + is_leap(year) if month == 2 else 30 + (month in (1, 3, 5, 7, 8, 10, 12))


def weekday_of(days: int) -> int:
    """Monday is 1."""
    return (days + 3) % 7 + 1


def _first_week(year: int) -> int:
    """The days of the Monday that begins a week-year."""
    fourth = days_of(year, 1, 4)
    return fourth - weekday_of(fourth) + 1


def week_of(days: int) -> tuple[int, int]:
    """Week-year and week."""
    year = date_of(days - weekday_of(days) + 4)[0]
    return year, (days - _first_week(year)) // 7 + 1


def weeks_in(year: int) -> int:
    """The weeks of a week-year."""
    return (_first_week(year + 1) - _first_week(year)) // 7


def _check(name: str, value: int, low: int, high: int) -> None:
    if not low <= value <= high:
        raise FieldProblem(f"Value {value} for {name} must be in the range [{low},{high}]")


def _split(millis: int) -> tuple[int, int]:
    return divmod(millis, DAY)


def _set_year(millis: int, year: int) -> int:
    """As Joda: the day of the year stays, but for the leap day."""
    _check("year", year, _FIRST_YEAR, -_FIRST_YEAR)
    days, rest = _split(millis)
    this = date_of(days)[0]
    day_of_year = days - days_of(this, 1, 1) + 1
    if day_of_year > 59:
        day_of_year += is_leap(year) - is_leap(this)
    return (days_of(year, 1, 1) + day_of_year - 1) * DAY + rest


def _set_year_of_era(millis: int, value: int) -> int:
    _check("yearOfEra", value, 1, -_FIRST_YEAR)
    return _set_year(millis, value if date_of(millis // DAY)[0] > 0 else 1 - value)


def _set_century(millis: int, value: int) -> int:
    year = date_of(millis // DAY)[0]
    return _set_year(millis, (value * 100 + abs(year) % 100) * (1 if year >= 0 else -1))


def _set_era(millis: int, value: int) -> int:
    year = date_of(millis // DAY)[0]
    return millis if (year > 0) == (value == 1) else _set_year(millis, -year)


def _set_weekyear(millis: int, value: int) -> int:
    days, rest = _split(millis)
    week = min(week_of(days)[1], weeks_in(value))
    return (_first_week(value) + (week - 1) * 7 + weekday_of(days) - 1) * DAY + rest


def _set_week(millis: int, value: int) -> int:
    year, week = week_of(millis // DAY)
    _check("weekOfWeekyear", value, 1, weeks_in(year))
    return millis + (value - week) * WEEK


def _set_month(millis: int, value: int) -> int:
    _check("monthOfYear", value, 1, 12)
    days, rest = _split(millis)
    year, _, day = date_of(days)
    return days_of(year, value, min(day, month_length(year, value))) * DAY + rest


def _set_day(millis: int, value: int) -> int:
    days, rest = _split(millis)
    year, month, _ = date_of(days)
    _check("dayOfMonth", value, 1, month_length(year, month))
    return days_of(year, month, value) * DAY + rest


def _set_day_of_year(millis: int, value: int) -> int:
    days, rest = _split(millis)
    year = date_of(days)[0]
    _check("dayOfYear", value, 1, 365 + is_leap(year))
    return (days_of(year, 1, 1) + value - 1) * DAY + rest


def _set_weekday(millis: int, value: int) -> int:
    _check("dayOfWeek", value, 1, 7)
    return millis + (value - weekday_of(millis // DAY)) * DAY


def _within(name: str, unit: int, size: int, from_one: bool = False) -> Callable[[int, int], int]:
    """Set a field that counts `unit`s in a span of `size` units; from one, the last stands for zero."""

    def setter(millis: int, value: int) -> int:
        _check(name, value, int(from_one), size - (not from_one))
        return millis + (value % size - millis // unit % size) * unit

    return setter


def _set_fraction(span: int) -> Callable[[int, int], int]:
    return lambda millis, value: millis - millis % span + value


def _floor_to(unit: int) -> Callable[[int], int]:
    return lambda millis: millis - millis % unit


def _floor_year(millis: int) -> int:
    return days_of(date_of(millis // DAY)[0], 1, 1) * DAY


def _floor_century(millis: int) -> int:
    return days_of(date_of(millis // DAY)[0] // 100 * 100, 1, 1) * DAY


def _floor_era(millis: int) -> int:
    return days_of(1 if date_of(millis // DAY)[0] > 0 else _FIRST_YEAR, 1, 1) * DAY


def _floor_weekyear(millis: int) -> int:
    return _first_week(week_of(millis // DAY)[0]) * DAY


def _floor_week(millis: int) -> int:
    days = millis // DAY
    return (days - weekday_of(days) + 1) * DAY


def _floor_month(millis: int) -> int:
    year, month, _ = date_of(millis // DAY)
    return days_of(year, month, 1) * DAY


@dataclass(frozen=True)
class CalendarField:
    """A field: the unit it counts, the span it counts in (both as milliseconds), and how to set and round."""

    unit: int
    span: int
    put: Callable[[int, int], int]
    floor: Callable[[int], int]


FIELDS = {
    "era": CalendarField(FOREVER, FOREVER, _set_era, _floor_era),
    "century": CalendarField(100 * YEAR, FOREVER, _set_century, _floor_century),
    "year": CalendarField(YEAR, FOREVER, _set_year, _floor_year),
    "year_of_era": CalendarField(YEAR, FOREVER, _set_year_of_era, _floor_year),
    "weekyear": CalendarField(YEAR, FOREVER, _set_weekyear, _floor_weekyear),
    "month": CalendarField(MONTH, YEAR, _set_month, _floor_month),
    "week": CalendarField(WEEK, YEAR, _set_week, _floor_week),
    "day_of_year": CalendarField(DAY, YEAR, _set_day_of_year, _floor_to(DAY)),
    "day": CalendarField(DAY, MONTH, _set_day, _floor_to(DAY)),
    "weekday": CalendarField(DAY, WEEK, _set_weekday, _floor_to(DAY)),
    "halfday": CalendarField(12 * HOUR, DAY, _within("halfdayOfDay", 12 * HOUR, 2), _floor_to(12 * HOUR)),
    "hour": CalendarField(HOUR, DAY, _within("hourOfDay", HOUR, 24), _floor_to(HOUR)),
    "clock_hour": CalendarField(HOUR, DAY, _within("clockhourOfDay", HOUR, 24, True), _floor_to(HOUR)),
    "half_hour": CalendarField(HOUR, 12 * HOUR, _within("hourOfHalfday", HOUR, 12), _floor_to(HOUR)),
    "clock_half_hour": CalendarField(
        HOUR, 12 * HOUR, _within("clockhourOfHalfday", HOUR, 12, True), _floor_to(HOUR)
    ),
    "minute": CalendarField(MINUTE, HOUR, _within("minuteOfHour", MINUTE, 60), _floor_to(MINUTE)),
    "second": CalendarField(SECOND, MINUTE, _within("secondOfMinute", SECOND, 60), _floor_to(SECOND)),
    "fraction_of_second": CalendarField(1, SECOND, _set_fraction(SECOND), _floor_to(1)),
    "fraction_of_minute": CalendarField(1, MINUTE, _set_fraction(MINUTE), _floor_to(1)),
    "fraction_of_hour": CalendarField(1, HOUR, _set_fraction(HOUR), _floor_to(1)),
}
"""Joda's fields by our names. A year of era and a century of era count in eras, which have no length."""

_DEFAULT_YEAR = 2000


def millis_of(parsed: list[tuple[str, int]]) -> int:
    """The local time that parsed fields make, set from the longest unit to the shortest as Joda does.

    Raises FieldProblem for a value out of a field's range.
    """
    ordered = sorted(parsed, key=lambda item: (-FIELDS[item[0]].span, -FIELDS[item[0]].unit))
    if ordered and DAY <= FIELDS[ordered[0][0]].unit <= MONTH:
        return millis_of([*parsed, ("year", _DEFAULT_YEAR)])
    millis = 0
    for name, value in ordered:
        millis = FIELDS[name].floor(FIELDS[name].put(millis, value))
    for name, value in ordered:
        millis = FIELDS[name].put(millis, value)
    return FIELDS[ordered[-1][0]].floor(millis) if ordered else millis
