"""The call format(template, values...): a constant template taken apart, each value shown as Java does."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from functools import lru_cache

from emulator.trino import types as t
from emulator.trino.emission.casts import convert
from emulator.trino.emission.values import Value, cast, decimal_text, fail, text
from emulator.trino.errors import Position, TrinoError, Unsupported
from emulator.trino.functions.failures import INVALID
from emulator.trino.functions.java_format import (
    BadFormat,
    Specifier,
    UnknownFormat,
    parse,
    show_integer,
    show_number,
    show_text,
)
from emulator.trino.functions.strings import padded
from emulator.trino.numbers import java_double, java_real
from emulator.trino.runtime import udf
from emulator.trino.types import Type

_CLASSES = {
    "boolean": "java.lang.Boolean", "tinyint": "java.lang.Long", "smallint": "java.lang.Long",
    "integer": "java.lang.Long", "bigint": "java.lang.Long", "double": "java.lang.Double",
    "real": "java.lang.Float", "decimal": "java.math.BigDecimal", "date": "java.time.LocalDate",
    "time": "java.time.LocalTime", "timestamp": "java.time.LocalDateTime",
}  # fmt: skip
"""What Java sees of a type; a text for those not listed."""
_NO_FORMAT = ("array", "map", "row", "varbinary")
_DATE_FIELDS = {
    "Y": "%Y", "m": "%m", "d": "%d", "e": "%-d", "B": "%B", "b": "%b", "h": "%b", "A": "%A", "a": "%a",
    "j": "%j", "y": "%y", "F": "%Y-%m-%d", "D": "%m/%d/%y",
}  # fmt: skip
_TIME_FIELDS = {
    "H": "%H", "M": "%M", "S": "%S", "I": "%I", "l": "%-I", "k": "%-H", "L": "%g", "p": "%p", "T": "%H:%M:%S",
    "R": "%H:%M",
}  # fmt: skip


def format_call(template: Value, values: Sequence[Value], at: Position) -> Value:
    """Compile format(template, values...). Raises TrinoError; the template must be a literal."""
    if template.type.base != "varchar":
        message = f"Type of first argument to format() must be VARCHAR (actual: {template.type})"
        raise TrinoError("TYPE_MISMATCH", message, at)
    for value in values:
        if value.type.base in _NO_FORMAT:
            raise Unsupported(f"Type not supported for formatting: {value.type}", at)
    if template.literal is None:
        raise Unsupported("format with a format string that is no constant is not supported", at)
    written: str = template.literal
    try:
        pieces = [_piece(part, values, at) for part in parse(written)]
    except BadFormat as refused:
        return Value(fail(INVALID, f"Invalid format string: {written} ({refused})", t.VARCHAR), t.VARCHAR)
    except UnknownFormat as unknown:
        raise Unsupported(str(unknown), at) from None
    shown = [piece for piece in pieces if piece != "''"] or ["''"]
    return Value("(" + " || ".join(shown) + ")", t.VARCHAR)


def _piece(part: str | Specifier, values: Sequence[Value], at: Position) -> str:
    if isinstance(part, str):
        return text(part)
    if part.conversion in "%n":
        return text(part.padded("%" if part.conversion == "%" else "\n"))
    if part.index is None or part.index >= len(values):
        raise BadFormat(f"MissingFormatArgument: Format specifier '{part.text}'")
    value = values[part.index]
    if value.type == t.UNKNOWN:
        return text(show_text(part, "false" if part.conversion in "bB" else None))
    return _shown(part, value, at)


def _shown(part: Specifier, value: Value, at: Position) -> str:
    kind, conversion = value.type, part.conversion.lower()
    if conversion == "s":
        return _as_text(part, _java_text(value, at))
    if conversion == "b":
        condition = value.sql if kind == t.BOOLEAN else f"{value.sql} IS NOT NULL"
        return _as_text(part, f"CASE WHEN {condition} THEN 'true' ELSE 'false' END")
    if conversion in "dox" and kind.is_integer:
        if part.text == "%d":
            return f"coalesce(CAST({value.sql} AS VARCHAR), 'null')"
        return f"trino_format_integer({text(part.text)}, {value.sql})"
    if conversion in "fe" and kind.base in ("double", "real", "decimal"):
        number = cast(value.sql, t.DOUBLE) if kind == t.REAL else value.sql
        exact = "TRUE" if kind.base == "decimal" else "FALSE"
        return f"trino_format_number_as({text(part.text)}, CAST({number} AS VARCHAR), {exact})"
    if conversion == "t" and kind.base in ("date", "time", "timestamp"):
        return _as_text(part, _field(part, value))
    raise part.mismatch(_CLASSES.get(kind.base, "java.lang.String"))


def _as_text(part: Specifier, sql: str) -> str:
    if part.width == 0 and part.precision is None and part.conversion.islower():
        return f"coalesce({sql}, 'null')"
    simple = f"%{part.flags}{part.width or ''}" + ("" if part.precision is None else f".{part.precision}")
    return f"trino_format_text({text(simple + ('S' if part.conversion.isupper() else 's'))}, {sql})"


def _field(part: Specifier, value: Value) -> str:
    kind = value.type.base
    fields = {"date": _DATE_FIELDS, "time": _TIME_FIELDS, "timestamp": _DATE_FIELDS | _TIME_FIELDS}[kind]
    if part.suffix not in fields:
        known = part.suffix in _DATE_FIELDS or part.suffix in _TIME_FIELDS
        if known:
            raise part.mismatch(_CLASSES[kind])
        raise UnknownFormat(f"Format specifier '{part.text}' is not supported")
    stamp = f"(DATE '1970-01-01' + {value.sql})" if kind == "time" else value.sql
    shown = f"strftime({stamp}, {text(fields[part.suffix])})"
    return f"lower({shown})" if part.suffix == "p" else shown


def _java_text(value: Value, at: Position) -> str:
    """What Java's toString gives for a value."""
    kind, sql = value.type, value.sql
    if kind.base == "varchar" or kind == t.JSON:
        return sql
    if kind.base == "char":
        return padded(value)
    if kind.base in ("double", "real"):
        return f"trino_java_{kind.base}({sql})"
    if kind.base == "decimal" and kind.scale > 6:
        return f"trino_java_decimal(CAST({sql} AS VARCHAR))"
    if kind.base == "timestamp":
        return f"trino_java_time(strftime({sql}, '%Y-%m-%dT%H:%M:%S.%f'))"
    if kind.base == "time":
        return f"trino_java_time(strftime(DATE '1970-01-01' + {sql}, '%H:%M:%S.%f'))"
    if kind.base == "decimal":
        return decimal_text(sql, kind)
    if kind.base == "date" or kind.is_integer:
        return f"CAST({sql} AS VARCHAR)"
    if kind.base in ("boolean", "uuid") or kind.base.startswith("interval"):
        return _cast_text(sql, kind, at)
    raise Unsupported(f"format of a value of type {kind} is not supported", at)


