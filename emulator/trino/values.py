"""Values fetched from DuckDB as Athena shows them."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from emulator.trino.errors import Unsupported
from emulator.trino.functions.conversion import interval_day_text, interval_year_text
from emulator.trino.numbers import java_double, java_real
from emulator.trino.types import Type


def render(value: Any, t: Type) -> str | None:
    """The VarCharValue of a value in physical form, as DuckDB's Python client gives it; None for NULL."""
    if value is None:
        return None
    renderer = _RENDERERS.get(t.base)
    return renderer(value, t) if renderer else str(value)


def _nested(value: Any, kind: Type) -> str:
    shown = render(value, kind)
    return "null" if shown is None else shown


def _boolean(value: bool, kind: Type) -> str:
    return "true" if value else "false"


def _double(value: float, kind: Type) -> str:
    return java_double(value)


def _real(value: float, kind: Type) -> str:
    return java_real(value)


def _decimal(value: Decimal, kind: Type) -> str:
    return f"{value:.{kind.scale}f}"


def _char(value: str, kind: Type) -> str:
    return value.ljust(kind.precision)


def _bytes(value: bytes, kind: Type) -> str:
    return value.hex(" ")


def _fraction(micros: int, digits: int) -> str:
    return f".{micros:06d}".ljust(digits + 1, "0")[: digits + 1] if digits else ""


_FAR = re.compile(r"(\d+)(-\d\d-\d\d)( \(BC\))?(?: (\d\d:\d\d:\d\d)(?:\.(\d+))?)?")


def _far(value: str, kind: Type) -> str:
    """A date or timestamp outside Python's years, which DuckDB's client gives as text: `0002-01-01 (BC)`."""
    found = _FAR.fullmatch(value)
    if found is None:
        raise Unsupported(f"Showing {value} as {kind} is not supported")
    digits, day, before, clock, fraction = found.groups()
    year = 1 - int(digits) if before else int(digits)
    shown = f"{'-' if year < 0 else '+' if year > 9999 else ''}{abs(year):04d}{day}"
    return (
        shown
        if clock is None
        else f"{shown} {clock}" + _fraction(int((fraction or "").ljust(6, "0")), kind.precision)
    )


def _date(value: dt.date | str, kind: Type) -> str:
    return _far(value, kind) if isinstance(value, str) else str(value)


def _timestamp(value: dt.datetime | str, kind: Type) -> str:
    if isinstance(value, str):
        return _far(value, kind)
    return value.isoformat(" ", "seconds")[:19] + _fraction(value.microsecond, kind.precision)


def _time(value: dt.time, kind: Type) -> str:
    return value.isoformat("seconds") + _fraction(value.microsecond, kind.precision)


def _zoned(value: dict[str, Any], kind: Type) -> str:
    instant, zone = value["instant"], value["zone"]
    if isinstance(instant, str) and zone != "UTC":
        raise Unsupported(f"Showing {instant} in {zone} is not supported: years 1 to 9999 are")
    if zone != "UTC":
        instant = _local(instant, zone)
    return f"{_timestamp(instant, kind)} {zone}"


def _local(instant: dt.datetime, zone: str) -> dt.datetime:
    """The time that an instant is in a zone."""
    try:
        if zone[0] in "+-":
            minutes = int(zone[1:3]) * 60 + int(zone[4:6])
            return instant + dt.timedelta(minutes=minutes if zone[0] == "+" else -minutes)
        return instant.replace(tzinfo=dt.UTC).astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    except OverflowError:
        raise Unsupported(f"Showing {instant} in {zone} is not supported: years 1 to 9999 are") from None


def _array(value: list[Any], kind: Type) -> str:
    return "[" + ", ".join(_nested(item, kind.element) for item in value) + "]"


def _map(value: dict[Any, Any], kind: Type) -> str:
    key, item = kind.inner
    pairs = (
        zip(value["key"], value["value"], strict=True)
        if set(value) == {"key", "value"} and _is_pairs(value)
        else value.items()
    )
    return "{" + ", ".join(f"{_nested(k, key)}={_nested(v, item)}" for k, v in pairs) + "}"


def _is_pairs(value: dict[Any, Any]) -> bool:
    return isinstance(value["key"], list) and isinstance(value["value"], list)


def _row(value: dict[str, Any], kind: Type) -> str:
    shown = (
        f"{name or f'field{i}'}={_nested(value[f'f{i}'], inner)}"
        for i, (name, inner) in enumerate(zip(kind.names, kind.inner, strict=True))
    )
    return "{" + ", ".join(shown) + "}"


_RENDERERS: dict[str, Callable[[Any, Type], str]] = {
    "boolean": _boolean, "double": _double, "real": _real, "decimal": _decimal, "char": _char,
    "varbinary": _bytes, "timestamp": _timestamp, "time": _time, "timestamp with time zone": _zoned,
    "date": _date, "array": _array, "map": _map, "row": _row,
    "interval day to second": lambda value, kind: interval_day_text(value),
    "interval year to month": lambda value, kind: interval_year_text(value),
}  # fmt: skip
