"""UNLOAD: a query's rows as files at a location, without a table."""

from __future__ import annotations

from dataclasses import dataclass

from emulator.catalog.hive_types import storable_type
from emulator.engine.base import DML, ResultColumn, StatementResult
from emulator.statements.output import check_output_columns, check_timestamps, output_format
from emulator.statements.properties import Properties, parse_properties
from emulator.statements.publish import (
    check_partition_count,
    placed,
    published,
    require_empty,
    scratch_directory,
)
from emulator.statements.query import parameters
from emulator.statements.runtime import FileFormat, OutputField, Runtime, Surroundings
from emulator.statements.syntax import string
from emulator.statements.tables import directory
from emulator.statements.tokens import TokenStream
from emulator.trino.errors import TrinoError
from emulator.trino.parser import parse_query
from emulator.trino.syntax.queries import Query
from emulator.trino.types import BIGINT

_PROPERTIES = ("compression", "compression_level", "field_delimiter", "format", "partitioned_by")


@dataclass(frozen=True)
class UnloadTo:
    """``UNLOAD (query) TO 's3://…/' WITH (format = '…', …)``, the same on every engine.

    ``query`` is the query's text at its place in the statement.
    """

    query: str
    location: str
    properties: Properties

    def checked_format(self) -> FileFormat:
        """The format to write; raises TrinoError for properties that are not UNLOAD's."""
        self.properties.check_known(_PROPERTIES, "Unload")
        return output_format(
            self.properties.text("format") or "PARQUET",
            self.properties.text("compression"),
            self.properties.number("compression_level"),
            self.properties.text("field_delimiter"),
        )

    def empty_location(self, runtime: Surroundings) -> str:
        """Where the files go; raises TrinoError if there are any, or it is no location."""
        location = directory(self.location)
        require_empty(runtime, location, "unload")
        return location


@dataclass(frozen=True)
class Unload:
    """An UNLOAD whose query DuckDB runs."""

    shape: UnloadTo
    query: Query
    statement_type: str = DML
    substatement_type: str | None = "UNLOAD"

    def run(self, runtime: Runtime) -> StatementResult:
        """Write the files; raises TrinoError, and then none of them stays."""
        form = self.shape.checked_format()
        compiled = runtime.queries.compile(self.query, parameters(runtime))
        check_output_columns(compiled.columns)
        check_timestamps(compiled.columns)
        fields = [OutputField(column.name, column.type) for column in compiled.columns]
        for field in fields:
            storable_type(field.type)
        keys = self.shape.properties.texts("partitioned_by")
        if tuple(field.name.lower() for field in fields[len(fields) - len(keys) :]) != keys:
            raise TrinoError(
                "HIVE_COLUMN_ORDER_MISMATCH", f"Partition columns must be the query's last: {', '.join(keys)}"
            )
        location = self.shape.empty_location(runtime)
        split = len(fields) - len(keys)
        with scratch_directory(runtime) as scratch:
            written = runtime.queries.write(compiled, fields[:split], fields[split:], form, scratch)
            check_partition_count(written)
            with published(runtime, placed(runtime, written, location, keys)) as objects:
                manifest = tuple(info.uri for info in objects)
        return StatementResult(
            DML,
            self.substatement_type,
            (ResultColumn("rows", BIGINT),),
            update_count=sum(file.rows for file in written.files),
            data_scanned_bytes=written.scanned,
            manifest=manifest,
        )


def read_unload(tokens: TokenStream) -> UnloadTo:
    """After ``UNLOAD``, in Trino's grammar."""
    query = tokens.sliced(*tokens.skip_parentheses())
    tokens.expect("TO")
    location = string(tokens)
    properties = parse_properties(tokens) if tokens.accept("WITH") else Properties({})
    tokens.end()
    return UnloadTo(query, location, properties)


def parse(tokens: TokenStream) -> Unload:
    """The same for the embedded engine, which reads the query too."""
    shape = read_unload(tokens)
    return Unload(shape, parse_query(shape.query))
