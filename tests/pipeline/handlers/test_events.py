"""The door of each function: what fits is typed, what does not is refused in a sentence."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from pipeline.handlers.claim import ClaimEvent
from pipeline.handlers.events import Caught, EventRefused, Run, Start, done_of
from pipeline.handlers.notify import NotifyEvent
from pipeline.handlers.plan import PlanEvent
from pipeline.handlers.publish import PublishEvent
from pipeline.handlers.watchdog import WatchdogEvent

RUN: dict[str, Any] = {
    "run_id": "2026-01-03-20260103T080001Z-ab12",
    "as_of": "2026-01-03",
    "owner": "arn:aws:states:eu-west-2:123456789012:execution:wardlake-dev-inpatient:x",
    "started_at": "2026-01-03T08:00:01+00:00",
    "accept_vanished": False,
    "publish": "newer",
    "scheduled_time": "2026-01-03T08:00:00Z",
}


@pytest.mark.parametrize(
    ("scheduled_time", "day"),
    [
        ("2026-01-03T08:00:00Z", date(2026, 1, 3)),
        ("2026-07-01T07:00:00Z", date(2026, 7, 1)),  # 08:00 in the hospital
        ("2026-07-01T22:59:00Z", date(2026, 7, 1)),
        ("2026-07-01T23:00:00Z", date(2026, 7, 2)),  # midnight in the hospital
        ("2026-03-29T00:59:59Z", date(2026, 3, 29)),
    ],
)
def test_a_scheduled_start_is_for_the_day_that_its_time_has_in_the_hospital(
    scheduled_time: str, day: date
) -> None:
    assert Start.read({"scheduled_time": scheduled_time}) == Start(day, scheduled_time, False, "newer")


def test_a_start_by_hand_is_for_the_day_it_names_and_is_published_in_any_case() -> None:
    given = {"as_of": "2026-01-03", "accept_vanished": True}
    assert Start.read(given) == Start(date(2026, 1, 3), None, True, "always")
    assert Start.read(given | {"publish": "newer"}).publish == "newer"


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        (None, "the input is null; expected an object with scheduled_time, as_of"),
        ([], "the input is list"),
        (
            {"as_of": "2026-01-03", "scheduled_time": "2026-01-03T08:00:00Z"},
            "one of scheduled_time and as_of",
        ),
        ({"as_of": "03/01/2026"}, "the input has as_of is '03/01/2026'; expected a day like 2026-01-03"),
        ({"as_of": 20260103}, "expected a text"),
        ({"scheduled_time": "2026-01-03T08:00:00"}, "expected a time with its zone"),
        ({"as_of": "2026-01-03", "accept_vanished": "yes"}, "expected true or false"),
        ({"as_of": "2026-01-03", "publish": "never"}, "expected 'always' or 'newer'"),
        ({"as_of": "2026-01-03", "asof": 1}, "the input has 'asof'; it may have"),
    ],
)
def test_an_input_that_does_not_fit_is_refused_in_a_sentence(given: object, sentence: str) -> None:
    with pytest.raises(EventRefused) as caught:
        Start.read(given)
    assert sentence in str(caught.value)


def test_a_run_is_the_same_after_the_way_through_the_state_machine() -> None:
    assert Run.read(RUN).as_json() == RUN


@pytest.mark.parametrize("name", [name for name in RUN if name not in ("accept_vanished", "scheduled_time")])
def test_a_run_needs_each_of_its_members(name: str) -> None:
    with pytest.raises(EventRefused, match=f"the run has no {name}"):
        Run.read({key: value for key, value in RUN.items() if key != name})


@pytest.mark.parametrize(
    ("event", "given", "sentence"),
    [
        (ClaimEvent, {"input": {"as_of": "2026-01-03"}, "started_at": "x"}, "no execution"),
        (PlanEvent, {"run": RUN}, "the plan's event has no odd; expected a list"),
        (PlanEvent, {"run": RUN, "odd": [{"status": "lost"}]}, "expected 'refused' or 'empty'"),
        (PublishEvent, {"run": RUN, "statements": {}, "steps": []}, "statements is {}; expected a list"),
        (NotifyEvent, {"run": None}, "no execution"),
        (WatchdogEvent, {"scheduled_time": "nine"}, "expected a time with its zone"),
    ],
)
def test_every_function_refuses_what_it_does_not_expect(event: Any, given: object, sentence: str) -> None:
    with pytest.raises(EventRefused) as caught:
        event.read(given)
    assert sentence in str(caught.value)


def test_a_caught_error_may_lack_its_cause() -> None:
    caught = Caught.read({"step": "build gold", "error": {"Error": "States.Timeout"}, "query_id": None})
    assert caught == Caught("build gold", "States.Timeout", "", None)


def test_a_statement_has_a_kind_that_is_known() -> None:
    with pytest.raises(EventRefused, match="expected 'create' or 'build' or 'check'"):
        done_of({"name": "dim_ward", "kind": "drop", "query_id": "q"})
