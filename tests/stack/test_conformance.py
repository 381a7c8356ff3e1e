"""The recorded answers of a real Trino, asked over Athena's API with Trino as the engine.

Trino is its own truth: whatever disagrees got lost between Trino and Athena's form of it.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from emulator.engine.base import Cancelled
from emulator.trino.errors import TrinoError
from tests.emulator.asking import Asker
from tests.emulator.trino.conformance.compare import Answer, Matcher, disagreement
from tests.places import Place
from tests.stack.parts import REGION, Stack

CASES = Path(__file__).parents[1] / "emulator" / "trino" / "conformance" / "expressions.jsonl"
CASES_AT_LEAST = 1609
SHORT_FORM = 5
"""Of so many cases the short form asks one."""

AT_ONCE = 4


@pytest.fixture(scope="module")
def trino(stack: Stack) -> Iterator[Asker]:
    """Athena in a workgroup whose engine is Trino."""
    name = f"conformance-{uuid.uuid4().hex[:8]}"
    s3, athena = stack.session.client("s3"), stack.session.client("athena")
    s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": REGION})
    athena.create_work_group(
        Name=name,
        Configuration={"EnforceWorkGroupConfiguration": False},
        Tags=[{"Key": "wardlake:engine", "Value": "trino"}],
    )
    yield Asker(athena, s3, name, f"s3://{name}/")
    athena.delete_work_group(WorkGroup=name, RecursiveDeleteOption=True)


def answer_of(asker: Asker, sql: str) -> Answer:
    """What Athena answers; a failure is an answer too."""
    try:
        told = asker.ask(sql, database="default")
    except TrinoError as failed:
        return Answer(error=str(failed))
    except Cancelled:
        return Answer(broken="cancelled")
    return Answer(tuple((column.name, column.shown_type) for column in told.columns), tuple(told.rows))


def test_every_recorded_answer_of_trino_passes_the_gateway_unchanged(trino: Asker, place: Place) -> None:
    cases: list[dict[str, Any]] = [json.loads(line) for line in CASES.read_text("utf-8").splitlines()]
    assert len(cases) >= CASES_AT_LEAST

    def ask(case: dict[str, Any]) -> tuple[str, str | None, Answer]:
        answer = answer_of(trino, case["sql"])
        return case["sql"], disagreement(case, answer, Matcher()), answer

    with ThreadPoolExecutor(AT_ONCE) as pool:
        asked = list(pool.map(ask, cases if place.is_long else cases[::SHORT_FORM]))
    missed = [(sql, why, answer) for sql, why, answer in asked if why is not None]
    assert missed == [], f"{len(missed)} of {len(asked)} disagree"


def test_another_answer_than_the_recorded_one_is_noticed(trino: Asker) -> None:
    case = {"columns": [{"name": "v", "type": "integer"}], "rows": [[2]]}
    assert disagreement(case, answer_of(trino, "SELECT 1 AS v"), Matcher()) is not None
    assert disagreement(case, answer_of(trino, "SELECT 2 AS v"), Matcher()) is None
