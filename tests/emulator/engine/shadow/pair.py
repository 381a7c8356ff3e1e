"""Two engines for shadow mode without a Trino: two doors to DuckDB, one of which may lie."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from emulator.engine.base import CheckedStatement, Engine, ExecutionContext, Row, StatementResult
from emulator.engine.shadow.differences import Differences
from emulator.engine.shadow.engine import ShadowEngine
from tests.emulator.lake import Lake


@dataclass
class Door:
    """An engine that notes what it is asked, and answers other statements than asked where it is told to lie.

    ``lies`` are the statements that it runs instead; ``before`` is called before each. ``reads_ahead``: all
    rows are read before the first is given.
    """

    engine: Engine
    lies: dict[str, str] = field(default_factory=dict)
    before: Callable[[], object] = lambda: None
    reads_ahead: bool = False
    asked: list[str] = field(default_factory=list)

    def check(self, sql: str) -> CheckedStatement:
        return self.engine.check(self.lies.get(sql, sql))

    def execute(self, statement: CheckedStatement, context: ExecutionContext) -> StatementResult:
        self.asked.append(statement.sql)
        self.before()
        result = self.engine.execute(statement, context)
        return replace(result, rows=iter(list(result.rows))) if self.reads_ahead else result

    def kill(self) -> None:
        self.engine.kill()

    def close(self) -> None:
        """The lake's engine stays."""


@dataclass
class Pair:
    """A shadow engine, its two doors and what it found."""

    lake: Lake
    embedded: Door
    trino: Door
    differences: Differences
    engine: ShadowEngine

    def execute(self, sql: str, **changes: Any) -> StatementResult:
        return self.engine.execute(self.engine.check(sql), self.lake.context(**changes))

    def rows(self, sql: str, **changes: Any) -> list[Row]:
        return list(self.execute(sql, **changes).rows)

    def lie(self, sql: str, instead: str) -> list[Row]:
        """Run a statement that the embedded engine answers as if it were another."""
        self.embedded.lies[sql] = instead
        return self.rows(sql)

    @property
    def counts(self) -> dict[str, int]:
        """The verdicts that fell, without those that did not."""
        return {verdict: count for verdict, count in self.differences.shown()["compared"].items() if count}

    @property
    def found(self) -> dict[str, Any]:
        """The one difference."""
        (found,) = self.differences.shown()["differences"]
        return dict(found)

    @property
    def reasons(self) -> str:
        """The one difference's reasons."""
        return "\n".join(self.found["reasons"])
