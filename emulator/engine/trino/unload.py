"""UNLOAD on Trino."""

from __future__ import annotations

from dataclasses import dataclass

from emulator.engine.base import DML, ResultColumn, StatementResult
from emulator.engine.trino.new_files import FilesToWrite, files_written
from emulator.engine.trino.runtime import TrinoRuntime
from emulator.statements.tokens import TokenStream
from emulator.statements.unload import UnloadTo, read_unload
from emulator.trino.types import BIGINT

_DEFAULT_DATABASE = "default"


@dataclass(frozen=True)
class TrinoUnload:
    """An UNLOAD whose query Trino runs."""

    shape: UnloadTo
    statement_type: str = DML
    substatement_type: str | None = "UNLOAD"

    @property
    def trino_text(self) -> str:
        """The query, whose grammar Trino judges."""
        return self.shape.query

    def run(self, runtime: TrinoRuntime) -> StatementResult:
        """Write the files, or none of them; raises TrinoError, `Cancelled` and `EngineLost`."""
        wanted = FilesToWrite(
            query=self.shape.query,
            partitioned_by=self.shape.properties.texts("partitioned_by"),
            form=self.shape.checked_format(),
            location=self.shape.empty_location(runtime),
            database=self._database(runtime),
        )
        with files_written(runtime, wanted) as files:
            return StatementResult(
                DML,
                self.substatement_type,
                (ResultColumn("rows", BIGINT),),
                update_count=files.rows,
                manifest=files.manifest,
                statistics=runtime.session.statistics,
            )

    def _database(self, runtime: TrinoRuntime) -> str:
        """The execution's database, or another if there is none: the query may name all that it reads."""
        found = runtime.catalog.database(runtime.context.database or _DEFAULT_DATABASE)
        return found.name if found else _DEFAULT_DATABASE


def parse_unload(tokens: TokenStream) -> TrinoUnload:
    """After ``UNLOAD``, in Trino's grammar."""
    return TrinoUnload(read_unload(tokens))
