"""What a recorded Trino value looks like in Athena's GetQueryResults, and whether an answer agrees with it.

The corpus stores the raw JSON values of Trino's client protocol. Athena's results are text, so a value is
compared by walking the text along the value's type: exact for text, dates and decimals, numerically for
floating point, and without regard to the order of entries for maps.
"""

from __future__ import annotations

import base64
import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

FAMILIES = {
    "tinyint": "integer", "smallint": "integer", "integer": "integer", "int": "integer", "bigint": "integer",
    "real": "float", "float": "float", "double": "float",
    "varchar": "text", "char": "text", "string": "text", "json": "text", "uuid": "text", "ipaddress": "text",
    "struct": "row",
    "interval day to second": "interval", "interval year to month": "interval",
}  # fmt: skip
"""Type names to family. A name that is not listed is a family of its own."""


@dataclass(frozen=True)
class Type:
    """A parsed Trino type: base name, numeric arguments, and the inner types with their field names."""

    base: str
    args: tuple[int, ...] = ()
    inner: tuple[Type, ...] = ()
    names: tuple[str | None, ...] = ()


def parse_type(text: str) -> Type:
    """Parse a type as Trino writes it, such as `map(varchar(1), row(a integer, "b c" array(date)))`."""
    parsed, end = _type_at(text, 0)
    if text[end:].strip():
        raise ValueError(f"trailing text in type {text!r}: {text[end:]!r}")
    return parsed


def _type_at(text: str, at: int) -> tuple[Type, int]:
    found = re.compile(r"\s*([A-Za-z][A-Za-z0-9_]*)").match(text, at)
    if not found:
        raise ValueError(f"no type name in {text!r} at {at}")
    base, at = found.group(1).lower(), found.end()
    if base == "interval":
        tail = re.compile(r"\s+(day to second|year to month)", re.I).match(text, at)
        if not tail:
            raise ValueError(f"unknown interval in {text!r}")
        return Type(f"interval {tail.group(1).lower()}"), tail.end()
    numbers: list[int] = []
    inner: list[Type] = []
    names: list[str | None] = []
    if at < len(text) and text[at] == "(":
        at += 1
        while True:
            number = re.compile(r"\s*(\d+)\s*").match(text, at)
            if number:
                numbers.append(int(number.group(1)))
                at = number.end()
            else:
                name, at = _field_name(text, at) if base == "row" else (None, at)
                child, at = _type_at(text, at)
                inner.append(child)
                names.append(name)
            at = _skip(text, at)
            if text[at] == ")":
                at += 1
                break
            at += 1
    if base in ("timestamp", "time"):
        zone = re.compile(r"\s+with time zone", re.I).match(text, at)
        if zone:
            base, at = f"{base} with time zone", zone.end()
    return Type(base, tuple(numbers), tuple(inner), tuple(names)), at


def _skip(text: str, at: int) -> int:
    while text[at] == " ":
        at += 1
    return at


def _field_name(text: str, at: int) -> tuple[str | None, int]:
    """A row field is `name type`, `"quoted name" type`, or the type alone."""
    at = _skip(text, at)
    if text[at] == '"':
        end = at + 1
        while text[end] != '"' or text[end + 1] == '"':
            end += 2 if text[end] == '"' else 1
        return text[at + 1 : end].replace('""', '"'), end + 1
    named = re.compile(r"([A-Za-z_][A-Za-z0-9_]*) +(?=[A-Za-z])").match(text, at)
    if named and named.group(1).lower() not in ("timestamp", "time", "interval"):
        return named.group(1), named.end()
    if named and not re.compile(r"(with time|day to|year to)", re.I).match(text, named.end()):
        return named.group(1), named.end()
    return None, at


def java_double(value: float) -> str:
    """The text of a double as Java, and so Trino, prints it: `1.0`, `1.0E10`, `NaN`, `-Infinity`."""
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    if value == 0 or 1e-3 <= abs(value) < 1e7:
        text = repr(value)
        if "e" not in text:
            return text
    mantissa, _, exponent = f"{value!r}".partition("e")
    if not exponent:
        digits = mantissa.replace("-", "").replace(".", "")
        point = len(mantissa.replace("-", "").split(".")[0])
        lead = len(digits) - len(digits.lstrip("0"))
        exponent = str(point - lead - 1)
        significant = digits.strip("0") or "0"
        mantissa = ("-" if value < 0 else "") + significant[0] + "." + (significant[1:] or "0")
    elif "." not in mantissa:
        mantissa += ".0"
    return f"{mantissa}E{int(exponent)}"


