"""Arithmetic of dates, times and intervals."""

from __future__ import annotations

from emulator.trino import types as t
from emulator.trino.emission.values import Value, cast, text, unless
from emulator.trino.errors import Position, TrinoError
from emulator.trino.physical import MICROSECOND_DIGITS
from emulator.trino.types import Type

_INTERVALS = (t.INTERVAL_DAY, t.INTERVAL_YEAR)
_INSTANTS = ("date", "timestamp", "timestamp with time zone")
DAY = 86_400_000


def temporal_arithmetic(op: str, left: Value, right: Value, at: Position) -> Value | None:
    """`left op right` where one is a time or an interval and Trino defines it; None for everything else."""
    if op == "+" and left.type in _INTERVALS and right.type.base in (*_INSTANTS, "time"):
        return _shifted(right, left, "+", at)
    if op in "+-" and left.type.base in (*_INSTANTS, "time") and right.type in _INTERVALS:
        return _shifted(left, right, op, at)
    if op in "+-" and left.type in _INTERVALS and left.type == right.type:
        return Value(f"({left.sql} {op} {right.sql})", left.type)
    if op == "-" and (left.type.base == right.type.base == "time" or _both_instants(left, right)):
        return _between(left, right)
    return _multiplied(op, left, right)


def _both_instants(left: Value, right: Value) -> bool:
    return left.type.base in _INSTANTS and right.type.base in _INSTANTS


def _multiplied(op: str, left: Value, right: Value) -> Value | None:
    if op == "*" and right.type in _INTERVALS:
        left, right = right, left
    if op not in "*/" or left.type not in _INTERVALS or not right.type.is_numeric:
        return None
    kind = left.type
    if op == "*" and right.type.is_integer:
        return Value(cast(f"({left.sql} * {right.sql})", kind), kind)
    factor = cast(right.sql, t.DOUBLE)
    amount = f"trunc(CAST({left.sql} AS DOUBLE) {op} {factor})"
    if op == "/":
        amount = unless(
            f"{factor} = 0 AND {left.sql} IS NOT NULL",
            "INVALID_FUNCTION_ARGUMENT",
            "Cannot divide by double 0.0",
            f"trunc(CAST({left.sql} AS DOUBLE) / nullif({factor}, 0))",
            t.DOUBLE,
        )
    return Value(cast(amount, kind), kind)


def _shifted(moment: Value, interval: Value, op: str, at: Position) -> Value:
    months = interval.type == t.INTERVAL_YEAR
    kind = moment.type
    if months and kind.base == "time":
        raise TrinoError("TYPE_MISMATCH", f"Cannot apply operator: {kind} {op} {interval.type}", at)
    amount = f"({op}{interval.sql})" if op == "-" else interval.sql
    if kind.base == "date":
        return Value(_shifted_date(moment.sql, amount, interval, months), kind)
    if kind.base == "time":
        shifted = f"CAST((DATE '2000-01-01' + {moment.sql} + to_milliseconds({amount})) AS TIME)"
        return Value(shifted, Type("time", (max(3, kind.precision),)))
    if kind.base == "timestamp":
        step = f"to_months({amount})" if months else f"to_milliseconds({amount})"
        digits = kind.precision if months else max(3, kind.precision)
        return Value(f"({moment.sql} + {step})", t.timestamp(digits))
    if months:
        return Value(f"trino_zoned_add_months({moment.sql}, {amount})", kind)
    instant = f"CAST(({moment.sql}).instant AS TIMESTAMP) + to_milliseconds({amount})"
    shifted = f"trino_zoned({instant}, ({moment.sql}).zone)"
    return Value(shifted, t.timestamp_tz(max(3, kind.precision)))


def _shifted_date(date: str, amount: str, interval: Value, months: bool) -> str:
    if months:
        return f"CAST({date} + to_months({amount}) AS DATE)"
    days = f"({date} + CAST({amount} // {DAY} AS INTEGER))"
    if isinstance(interval.literal, int) and interval.literal % DAY == 0:
        return days
    message = "Cannot add hour, minutes or seconds to a date"
    return unless(
        f"{amount} % {DAY} <> 0 AND {date} IS NOT NULL", "INVALID_FUNCTION_ARGUMENT", message, days, t.DATE
    )


def _between(left: Value, right: Value) -> Value:
    def micros(value: Value) -> str:
        if value.type.base == "time":
            return f"epoch_us(DATE '1970-01-01' + {value.sql})"
        sql = f"({value.sql}).instant" if value.type.base.endswith("zone") else value.sql
        return f"epoch_us(CAST({sql} AS TIMESTAMP))"

    return Value(f"trino_rounded_millis({micros(left)} - {micros(right)})", t.INTERVAL_DAY)


def rounded(sql: str, source: Type, target: Type) -> str:
    """A timestamp or time brought to fewer digits, half up."""
    if target.precision >= min(source.precision, MICROSECOND_DIGITS):
        return sql
    step = 10 ** (6 - target.precision)
    if source.base == "time":
        micros = f"epoch_us(DATE '1970-01-01' + {sql})"
        return f"CAST(make_timestamp({_to_step(micros, step)}) AS TIME)"
    return f"make_timestamp({_to_step(f'epoch_us({sql})', step)})"


def _to_step(micros: str, step: int) -> str:
    """Rounded half up to a multiple of step, also before 1970."""
    up = f"({micros} + {step // 2})"
    return f"({up} - ((({up}) % {step}) + {step}) % {step})"


def stamp_text(sql: str, digits: int) -> str:
    """A TIMESTAMP as Trino prints it with that many digits of fraction."""
    whole = "%Y-%m-%d %H:%M:%S"
    return _with_fraction(sql, whole, digits)


def time_text(sql: str, digits: int) -> str:
    """A TIME as Trino prints it with that many digits of fraction."""
    return _with_fraction(f"(DATE '2000-01-01' + {sql})", "%H:%M:%S", digits)


def _with_fraction(sql: str, whole: str, digits: int) -> str:
    if digits == 0:
        return f"strftime({sql}, {text(whole)})"
    if digits == 3:
        return f"strftime({sql}, {text(whole + '.%g')})"
    shown = f"strftime({sql}, {text(whole + '.%f')})"
    if digits > MICROSECOND_DIGITS:
        return f"({shown} || '{'0' * (digits - MICROSECOND_DIGITS)}')"
    return shown if digits == MICROSECOND_DIGITS else f"left({shown}, -{MICROSECOND_DIGITS - digits})"
