"""The lines of SHOW CREATE TABLE and SHOW CREATE VIEW."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from emulator.catalog.java_maps import hash_map_order
from emulator.catalog.model import GlueTable, HiveColumn
from emulator.catalog.presto_view import NotAPrestoView, decode
from emulator.trino.errors import TrinoError, Unsupported

_NOT_SHOWN = {"EXTERNAL", "comment"}
_DEFAULT = ("serialization.format", "1")
"""The one serde parameter that Hive leaves out, as every table has it."""


def create_view_lines(view: GlueTable) -> Iterator[str]:
    """The lines of a CREATE VIEW statement for a view; raises TrinoError for a table."""
    if not view.is_view:
        raise TrinoError("NOT_SUPPORTED", f"Relation '{view.full_name}' is a table, not a view")
    try:
        sql = decode(view.view_text or "").sql
    except NotAPrestoView as error:
        raise Unsupported(f"Hive views are not supported: {view.full_name}: {error}") from error
    yield f"CREATE VIEW {view.full_name} AS"
    yield from sql.split("\n")


def create_table_lines(table: GlueTable) -> Iterator[str]:
    """The lines of a CREATE EXTERNAL TABLE statement for a table, as Hive prints them."""
    storage = table.storage
    yield f"CREATE EXTERNAL TABLE `{table.name}`("
    yield from _columns(table.columns)
    comment = table.parameters.get("comment")
    if comment is not None:
        yield f"COMMENT {_quoted(comment)}"
    if table.partition_keys:
        yield "PARTITIONED BY ( "
        yield from _columns(table.partition_keys)
    if storage.bucket_count > 0:
        yield "CLUSTERED BY ( "
        yield from _separated([f"  {column}" for column in storage.bucketed_by], ") ")
        yield f"INTO {storage.bucket_count} BUCKETS"
    yield "ROW FORMAT SERDE "
    yield f"  {_quoted(storage.serde)} "
    parameters = {key: value for key, value in storage.serde_parameters.items() if (key, value) != _DEFAULT}
    if parameters:
        yield "WITH SERDEPROPERTIES ( "
        yield from _separated(_properties(parameters), ") ")
    yield "STORED AS INPUTFORMAT "
    yield f"  {_quoted(storage.input_format)} "
    yield "OUTPUTFORMAT "
    yield f"  {_quoted(storage.output_format)}"
    yield "LOCATION"
    yield f"  {_quoted(storage.location)}"
    yield "TBLPROPERTIES ("
    shown = {key: value for key, value in table.parameters.items() if key not in _NOT_SHOWN}
    yield from _separated(_properties(shown), ")")


def _columns(columns: Sequence[HiveColumn]) -> Iterator[str]:
    return _separated(
        [
            f"  `{column.name}` {column.type}"
            + (f" COMMENT {_quoted(column.comment)}" if column.comment is not None else "")
            for column in columns
        ],
        ")",
    )


def _properties(properties: Mapping[str, str]) -> list[str]:
    return [f"  {_quoted(key)}={_quoted(properties[key])}" for key in hash_map_order(list(properties))]


def _separated(items: Sequence[str], end: str) -> Iterator[str]:
    for item in items[:-1]:
        yield f"{item}, "
    yield f"{items[-1]}{end}" if items else f"  {end}"


def _quoted(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'").replace("\n", "\\n") + "'"
