"""Functions that compare, check, normalise and encode text."""

from __future__ import annotations

import unicodedata

from emulator.trino.functions.failures import FunctionFailure
from emulator.trino.functions.registry import Call, function, native
from emulator.trino.functions.strings import padded
from emulator.trino.runtime import macro, udf

macro(
    "trino_levenshtein(a, b)",
    """CASE WHEN strlen(a) = length(a) AND strlen(b) = length(b) THEN levenshtein(a, b)
    ELSE trino_levenshtein_points(a, b) END""",
)
native("levenshtein_distance(varchar(x), varchar(y)) -> bigint", "trino_levenshtein({0}, {1})")
native("hamming_distance(varchar(x), varchar(y)) -> bigint", "trino_hamming({0}, {1})")
native("soundex(varchar) -> varchar(4)", "trino_soundex({0})")
native("luhn_check(varchar) -> boolean", "trino_luhn_check({0})")
native("normalize(varchar(x), varchar(y)) -> varchar", "trino_normalize({0}, {1})")
native("to_utf8(varchar(x)) -> varbinary", "encode({0})")
native("from_utf8(varbinary) -> varchar", "trino_from_utf8({0}, chr(65533))")
native("from_utf8(varbinary, varchar(x)) -> varchar", "trino_from_utf8({0}, {1})")
native("from_utf8(varbinary, bigint) -> varchar", "trino_from_utf8({0}, trino_replacement({1}))")


@function("to_utf8(char(x)) -> varbinary")
def _to_utf8_char(call: Call) -> str:
    return f"encode({padded(call.args[0])})"


@udf("trino_levenshtein_points", ("VARCHAR", "VARCHAR"), "BIGINT")
def _levenshtein(a: str, b: str) -> int:
    row = list(range(len(b) + 1))
    for i, left in enumerate(a, 1):
        diagonal, row[0] = row[0], i
        for j, right in enumerate(b, 1):
            diagonal, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, diagonal + (left != right))
    return row[-1]


@udf("trino_hamming", ("VARCHAR", "VARCHAR"), "BIGINT")
def _hamming(a: str, b: str) -> int:
    if len(a) != len(b):
        raise FunctionFailure("The input strings to hamming_distance function must have the same length")
    return sum(x != y for x, y in zip(a, b, strict=True))


_SOUNDEX = dict(zip("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "01230120022455012623010202", strict=True))
_SILENT = "HW"


@udf("trino_soundex", ("VARCHAR",), "VARCHAR")
def _soundex(value: str) -> str:
    """American Soundex: H and W do not part letters of one code."""
    letters = [c for c in value.upper() if c.isalpha()]
    for letter in letters:
        if letter not in _SOUNDEX:
            raise FunctionFailure(f"The character is not mapped: {letter} (index={ord(letter) - 65})")
    if not letters:
        return ""
    code, last = letters[0], _SOUNDEX[letters[0]]
    for letter in letters[1:]:
        if letter in _SILENT:
            continue
        digit = _SOUNDEX[letter]
        if digit not in ("0", last):
            code += digit
        last = digit
    return (code + "000")[:4]


@udf("trino_luhn_check", ("VARCHAR",), "BOOLEAN")
def _luhn(value: str) -> bool:
    if not value:
        return False
    if not (value.isascii() and value.isdigit()):
        raise FunctionFailure("Input contains non-digit character")
    total = 0
    for place, digit in enumerate(reversed(value)):
        number = int(digit) * (1 + place % 2)
        total += number - 9 if number > 9 else number
    return total % 10 == 0


@udf("trino_normalize", ("VARCHAR", "VARCHAR"), "VARCHAR")
def _normalize(value: str, form: str) -> str:
    if form == "NFC":
        return unicodedata.normalize("NFC", value)
    if form == "NFD":
        return unicodedata.normalize("NFD", value)
    if form == "NFKC":
        return unicodedata.normalize("NFKC", value)
    if form == "NFKD":
        return unicodedata.normalize("NFKD", value)
    raise FunctionFailure("Normalization form must be one of [NFD, NFC, NFKD, NFKC]")


@udf("trino_replacement", ("BIGINT",), "VARCHAR")
def _replacement(point: int) -> str:
    if not 0 <= point <= 0x10FFFF or 0xD800 <= point <= 0xDFFF:
        raise FunctionFailure("Invalid replacement character")
    return chr(point)


@udf("trino_from_utf8", ("BLOB", "VARCHAR"), "VARCHAR")
def _from_utf8(data: bytes, replacement: str) -> str:
    """Each run of bytes that is a cut or impossible sequence becomes one replacement."""
    if len(replacement) > 1:
        raise FunctionFailure("Replacement character string must empty or a single character")
    try:
        return data.decode()
    except UnicodeDecodeError:
        return _repaired(data, replacement)


def _repaired(data: bytes, replacement: str) -> str:
    parts: list[str] = []
    at = 0
    while at < len(data):
        size = _sequence(data, at)
        if size > 0:
            parts.append(data[at : at + size].decode())
        else:
            parts.append(replacement)
        at += abs(size)
    return "".join(parts)


def _sequence(data: bytes, at: int) -> int:
    """The bytes of the character there, or, negative, how many bytes one replacement stands for."""
    first = data[at]
    if first < 0x80:
        return 1
    wanted = 2 if 0xC0 <= first < 0xE0 else 3 if 0xE0 <= first < 0xF0 else 4 if 0xF0 <= first < 0xF8 else 0
    wanted = wanted or (5 if 0xF8 <= first < 0xFC else 6 if 0xFC <= first < 0xFE else 1)
    size = 1
    while size < wanted and at + size < len(data) and data[at + size] & 0xC0 == 0x80:
        size += 1
    try:
        data[at : at + size].decode()
    except UnicodeDecodeError:
        return -size
    return size
