"""Operators are told what needs them, with counts and where to look, and never with a patient's data."""

import json

import boto3
import pytest
from botocore.exceptions import ClientError

from pipeline.alerts import Alert, public_reason, send
from pipeline.ingest import ingest
from tests.pipeline.hospital import HEADERS, Hospital, episode, extract
from tests.pipeline.inbox import Inbox, inbox_of


@pytest.fixture
def inbox(hospital: Hospital, aws_session: boto3.Session) -> Inbox:
    return inbox_of(aws_session, hospital.context)


def test_a_good_run_sends_no_alert(hospital: Hospital, inbox: Inbox) -> None:
    hospital.deliver(1, episode())
    hospital.run(1)
    assert inbox() == []


def test_a_missing_snapshot_is_an_alert(hospital: Hospital, inbox: Inbox) -> None:
    run_id = hospital.stopped(1).run_id
    (alert,) = inbox()
    assert (alert["kind"], alert["as_of"], alert["run_id"]) == ("missing_snapshot", "2026-01-01", run_id)
    assert alert["where"].endswith(f"runs/{run_id}/findings.json")


def test_a_missing_snapshot_is_an_alert_also_when_the_run_goes_on(hospital: Hospital, inbox: Inbox) -> None:
    hospital.deliver(1, episode())
    hospital.with_settings(on_missing_source="continue").run(2)
    assert [alert["kind"] for alert in inbox()] == ["missing_snapshot"]


def test_an_empty_snapshot_is_an_alert_when_it_lands_and_when_its_run_stops(
    hospital: Hospital, inbox: Inbox
) -> None:
    hospital.deliver_bytes("Episodes 01-01-2026.csv", extract([]))
    ingest(hospital.context)
    assert [alert["kind"] for alert in inbox()] == ["empty_source"]
    hospital.stopped(1)
    assert [alert["kind"] for alert in inbox()] == ["empty_source"]


def test_a_refused_file_is_an_alert_that_names_the_delivery(hospital: Hospital, inbox: Inbox) -> None:
    hospital.deliver_bytes("John Smith.csv", extract([episode()]))
    report = ingest(hospital.context)
    (alert,) = inbox()
    assert alert["kind"] == "refused_source"
    assert report.new[0].delivery_id in alert["reason"]
    assert "Smith" not in json.dumps(alert)


def test_a_delivery_that_stops_its_run_is_told_once(hospital: Hospital, inbox: Inbox) -> None:
    hospital.deliver_bytes("Episodes 01-01-2026.csv", extract([]))
    hospital.deliver_bytes("John Smith.csv", extract([episode()]))
    hospital.stopped(1)
    assert [(alert["kind"], alert["step"]) for alert in inbox()] == [
        ("refused_source", "ingest"),
        ("empty_source", "choose deliveries"),
    ]


def test_a_refused_file_is_told_also_when_its_run_fails_for_another_reason(
    hospital: Hospital, inbox: Inbox
) -> None:
    hospital.deliver(1, episode())
    hospital.run(1)
    hospital.deliver_bytes("John Smith.csv", extract([episode()]))

    def refuse(**arguments: object) -> None:
        raise ClientError({"Error": {"Code": "AccessDeniedException"}}, "GetTable")

    events = hospital.context.glue.meta.events
    events.register("before-call.glue.GetTable", refuse)
    try:
        with pytest.raises(ClientError):
            hospital.run(1)
    finally:
        events.unregister("before-call.glue.GetTable", refuse)
    told = inbox()
    assert [alert["kind"] for alert in told] == ["refused_source", "failed_run"]
    assert told[1]["published"] == "unknown"


def test_an_alert_says_what_readers_still_see(hospital: Hospital, inbox: Inbox) -> None:
    hospital.deliver(1, episode())
    hospital.stopped(2)
    published = hospital.run(1).run_id
    hospital.stopped(2)
    assert [alert["published"] for alert in inbox()] == ["none", published]


def test_no_value_of_a_patient_is_in_any_alert_of_a_stopped_run(hospital: Hospital, inbox: Inbox) -> None:
    secret = "Featherstonehaugh"
    hospital.deliver(1, episode("EPRIV", "SPRIV", "PPRIV", surname=secret, dob=f"born {secret}"))
    hospital.stopped(1)
    cut = extract([episode(surname=secret)], [header for header in HEADERS if header != "ward"])
    hospital.deliver_bytes("Episodes 02-01-2026.csv", cut)
    hospital.stopped(2)
    alerts = inbox()
    assert {alert["kind"] for alert in alerts} == {"bad_values", "refused_source"}
    for private in (secret, "EPRIV", "SPRIV", "PPRIV"):
        assert private not in json.dumps(alerts)


@pytest.mark.parametrize(
    ("reason", "public"),
    [
        (
            "TABLE_NOT_FOUND: line 1:15: Table 'x' does not exist",
            "TABLE_NOT_FOUND: line 1:15: Table 'x' does not exist",
        ),
        ("Query exhausted resources at this scale factor", "Query exhausted resources at this scale factor"),
        ("INVALID_CAST_ARGUMENT: Value cannot be cast to date: Smith", "INVALID_CAST_ARGUMENT"),
        ("HIVE_BAD_DATA: Field surname's type 'Smith'", "HIVE_BAD_DATA"),
        ("something about Smith", "failed"),
    ],
)
def test_a_reason_that_may_quote_data_is_cut_to_its_name(reason: str, public: str) -> None:
    shown = public_reason(reason)
    assert shown.startswith(public)
    assert "Smith" not in shown


def test_an_alert_that_cannot_be_sent_hides_nothing(
    hospital: Hospital, caplog: pytest.LogCaptureFixture
) -> None:
    elsewhere = hospital.with_settings(stage="nowhere")
    assert not send(elsewhere.context, Alert("failed_run", "a test"))
    assert "could not be sent" in caplog.text
