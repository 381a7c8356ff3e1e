"""CREATE TABLE … AS: a query's rows become the files of a new table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from emulator.catalog.hive_types import storable_type
from emulator.catalog.model import HiveColumn
from emulator.engine.base import DDL, ResultColumn, StatementResult
from emulator.statements.output import check_output_columns, check_timestamps
from emulator.statements.publish import (
    check_partition_count,
    partitions_of,
    placed,
    published,
    require_empty,
    scratch_directory,
)
from emulator.statements.query import parameters
from emulator.statements.runtime import FileFormat, OutputField, Runtime, Written
from emulator.statements.table_as import TableAs, make_table, read_table_as, table_definition
from emulator.statements.tables import TableDefinition
from emulator.statements.tokens import TokenStream
from emulator.trino.compiler import CompiledQuery
from emulator.trino.errors import TrinoError
from emulator.trino.parser import parse_query
from emulator.trino.syntax.queries import Query
from emulator.trino.types import BIGINT


@dataclass(frozen=True)
class CreateTableAs:
    """A CTAS whose query DuckDB runs."""

    shape: TableAs
    query: Query
    statement_type: str = DDL
    substatement_type: str | None = "CREATE_TABLE_AS_SELECT"

    def run(self, runtime: Runtime) -> StatementResult:
        """Write the rows and create the table; raises TrinoError, and then nothing of it stays."""
        if self.shape.is_made(runtime):
            return self._result(Written((), 0), ())
        database, name = runtime.place(self.shape.table)
        form = self.shape.checked_format()
        compiled = runtime.queries.compile(self.query, parameters(runtime))
        check_output_columns(compiled.columns)
        check_timestamps(compiled.columns)
        fields, keys = self._split(compiled)
        _check_buckets(form, fields)
        location = self.shape.location(runtime)
        require_empty(runtime, location, f"table '{database}.{name}'")
        definition = table_definition(name, _hive_columns(fields), _hive_columns(keys), form, location)
        return self._fill(runtime, database, definition, compiled, fields, keys, form)

    def _fill(
        self,
        runtime: Runtime,
        database: str,
        definition: TableDefinition,
        compiled: CompiledQuery,
        fields: Sequence[OutputField],
        keys: Sequence[OutputField],
        form: FileFormat,
    ) -> StatementResult:
        with scratch_directory(runtime) as scratch:
            written = Written((), 0)
            if self.shape.with_data:
                written = runtime.queries.write(compiled, fields, keys, form, scratch)
            check_partition_count(written)
            places = placed(runtime, written, definition.location, [key.name for key in keys])
            with published(runtime, places) as objects:
                make_table(runtime, database, definition, partitions_of(written) if keys else ())
        return self._result(written, tuple(info.uri for info in objects))

    def _result(self, written: Written, manifest: tuple[str, ...]) -> StatementResult:
        return StatementResult(
            DDL,
            self.substatement_type,
            (ResultColumn("rows", BIGINT),),
            update_count=sum(file.rows for file in written.files),
            data_scanned_bytes=written.scanned,
            manifest=manifest,
        )

    def _split(self, compiled: CompiledQuery) -> tuple[list[OutputField], list[OutputField]]:
        """The columns of the files and the partition columns, which must come last, in order."""
        fields = [OutputField(column.name.lower(), column.type) for column in compiled.columns]
        keys = self.shape.properties.texts("partitioned_by")
        names = [field.name for field in fields]
        missing = [key for key in keys if key not in names]
        if missing:
            raise TrinoError(
                "INVALID_TABLE_PROPERTY",
                f"Partition columns {missing} not present in schema".replace("'", ""),
            )
        if keys and len(keys) >= len(names):
            raise TrinoError("INVALID_TABLE_PROPERTY", "Table contains only partition columns")
        if keys and tuple(names[-len(keys) :]) != keys:
            raise TrinoError(
                "HIVE_COLUMN_ORDER_MISMATCH",
                "Partition keys must be the last columns in the table and in the same order as the table "
                f"properties: [{', '.join(keys)}]",
            )
        return fields[: len(fields) - len(keys)], fields[len(fields) - len(keys) :]


def _check_buckets(form: FileFormat, fields: Sequence[OutputField]) -> None:
    missing = [column for column in form.bucketed_by if column not in {field.name for field in fields}]
    if missing:
        raise TrinoError(
            "INVALID_TABLE_PROPERTY", f"Bucketing columns [{', '.join(missing)}] not present in schema"
        )


def _hive_columns(fields: Sequence[OutputField]) -> tuple[HiveColumn, ...]:
    return tuple(HiveColumn(field.name, storable_type(field.type)) for field in fields)


def parse(tokens: TokenStream) -> CreateTableAs:
    """After ``CREATE TABLE``, in Trino's grammar."""
    shape = read_table_as(tokens)
    return CreateTableAs(shape, parse_query(shape.query))
