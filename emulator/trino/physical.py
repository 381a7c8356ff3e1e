"""How a value of each Trino type is held inside DuckDB. Scans deliver this, and `values.render` reads it.

- boolean, integers, real, double, decimal, date: DuckDB's own types.
- varchar(n): VARCHAR; the length lives in the type only. char(n): VARCHAR without its trailing blanks.
- timestamp(p), time(p): TIMESTAMP and TIME, already cut to p digits. Of more than six
  digits the ones after the sixth are zeros; values that have others there are refused.
- timestamp(p) with time zone: a struct of the instant (TIMESTAMP, in UTC) and the zone's name as Trino shows
  it (`UTC`, `Europe/London`, `+01:00`). Comparisons look at the instant only.
- intervals: whole numbers, of milliseconds (day to second, BIGINT) or of months (year to month, INTEGER).
- varbinary: BLOB. json: VARCHAR, the text that `json_parse` normalises. ipaddress: VARCHAR. uuid: UUID.
- array(T): T[]. map(K, V): MAP. row: STRUCT with fields f0, f1, ...; their names live in the type.
- unknown (the type of a bare NULL): BOOLEAN, always NULL.
"""

from __future__ import annotations

from emulator.trino.errors import Unsupported
from emulator.trino.types import Type

MICROSECOND_DIGITS = 6

_SIMPLE = {
    "boolean": "BOOLEAN", "tinyint": "TINYINT", "smallint": "SMALLINT", "integer": "INTEGER",
    "bigint": "BIGINT",
    "real": "FLOAT", "double": "DOUBLE", "date": "DATE", "varchar": "VARCHAR", "char": "VARCHAR",
    "varbinary": "BLOB", "json": "VARCHAR", "ipaddress": "VARCHAR", "uuid": "UUID", "unknown": "BOOLEAN",
    "interval day to second": "BIGINT", "interval year to month": "INTEGER",
}  # fmt: skip
_TEMPORAL = {
    "timestamp": "TIMESTAMP",
    "time": "TIME",
    "timestamp with time zone": "STRUCT(instant TIMESTAMP, zone VARCHAR)",
}


def duckdb_type(t: Type) -> str:
    """The DuckDB type that holds values of a Trino type; Unsupported, by name, if none does."""
    if t.base in _SIMPLE:
        return _SIMPLE[t.base]
    if t.base == "decimal":
        return f"DECIMAL({t.precision},{t.scale})"
    if t.base in _TEMPORAL:
        return _TEMPORAL[t.base]
    if t.base == "array":
        return f"{duckdb_type(t.element)}[]"
    if t.base == "map":
        return f"MAP({duckdb_type(t.inner[0])}, {duckdb_type(t.inner[1])})"
    if t.base == "row":
        return "STRUCT(" + ", ".join(f"f{i} {duckdb_type(f)}" for i, f in enumerate(t.inner)) + ")"
    raise Unsupported(f"Type {t} is not supported")
