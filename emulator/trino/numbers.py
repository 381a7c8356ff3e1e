"""Numbers as Java, and so Trino, prints them."""

from __future__ import annotations

import math
from decimal import Decimal

LEAST = 5e-324
"""The least double above 0, which Java prints as 4.9E-324."""


def java_double(value: float, shortest: str | None = None) -> str:
    """A double's text in results and JSON: `1.0`, `1.0E10`, `NaN`, `-Infinity`.

    `shortest` is the shortest text that reads back as the value; for a real it is not Python's.
    """
    special = _special(value)
    if special:
        return special
    digits, exponent = _digits(shortest or repr(value))
    if value == 0:
        return "-0.0" if math.copysign(1, value) < 0 else "0.0"
    sign = "-" if value < 0 else ""
    if -3 <= exponent < 7:
        return sign + _plain(digits, exponent)
    return f"{sign}{digits[0]}.{digits[1:] or '0'}E{exponent}"


def scientific(value: float, shortest: str | None = None) -> str:
    """A double's text when cast to varchar: always with an exponent, `1.0E0`, but `0E0`."""
    special = _special(value)
    if special:
        return special
    if value == 0:
        return "-0E0" if math.copysign(1, value) < 0 else "0E0"
    digits, exponent = _digits(shortest or repr(value))
    return f"{'-' if value < 0 else ''}{digits[0]}.{digits[1:] or '0'}E{exponent}"


def scientific_real(value: float) -> str:
    """A real's text when cast to varchar: as `scientific`, of seven digits at most."""
    return scientific(value, f"{value:.6e}")


def _special(value: float) -> str:
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    return ""


def _digits(written: str) -> tuple[str, int]:
    """The significant digits and the exponent of the first one."""
    if abs(float(written)) == LEAST:
        return "49", -324
    _, digits, exponent = Decimal(written).normalize().as_tuple()
    assert isinstance(exponent, int)
    shown = "".join(map(str, digits))
    return shown, exponent + len(shown) - 1


def _plain(digits: str, exponent: int) -> str:
    if exponent < 0:
        return "0." + "0" * (-exponent - 1) + digits
    whole = digits[: exponent + 1].ljust(exponent + 1, "0")
    return f"{whole}.{digits[exponent + 1 :] or '0'}"
