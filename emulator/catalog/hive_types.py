"""Trino's types in the form that Glue keeps them, as Trino's Hive connector writes them."""

from __future__ import annotations

from emulator.trino.errors import TrinoError
from emulator.trino.types import Type

_SAME = {"boolean", "tinyint", "smallint", "bigint", "double", "date"}
_RENAMED = {"integer": "int", "real": "float", "varbinary": "binary"}


def hive_type(kind: Type) -> str:
    """The Hive type that stands for a Trino type in a view's columns: what Hive lacks becomes ``string``."""
    return _known(kind) or "string"


def storable_type(kind: Type) -> str:
    """The Hive type of a column that is written to files; raises TrinoError if Hive has none."""
    found = _known(kind)
    if found is None and _is_anonymous(kind):
        raise TrinoError(
            "NOT_SUPPORTED",
            f"Anonymous row type is not supported in Hive. Please give each field a name: {kind}",
        )
    if found is None:
        raise TrinoError("NOT_SUPPORTED", f"Unsupported Hive type: {kind}")
    return found


def _is_anonymous(kind: Type) -> bool:
    """Whether a row within the type has a field without a name."""
    return (kind.base == "row" and not all(kind.names)) or any(map(_is_anonymous, kind.inner))


def _known(kind: Type) -> str | None:
    if kind.base in _SAME:
        return kind.base
    if kind.base in _RENAMED:
        return _RENAMED[kind.base]
    if kind.base == "timestamp":
        return "timestamp"
    if kind.base == "decimal":
        return f"decimal({kind.precision},{kind.scale})"
    if kind.base == "varchar":
        # Hive's varchar ends at 65535 characters
        return f"varchar({kind.args[0]})" if kind.args and 0 < kind.args[0] <= 65535 else "string"
    if kind.base == "char":
        return f"char({kind.args[0]})" if kind.args[0] <= 255 else None
    return _nested(kind)


def _nested(kind: Type) -> str | None:
    inner = [_known(found) for found in kind.inner]
    known = [found for found in inner if found is not None]
    if not inner or len(known) < len(inner):
        return None
    if kind.base == "array":
        return f"array<{known[0]}>"
    if kind.base == "map":
        return f"map<{known[0]},{known[1]}>"
    if kind.base == "row" and all(kind.names):
        return f"struct<{','.join(f'{name}:{found}' for name, found in zip(kind.names, known, strict=True))}>"
    return None