def render(value: Any, kind: Type) -> str | None:
    """The VarCharValue that Athena gives for a recorded value; None stands for a missing VarCharValue."""
    if value is None:
        return None
    if kind.base == "boolean":
        return "true" if value else "false"
    if kind.base in ("double", "real"):
        return java_double(float(value))
    if kind.base == "varbinary":
        return base64.b64decode(value).hex(" ")
    if kind.base == "array":
        return "[" + ", ".join(_nested(v, kind.inner[0]) for v in value) + "]"
    if kind.base == "map":
        pairs = (f"{_map_key(k, kind.inner[0])}={_nested(v, kind.inner[1])}" for k, v in value.items())
        return "{" + ", ".join(pairs) + "}"
    if kind.base == "row":
        fields = (
            f"{name or f'field{i}'}={_nested(v, child)}"
            for i, (v, child, name) in enumerate(zip(value, kind.inner, kind.names, strict=True))
        )
        return "{" + ", ".join(fields) + "}"
    return str(value)


def _nested(value: Any, kind: Type) -> str:
    text = render(value, kind)
    return "null" if text is None else text


def _map_key(key: str, kind: Type) -> str:
    """JSON objects have text keys: a key needs rendering only where Trino's text is not the display's."""
    if kind.base in ("double", "real"):
        return java_double(float(key))
    return key


NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*(?:[eE][+-]?\d+)?|NaN|Infinity)")
DOUBLE_TOLERANCE = 1e-12
REAL_TOLERANCE = 1e-6


class Matcher:
    """Says whether a piece of text shows a recorded value. `tolerance` is relative, for doubles."""

    def __init__(self, tolerance: float = DOUBLE_TOLERANCE) -> None:
        self.tolerance = tolerance

    def cell(self, text: str | None, value: Any, kind: Type) -> bool:
        """Whether a VarCharValue (None if missing) shows the value."""
        if text is None or value is None:
            return text is None and value is None
        if kind.base == "char":
            return text.rstrip(" ") == str(value).rstrip(" ")
        return any(end == len(text) for end in self._ends(text, 0, value, kind))

    def _ends(self, text: str, at: int, value: Any, kind: Type) -> Iterator[int]:
        """Every place at which a reading of the value, begun at `at`, may stop."""
        if value is None:
            yield from self._literal(text, at, "null")
        elif kind.base in ("double", "real"):
            yield from self._float(text, at, float(value), kind.base)
        elif kind.base == "array":
            yield from self._list(text, at, list(value), [kind.inner[0]] * len(value), "[", "]", None)
        elif kind.base == "row":
            labels = [name or f"field{i}" for i, name in enumerate(kind.names)]
            yield from self._list(text, at, list(value), list(kind.inner), "{", "}", labels)
        elif kind.base == "map":
            yield from self._map(text, at, dict(value), kind)
        elif kind.base in ("timestamp", "time", "timestamp with time zone") and kind.args == (0,):
            yield from self._whole_seconds(text, at, str(value))
        else:
            yield from self._literal(text, at, _nested(value, kind))

    @staticmethod
    def _literal(text: str, at: int, expected: str) -> Iterator[int]:
        if text.startswith(expected, at):
            yield at + len(expected)

    def _whole_seconds(self, text: str, at: int, value: str) -> Iterator[int]:
        """Precision 0 is accepted with and without `.000`: Athena's own display of it is not documented."""
        yield from self._literal(text, at, value)
        yield from self._literal(text, at, re.sub(r"(\d\d:\d\d:\d\d)", r"\1.000", value, count=1))

    def _float(self, text: str, at: int, value: float, base: str) -> Iterator[int]:
        found = NUMBER.match(text, at)
        if not found:
            return
        shown = float(found.group(0))
        tolerance = REAL_TOLERANCE if base == "real" else self.tolerance
        both_nan = math.isnan(shown) and math.isnan(value)
        if both_nan or shown == value or math.isclose(shown, value, rel_tol=tolerance, abs_tol=1e-300):
            yield found.end()

    def _list(
        self, text: str, at: int, values: list[Any], kinds: list[Type], opening: str, closing: str,
        labels: list[str] | None,
    ) -> Iterator[int]:  # fmt: skip
        if not text.startswith(opening, at):
            return
        places = {at + len(opening)}
        for i, (value, kind) in enumerate(zip(values, kinds, strict=True)):
            lead = (", " if i else "") + (f"{labels[i]}=" if labels else "")
            places = {
                end
                for place in places
                if text.startswith(lead, place)
                for end in self._ends(text, place + len(lead), value, kind)
            }
        yield from (place + len(closing) for place in places if text.startswith(closing, place))

    def _map(self, text: str, at: int, entries: dict[str, Any], kind: Type) -> Iterator[int]:
        if not text.startswith("{", at):
            return
        key_kind, value_kind = kind.inner
        start: tuple[int, frozenset[str]] = (at + 1, frozenset(entries))
        states = {start}
        for i in range(len(entries)):
            following: set[tuple[int, frozenset[str]]] = set()
            for place, left in states:
                for key in left:
                    lead = (", " if i else "") + _map_key(key, key_kind) + "="
                    if text.startswith(lead, place):
                        for end in self._ends(text, place + len(lead), entries[key], value_kind):
                            following.add((end, left - {key}))
            states = following
        yield from {place + 1 for place, _ in states if text.startswith("}", place)}


