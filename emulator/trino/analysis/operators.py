"""Arithmetic, comparisons, logic and predicates."""

from __future__ import annotations

from emulator.trino import types as t
from emulator.trino.analysis.analyzer import Analyzer, handles, require_boolean
from emulator.trino.analysis.coercion import common_type
from emulator.trino.emission import values as v
from emulator.trino.emission.arithmetic import arithmetic, negate
from emulator.trino.emission.comparison import compare, is_plain
from emulator.trino.emission.like import like
from emulator.trino.emission.temporal import temporal_arithmetic
from emulator.trino.emission.values import Constant, Value
from emulator.trino.errors import TrinoError
from emulator.trino.syntax import expressions as ex

_FACTORS = (t.BIGINT, t.DOUBLE)
"""What intervals are multiplied by."""


@handles(ex.Arithmetic)
def _arithmetic(analyzer: Analyzer, node: ex.Arithmetic) -> Value:
    left, right = analyzer.analyze(node.left), analyzer.analyze(node.right)
    if node.op == "||":
        return _concatenate(analyzer, node, left, right)
    temporal = temporal_arithmetic(node.op, left, right, node.at)
    if temporal is not None:
        return temporal
    kind = common_type(left.type, right.type)
    if kind == t.UNKNOWN or _may_be_interval(node.op, left, right):
        raise _ambiguous()
    if kind is None or not kind.is_numeric:
        raise TrinoError(
            "TYPE_MISMATCH", f"Cannot apply operator: {left.type} {node.op} {right.type}", node.at
        )
    if kind.base == "decimal":
        return arithmetic(node.op, _as_decimal(analyzer, left), _as_decimal(analyzer, right))
    return arithmetic(node.op, analyzer.coerce(left, kind), analyzer.coerce(right, kind))


def _may_be_interval(op: str, left: Value, right: Value) -> bool:
    """Whether a bare NULL times a number, or divided by one, may be an interval as well."""
    if op == "*":
        return t.UNKNOWN in (left.type, right.type) and (left.type in _FACTORS or right.type in _FACTORS)
    return op == "/" and left.type == t.UNKNOWN and right.type == t.DOUBLE


def _ambiguous() -> TrinoError:
    """An operator on bare NULLs, which may be of any type."""
    message = "Could not choose a best candidate operator. Explicit type casts must be added."
    return TrinoError("AMBIGUOUS_FUNCTION_CALL", message)


def _as_decimal(analyzer: Analyzer, value: Value) -> Value:
    if value.type.is_integer:
        return analyzer.coerce(value, t.decimal(t.INTEGER_DIGITS[value.type.base], 0))
    return analyzer.coerce(value, t.decimal(1, 0)) if value.type == t.UNKNOWN else value


def _concatenate(analyzer: Analyzer, node: ex.Arithmetic, left: Value, right: Value) -> Value:
    from emulator.trino.analysis.calls import call_function

    try:
        return call_function(analyzer, "concat", [left, right], node.at)
    except TrinoError as refused:
        raise TrinoError(
            "FUNCTION_NOT_FOUND" if refused.name == "FUNCTION_NOT_FOUND" else refused.name, refused.message
        ) from None


@handles(ex.Negative)
def _negative(analyzer: Analyzer, node: ex.Negative) -> Value:
    value = analyzer.analyze(node.value)
    if value.type in (t.INTERVAL_DAY, t.INTERVAL_YEAR):
        return Value(f"(-{value.sql})", value.type)
    if value.type == t.UNKNOWN:
        raise _ambiguous()
    if not value.type.is_numeric:
        raise TrinoError("TYPE_MISMATCH", f"Cannot negate {value.type}", node.at)
    return negate(value)


@handles(ex.Positive)
def _positive(analyzer: Analyzer, node: ex.Positive) -> Value:
    value = analyzer.analyze(node.value)
    if not value.type.is_numeric and value.type not in (t.INTERVAL_DAY, t.INTERVAL_YEAR):
        raise TrinoError(
            "TYPE_MISMATCH",
            f"Unary '+' operator cannot by applied to {value.type} type",
            node.at,
        )
    return value


