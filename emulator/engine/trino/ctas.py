"""CREATE TABLE … AS on Trino."""

from __future__ import annotations

from dataclasses import dataclass

from emulator.engine.base import DDL, ResultColumn, StatementResult
from emulator.engine.trino.new_files import FilesToWrite, files_written
from emulator.engine.trino.runtime import TrinoRuntime
from emulator.statements.publish import require_empty
from emulator.statements.table_as import TableAs, make_table, read_table_as, table_definition
from emulator.statements.tokens import TokenStream
from emulator.trino.types import BIGINT


@dataclass(frozen=True)
class TrinoTableAs:
    """A CTAS whose query Trino runs."""

    shape: TableAs
    statement_type: str = DDL
    substatement_type: str | None = "CREATE_TABLE_AS_SELECT"

    @property
    def trino_text(self) -> str:
        """The query, whose grammar Trino judges."""
        return self.shape.query

    def run(self, runtime: TrinoRuntime) -> StatementResult:
        """Write the rows and create the table; if that fails, nothing of it stays.

        Raises TrinoError, `Cancelled` and `EngineLost`.
        """
        if self.shape.is_made(runtime):
            return self._result(runtime, 0, ())
        database, name = runtime.place(self.shape.table)
        form = self.shape.checked_format()
        location = self.shape.location(runtime)
        require_empty(runtime, location, f"table '{database}.{name}'")
        keys = self.shape.properties.texts("partitioned_by")
        wanted = FilesToWrite(self.shape.query, keys, form, location, database, self.shape.with_data)
        with files_written(runtime, wanted) as files:
            definition = table_definition(name, files.columns, files.partition_keys, form, location)
            make_table(runtime, database, definition, files.partitions)
        return self._result(runtime, files.rows, files.manifest)

    def _result(self, runtime: TrinoRuntime, rows: int, manifest: tuple[str, ...]) -> StatementResult:
        return StatementResult(
            DDL,
            self.substatement_type,
            (ResultColumn("rows", BIGINT),),
            update_count=rows,
            manifest=manifest,
            statistics=runtime.session.statistics,
        )


def parse_table_as(tokens: TokenStream) -> TrinoTableAs:
    """After ``CREATE TABLE``, in Trino's grammar."""
    return TrinoTableAs(read_table_as(tokens))
