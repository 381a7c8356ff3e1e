"""When schedules are due: AWS's cron, rates, single instants, and what a zone's clock changes do."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from emulator.scheduler.errors import ValidationError
from emulator.scheduler.expressions import next_occurrence, parse_expression, zone_of

LONDON = ZoneInfo("Europe/London")


def occurrences(
    expression: str,
    after: str,
    count: int,
    zone: str = "UTC",
    start: str | None = None,
    end: str | None = None,
) -> list[str]:
    """The next few occurrences in UTC, fewer if there are no more."""
    parsed = parse_expression(expression, zone_of(zone))
    bounds = [None if text is None else instant(text) for text in (start, end)]
    anchor = now = instant(after)
    found: list[str] = []
    while len(found) < count:
        following = next_occurrence(parsed, now, anchor, *bounds)
        if following is None:
            break
        now = following
        found.append(now.strftime("%Y-%m-%d %H:%M"))
    return found


def instant(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("cron", "expected"),
    [
        ("0 8 * * ? *", ["2026-01-01 08:00", "2026-01-02 08:00", "2026-01-03 08:00"]),
        ("0 8 * * ?", ["2026-01-01 08:00", "2026-01-02 08:00", "2026-01-03 08:00"]),
        ("1/20 0 1 * ? *", ["2026-01-01 00:01", "2026-01-01 00:21", "2026-01-01 00:41"]),
        ("0 22-1 ? * SAT *", ["2026-01-03 00:00", "2026-01-03 01:00", "2026-01-03 22:00"]),
        ("5,10 12 31 JAN-MAR ? *", ["2026-01-31 12:05", "2026-01-31 12:10", "2026-03-31 12:05"]),
        ("0 0 ? * mon-fri *", ["2026-01-02 00:00", "2026-01-05 00:00", "2026-01-06 00:00"]),
        ("0 0 ? * 1 *", ["2026-01-04 00:00", "2026-01-11 00:00", "2026-01-18 00:00"]),
        ("0 0 L * ? *", ["2026-01-31 00:00", "2026-02-28 00:00", "2026-03-31 00:00"]),
        ("0 0 L 2 ? *", ["2026-02-28 00:00", "2027-02-28 00:00", "2028-02-29 00:00"]),
        ("15 10 ? * 6L *", ["2026-01-30 10:15", "2026-02-27 10:15", "2026-03-27 10:15"]),
        ("0 0 ? * L *", ["2026-01-03 00:00", "2026-01-10 00:00", "2026-01-17 00:00"]),
        ("0 0 ? * 3#2 *", ["2026-01-13 00:00", "2026-02-10 00:00", "2026-03-10 00:00"]),
        ("0 0 ? * FRI#5 *", ["2026-01-30 00:00", "2026-05-29 00:00", "2026-07-31 00:00"]),
        ("0 0 3W * ? *", ["2026-01-02 00:00", "2026-02-03 00:00", "2026-03-03 00:00"]),
        ("0 0 1W 8 ? *", ["2026-08-03 00:00", "2027-08-02 00:00", "2028-08-01 00:00"]),
        ("0 0 31W * ? 2026", ["2026-01-30 00:00", "2026-03-31 00:00", "2026-05-29 00:00"]),
        ("0 0 1 1 ? 2027-2028", ["2027-01-01 00:00", "2028-01-01 00:00"]),
        ("0 0 30 2 ? *", []),
    ],
)
def test_cron_occurs_as_the_user_guide_says(cron: str, expected: list[str]) -> None:
    assert occurrences(f"cron({cron})", "2026-01-01T00:00:30", 3) == expected


@pytest.mark.parametrize(
    "expression",
    [
        "cron(0 1 * * * *)",
        "cron(0 1 ? * ? *)",
        "cron(7 20 * * NOT *)",
        "cron(INVALID)",
        "cron(0 dummy ? * MON-FRI *)",
        "cron(71 8 1 * ? *)",
        "cron(0 24 1 * ? *)",
        "cron(0 8 0 * ? *)",
        "cron(0 8 ? * 8 *)",
        "cron(0 8 ? * 3#1,6#3 *)",
        "cron(0 8 LW * ? *)",
        "cron(0/0 8 1 * ? *)",
        "cron(0 8 1 * ? 2028-2027)",
        "cron()",
        "rate(10 seconds)",
        "rate(10 years)",
        "rate()",
        "rate(10)",
        "rate(0 minutes)",
        "rate(10 minutess)",
        "rate(foo minutes)",
        "rate(-10 minutes)",
        "rate( 10 minutes )",
        " rate(10 minutes)",
        "at(2021-12-31T23:59:59Z)",
        "at(2021-12-31)",
        "at(2021-02-30T00:00:00)",
    ],
)
def test_what_is_no_expression_is_refused_in_awss_words(expression: str) -> None:
    with pytest.raises(ValidationError) as refused:
        parse_expression(expression, UTC)
    assert str(refused.value) == f"Invalid Schedule Expression {expression}."


@pytest.mark.parametrize("zone", ["Mars/Base", "../etc", "Europe", ""])
def test_what_is_no_zone_is_refused(zone: str) -> None:
    with pytest.raises(ValidationError, match="Timezone"):
        zone_of(zone)


def test_a_morning_stays_at_its_wall_clock_time_when_summer_comes() -> None:
    assert occurrences("cron(0 8 * * ? *)", "2026-03-27T12:00", 3, "Europe/London") == [
        "2026-03-28 08:00",
        "2026-03-29 07:00",
        "2026-03-30 07:00",
    ]


def test_a_time_that_spring_skips_does_not_occur_that_day() -> None:
    assert occurrences("cron(30 1 * * ? *)", "2026-03-28T00:00", 2, "Europe/London") == [
        "2026-03-28 01:30",
        "2026-03-30 00:30",
    ]


def test_a_time_that_autumn_repeats_occurs_once_before_the_shift() -> None:
    assert occurrences("cron(30 1 * * ? *)", "2026-10-24T12:00", 2, "Europe/London") == [
        "2026-10-25 00:30",
        "2026-10-26 01:30",
    ]


def test_a_rate_of_days_counts_24_hours_whatever_the_zone_does() -> None:
    assert occurrences("rate(1 day)", "2026-03-28T08:00", 2, "Europe/London") == [
        "2026-03-29 08:00",
        "2026-03-30 08:00",
    ]


def test_a_rate_counts_from_its_start_and_ends_with_its_end() -> None:
    assert occurrences(
        "rate(12 hours)", "2026-01-01T00:00", 9, start="2026-01-02T06:00", end="2026-01-03T06:00"
    ) == ["2026-01-02 06:00", "2026-01-02 18:00", "2026-01-03 06:00"]


def test_a_cron_schedule_occurs_only_between_its_start_and_its_end() -> None:
    assert occurrences(
        "cron(0 8 * * ? *)", "2026-01-01T00:00", 9, start="2026-01-02T08:00", end="2026-01-03T08:00"
    ) == ["2026-01-02 08:00", "2026-01-03 08:00"]


def test_an_instant_occurs_once_in_its_zone_and_never_when_it_has_passed() -> None:
    assert occurrences("at(2026-07-01T08:00:00)", "2026-01-01T00:00", 2, "Europe/London") == [
        "2026-07-01 07:00"
    ]
    assert occurrences("at(2026-07-01T08:00:00)", "2026-08-01T00:00", 2) == []


def test_an_instant_that_does_not_exist_in_its_zone_is_refused_instead_of_never_coming() -> None:
    with pytest.raises(ValidationError, match="does not exist in Europe/London"):
        parse_expression("at(2026-03-29T01:30:00)", LONDON)
