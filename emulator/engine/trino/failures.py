"""What goes wrong at Trino, as this package's callers know it: a statement's failure, or a lost engine."""

from __future__ import annotations

import re

import requests
from trino.exceptions import HttpError, TrinoConnectionError, TrinoQueryError

from emulator.engine.base import EngineLost
from emulator.trino.errors import INTERNAL_ERROR, USER_ERROR, TrinoError

CANCELLED = "USER_CANCELED"
_LOST = (
    "SERVER_STARTING_UP",
    "SERVER_SHUTTING_DOWN",
    "NO_NODES_AVAILABLE",
    "ABANDONED_QUERY",
    "ABANDONED_TASK",
)
"""Errors of Trino that say that it goes or comes: the same statement may succeed when it is there again."""

_OF_THE_DATA = (
    "HIVE_BAD_DATA",
    "HIVE_COLUMN_ORDER_MISMATCH",
    "HIVE_CURSOR_ERROR",
    "HIVE_INVALID_BUCKET_FILES",
    "HIVE_INVALID_METADATA",
    "HIVE_INVALID_PARTITION_VALUE",
    "HIVE_PARTITION_SCHEMA_MISMATCH",
    "HIVE_UNSUPPORTED_FORMAT",
)
"""External to Trino, but the user's own tables and files: no fault of the system's."""

WHAT_TO_DO = "Start it, or let the workgroup or the emulator use another engine, then run the query again"
_PLACE = re.compile(r"line \d+:\d+: ")

UNREACHABLE = (requests.RequestException, TrinoConnectionError, HttpError, ValueError)
"""What the client raises where no answer of Trino's comes; ValueError is an answer that breaks off."""


def from_query(error: TrinoQueryError) -> TrinoError | EngineLost:
    """The failure that Trino reports of a statement: its name, its type, its text with the place."""
    name, text = error.error_name or "GENERIC_INTERNAL_ERROR", error.message
    if name in _LOST:
        return EngineLost(f"Trino is starting or stopping ({name}: {text}). Run the query again")
    place = error.error_location
    if place is not None and not _PLACE.match(text):
        text = f"line {place[0]}:{place[1]}: {text}"
    kind = USER_ERROR if name in _OF_THE_DATA else error.error_type or INTERNAL_ERROR
    return TrinoError(name, text, kind=kind)


def from_transport(url: str, asked: bool, error: Exception) -> EngineLost:
    """No answer of Trino's: it is away, or went away under a query that was ``asked`` before."""
    if asked:
        return EngineLost(f"Trino at {url} was lost while it ran the query: {_cause(error)}. {WHAT_TO_DO}")
    return EngineLost(f"Trino at {url} does not answer: {_cause(error)}. {WHAT_TO_DO}")


def _cause(error: Exception) -> str:
    if isinstance(error, requests.Timeout):
        return "no answer in time"
    if isinstance(error, requests.ConnectionError):
        return "no connection"
    return str(error) or type(error).__name__
