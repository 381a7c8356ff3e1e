"""Why an execution failed, as GetQueryExecution tells it.

Categories and types are those of the page "Athena error catalog" of Athena's documentation; which
type belongs to which error name is taken from recordings of the real service.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from emulator.trino.errors import USER_ERROR, TrinoError

SYSTEM = 1
USER = 2

ENGINE_ERROR = 200
INTERNAL_ERROR = (
    "[ErrorCode: INTERNAL_ERROR_QUERY_ENGINE] Amazon Athena has experienced an internal error while "
    "executing this query. Please try submitting the query again and if the issue reoccurs, contact AWS "
    "support for further assistance. We apologize for the inconvenience."
)
RESULT_NOT_WRITTEN = 401
USER_MISTAKE = 1000

_TYPES = {
    "DIVISION_BY_ZERO": 1001,
    "TYPE_MISMATCH": 1002,
    "SYNTAX_ERROR": 1006,
    "COLUMN_NOT_FOUND": 1006,
    "CATALOG_NOT_FOUND": 1006,
    "INVALID_CAST_ARGUMENT": 1100,
    "NUMERIC_VALUE_OUT_OF_RANGE": 1100,
    "INVALID_PARAMETER_USAGE": 1100,
    "INVALID_FUNCTION_ARGUMENT": 1106,
    "TABLE_ALREADY_EXISTS": 1110,
    "NOT_SUPPORTED": 1200,
    "TABLE_NOT_FOUND": 1301,
    "SCHEMA_NOT_FOUND": 1301,
    "FUNCTION_NOT_FOUND": 1303,
}


@dataclass(frozen=True)
class Failure:
    """A failed execution's reason, error category and error type."""

    reason: str
    category: int
    error_type: int
    retryable: bool = False

    def athena_error(self) -> dict[str, Any]:
        """The AthenaError structure."""
        return {
            "ErrorCategory": self.category,
            "ErrorType": self.error_type,
            "Retryable": self.retryable,
            "ErrorMessage": self.reason,
        }


def from_trino(error: TrinoError) -> Failure:
    """The failure that an engine's error stands for: ``NAME: line 1:8: message``."""
    category = USER if error.type == USER_ERROR else SYSTEM
    fallback = USER_MISTAKE if category == USER else ENGINE_ERROR
    # Athena's Hive side words its errors whole, beginning with FAILED, and without a Trino name
    reason = error.message if error.message.startswith("FAILED: ") else f"{error.name}: {error.message}"
    return Failure(reason, category, _TYPES.get(error.name, fallback))


def not_written(location: str, cause: Exception) -> Failure:
    """The result could not be stored."""
    return Failure(f"Failed to write query results to {location}: {cause}", SYSTEM, RESULT_NOT_WRITTEN, True)


def engine_lost(cause: Exception) -> Failure:
    """The engine or its store was lost: what Athena says of a fault of its own, and what happened here."""
    return Failure(f"{INTERNAL_ERROR} ({cause})", SYSTEM, ENGINE_ERROR, True)


def unexpected(error: Exception) -> Failure:
    """A fault of the emulator itself."""
    return Failure(f"GENERIC_INTERNAL_ERROR: {type(error).__name__}: {error}", SYSTEM, ENGINE_ERROR)
