"""Calls that are no functions in Trino: IF, COALESCE, NULLIF, TRY, typeof."""

from __future__ import annotations

from collections.abc import Callable

from emulator.trino import types as t
from emulator.trino.analysis.analyzer import Analyzer, require_boolean
from emulator.trino.analysis.coercion import common_type
from emulator.trino.analysis.walk import has_subquery
from emulator.trino.emission import values as v
from emulator.trino.emission.comparison import equal
from emulator.trino.emission.values import Value
from emulator.trino.errors import ParseError, TrinoError, Unsupported
from emulator.trino.functions.format_call import format_call
from emulator.trino.syntax import expressions as ex

Form = Callable[[Analyzer, ex.FunctionCall], Value]


def _if(analyzer: Analyzer, node: ex.FunctionCall) -> Value:
    if len(node.args) not in (2, 3):
        raise ParseError("Invalid number of arguments for 'if' function", node.at)
    condition = require_boolean(
        analyzer, node.args[0], "IF condition must evaluate to a boolean (actual: %s)"
    )
    results = [analyzer.analyze(a) for a in node.args[1:]]
    results += [v.null(t.UNKNOWN)] if len(results) == 1 else []
    message = "Result types for IF must be the same: %s vs %s"
    then, default = analyzer.unified(results, node.at, message)
    return Value(f"CASE WHEN {condition.sql} THEN {then.sql} ELSE {default.sql} END", then.type)


def _coalesce(analyzer: Analyzer, node: ex.FunctionCall) -> Value:
    if len(node.args) < 2:
        raise ParseError("The 'coalesce' function must have at least two arguments", node.at)
    message = "All COALESCE operands must be the same type: %s vs %s"
    values = analyzer.unified([analyzer.analyze(a) for a in node.args], node.at, message)
    return Value(f"coalesce({', '.join(a.sql for a in values)})", values[0].type)


def _nullif(analyzer: Analyzer, node: ex.FunctionCall) -> Value:
    if len(node.args) != 2:
        raise ParseError("Invalid number of arguments for 'nullif' function", node.at)
    first, second = (analyzer.analyze(a) for a in node.args)
    kind = common_type(first.type, second.type)
    if kind is None:
        message = f"Types are not comparable with NULLIF: {first.type} vs {second.type}"
        raise TrinoError("TYPE_MISMATCH", message, node.at)
    same = equal(analyzer.coerce(first, kind).sql, analyzer.coerce(second, kind).sql, kind, node.at)
    return Value(f"CASE WHEN {same} THEN {v.null(first.type).sql} ELSE {first.sql} END", first.type)


def _try(analyzer: Analyzer, node: ex.FunctionCall) -> Value:
    if len(node.args) != 1:
        raise ParseError("The 'try' function must have exactly one argument", node.at)
    if has_subquery(node.args[0]):
        raise Unsupported("TRY around a subquery is not supported", node.at)
    value = analyzer.analyze(node.args[0])
    return Value(f"TRY({value.sql})", value.type)


def _typeof(analyzer: Analyzer, node: ex.FunctionCall) -> Value:
    if len(node.args) != 1:
        raise TrinoError(
            "FUNCTION_NOT_FOUND", "Unexpected parameters for function typeof. Expected: typeof(T)", node.at
        )
    value = analyzer.analyze(node.args[0])
    shown = v.string(value.type.display, t.VARCHAR)
    if value.constant is not None:
        return shown
    # The argument is evaluated all the same, so what fails in it fails here.
    return Value(f"CASE WHEN {value.sql} IS NULL THEN {shown.sql} ELSE {shown.sql} || '' END", t.VARCHAR)


def _format(analyzer: Analyzer, node: ex.FunctionCall) -> Value:
    if len(node.args) < 2:
        raise ParseError("The 'format' function must have at least two arguments", node.at)
    template, *values = (analyzer.analyze(a) for a in node.args)
    return format_call(template, values, node.at)


SPECIAL_FORMS: dict[str, Form] = {
    "if": _if, "coalesce": _coalesce, "nullif": _nullif, "try": _try, "typeof": _typeof, "format": _format,
}  # fmt: skip
