"""What a statement is given to run on Trino with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from emulator.engine.base import StatementResult
from emulator.engine.trino.session import TrinoSession
from emulator.statements.runtime import Surroundings


@dataclass(frozen=True)
class TrinoRuntime(Surroundings):
    """The catalog, the objects and the Trino of one execution."""

    session: TrinoSession


class TrinoStatement(Protocol):
    """A statement, told by its tokens, that knows how to run on Trino."""

    @property
    def statement_type(self) -> str:
        """``DDL``, ``DML`` or ``UTILITY``."""

    @property
    def substatement_type(self) -> str | None:
        """What GetQueryExecution shows as SubstatementType."""

    def run(self, runtime: TrinoRuntime) -> StatementResult:
        """Do it; raises TrinoError, `Cancelled`, `ScanLimitExceeded` and `EngineLost`."""


@runtime_checkable
class HoldsTrinoText(Protocol):
    """A statement with a part whose grammar is Trino's, which is asked about it at the start."""

    @property
    def trino_text(self) -> str:
        """A whole statement of Trino's, at its place in the user's text; empty if there is none."""
