"""The syntax tree of expressions, as Trino's grammar divides it.

Positions take no part in equality, so two nodes are equal when their text means the same.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any

from emulator.trino.errors import Position

if TYPE_CHECKING:
    from emulator.trino.syntax.queries import Query

NOWHERE = Position(1, 1)


@dataclass(frozen=True, kw_only=True)
class Node:
    """Anything in the tree; `at` is where its text begins."""

    at: Position = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True)
class Expression(Node):
    """An expression."""


@dataclass(frozen=True)
class NullLiteral(Expression):
    """NULL."""


@dataclass(frozen=True)
class BooleanLiteral(Expression):
    """TRUE or FALSE."""

    value: bool


@dataclass(frozen=True)
class LongLiteral(Expression):
    """A whole number."""

    value: int


@dataclass(frozen=True)
class DecimalLiteral(Expression):
    """A number with a point and without an exponent, as written."""

    text: str


@dataclass(frozen=True)
class DoubleLiteral(Expression):
    """A number with an exponent."""

    value: float


@dataclass(frozen=True)
class StringLiteral(Expression):
    """A text."""

    value: str


@dataclass(frozen=True)
class BinaryLiteral(Expression):
    """X'00FF'."""

    value: bytes


@dataclass(frozen=True)
class TypedLiteral(Expression):
    """A type's name and a text: DATE '2024-01-01', JSON '{}'."""

    type_text: str
    value: str


@dataclass(frozen=True)
class IntervalLiteral(Expression):
    """INTERVAL '1' DAY, with its sign, first unit and optional last unit in lower case."""

    value: str
    sign: int
    start: str
    end: str | None


@dataclass(frozen=True)
class Parameter(Expression):
    """The n-th `?`, from 0."""

    index: int


@dataclass(frozen=True)
class Identifier(Expression):
    """A name; `name` is as written, compared without regard to case by the analysis."""

    name: str
    quoted: bool = False


@dataclass(frozen=True)
class Dereference(Expression):
    """base.field."""

    base: Expression
    name: Identifier


@dataclass(frozen=True)
class SortItem(Node):
    """One key of an ORDER BY; `nulls_first` None is the default (last, in both directions)."""

    key: Expression
    descending: bool = False
    nulls_first: bool | None = None


@dataclass(frozen=True)
class FrameBound(Node):
    """`unbounded preceding`, `preceding`, `current row`, `following` or `unbounded following`."""

    kind: str
    offset: Expression | None = None


@dataclass(frozen=True)
class Frame(Node):
    """A window's frame: unit rows, range or groups."""

    unit: str
    start: FrameBound
    end: FrameBound | None


@dataclass(frozen=True)
class Window(Node):
    """OVER (...), or a named window with what extends it."""

    name: str | None = None
    partition_by: tuple[Expression, ...] = ()
    order_by: tuple[SortItem, ...] = ()
    frame: Frame | None = None


@dataclass(frozen=True)
class FunctionCall(Expression):
    """A call. `star` is count(*); `nulls` is `ignore` or `respect` where written."""

    name: str
    args: tuple[Expression, ...] = ()
    star: bool = False
    distinct: bool = False
    order_by: tuple[SortItem, ...] = ()
    filter: Expression | None = None
    nulls: str | None = None
    over: Window | None = None


@dataclass(frozen=True)
class Lambda(Expression):
    """(a, b) -> body."""

    parameters: tuple[Identifier, ...]
    body: Expression


@dataclass(frozen=True)
class Cast(Expression):
    """CAST(value AS type), or TRY_CAST."""

    value: Expression
    type_text: str
    safe: bool = False


@dataclass(frozen=True)
class Arithmetic(Expression):
    """`+ - * / %` and `||`."""

    op: str
    left: Expression
    right: Expression


@dataclass(frozen=True)
class Negative(Expression):
    """-value."""

    value: Expression


@dataclass(frozen=True)
class Positive(Expression):
    """+value."""

    value: Expression


@dataclass(frozen=True)
class Comparison(Expression):
    """`= <> < <= > >=`, `is distinct from`, `is not distinct from`."""

    op: str
    left: Expression
    right: Expression


@dataclass(frozen=True)
class Logical(Expression):
    """AND or OR of two or more terms."""

    op: str
    terms: tuple[Expression, ...]


@dataclass(frozen=True)
class Not(Expression):
    """NOT value."""

    value: Expression


@dataclass(frozen=True)
class IsNull(Expression):
    """value IS NULL."""

    value: Expression


@dataclass(frozen=True)
class Between(Expression):
    """value BETWEEN low AND high."""

    value: Expression
    low: Expression
    high: Expression


@dataclass(frozen=True)
class InList(Expression):
    """value IN (a, b)."""

    value: Expression
    options: tuple[Expression, ...]


@dataclass(frozen=True)
class InSubquery(Expression):
    """value IN (query)."""

    value: Expression
    query: Query


@dataclass(frozen=True)
class Exists(Expression):
    """EXISTS (query)."""

    query: Query


@dataclass(frozen=True)
class Quantified(Expression):
    """value op ALL | ANY (query); SOME is ANY."""

    op: str
    quantifier: str
    value: Expression
    query: Query


@dataclass(frozen=True)
class Like(Expression):
    """value LIKE pattern ESCAPE escape."""

    value: Expression
    pattern: Expression
    escape: Expression | None


@dataclass(frozen=True)
class Case(Expression):
    """CASE; `operand` is None for the searched form."""

    operand: Expression | None
    branches: tuple[tuple[Expression, Expression], ...]
    default: Expression | None


@dataclass(frozen=True)
class Subscript(Expression):
    """base[index]."""

    base: Expression
    index: Expression


@dataclass(frozen=True)
class ArrayConstructor(Expression):
    """ARRAY[a, b]."""

    items: tuple[Expression, ...]


@dataclass(frozen=True)
class RowConstructor(Expression):
    """ROW(a, b) or (a, b)."""

    items: tuple[Expression, ...]


@dataclass(frozen=True)
class ScalarSubquery(Expression):
    """(query) as a value."""

    query: Query


@dataclass(frozen=True)
class Extract(Expression):
    """EXTRACT(unit FROM value)."""

    unit: str
    value: Expression


@dataclass(frozen=True)
class AtTimeZone(Expression):
    """value AT TIME ZONE zone."""

    value: Expression
    zone: Expression


@dataclass(frozen=True)
class Current(Expression):
    """current_date, current_timestamp(p), localtimestamp, current_user ... by name."""

    what: str
    precision: int | None = None


def children(node: Node) -> list[Node]:
    """The nodes directly beneath a node, in the order of its fields."""
    found: list[Node] = []
    for part in fields(node):
        if part.name != "at":
            _collect(getattr(node, part.name), found)
    return found


def _collect(value: Any, found: list[Node]) -> None:
    if isinstance(value, Node):
        found.append(value)
    elif isinstance(value, tuple):
        for item in value:
            _collect(item, found)