@handles(ex.Comparison)
def _comparison(analyzer: Analyzer, node: ex.Comparison) -> Value:
    left, right = analyzer.analyze(node.left), analyzer.analyze(node.right)
    return compared(analyzer, node.op, left, right, node)


def compared(analyzer: Analyzer, op: str, left: Value, right: Value, node: ex.Expression) -> Value:
    """`left op right` with both coerced to their common type."""
    kind = common_type(left.type, right.type)
    ordered = op in ("<", "<=", ">", ">=")
    if kind is None or (ordered and not kind.is_orderable):
        raise TrinoError("TYPE_MISMATCH", f"Cannot apply operator: {left.type} {op} {right.type}", node.at)
    sql = compare(op, analyzer.coerce(left, kind), analyzer.coerce(right, kind), node.at)
    return Value(sql, t.BOOLEAN)


@handles(ex.Logical)
def _logical(analyzer: Analyzer, node: ex.Logical) -> Value:
    message = "Logical expression term must evaluate to a boolean (actual: %s)"
    terms = [require_boolean(analyzer, term, message).sql for term in node.terms]
    return Value("(" + f" {node.op} ".join(terms) + ")", t.BOOLEAN)


@handles(ex.Not)
def _not(analyzer: Analyzer, node: ex.Not) -> Value:
    value = require_boolean(
        analyzer, node.value, "Value of logical NOT expression must evaluate to a boolean (actual: %s)"
    )
    return Value(f"(NOT {value.sql})", t.BOOLEAN)


@handles(ex.IsNull)
def _is_null(analyzer: Analyzer, node: ex.IsNull) -> Value:
    return Value(f"({analyzer.analyze(node.value).sql} IS NULL)", t.BOOLEAN)


@handles(ex.Between)
def _between(analyzer: Analyzer, node: ex.Between) -> Value:
    parts = [analyzer.analyze(p) for p in (node.value, node.low, node.high)]
    message = "Cannot check if %s is BETWEEN %s"
    value, low, high = analyzer.unified(parts, node.at, message)
    if not value.type.is_orderable:
        raise TrinoError("TYPE_MISMATCH", f"Cannot check if {value.type} is BETWEEN", node.at)
    above, below = compare(">=", value, low, node.at), compare("<=", value, high, node.at)
    return Value(f"({above} AND {below})", t.BOOLEAN)


@handles(ex.InList)
def _in_list(analyzer: Analyzer, node: ex.InList) -> Value:
    parts = [analyzer.analyze(p) for p in (node.value, *node.options)]
    message = "IN value and list items must be the same type: %s vs %s"
    value, *options = analyzer.unified(parts, node.at, message)
    if is_plain(value.type):
        return Value(f"({value.sql} IN ({', '.join(o.sql for o in options)}))", t.BOOLEAN)
    terms = (compare("=", value, option, node.at) for option in options)
    return Value("(" + " OR ".join(terms) + ")", t.BOOLEAN)


@handles(ex.Like)
def _like(analyzer: Analyzer, node: ex.Like) -> Value:
    value = analyzer.analyze(node.value)
    if value.type == t.UNKNOWN:
        value = analyzer.coerce(value, t.VARCHAR)
    if not value.type.is_text:
        message = f"Left side of LIKE expression must evaluate to a varchar (actual: {value.type})"
        raise TrinoError("TYPE_MISMATCH", message, node.at)
    message = "Pattern for LIKE expression must evaluate to a varchar (actual: %s)"
    pattern = analyzer.expect(node.pattern, t.VARCHAR, message)
    escape = None
    if node.escape is not None:
        message = "Escape for LIKE expression must evaluate to a varchar (actual: %s)"
        escape = analyzer.expect(node.escape, t.VARCHAR, message)
    return Value(like(value, pattern, escape, node.at), t.BOOLEAN)


