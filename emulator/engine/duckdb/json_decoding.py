"""What the two JSON SerDes' decoders share."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from emulator.engine.duckdb.json_text import Json
from emulator.trino.types import Type

Decode = Callable[[Json], object]
"""Makes a value for Arrow of a JSON value; raises `BadValue`."""

DecodeRow = Callable[[Json], list[object]]
"""Makes the values of columns of a JSON object; raises `BadValue`."""

_REMEMBERED = 500


class BadValue(Exception):
    """A JSON value that cannot be a value of its column's type."""


class Places:
    """Finds where objects have what is wanted, once for all that have the same names in the same order."""

    def __init__(self, find: Callable[[Mapping[str, Json]], list[str | None]]) -> None:
        """find: the name of each wanted value in an object, None where it has none."""
        self._find = find
        self._known: dict[tuple[str, ...], list[str | None]] = {}

    def of(self, value: Mapping[str, Json]) -> list[str | None]:
        """The names of the wanted values."""
        names = tuple(value)
        found = self._known.get(names)
        if found is None:
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            found = self._known[names] = self._find(value)
        return found


def scalar_text(value: Json, kind: Type) -> str:
    """The text of a value that is neither object nor array; raises `BadValue`."""
    if not isinstance(value, str):
        raise BadValue(f"{described(value)} can not be coerced to {str(kind).upper()}")
    return str(value)


def described(value: Json) -> str:
    """What a value is, for an error."""
    if isinstance(value, dict):
        return "An object"
    return "An array" if isinstance(value, list) else "A primitive"


def distinct(pairs: Iterable[tuple[object, object]]) -> list[tuple[object, object]]:
    """A map's entries: of one key the last, and none without a key."""
    found: dict[object, object] = {}
    for key, value in pairs:
        if key is not None:
            found.pop(key, None)
            found[key] = value
    return list(found.items())
