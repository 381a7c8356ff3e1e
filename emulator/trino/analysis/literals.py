"""Literals: numbers, texts, typed literals, intervals and the session's own values."""

from __future__ import annotations

import re
from datetime import timedelta

from emulator.trino import types as t
from emulator.trino.analysis.analyzer import Analyzer, handles
from emulator.trino.emission import values as v
from emulator.trino.emission.casts import explicit_cast, try_cast
from emulator.trino.emission.coerce import at_utc
from emulator.trino.emission.literals import typed_literal
from emulator.trino.emission.values import Constant, Value
from emulator.trino.errors import Position, TrinoError
from emulator.trino.syntax import expressions as ex
from emulator.trino.types import Type

_DAY_UNITS = {"day": 86_400_000, "hour": 3_600_000, "minute": 60_000, "second": 1000}


@handles(ex.NullLiteral)
def _null(analyzer: Analyzer, node: ex.NullLiteral) -> Value:
    return v.null(t.UNKNOWN)


@handles(ex.BooleanLiteral)
def _boolean(analyzer: Analyzer, node: ex.BooleanLiteral) -> Value:
    return v.boolean(node.value)


@handles(ex.LongLiteral)
def _long(analyzer: Analyzer, node: ex.LongLiteral) -> Value:
    return v.integer(node.value, t.INTEGER if -(2**31) <= node.value < 2**31 else t.BIGINT)


@handles(ex.DecimalLiteral)
def _decimal(analyzer: Analyzer, node: ex.DecimalLiteral) -> Value:
    return typed_literal(decimal_type(node.text, node.at), node.text, node.at)


def decimal_type(text: str, at: Position) -> Type:
    """The type of a decimal literal: as many digits as are written, without leading zeros."""
    whole, _, fraction = text.lstrip("+-").partition(".")
    whole = whole.lstrip("0")
    digits = max(len(whole) + len(fraction), 1)
    if digits > t.MAX_DECIMAL:
        raise TrinoError("INVALID_LITERAL", f"Value is outside the range of a decimal: {text}", at)
    return t.decimal(digits, len(fraction))


@handles(ex.DoubleLiteral)
def _double(analyzer: Analyzer, node: ex.DoubleLiteral) -> Value:
    return Value(f"CAST('{node.value!r}' AS DOUBLE)", t.DOUBLE, Constant(node.value))


@handles(ex.StringLiteral)
def _string(analyzer: Analyzer, node: ex.StringLiteral) -> Value:
    return v.string(node.value)


@handles(ex.BinaryLiteral)
def _binary(analyzer: Analyzer, node: ex.BinaryLiteral) -> Value:
    return Value(f"unhex('{node.value.hex()}')", t.VARBINARY, Constant(node.value))


@handles(ex.TypedLiteral)
def _typed(analyzer: Analyzer, node: ex.TypedLiteral) -> Value:
    name = node.type_text.lower()
    if name in ("decimal", "numeric", "dec"):
        kind = decimal_type(node.value.strip(), node.at)
    elif name == "char":
        kind = t.char(len(node.value))
    elif name == "varchar":
        return v.string(node.value, t.VARCHAR)
    else:
        kind = named_type(name, node.at)
    return typed_literal(kind, node.value, node.at)


def named_type(text: str, at: Position) -> Type:
    """The type of a name in the statement. Raises TYPE_NOT_FOUND."""
    try:
        return t.parse_trino(text)
    except ValueError as unknown:
        missing = str(unknown).startswith("Unknown type") or text == "interval"
        name = "TYPE_NOT_FOUND" if missing else "INVALID_FUNCTION_ARGUMENT"
        shown = f"Unknown type: {text}" if name == "TYPE_NOT_FOUND" else str(unknown)
        raise TrinoError(name, shown, at) from None


@handles(ex.IntervalLiteral)
def _interval(analyzer: Analyzer, node: ex.IntervalLiteral) -> Value:
    months = node.start in ("year", "month")
    amount = _months(node) if months else _milliseconds(node)
    kind = t.INTERVAL_YEAR if months else t.INTERVAL_DAY
    return Value(v.cast(str(node.sign * amount), kind), kind, Constant(node.sign * amount))


