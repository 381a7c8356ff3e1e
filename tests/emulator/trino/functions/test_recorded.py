"""What a real Trino answered to calls of functions, to comparisons and subqueries, asked in process."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.emulator.trino.asking import Asker
from tests.emulator.trino.conformance.compare import Answer, Matcher, disagreement

RECORDED = Path(__file__).parent / "recorded"
SUBJECTS = sorted(path.stem for path in RECORDED.glob("*.jsonl"))
REFUSED_AT_MOST = {
    "binary_and_url": 0,
    "format": 4,
    "json": 0,
    "math": 4,
    "regexp": 24,
    "strings": 1,
    "arrays": 3,
    "date_formats": 2,
    "dates": 1,
    "lambdas": 0,
    "maps": 1,
    "zones": 0,
    "aggregates": 5,
    "casts": 0,
    "grouping_sets": 0,
    "nulls": 1,
    "numbers": 0,
    "ordering": 4,
    "correlated": 1,
    "subqueries": 0,
    "try_cast": 0,
    "windows": 0,
    "relations": 0,
}
"""How many recorded calls of a subject are refused by name; lowered with what is added, never raised."""


@pytest.fixture(scope="module")
def asker() -> Asker:
    return Asker()


@pytest.fixture(scope="module", params=SUBJECTS)
def subject(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def answered(asker: Asker, subject: str) -> list[tuple[dict[str, Any], Answer]]:
    found = []
    for line in (RECORDED / f"{subject}.jsonl").read_text(encoding="utf-8").splitlines():
        case = json.loads(line)
        shown = asker.ask(case["sql"])
        error = None if shown.error is None else str(shown.error)
        found.append((case, Answer(shown.columns, shown.rows, error)))
    return found


def _is_refusal(answer: Answer) -> bool:
    return answer.error is not None and answer.error.startswith("NOT_SUPPORTED")


def test_a_call_is_answered_as_trino_does_or_refused_by_name(
    answered: list[tuple[dict[str, Any], Answer]],
) -> None:
    wrong = [
        (case["sql"], difference)
        for case, answer in answered
        if not _is_refusal(answer)
        and (difference := disagreement(case, answer, Matcher(), strict_errors=True)) is not None
    ]
    assert wrong == []


def test_no_more_calls_are_refused_than_before(
    answered: list[tuple[dict[str, Any], Answer]], subject: str
) -> None:
    refused = [
        case["sql"]
        for case, answer in answered
        if _is_refusal(answer) and "NOT_SUPPORTED" not in case.get("error", {}).get("name", "")
    ]
    assert len(refused) <= REFUSED_AT_MOST[subject], refused
