"""An engine that dies under the statements that a fault names."""

from __future__ import annotations

from dataclasses import replace

from emulator.engine.base import CheckedStatement, Engine, ExecutionContext, StatementResult
from emulator.faults.rules import Faults


class FaultyEngine:
    """`Engine` around another one; it dies in the middle of a statement, once that has begun to use it."""

    def __init__(self, engine: Engine, faults: Faults) -> None:
        self._engine = engine
        self._faults = faults

    def check(self, sql: str) -> CheckedStatement:
        """Parse a statement; raises ParseError."""
        return self._engine.check(sql)

    def execute(self, statement: CheckedStatement, context: ExecutionContext) -> StatementResult:
        """Run a checked statement; raises `EngineLost` if a fault strikes, else what the engine raises."""

        def used() -> None:
            if self._faults.kills_engine(statement.sql):
                self._engine.kill()

        return self._engine.execute(statement, replace(context, engine_used=used))

    def kill(self) -> None:
        """Lose the engine at once."""
        self._engine.kill()

    def close(self) -> None:
        """Release what the engine holds."""
        self._engine.close()
