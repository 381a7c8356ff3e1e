"""A run that never began tells nobody: at nine the watchdog does."""

from __future__ import annotations

import json

import boto3
import pytest

from pipeline.handlers.entry import StepFailed
from pipeline.handlers.watchdog import handler
from tests.pipeline.hospital import Hospital, episode
from tests.pipeline.inbox import Inbox, inbox_of

AT_NINE = {"scheduled_time": "2026-01-02T09:00:00Z"}


@pytest.fixture
def inbox(hospital: Hospital, aws_session: boto3.Session) -> Inbox:
    return inbox_of(aws_session, hospital.context)


def test_a_day_that_is_public_is_no_alert(hospital: Hospital, inbox: Inbox) -> None:
    hospital.deliver(2, episode())
    hospital.run(2)
    assert handler.serve(hospital.context, AT_NINE) == {"published": True}
    assert inbox() == []


def test_a_day_that_is_not_public_is_an_alert_that_says_what_is(hospital: Hospital, inbox: Inbox) -> None:
    assert handler.serve(hospital.context, AT_NINE) == {"published": False}
    hospital.deliver(1, episode())
    yesterday = hospital.run(1).run_id
    handler.serve(hospital.context, AT_NINE)
    alerts = inbox()
    assert [(alert["kind"], alert["as_of"], alert["published"]) for alert in alerts] == [
        ("not_published", "2026-01-02", "none"),
        ("not_published", "2026-01-02", yesterday),
    ]


def test_the_age_of_what_readers_see_is_a_metric_of_every_morning(
    hospital: Hospital, capsys: pytest.CaptureFixture[str]
) -> None:
    handler.serve(hospital.context, AT_NINE)
    hospital.deliver(1, episode())
    hospital.run(1)
    handler.serve(hospital.context, AT_NINE)
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines() if '"_aws"' in line]
    assert [(line["Late"], line.get("PublishedAgeDays")) for line in lines] == [(1, None), (1, 1)]


def test_an_alert_that_cannot_be_sent_fails_the_watchdog(hospital: Hospital) -> None:
    elsewhere = hospital.with_settings(stage="nowhere")
    with pytest.raises(StepFailed):
        handler.serve(elsewhere.context, AT_NINE)
