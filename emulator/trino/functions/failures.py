"""How a Python function that DuckDB calls fails with one of Trino's errors."""

from __future__ import annotations

from emulator.trino.errors import raising

INVALID = "INVALID_FUNCTION_ARGUMENT"


class FunctionFailure(ValueError):
    """A Trino error on its way through DuckDB; `errors.from_duckdb` finds it again in DuckDB's text."""

    def __init__(self, message: str, error: str = INVALID) -> None:
        super().__init__(raising(error, message))
