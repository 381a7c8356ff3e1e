"""PREPARE, EXECUTE and DEALLOCATE PREPARE: statements that the workgroup keeps."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypeVar

from emulator.engine.base import DDL, DML, PreparedStatements, StatementResult
from emulator.statements.runtime import Runtime, Statement, Surroundings
from emulator.statements.syntax import identifier
from emulator.statements.tokens import Kind, TokenStream
from emulator.trino.errors import TrinoError, Unsupported
from emulator.trino.parser import parse_expression

Parser = Callable[[str], Statement]
Given = TypeVar("Given", bound=Surroundings)


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


def bound(runtime: Given, name: str, values: tuple[str, ...]) -> tuple[str, Given]:
    """The text of a prepared statement, and what it is to run with; raises TrinoError if there is none."""
    sql = _store(runtime).get(name)
    if sql is None:
        raise TrinoError("NOT_FOUND", f"Prepared statement not found: {name}")
    context = replace(runtime.context, parameters=values or runtime.context.parameters)
    return sql, replace(runtime, context=context)


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
        sql, runtime = bound(runtime, self.name, self.values)
        return self.parse(sql).run(runtime)


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


def parse_prepare(tokens: TokenStream, parse: Callable[[str], object]) -> Prepare:
    """After ``PREPARE``; the statement is checked, too."""
    name, text = read_prepare(tokens)
    parse(text)
    return Prepare(name, text.strip())


def read_prepare(tokens: TokenStream) -> tuple[str, str]:
    """After ``PREPARE``: the name, and the statement's text at its place."""
    name = identifier(tokens)
    tokens.expect("FROM")
    return name, tokens.rest()


def parse_execute(tokens: TokenStream, parse: Parser) -> Execute:
    """After ``EXECUTE``, for the embedded engine, which reads the values too."""
    name, values = read_execute(tokens)
    for value in values:
        parse_expression(value)
    return Execute(name, tuple(value.strip() for value in values), parse)


def read_execute(tokens: TokenStream) -> tuple[str, tuple[str, ...]]:
    """After ``EXECUTE``: the name, and the texts of the values at their places in the statement."""
    name = identifier(tokens)
    values = _read_values(tokens) if tokens.accept("USING") else ()
    tokens.end()
    return name, values


def _read_values(tokens: TokenStream) -> tuple[str, ...]:
    """Expressions separated by commas, up to the statement's end."""
    values = []
    start = tokens.token.start
    depth = 0
    while True:
        token = tokens.token
        at_end = token.kind is Kind.END or (depth == 0 and token.text == ";")
        if at_end or (depth == 0 and token.text == ","):
            values.append(tokens.sliced(start, token.start))
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
