"""The clock: shown, moved from firing to firing, never back."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.emulator.scheduler.conftest import REGION, World

PASS = {"StartAt": "Done", "States": {"Done": {"Type": "Pass", "End": True}}}
FAIL = {"StartAt": "No", "States": {"No": {"Type": "Fail", "Error": "BadDay", "Cause": "It rains"}}}


def machine(world: World, name: str, definition: dict[str, Any]) -> str:
    """The ARN of a new state machine."""
    states = world.client("stepfunctions")
    role = "arn:aws:iam::123456789012:role/states"
    answer = states.create_state_machine(name=name, definition=json.dumps(definition), roleArn=role)
    return str(answer["stateMachineArn"])


def waits_for_an_answer(world: World) -> dict[str, Any]:
    """A state machine that goes on when somebody answers with its token: whenever that is."""
    parameters = {"QueueUrl": world.queue().url, "MessageBody": {"token.$": "$$.Task.Token"}}
    resource = "arn:aws:states:::sqs:sendMessage.waitForTaskToken"
    asks = {"Type": "Task", "Resource": resource, "Parameters": parameters, "End": True}
    return {"StartAt": "Ask", "States": {"Ask": asks}}


def test_the_clock_shows_what_is_due_next_in_order(world: World) -> None:
    queue = world.queue()
    world.create("later", world.at(days=2), {"Arn": queue.arn, "Input": "x"})
    arn = world.create("sooner", world.at(days=1), {"Arn": queue.arn, "Input": "x"})
    shown = world.clock()["next"]
    assert [item["name"] for item in shown] == ["sooner", "later"]
    assert (shown[0]["schedule"], shown[0]["region"], shown[0]["group"]) == (arn, REGION, "default")


def test_a_move_goes_from_one_firing_to_the_next_and_ends_at_its_end(world: World) -> None:
    queue = world.queue()
    world.create("first", world.at(hours=1), {"Arn": queue.arn, "Input": "first"})
    world.create("second", world.at(hours=30), {"Arn": queue.arn, "Input": "second"})
    world.create("beyond", world.at(hours=60), {"Arn": queue.arn, "Input": "beyond"})
    before = world.now()
    status, hops = world.post("clock", {"to": (before + timedelta(hours=50)).isoformat()})
    assert status == 200
    assert [[item["name"] for item in hop["firings"]] for hop in hops] == [["first"], ["second"], []]
    times = [datetime.fromisoformat(hop["now"]) for hop in hops]
    assert times == sorted(times)
    assert timedelta(hours=50) <= world.now() - before < timedelta(hours=51)
    assert queue.bodies() == ["first", "second"]


def test_what_a_schedule_starts_has_ended_before_the_clock_goes_on(world: World) -> None:
    arn = machine(world, "passes", PASS)
    world.create("daily", "cron(0 8 * * ? *)", {"Arn": arn, "Input": "{}"})
    fired = world.move(advance="P30D")
    assert [item["execution_status"] for item in fired] == ["SUCCEEDED"] * 30
    days = {item["scheduled"][:10] for item in fired}
    assert len(days) == 30


def test_a_failed_execution_is_told_with_its_reason(world: World) -> None:
    world.create("daily", world.at(hours=1), {"Arn": machine(world, "fails", FAIL), "Input": "{}"})
    (fired,) = world.move(advance="PT2H")
    assert (fired["state"], fired["execution_status"]) == ("delivered", "FAILED")
    assert fired["error"] == "BadDay: It rains"


def test_the_clock_stays_where_something_does_not_end(world: World) -> None:
    arn = machine(world, "waits", waits_for_an_answer(world))
    world.create("daily", "cron(0 8 * * ? *)", {"Arn": arn, "Input": "{}"})
    status, hops = world.post("clock", {"advance": "P3D", "patience": 0.1})
    assert (status, len(hops)) == (200, 1)
    execution = hops[0]["firings"][0]["execution"]
    assert hops[0]["still_running"] == [f"execution {execution}"]
    assert world.now().hour == 8
    _, later = world.post("clock", {"advance": "P3D", "patience": 0.1})
    another = later[0]["firings"][0]["execution"]
    assert later[0]["still_running"] == [f"execution {another}"], "what ran before is not waited for again"
    stop_all(world, "waits")


def test_only_one_moves_the_clock_at_a_time(world: World) -> None:
    arn = machine(world, "waits2", waits_for_an_answer(world))
    world.create("daily", "cron(0 8 * * ? *)", {"Arn": arn, "Input": "{}"})
    world.create("sooner", world.at(seconds=5), {"Arn": world.queue().arn, "Input": "x"})
    body = json.dumps({"advance": "P1D"}).encode()
    request = urllib.request.Request(f"{world.endpoint}/_wardlake/clock", data=body, method="POST")
    with urllib.request.urlopen(request) as moving:
        assert moving.readline(), "the first firing is told while the second is still awaited"
        status, lines = world.post("clock", {"advance": 1})
        assert (status, "another request moves the clock" in lines[0]["error"]) == (409, True)
        stop_all(world, "waits2")
        moving.read()
    assert world.post("clock", {"advance": 0})[0] == 200


def stop_all(world: World, name: str) -> None:
    """Stop the machine's executions, once there is one."""
    states = world.client("stepfunctions")
    arn = f"arn:aws:states:{REGION}:123456789012:stateMachine:{name}"
    found: list[Any] = []
    while not found:
        found = states.list_executions(stateMachineArn=arn, statusFilter="RUNNING")["executions"]
    for execution in found:
        states.stop_execution(executionArn=execution["executionArn"])


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b"now", "the body is no JSON"),
        (b"[]", "the body must be"),
        (b"{}", "the body must be"),
        (b'{"to": "2126-01-01T00:00:00Z", "advance": 5}', "the body must be"),
        (b'{"to": "2026-03-01"}', "it must be a time with its zone"),
        (b'{"to": "2020-01-01T00:00:00Z"}', "never goes back"),
        (b'{"to": "2126-01-01T00:00:00Z"}', "more than 20 years away"),
        (b'{"advance": "tomorrow"}', "it must be a duration such as P30D"),
        (b'{"advance": "P"}', "it must be a duration such as P30D"),
        (b'{"advance": -5}', "never goes back"),
        (b'{"advance": true}', "it must be a duration such as P30D"),
        (b'{"advance": 5, "patience": 0}', "patience is 0"),
        (b'{"advance": 5, "speed": 2}', "speed, which the clock does not know"),
    ],
    ids=str,
)
def test_a_request_without_a_sense_is_answered_with_what_to_do(world: World, body: bytes, says: str) -> None:
    before = world.clock()["moved_seconds"]
    status, lines = world.post("clock", body)
    assert (status, says in lines[0]["error"]) == (400, True), lines
    assert world.clock()["moved_seconds"] == before


def test_the_page_has_only_get_and_post(world: World) -> None:
    request = urllib.request.Request(f"{world.endpoint}/_wardlake/clock", method="PUT", data=b"{}")
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(request)
    assert refused.value.code == 405
