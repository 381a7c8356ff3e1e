"""CREATE TABLE … AS: a query's rows become the files of a new table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from emulator.catalog.formats import FORMATS
from emulator.catalog.hive_types import storable_type
from emulator.catalog.model import CATALOG, AlreadyExists, GlueTable, HiveColumn
from emulator.engine.base import DDL, ResultColumn, StatementResult
from emulator.statements.output import check_output_columns, output_format
from emulator.statements.properties import Properties, parse_properties
from emulator.statements.publish import (
    check_partition_count,
    placed,
    published,
    register_partitions,
    require_empty,
    scratch_directory,
)
from emulator.statements.query import parameters
from emulator.statements.runtime import FileFormat, OutputField, Runtime, Written
from emulator.statements.syntax import Name, qualified
from emulator.statements.tables import Bucketing, TableDefinition, directory
from emulator.statements.tokens import TokenStream
from emulator.trino.compiler import CompiledQuery
from emulator.trino.errors import TrinoError, Unsupported
from emulator.trino.parser import parse_query
from emulator.trino.syntax.queries import Query
from emulator.trino.types import BIGINT

_PROPERTIES = (
    "bucket_count",
    "bucketed_by",
    "compression_level",
    "external_location",
    "field_delimiter",
    "format",
    "is_external",
    "location",
    "orc_compression",
    "parquet_compression",
    "partitioned_by",
    "partitioning",
    "table_type",
    "write_compression",
)


@dataclass(frozen=True)
class CreateTableAs:
    """``CREATE TABLE [IF NOT EXISTS] name [WITH (…)] AS query [WITH [NO] DATA]``."""

    table: Name
    if_not_exists: bool
    properties: Properties
    query: Query
    with_data: bool
    statement_type: str = DDL
    substatement_type: str | None = "CREATE_TABLE_AS_SELECT"

    def run(self, runtime: Runtime) -> StatementResult:
        """Write the rows and create the table; raises TrinoError, and then nothing of it stays."""
        database, name = runtime.place(self.table)
        runtime.database(database)
        if runtime.catalog.table(database, name) is not None:
            if self.if_not_exists:
                return self._result(Written((), 0), ())
            raise _exists(database, name)
        form = self._checked_format()
        compiled = runtime.queries.compile(self.query, parameters(runtime))
        check_output_columns(compiled.columns)
        fields, keys = self._split(compiled)
        _check_buckets(form, fields)
        location = self._location(runtime)
        require_empty(runtime, location, f"table '{database}.{name}'")
        definition = TableDefinition(
            name=name,
            columns=_hive_columns(fields),
            partition_keys=_hive_columns(keys),
            storage=FORMATS[form.name],
            serde_parameters=form.serde_parameters,
            location=location,
            bucketing=Bucketing(form.bucketed_by, form.bucket_count) if form.bucketed_by else None,
            properties={"has_encrypted_data": "false", **_compression_property(form)},
        )
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
            if self.with_data:
                written = runtime.queries.write(compiled, fields, keys, form, scratch)
            check_partition_count(written)
            places = placed(runtime, written, definition.location, [key.name for key in keys])
            with published(runtime, places) as objects:
                table = _created(runtime, database, definition)
                try:
                    if keys:
                        register_partitions(runtime, table, written)
                except TrinoError:
                    runtime.catalog.delete_table(database, definition.name)
                    raise
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

    def _checked_format(self) -> FileFormat:
        """The format to write; raises TrinoError for properties that no Hive table can have."""
        given = self.properties
        given.check_known(_PROPERTIES, "Table")
        if (given.text("table_type") or "HIVE").upper() != "HIVE":
            raise Unsupported(
                f"CREATE TABLE AS with table_type = '{given.text('table_type')}' is not supported"
            )
        for name in ("partitioning", "location"):
            if name in given.values:
                raise TrinoError("INVALID_TABLE_PROPERTY", f"Property '{name}' is for Iceberg tables only")
        if given.values.get("is_external", True) is not True:
            raise TrinoError("INVALID_TABLE_PROPERTY", "Hive tables must be external: is_external = true")
        bucketed_by, count = given.texts("bucketed_by"), given.number("bucket_count") or 0
        if bool(bucketed_by) != bool(count) or count < 0:
            raise TrinoError(
                "INVALID_TABLE_PROPERTY",
                "bucketed_by and bucket_count must be specified together, and bucket_count be above zero",
            )
        name = given.text("format") or "PARQUET"
        compression = given.text("write_compression") or given.text(f"{name.lower()}_compression")
        form = output_format(
            name, compression, given.number("compression_level"), given.text("field_delimiter")
        )
        return replace(form, bucketed_by=bucketed_by, bucket_count=count)

    def _location(self, runtime: Runtime) -> str:
        wanted = self.properties.text("external_location")
        if wanted is not None:
            if runtime.context.output_enforced:
                raise TrinoError(
                    "INVALID_TABLE_PROPERTY",
                    "The Create Table As Select query failed because it was submitted with an "
                    "'external_location' property to an Athena Workgroup that enforces a centralized output "
                    "location for all queries. Please remove the 'external_location' property and resubmit "
                    "the query.",
                )
            return directory(wanted)
        output = runtime.context.output
        if output is None:
            raise TrinoError(
                "INVALID_TABLE_PROPERTY", "CREATE TABLE AS needs external_location where results are managed"
            )
        folder = output.key.rpartition("/")[0]
        parts = [part for part in (folder, "tables", runtime.context.query_id) if part]
        return f"s3://{output.bucket}/{'/'.join(parts)}"

    def _split(self, compiled: CompiledQuery) -> tuple[list[OutputField], list[OutputField]]:
        """The columns of the files and the partition columns, which must come last, in order."""
        fields = [OutputField(column.name.lower(), column.type) for column in compiled.columns]
        keys = self.properties.texts("partitioned_by")
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


def _compression_property(form: FileFormat) -> dict[str, str]:
    keys = {"PARQUET": "parquet.compression", "ORC": "orc.compress"}
    return {keys.get(form.name, "write.compression"): form.compression}


def _hive_columns(fields: Sequence[OutputField]) -> tuple[HiveColumn, ...]:
    return tuple(HiveColumn(field.name, storable_type(field.type)) for field in fields)


def _created(runtime: Runtime, database: str, definition: TableDefinition) -> GlueTable:
    try:
        runtime.catalog.create_table(
            database, definition.table_input(int(runtime.context.started.timestamp()))
        )
    except AlreadyExists as error:
        raise _exists(database, definition.name) from error
    found = runtime.catalog.table(database, definition.name)
    if found is None:
        raise TrinoError("HIVE_METASTORE_ERROR", f"Table {database}.{definition.name} was dropped meanwhile")
    return found


def _exists(database: str, name: str) -> TrinoError:
    return TrinoError(
        "TABLE_ALREADY_EXISTS", f"Destination table '{CATALOG}.{database}.{name}' already exists"
    )


def parse(tokens: TokenStream) -> CreateTableAs:
    """After ``CREATE TABLE``, in Trino's grammar."""
    if_not_exists = tokens.accept("IF", "NOT", "EXISTS")
    table = qualified(tokens)
    properties = parse_properties(tokens) if tokens.accept("WITH") else Properties({})
    tokens.expect("AS")
    start = tokens.token.start
    text = tokens.rest()
    with_data = True
    words = [token.upper for token in tokens.last(3)]
    if words[-2:] == ["WITH", "DATA"]:
        text = tokens.sliced(start, tokens.last(2)[0].start)
    elif words == ["WITH", "NO", "DATA"]:
        with_data = False
        text = tokens.sliced(start, tokens.last(3)[0].start)
    return CreateTableAs(table, if_not_exists, properties, parse_query(text), with_data)