@handles(ex.Case)
def _case(analyzer: Analyzer, node: ex.Case) -> Value:
    conditions = [_condition(analyzer, node, when) for when, _ in node.branches]
    results = [analyzer.analyze(then) for _, then in node.branches]
    results.append(analyzer.analyze(node.default) if node.default else v.null(t.UNKNOWN))
    message = "All CASE results must be the same type: %s vs %s"
    *thens, default = analyzer.unified(results, node.at, message)
    branches = " ".join(f"WHEN {when} THEN {then.sql}" for when, then in zip(conditions, thens, strict=True))
    return Value(f"CASE {branches} ELSE {default.sql} END", default.type)


def _condition(analyzer: Analyzer, node: ex.Case, when: ex.Expression) -> str:
    if node.operand is None:
        return require_boolean(analyzer, when, "CASE WHEN clause must evaluate to a boolean (actual: %s)").sql
    left, right = analyzer.analyze(node.operand), analyzer.analyze(when)
    if common_type(left.type, right.type) is None:
        message = f"CASE operand type does not match WHEN clause operand type: {left.type} vs {right.type}"
        raise TrinoError("TYPE_MISMATCH", message, when.at)
    return compared(analyzer, "=", left, right, when).sql


@handles(ex.ArrayConstructor)
def _array(analyzer: Analyzer, node: ex.ArrayConstructor) -> Value:
    if not node.items:
        return Value(v.cast("[]", t.array(t.UNKNOWN)), t.array(t.UNKNOWN))
    message = "All ARRAY elements must be the same type: %s, %s"
    items = analyzer.unified([analyzer.analyze(i) for i in node.items], node.at, message)
    constant = None
    if all(item.constant is not None for item in items):
        constant = Constant([item.literal for item in items])
    return Value(f"[{', '.join(i.sql for i in items)}]", t.array(items[0].type), constant)


@handles(ex.RowConstructor)
def _row(analyzer: Analyzer, node: ex.RowConstructor) -> Value:
    items = [analyzer.analyze(i) for i in node.items]
    fields = ", ".join(f"f{i} := {item.sql}" for i, item in enumerate(items))
    return Value(f"struct_pack({fields})", t.row(*((None, item.type) for item in items)))


@handles(ex.Subscript)
def _subscript(analyzer: Analyzer, node: ex.Subscript) -> Value:
    base = analyzer.analyze(node.base)
    if base.type.base == "row":
        return _row_subscript(base, node)
    from emulator.trino.analysis.calls import call_function

    index = analyzer.analyze(node.index)
    if base.type == t.UNKNOWN:
        base = analyzer.coerce(base, t.array(t.UNKNOWN))
    if base.type.base not in ("array", "map"):
        message = f"Cannot use {index.type} for subscript of {base.type}"
        raise TrinoError("TYPE_MISMATCH", message, node.at)
    try:
        return call_function(analyzer, "$subscript", [base, index], node.at)
    except TrinoError as refused:
        if refused.name != "FUNCTION_NOT_FOUND":
            raise
        message = f"Cannot use {index.type} for subscript of {base.type}"
        raise TrinoError("TYPE_MISMATCH", message, node.at) from None


def _row_subscript(base: Value, node: ex.Subscript) -> Value:
    if not isinstance(node.index, ex.LongLiteral):
        raise TrinoError(
            "EXPRESSION_NOT_CONSTANT", "Subscript expression on ROW requires a constant index", node.index.at
        )
    place = node.index.value
    if not 1 <= place <= len(base.type.inner):
        message = f"Invalid subscript index: {place}. ROW indices start at 1"
        if place > len(base.type.inner):
            message = f"Subscript index out of bounds: {place}, max value is {len(base.type.inner)}"
        raise TrinoError("INVALID_FUNCTION_ARGUMENT", message, node.index.at)
    return Value(f"({base.sql}).f{place - 1}", base.type.inner[place - 1])
