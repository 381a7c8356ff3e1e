"""Functions of numbers that give doubles, and the small ones of every numeric type."""

from __future__ import annotations

import math

from emulator.trino import types as t
from emulator.trino.emission.arithmetic import arithmetic
from emulator.trino.emission.values import Value, cast, unless
from emulator.trino.functions.failures import INVALID, FunctionFailure
from emulator.trino.functions.registry import SCALAR, Call, function, native, register
from emulator.trino.runtime import macro, udf
from emulator.trino.types import Type

INTEGERS = ("tinyint", "smallint", "integer", "bigint")

native("e() -> double", f"CAST({math.e!r} AS DOUBLE)")
native("pi() -> double", "pi()")
native("nan() -> double", "CAST('NaN' AS DOUBLE)")
native("infinity() -> double", "CAST('Infinity' AS DOUBLE)")
native("is_nan(double) -> boolean", "isnan({0})")
native("is_nan(real) -> boolean", "isnan({0})")
native("is_finite(double) -> boolean", "isfinite({0})")
native("is_infinite(double) -> boolean", "isinf({0})")
for _name in (
    "sqrt",
    "exp",
    "ln",
    "log10",
    "sin",
    "cos",
    "tan",
    "asin",
    "acos",
    "atan",
    "sinh",
    "cosh",
    "tanh",
):
    native(f"{_name}(double) -> double", f"{_name}({{0}})")
native("log2(double) -> double", f"(ln({{0}}) / {math.log(2)!r}::DOUBLE)")
native("cbrt(double) -> double", "CASE WHEN isnan({0}) THEN {0} ELSE trino_cbrt({0}) END")
native("atan2(double, double) -> double", "atan2({0}, {1})")
native("degrees(double) -> double", "({0} * 57.29577951308232::DOUBLE)")
native("radians(double) -> double", "({0} * 0.017453292519943295::DOUBLE)")
native("power(double, double) -> double", "trino_power({0}, {1})")
native("pow(double, double) -> double", "trino_power({0}, {1})")
native("log(double, double) -> double", "trino_float_div(ln({1}), ln({0}))")
native("random() -> double", "random()")
native("rand() -> double", "random()")

macro(
    "trino_power(a, b)",
    "CASE WHEN abs(a) = 1 AND NOT isfinite(b) THEN b * CAST('NaN' AS DOUBLE) ELSE power(a, b) END",
)


@udf("trino_cbrt", ("DOUBLE",), "DOUBLE")
def _cbrt(value: float) -> float:
    """The nearest double, which Java's answer is but for few values, and the C library's often is not."""
    if value == 0 or not math.isfinite(value):
        return value
    digits, exponent = math.frexp(value)
    thirds, rest = divmod(exponent, 3)
    scaled = math.ldexp(digits, rest)  # far from what a double's range cuts off
    near = math.cbrt(scaled)
    square, square_rest = _exact_product(near, near)
    cube, cube_rest = _exact_product(square, near)
    wrong_by = (cube - scaled) + cube_rest + square_rest * near
    return math.ldexp(near - wrong_by / (3 * square), thirds)


def _exact_product(a: float, b: float) -> tuple[float, float]:
    """The product of two doubles and what rounding took from it (Dekker's)."""
    (a_head, a_tail), (b_head, b_tail) = _halves(a), _halves(b)
    product = a * b
    return product, ((a_head * b_head - product) + a_head * b_tail + a_tail * b_head) + a_tail * b_tail


def _halves(value: float) -> tuple[float, float]:
    """A double as two of half its digits."""
    scaled = 134_217_729.0 * value
    head = scaled - (scaled - value)
    return head, value - head


def _abs(call: Call) -> str:
    value, kind = call.args[0], call.result
    if not kind.is_integer:
        return cast(f"abs({value.sql})", kind)
    least = -(2 ** (t.INTEGER_WIDTHS[kind.base] - 1))
    if value.literal is not None and value.literal != least:
        return cast(f"abs({value.sql})", kind)
    message = f"Value {least} is out of range for abs({kind})"
    return unless(f"{value.sql} = {least}", "NUMERIC_VALUE_OUT_OF_RANGE", message, f"abs({value.sql})", kind)


def _sign(call: Call) -> str:
    value, kind = call.sql(0), call.result
    if kind.base in ("double", "real"):
        positive = f"{value} > 0 AND NOT isnan({value})"
        return f"CASE WHEN {positive} THEN {cast('1', kind)} WHEN {value} < 0 THEN -1 ELSE {value} END"
    return cast(f"sign({value})", kind)


