"""Java's format strings: how one conversion shows one value. Halves round up, on a number's shortest text."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal

_EXACT = Context(prec=400)
_SPECIFIER = re.compile(r"%(\d+\$|<)?([-#+ 0,(]*)(\d+)?(?:\.(\d+))?([a-zA-Z%])([a-zA-Z])?")
_NUMERIC_FLAGS = "+ 0,("


class BadFormat(Exception):
    """A format that Java refuses, or one for another kind of value; the text names Java's exception."""


class UnknownFormat(Exception):
    """A conversion that is right in Java and not done here."""


@dataclass(frozen=True)
class Specifier:
    """One `%...`: which argument (None for `%%` and `%n`), flags, width, precision and conversion.

    `suffix` is the field that a date or time conversion shows.
    """

    text: str
    index: int | None
    flags: str
    width: int
    precision: int | None
    conversion: str
    suffix: str = ""

    def padded(self, shown: str) -> str:
        """Brought to the width, and to capitals for a capital conversion."""
        text = shown.upper() if self.conversion.isupper() else shown
        # Java counts UTF-16 units.
        width = self.width + len(text) - len(text.encode("utf-16-le")) // 2
        return text.ljust(width) if "-" in self.flags else text.rjust(width)

    def mismatch(self, java_class: str) -> BadFormat:
        """The conversion is not for that class."""
        return BadFormat(f"IllegalFormatConversion: {self.suffix or self.conversion} != {java_class}")


def parse(template: str) -> list[str | Specifier]:
    """Literal texts and specifiers in turn. Raises BadFormat, UnknownFormat."""
    parts: list[str | Specifier] = []
    at = ordinary = 0
    last = -1
    while at < len(template):
        percent = template.find("%", at)
        if percent < 0:
            parts.append(template[at:])
            break
        parts.append(template[at:percent])
        found = _SPECIFIER.match(template, percent)
        if found is None:
            raise BadFormat(
                f"UnknownFormatConversion: Conversion = '{template[percent + 1 : percent + 2] or '%'}'"
            )
        conversion = found[5]
        temporal = conversion in "tT"
        if temporal and found[6] is None:
            raise BadFormat(f"UnknownFormatConversion: Conversion = '{conversion}'")
        at = found.end() if temporal or found[6] is None else found.end() - 1
        index = None
        if conversion not in "%n":
            index, ordinary = _place(found[1], ordinary, last)
            last = index
        parts.append(_specifier(template[percent:at], found, index))
    return parts


def _place(written: str | None, ordinary: int, last: int) -> tuple[int, int]:
    """Which argument, and how many have been taken in turn."""
    if written is None:
        return ordinary, ordinary + 1
    if written != "<":
        return int(written[:-1]) - 1, ordinary
    if last < 0:
        raise BadFormat("MissingFormatArgument: Format specifier '%<s'")
    return last, ordinary


def _specifier(text: str, found: re.Match[str], index: int | None) -> Specifier:
    flags, conversion = found[2], found[5]
    width = int(found[3]) if found[3] else 0
    precision = int(found[4]) if found[4] else None
    if conversion.lower() not in "bhscdoxefga%nt" or conversion in "DOFN":
        raise BadFormat(f"UnknownFormatConversion: Conversion = '{conversion}'")
    if conversion.lower() in "ahg" or "#" in flags:
        raise UnknownFormat(f"Format specifier '{text}' is not supported")
    if ("-" in flags or "0" in flags) and not width:
        raise BadFormat(f"MissingFormatWidth: {text}")
    if ("-" in flags and "0" in flags) or ("+" in flags and " " in flags):
        raise BadFormat(f"IllegalFormatFlags: Flags = '{flags}'")
    if conversion.lower() in "bsct%n" and any(flag in _NUMERIC_FLAGS for flag in flags):
        raise BadFormat(f"FormatFlagsConversionMismatch: Conversion = {conversion}, Flags = {flags}")
    if conversion.lower() in "dox" and precision is not None:
        raise BadFormat(f"IllegalFormatPrecision: {precision}")
    if conversion.lower() in "ox" and any(flag in "+ ,(" for flag in flags):
        raise BadFormat(f"FormatFlagsConversionMismatch: Conversion = {conversion}, Flags = {flags}")
    suffix = found[6] if conversion in "tT" else ""
    return Specifier(text, index, flags, width, precision, conversion, suffix)


def show_text(spec: Specifier, value: str | None) -> str:
    """%s of a text, or of a value already shown as Java does; a missing one is `null`."""
    shown = "null" if value is None else value
    return spec.padded(shown if spec.precision is None else _first_units(shown, spec.precision))


def _first_units(shown: str, count: int) -> str:
    """The first UTF-16 units of a text; half a character becomes a question mark."""
    units = shown.encode("utf-16-le")[: 2 * count]
    return units.decode("utf-16-le", "surrogatepass").encode("utf-8", "replace").decode("utf-8")


def show_integer(spec: Specifier, value: int | None) -> str:
    """%d, %x and %o of a long."""
    if value is None:
        return spec.padded("null")
    kind = spec.conversion.lower()
    if kind == "d":
        digits = f"{abs(value):,}" if "," in spec.flags else str(abs(value))
        return _signed(spec, digits, value < 0)
    digits = f"{value & 0xFFFFFFFFFFFFFFFF:{kind}}"
    return spec.padded(digits.zfill(spec.width) if "0" in spec.flags else digits)


def show_number(spec: Specifier, value: Decimal | float | None) -> str:
    """%f and %e of a double or a decimal."""
    if value is None:
        return show_text(spec, None)
    if not math.isfinite(value):
        return _not_finite(spec, float(value))
    exact = value if isinstance(value, Decimal) else Decimal(repr(value))
    digits = 6 if spec.precision is None else spec.precision
    negative = exact.is_signed()
    if spec.conversion.lower() == "e":
        return _signed(spec, _scientific(abs(exact), digits), negative)
    rounded = abs(exact).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP, _EXACT)
    return _signed(spec, f"{rounded:,f}" if "," in spec.flags else f"{rounded:f}", negative)


def _scientific(value: Decimal, digits: int) -> str:
    if not value:
        return f"{0:.{digits}f}e+00"
    rounded = Context(prec=digits + 1, rounding=ROUND_HALF_UP).plus(value)
    exponent = rounded.adjusted()
    mantissa = rounded.scaleb(-exponent, _EXACT)
    return f"{mantissa:.{digits}f}e{'-' if exponent < 0 else '+'}{abs(exponent):02d}"


def _not_finite(spec: Specifier, value: float) -> str:
    if math.isnan(value):
        return spec.padded("NaN")
    if value < 0:
        return spec.padded("(Infinity)" if "(" in spec.flags else "-Infinity")
    lead = "+" if "+" in spec.flags else " " if " " in spec.flags else ""
    return spec.padded(lead + "Infinity")


def _signed(spec: Specifier, digits: str, negative: bool) -> str:
    lead = "+" if "+" in spec.flags else " " if " " in spec.flags else ""
    tail = ""
    if negative:
        lead, tail = ("(", ")") if "(" in spec.flags else ("-", "")
    if "0" in spec.flags:
        digits = digits.zfill(spec.width - len(lead) - len(tail))
    return spec.padded(lead + digits + tail)
