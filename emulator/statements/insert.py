"""INSERT INTO: the rows of a query become new objects of a table, and new partitions are registered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from emulator.catalog.formats import (
    HIVE_JSON,
    LAZY_SIMPLE,
    OPEN_CSV,
    ORC_SERDE,
    PARQUET_SERDE,
    SEQUENCE_INPUT,
)
from emulator.catalog.model import GlueTable
from emulator.catalog.partitions import NULL_PARTITION
from emulator.catalog.projection import is_projected
from emulator.catalog.relations import table_columns
from emulator.engine.base import DML, ResultColumn, StatementResult
from emulator.statements.output import DEFAULT_COMPRESSION
from emulator.statements.publish import (
    check_partition_count,
    partitions_of,
    placed,
    published,
    register_partitions,
    scratch_directory,
)
from emulator.statements.query import parameters
from emulator.statements.runtime import FileFormat, OutputField, Runtime, Written
from emulator.statements.syntax import Name, identifier, qualified
from emulator.statements.tokens import TokenStream
from emulator.trino.analysis.coercion import can_coerce, common_type
from emulator.trino.compiler import CompiledQuery, OutputColumn
from emulator.trino.errors import Position, TrinoError, Unsupported
from emulator.trino.parser import parse_query
from emulator.trino.relations import Column
from emulator.trino.syntax.queries import Query
from emulator.trino.types import BIGINT, VARCHAR, Type

WRITABLE = {
    PARQUET_SERDE: "PARQUET",
    ORC_SERDE: "ORC",
    LAZY_SIMPLE: "TEXTFILE",
    HIVE_JSON: "JSON",
    OPEN_CSV: "CSV",
}
"""What Athena inserts into, and so do we: https://docs.aws.amazon.com/athena/latest/ug/insert-into.html."""

_COMPRESSION_KEYS = {"PARQUET": ("parquet.compression", "parquet.compress"), "ORC": ("orc.compress",)}


@dataclass(frozen=True)
class InsertInto:
    """``INSERT INTO table [(columns)] query``, the same on every engine.

    ``query`` is the query's text at its place in the statement, ``at`` where the statement begins.
    """

    table: Name
    columns: tuple[str, ...] | None
    query: str
    at: Position


@dataclass(frozen=True)
class Insert:
    """An INSERT whose query DuckDB runs."""

    shape: InsertInto
    query: Query
    statement_type: str = DML
    substatement_type: str | None = "INSERT"

    def run(self, runtime: Runtime) -> StatementResult:
        """Write the rows; raises TrinoError, and then nothing of them stays."""
        table = runtime.table(self.shape.table)
        check_writable(table)
        columns = [column for column in table_columns(table) if not column.hidden]
        form = insert_format(table, columns)
        compiled, fields = self._compiled(runtime, columns)
        keys = [column.name for column in columns if column.partition]
        split = len(fields) - len(keys)
        with scratch_directory(runtime) as directory:
            written = runtime.queries.write(compiled, fields[:split], fields[split:], form, directory)
            _check_partitions(written)
            return self._publish(runtime, table, written, keys)

    def _publish(
        self, runtime: Runtime, table: GlueTable, written: Written, keys: Sequence[str]
    ) -> StatementResult:
        places = placed(runtime, written, table.storage.location, keys, table)
        with published(runtime, places) as objects:
            if keys and not is_projected(table):
                register_partitions(runtime, table, partitions_of(written))
        return StatementResult(
            DML,
            self.substatement_type,
            (ResultColumn("rows", BIGINT),),
            update_count=sum(file.rows for file in written.files),
            data_scanned_bytes=written.scanned,
            manifest=tuple(info.uri for info in objects),
        )

    def _compiled(
        self, runtime: Runtime, columns: Sequence[Column]
    ) -> tuple[CompiledQuery, list[OutputField]]:
        """The query with every column of the table, in order and of its type, and how each is written."""
        compiled = runtime.queries.compile(self.query, parameters(runtime))
        targets = self._targets(columns)
        sources = [found.type for found in compiled.columns]
        if len(targets) != len(sources) or not all(
            insertable(source, target.type) for source, target in zip(sources, targets, strict=True)
        ):
            raise _mismatch(targets, compiled.columns, self.shape.at)
        given = {target.name: place for place, target in enumerate(targets)}
        fields = []
        for column in columns:
            source = sources[given[column.name]] if column.name in given else column.type
            fields.append(
                OutputField(column.name, column.type, source if _is_cut(source, column.type) else None)
            )
        same = list(given) == [column.name for column in columns] and all(
            source == column.type for source, column in zip(sources, columns, strict=True)
        )
        if not same:
            # cast to the table's types; a column that is not given is NULL
            compiled = compiled.reshaped(
                [(given.get(field.name), VARCHAR if field.cut_from else field.type) for field in fields]
            )
        return compiled, fields

    def _targets(self, columns: Sequence[Column]) -> list[Column]:
        if self.shape.columns is None:
            return list(columns)
        by_name = {column.name: column for column in columns}
        for place, wanted in enumerate(self.shape.columns):
            if wanted not in by_name:
                raise TrinoError(
                    "COLUMN_NOT_FOUND",
                    f"Insert column name does not exist in target table: {wanted}",
                    self.shape.at,
                )
            if wanted in self.shape.columns[:place]:
                raise TrinoError(
                    "DUPLICATE_COLUMN_NAME",
                    f"Insert column name is specified more than once: {wanted}",
                    self.shape.at,
                )
        return [by_name[wanted] for wanted in self.shape.columns]


