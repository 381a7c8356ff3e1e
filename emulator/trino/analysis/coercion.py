"""Which types become which without a cast: Trino's TypeCoercion."""

from __future__ import annotations

from emulator.trino import types as t
from emulator.trino.types import Type

_INTEGERS = ("tinyint", "smallint", "integer", "bigint")
_PRECISE_TIMES = ("timestamp", "timestamp with time zone", "time", "time with time zone")


def common_type(a: Type, b: Type) -> Type | None:
    """The type both become where they meet (a comparison, CASE, UNION), or None if there is none."""
    if a == b:
        return a
    if a == t.UNKNOWN:
        return b
    if b == t.UNKNOWN:
        return a
    if a.base == b.base:
        return _same_base(a, b)
    for one, other in ((a, b), (b, a)):
        widened = _widen(one, other.base)
        if widened is not None:
            return common_type(widened, other)
    return None


def can_coerce(source: Type, target: Type) -> bool:
    """Whether a value of `source` is taken where `target` is wanted."""
    return source == target or common_type(source, target) == target


def _same_base(a: Type, b: Type) -> Type | None:
    if a.base == "decimal":
        scale = max(a.scale, b.scale)
        whole = max(a.precision - a.scale, b.precision - b.scale)
        return t.decimal(min(t.MAX_DECIMAL, whole + scale), scale)
    if a.base == "varchar":
        return t.VARCHAR if not a.args or not b.args else t.varchar(max(a.precision, b.precision))
    if a.base == "char" or a.base in _PRECISE_TIMES:
        return Type(a.base, (max(a.precision, b.precision),))
    if a.base == "row":
        return _same_row(a, b)
    if a.inner:
        inner = [common_type(x, y) for x, y in zip(a.inner, b.inner, strict=True)]
        found = tuple(x for x in inner if x is not None)
        return Type(a.base, inner=found) if len(found) == len(inner) else None
    return None


def _same_row(a: Type, b: Type) -> Type | None:
    if len(a.inner) != len(b.inner):
        return None
    fields: list[tuple[str | None, Type]] = []
    for (name, x), (other, y) in zip(
        zip(a.names, a.inner, strict=True), zip(b.names, b.inner, strict=True), strict=True
    ):
        kind = common_type(x, y)
        if kind is None:
            return None
        fields.append((name if name == other else None, kind))
    return t.row(*fields)


def _widen(kind: Type, base: str) -> Type | None:
    """The form of a type under another base name, where Trino widens to it."""
    if kind.base in _INTEGERS:
        return _widen_integer(kind, base)
    if kind.base == "decimal":
        return {"real": t.REAL, "double": t.DOUBLE}.get(base)
    if kind.base == "real":
        return t.DOUBLE if base == "double" else None
    if kind.base == "varchar" and base == "char":
        return t.char(min(65536, kind.args[0] if kind.args else 65536))
    if kind.base == "date":
        return {"timestamp": t.timestamp(0), "timestamp with time zone": t.timestamp_tz(0)}.get(base)
    if (kind.base, base) in (("timestamp", "timestamp with time zone"), ("time", "time with time zone")):
        return Type(base, kind.args)
    return None


def _widen_integer(kind: Type, base: str) -> Type | None:
    if base in _INTEGERS:
        return Type(base) if _INTEGERS.index(base) > _INTEGERS.index(kind.base) else None
    if base == "decimal":
        return t.decimal(t.INTEGER_DIGITS[kind.base], 0)
    return {"real": t.REAL, "double": t.DOUBLE}.get(base)
