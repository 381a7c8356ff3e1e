"""INSERT INTO on Trino, which knows the statement as Athena writes it."""

from __future__ import annotations

from dataclasses import dataclass

from emulator.catalog.model import GlueTable, Partition, PartitionMissing
from emulator.catalog.projection import is_projected
from emulator.catalog.relations import table_columns
from emulator.engine.base import DML, ResultColumn, StatementResult
from emulator.engine.trino.runtime import TrinoRuntime
from emulator.engine.trino.writes import (
    discarded_on_failure,
    objects_of,
    require_bucket,
    session_properties,
)
from emulator.statements.insert import InsertInto, check_writable, insert_format, read_insert
from emulator.statements.partitions import partition_input
from emulator.statements.publish import MAX_OPEN_PARTITIONS, too_many_partitions
from emulator.statements.tokens import TokenStream
from emulator.storage.objects import ObjectInfo
from emulator.trino.types import BIGINT

_WRITER = "trino_query_id"
"""The parameter in which Trino notes the query that made a partition."""


@dataclass(frozen=True)
class TrinoInsert:
    """``INSERT INTO table [(columns)] query``; ``sql`` is the whole statement."""

    shape: InsertInto
    sql: str
    statement_type: str = DML
    substatement_type: str | None = "INSERT"

    @property
    def trino_text(self) -> str:
        """The statement, whose grammar Trino judges."""
        return self.sql

    def run(self, runtime: TrinoRuntime) -> StatementResult:
        """Write the rows; if that fails, nothing of them stays.

        Raises TrinoError, `Cancelled` and `EngineLost`.
        """
        table = runtime.table(self.shape.table)
        check_writable(table)
        require_bucket(runtime, table.storage.location)
        form = insert_format(table, [column for column in table_columns(table) if not column.hidden])
        properties = session_properties(form)
        with discarded_on_failure(runtime, _locations(runtime, table)):
            try:
                query = runtime.session.run(self.sql, runtime.context.parameters, properties)
                query.finish()
                written = objects_of(runtime, [query.query_id], _locations(runtime, table))
                _check_count(table, written)
            except BaseException:
                _forget_new_partitions(runtime, table)
                raise
        _settle_new_partitions(runtime, table)
        return StatementResult(
            DML,
            self.substatement_type,
            (ResultColumn("rows", BIGINT),),
            update_count=query.update_count or 0,
            manifest=tuple(info.uri for info in written),
            statistics=runtime.session.statistics,
        )


def _locations(runtime: TrinoRuntime, table: GlueTable) -> list[str]:
    """Where a table's files are: under its location, and where partitions have other ones."""
    root = f"{table.storage.location.rstrip('/')}/"
    elsewhere = (found.storage.location for found in runtime.catalog.partitions(table))
    return [root, *(location for location in elsewhere if not location.startswith(root))]


def _check_count(table: GlueTable, written: tuple[ObjectInfo, ...]) -> None:
    """Raise TrinoError for more partitions than Athena writes to; Trino's limit is for each writer."""
    folders = {(info.bucket, info.key.rpartition("/")[0]) for info in written}
    if table.partition_keys and len(folders) > MAX_OPEN_PARTITIONS:
        raise too_many_partitions()


def _new_partitions(runtime: TrinoRuntime, table: GlueTable) -> list[Partition]:
    """The partitions that Trino registered for this execution."""
    ids = runtime.session.statistics.query_ids
    return [
        found
        for found in runtime.catalog.partitions(table)
        if (found.raw.get("Parameters") or {}).get(_WRITER) in ids
    ]


def _forget_new_partitions(runtime: TrinoRuntime, table: GlueTable) -> None:
    for found in _new_partitions(runtime, table):
        runtime.catalog.delete_partition(table, found.values)


def _settle_new_partitions(runtime: TrinoRuntime, table: GlueTable) -> None:
    """Leave partitions in Glue as Athena does: without Trino's notes, and none of a projected table's."""
    for found in _new_partitions(runtime, table):
        try:
            if is_projected(table):
                runtime.catalog.delete_partition(table, found.values)
            else:
                plain = partition_input(table, found.values, found.storage.location)
                runtime.catalog.update_partition(table, found.values, plain)
        except PartitionMissing:
            # another statement dropped it since it was written: so it stays
            continue


def parse_insert(tokens: TokenStream) -> TrinoInsert:
    """After ``INSERT INTO``, in Trino's grammar."""
    shape = read_insert(tokens)
    return TrinoInsert(shape, tokens.whole())
