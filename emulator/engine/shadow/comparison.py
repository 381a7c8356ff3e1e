"""Compares how two engines ended one statement: columns, rows or errors."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from emulator.engine.base import Row
from emulator.engine.shadow.rows import AnswerRows, Unmatched, first_misplaced, unmatched
from emulator.engine.shadow.terms import RELATIVE_TOLERANCE, Terms
from emulator.trino.errors import TrinoError, Unsupported

EMBEDDED, TRINO = "duckdb", "trino"
"""What the two engines are called wherever a difference is told."""

NOT_SUPPORTED = "NOT_SUPPORTED"
_SHOWN_COLUMNS = 10


class Verdict(StrEnum):
    """What a comparison comes to.

    ``refused``: the embedded engine, or what stands before Trino, says by name that it does not support the
    statement. ``undecided``: the rows differ, and the statement calls what may answer differently each time.
    """

    EQUAL = "equal"
    DIFFERENT = "different"
    REFUSED = "refused"
    UNDECIDED = "undecided"


@dataclass(frozen=True)
class AnswerColumn:
    """A column's name, and its type in Trino's words."""

    name: str
    type: str

    def __str__(self) -> str:
        return f"{self.name} {self.type}"


@dataclass(frozen=True)
class Answer:
    """A statement that an engine answered."""

    columns: tuple[AnswerColumn, ...]
    rows: AnswerRows


@dataclass(frozen=True)
class Failed:
    """A statement that an engine failed: Trino's name of the error, its text, and whose fault it is.

    ``refused`` says that our own code does not support the statement, whatever the engine does.
    """

    name: str
    message: str
    kind: str
    refused: bool = False

    @classmethod
    def of(cls, error: TrinoError) -> Failed:
        """The ending that an error is."""
        return cls(error.name, error.message, error.type, isinstance(error, Unsupported))

    def __str__(self) -> str:
        return f"{self.name}: {self.message}"


Ending = Answer | Failed


@dataclass(frozen=True)
class Comparison:
    """A verdict, its reasons as lines to read, and the first rows that only one of the answers has."""

    verdict: Verdict
    reasons: tuple[str, ...] = ()
    only_embedded: tuple[Row, ...] = ()
    only_trino: tuple[Row, ...] = ()


def compare(embedded: Ending, trino: Ending, terms: Terms, shown: int) -> Comparison:
    """Judge two endings of one statement; ``shown`` rows of each answer are kept for a reader."""
    if isinstance(embedded, Failed):
        return _of_failed(embedded, trino)
    if isinstance(trino, Failed):
        verdict = Verdict.REFUSED if trino.refused else Verdict.DIFFERENT
        return Comparison(verdict, (_failed(TRINO, trino), _answered(EMBEDDED, embedded)))
    reasons = tuple(_column_reasons(embedded.columns, trino.columns))
    if len(embedded.columns) != len(trino.columns):
        return Comparison(Verdict.DIFFERENT, reasons)
    return _of_rows(embedded, trino, terms, shown, reasons)


def _of_failed(embedded: Failed, trino: Ending) -> Comparison:
    if isinstance(trino, Failed):
        if (embedded.name, embedded.kind) == (trino.name, trino.kind):
            return Comparison(Verdict.EQUAL)
        said = _failed(TRINO, trino)
    else:
        said = _answered(TRINO, trino)
    if embedded.refused or embedded.name == NOT_SUPPORTED:
        return Comparison(Verdict.REFUSED, (f"{EMBEDDED} refused it: {embedded.message}", said))
    return Comparison(Verdict.DIFFERENT, (_failed(EMBEDDED, embedded), said))


def _failed(engine: str, failed: Failed) -> str:
    kind = f" ({failed.kind})" if failed.kind else ""
    return f"{engine} failed with {failed}{kind}"


def _answered(engine: str, answer: Answer) -> str:
    return f"{engine} answered {_rows(answer.rows.count)} of ({', '.join(map(str, answer.columns))})"


def _rows(count: int) -> str:
    return "1 row" if count == 1 else f"{count} rows"


def _column_reasons(embedded: Sequence[AnswerColumn], trino: Sequence[AnswerColumn]) -> Iterator[str]:
    if len(embedded) != len(trino):
        yield f"{EMBEDDED} gave {len(embedded)} columns, {TRINO} {len(trino)}"
        return
    differing = [
        f"column {place}: {EMBEDDED} {mine}, {TRINO} {other}"
        for place, (mine, other) in enumerate(zip(embedded, trino, strict=True), start=1)
        if mine != other
    ]
    yield from differing[:_SHOWN_COLUMNS]
    if len(differing) > _SHOWN_COLUMNS:
        yield f"… and {len(differing) - _SHOWN_COLUMNS} more columns"


def _of_rows(
    embedded: Answer, trino: Answer, terms: Terms, shown: int, reasons: tuple[str, ...]
) -> Comparison:
    """The verdict of two answers whose columns give these reasons."""
    ours, theirs = embedded.rows, trino.rows
    only_ours, only_theirs = Unmatched(0, ()), Unmatched(0, ())
    if not ours.same_rows(theirs):
        found = unmatched(ours, theirs, terms.free_keys(ours), terms.free_keys(theirs))
        only_ours, only_theirs = _beyond_tolerance(*found, _tolerances(trino.columns, terms))
    row_reasons = [*_count_reasons(ours, theirs), *_surplus_reasons(only_ours, only_theirs)]
    if not row_reasons and not ours.same_order(theirs):
        row_reasons += _order_reasons(ours, theirs, _tolerances(trino.columns, terms))
    verdict = Verdict.DIFFERENT if reasons or row_reasons else Verdict.EQUAL
    if row_reasons and terms.free and not reasons:
        verdict, row_reasons = Verdict.UNDECIDED, [*row_reasons, *terms.free]
    if row_reasons:
        row_reasons += terms.remarks
    return Comparison(verdict, (*reasons, *row_reasons), only_ours.rows[:shown], only_theirs.rows[:shown])


def _count_reasons(ours: AnswerRows, theirs: AnswerRows) -> list[str]:
    if ours.count == theirs.count:
        return []
    return [f"{EMBEDDED} gave {_rows(ours.count)}, {TRINO} {theirs.count}"]


def _surplus_reasons(ours: Unmatched, theirs: Unmatched) -> list[str]:
    if not ours.count and not theirs.count:
        return []
    return [f"{_rows(ours.count)} only in {EMBEDDED}'s answer, {theirs.count} only in {TRINO}'s"]


def _order_reasons(ours: AnswerRows, theirs: AnswerRows, tolerances: Sequence[float]) -> list[str]:
    within = [tolerances[place] for place in ours.keys]
    misplaced = first_misplaced(ours, theirs, lambda mine, other: _close(mine, other, within))
    if misplaced is None:
        return []
    place, mine, other = misplaced
    return [f"another order, first in row {place}: {EMBEDDED} has {_shown(mine)}, {TRINO} {_shown(other)}"]


def _shown(row: Row) -> str:
    return "(" + ", ".join("NULL" if value is None else repr(value) for value in row) + ")"


def _tolerances(columns: Sequence[AnswerColumn], terms: Terms) -> list[float]:
    """By how much each column's values may differ, relatively."""
    return [RELATIVE_TOLERANCE.get(column.type, 0.0) if terms.is_inexact else 0.0 for column in columns]


