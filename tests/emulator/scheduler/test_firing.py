"""What comes of a schedule: the call, its input, retries, dead letters, and its end."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from tests.emulator.scheduler.conftest import ACCOUNT, REGION, ROLE, Queue, World

CONTEXT = {
    "arn": "<aws.scheduler.schedule-arn>",
    "time": "<aws.scheduler.scheduled-time>",
    "execution": "<aws.scheduler.execution-id>",
    "attempt": "<aws.scheduler.attempt-number>",
}
SHORT_RETRIES = {"MaximumRetryAttempts": 2, "MaximumEventAgeInSeconds": 3600}


def seconds(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(microsecond=0)


def throttle_sends(world: World, times: int) -> None:
    """Have SQS answer the next calls of SendMessage with an error that passes."""
    status, _ = world.post(
        "faults",
        {"service": "sqs", "operation": "SendMessage", "error": "ThrottlingException", "times": times},
    )
    assert status == 200


def attributes(message: dict[str, Any]) -> dict[str, str]:
    return {name: value["StringValue"] for name, value in message["MessageAttributes"].items()}


def missing_queue(**more: Any) -> dict[str, Any]:
    return {"Arn": f"arn:aws:sqs:{REGION}:{ACCOUNT}:missing", "Input": "lost", **more}


def test_the_input_says_which_schedule_called_for_which_instant(world: World) -> None:
    queue = world.queue()
    due = world.now() + timedelta(hours=2)
    arn = world.create("once", world.at(hours=2), {"Arn": queue.arn, "Input": json.dumps(CONTEXT)})
    world.move(advance="PT3H")
    said = [json.loads(body) for body in queue.bodies()]
    assert [(item["arn"], item["attempt"]) for item in said] == [(arn, "1")]
    assert abs(seconds(said[0]["time"]) - due) <= timedelta(seconds=2)
    assert len(said[0]["execution"]) == 16


def test_without_an_input_a_templated_target_gets_awss_event(world: World) -> None:
    queue = world.queue()
    arn = world.create("once", world.at(hours=2), {"Arn": queue.arn})
    world.move(advance="PT3H")
    event = json.loads(queue.bodies()[0])
    assert (event["source"], event["detail-type"], event["resources"]) == (
        "aws.scheduler",
        "Scheduled Event",
        [arn],
    )


def test_a_rate_without_a_start_calls_at_once_and_then_at_its_interval(world: World) -> None:
    queue = world.queue()
    world.create("often", "rate(6 hours)", {"Arn": queue.arn, "Input": CONTEXT["time"]})
    world.move(advance="PT13H")
    times = [seconds(body) for body in queue.bodies()]
    assert [later - times[0] for later in times] == [timedelta(hours=hours) for hours in (0, 6, 12)]


def test_a_disabled_schedule_is_silent_until_it_is_enabled(world: World) -> None:
    queue = world.queue()
    target = {"Arn": queue.arn, "Input": "x"}
    world.create("daily", "cron(0 8 * * ? *)", target, State="DISABLED")
    assert world.move(advance="P2D") == []
    whole: Any = {"RoleArn": ROLE, **target}
    world.scheduler.update_schedule(
        Name="daily",
        ScheduleExpression="cron(0 8 * * ? *)",
        FlexibleTimeWindow={"Mode": "OFF"},
        Target=whole,
    )
    assert len(world.move(advance="P2D")) == 2


def test_a_deleted_schedule_calls_no_more(world: World) -> None:
    queue = world.queue()
    world.create("daily", "cron(0 8 * * ? *)", {"Arn": queue.arn, "Input": "x"})
    world.scheduler.delete_schedule(Name="daily")
    assert world.move(advance="P2D") == []
    assert queue.bodies() == []


def test_a_schedule_that_is_complete_is_deleted_if_it_says_so(world: World) -> None:
    queue = world.queue()
    target = {"Arn": queue.arn, "Input": "x"}
    world.create("goes", world.at(hours=1), target, ActionAfterCompletion="DELETE")
    world.create("stays", world.at(hours=1), target)
    end = world.now() + timedelta(hours=30)
    world.create("ends", "rate(1 day)", target, EndDate=end, ActionAfterCompletion="DELETE")
    world.move(advance="P3D")
    assert [item["Name"] for item in world.scheduler.list_schedules()["Schedules"]] == ["stays"]
    assert len(queue.bodies()) == 4


def test_a_universal_target_is_called_with_the_parameters_of_its_api(world: World) -> None:
    topic = world.client("sns").create_topic(Name="alerts")["TopicArn"]
    queue = world.queue()
    world.client("sns").subscribe(TopicArn=topic, Protocol="sqs", Endpoint=queue.arn)
    parameters = {"TopicArn": topic, "Message": CONTEXT["arn"], "Subject": "Morning"}
    target = {"Arn": "arn:aws:scheduler:::aws-sdk:sns:publish", "Input": json.dumps(parameters)}
    arn = world.create("tell", world.at(hours=1), target)
    world.move(advance="PT2H")
    told = json.loads(queue.bodies()[0])
    assert (told["Message"], told["Subject"]) == (arn, "Morning")


def test_an_event_bus_gets_an_event(world: World) -> None:
    events, queue = world.client("events"), world.queue()
    events.put_rule(Name="mornings", EventPattern='{"source": ["hospital"]}')
    events.put_targets(Rule="mornings", Targets=[{"Id": "q", "Arn": queue.arn}])
    target = {
        "Arn": f"arn:aws:events:{REGION}:{ACCOUNT}:event-bus/default",
        "Input": '{"ward": 7}',
        "EventBridgeParameters": {"DetailType": "Morning", "Source": "hospital"},
    }
    world.create("event", world.at(hours=1), target)
    world.move(advance="PT2H")
    event = json.loads(queue.bodies()[0])
    assert (event["detail-type"], event["detail"]) == ("Morning", {"ward": 7})


def test_what_fails_for_good_goes_to_the_dead_letters_at_once(world: World) -> None:
    letters = world.queue()
    target = missing_queue(DeadLetterConfig={"Arn": letters.arn})
    arn = world.create("lost", world.at(hours=1), target)
    fired = world.move(advance="PT2H")
    assert [item["state"] for item in fired] == ["in the dead-letter queue"]
    assert "AWS.SimpleQueueService.NonExistentQueue" in fired[0]["error"]
    (letter,) = letters.messages()
    said = attributes(letter)
    assert len(said.pop("EXECUTION_ID")) == 16
    assert seconds(said.pop("SCHEDULED_TIME")) == seconds(fired[0]["scheduled"])
    assert said == {
        "ERROR_CODE": "AWS.SimpleQueueService.NonExistentQueue",
        "ERROR_MESSAGE": "The specified queue does not exist.",
        "IS_PAYLOAD_TRUNCATED": "false",
        "RETRY_ATTEMPTS": "0",
        "SCHEDULE_ARN": arn,
        "TARGET_ARN": "arn:aws:scheduler:::aws-sdk:sqs:sendMessage",
    }
    assert json.loads(letter["Body"]) == {
        "MessageBody": "lost",
        "QueueUrl": f"https://sqs.{REGION}.amazonaws.com/{ACCOUNT}/missing",
    }


def test_what_fails_for_good_without_dead_letters_is_dropped_and_said(world: World) -> None:
    world.create("lost", world.at(hours=1), missing_queue())
    assert [item["state"] for item in world.move(advance="PT2H")] == ["dropped"]


def test_what_fails_for_now_is_tried_again_later_and_later(world: World) -> None:
    queue = world.queue()
    throttle_sends(world, 3)
    target = {"Arn": queue.arn, "Input": CONTEXT["attempt"]}
    world.create("again", world.at(hours=1), target)
    fired = world.move(advance="PT2H")
    assert [item["state"] for item in fired] == ["to be retried"] * 3 + ["delivered"]
    assert queue.bodies() == ["4"]
    times = [datetime.fromisoformat(item["at"]) for item in fired]
    gaps = [later - earlier for earlier, later in pairwise(times)]
    assert gaps == sorted(gaps)
    assert len({item["scheduled"] for item in fired}) == 1


def test_retries_end_with_the_policys_attempts_and_the_letter_says_so(world: World) -> None:
    queue, letters = world.queue(), world.queue()
    throttle_sends(world, 3)
    target = {
        "Arn": queue.arn,
        "Input": "x",
        "RetryPolicy": SHORT_RETRIES,
        "DeadLetterConfig": {"Arn": letters.arn},
    }
    world.create("again", world.at(hours=1), target)
    world.move(advance="PT2H")
    assert queue.bodies() == []
    said = attributes(letters.messages()[0])
    assert (said["EXHAUSTED_RETRY_CONDITION"], said["RETRY_ATTEMPTS"]) == ("MaximumRetryAttempts", "2")
    assert said["ERROR_CODE"] == "ThrottlingException"


def test_retries_end_with_the_age_that_the_policy_allows(world: World) -> None:
    queue, letters = world.queue(), world.queue()
    world.post("faults", {"service": "sqs", "path": ".*", "error": "SlowDown", "times": 6})
    target = {
        "Arn": queue.arn,
        "Input": "x",
        "RetryPolicy": {"MaximumEventAgeInSeconds": 60},
        "DeadLetterConfig": {"Arn": letters.arn},
    }
    world.create("again", world.at(hours=1), target)
    fired = world.move(advance="PT2H")
    assert fired[-1]["state"] == "in the dead-letter queue"
    said = attributes(letters.messages()[0])
    assert said["EXHAUSTED_RETRY_CONDITION"] == "MaximumEventAgeInSeconds"
    assert int(said["RETRY_ATTEMPTS"]) == len(fired) - 1


def test_a_changed_schedule_forgets_the_retries_of_what_it_was(world: World) -> None:
    queue = world.queue()
    throttle_sends(world, 1)
    world.create("again", "rate(7 days)", {"Arn": queue.arn, "Input": "x"})
    assert [item["state"] for item in until_fired(world, queue)] == []
    world.scheduler.delete_schedule(Name="again")
    assert world.move(advance="PT1H") == []
    assert queue.bodies() == []


def until_fired(world: World, queue: Queue) -> list[dict[str, Any]]:
    """Let what is due now be fired: a move's beginning waits for that, and does not count it as its own."""
    return world.move(advance=0)


def test_a_flexible_window_moves_the_call_and_not_the_scheduled_time(world: World) -> None:
    queue = world.queue()
    window = {"Mode": "FLEXIBLE", "MaximumWindowInMinutes": 60}
    target = {"Arn": queue.arn, "Input": CONTEXT["time"]}
    world.create("about", "cron(0 8 * * ? *)", target, FlexibleTimeWindow=window)
    fired = world.move(advance="P20D")
    times = [seconds(body) for body in queue.bodies()]
    assert {(time.hour, time.minute) for time in times} == {(8, 0)}
    late = [seconds(item["at"]) - seconds(item["scheduled"]) for item in fired]
    assert all(timedelta(0) <= item < timedelta(hours=1) for item in late)
    assert len(set(late)) > 1
