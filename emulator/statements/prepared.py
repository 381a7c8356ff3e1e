"""PREPARE, EXECUTE and DEALLOCATE PREPARE: statements that the workgroup keeps."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from emulator.engine.base import DDL, DML, PreparedStatements, StatementResult
from emulator.statements.runtime import Runtime, Statement, Surroundings
from emulator.statements.syntax import identifier
from emulator.statements.tokens import Kind, TokenStream
from emulator.trino.errors import TrinoError, Unsupported
from emulator.trino.parser import parse_expression

Parser = Callable[[str], Statement]


def _store(runtime: Surroundings) -> PreparedStatements:
    store = runtime.context.prepared
    if store is None:
        raise Unsupported("Prepared statements are not supported here: no store for them was given")
    return store


@dataclass(frozen=True)
class Prepare:
    """``PREPARE name FROM statement``."""

    name: str
    sql: str
    statement_type: str = DDL
    substatement_type: str | None = "PREPARE"

    def run(self, runtime: Surroundings) -> StatementResult:
        """Keep the statement; raises TrinoError."""
        _store(runtime).put(self.name, self.sql)
        return StatementResult(DDL, self.substatement_type, text=True)


@dataclass(frozen=True)
class Execute:
    """``EXECUTE name [USING value, …]``; ``parse`` reads the statement that was kept."""

    name: str
    values: tuple[str, ...]
    parse: Parser
    statement_type: str = DML
    substatement_type: str | None = "EXECUTE"

    def run(self, runtime: Runtime) -> StatementResult:
        """Run the statement with the values in place of its parameters; raises TrinoError."""
        sql = _store(runtime).get(self.name)
        if sql is None:
            raise TrinoError("NOT_FOUND", f"Prepared statement not found: {self.name}")
        values = self.values or runtime.context.parameters
        context = replace(runtime.context, parameters=values)
        return self.parse(sql).run(replace(runtime, context=context))


@dataclass(frozen=True)
class Deallocate:
    """``DEALLOCATE PREPARE name``."""

    name: str
    statement_type: str = DDL
    substatement_type: str | None = "DEALLOCATE"

    def run(self, runtime: Surroundings) -> StatementResult:
        """Forget the statement; raises TrinoError if there is none."""
        if not _store(runtime).delete(self.name):
            raise TrinoError("NOT_FOUND", f"Prepared statement not found: {self.name}")
        return StatementResult(DDL, self.substatement_type, text=True)


def parse_prepare(tokens: TokenStream, parse: Parser) -> Prepare:
    """After ``PREPARE``; the statement is checked, too."""
    name = identifier(tokens)
    tokens.expect("FROM")
    text = tokens.rest()
    parse(text)
    return Prepare(name, text.strip())


def parse_execute(tokens: TokenStream, parse: Parser) -> Execute:
    """After ``EXECUTE``."""
    name = identifier(tokens)
    values = _parse_values(tokens) if tokens.accept("USING") else ()
    tokens.end()
    return Execute(name, values, parse)


def _parse_values(tokens: TokenStream) -> tuple[str, ...]:
    """Expressions separated by commas, up to the statement's end."""
    values = []
    start = tokens.token.start
    depth = 0
    while True:
        token = tokens.token
        at_end = token.kind is Kind.END or (depth == 0 and token.text == ";")
        if at_end or (depth == 0 and token.text == ","):
            text = tokens.sliced(start, token.start)
            parse_expression(text)
            values.append(text.strip())
            if at_end:
                return tuple(values)
            start = token.end
        depth += {"(": 1, "[": 1, ")": -1, "]": -1}.get(token.text, 0)
        tokens.next()


def parse_deallocate(tokens: TokenStream) -> Deallocate:
    """After ``DEALLOCATE PREPARE``."""
    name = identifier(tokens)
    tokens.end()
    return Deallocate(name)
