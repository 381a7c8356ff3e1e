"""date_format and date_parse: MySQL's letters, with the meaning that Joda gives them in Trino."""

from __future__ import annotations

import re

from emulator.trino import types as t
from emulator.trino.emission.values import failing, text
from emulator.trino.errors import END_MARK, MARK, Unsupported
from emulator.trino.functions.registry import Call, function

_PRINTED = {
    "a": "%a", "b": "%b", "c": "%-m", "d": "%d", "e": "%-d", "f": "%g000", "H": "%H", "h": "%I", "I": "%I",
    "i": "%M", "j": "%j", "k": "%-H", "l": "%-I", "M": "%B", "m": "%m", "p": "%p", "r": "%I:%M:%S %p",
    "S": "%S", "s": "%S", "T": "%H:%M:%S", "v": "%V", "W": "%A", "x": "%G", "Y": "%Y", "y": "%y", "%": "%%",
}  # fmt: skip
_REFUSED = "DUuVwX"
"""Letters of MySQL's that Trino refuses."""

_MONTHS = "(?i:january|february|march|april|may|june|july|august|september|october|november|december)"
_SHORT = "(?i:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)"
_TWO = "[0-9]{1,2}"
_READ = {
    "b": ("%b", _SHORT), "M": ("%B", _MONTHS), "c": ("%m", _TWO), "m": ("%m", _TWO), "d": ("%d", _TWO),
    "e": ("%d", _TWO), "H": ("%H", _TWO), "k": ("%H", _TWO), "h": ("%I", _TWO), "I": ("%I", _TWO),
    "l": ("%I", _TWO), "i": ("%M", _TWO), "S": ("%S", _TWO), "s": ("%S", _TWO), "f": ("%f", "[0-9]{1,6}"),
    "j": ("%j", "[0-9]{1,3}"),
    "p": ("%p", "(?i:am|pm)"), "T": ("%H:%M:%S", f"{_TWO}:{_TWO}:{_TWO}"), "Y": ("%Y", "[0-9]{1,4}"),
    "r": ("%I:%M:%S %p", f"{_TWO}:{_TWO}:{_TWO} (?i:am|pm)"), "y": ("%y", "[0-9]{2}"), "%": ("%%", "%"),
}  # fmt: skip
"""How each letter is read: DuckDB's specifier, and the text that Joda takes for it."""


def _pieces(call: Call) -> list[str]:
    """The constant format as literals and `%x` pairs. Raises for what Trino refuses."""
    written = call.args[1].literal
    if not isinstance(written, str):
        raise Unsupported(f"{call.name} with a format that is no constant is not supported", call.at)
    if not written:
        raise call.fail(f"Invalid format: {written}")
    pieces = re.findall(r"%.|[^%]|%", written, re.DOTALL)
    for piece in pieces:
        if len(piece) == 2 and piece[1] in _REFUSED:
            raise call.fail(f"{piece} not currently supported in the date format string")
    return pieces


@function(
    "date_format(date, varchar) -> varchar", "date_format(timestamp(p), varchar) -> varchar",
    "date_format(timestamp(p) with time zone, varchar) -> varchar",
)  # fmt: skip
def _date_format(call: Call) -> str:
    shown = "".join(
        _PRINTED.get(piece[1], piece[1].replace("%", "%%")) if len(piece) == 2 else piece.replace("%", "%%")
        for piece in _pieces(call)
    )
    moment = call.sql(0)
    if call.args[0].type.base.endswith("zone"):
        moment = f"trino_local({moment})"
    return f"strftime({moment}, {text(shown)})"


@function("date_parse(varchar, varchar) -> timestamp(3)")
def _date_parse(call: Call) -> str:
    forms, patterns, letters = [], [], set()
    for piece in _pieces(call):
        if len(piece) == 2 and piece[1].isalpha() and piece[1] not in _READ:
            raise Unsupported(f"date_parse with {piece} is not supported", call.at)
        if len(piece) == 2 and piece[1] in _READ:
            letters.add(piece[1])
            form, pattern = _READ[piece[1]]
        else:
            form, pattern = piece[-1].replace("%", "%%"), re.escape(piece[-1])
        forms.append(form)
        patterns.append(pattern)
    if not letters & {"Y", "y"} or (letters & {"h", "I", "l"} and "p" not in letters):
        raise Unsupported(f"date_parse with format '{call.args[1].literal}' is not supported", call.at)
    return _parsed(call, "".join(forms), "".join(patterns), "y" in letters)


def _parsed(call: Call, form: str, pattern: str, two_digits: bool) -> str:
    """Joda's form is checked by a pattern, so that DuckDB's reader sees only what it reads alike."""
    written = call.sql(0)
    found = f"try_strptime({written}, {text(form)})"
    if two_digits:
        # Two digits mean 1970 to 2069 in Trino, 1969 to 2068 in DuckDB.
        found = f"CASE WHEN year({found}) = 1969 THEN {found} + to_years(100) ELSE {found} END"
    stamp = f"date_trunc('millisecond', {found})"
    problem = f"{text(MARK + 'INVALID_FUNCTION_ARGUMENT:Invalid format: ')} || {written} || {text(END_MARK)}"
    fallback = failing(problem, t.timestamp(3))
    return (
        f"CASE WHEN regexp_full_match({written}, {text(pattern)}) THEN coalesce({stamp}, {fallback}) "
        f"WHEN {written} IS NOT NULL THEN {fallback} END"
    )
