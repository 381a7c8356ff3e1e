"""EXPLAIN and EXPLAIN ANALYZE: Trino's own plans."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from emulator.engine.base import DML, Row, StatementResult
from emulator.engine.trino.runtime import TrinoRuntime
from emulator.engine.trino.select import result_columns, result_rows
from emulator.statements.tokens import TokenStream
from emulator.trino.errors import Unsupported

_QUERIES = ("SELECT", "WITH", "VALUES", "TABLE")


@dataclass(frozen=True)
class TrinoExplain:
    """``EXPLAIN [ANALYZE] [(options)] query``; ``sql`` is the whole statement, which Trino knows."""

    sql: str
    statement_type: str = DML
    substatement_type: str | None = "EXPLAIN"

    @property
    def trino_text(self) -> str:
        """The statement, whose grammar Trino judges."""
        return self.sql

    def run(self, runtime: TrinoRuntime) -> StatementResult:
        """Show the plan, a row for each line; raises TrinoError, `Cancelled` and `EngineLost`."""
        query = runtime.session.run(self.sql, runtime.context.parameters)
        return StatementResult(
            DML,
            self.substatement_type,
            result_columns(query),
            _lines(result_rows(query)),
            text=True,
            statistics=runtime.session.statistics,
        )


def _lines(rows: Iterator[Row]) -> Iterator[Row]:
    for (plan,) in rows:
        yield from ((line,) for line in (plan or "").split("\n"))


def parse_explain(tokens: TokenStream) -> TrinoExplain:
    """After ``EXPLAIN``; raises Unsupported for anything but a query.

    Athena's own shapes (UNLOAD, its CTAS) are not Trino's, and EXPLAIN ANALYZE would write.
    """
    tokens.accept("ANALYZE")
    tokens.accept("VERBOSE")
    if tokens.looks_at("(") and tokens.ahead(1).upper in ("TYPE", "FORMAT"):
        tokens.skip_parentheses()
    if tokens.token.upper not in _QUERIES and not tokens.looks_at("("):
        raise Unsupported("EXPLAIN of anything but a query is not supported", tokens.position())
    return TrinoExplain(tokens.whole())
