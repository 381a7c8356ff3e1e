"""Values of Trino's client protocol as Athena shows them.

The protocol's JSON holds numbers, booleans, lists, objects and texts: decimals, dates, times, intervals and
the like come as the texts that Athena shows; binaries come in Base64.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Sequence
from typing import Any

from emulator.engine.base import Row
from emulator.trino.errors import Unsupported
from emulator.trino.numbers import java_double, java_real
from emulator.trino.types import Type

Show = Callable[[Any], str]

_BINARY = ("varbinary", "hyperloglog", "p4hyperloglog", "tdigest", "qdigest", "setdigest")


def texts(types: Sequence[Type]) -> Callable[[Sequence[Any]], Row]:
    """The call that shows a row of values of these types."""
    shows = [shown(kind) for kind in types]

    def row(values: Sequence[Any]) -> Row:
        return tuple(
            None if value is None else show(value) for show, value in zip(shows, values, strict=True)
        )

    return row


def shown(kind: Type) -> Show:
    """The call that shows a value of a type that is not NULL."""
    if kind.base == "array":
        return _array(kind)
    if kind.base == "map":
        return _map(kind)
    if kind.base == "row":
        return _row(kind)
    if kind.base in _BINARY:
        return _binary
    return _SCALARS.get(kind.base, _other)


def _array(kind: Type) -> Show:
    element = _nested(kind.element)
    return lambda value: "[" + ", ".join(map(element, value)) + "]"


def _row(kind: Type) -> Show:
    fields = [
        (name or f"field{place}", _nested(inner))
        for place, (name, inner) in enumerate(zip(kind.names, kind.inner, strict=True))
    ]

    def show(value: Sequence[Any]) -> str:
        pairs = zip(fields, value, strict=True)
        return "{" + ", ".join(f"{name}={inner(item)}" for (name, inner), item in pairs) + "}"

    return show


def _map(kind: Type) -> Show:
    key, value = _key(kind.inner[0]), _nested(kind.inner[1])
    return lambda found: "{" + ", ".join(f"{key(k)}={value(v)}" for k, v in found.items()) + "}"


def _key(kind: Type) -> Show:
    """Keys are texts in JSON, which are what is shown: ``1.0E10``, ``[1, 2]``.

    A row's names and a binary within an array cannot be told from its text.
    """
    if kind.base in _BINARY:
        return _binary
    if not _has_plain_text(kind):
        raise Unsupported(f"Showing a map with keys of type {kind} is not supported on Trino")
    return str


def _has_plain_text(kind: Type) -> bool:
    return kind.base != "row" and kind.base not in _BINARY and all(map(_has_plain_text, kind.inner))


def _nested(kind: Type) -> Show:
    show = shown(kind)
    return lambda value: "null" if value is None else show(value)


def _boolean(value: bool) -> str:
    return "true" if value else "false"


def _double(value: float | str) -> str:
    """``NaN`` and the infinities come as text, which is what is shown."""
    return value if isinstance(value, str) else java_double(float(value))


def _real(value: float | str) -> str:
    return value if isinstance(value, str) else java_real(float(value))


def _binary(value: str) -> str:
    return base64.b64decode(value).hex(" ")


def _other(value: Any) -> str:
    """Texts and whole numbers; an object (a Bing tile's x, y and zoom) is shown like a map."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{name}={item}" for name, item in value.items()) + "}"
    return str(value)


_SCALARS: dict[str, Show] = {"boolean": _boolean, "double": _double, "real": _real}
