"""SELECT, WITH, VALUES, TABLE: queries whose rows are the result."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from emulator.engine.base import DML, ResultColumn, StatementResult
from emulator.statements.runtime import Runtime
from emulator.trino.compiler import CompiledQuery
from emulator.trino.parser import parse_expression, parse_query
from emulator.trino.syntax.expressions import Expression
from emulator.trino.syntax.queries import Query


@dataclass(frozen=True)
class Select:
    """A query."""

    query: Query
    statement_type: str = DML
    substatement_type: str | None = "SELECT"

    def run(self, runtime: Runtime) -> StatementResult:
        """Start it; the rows stream."""
        return select(runtime, self.query, parameters(runtime))


def parse(sql: str) -> Select:
    """A whole statement, without a semicolon; raises ParseError."""
    return Select(parse_query(sql))


def parameters(runtime: Runtime) -> tuple[Expression, ...]:
    """The execution's parameters, each a SQL expression as text; raises ParseError."""
    return tuple(parse_expression(text) for text in runtime.context.parameters)


def select(runtime: Runtime, query: Query, values: Sequence[Expression]) -> StatementResult:
    """The rows of a query as a result."""
    compiled = runtime.queries.compile(query, values)
    selection = runtime.queries.select(compiled)
    return StatementResult(
        DML, "SELECT", result_columns(compiled), selection.rows, data_scanned_bytes=selection.scanned
    )


def result_columns(query: CompiledQuery) -> tuple[ResultColumn, ...]:
    """A query's columns as a result shows them."""
    return tuple(ResultColumn(column.name, column.type) for column in query.columns)
