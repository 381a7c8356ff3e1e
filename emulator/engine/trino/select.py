"""Statements whose rows are Trino's: queries, SHOW FUNCTIONS."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from emulator.engine.base import DML, UTILITY, ResultColumn, Row, StatementResult
from emulator.engine.trino.runtime import TrinoRuntime
from emulator.engine.trino.session import TrinoQuery
from emulator.engine.trino.values import texts
from emulator.statements.tokens import TokenStream


@dataclass(frozen=True)
class Passed:
    """A statement that goes to Trino as it is written, and whose rows are the result."""

    sql: str
    statement_type: str = DML
    substatement_type: str | None = "SELECT"

    @property
    def trino_text(self) -> str:
        """The statement, whose grammar Trino judges."""
        return self.sql

    def run(self, runtime: TrinoRuntime) -> StatementResult:
        """Start it; the rows stream."""
        query = runtime.session.run(self.sql, runtime.context.parameters)
        return StatementResult(
            self.statement_type,
            self.substatement_type,
            result_columns(query),
            result_rows(query),
            statistics=query.statistics,
        )


def result_columns(query: TrinoQuery) -> tuple[ResultColumn, ...]:
    """A query's columns as a result shows them."""
    return tuple(ResultColumn(column.name, column.type) for column in query.columns)


def result_rows(query: TrinoQuery) -> Iterator[Row]:
    """A query's rows as Athena shows them, as they come."""
    try:
        shown = texts([column.type for column in query.columns])
        for row in query.rows:
            yield shown(row)
    finally:
        query.close()


def parse_query(sql: str) -> Passed:
    """SELECT, WITH, VALUES, TABLE: a whole statement, without a semicolon."""
    return Passed(sql)


def parse_show_functions(tokens: TokenStream) -> Passed:
    """After ``SHOW FUNCTIONS``."""
    return Passed(f"SHOW FUNCTIONS {tokens.rest().strip()}", UTILITY, "SHOW_FUNCTIONS")
