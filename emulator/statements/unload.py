"""UNLOAD: a query's rows as files at a location, without a table."""

from __future__ import annotations

from dataclasses import dataclass

from emulator.catalog.hive_types import storable_type
from emulator.engine.base import DML, ResultColumn, StatementResult
from emulator.statements.output import check_output_columns, output_format
from emulator.statements.properties import Properties, parse_properties
from emulator.statements.publish import (
    check_partition_count,
    placed,
    published,
    require_empty,
    scratch_directory,
)
from emulator.statements.query import parameters
from emulator.statements.runtime import OutputField, Runtime
from emulator.statements.syntax import string
from emulator.statements.tables import directory
from emulator.statements.tokens import TokenStream
from emulator.trino.errors import TrinoError
from emulator.trino.parser import parse_query
from emulator.trino.syntax.queries import Query
from emulator.trino.types import BIGINT

_PROPERTIES = ("compression", "compression_level", "field_delimiter", "format", "partitioned_by")


@dataclass(frozen=True)
class Unload:
    """``UNLOAD (query) TO 's3://…/' WITH (format = '…', …)``."""

    query: Query
    location: str
    properties: Properties
    statement_type: str = DML
    substatement_type: str | None = "UNLOAD"

    def run(self, runtime: Runtime) -> StatementResult:
        """Write the files; raises TrinoError, and then none of them stays."""
        self.properties.check_known(_PROPERTIES, "Unload")
        form = output_format(
            self.properties.text("format") or "PARQUET",
            self.properties.text("compression"),
            self.properties.number("compression_level"),
            self.properties.text("field_delimiter"),
        )
        compiled = runtime.queries.compile(self.query, parameters(runtime))
        check_output_columns(compiled.columns)
        fields = [OutputField(column.name, column.type) for column in compiled.columns]
        for field in fields:
            storable_type(field.type)
        keys = self.properties.texts("partitioned_by")
        if tuple(field.name.lower() for field in fields[len(fields) - len(keys) :]) != keys:
            raise TrinoError(
                "HIVE_COLUMN_ORDER_MISMATCH", f"Partition columns must be the query's last: {', '.join(keys)}"
            )
        location = directory(self.location)
        require_empty(runtime, location, "unload")
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


def parse(tokens: TokenStream) -> Unload:
    """After ``UNLOAD``, in Trino's grammar."""
    start, end = tokens.skip_parentheses()
    query = parse_query(tokens.sliced(start, end))
    tokens.expect("TO")
    location = string(tokens)
    properties = parse_properties(tokens) if tokens.accept("WITH") else Properties({})
    tokens.end()
    return Unload(query, location, properties)
