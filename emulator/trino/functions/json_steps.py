"""The single steps of casts to and from json, over json text."""

from __future__ import annotations

import math
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any

from emulator.trino.errors import raising
from emulator.trino.json_text import JsonFloat, JsonProblem, dump, parse
from emulator.trino.numbers import java_double, java_real, scientific
from emulator.trino.runtime import udf


class CastFailed(Exception):
    """A json value that is not of the wanted form; its text is read by `errors.from_duckdb`."""

    def __init__(self, written: str, target: str) -> None:
        super().__init__(raising("INVALID_CAST_ARGUMENT", f"Cannot cast to {target}. {written}"))


@udf("trino_json_double", ("DOUBLE",), "VARCHAR")
def _double(value: float) -> str:
    shown = java_double(value)
    return shown if math.isfinite(value) else f'"{shown}"'


@udf("trino_json_real", ("FLOAT",), "VARCHAR")
def _real(value: float) -> str:
    shown = java_real(value)
    return shown if math.isfinite(value) else f'"{shown}"'


@udf("trino_json_string", ("VARCHAR",), "VARCHAR")
def _string(value: str) -> str:
    return dump(value)


@udf("trino_json_object", ("VARCHAR[]", "VARCHAR[]"), "VARCHAR")
def _object(keys: list[str], values: list[str]) -> str:
    """An object of keys and values that are json already, in the keys' order."""
    pairs = sorted(zip(keys, values, strict=True), key=lambda pair: pair[0].encode())
    return "{" + ",".join(f"{dump(key)}:{value}" for key, value in pairs) + "}"


def _parsed(written: str, target: str) -> Any:
    try:
        return parse(written)
    except JsonProblem:
        raise CastFailed(written, target) from None


@udf("trino_json_scalar", ("VARCHAR", "VARCHAR"), "VARCHAR", handles_null=True)
def _scalar(written: str | None, target: str | None) -> str | None:
    """A json scalar as text that DuckDB casts to the target."""
    if written is None or target is None:
        return None
    value = _parsed(written, target)
    if value is None:
        return None
    if isinstance(value, (dict, list)):
        raise CastFailed(written, target)
    if target == "varchar" and isinstance(value, JsonFloat):
        return scientific(float(value))
    if target == "varchar":
        return value if isinstance(value, str) else dump(value)
    if target == "boolean":
        return _boolean(value, written)
    number = {True: "1", False: "0"}[value] if isinstance(value, bool) else str(value)
    try:
        exact = Decimal(number.strip())
    except InvalidOperation:
        if target in ("double", "real") and number in ("NaN", "Infinity", "-Infinity"):
            return number
        raise CastFailed(written, target) from None
    if target in ("tinyint", "smallint", "integer", "bigint"):
        if isinstance(value, str) and not isinstance(value, JsonFloat) and exact != exact.to_integral():
            raise CastFailed(written, target)
        return str(int(exact.to_integral(ROUND_HALF_UP)))
    return str(exact)


def _boolean(value: Any, written: str) -> str:
    if isinstance(value, bool):
        return str(value)
    if isinstance(value, str) and not isinstance(value, JsonFloat):
        if value.lower() not in ("true", "false"):
            raise CastFailed(written, "boolean")
        return value
    return str(float(value) != 0)


@udf("trino_json_items", ("VARCHAR",), "VARCHAR[]", handles_null=True)
def _items(written: str | None) -> list[str] | None:
    """An array's members, as json."""
    value = None if written is None else _parsed(written, "array")
    if value is None:
        return None
    if not isinstance(value, list):
        raise CastFailed(str(written), "array")
    return [dump(item) for item in value]


def _members(written: str | None) -> dict[str, Any] | None:
    value = None if written is None else _parsed(written, "map")
    if value is None:
        return None
    if not isinstance(value, dict):
        raise CastFailed(str(written), "map")
    return value


@udf("trino_json_keys", ("VARCHAR",), "VARCHAR[]", handles_null=True)
def _keys(written: str | None) -> list[str] | None:
    members = _members(written)
    return None if members is None else list(members)


@udf("trino_json_values", ("VARCHAR",), "VARCHAR[]", handles_null=True)
def _values(written: str | None) -> list[str] | None:
    members = _members(written)
    return None if members is None else [dump(item) for item in members.values()]


@udf("trino_json_is_row", ("VARCHAR", "INTEGER", "BOOLEAN"), "BOOLEAN", handles_null=True)
def _is_row(written: str | None, count: int | None, named: bool | None) -> bool | None:
    """Whether json is a row: an array of as many members, or an object if all the fields have names.

    NULL for json null.
    """
    value = None if written is None else _parsed(written, "row")
    if value is None:
        return None
    if (isinstance(value, dict) and named) or (isinstance(value, list) and len(value) == count):
        return True
    raise CastFailed(str(written), "row")


@udf("trino_json_field", ("VARCHAR", "VARCHAR", "INTEGER"), "VARCHAR", handles_null=True)
def _field(written: str | None, name: str | None, index: int | None) -> str | None:
    """A row's field: by name, ignoring case, in an object; by place in an array."""
    value = None if written is None else _parsed(written, "row")
    if isinstance(value, list) and index is not None:
        return dump(value[index])
    if isinstance(value, dict) and name is not None:
        found = next((item for key, item in value.items() if key.lower() == name.lower()), None)
        return dump(found)
    return None
