"""Numbers as Java, and so Trino, prints them."""

from __future__ import annotations

import math
import struct
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Context, Decimal

from emulator.trino.java_digits import decimal_digits

REAL_DIGITS = 7
"""How many digits of a real a cast to varchar shows."""


def java_double(value: float) -> str:
    """A double's text in results and JSON: `1.0`, `1.0E10`, `NaN`, `-Infinity`."""
    return _special(value) or _java_number(value, repr(value))


def java_real(value: float) -> str:
    """A real's text, as `java_double`."""
    return _special(value) or _java_number(value, shortest_real(value))


def _java_number(value: float, shortest: str) -> str:
    digits, exponent = _digits(shortest)
    if value == 0:
        return "-0.0" if math.copysign(1, value) < 0 else "0.0"
    sign = "-" if value < 0 else ""
    if -3 <= exponent < 7:
        return sign + _plain(digits, exponent)
    return f"{sign}{digits[0]}.{digits[1:] or '0'}E{exponent}"


def scientific(value: float) -> str:
    """A double's text when cast to varchar: always with an exponent, `1.0E0`, but `0E0`."""
    if value == 0 or not math.isfinite(value):
        return _special(value) or ("-0E0" if math.copysign(1, value) < 0 else "0E0")
    digits, exponent = decimal_digits(abs(value))
    return f"{'-' if value < 0 else ''}{digits[0]}.{digits[1:] or '0'}E{exponent}"


def scientific_real(value: float) -> str:
    """A real's text when cast to varchar: as `scientific` of its own text, of seven digits at most."""
    if value == 0 or not math.isfinite(value):
        return scientific(value)
    read = abs(float(shortest_real(value)))
    # Java takes the digits of a whole long for cut off, and so rounds their halves up.
    halves = ROUND_HALF_UP if read < 2**63 and read == int(read) else ROUND_HALF_EVEN
    shown = Context(prec=REAL_DIGITS, rounding=halves).create_decimal_from_float(read)
    digits, exponent = _digits(str(shown))
    return f"{'-' if value < 0 else ''}{digits[0]}.{digits[1:] or '0'}E{exponent}"


def shortest_real(value: float) -> str:
    """The shortest text, of two digits at least, that reads back as the same 32-bit number."""
    wanted = struct.pack("f", value)
    for digits in range(1, 9):
        shown = f"{value:.{digits}e}"
        if abs(float(shown)) < _BEYOND_REALS and struct.pack("f", float(shown)) == wanted:
            return shown
    return repr(value)


def _special(value: float) -> str:
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    return ""


def _digits(written: str) -> tuple[str, int]:
    """The significant digits and the exponent of the first one.

    Java's shortest text has two digits at least, which may be nearer to the number than one digit and a 0.
    """
    value = float(written)
    if abs(value) < _LEAST_NORMAL and float(f"{value:.1e}") == value:
        written = f"{value:.1e}"
    _, digits, exponent = Decimal(written).normalize().as_tuple()
    assert isinstance(exponent, int)
    shown = "".join(map(str, digits))
    return shown, exponent + len(shown) - 1


_BEYOND_REALS = 3.4028235677973366e38
"""What is no less than this is read as infinity."""

_LEAST_NORMAL = 2.2250738585072014e-308


def _plain(digits: str, exponent: int) -> str:
    if exponent < 0:
        return "0." + "0" * (-exponent - 1) + digits
    whole = digits[: exponent + 1].ljust(exponent + 1, "0")
    return f"{whole}.{digits[exponent + 1 :] or '0'}"
