"""EXPLAIN: the engine's plan of a query."""

from __future__ import annotations

from dataclasses import dataclass

from emulator.engine.base import UTILITY, ResultColumn, StatementResult
from emulator.statements.query import parameters
from emulator.statements.runtime import Runtime
from emulator.statements.tokens import TokenStream
from emulator.trino.errors import Unsupported
from emulator.trino.parser import parse_query
from emulator.trino.syntax.queries import Query
from emulator.trino.types import VARCHAR

_TITLE = "Query Plan"


@dataclass(frozen=True)
class Explain:
    """``EXPLAIN query``. The plan is DuckDB's: how this engine runs the query, not how Trino would."""

    query: Query
    statement_type: str = UTILITY
    substatement_type: str | None = "EXPLAIN"

    def run(self, runtime: Runtime) -> StatementResult:
        """Analyse the query and show its plan, after a line with the title; raises TrinoError."""
        compiled = runtime.queries.compile(self.query, parameters(runtime))
        lines = [_TITLE, *runtime.queries.plan(compiled).split("\n")]
        columns = (ResultColumn(_TITLE, VARCHAR),)
        return StatementResult(
            UTILITY, self.substatement_type, columns, iter([(line,) for line in lines]), text=True
        )


def parse(tokens: TokenStream) -> Explain:
    """After ``EXPLAIN``; raises Unsupported for what has no plan here."""
    if tokens.looks_at("ANALYZE"):
        raise Unsupported("EXPLAIN ANALYZE is not supported", tokens.position())
    if tokens.looks_at("(") and tokens.ahead(1).upper in ("TYPE", "FORMAT"):
        raise Unsupported("EXPLAIN with options is not supported", tokens.position())
    if tokens.token.upper not in ("SELECT", "WITH", "VALUES", "TABLE") and not tokens.looks_at("("):
        raise Unsupported("EXPLAIN of anything but a query is not supported", tokens.position())
    return Explain(parse_query(tokens.rest()))
