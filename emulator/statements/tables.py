"""CREATE EXTERNAL TABLE and DROP TABLE: what is written to and taken from Glue."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from emulator.catalog.formats import Format
from emulator.catalog.model import EXTERNAL_TABLE, AlreadyExists, HiveColumn
from emulator.engine.base import DDL, StatementResult
from emulator.statements.row_format import RowFormat, parse_row_format
from emulator.statements.runtime import Surroundings
from emulator.statements.syntax import (
    Name,
    column,
    hive_properties,
    identifier,
    number,
    qualified,
    string,
)
from emulator.statements.tokens import TokenStream
from emulator.trino.errors import ParseError, TrinoError, Unsupported


@dataclass(frozen=True)
class Bucketing:
    """``CLUSTERED BY (columns) [SORTED BY …] INTO count BUCKETS``."""

    columns: tuple[str, ...]
    count: int


@dataclass(frozen=True)
class TableDefinition:
    """All that a table's Glue entry is made of."""

    name: str
    columns: tuple[HiveColumn, ...]
    partition_keys: tuple[HiveColumn, ...]
    storage: Format
    serde_parameters: Mapping[str, str]
    location: str
    comment: str | None = None
    bucketing: Bucketing | None = None
    properties: Mapping[str, str] | None = None

    def table_input(self, seconds: int) -> dict[str, Any]:
        """The Glue TableInput as Athena's DDL writes it; ``seconds`` is the time of creation since 1970."""
        parameters = {"EXTERNAL": "TRUE", **(self.properties or {})}
        if self.comment is not None:
            parameters["comment"] = self.comment
        if self.bucketing:
            parameters["bucketing_format"] = parameters.get("bucketing_format", "hive")
        parameters["transient_lastDdlTime"] = str(seconds)
        return {
            "Name": self.name,
            "Owner": "hadoop",
            "Retention": 0,
            "TableType": EXTERNAL_TABLE,
            "Parameters": parameters,
            "PartitionKeys": glue_columns(self.partition_keys),
            "StorageDescriptor": {
                "Columns": glue_columns(self.columns),
                "Location": self.location,
                "InputFormat": self.storage.input_format,
                "OutputFormat": self.storage.output_format,
                "Compressed": False,
                "NumberOfBuckets": self.bucketing.count if self.bucketing else -1,
                "SerdeInfo": {
                    "SerializationLibrary": self.storage.serde,
                    "Parameters": dict(self.serde_parameters),
                },
                "BucketColumns": list(self.bucketing.columns) if self.bucketing else [],
                "SortColumns": [],
                "Parameters": {},
                "StoredAsSubDirectories": False,
            },
        }


def glue_columns(columns: tuple[HiveColumn, ...]) -> list[dict[str, str]]:
    """Columns in Glue's form."""
    return [
        {"Name": found.name, "Type": found.type}
        | ({} if found.comment is None else {"Comment": found.comment})
        for found in columns
    ]


def directory(location: str) -> str:
    """A table's or partition's location as Hive keeps it, without the last slash; raises TrinoError."""
    scheme, found, rest = location.partition("://")
    bucket = rest.partition("/")[0]
    if not found or scheme not in ("s3", "s3a", "s3n") or not bucket:
        raise TrinoError(
            "INVALID_TABLE_PROPERTY", f"The location must be s3://bucket/folder/, not '{location}'"
        )
    return f"s3://{rest.rstrip('/')}"


