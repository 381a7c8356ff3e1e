"""A schedule fires at least once, and mornings may overlap: one run of a day, and readers never go back."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import boto3
import pytest

from pipeline import claim, owners
from pipeline.claim import lock_key
from pipeline.manifest import list_runs
from pipeline.publish import current_run
from tests.deploy.stage import Ended, Stage, deployed
from tests.pipeline.hospital import Hospital, day, episode

SOON_SECONDS = 30


@pytest.fixture
def stage(aws_session: boto3.Session, new_hospital: Callable[[], Hospital]) -> Stage:
    """A deployed stage of one test: what a firing does depends on the days before it."""
    return deployed(aws_session, new_hospital())


def scheduled(number: int) -> dict[str, Any]:
    return {"scheduled_time": f"{day(number)}T08:00:00Z"}


def outcomes(*executions: Ended) -> list[str]:
    return sorted(str(ended.output.get("outcome", ended.cause)) for ended in executions)


def runs_of(stage: Stage, number: int) -> list[str]:
    return [run.status for run in list_runs(stage.context) if run.as_of == day(number)]


def test_two_firings_at_once_are_one_run_and_no_alert(stage: Stage) -> None:
    stage.hospital.deliver(1, episode())
    first, second = stage.start(**scheduled(1)), stage.start(**scheduled(1))
    ended = outcomes(stage.end(first), stage.end(second))
    assert ended in (["busy", "published"], ["done", "published"])
    assert (runs_of(stage, 1), stage.inbox()) == (["published"], [])


def test_a_second_firing_after_the_end_of_the_first_does_nothing(stage: Stage) -> None:
    stage.hospital.deliver(2, episode())
    first, second = stage.run(**scheduled(2)), stage.run(**scheduled(2))
    assert outcomes(first, second) == ["done", "published"]
    assert "Prepare catalog" not in second.entered
    assert runs_of(stage, 2) == ["published"]


def test_a_day_can_be_run_again_by_hand(stage: Stage) -> None:
    stage.hospital.deliver(3, episode())
    assert outcomes(stage.run(3), stage.run(3)) == ["published", "published"]


def test_a_fire_while_yesterdays_run_still_goes_leaves_today_public(stage: Stage) -> None:
    stage.hospital.deliver(4, episode())
    stage.hospital.deliver(5, episode())
    yesterday, today = stage.start(**scheduled(4)), stage.start(**scheduled(5))
    ended = stage.end(yesterday), stage.end(today)
    assert [item.status for item in ended] == ["SUCCEEDED", "SUCCEEDED"], ended
    public = current_run(stage.context)
    assert public and public.as_of == day(5)
    assert stage.inbox() == []


def test_a_late_firing_of_an_earlier_day_does_not_take_readers_back(stage: Stage) -> None:
    stage.hospital.deliver(6, episode())
    stage.hospital.deliver(7, episode())
    assert stage.run(7).output["outcome"] == "published"
    assert stage.run(**scheduled(6)).output["outcome"] == "complete"
    public = current_run(stage.context)
    assert public and public.as_of == day(7)


def test_the_claim_of_a_stopped_execution_is_taken_over(stage: Stage) -> None:
    stage.hospital.deliver(8, episode())
    stopped = stage.start(8)
    wait_for_claim(stage, 8)
    stage.states.stop_execution(executionArn=stopped)
    assert stage.end(stopped).status == "ABORTED"
    assert not owners.execution_is_alive(stage.context, stopped)
    assert stage.run(8).output["outcome"] == "published"


def wait_for_claim(stage: Stage, number: int) -> None:
    deadline = time.monotonic() + SOON_SECONDS
    while time.monotonic() < deadline:
        found = stage.context.s3.list_objects_v2(
            Bucket=stage.settings.lake_bucket, Prefix=lock_key(day(number))
        )
        if found["KeyCount"]:
            return
        time.sleep(0.01)
    raise AssertionError(f"nobody claims day {number}")


def test_a_day_that_a_living_process_runs_is_left_to_it(stage: Stage) -> None:
    stage.hospital.deliver(9, episode())
    mine = claim.process_owner("test")
    claim.acquire(stage.context, day(9), mine, owners.judge(stage.context))
    ended = stage.run(9)
    assert (ended.status, ended.output["outcome"], ended.output["owner"]) == ("SUCCEEDED", "busy", mine)
    claim.release(stage.context, day(9), mine)


def test_a_direct_run_takes_over_the_claim_of_an_execution_that_has_ended(stage: Stage) -> None:
    stage.hospital.deliver(10, episode())
    gone = stage.run(10).arn
    claim.acquire(stage.context, day(10), gone, owners.judge(stage.context))
    assert stage.hospital.run(10).is_published


def test_an_execution_that_nobody_knows_is_not_alive(stage: Stage) -> None:
    unknown = stage.machine.replace(":stateMachine:", ":execution:") + ":never"
    assert not owners.judge(stage.context)(unknown)


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"as_of": "tomorrow"}, "as_of is 'tomorrow'; expected a day like 2026-01-03"),
        ({}, "the input must have one of scheduled_time and as_of"),
        ({"day": "2026-01-01"}, "the input has 'day'; it may have"),
    ],
)
def test_an_input_that_does_not_fit_is_one_alert_that_says_so(
    stage: Stage, given: dict[str, Any], sentence: str
) -> None:
    ended = stage.run(**given)
    (alert,) = stage.inbox()
    assert (ended.status, ended.error, alert["step"]) == ("FAILED", "EventRefused", "claim")
    assert sentence in alert["reason"]
    assert sentence in ended.cause