def family(name: str) -> str:
    """The family of a type by its name alone, with or without arguments."""
    nested = re.match(r"(row|struct|array|map)\b", name.lower())
    if nested:
        return FAMILIES.get(nested.group(1), nested.group(1))
    base = re.sub(r"\s*\(.*?\)\s*", " ", name.lower()).strip()
    return FAMILIES.get(base, base)


@dataclass(frozen=True)
class Answer:
    """What an engine gave: column (name, type) pairs and rows of text, or the text of the query's error.

    `broken` is what went wrong where that is not an answer of Athena's kind, such as an HTTP error or a query
    without an end. It agrees with nothing, not even with a case that should fail.
    """

    columns: tuple[tuple[str, str], ...] = ()
    rows: tuple[tuple[str | None, ...], ...] = ()
    error: str | None = None
    broken: str | None = None


def disagreement(
    case: dict[str, Any], answer: Answer, matcher: Matcher, strict_errors: bool = False
) -> str | None:
    """Why an answer does not agree with a case, in a few words; None if it agrees."""
    if answer.broken is not None:
        return f"no answer: {answer.broken}"
    if "error" in case:
        name = str(case["error"]["name"])
        if answer.error is None:
            return f"succeeded; Trino fails with {name}"
        if strict_errors and name not in answer.error:
            return f"failed, but not with {name}: {answer.error}"
        return None
    if answer.error is not None:
        return f"failed: {answer.error}"
    expected = case["columns"]
    if len(answer.columns) != len(expected):
        return f"{len(answer.columns)} columns instead of {len(expected)}"
    for column, (name, shown) in zip(expected, answer.columns, strict=True):
        if name.lower() != column["name"].lower():
            return f"column {name!r} instead of {column['name']!r}"
        kind = parse_type(column["type"]).base
        if kind != "unknown" and family(shown) != family(kind):
            return f"column {name!r} has type {shown} instead of {column['type']}"
    return _rows_differ(case, answer.rows, matcher)


def _rows_differ(case: dict[str, Any], rows: Sequence[Sequence[str | None]], matcher: Matcher) -> str | None:
    kinds = [parse_type(column["type"]) for column in case["columns"]]
    wanted = case["rows"]
    if len(rows) != len(wanted):
        return f"{len(rows)} rows instead of {len(wanted)}"

    def same(shown: Sequence[str | None], values: Sequence[Any]) -> bool:
        cells = zip(shown, values, kinds, strict=True)
        return len(shown) == len(values) and all(
            matcher.cell(text, value, kind) for text, value, kind in cells
        )

    if case.get("ordered"):
        for i, (shown, values) in enumerate(zip(rows, wanted, strict=True)):
            if not same(shown, values):
                return f"row {i + 1} is {list(shown)} instead of {_shown(values, kinds)}"
        return None
    left = list(wanted)
    for shown in rows:
        found = next((i for i, values in enumerate(left) if same(shown, values)), None)
        if found is None:
            return f"row {list(shown)} is not among the expected, such as {_shown(left[0], kinds)}"
        del left[found]
    return None


def _shown(values: Sequence[Any], kinds: Sequence[Type]) -> list[str | None]:
    return [render(value, kind) for value, kind in zip(values, kinds, strict=True)]
