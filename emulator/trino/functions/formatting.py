"""Numbers and durations as text: other bases, short forms, data sizes."""

from __future__ import annotations

import math
import re
from decimal import ROUND_HALF_UP, Context, Decimal

from emulator.trino.functions.failures import FunctionFailure
from emulator.trino.functions.registry import native
from emulator.trino.numbers import java_double
from emulator.trino.runtime import udf

native("to_base(bigint, bigint) -> varchar(64)", "trino_to_base({0}, {1})")
native("from_base(varchar(x), bigint) -> bigint", "trino_from_base({0}, {1})")
native("human_readable_seconds(double) -> varchar", "trino_human_readable_seconds({0})")
native("parse_presto_data_size(varchar(x)) -> decimal(38,0)", "CAST(trino_data_size({0}) AS DECIMAL(38,0))")
native("parse_data_size(varchar(x)) -> decimal(38,0)", "CAST(trino_data_size({0}) AS DECIMAL(38,0))")
native("format_number(bigint) -> varchar", "trino_format_number({0})")
native("format_number(double) -> varchar", "trino_format_number(trino_truncated({0}))")
native("to_milliseconds(interval day to second) -> bigint", "{0}")

_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


def _check_radix(radix: int) -> None:
    if not 2 <= radix <= 36:
        raise FunctionFailure("Radix must be between 2 and 36")


@udf("trino_to_base", ("BIGINT", "BIGINT"), "VARCHAR")
def _to_base(value: int, radix: int) -> str:
    _check_radix(radix)
    digits, rest = "", abs(value)
    while rest:
        rest, digit = divmod(rest, radix)
        digits = _DIGITS[digit] + digits
    return ("-" if value < 0 else "") + (digits or "0")


@udf("trino_from_base", ("VARCHAR", "BIGINT"), "BIGINT")
def _from_base(value: str, radix: int) -> int:
    _check_radix(radix)
    digits = value[1:] if value[:1] in ("+", "-") else value
    if not digits or not all(_is_digit(digit, radix) for digit in digits):
        raise FunctionFailure(f"Not a valid base-{radix} number: {value}")
    number = int(value, radix)
    if not -(2**63) <= number < 2**63:
        raise FunctionFailure(f"Not a valid base-{radix} number: {value}")
    return number


def _is_digit(letter: str, radix: int) -> bool:
    """Whether Java takes a character for a digit: a decimal digit of any script, or a letter a to z."""
    if letter.isdecimal():
        return int(letter) < radix
    return letter.isascii() and letter.lower() in _DIGITS[:radix]


_STEPS = (("week", 604_800), ("day", 86_400), ("hour", 3600), ("minute", 60))


@udf("trino_human_readable_seconds", ("DOUBLE",), "VARCHAR")
def _human_readable_seconds(seconds: float) -> str:
    if not math.isfinite(seconds):
        raise FunctionFailure(f"Invalid argument found: {java_double(seconds)}")
    rest = min(int(abs(seconds) + 0.5), 2**63 - 1)
    parts = []
    for name, size in _STEPS:
        count, rest = divmod(rest, size)
        if count:
            parts.append(_counted(count, name))
    if rest or not parts:
        parts.append(_counted(rest, "second"))
    return ", ".join(parts)


def _counted(count: int, name: str) -> str:
    return f"{count} {name}{'' if count == 1 else 's'}"


@udf("trino_truncated", ("DOUBLE",), "BIGINT")
def _truncated(value: float) -> int:
    """Java's cast of a double to a long; the largest and smallest long for what is beyond."""
    if math.isinf(value):
        return 2**63 - 1 if value > 0 else -(2**63)
    return 0 if math.isnan(value) else max(min(int(value), 2**63 - 1), -(2**63))


@udf("trino_format_number", ("BIGINT",), "VARCHAR")
def _format_number(count: int) -> str:
    """Three digits or so and a unit, rounded half up on the double's exact value."""
    value, unit = float(count), ""
    for larger in "KMBTQ":
        if abs(value) < 1000:
            break
        value, unit = value / 1000, larger
    digits = 2 if value < 10 else 1 if value < 100 else 0
    shown = f"{Decimal(value).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP):f}"
    shown = shown.rstrip("0").rstrip(".") if digits else shown
    return f"{'0' if shown in ('', '-0') else shown}{unit}"


_EXACT = Context(prec=80)
_SIZE = re.compile(r"(\d+(?:\.\d*)?)([a-zA-Z]+)")
_UNITS = {
    unit: 1024**power for power, unit in enumerate(("B", "kB", "MB", "GB", "TB", "PB", "EB", "ZB", "YB"))
}


@udf("trino_data_size", ("VARCHAR",), "VARCHAR")
def _data_size(value: str) -> str:
    found = _SIZE.fullmatch(value)
    if found is None or found[2] not in _UNITS:
        raise FunctionFailure(f"Invalid data size: '{value}'")
    return str(int(_EXACT.multiply(Decimal(found[1]), _UNITS[found[2]])))
