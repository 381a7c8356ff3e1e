"""Function calls: choosing the function, coercing arguments, compiling lambdas."""

from __future__ import annotations

from dataclasses import replace

from emulator.trino.analysis.analyzer import Analyzer, handles
from emulator.trino.analysis.scope import Field, Scope
from emulator.trino.analysis.special_forms import SPECIAL_FORMS
from emulator.trino.analysis.walk import is_aggregate
from emulator.trino.emission.values import Value
from emulator.trino.errors import INTERNAL_ERROR, ParseError, Position, TrinoError, Unsupported
from emulator.trino.functions.known import TRINO_FUNCTIONS
from emulator.trino.functions.registry import (
    WINDOW,
    Call,
    Function,
    LambdaValue,
    is_kind,
    is_registered,
    resolve,
)
from emulator.trino.functions.signatures import Bindings, LambdaShape, Pattern
from emulator.trino.syntax import expressions as ex
from emulator.trino.types import Type

_MAX_WIDENINGS = 4
"""How often Trino lets a lambda widen its own parameters before it gives up."""


@handles(ex.FunctionCall)
def _call(analyzer: Analyzer, node: ex.FunctionCall) -> Value:
    if node.over is not None:
        return analyzer.window(node)
    special = SPECIAL_FORMS.get(node.name)
    if special is not None:
        _check_bare(node)
        return special(analyzer, node)
    if is_aggregate(node):
        return analyzer.aggregate(node)
    if is_kind(node.name, WINDOW):
        message = f"Window function {node.name} requires an OVER clause"
        raise TrinoError("MISSING_OVER", message, node.at)
    if node.distinct or node.order_by or node.filter is not None:
        if not node.distinct:
            bind_arguments(analyzer, node.name, list(node.args), node.at)
        if node.name in TRINO_FUNCTIONS:
            known(node.name, node.at)
        message = f"DISTINCT, ORDER BY and FILTER are only for aggregations, and {node.name} is none"
        raise TrinoError("FUNCTION_NOT_AGGREGATE", message, node.at)
    return call_function(analyzer, node.name, list(node.args), node.at)


def _check_bare(node: ex.FunctionCall) -> None:
    """A special form takes nothing of what aggregates take; the grammar's own pass over an ORDER BY."""
    grammar = node.name != "typeof"
    added = {"DISTINCT": node.distinct, "FILTER": node.filter is not None, "ORDER BY": bool(node.order_by)}
    for what, written in added.items():
        if written and not grammar:
            raise TrinoError("FUNCTION_NOT_AGGREGATE", f"{what} is only for aggregation functions", node.at)
        if written and what != "ORDER BY":
            raise ParseError(f"{what} not valid for '{node.name}' function", node.at)


@handles(ex.Lambda)
def _stray_lambda(analyzer: Analyzer, node: ex.Lambda) -> Value:
    raise TrinoError("TYPE_MISMATCH", "Lambda expression should always be used inside a function", node.at)


def known(name: str, at: Position) -> None:
    """Raise for a function that is not registered: NOT_SUPPORTED by name if Trino has it."""
    if is_registered(name):
        return
    if name in TRINO_FUNCTIONS:
        raise Unsupported(f"Function '{name}' is not supported", at)
    raise TrinoError("FUNCTION_NOT_FOUND", f"Function '{name}' not registered", at)


def call_function(analyzer: Analyzer, name: str, written: list[ex.Expression | Value], at: Position) -> Value:
    """Compile a scalar call; arguments may be compiled already."""
    entry, args, bindings = bind_arguments(analyzer, name, written, at)
    result = entry.returns(args) if entry.returns else bindings.concrete(entry.signature.result)
    call = Call(name, args, result, at, analyzer.context.session.now)
    return Value(entry.emit(call), result)


def bind_arguments(
    analyzer: Analyzer, name: str, written: list[ex.Expression | Value], at: Position
) -> tuple[Function, tuple[Value, ...], Bindings]:
    """Choose the function and bring the arguments to its parameters' types."""
    known(name, at)
    values: list[Value | ex.Lambda] = [
        arg if isinstance(arg, (Value, ex.Lambda)) else analyzer.analyze(arg) for arg in written
    ]
    shapes: list[Type | LambdaShape] = [LambdaShape() if isinstance(v, ex.Lambda) else v.type for v in values]
    entry, bindings = resolve(name, shapes, at)
    patterns = entry.signature.spread(len(values)) or ()
    lambdas = {
        i: _lambda(analyzer, value, patterns[i], bindings)
        for i, value in enumerate(values)
        if isinstance(value, ex.Lambda)
    }
    args = tuple(
        lambdas[i] if isinstance(value, ex.Lambda) else analyzer.coerce(value, bindings.concrete(patterns[i]))
        for i, value in enumerate(values)
    )
    return entry, args, bindings


def _lambda(analyzer: Analyzer, node: ex.Lambda, pattern: Pattern, bindings: Bindings) -> LambdaValue:
    """Compile a lambda's body; again if it widens a type that its own parameters have."""
    *taken, result = pattern.inner
    if len(taken) != len(node.parameters):
        message = f"Expected a lambda that takes {len(taken)} argument(s) but got {len(node.parameters)}"
        raise TrinoError("INVALID_PARAMETER_USAGE", message, node.at)
    for _ in range(_MAX_WIDENINGS):
        before = tuple(bindings.concrete(p) for p in taken)
        compiled = _lambda_body(analyzer, node, before)
        if not bindings.bind(result, compiled.type):
            message = f"Unexpected lambda result type: {compiled.type}"
            raise TrinoError("FUNCTION_NOT_FOUND", message, node.at)
        wanted = bindings.concrete(result)
        if compiled.type != wanted:
            message = f"Lambda must give {wanted}, not {compiled.type}"
            raise TrinoError("FUNCTION_NOT_FOUND", message, node.at)
        if tuple(bindings.concrete(p) for p in taken) == before:
            break
    else:
        message = f"SignatureBinder.iterativeSolve does not converge after {_MAX_WIDENINGS} iterations."
        raise TrinoError("GENERIC_INTERNAL_ERROR", message, kind=INTERNAL_ERROR)
    body = analyzer.coerce(Value(compiled.body, compiled.type), wanted).sql
    return replace(compiled, type=wanted, body=body, sql=f"lambda {', '.join(compiled.parameters)}: {body}")


def _lambda_body(analyzer: Analyzer, node: ex.Lambda, kinds: tuple[Type, ...]) -> LambdaValue:
    names = tuple(analyzer.context.fresh("l") for _ in node.parameters)
    fields = tuple(
        Field(parameter.name.lower(), kind, name)
        for parameter, kind, name in zip(node.parameters, kinds, names, strict=True)
    )
    inner = analyzer.within(Scope(fields, analyzer.scope, is_lambda=True))
    body = inner.analyze(node.body)
    return LambdaValue(body.sql, body.type, None, names, body.sql)
