"""round, truncate, ceil and floor with Trino's result types. Halves go away from zero."""

from __future__ import annotations

from collections.abc import Callable
from decimal import ROUND_DOWN, ROUND_HALF_UP, Context, Decimal

from emulator.trino import types as t
from emulator.trino.emission.values import Value, cast, unless
from emulator.trino.functions.failures import FunctionFailure
from emulator.trino.functions.math import INTEGERS
from emulator.trino.functions.registry import SCALAR, Call, function, register
from emulator.trino.runtime import macro, udf
from emulator.trino.types import Type

_FLOATS = ("double", "real")
_SHORT = 18
"""The digits of a decimal that Trino holds in one long."""
_TypeRule = Callable[[tuple[Value, ...]], Type]

macro(
    "trino_round_double(x, factor)",
    """CASE WHEN isfinite(x * factor) THEN round(CASE WHEN x = 0 THEN 0 ELSE x END * factor) / factor
    WHEN factor IS NOT NULL THEN x END""",
)


def _whole(least: int, spare: int) -> _TypeRule:
    """The type of a decimal without its fraction, with up to `spare` digits more for the whole part."""

    def rule(args: tuple[Value, ...]) -> Type:
        kind = args[0].type
        return t.decimal(max(kind.precision - kind.scale + min(kind.scale, spare), least), 0)

    return rule


def _one_digit_more(args: tuple[Value, ...]) -> Type:
    kind = args[0].type
    return t.decimal(min(t.MAX_DECIMAL, kind.precision + 1), kind.scale)


def _itself(call: Call) -> str:
    return call.sql(0)


for _name in ("ceil", "ceiling", "floor"):
    register(SCALAR, tuple(f"{_name}({k}) -> {k}" for k in INTEGERS), _itself)

register(SCALAR, tuple(f"round({k}) -> {k}" for k in INTEGERS), _itself)


def _edge(head: str) -> Callable[[Call], str]:
    return lambda call: cast(f"{head}({call.sql(0)})", call.result)


for _name, _head in (("ceil", "ceil"), ("ceiling", "ceil"), ("floor", "floor")):
    register(SCALAR, tuple(f"{_name}({k}) -> {k}" for k in _FLOATS), _edge(_head))
    register(SCALAR, (f"{_name}(decimal(p,s)) -> decimal(38,0)",), _edge(_head), returns=_whole(1, 1))

register(SCALAR, tuple(f"truncate({k}) -> {k}" for k in _FLOATS), _edge("trunc"))
register(SCALAR, ("truncate(decimal(p,s)) -> decimal(38,0)",), _edge("trunc"), returns=_whole(1, 0))
register(SCALAR, ("round(decimal(p,s)) -> decimal(38,0)",), _edge("round"), returns=_whole(1, 1))


@function(*(f"round({k}) -> {k}" for k in _FLOATS), *(f"round({k}, integer) -> {k}" for k in _FLOATS))
def _round_float(call: Call) -> str:
    digits = call.args[1] if len(call.args) > 1 else None
    value = cast(call.sql(0), t.DOUBLE) if call.result == t.REAL else call.sql(0)
    if digits is None:
        return cast(f"trino_round_double({value}, 1::DOUBLE)", call.result)
    if digits.literal is not None and -300 <= digits.literal <= 300:
        return cast(f"trino_round_double({value}, CAST('1e{digits.literal}' AS DOUBLE))", call.result)
    return cast(f"trino_round_double({value}, power(10::DOUBLE, {digits.sql}))", call.result)


@function(*(f"round({k}, integer) -> {k}" for k in INTEGERS))
def _round_integer(call: Call) -> str:
    digits = call.args[1]
    if digits.literal is not None and digits.literal >= 0:
        return call.sql(0)
    return cast(f"trino_round_integer({call.sql(0)}, {digits.sql})", call.result)


@udf("trino_round_integer", ("BIGINT", "INTEGER"), "BIGINT")
def _rounded_integer(value: int, digits: int) -> int:
    if digits >= 0:
        return value
    if digits < -19:
        return 0
    factor: int = 10**-digits
    rounded = (abs(value) + factor // 2) // factor * factor
    if rounded >= 2**63:
        raise FunctionFailure(f"numerical overflow: {value}", "NUMERIC_VALUE_OUT_OF_RANGE")
    return rounded if value > 0 else -rounded


@function("round(decimal(p,s), integer) -> decimal(38,0)", returns=_one_digit_more)
def _round_decimal(call: Call) -> str:
    digits, scale = call.args[1], call.args[0].type.scale
    if digits.literal is not None and digits.literal >= scale:
        return cast(call.sql(0), call.result)
    if digits.literal is not None and digits.literal >= 0:
        return cast(f"round({call.sql(0)}, {digits.literal})", call.result)
    rounded = cast(f"trino_quantize({cast(call.sql(0), t.VARCHAR)}, {digits.sql}, TRUE)", call.result)
    least = scale - t.MAX_DECIMAL
    if call.result.precision <= _SHORT or (digits.literal is not None and digits.literal >= least):
        return rounded
    # of a wide decimal Trino cannot hold the power of ten to divide by
    too_far = f"{call.sql(0)} IS NOT NULL AND {digits.sql} < {least}"
    return unless(too_far, "NUMERIC_VALUE_OUT_OF_RANGE", "decimal overflow", rounded, call.result)


@function("truncate(decimal(p,s), integer) -> decimal(p,s)")
def _truncate_decimal(call: Call) -> str:
    return cast(f"trino_quantize({cast(call.sql(0), t.VARCHAR)}, {call.sql(1)}, FALSE)", call.result)


_EXACT = Context(prec=80)


@udf("trino_quantize", ("VARCHAR", "INTEGER", "BOOLEAN"), "VARCHAR")
def _quantized(written: str, digits: int, half_up: bool) -> str:
    """A decimal's text cut to so many digits after the point, or before it if negative."""
    value = Decimal(written)
    if digits < -t.MAX_DECIMAL - 1:
        return "0"
    if digits > t.MAX_DECIMAL:
        return written
    mode = ROUND_HALF_UP if half_up else ROUND_DOWN
    return f"{value.quantize(Decimal(1).scaleb(-digits), mode, _EXACT):f}"
