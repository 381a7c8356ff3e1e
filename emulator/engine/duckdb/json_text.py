"""JSON as the JSON SerDes read it: the OpenX one leniently, Hive's strictly; and as OpenX prints it again.

A parsed value is a ``str`` (quoted), a `Bare` (a number, ``true``, ``false``, or an unquoted text), a dict,
a list, or None. Numbers keep their text, for each type reads it in its own way. The rules are those of
Trino's readers of both, which follow the SerDes.
"""

from __future__ import annotations

import json
import re
from decimal import Decimal, InvalidOperation
from typing import NoReturn

Json = object
"""A parsed value: str, `Bare`, dict[str, Json], list[Json] or None."""

_INT = re.compile(r"[+-]?[0-9]+")
_HEX = re.compile(r"0[xX][0-9A-Fa-f]+")
_OCTAL = re.compile(r"0[0-7]+")
_OCTAL_STARTS = tuple("012345678")
_LITERAL_END = re.compile(r"[ \r\n\t\f{}\[\]/\\:,=;#]|\Z")
_ESCAPES = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f", "a": "\x07", "v": "\t"}


class Bare(str):
    """A value that is written without quotes."""

    __slots__ = ()


class InvalidJson(Exception):
    """Text that is no JSON object; the message says what is wrong and where."""


_TRUE, _FALSE = Bare("true"), Bare("false")


def _bare_values(value: Json, line: str) -> Json:
    """What `json` gives of a line, with its booleans as texts."""
    return _with_texts(value) if "true" in line or "false" in line else value


def _with_texts(value: Json) -> Json:
    if value is True or value is False:
        return _TRUE if value else _FALSE
    if isinstance(value, list):
        return [_with_texts(item) for item in value]
    if isinstance(value, dict):
        for key, item in value.items():
            if item is True:
                value[key] = _TRUE
            elif item is False:
                value[key] = _FALSE
            elif isinstance(item, dict | list):
                value[key] = _with_texts(item)
    return value


def _refuse_constant(text: str) -> NoReturn:
    raise ValueError(f"Non-standard token '{text}'")


