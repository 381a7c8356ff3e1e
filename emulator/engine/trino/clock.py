"""Trino's clock, which is the machine's: what reads it is refused while the emulator's is ahead."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from emulator.engine.base import ExecutionContext
from emulator.statements.tokens import Kind, scan
from emulator.trino.errors import ParseError, Unsupported

_WORDS = ("CURRENT_DATE", "CURRENT_TIME", "CURRENT_TIMESTAMP", "LOCALTIME", "LOCALTIMESTAMP")
_SAME = timedelta(minutes=1)


def check_clock(texts: Iterable[str], context: ExecutionContext) -> None:
    """Raise Unsupported for a statement that would see another time than the emulator's.

    The words of the texts are looked at; a view that reads the clock is not seen.
    """
    if abs(context.started - datetime.now(UTC)) <= _SAME:
        return
    for word in filter(None, map(_read_clock, texts)):
        raise Unsupported(
            f"{word} on Trino is not supported while the emulator's clock is ahead: Trino's cannot be moved. "
            "Give the time as a parameter, or use the engine duckdb"
        )


def _read_clock(sql: str) -> str | None:
    """What in a text reads the clock: a word of SQL's, or ``now`` before a parenthesis."""
    previous = ""
    try:
        for token in scan(sql, hive=False):
            if token.upper in _WORDS:
                return token.text
            if token.kind is Kind.SYMBOL and token.text == "(" and previous == "NOW":
                return "now()"
            previous = token.upper
    except ParseError:  # Trino says what is wrong with it
        return None
    return None
