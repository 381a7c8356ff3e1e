"""What stands around every call of DuckDB: its errors become ours, and a stop or a lost engine is seen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

import duckdb

from emulator.engine.base import CancelToken
from emulator.engine.duckdb.connection import Database
from emulator.engine.duckdb.failures import from_engine

_Result = TypeVar("_Result")


@dataclass(frozen=True)
class Guard:
    """One execution's guard."""

    database: Database
    cancel: CancelToken

    def check(self) -> None:
        """Raise `Cancelled` or `EngineLost` if the execution is not to go on."""
        self.cancel.check()
        self.database.check()

    def run(self, work: Callable[[], _Result]) -> _Result:
        """Run DuckDB; raises `Cancelled` (it was stopped), `EngineLost` (it died) or TrinoError."""
        self.check()
        try:
            return work()
        except duckdb.Error as error:
            self.cancel.check()
            self.database.lose_by(error)
            self.database.check()
            raise from_engine(error) from error