@dataclass(frozen=True)
class CreateTable:
    """``CREATE EXTERNAL TABLE [IF NOT EXISTS] name (…) …``."""

    table: Name
    if_not_exists: bool
    columns: tuple[HiveColumn, ...]
    comment: str | None
    partition_keys: tuple[HiveColumn, ...]
    bucketing: Bucketing | None
    row_format: RowFormat
    location: str
    properties: Mapping[str, str]
    statement_type: str = DDL
    substatement_type: str | None = "CREATE_TABLE"

    def run(self, runtime: Surroundings) -> StatementResult:
        """Create the table in Glue; raises TrinoError."""
        database, name = runtime.place(self.table)
        runtime.database(database)
        self._check_columns()
        definition = TableDefinition(
            name=name,
            columns=self.columns,
            partition_keys=self.partition_keys,
            storage=self.row_format.storage,
            serde_parameters=self.row_format.parameters,
            location=directory(self.location),
            comment=self.comment,
            bucketing=self.bucketing,
            properties=self.properties,
        )
        try:
            runtime.catalog.create_table(
                database, definition.table_input(int(runtime.context.started.timestamp()))
            )
        except AlreadyExists as error:
            if not self.if_not_exists:
                raise TrinoError(
                    "TABLE_ALREADY_EXISTS", f"Table '{database}.{name}' already exists"
                ) from error
        return StatementResult(DDL, self.substatement_type, text=True)

    def _check_columns(self) -> None:
        seen: set[str] = set()
        for found in (*self.columns, *self.partition_keys):
            if found.name in seen:
                raise TrinoError(
                    "DUPLICATE_COLUMN_NAME", f"Column name '{found.name}' specified more than once"
                )
            seen.add(found.name)
        names = {found.name for found in self.columns}
        for bucketed in self.bucketing.columns if self.bucketing else ():
            if bucketed not in names:
                raise TrinoError("COLUMN_NOT_FOUND", f"Bucketing column '{bucketed}' is not a column")


@dataclass(frozen=True)
class DropTable:
    """``DROP TABLE [IF EXISTS] name``: takes the table from Glue; its data in S3 stays."""

    table: Name
    if_exists: bool
    statement_type: str = DDL
    substatement_type: str | None = "DROP_TABLE"

    def run(self, runtime: Surroundings) -> StatementResult:
        """Drop it; raises TrinoError if it is missing, is a view, or is an Iceberg table."""
        result = StatementResult(DDL, self.substatement_type, text=True)
        database, name = runtime.place(self.table)
        if self.if_exists and runtime.catalog.table(database, name) is None:
            return result
        found = runtime.table(self.table)
        if found.parameters.get("table_type", "").upper() == "ICEBERG":
            raise Unsupported(
                "DROP TABLE of an Iceberg table is not supported: its data would have to go too"
            )
        runtime.catalog.delete_table(found.database, found.name)
        return result


def parse_create(tokens: TokenStream) -> CreateTable:
    """After ``CREATE EXTERNAL TABLE``."""
    if_not_exists = tokens.accept("IF", "NOT", "EXISTS")
    name = qualified(tokens)
    columns = tokens.listed(lambda: column(tokens)) if tokens.looks_at("(") else ()
    comment = string(tokens) if tokens.accept("COMMENT") else None
    keys = tokens.listed(lambda: column(tokens)) if tokens.accept("PARTITIONED", "BY") else ()
    bucketing = _parse_bucketing(tokens) if tokens.accept("CLUSTERED", "BY") else None
    row_format = parse_row_format(tokens)
    place = tokens.position()
    location = string(tokens) if tokens.accept("LOCATION") else None
    properties = hive_properties(tokens) if tokens.accept("TBLPROPERTIES") else {}
    tokens.end()
    if location is None:
        raise ParseError("LOCATION is required in CREATE EXTERNAL TABLE", place)
    return CreateTable(
        name, if_not_exists, columns, comment, keys, bucketing, row_format, location, properties
    )


def _parse_bucketing(tokens: TokenStream) -> Bucketing:
    columns = tokens.listed(lambda: identifier(tokens))
    if tokens.accept("SORTED", "BY"):
        raise Unsupported("CLUSTERED BY … SORTED BY is not supported", tokens.position())
    tokens.expect("INTO")
    count = number(tokens)
    tokens.expect("BUCKETS")
    return Bucketing(columns, count)


def parse_drop(tokens: TokenStream) -> DropTable:
    """After ``DROP TABLE``."""
    if_exists = tokens.accept("IF", "EXISTS")
    name = qualified(tokens)
    tokens.end()
    return DropTable(name, if_exists)
