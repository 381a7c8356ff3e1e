"""Trino's types as values: their names, their text, and the way they are written in Trino and in Hive."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

_Item = TypeVar("_Item")

MAX_DECIMAL = 38
INTEGER_WIDTHS = {"tinyint": 8, "smallint": 16, "integer": 32, "bigint": 64}
_WITHOUT_ORDER = ("map", "json", "color", "hyperloglog", "geometry")
INTEGER_DIGITS = {"tinyint": 3, "smallint": 5, "integer": 10, "bigint": 19}


@dataclass(frozen=True)
class Type:
    """A Trino type: base name, numeric arguments, inner types and, for a row, its field names.

    `varchar` without an argument is unbounded; `timestamp with time zone` keeps its precision in `args`.
    """

    base: str
    args: tuple[int, ...] = ()
    inner: tuple[Type, ...] = ()
    names: tuple[str | None, ...] = ()

    def __str__(self) -> str:
        if self.base == "row":
            fields = (_field_text(n, t) for n, t in zip(self.names, self.inner, strict=True))
            return f"row({', '.join(fields)})"
        if self.inner:
            return f"{self.base}({', '.join(map(str, self.inner))})"
        if not self.args:
            return self.base
        numbers = ",".join(map(str, self.args))
        head, space, tail = self.base.partition(" with ")
        return f"{head}({numbers}){space}{tail}"

    @property
    def display(self) -> str:
        """The type as `typeof` shows it: the names of a row's fields without quotes."""
        if self.base == "row":
            pairs = zip(self.names, self.inner, strict=True)
            return f"row({', '.join(f'{name} {k.display}' if name else k.display for name, k in pairs)})"
        if self.inner:
            return f"{self.base}({', '.join(k.display for k in self.inner)})"
        return str(self)

    @property
    def is_integer(self) -> bool:
        """Whether this is tinyint, smallint, integer or bigint."""
        return self.base in INTEGER_WIDTHS

    @property
    def is_text(self) -> bool:
        """Whether this is varchar or char."""
        return self.base in ("varchar", "char")

    @property
    def is_numeric(self) -> bool:
        """Whether arithmetic is defined: integers, decimal, real, double."""
        return self.is_integer or self.base in ("decimal", "real", "double")

    @property
    def precision(self) -> int:
        """The first argument: a decimal's digits, a time's fraction digits."""
        return self.args[0]

    @property
    def scale(self) -> int:
        """A decimal's digits after the point."""
        return self.args[1]

    @property
    def element(self) -> Type:
        """The element type of an array."""
        return self.inner[0]

    @property
    def is_orderable(self) -> bool:
        """Whether Trino has an order for its values, as ORDER BY and `<` need."""
        return self.base not in _WITHOUT_ORDER and all(inner.is_orderable for inner in self.inner)

    @property
    def depth(self) -> int:
        """How deep types are nested in it: 1 for a plain one."""
        return 1 + max((inner.depth for inner in self.inner), default=0)


BOOLEAN = Type("boolean")
TINYINT = Type("tinyint")
SMALLINT = Type("smallint")
INTEGER = Type("integer")
BIGINT = Type("bigint")
REAL = Type("real")
DOUBLE = Type("double")
VARCHAR = Type("varchar")
VARBINARY = Type("varbinary")
DATE = Type("date")
JSON = Type("json")
UUID = Type("uuid")
UNKNOWN = Type("unknown")
INTERVAL_DAY = Type("interval day to second")
INTERVAL_YEAR = Type("interval year to month")


def varchar(length: int | None) -> Type:
    """varchar(length), or the unbounded varchar."""
    return VARCHAR if length is None else Type("varchar", (length,))


def char(length: int) -> Type:
    """char(length)."""
    return Type("char", (length,))


def decimal(precision: int, scale: int) -> Type:
    """decimal(precision,scale)."""
    return Type("decimal", (precision, scale))


def timestamp(precision: int = 3) -> Type:
    """timestamp(precision)."""
    return Type("timestamp", (precision,))