def _months(node: ex.IntervalLiteral) -> int:
    units = {"year": 12, "month": 1}
    if node.end is not None and (node.start, node.end) != ("year", "month"):
        raise _bad_interval(node)
    second = r"(?:-(\d+))?" if node.end else ""
    found = re.fullmatch(rf"([+-]?)(\d*){second}", node.value)
    if not found:
        raise _bad_interval(node)
    amount = _part(node, found.group(2)) * units[node.start]
    amount += _part(node, found.group(3)) if node.end else 0
    if amount > _MOST:
        raise _bad_interval(node)
    return -amount if found.group(1) == "-" else amount


_MOST = 2**31 - 1


def _part(node: ex.IntervalLiteral, digits: str | None) -> int:
    """A part's number; one that is left out is 0."""
    value = int(digits or 0)
    if value > _MOST:
        raise _bad_interval(node)
    return value


def _bad_interval(node: ex.IntervalLiteral) -> TrinoError:
    unit = node.start.upper() + (f" TO {node.end.upper()}" if node.end else "")
    return TrinoError("INVALID_LITERAL", f"Invalid INTERVAL {unit} value: {node.value}", node.at)


def _milliseconds(node: ex.IntervalLiteral) -> int:
    """`1 02:03:04.5` with the parts from the first unit to the last; later ones may be left out."""
    units = list(_DAY_UNITS)
    if node.end is not None and (node.end not in units or units.index(node.end) < units.index(node.start)):
        raise _bad_interval(node)
    wanted = units[units.index(node.start) : units.index(node.end or node.start) + 1]
    forms = dict.fromkeys(units, r"(\d*)") | {"second": r"(\d*(?:\.\d*)?)"}
    pattern = ""
    for unit in reversed(wanted[1:]):
        pattern = f"(?:{' ' if unit == 'hour' else ':'}{forms[unit]}{pattern})?"
    found = re.fullmatch(r"([+-]?)" + forms[wanted[0]] + pattern, node.value)
    if not found:
        raise _bad_interval(node)
    total = 0
    for unit, digits in zip(wanted, found.groups()[1:], strict=True):
        whole, _, fraction = (digits or "").partition(".")
        total += _part(node, whole) * _DAY_UNITS[unit] + int((fraction + "000")[:3])
    return -total if found.group(1) == "-" else total


_PLAIN = (
    ex.Identifier,
    ex.Dereference,
    ex.BooleanLiteral,
    ex.LongLiteral,
    ex.DecimalLiteral,
    ex.DoubleLiteral,
    ex.StringLiteral,
    ex.TypedLiteral,
    ex.Parameter,
)


@handles(ex.Cast)
def _cast(analyzer: Analyzer, node: ex.Cast) -> Value:
    value = analyzer.analyze(node.value)
    try:
        kind = named_type(node.type_text, node.at)
    except TrinoError as unknown:
        name = "TYPE_MISMATCH" if unknown.name == "TYPE_NOT_FOUND" else unknown.name
        raise TrinoError(name, unknown.message) from None
    if node.safe:
        return try_cast(value, kind, node.at, is_plain=isinstance(node.value, _PLAIN))
    return explicit_cast(value, kind, node.at)


@handles(ex.Current)
def _current(analyzer: Analyzer, node: ex.Current) -> Value:
    session = analyzer.context.session
    digits = 3 if node.precision is None else node.precision
    if digits > 6:
        raise TrinoError("NOT_SUPPORTED", f"{node.what}({digits}) is not supported", node.at)
    names = {
        "current_user": session.user,
        "current_catalog": session.catalog,
        "current_schema": session.database,
    }
    if node.what in names:
        return Value(v.text(names[node.what]), t.VARCHAR, Constant(names[node.what]))
    step = 10 ** (6 - digits)
    now = session.now.replace(tzinfo=None)
    now -= timedelta(microseconds=now.microsecond % step)
    stamp = f"TIMESTAMP '{now.isoformat(' ', 'microseconds')}'"
    if node.what == "current_date":
        return Value(f"DATE '{now.date().isoformat()}'", t.DATE)
    if node.what == "localtimestamp":
        return Value(stamp, t.timestamp(digits))
    if node.what == "current_timestamp":
        return Value(at_utc(stamp), t.timestamp_tz(digits))
    if node.what == "localtime":
        return Value(f"TIME '{now.time().isoformat('microseconds')}'", t.time(digits))
    raise TrinoError("NOT_SUPPORTED", f"{node.what} is not supported", node.at)
