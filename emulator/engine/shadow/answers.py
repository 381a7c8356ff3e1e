"""From an engine's result to an answer that can be compared."""

from __future__ import annotations

from collections.abc import Callable

from emulator.engine.base import StatementResult
from emulator.engine.shadow.comparison import Answer, AnswerColumn
from emulator.engine.shadow.rows import AnswerRows

MakeRows = Callable[[tuple[AnswerColumn, ...]], AnswerRows]
"""Gives the place for the rows of an answer with these columns."""


def columns_of(result: StatementResult) -> tuple[AnswerColumn, ...]:
    """A result's columns, their types in Trino's words."""
    return tuple(
        AnswerColumn(column.name, column.shown_type or str(column.type)) for column in result.columns
    )


def kept(result: StatementResult, make_rows: MakeRows) -> Answer:
    """A result's columns and all its rows; raises what reading them raises."""
    columns = columns_of(result)
    rows = make_rows(columns)
    for row in result.rows:
        rows.add(row)
    return Answer(columns, rows)