def timestamp_tz(precision: int = 3) -> Type:
    """timestamp(precision) with time zone."""
    return Type("timestamp with time zone", (precision,))


def time(precision: int = 3) -> Type:
    """time(precision)."""
    return Type("time", (precision,))


def array(element: Type) -> Type:
    """array(element)."""
    return Type("array", inner=(element,))


def map_of(key: Type, value: Type) -> Type:
    """map(key, value)."""
    return Type("map", inner=(key, value))


def row(*fields: tuple[str | None, Type]) -> Type:
    """row(name type, ...); a name may be None."""
    return Type("row", inner=tuple(t for _, t in fields), names=tuple(n for n, _ in fields))


SIMPLE = {
    t.base: t
    for t in (
        BOOLEAN, TINYINT, SMALLINT, INTEGER, BIGINT, REAL, DOUBLE, VARBINARY, DATE, JSON, UUID, UNKNOWN,
        Type("ipaddress"), Type("color"), Type("hyperloglog"), Type("geometry"),
    )
} | {"int": INTEGER}  # fmt: skip
"""Types without arguments, by name."""

_PLAIN_NAME = re.compile(r"[a-z_][a-z0-9_]*")
_PIECE = re.compile(r'\s*("(?:[^"]|"")*"|[A-Za-z_][A-Za-z0-9_]*|\d+|[(),<>:])')


def _field_text(name: str | None, kind: Type) -> str:
    if name is None:
        return str(kind)
    shown = name if _PLAIN_NAME.fullmatch(name) else '"' + name.replace('"', '""') + '"'
    return f"{shown} {kind}"


def parse_trino(text: str) -> Type:
    """Read a type as Trino writes it, such as `map(varchar(1), row(a integer, "b c" array(date)))`.

    Raises ValueError for text that is no type of Trino's.
    """
    return _Reader(text).whole()


def from_hive(text: str) -> Type:
    """Read a column type as the Glue catalog writes it: `string`, `array<int>`, `struct<a:decimal(10,2)>`.

    Hive's `string` is an unbounded varchar, `binary` is varbinary, `float` is real, and `timestamp` is
    timestamp(3), as in Athena. Raises ValueError for text that is no type of Hive's.
    """
    return _HiveReader(text).whole()


class _Reader:
    """Recursive descent over a type's text, in Trino's form."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.pieces = _PIECE.findall(text)
        if re.sub(r"\s", "", "".join(self.pieces)) != re.sub(r"\s", "", text):
            raise ValueError(f"not a type: {text!r}")
        self.at = 0

    def whole(self) -> Type:
        found = self.type()
        if self.at != len(self.pieces):
            raise ValueError(f"not a type: {self.text!r}")
        return found

    def peek(self, ahead: int = 0) -> str:
        at = self.at + ahead
        return str(self.pieces[at]) if at < len(self.pieces) else ""

    def take(self, wanted: str | None = None) -> str:
        piece = self.peek()
        if not piece or (wanted is not None and piece.lower() != wanted):
            raise ValueError(
                f"not a type: {self.text!r} ({wanted or 'more'} expected, {piece or 'the end'} found)"
            )
        self.at += 1
        return piece

    def type(self) -> Type:
        name = self.take().lower()
        if name == "interval":
            tail = " ".join(self.take().lower() for _ in range(3))
            if tail not in ("day to second", "year to month"):
                raise ValueError(f"not a type: {self.text!r}")
            return Type(f"interval {tail}")
        if name == "double" and self.peek().lower() == "precision":
            self.take()
        if name == "row":
            return row(*self.listed(self.field))
        if name in ("array", "map"):
            inner = tuple(self.listed(self.type))
            if len(inner) != (1 if name == "array" else 2):
                raise ValueError(f"not a type: {self.text!r}")
            return Type(name, inner=inner)
        args = tuple(self.listed(lambda: self.number(name))) if self.peek() == "(" else ()
        if name in ("timestamp", "time"):
            name, args = name + self.zone(), args or (3,)
        return named(name, args)

    def number(self, name: str) -> int:
        if not self.peek().isdigit():
            raise ValueError(f"Unknown type: {name}({self.peek()})")
        return int(self.take())

    def zone(self) -> str:
        if self.peek().lower() not in ("with", "without"):
            return ""
        word = self.take().lower()
        self.take("time")
        self.take("zone")
        return " with time zone" if word == "with" else ""

    def listed(self, item: Callable[[], _Item]) -> list[_Item]:
        """A parenthesised list of one or more items."""
        self.take("(")
        items = [item()]
        while self.peek() == ",":
            self.take()
            items.append(item())
        self.take(")")
        return items

    def field(self) -> tuple[str | None, Type]:
        """A row's field: `name type`, `"quoted name" type`, or the type alone."""
        piece = self.peek()
        if piece.startswith('"'):
            self.take()
            return piece[1:-1].replace('""', '"'), self.type()
        following = self.peek(1)
        alone = not following or following in "(),"
        if alone or (piece.lower(), following.lower()) in _TWO_WORDS:
            return None, self.type()
        return self.take().lower(), self.type()