def _beyond_tolerance(
    ours: Unmatched, theirs: Unmatched, tolerances: Sequence[float]
) -> tuple[Unmatched, Unmatched]:
    """What stays without a partner when rows that are equal within the tolerances are paired."""
    if not any(tolerances):
        return ours, theirs
    partners: defaultdict[Row, list[Row]] = defaultdict(list)
    for row in theirs.rows:
        partners[_exact_part(row, tolerances)].append(row)
    alone: list[Row] = []
    for row in ours.rows:
        candidates = partners[_exact_part(row, tolerances)]
        partner = next((other for other in candidates if _close(row, other, tolerances)), None)
        if partner is None:
            alone.append(row)
        else:
            candidates.remove(partner)
    paired = len(ours.rows) - len(alone)
    left = Counter(row for rows in partners.values() for row in rows)
    return (
        Unmatched(ours.count - paired, tuple(alone)),
        Unmatched(theirs.count - paired, tuple(left.elements())),
    )


def _exact_part(row: Row, tolerances: Sequence[float]) -> Row:
    return tuple(value for value, within in zip(row, tolerances, strict=True) if not within)


def _close(row: Row, other: Row, tolerances: Sequence[float]) -> bool:
    return all(
        mine == its or (within and mine is not None and its is not None and _near(mine, its, within))
        for mine, its, within in zip(row, other, tolerances, strict=True)
    )


def _near(mine: str, other: str, within: float) -> bool:
    return math.isclose(float(mine), float(other), rel_tol=within)
