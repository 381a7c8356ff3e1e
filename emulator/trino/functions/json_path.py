"""Paths of json_extract and its kin, and the walk along them through JSON text.

The walk stops at the value it looks for, as Trino's does: what is wrong behind it goes unnoticed, and of
equal keys the first counts.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, NoReturn

from emulator.trino.json_text import number, quoted

_BLANKS = re.compile(r"[ \t\r\n]*")
_AFTER_NUMBER = " \t\r\n,]}"
_STEP = re.compile(r'\.([\w:]+)|\[(\w+)\]|\["((?:[^"\\]|\\["\\])*)"\]')


class BadPath(Exception):
    """A path that Trino refuses, with its text."""


class BadJson(Exception):
    """Text that is no JSON, as far as it was read."""


@lru_cache(maxsize=512)
def steps(path: str) -> tuple[str, ...]:
    """The keys and indexes of a path such as `$.a["b c"][0]`. Raises BadPath."""
    found: list[str] = []
    at = 1
    if not path.startswith("$"):
        raise BadPath(f"Invalid JSON path: '{path}'")
    while at < len(path):
        step = _STEP.match(path, at)
        if step is None:
            raise BadPath(f"Invalid JSON path: '{path}'")
        quoted = step[3]
        found.append(re.sub(r"\\(.)", r"\1", quoted) if quoted is not None else step[1] or step[2])
        at = step.end()
    return tuple(found)


def _refuse(name: str) -> NoReturn:
    raise ValueError(name)


class Raw(str):
    """A number as written."""


class Members(list[tuple[str, Any]]):
    """An object's keys and values as written, equal keys too."""


_DECODER = json.JSONDecoder(parse_float=Raw, parse_int=Raw, parse_constant=_refuse, object_pairs_hook=Members)


def skip(text: str, at: int) -> int:
    """Past blanks."""
    found = _BLANKS.match(text, at)
    return found.end() if found else at


def value_at(text: str, at: int) -> tuple[Any, int]:
    """The value that begins there, numbers as `Raw`, and its end. Raises BadJson."""
    try:
        value, end = _DECODER.raw_decode(text, at)
    except (ValueError, RecursionError):
        raise BadJson from None
    if isinstance(value, Raw) and end < len(text) and text[end] not in _AFTER_NUMBER:
        raise BadJson
    return value, end


def shown(value: Any) -> str:
    """A value as Trino prints it, in the order of its text."""
    if isinstance(value, Members):
        return "{" + ",".join(f"{quoted(key)}:{shown(inner)}" for key, inner in value) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(shown, value)) + "]"
    if isinstance(value, Raw):
        return str(int(value)) if value.removeprefix("-").isdigit() else number(value)
    if isinstance(value, str):
        return quoted(value)
    return {None: "null", True: "true", False: "false"}[value]


def inside(value: Any, wanted: tuple[str, ...]) -> tuple[Any, bool]:
    """What a path leads to inside a value, and whether it leads anywhere."""
    for step in wanted:
        if isinstance(value, Members):
            for name, inner in value:
                if name == step:
                    value = inner
                    break
            else:
                return None, False
        elif isinstance(value, list) and step.isascii() and step.isdigit() and int(step) < len(value):
            value = value[int(step)]
        else:
            return None, False
    return value, True


def find(text: str, wanted: tuple[str, ...]) -> int | None:
    """Where the value at the end of a path begins; None if there is none. Raises BadJson."""
    at: int | None = skip(text, 0)
    for step in wanted:
        assert at is not None
        if text.startswith("{", at):
            at = _member(text, at, step)
        elif text.startswith("[", at):
            at = _element(text, at, step)
        else:
            value_at(text, at)
            return None
        if at is None:
            return None
    return at


def _member(text: str, at: int, key: str) -> int | None:
    at = skip(text, at + 1)
    if text.startswith("}", at):
        return None
    while True:
        if not text.startswith('"', at):
            raise BadJson
        name, at = value_at(text, at)
        at = skip(text, at)
        if not text.startswith(":", at):
            raise BadJson
        at = skip(text, at + 1)
        if name == key:
            return at
        at = skip(text, value_at(text, at)[1])
        if text.startswith("}", at):
            return None
        if not text.startswith(",", at):
            raise BadJson
        at = skip(text, at + 1)


def _element(text: str, at: int, index: str) -> int | None:
    wanted = int(index) if index.isascii() and index.isdigit() else -1
    for place, start in enumerate(element_starts(text, at)):
        if place == wanted:
            return start
    return None


def element_starts(text: str, at: int) -> Iterator[int]:
    """Where each element of the array there begins. Raises BadJson when it comes to what is none."""
    at = skip(text, at + 1)
    if text.startswith("]", at):
        return
    while True:
        yield at
        at = skip(text, value_at(text, at)[1])
        if text.startswith("]", at):
            return
        if not text.startswith(",", at):
            raise BadJson
        at = skip(text, at + 1)
