"""An engine without SQL: the tests say what each statement gives, so that they see the service alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from emulator.engine.base import (
    CheckedStatement,
    ExecutionContext,
    ResultColumn,
    Row,
    StatementResult,
)
from emulator.trino.errors import ParseError, Position
from emulator.trino.types import VARCHAR

Behaviour = Callable[[ExecutionContext], StatementResult]


class FakeEngine:
    """Knows the statements that a test taught it; every other text is a syntax error."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[str, str | None, Behaviour]] = {}
        self.contexts: list[ExecutionContext] = []
        self.killed = 0

    def teach(self, sql: str, behaviour: Behaviour, kind: str = "DML", sub: str | None = "SELECT") -> str:
        """Let this text be a statement with this behaviour; gives the text."""
        self._known[sql] = (kind, sub, behaviour)
        return sql

    def check(self, sql: str) -> CheckedStatement:
        """Accept a known statement; raises ParseError."""
        if sql not in self._known:
            raise ParseError(f"mismatched input '{sql.split()[0]}'. Expecting: <query>", Position(1, 1))
        kind, sub, behaviour = self._known[sql]
        return CheckedStatement(sql, kind, sub, behaviour)

    def execute(self, statement: CheckedStatement, context: ExecutionContext) -> StatementResult:
        """Do what the test said."""
        self.contexts.append(context)
        behaviour = statement.parsed
        assert callable(behaviour)
        result = behaviour(context)
        assert isinstance(result, StatementResult)
        return result

    def kill(self) -> None:
        """Count it; what a lost engine's statements do is taught."""
        self.killed += 1

    def close(self) -> None:
        """Nothing is held."""


def rows_of(*rows: Row, names: tuple[str, ...] = ("a",), scanned: int = 0) -> StatementResult:
    """A SELECT's result of varchar columns."""
    columns = tuple(ResultColumn(name, VARCHAR) for name in names)
    return StatementResult("DML", "SELECT", columns, iter(rows), data_scanned_bytes=scanned)


def many_rows(count: int) -> Iterator[Row]:
    """Rows "0", "1", … of one column."""
    return ((str(number),) for number in range(count))
