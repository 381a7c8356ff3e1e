"""JSON as text, the way Trino keeps it: keys in order, the last of equal keys, Trino's numbers."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any, NoReturn

from emulator.trino.numbers import java_double


class JsonProblem(Exception):
    """Text that is no JSON."""


def parse(written: str) -> Any:
    """The value of a JSON text; numbers with a point or an exponent as float. Raises JsonProblem."""
    try:
        return json.loads(written, parse_constant=_refuse, parse_float=JsonFloat)
    except (ValueError, RecursionError):
        raise JsonProblem(f"Cannot convert value to JSON: '{written}'") from None


class JsonFloat(str):
    """A number with a point or an exponent, as written."""


def _refuse(name: str) -> NoReturn:
    raise ValueError(name)


def dump(value: Any) -> str:
    """A parsed value as Trino prints it."""
    if isinstance(value, dict):
        members = (
            f"{_quoted(k)}:{dump(v)}" for k, v in sorted(value.items(), key=lambda item: item[0].encode())
        )
        return "{" + ",".join(members) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(dump, value)) + "]"
    if isinstance(value, JsonFloat):
        return number(value)
    if isinstance(value, str):
        return _quoted(value)
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    return str(value)


def _quoted(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)


def number(written: str) -> str:
    """A JSON number with a fraction: a double as Java prints it."""
    return java_double(float(Decimal(written)))


def normalise(written: str) -> str:
    """What json_parse keeps of a text. Raises JsonProblem."""
    return dump(parse(written))
