"""The syntax tree of the JSON calls of the SQL standard."""

from __future__ import annotations

from dataclasses import dataclass

from emulator.trino.syntax.expressions import Expression, Node


@dataclass(frozen=True)
class JsonItem(Node):
    """A value, with FORMAT JSON or without; in PASSING it has a name."""

    value: Expression
    formatted: bool = False
    name: str = ""


@dataclass(frozen=True)
class JsonBehavior(Node):
    """What ON EMPTY or ON ERROR says: `null`, `error`, `default`, `true`, `empty array`, ..."""

    kind: str
    default: Expression | None = None


@dataclass(frozen=True)
class JsonPathCall(Expression):
    """JSON_EXISTS, JSON_VALUE or JSON_QUERY; `wrapper` is without, conditional or unconditional."""

    name: str
    input: JsonItem
    path: Expression
    passing: tuple[JsonItem, ...] = ()
    returning: str | None = None
    on_empty: JsonBehavior | None = None
    on_error: JsonBehavior | None = None
    wrapper: str = "without"
    omit_quotes: bool = False


@dataclass(frozen=True)
class JsonObject(Expression):
    """JSON_OBJECT(key VALUE value, ...)."""

    keys: tuple[Expression, ...] = ()
    values: tuple[JsonItem, ...] = ()
    absent: bool = False
    unique: bool = False
    returning: str | None = None


@dataclass(frozen=True)
class JsonArray(Expression):
    """JSON_ARRAY(value, ...)."""

    values: tuple[JsonItem, ...] = ()
    absent: bool = True
    returning: str | None = None
