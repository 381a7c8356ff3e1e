"""A view as Athena itself keeps one in Glue: Presto's JSON, in base64, in a comment.

The form is what `CREATE VIEW` on Athena leaves in ViewOriginalText; Trino's Hive connector reads the same.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types_boto3_glue.type_defs import TableInputTypeDef

_TRINO_TYPES = {"string": "varchar", "int": "integer", "timestamp": "timestamp(3)"}

Column = tuple[str, str]  # name and Hive type


def table_input(
    database: str, name: str, sql: str, columns: Sequence[Column], comment: str
) -> TableInputTypeDef:
    """Glue's TableInput of a view; columns are what the SQL gives, in its order, as Hive types."""
    body = {
        "originalSql": sql,
        "catalog": "awsdatacatalog",
        "schema": database,
        "columns": [{"name": column, "type": _TRINO_TYPES.get(hive, hive)} for column, hive in columns],
    }
    encoded = base64.b64encode(json.dumps(body).encode()).decode()
    return {
        "Name": name,
        "Description": comment,
        "TableType": "VIRTUAL_VIEW",
        "ViewOriginalText": f"/* Presto View: {encoded} */",
        "ViewExpandedText": "/* Presto View */",
        "Parameters": {"presto_view": "true", "comment": "Presto View"},
        "StorageDescriptor": {
            "Columns": [{"Name": column, "Type": hive} for column, hive in columns],
            # Trino's metastore reads it, empty as it is, and refuses a view without one
            "SerdeInfo": {},
        },
        "PartitionKeys": [],
    }


def sql_of(view_text: str) -> str:
    """The SQL inside a view's ViewOriginalText."""
    encoded = view_text.removeprefix("/* Presto View: ").removesuffix(" */")
    sql: str = json.loads(base64.b64decode(encoded))["originalSql"]
    return sql
