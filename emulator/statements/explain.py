"""EXPLAIN: the engine's plan of a query, or only whether it is valid."""

from __future__ import annotations

from dataclasses import dataclass

from emulator.engine.base import DML, ResultColumn, StatementResult
from emulator.statements.query import parameters
from emulator.statements.runtime import Runtime
from emulator.statements.tokens import TokenStream
from emulator.trino.errors import Unsupported
from emulator.trino.parser import parse_query
from emulator.trino.syntax.queries import Query
from emulator.trino.types import BOOLEAN, VARCHAR


@dataclass(frozen=True)
class Explain:
    """``EXPLAIN query``. The plan is DuckDB's: how this engine runs the query, not how Trino would.

    ``validate``: ``EXPLAIN (TYPE VALIDATE)``, which only analyses the query.
    """

    query: Query
    validate: bool = False
    statement_type: str = DML
    substatement_type: str | None = "EXPLAIN"

    def run(self, runtime: Runtime) -> StatementResult:
        """Analyse the query and show its plan, a row for each line; raises TrinoError."""
        compiled = runtime.queries.compile(self.query, parameters(runtime))
        if self.validate:
            return self._result(ResultColumn("Valid", BOOLEAN), ["true"])
        return self._result(ResultColumn("Query Plan", VARCHAR), runtime.queries.plan(compiled).split("\n"))

    def _result(self, column: ResultColumn, lines: list[str]) -> StatementResult:
        rows = iter([(line,) for line in lines])
        return StatementResult(DML, self.substatement_type, (column,), rows, text=True)


def parse(tokens: TokenStream) -> Explain:
    """After ``EXPLAIN``; raises Unsupported for what has no plan here."""
    if tokens.looks_at("ANALYZE"):
        raise Unsupported("EXPLAIN ANALYZE is not supported", tokens.position())
    validate = False
    if tokens.looks_at("(") and tokens.ahead(1).upper in ("TYPE", "FORMAT"):
        validate = _parse_options(tokens)
    if tokens.token.upper not in ("SELECT", "WITH", "VALUES", "TABLE") and not tokens.looks_at("("):
        raise Unsupported("EXPLAIN of anything but a query is not supported", tokens.position())
    return Explain(parse_query(tokens.rest()), validate)


def _parse_options(tokens: TokenStream) -> bool:
    """``(TYPE VALIDATE)`` or ``(FORMAT TEXT)``; gives whether it is the first."""
    at = tokens.position()
    options = tokens.listed(lambda: (tokens.next().upper, tokens.next().upper))
    for option in options:
        if option not in (("TYPE", "VALIDATE"), ("FORMAT", "TEXT")):
            raise Unsupported(f"EXPLAIN ({' '.join(option)}) is not supported", at)
    return ("TYPE", "VALIDATE") in options