_TWO_WORDS = {
    ("double", "precision"), ("timestamp", "with"), ("timestamp", "without"), ("time", "with"),
    ("time", "without"), ("interval", "day"), ("interval", "year"),
}  # fmt: skip


def named(name: str, args: tuple[int, ...]) -> Type:
    """A type that is not nested, by name and numbers, with Trino's defaults; ValueError if there is none."""
    if name in ("varchar", "char", "decimal", "dec", "numeric"):
        return _sized(name, args)
    if name.startswith(("timestamp", "time")) and len(args) == 1:
        if args[0] > 12:
            raise ValueError(f"{name} precision must be in range [0, 12]: {args[0]}")
        return Type(name, args)
    if name in SIMPLE and not args:
        return SIMPLE[name]
    raise ValueError(f"Unknown type: {name}{args or ''}")


def _sized(name: str, args: tuple[int, ...]) -> Type:
    if name == "varchar":
        return varchar(args[0] if args else None)
    if name == "char":
        length = args[0] if args else 1
        if length > 65536:
            raise ValueError(f"CHAR length must be in range [0, 65536], got {length}")
        return char(length)
    precision, scale = (*args, 0)[:2] if args else (MAX_DECIMAL, 0)
    if len(args) > 2 or not 1 <= precision <= MAX_DECIMAL or scale > precision:
        raise ValueError(f"DECIMAL precision must be in range [1, 38] and scale no more: {args}")
    return decimal(precision, scale)


_HIVE = {
    "string": VARCHAR, "binary": VARBINARY, "float": REAL, "timestamp": timestamp(3), "int": INTEGER,
    "decimal": decimal(10, 0),
}  # fmt: skip
"""Hive's names that mean something else than, or are missing from, Trino's."""


class _HiveReader(_Reader):
    """The same descent over Hive's form: `<` and `:` instead of parentheses and spaces."""

    def type(self) -> Type:
        name = self.take().lower()
        if name in ("array", "map"):
            inner = tuple(self.angled(self.type))
            if len(inner) != (1 if name == "array" else 2):
                raise ValueError(f"not a type: {self.text!r}")
            return Type(name, inner=inner)
        if name == "struct":
            return row(*self.angled(self.field))
        if name in _HIVE and self.peek() != "(":
            return _HIVE[name]
        return named(name, tuple(self.listed(lambda: int(self.take()))) if self.peek() == "(" else ())

    def angled(self, item: Callable[[], _Item]) -> list[_Item]:
        """A list of one or more items between angle brackets."""
        self.take("<")
        items = [item()]
        while self.peek() == ",":
            self.take()
            items.append(item())
        self.take(">")
        return items

    def field(self) -> tuple[str | None, Type]:
        name = self.take().lower()
        self.take(":")
        return name, self.type()
