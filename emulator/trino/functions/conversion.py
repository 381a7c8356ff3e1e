"""Macros and Python functions behind casts and values with zones."""

from __future__ import annotations

from emulator.trino.numbers import scientific, scientific_real
from emulator.trino.runtime import macro, udf

macro(
    "trino_zoned(at_instant, in_zone)",
    "CASE WHEN at_instant IS NOT NULL THEN struct_pack(instant := at_instant, zone := in_zone) END",
)
macro(
    "trino_local(z)",
    "CASE WHEN z.zone = 'UTC' THEN z.instant "
    "WHEN z.zone[1] IN ('+', '-') THEN z.instant + CASE WHEN z.zone[1] = '-' THEN -1 ELSE 1 END "
    "* to_minutes(CAST(z.zone[2:3] AS INTEGER) * 60 + CAST(z.zone[5:6] AS INTEGER)) "
    "ELSE timezone(z.zone, timezone('UTC', z.instant)) END",
)
macro(
    "trino_any(bools)",
    """
    CASE WHEN bools IS NULL THEN NULL WHEN list_contains(bools, TRUE) THEN TRUE
    WHEN len(bools) > list_count(bools) THEN NULL ELSE FALSE END""",
)


@udf("trino_double_text", ("DOUBLE",), "VARCHAR")
def _double_text(value: float) -> str:
    """CAST(double AS varchar)."""
    return scientific(value)


@udf("trino_real_text", ("FLOAT",), "VARCHAR")
def _real_text(value: float) -> str:
    """CAST(real AS varchar)."""
    return scientific_real(value)


@udf("trino_interval_day_text", ("BIGINT",), "VARCHAR")
def interval_day_text(millis: int) -> str:
    """An interval day to second as Trino prints it: `1 02:03:04.005`."""
    sign, rest = ("-", -millis) if millis < 0 else ("", millis)
    days, rest = divmod(rest, 86_400_000)
    hours, rest = divmod(rest, 3_600_000)
    minutes, rest = divmod(rest, 60_000)
    return f"{sign}{days} {hours:02d}:{minutes:02d}:{rest // 1000:02d}.{rest % 1000:03d}"


@udf("trino_interval_year_text", ("INTEGER",), "VARCHAR")
def interval_year_text(months: int) -> str:
    """An interval year to month as Trino prints it: `1-2`."""
    sign, rest = ("-", -months) if months < 0 else ("", months)
    return f"{sign}{rest // 12}-{rest % 12}"
