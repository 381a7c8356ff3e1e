"""CAST and TRY_CAST: which are allowed, and their DuckDB text with Trino's rounding and strictness."""

from __future__ import annotations

from collections.abc import Callable

from emulator.trino import types as t
from emulator.trino.emission import text_casts
from emulator.trino.emission.coerce import at_utc, coerce
from emulator.trino.emission.json_casts import from_json, to_json
from emulator.trino.emission.temporal import rounded, stamp_text, time_text
from emulator.trino.emission.values import Value, cast, decimal_text, failing, null, text, unless
from emulator.trino.errors import END_MARK, MARK, Position, TrinoError, Unsupported
from emulator.trino.types import Type

_BASIC = {
    "boolean",
    "tinyint",
    "smallint",
    "integer",
    "bigint",
    "real",
    "double",
    "decimal",
    "varchar",
    "json",
}
_TIMES = {"date", "time", "time with time zone", "timestamp", "timestamp with time zone"}
_ALLOWED = {
    "boolean": _BASIC, "tinyint": _BASIC, "smallint": _BASIC, "integer": _BASIC, "bigint": _BASIC,
    "real": _BASIC, "double": _BASIC, "decimal": _BASIC,
    "varchar": _BASIC | _TIMES | {"char", "varbinary", "uuid", "ipaddress"},
    "char": {"varchar", "char"},
    "date": {"date", "varchar", "timestamp", "timestamp with time zone", "json"},
    "timestamp": _TIMES | {"varchar", "json"},
    "timestamp with time zone": _TIMES | {"varchar"},
    "time": _TIMES - {"date"} | {"varchar"},
    "time with time zone": _TIMES - {"date"} | {"varchar"},
    "interval day to second": {"varchar", "interval day to second"},
    "interval year to month": {"varchar", "interval year to month"},
    "json": _BASIC | {"array", "map", "row"},
    "uuid": {"varchar", "uuid", "varbinary"}, "varbinary": {"varbinary", "uuid", "ipaddress"},
    "ipaddress": {"varchar", "ipaddress", "varbinary"},
    "array": {"array", "json"}, "map": {"map", "json"}, "row": {"row", "json"},
}  # fmt: skip


_UNSUPPORTED = ({"varbinary", "uuid"}, {"varbinary", "ipaddress"})


def explicit_cast(value: Value, kind: Type, at: Position) -> Value:
    """CAST(value AS kind). Raises TYPE_MISMATCH for a cast that Trino has not."""
    return _checked_cast(value, kind, at, lambda: convert(value.sql, value.type, kind, at))


def try_cast(value: Value, kind: Type, at: Position, *, is_plain: bool) -> Value:
    """TRY_CAST(value AS kind): NULL where the cast fails, and only there: not where the value itself does.

    is_plain: the value is one that nothing computes, so that it cannot fail. Raises as `explicit_cast`.
    """

    def tried() -> str:
        if is_plain:
            return f"TRY({convert(value.sql, value.type, kind, at)})"
        # DuckDB's TRY takes every failure inside it for NULL, so the value is computed outside of it.
        return (
            f"list_transform([{value.sql}], lambda tried: TRY({convert('tried', value.type, kind, at)}))[1]"
        )

    return _checked_cast(value, kind, at, tried)


def _checked_cast(value: Value, kind: Type, at: Position, sql: Callable[[], str]) -> Value:
    if value.type == kind:
        return value
    if value.type == t.UNKNOWN:
        return null(kind)
    if not cast_allowed(value.type, kind):
        raise TrinoError("TYPE_MISMATCH", f"Cannot cast {value.type} to {kind}", at)
    return Value(sql(), kind)


def cast_allowed(source: Type, target: Type) -> bool:
    """Whether Trino has a cast between two types."""
    if source == t.UNKNOWN or source == target:
        return True
    if target.base not in _ALLOWED.get(source.base, ()):
        return False
    if source.base in ("uuid", "ipaddress") and target.base == "varchar" and target.args:
        return False
    if source.inner and target.inner:
        return len(source.inner) == len(target.inner) and all(map(cast_allowed, source.inner, target.inner))
    return True


def convert(sql: str, source: Type, target: Type, at: Position) -> str:
    """The text of a strict cast between types for which it is allowed."""
    if source == target:
        return sql
    if source == t.UNKNOWN:
        return cast(sql, target)
    if target == t.JSON:
        return to_json(sql, source, at)
    if source == t.JSON:
        return from_json(sql, target, at)
    if source.inner:
        return _nested(sql, source, target, at)
    unheld = "time with time zone" in (source.base, target.base)
    if (
        unheld
        or {source.base, target.base} in _UNSUPPORTED
        or (source.base == "time" != target.base != "varchar")
    ):
        raise Unsupported(f"Cast from {source} to {target} is not supported", at)
    if target.is_text:
        return _to_text(sql, source, target)
    if source.base == "varchar":
        return text_casts.from_text(sql, target)
    if target.is_numeric or target == t.BOOLEAN:
        return _to_number(sql, source, target)
    return _to_time(sql, source, target)


