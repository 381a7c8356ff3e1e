"""The recorded answers of a real Trino, asked of the language in process."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests.emulator.trino.asking import Asker
from tests.emulator.trino.conformance.compare import Answer, Matcher, disagreement

CASES = Path(__file__).parent / "conformance" / "expressions.jsonl"
AGREEING_AT_LEAST = 1594
"""How many of the cases agree; raised with every function that is added, never lowered."""


@pytest.fixture(scope="module")
def answered() -> list[tuple[dict[str, Any], Answer]]:
    asker = Asker()
    found = []
    for line in CASES.read_text(encoding="utf-8").splitlines():
        case = json.loads(line)
        shown = asker.ask(case["sql"])
        error = None if shown.error is None else str(shown.error)
        found.append((case, Answer(shown.columns, shown.rows, error)))
    return found


def test_no_recorded_query_is_answered_otherwise_than_by_trino(
    answered: list[tuple[dict[str, Any], Answer]],
) -> None:
    """A refusal is allowed, another answer is not."""
    wrong = [
        (case["sql"], difference)
        for case, answer in answered
        if answer.error is None and (difference := disagreement(case, answer, Matcher())) is not None
    ]
    assert wrong == []


def test_the_language_agrees_with_trino_on_at_least_as_many_cases_as_before(
    answered: list[tuple[dict[str, Any], Answer]],
) -> None:
    missing = Counter(
        case["group"] for case, answer in answered if disagreement(case, answer, Matcher()) is not None
    )
    assert len(answered) - missing.total() >= AGREEING_AT_LEAST, dict(missing)


def test_what_is_not_answered_is_refused_with_a_name(answered: list[tuple[dict[str, Any], Answer]]) -> None:
    nameless = [
        (case["sql"], answer.error)
        for case, answer in answered
        if "error" not in case and answer.error is not None and "GENERIC_INTERNAL_ERROR" in answer.error
    ]
    assert nameless == []