NUMBERS = (*INTEGERS, "real", "double")
register(SCALAR, tuple(f"abs({k}) -> {k}" for k in NUMBERS), _abs)
register(SCALAR, ("abs(decimal(p,s)) -> decimal(p,s)",), _abs)
register(SCALAR, tuple(f"sign({k}) -> {k}" for k in NUMBERS), _sign)
register(SCALAR, ("sign(decimal(p,s)) -> decimal(1,0)",), _sign)


def _mod_type(args: tuple[Value, ...]) -> Type:
    return arithmetic("%", *args).type


@function(*(f"mod({k}, {k}) -> {k}" for k in NUMBERS))
def _mod(call: Call) -> str:
    divisor = call.args[1]
    if call.result.is_integer and divisor.literal == 0:
        return unless("TRUE", "DIVISION_BY_ZERO", "/ by zero", cast("0", call.result), call.result)
    return arithmetic("%", *call.args).sql


@function("mod(decimal(p,s), decimal(q,r)) -> decimal(38,0)", returns=_mod_type)
def _mod_decimal(call: Call) -> str:
    return arithmetic("%", *call.args).sql


@udf("trino_width_bucket", ("DOUBLE", "DOUBLE", "DOUBLE", "BIGINT"), "BIGINT")
def _width_bucket(operand: float, first: float, last: float, count: int) -> int:
    if count <= 0:
        raise FunctionFailure("bucketCount must be greater than 0")
    if math.isnan(operand):
        raise FunctionFailure("operand must not be NaN")
    if not math.isfinite(first):
        raise FunctionFailure("first bound must be finite")
    if not math.isfinite(last):
        raise FunctionFailure("second bound must be finite")
    if first == last:
        raise FunctionFailure("bounds cannot equal each other")
    low, high = min(first, last), max(first, last)
    if operand < low:
        bucket = 0
    elif operand >= high:
        if count == 2**63 - 1:
            raise FunctionFailure(f"Bucket for value {operand} is out of range", "NUMERIC_VALUE_OUT_OF_RANGE")
        bucket = count + 1
    else:
        bucket = int(count * (operand - low) / (high - low) + 1)
    return bucket if first < last else count - bucket + 1


native("width_bucket(double, double, double, bigint) -> bigint", "trino_width_bucket({0}, {1}, {2}, {3})")
native("width_bucket(double, array(double)) -> bigint", "trino_width_bins({0}, {1})")


@udf("trino_width_bins", ("DOUBLE", "DOUBLE[]"), "BIGINT")
def _width_bins(operand: float, bins: list[float | None]) -> int:
    """The number of bins that are not above the operand, found by halving as Trino does."""
    if not bins:
        raise FunctionFailure("Bins cannot be an empty array")
    if math.isnan(operand):
        raise FunctionFailure("Operand cannot be NaN")
    if None in bins:
        raise FunctionFailure("width_bucket with NULL bins is not supported", "NOT_SUPPORTED")
    low, high = 0, len(bins)
    while low < high:
        middle = (low + high) // 2
        limit, least, most = (bins[i] or 0.0 for i in (middle, low, high - 1))
        if least > limit or limit > most:
            raise FunctionFailure("Bin values are not sorted in ascending order")
        low, high = (low, middle) if operand < limit else (middle + 1, high)
    return low


def _random_up_to(call: Call) -> str:
    bound, kind = call.args[0], call.result
    drawn = cast(f"floor(random() * {bound.sql})", kind)
    if bound.literal is not None and bound.literal > 0:
        return drawn
    return unless(f"{bound.sql} <= 0", INVALID, "bound must be positive", drawn, kind)


def _random_between(call: Call) -> str:
    start, stop, kind = call.sql(0), call.sql(1), call.result
    drawn = cast(f"({start} + floor(random() * (CAST({stop} AS DOUBLE) - {start})))", kind)
    return unless(f"{start} >= {stop}", INVALID, "start value must be less than stop value", drawn, kind)


for _name in ("random", "rand"):
    register(SCALAR, tuple(f"{_name}({k}) -> {k}" for k in INTEGERS), _random_up_to)
    register(SCALAR, tuple(f"{_name}({k}, {k}) -> {k}" for k in INTEGERS), _random_between)
