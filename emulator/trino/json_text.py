"""JSON as text, the way Trino keeps it: keys in order, the last of equal keys, Trino's numbers."""

from __future__ import annotations

import json
import re
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
        members = (f"{quoted(k)}:{dump(v)}" for k, v in sorted(value.items(), key=_java_order))
        return "{" + ",".join(members) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(dump, value)) + "]"
    if isinstance(value, JsonFloat):
        return number(value)
    if isinstance(value, str):
        return quoted(value)
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    return str(value)


def _java_order(member: tuple[str, Any]) -> bytes:
    """Java orders text by its UTF-16 units."""
    return member[0].encode("utf-16-be", "surrogatepass")


_ESCAPED = re.compile("[\\x00-\\x1f\\ud800-\\udfff\\U00010000-\\U0010ffff]")


def quoted(value: str) -> str:
    """A text in quotes; control characters and what takes two UTF-16 units are escaped, in capitals."""
    return _ESCAPED.sub(_upper_escape, json.dumps(value, ensure_ascii=False))


def _upper_escape(found: re.Match[str]) -> str:
    units = found[0].encode("utf-16-be", "surrogatepass").hex().upper()
    return "".join(f"\\u{units[at : at + 4]}" for at in range(0, len(units), 4))


def number(written: str) -> str:
    """A JSON number with a fraction: a double as Java prints it, in quotes if it is too large for one."""
    shown = java_double(float(written))
    return f'"{shown}"' if shown.endswith("Infinity") else shown


def normalise(written: str) -> str:
    """What json_parse keeps of a text. Raises JsonProblem."""
    return dump(parse(written))
