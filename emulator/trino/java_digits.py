"""The decimal digits that Java's DecimalFormat takes for a double, which Trino's cast to varchar shows.

They are those of `jdk.internal.math.FloatingDecimal`: mostly the shortest that read back as the number, but
not always, as it stops by a symmetric test of half a unit in the last place and takes a bound as outside.
This follows its steps, with Python's integers for its three kinds of them.
"""

from __future__ import annotations

import math
import struct

_FRACTION_BITS = 52
_HIDDEN_BIT = 1 << _FRACTION_BITS
_BIAS = 1023
_LONGEST = 62
"""Numbers below 2 to this power that are whole are developed as such."""

_BITS_OF_POWERS = tuple((5**power).bit_length() for power in range(27))
_COMPATIBLE_EXPONENTS = range(-3, 8)


def decimal_digits(value: float) -> tuple[str, int]:
    """The digits of a finite number above 0, without zeros at the end, and the exponent of the first one."""
    exponent, fraction, significant = _taken_apart(value)
    zeros = (fraction & -fraction).bit_length() - 1
    bits = _FRACTION_BITS + 1 - zeros
    tiny = max(0, bits - exponent - 1)
    if tiny == 0 and exponent <= _LONGEST:
        digits, first = _whole(exponent, fraction, significant)
    else:
        digits, first = _developed(exponent, fraction, significant, zeros, tiny)
    shown = digits.rstrip("0")
    return shown or "0", first


def _taken_apart(value: float) -> tuple[int, int, int]:
    """Binary exponent, fraction with its highest bit set, and how many bits of it count."""
    raw = struct.unpack(">q", struct.pack(">d", value))[0]
    fraction, exponent = raw & (_HIDDEN_BIT - 1), raw >> _FRACTION_BITS
    if exponent:
        return exponent - _BIAS, fraction | _HIDDEN_BIT, _FRACTION_BITS + 1
    shift = _FRACTION_BITS + 1 - fraction.bit_length()
    return 1 - shift - _BIAS, fraction << shift, fraction.bit_length()


def _whole(exponent: int, fraction: int, significant: int) -> tuple[str, int]:
    """A whole number's digits; those that its bits do not tell are rounded away."""
    value = fraction << exponent >> _FRACTION_BITS
    spare = exponent - significant - 1
    unknown = int(spare * math.log10(2)) if spare > 1 else 0
    shown = (value + 10**unknown // 2) // 10**unknown
    return str(shown), len(str(shown)) - 1 + unknown


def _estimated(exponent: int, fraction: int) -> int:
    """The decimal exponent, or one more."""
    scaled = math.ldexp(fraction, -_FRACTION_BITS)
    return math.floor((scaled - 1.5) * 0.289529654 + 0.176091259 + exponent * 0.301029995663981)


def _power_bits(power: int) -> int:
    return _BITS_OF_POWERS[power] if power < len(_BITS_OF_POWERS) else power * 3


def _developed(exponent: int, fraction: int, significant: int, zeros: int, tiny: int) -> tuple[str, int]:
    """Digit by digit the quotient of two whole numbers, until the rest is less than half a unit."""
    bits = _FRACTION_BITS + 1 - zeros
    first = _estimated(exponent, fraction)
    five, five_below = max(0, -first), max(0, first)
    two, two_below = five + tiny + exponent - (bits - 1), five_below + tiny
    unit = five + tiny + exponent - significant
    common = min(two, two_below)
    two, two_below, unit = two - common, two_below - common, unit - common - (1 if bits == 1 else 0)
    if unit < 0:
        two, two_below, unit = two - unit, two_below - unit, 0
    short = bits + two + _power_bits(five) < 64 and two_below + 1 + _power_bits(five_below + 1) < 64
    rest, below = (fraction >> zeros) * 5**five << two, 5**five_below << two_below
    return _divided(rest, below, 5**five << unit, first, short)


def _divided(rest: int, below: int, half: int, first: int, short: bool) -> tuple[str, int]:
    """`short` numbers take a bound for inside, long ones for outside."""
    digits, low, high, leading = "", False, False, True
    tens = below * 10
    while not (low or high):
        digit, rest = divmod(rest, below)
        rest, half = rest * 10, half * 10
        low, high = rest < half, rest + half > tens if short else rest + half >= tens
        if leading and digit == 0 and not high:
            first -= 1
        else:
            digits += str(digit)
        if leading and first not in _COMPATIBLE_EXPONENTS:
            low = high = False
        leading = False
    if high and (not low or rest * 2 > tens or (rest * 2 == tens and int(digits[-1]) % 2)):
        return _rounded_up(digits, first)
    return digits, first


def _rounded_up(digits: str, first: int) -> tuple[str, int]:
    shown = str(int(digits) + 1).rjust(len(digits), "0")
    return (shown, first) if len(shown) == len(digits) else (shown[:-1], first + 1)
