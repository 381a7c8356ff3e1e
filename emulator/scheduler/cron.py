"""AWS's dialect of cron: six fields (the year may be left out), with `?`, `L`, `W` and `#`.

Source: the Scheduler User Guide, "Schedule types in EventBridge Scheduler". Days of the week count from 1,
which is Sunday. What the guide does not document (`LW`, `L-3`) is refused.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

MINUTES, HOURS, DAYS, MONTHS, YEARS = (0, 59), (0, 23), (1, 31), (1, 12), (1970, 2199)
WEEKDAYS = (1, 7)
SATURDAY, SUNDAY = 7, 1

_MONTH_NAMES = {name.upper(): number for number, name in enumerate(calendar.month_abbr) if name}
_DAYS = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")
_DAY_NAMES = {name: number for number, name in enumerate(_DAYS, 1)}

DayRule = Callable[[date], bool]


class BadCron(ValueError):
    """The fields are no cron expression of AWS's."""


@dataclass(frozen=True)
class Cron:
    """A recurring wall-clock time: sets of values, and a rule for the days."""

    minutes: tuple[int, ...]
    hours: tuple[int, ...]
    months: frozenset[int]
    years: frozenset[int]
    is_day: DayRule
    zone: tzinfo

    def after(self, instant: datetime) -> datetime | None:
        """The first occurrence after an instant, in UTC; None when there is none any more.

        A time that the zone skips in spring does not occur; one that it repeats in autumn occurs once,
        before the shift.
        """
        for wall in self._walls(instant.astimezone(self.zone).date()):
            found = wall.replace(tzinfo=self.zone).astimezone(UTC)
            exists = found.astimezone(self.zone).replace(tzinfo=None) == wall
            if exists and found > instant:
                return found
        return None

    def _walls(self, first: date) -> Iterator[datetime]:
        """The wall-clock times from a day on, in order."""
        for day in self._days(first):
            for hour in self.hours:
                for minute in self.minutes:
                    yield datetime.combine(day, time(hour, minute))

    def _days(self, first: date) -> Iterator[date]:
        for year in sorted(year for year in self.years if year >= first.year):
            for month in sorted(self.months):
                start = date(year, month, 1)
                for offset in range(calendar.monthrange(year, month)[1]):
                    day = start + timedelta(days=offset)
                    if day >= first and self.is_day(day):
                        yield day


def parse_cron(text: str, zone: tzinfo) -> Cron:
    """The fields between the parentheses of ``cron(…)``; raises `BadCron`."""
    fields = text.split()
    if len(fields) == 5:
        fields.append("*")
    if len(fields) != 6:
        raise BadCron(text)
    minutes, hours, day_of_month, months, day_of_week, years = (field.upper() for field in fields)
    if (day_of_month == "?") == (day_of_week == "?"):
        raise BadCron(text)
    return Cron(
        minutes=tuple(sorted(_values(minutes, MINUTES))),
        hours=tuple(sorted(_values(hours, HOURS))),
        months=_values(months, MONTHS, _MONTH_NAMES),
        years=_values(years, YEARS),
        is_day=_month_days(day_of_month) if day_of_week == "?" else _week_days(day_of_week),
        zone=zone,
    )


def _values(field: str, limits: tuple[int, int], names: dict[str, int] | None = None) -> frozenset[int]:
    """What a field of lists, ranges and steps means; a range may run over its end (``22-2``)."""
    found: set[int] = set()
    for item in field.split(","):
        found |= _item(item, limits, names or {})
    return frozenset(found)


def _item(item: str, limits: tuple[int, int], names: dict[str, int]) -> set[int]:
    low, high = limits
    span, slash, step_text = item.partition("/")
    step = _number(step_text, (1, high), {}) if slash else 1
    first_text, dash, last_text = span.partition("-")
    if span == "*":
        first, last = low, high
    else:
        first = _number(first_text, limits, names)
        last = _number(last_text, limits, names) if dash else (high if slash else first)
    if last >= first:
        return set(range(first, last + 1, step))
    if limits == YEARS:
        raise BadCron(item)
    return {low + (value - low) % (high - low + 1) for value in range(first, last + high - low + 2, step)}


def _number(text: str, limits: tuple[int, int], names: dict[str, int]) -> int:
    value = names.get(text, int(text) if re.fullmatch(r"[0-9]+", text) else -1)
    if not limits[0] <= value <= limits[1]:
        raise BadCron(text)
    return value


def _month_days(field: str) -> DayRule:
    if field == "L":
        return lambda day: day.day == _length(day)
    if nearest := re.fullmatch(r"([0-9]+)W", field):
        wanted = _number(nearest.group(1), DAYS, {})
        return lambda day: day == _nearest_weekday(day, wanted)
    days = _values(field, DAYS)
    return lambda day: day.day in days


def _week_days(field: str) -> DayRule:
    if field == "L":
        return lambda day: _weekday(day) == SATURDAY
    if last := re.fullmatch(r"(\w+)L", field):
        wanted = _number(last.group(1), WEEKDAYS, _DAY_NAMES)
        return lambda day: _weekday(day) == wanted and day.day + 7 > _length(day)
    if instance := re.fullmatch(r"(\w+)#([1-5])", field):
        wanted, nth = _number(instance.group(1), WEEKDAYS, _DAY_NAMES), int(instance.group(2))
        return lambda day: _weekday(day) == wanted and (day.day - 1) // 7 + 1 == nth
    days = _values(field, WEEKDAYS, _DAY_NAMES)
    return lambda day: _weekday(day) in days


def _weekday(day: date) -> int:
    return day.isoweekday() % 7 + 1


def _length(day: date) -> int:
    return calendar.monthrange(day.year, day.month)[1]


def _nearest_weekday(month: date, wanted: int) -> date | None:
    """The weekday nearest to a day of the month, never in another month."""
    if wanted > _length(month):
        return None
    day = month.replace(day=wanted)
    if _weekday(day) == SATURDAY:
        return day + timedelta(days=2 if wanted == 1 else -1)
    if _weekday(day) == SUNDAY:
        return day + timedelta(days=-2 if wanted == _length(month) else 1)
    return day