def insertable(source: Type, target: Type) -> bool:
    """Whether Trino inserts values of one type into a column of another.

    Values are cast, and may fail then; texts of limited length within arrays, maps and rows must fit.
    """
    if target.inner and _has_limited_text(target):
        return can_coerce(source, target)
    return common_type(source, target) is not None


def _has_limited_text(kind: Type) -> bool:
    return (kind.is_text and bool(kind.args)) or any(map(_has_limited_text, kind.inner))


def _is_cut(source: Type, target: Type) -> bool:
    """Whether a text may be longer than its column."""
    return source.is_text and target.is_text and bool(target.args) and not can_coerce(source, target)


def _mismatch(targets: Sequence[Column], found: Sequence[OutputColumn], at: Position) -> TrinoError:
    table = ", ".join(str(column.type) for column in targets)
    query = ", ".join(str(column.type) for column in found)
    return TrinoError(
        "TYPE_MISMATCH", f"Insert query has mismatched column types: Table: [{table}], Query: [{query}]", at
    )


def check_writable(table: GlueTable) -> None:
    """Raise TrinoError for a table that Athena does not insert into, Unsupported for one that we do not."""
    if table.parameters.get("table_type", "").upper() == "ICEBERG":
        raise Unsupported(f"Iceberg tables are not supported: {table.full_name}")
    if table.storage.serde not in WRITABLE or table.storage.input_format == SEQUENCE_INPUT:
        raise Unsupported(
            f"Inserting into {table.full_name} is not supported: SerDe {table.storage.serde or '(none)'}, "
            f"input format {table.storage.input_format or '(none)'}"
        )
    if table.storage.bucket_count > 0:
        raise TrinoError(
            "NOT_SUPPORTED", f"Inserting into bucketed tables is not supported: {table.full_name}"
        )
    if is_projected(table) and "storage.location.template" in table.parameters:
        raise Unsupported(f"Inserting into {table.full_name} is not supported: storage.location.template")
    if not table.storage.location:
        raise TrinoError("HIVE_METASTORE_ERROR", f"Table {table.full_name} has no location")


def insert_format(table: GlueTable, columns: Sequence[Column]) -> FileFormat:
    """How the table's files are written; raises TrinoError for what its serde cannot hold."""
    name = WRITABLE[table.storage.serde]
    keys = (*_COMPRESSION_KEYS.get(name, ()), "write.compression")
    given = [table.parameters[key] for key in keys if key in table.parameters]
    if name not in _COMPRESSION_KEYS and table.parameters.get("skip.header.line.count", "0") != "0":
        raise Unsupported(f"Inserting into {table.full_name} is not supported: skip.header.line.count")
    if name == "CSV":
        wrong = [column for column in columns if column.type != VARCHAR and not column.partition]
        if wrong:
            shown = ", ".join(f"{column.name} {column.type}" for column in wrong)
            raise TrinoError(
                "NOT_SUPPORTED",
                "Hive CSV storage format only supports VARCHAR (unbounded). Unsupported columns: " + shown,
            )
    return FileFormat(
        name, (given or [DEFAULT_COMPRESSION[name]])[0].upper(), None, table.storage.serde_parameters
    )


def _check_partitions(written: Written) -> None:
    check_partition_count(written)
    for key in (value for file in written.files for value in file.partition):
        if key == NULL_PARTITION:
            raise TrinoError("HIVE_INVALID_PARTITION_VALUE", f"Partition value must not be {NULL_PARTITION}")


def read_insert(tokens: TokenStream) -> InsertInto:
    """After ``INSERT INTO``, in Trino's grammar."""
    table = qualified(tokens)
    columns = None
    if tokens.looks_at("(") and not _starts_query(tokens):
        columns = tokens.listed(lambda: identifier(tokens))
    return InsertInto(table, columns, tokens.rest(), tokens.beginning)


def parse(tokens: TokenStream) -> Insert:
    """The same for the embedded engine, which reads the query too."""
    shape = read_insert(tokens)
    return Insert(shape, parse_query(shape.query))


def _starts_query(tokens: TokenStream) -> bool:
    """Whether the parenthesis that comes holds a query rather than names."""
    place = 1
    while tokens.ahead(place).text == "(":
        place += 1
    return tokens.ahead(place).upper in ("SELECT", "WITH", "VALUES", "TABLE")
