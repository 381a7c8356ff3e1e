"""ColumnInfo: what Athena says of each column of a result.

Precision, scale and case sensitivity are those of recorded answers of the real service, by type; what is
None there is zero or false on the API and left out of the ``.metadata`` file.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from emulator.engine.base import ResultColumn
from emulator.trino.types import BIGINT, Type

CATALOG_NAME = "hive"
NULLABLE_UNKNOWN = "UNKNOWN"
MAX_VARCHAR = 2_147_483_647
MAX_VARBINARY = 1_073_741_824

ROWS_COLUMN = ResultColumn("rows", BIGINT)
"""The column that statements with an update count describe."""

_FIXED = {
    "tinyint": 3,
    "smallint": 5,
    "integer": 10,
    "bigint": 19,
    "real": 17,
    "double": 17,
    "varbinary": MAX_VARBINARY,
    "timestamp": 3,
    "timestamp with time zone": 3,
    "time": 3,
    "time with time zone": 3,
}
_SHOWN = {"real": "float"}


@dataclass(frozen=True)
class ColumnFacts:
    """A column as Athena describes it; None where Athena's own record leaves the fact out."""

    name: str
    type: str
    precision: int | None = None
    scale: int | None = None
    case_sensitive: bool | None = None

    def column_info(self) -> dict[str, Any]:
        """The ColumnInfo structure of GetQueryResults."""
        return {
            "CatalogName": CATALOG_NAME,
            "SchemaName": "",
            "TableName": "",
            "Name": self.name,
            "Label": self.name,
            "Type": self.type,
            "Precision": self.precision or 0,
            "Scale": self.scale or 0,
            "Nullable": NULLABLE_UNKNOWN,
            "CaseSensitive": self.case_sensitive or False,
        }


def column_facts(column: ResultColumn) -> ColumnFacts:
    """What Athena says of a result column."""
    if column.shown_type is not None:
        return ColumnFacts(column.name, column.shown_type)
    kind = column.type
    shown = _SHOWN.get(kind.base, kind.base)
    if kind.base in _FIXED:
        return ColumnFacts(column.name, shown, _FIXED[kind.base], 0, False)
    if kind.base == "decimal":
        return ColumnFacts(column.name, shown, kind.precision, kind.scale, False)
    if kind.is_text:
        return ColumnFacts(column.name, shown, _length(kind), 0, True)
    if kind.base == "date":
        return ColumnFacts(column.name, shown, None, 0, False)
    if kind.base == "boolean" or kind.base.startswith("interval "):
        return ColumnFacts(column.name, shown, case_sensitive=False)
    return ColumnFacts(column.name, shown)


def _length(kind: Type) -> int:
    return kind.args[0] if kind.args else MAX_VARCHAR
