"""The expression analyzer: one node in, one typed piece of DuckDB text out."""

from __future__ import annotations

from collections.abc import Callable
from copy import copy
from typing import Any, TypeVar

from emulator.trino import types as t
from emulator.trino.analysis.coercion import can_coerce, common_type
from emulator.trino.analysis.context import Context, Namespace
from emulator.trino.analysis.scope import Field, Scope, missing, path_of
from emulator.trino.emission.coerce import coerce
from emulator.trino.emission.values import Value
from emulator.trino.errors import Position, TrinoError, Unsupported
from emulator.trino.syntax import expressions as ex
from emulator.trino.types import Type

Handler = Callable[["Analyzer", Any], Value]
_HANDLERS: dict[type[ex.Expression], Handler] = {}
_H = TypeVar("_H", bound=Callable[..., Value])


def handles(*kinds: type[ex.Expression]) -> Callable[[_H], _H]:
    """Register the decorated function as the compiler of these nodes."""

    def register(handler: _H) -> _H:
        for kind in kinds:
            _HANDLERS[kind] = handler
        return handler

    return register


class Analyzer:
    """Compiles expressions in one scope.

    `clause` names what cannot hold aggregates or windows (`WHERE clause`), None where windows may stand.
    `windows` are the query's named windows; `outputs` the SELECT's aliases, which ORDER BY sees first;
    `filters` the terms of which rows must meet every one, where the expression is such a condition.
    """

    def __init__(
        self, context: Context, namespace: Namespace, scope: Scope, clause: str | None = None,
        windows: dict[str, ex.Window] | None = None,
    ) -> None:  # fmt: skip
        self.context = context
        self.namespace = namespace
        self.scope = scope
        self.clause = clause
        self.windows = windows or {}
        self.outputs: dict[str, list[Value]] = {}
        self.filters: tuple[ex.Expression, ...] = ()

    def within(self, scope: Scope) -> Analyzer:
        """The same analyzer in another scope, such as a lambda's."""
        inner = copy(self)
        inner.scope = scope
        return inner

    def analyze(self, node: ex.Expression) -> Value:
        """Compile an expression. Raises TrinoError."""
        handler = _HANDLERS.get(type(node))
        if handler is None:
            raise Unsupported(f"{type(node).__name__} is not supported", node.at)
        return handler(self, node)

    def coerce(self, value: Value, kind: Type) -> Value:
        """The value as a type that it coerces to."""
        return coerce(value, kind)

    def expect(self, node: ex.Expression, kind: Type, message: str) -> Value:
        """Compile an expression that must be of a type, or become it; `message` has %s for its own type."""
        value = self.analyze(node)
        if not can_coerce(value.type, kind):
            raise TrinoError("TYPE_MISMATCH", message % value.type, node.at)
        return coerce(value, kind)

    def unified(self, values: list[Value], at: Position, message: str) -> list[Value]:
        """Values brought to their common type. `message` has two %s, for the types that do not meet."""
        kind = values[0].type
        for value in values[1:]:
            met = common_type(kind, value.type)
            if met is None:
                raise TrinoError("TYPE_MISMATCH", message % (kind, value.type), at)
            kind = met
        return [coerce(value, kind) for value in values]

    def column(self, field: Field, scope: Scope) -> Value:
        """A field as a value; grouped queries refuse what is not grouped."""
        if field.touch:
            field.touch()
        return Value(field.sql, field.type)

    def subquery_scope(self) -> Scope:
        """What a subquery in this expression sees around it."""
        return self.scope

    def aggregate(self, node: ex.FunctionCall) -> Value:
        """An aggregate call; only grouped queries have a place for one."""
        raise self._misplaced(node)

    def window(self, node: ex.FunctionCall) -> Value:
        """A window function's call."""
        if self.clause is not None:
            raise self._misplaced(node)
        return windowed(self, node)

    def _misplaced(self, node: ex.FunctionCall) -> TrinoError:
        clause = self.clause or "Expression"
        message = (
            f"{clause} cannot contain aggregations, window functions or grouping operations: [{node.name}]"
        )
        return TrinoError("EXPRESSION_NOT_SCALAR", message, node.at)


@handles(ex.Identifier)
def _identifier(analyzer: Analyzer, node: ex.Identifier) -> Value:
    aliased = analyzer.outputs.get(node.name.lower(), [])
    if len(aliased) > 1:
        raise TrinoError("AMBIGUOUS_NAME", f"Column '{node.name.lower()}' is ambiguous", node.at)
    if aliased:
        return aliased[0]
    found = analyzer.scope.find((node.name.lower(),), node.at)
    if not found:
        raise missing(node)
    return analyzer.column(*found)


@handles(ex.Dereference)
def _dereference(analyzer: Analyzer, node: ex.Dereference) -> Value:
    path = path_of(node)
    if path:
        found = analyzer.scope.find(path, node.at)
        if found:
            return analyzer.column(*found)
        if not _base_resolves(analyzer, path, node.at):
            raise missing(node)
    base = analyzer.analyze(node.base)
    return _row_field(base, node)


def _base_resolves(analyzer: Analyzer, path: tuple[str, ...], at: Position) -> bool:
    return any(analyzer.scope.find(path[:end], at) for end in range(len(path) - 1, 0, -1))


def _row_field(base: Value, node: ex.Dereference) -> Value:
    if base.type.base != "row":
        raise TrinoError("TYPE_MISMATCH", f"Expression {node.base} is not of type ROW", node.at)
    wanted = node.name.name.lower()
    places = [i for i, name in enumerate(base.type.names) if name is not None and name.lower() == wanted]
    if len(places) > 1:
        raise TrinoError("AMBIGUOUS_NAME", f"Ambiguous row field reference: {node.name.name}", node.at)
    if not places:
        raise (
            missing(node)
            if path_of(node)
            else TrinoError(
                "INVALID_COLUMN_REFERENCE", f"Column '{node.name.name}' cannot be resolved", node.at
            )
        )
    return Value(f"({base.sql}).f{places[0]}", base.type.inner[places[0]])


@handles(ex.Parameter)
def _parameter(analyzer: Analyzer, node: ex.Parameter) -> Value:
    parameters = analyzer.context.parameters
    if node.index >= len(parameters):
        raise TrinoError(
            "INVALID_PARAMETER_USAGE",
            f"Incorrect number of parameters: expected {node.index + 1} but found {len(parameters)}",
            node.at,
        )
    return analyzer.analyze(parameters[node.index])


def require_boolean(analyzer: Analyzer, node: ex.Expression, message: str) -> Value:
    """Compile a condition; `message` has %s for the type it has instead."""
    return analyzer.expect(node, t.BOOLEAN, message)


from emulator.trino.analysis.windows import windowed  # noqa: E402  (it needs Analyzer)