def _cast_text(sql: str, kind: Type, at: Position) -> str:
    return convert(sql, kind, t.VARCHAR, at)


@lru_cache(maxsize=256)
def _only(specifier: str) -> Specifier:
    """The one specifier of a text that `parse` has accepted before."""
    return next(part for part in parse(specifier.replace("<", "")) if isinstance(part, Specifier))


@udf("trino_format_text", ("VARCHAR", "VARCHAR"), "VARCHAR", handles_null=True)
def _format_text(specifier: str, value: str | None) -> str:
    return show_text(_only(specifier), value)


@udf("trino_format_integer", ("VARCHAR", "BIGINT"), "VARCHAR", handles_null=True)
def _format_integer(specifier: str, value: int | None) -> str:
    return show_integer(_only(specifier), value)


@udf("trino_format_number_as", ("VARCHAR", "VARCHAR", "BOOLEAN"), "VARCHAR", handles_null=True)
def _format_number(specifier: str, value: str | None, exact: bool) -> str:
    if value is None:
        return show_number(_only(specifier), None)
    return show_number(_only(specifier), Decimal(value) if exact else float(value))


udf("trino_java_double", ("DOUBLE",), "VARCHAR")(java_double)
udf("trino_java_real", ("FLOAT",), "VARCHAR")(java_real)


@udf("trino_java_decimal", ("VARCHAR",), "VARCHAR")
def _java_decimal(written: str) -> str:
    return str(Decimal(written))


@udf("trino_java_time", ("VARCHAR",), "VARCHAR")
def _java_time(written: str) -> str:
    """A time without its zero seconds, and with a fraction of no, three or six digits."""
    for tail in (":00.000000", ".000000", "000"):
        if written.endswith(tail):
            return written[: -len(tail)]
    return written
