"""CREATE VIEW on Trino, which says what columns a view's query has."""

from __future__ import annotations

from dataclasses import dataclass

from emulator.engine.base import DDL, StatementResult
from emulator.engine.trino.around import run_around
from emulator.engine.trino.runtime import TrinoRuntime
from emulator.statements.tokens import TokenStream
from emulator.statements.views import CREATE_VIEW, ViewAs, read_view


@dataclass(frozen=True)
class TrinoView:
    """A view whose query Trino analyses. Glue gets it in the form that both engines read."""

    shape: ViewAs
    statement_type: str = DDL
    substatement_type: str | None = CREATE_VIEW

    @property
    def trino_text(self) -> str:
        """The query, whose grammar Trino judges."""
        return self.shape.query

    def run(self, runtime: TrinoRuntime) -> StatementResult:
        """Analyse the query and write the view to Glue; raises TrinoError, `Cancelled` and `EngineLost`."""
        runtime.database(runtime.place(self.shape.view)[0])
        # no row is asked for, so none of the tables is read
        analysed = run_around(runtime, "SELECT * FROM (", self.shape.query, ") LIMIT 0")
        return self.shape.store(runtime, analysed.columns)


def parse_view(tokens: TokenStream, replace: bool) -> TrinoView:
    """After ``CREATE [OR REPLACE] VIEW``, in Trino's grammar."""
    return TrinoView(read_view(tokens, replace))
