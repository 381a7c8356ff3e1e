"""Arithmetic with Trino's types, overflow, rounding and division."""

from __future__ import annotations

from emulator.trino import types as t
from emulator.trino.emission.values import Value, cast, unless
from emulator.trino.errors import TrinoError, raising
from emulator.trino.runtime import udf
from emulator.trino.types import Type

_SHORT = 18
_ZERO = ("DIVISION_BY_ZERO", "Division by zero")


def result_type(op: str, left: Type, right: Type) -> Type:
    """The type of `left op right`, both of one numeric base."""
    if left.base != "decimal":
        return left
    whole = max(left.precision - left.scale, right.precision - right.scale)
    scale = max(left.scale, right.scale)
    if op in ("+", "-"):
        return t.decimal(min(t.MAX_DECIMAL, whole + scale + 1), scale)
    if op == "*":
        if left.scale + right.scale > t.MAX_DECIMAL:
            raise TrinoError("INVALID_FUNCTION_ARGUMENT", "DECIMAL scale must be in range [0, precision]")
        return t.decimal(min(t.MAX_DECIMAL, left.precision + right.precision), left.scale + right.scale)
    if op == "/":
        digits = left.precision + right.scale + max(right.scale - left.scale, 0)
        return t.decimal(min(t.MAX_DECIMAL, digits), scale)
    smaller = min(left.precision - left.scale, right.precision - right.scale)
    return t.decimal(min(t.MAX_DECIMAL, smaller + scale), scale)


def arithmetic(op: str, left: Value, right: Value) -> Value:
    """`left op right` for operands of one numeric base (decimals may differ in precision and scale)."""
    kind = result_type(op, left.type, right.type)
    if kind.base == "decimal":
        return Value(_decimal(op, left, right, kind), kind)
    if kind.is_integer and op in ("/", "%"):
        sign = "//" if op == "/" else "%"
        if right.literal:
            return Value(f"({left.sql} {sign} {right.sql})", kind)
        sql = f"({left.sql} {sign} nullif({right.sql}, 0))"
        return Value(unless(_by_zero(left, right), *_ZERO, sql, kind), kind)
    if op == "%":
        return Value(f"trino_float_mod({left.sql}, {right.sql})", kind)
    if op == "/":
        return Value(f"trino_float_div({left.sql}, {right.sql})", kind)
    return Value(f"({left.sql} {op} {right.sql})", kind)


def _decimal(op: str, left: Value, right: Value, kind: Type) -> str:
    if op in ("+", "-"):
        return cast(f"({cast(left.sql, kind)} {op} {cast(right.sql, kind)})", kind)
    if op == "*":
        return cast(f"({_factor(left, kind)} * {right.sql})", kind)
    if op == "%":
        scale = max(left.type.scale, right.type.scale)
        a, b = unscaled(left, scale), unscaled(right, scale)
        return scaled(unless(_by_zero(left, right), *_ZERO, f"({a} % nullif({b}, 0))", HUGE), kind)
    quotient = unless(_by_zero(left, right), *_ZERO, _quotient(left, right, kind), HUGE)
    return scaled(quotient, kind)


def _factor(value: Value, product: Type) -> str:
    """A factor, wide enough for the product: DuckDB's has no more than 18 digits if both factors have."""
    if value.type.precision > _SHORT or product.precision <= _SHORT:
        return value.sql
    return cast(value.sql, t.decimal(_SHORT + 1, value.type.scale))


def _quotient(left: Value, right: Value, kind: Type) -> str:
    """The digits of a quotient; Trino's dividend may have more digits than DuckDB's numbers can."""
    shift = kind.scale + right.type.scale - left.type.scale
    divisor = f"nullif({unscaled(right, right.type.scale)}, 0)"
    if left.type.precision + shift <= t.MAX_DECIMAL:
        return f"trino_div_half_up({unscaled(left, left.type.scale + shift)}, {divisor})"
    dividend = cast(unscaled(left, left.type.scale), t.VARCHAR)
    return f"CAST(trino_div_wide({dividend}, {cast(divisor, t.VARCHAR)}, {shift}) AS DECIMAL(38,0))"


@udf("trino_div_wide", ("VARCHAR", "VARCHAR", "INTEGER"), "VARCHAR")
def divide_wide(dividend: str, divisor: str, zeros: int) -> str:
    """The quotient of whole numbers, the first with so many zeros after it, rounded half away from zero."""
    top, bottom = abs(int(dividend)) * 10**zeros, abs(int(divisor))
    digits = (2 * top + bottom) // (2 * bottom)
    if digits >= 10**t.MAX_DECIMAL:
        raise ValueError(raising("NUMERIC_VALUE_OUT_OF_RANGE", "Decimal overflow"))
    return str(digits if (int(dividend) < 0) == (int(divisor) < 0) else -digits)


def _by_zero(left: Value, right: Value) -> str:
    """The condition of a division by zero; NULL / 0 is NULL."""
    return f"{right.sql} = 0" + ("" if left.literal is not None else f" AND {left.sql} IS NOT NULL")


HUGE = t.decimal(38, 0)
"""Whole numbers of 38 digits, for a decimal's digits without its point."""


def unscaled(value: Value, scale: int) -> str:
    """The digits of a decimal at a scale no smaller than its own, as a DECIMAL(38,0)."""
    digits = value.type.precision + scale - value.type.scale
    own = value.type.scale
    if value.type.precision + own < t.MAX_DECIMAL:
        # DuckDB gives a product no more than 18 digits unless one of its factors has more
        width = own + 1 if value.type.precision + own < _SHORT else _SHORT + 1
        base = f"CAST({value.sql} * CAST(1{'0' * own} AS DECIMAL({width},0)) AS DECIMAL(38,0))"
    else:
        base = f"CAST(replace(CAST({value.sql} AS VARCHAR), '.', '') AS DECIMAL(38,0))"
    if scale == own:
        return base
    factor = "1" + "0" * (scale - own)
    if digits > t.MAX_DECIMAL:
        return f"CAST({base} * CAST('{factor}' AS DECIMAL(38,0)) AS DECIMAL(38,0))"
    return f"CAST(CAST({base} AS HUGEINT) * CAST('{factor}' AS HUGEINT) AS DECIMAL(38,0))"


def scaled(digits: str, kind: Type) -> str:
    """The decimal whose digits without the point are given."""
    if kind.scale == 0:
        return cast(digits, kind)
    unit = "0." + "0" * (kind.scale - 1) + "1"
    return cast(f"({digits} * CAST('{unit}' AS DECIMAL({kind.scale},{kind.scale})))", kind)


def negate(value: Value) -> Value:
    """-value; the smallest integer has no negative, and DuckDB's own minus would widen."""
    kind = value.type
    if kind.is_integer:
        return Value(f"({cast('0', kind)} - {value.sql})", kind)
    if kind.base == "decimal":
        return Value(cast(f"(-{value.sql})", kind), kind)
    return Value(f"(-{value.sql})", kind)