def _to_number(sql: str, source: Type, target: Type) -> str:
    if target == t.BOOLEAN:
        return f"({sql} <> 0)"
    if source == t.DOUBLE and target == t.REAL:
        return f"trino_to_real({sql})"
    if source in (t.DOUBLE, t.REAL):
        if target.is_integer:
            return cast(f"round({sql})", target)
        if target.base == "decimal":
            return cast(f"CAST({sql} AS VARCHAR)", target)
    return cast(sql, target)


def _early_time(sql: str, source: Type, target: Type) -> str:
    """A timestamp's time of day, which for parts of a second before 1970 is one second early in Trino 476."""
    time = cast(rounded(sql, source, target), target)
    before = f"(epoch_us({sql}) < 0 AND epoch_us({sql}) % 1000000 <> 0)"
    early = cast(rounded(f"({sql} - INTERVAL 1 SECOND)", source, target), target)
    first = f"{before} AND epoch_us({sql} - date_trunc('day', {sql})) < 1000000"
    failed = unless(first, "GENERIC_INTERNAL_ERROR", "value must be >= 0", early, target)
    return f"CASE WHEN {before} THEN {failed} ELSE {time} END"


def _to_time(sql: str, source: Type, target: Type) -> str:
    if (source.base, target.base) == ("timestamp", "time"):
        return _early_time(sql, source, target)
    if source.base == "timestamp with time zone":
        if target.base == source.base:
            return f"trino_zoned({rounded(f'({sql}).instant', source, target)}, ({sql}).zone)"
        sql, source = f"trino_local({sql})", t.timestamp(source.precision)
    if source == t.DATE:
        stamp = cast(sql, t.timestamp(0))
        return at_utc(stamp) if target.base.endswith("zone") else stamp
    if target == t.DATE:
        return cast(sql, target)
    if (source.base, target.base) == ("timestamp", "time"):
        return cast(rounded(sql, source, target), target)
    shown = rounded(sql, source, target) if source.args else sql
    return at_utc(shown) if target.base.endswith("zone") else shown


def _to_text(sql: str, source: Type, target: Type) -> str:
    if target.base == "char":
        whole = sql if source.is_text else _to_text(sql, source, t.VARCHAR)
        return f"rtrim(left({whole}, {target.precision}), ' ')"
    if source.base == "varchar":
        return f"left({sql}, {target.args[0]})" if target.args and target != source else sql
    shown = _shown(sql, source)
    if not target.args:
        return shown
    if source.base == "char":
        return f"left({shown}, {target.precision})"
    problem = (
        f"{text(MARK + 'INVALID_CAST_ARGUMENT:Value ')} || {shown} || "
        f"{text(f' cannot be represented as {target}' + END_MARK)}"
    )
    return (
        f"CASE WHEN length({shown}) > {target.precision} THEN {failing(problem, t.VARCHAR)} ELSE {shown} END"
    )


def _shown(sql: str, source: Type) -> str:
    if source in (t.DOUBLE, t.REAL):
        return f"trino_{source.base}_text({sql})"
    if source.base == "timestamp":
        return stamp_text(sql, source.precision)
    if source.base == "time":
        return time_text(sql, source.precision)
    if source.base == "timestamp with time zone":
        return f"({stamp_text(f'trino_local({sql})', source.precision)} || ' ' || ({sql}).zone)"
    if source.base == "char":
        return f"rpad({sql}, {source.precision}, ' ')"
    if source == t.DATE:
        return f"trino_date_text({sql})"
    if source == t.INTERVAL_DAY:
        return f"trino_interval_day_text({sql})"
    if source == t.INTERVAL_YEAR:
        return f"trino_interval_year_text({sql})"
    return decimal_text(sql, source) if source.base == "decimal" else cast(sql, t.VARCHAR)


def _nested(sql: str, source: Type, target: Type, at: Position) -> str:
    if coerces_alike(source, target):
        return coerce(Value(sql, source), target).sql
    e = f"e{len(str(target))}"
    if target.base == "array":
        return f"list_transform({sql}, lambda {e}: {convert(e, source.element, target.element, at)})"
    if target.base == "map":
        keys = (
            f"list_transform(map_keys({sql}), lambda {e}: {convert(e, source.inner[0], target.inner[0], at)})"
        )
        item = convert(e, source.inner[1], target.inner[1], at)
        values = f"list_transform(map_values({sql}), lambda {e}: {item})"
        return f"CASE WHEN {sql} IS NOT NULL THEN map({keys}, {values}) END"
    fields = ", ".join(
        f"f{i} := {convert(f'({sql}).f{i}', a, b, at)}"
        for i, (a, b) in enumerate(zip(source.inner, target.inner, strict=True))
    )
    return f"CASE WHEN {sql} IS NOT NULL THEN struct_pack({fields}) END"


def coerces_alike(source: Type, target: Type) -> bool:
    """Whether only names or lengths that lose nothing differ, so that a coercion does."""
    if source.inner:
        return source.base == target.base and all(map(coerces_alike, source.inner, target.inner))
    return source == target