def _pairs(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    """The last of the values of one name counts, at its own place."""
    found = dict(pairs)
    if len(found) == len(pairs):
        return found
    found = {}
    for key, value in pairs:
        found.pop(key, None)
        found[key] = value
    return found


_STRICT = json.JSONDecoder(
    parse_int=Bare, parse_float=Bare, parse_constant=_refuse_constant, object_pairs_hook=_pairs
)


def read_strict(line: str) -> Json:
    """A line for Hive's JSON SerDe, which looks at nothing after the first value; raises `InvalidJson`."""
    try:
        value, _ = _STRICT.raw_decode(line.lstrip(" \t"))
    except ValueError as error:
        raise InvalidJson(str(error)) from error
    except RecursionError as error:
        raise InvalidJson("nested too deeply") from error
    return _bare_values(value, line)


def read_lenient(line: str) -> Json:
    """A line for the OpenX JSON SerDe; raises `InvalidJson`."""
    try:
        try:
            return _bare_values(_STRICT.decode(line), line)
        except ValueError:
            return _Lenient(line).value()
    except RecursionError as error:
        raise InvalidJson("nested too deeply") from error


class _Lenient:
    """Reads what org.json accepts: comments, single quotes, bare words, ``;`` and ``=>`` as separators."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0

    def value(self) -> Json:
        """The value that comes next; raises `InvalidJson`."""
        token = self._token()
        if token == "":
            raise self._invalid("End of input")
        if token == "{":
            return self._object()
        if token == "[":
            return self._array()
        if token in "'\"":
            return self._quoted(token)
        self._at -= 1
        return self._literal()

    def _object(self) -> dict[str, Json]:
        found: dict[str, Json] = {}
        first = self._token()
        if first == "}":
            return found
        self._at -= bool(first)
        while True:
            name = self.value()
            if not isinstance(name, str):
                raise self._invalid("Names must be strings")
            separator = self._token()
            if separator not in (":", "="):
                raise self._invalid(f"Expected ':' after field {name}")
            if separator == "=" and self._text.startswith(">", self._at):
                self._at += 1
            found.pop(str(name), None)
            found[str(name)] = self.value()
            token = self._token()
            if token == "}":
                return found
            if token not in (",", ";"):
                raise self._invalid("Unterminated object")

    def _array(self) -> list[Json]:
        found: list[Json] = []
        trailing = False
        while True:
            token = self._token()
            if token == "]":
                return [*found, None] if trailing else found
            if token == "":
                raise self._invalid("Unterminated array")
            if token in ",;":
                found.append(None)
                trailing = True
                continue
            self._at -= 1
            found.append(self.value())
            token = self._token()
            if token == "]":
                return found
            if token not in (",", ";"):
                raise self._invalid("Unterminated array")
            trailing = True

    def _quoted(self, quote: str) -> str:
        parts: list[str] = []
        while self._at < len(self._text):
            character = self._text[self._at]
            self._at += 1
            if character == quote:
                # a pair of escaped surrogates is one character
                return "".join(parts).encode("utf-16", "surrogatepass").decode("utf-16", "replace")
            parts.append(self._escaped() if character == "\\" else character)
        raise self._invalid("Unterminated string")

    def _escaped(self) -> str:
        letter = self._text[self._at : self._at + 1]
        self._at += 1
        if letter == "u":
            digits = self._text[self._at : self._at + 4]
            self._at += 4
            if not re.fullmatch(r"[0-9A-Fa-f]{4}", digits):
                raise self._invalid(f"Invalid escape sequence: {digits}")
            return chr(int(digits, 16))
        if not letter:
            raise self._invalid("Unterminated escape sequence")
        return _ESCAPES.get(letter, letter)

    def _literal(self) -> Bare | None:
        end = _LITERAL_END.search(self._text, self._at)
        start, self._at = self._at, end.start() if end else len(self._text)
        text = self._text[start : self._at]
        if not text:
            raise self._invalid("Expected literal value")
        return None if text.lower() == "null" else Bare(text)

    def _token(self) -> str:
        """The next character that is neither a blank nor in a comment; empty at the end."""
        text = self._text
        while self._at < len(text):
            character = text[self._at]
            self._at += 1
            if character in "\t \n\r":
                continue
            if character == "#" or (character == "/" and text.startswith("/", self._at)):
                # a comment ends with its line, and a row is one line
                self._at = len(text)
            elif character == "/" and text.startswith("*", self._at):
                end = text.find("*/", self._at + 1)
                if end < 0:
                    raise self._invalid("Unterminated c-style comment")
                self._at = end + 2
            else:
                return character
        return ""

    def _invalid(self, what: str) -> InvalidJson:
        return InvalidJson(f"{what} at character {self._at} of {self._text}")


def parse_long(text: str) -> int | None:
    """A whole number in decimal, ``0x`` or octal digits; None if the text is none or too large."""
    if _HEX.fullmatch(text):
        value = int(text[2:], 16)
    elif text[:1] == "0" and text[1:2] in _OCTAL_STARTS:
        if not _OCTAL.fullmatch(text):
            return None
        value = int(text, 8)
    elif _INT.fullmatch(text):
        value = int(text)
    else:
        return None
    return value if -(2**63) <= value < 2**63 else None


def shown(value: Json) -> str:
    """A value as a text column of the OpenX JSON SerDe shows it: objects and arrays as JSON."""
    if isinstance(value, Bare):
        return _canonical(value) or str(value)
    return value if isinstance(value, str) else _written(value)


def _written(value: Json) -> str:
    if value is None:
        return "null"
    if isinstance(value, Bare):
        return _canonical(value) or _quote(value)
    if isinstance(value, str):
        return _quote(value)
    if isinstance(value, list):
        return f"[{','.join(map(_written, value))}]"
    if not isinstance(value, dict):
        raise TypeError(f"not a JSON value: {value!r}")
    return f"{{{','.join(f'{_quote(key)}:{_written(item)}' for key, item in value.items())}}}"


def _quote(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).replace("</", "<\\/")


def _canonical(text: str) -> str | None:
    """A boolean or number in its usual form; None for any other text."""
    if text.lower() in ("true", "false"):
        return text.lower()
    number = parse_long(text)
    if number is not None:
        return str(number)
    try:
        decimal = Decimal(text)
    except InvalidOperation:
        return None
    # Java and Python print a decimal in the same way but for the exponent, and Java knows no NaN
    return str(decimal) if decimal.is_finite() and "_" not in text else None
