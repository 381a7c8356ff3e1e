"""Whatever fails on a morning: one alert with the reason, yesterday's tables still public, the next run
clean."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import boto3
import pytest

from pipeline.manifest import read_manifest
from scripts.packaging import build_package
from tests.deploy.faults import Faults
from tests.deploy.stage import Ended, Stage, deployed
from tests.pipeline.hospital import Hospital, episode

if TYPE_CHECKING:
    from types_boto3_lambda.type_defs import WaiterConfigTypeDef

DENIED = {"error": "AccessDeniedException", "status": 403, "times": 9}

AT_ONCE: WaiterConfigTypeDef = {"Delay": 0, "MaxAttempts": 10_000}

SLEEPER = "import time\n\ndef handler(event, context):\n    time.sleep(600)\n"


@pytest.fixture(scope="module")
def stage(aws_session: boto3.Session, new_hospital: Callable[[], Hospital]) -> Stage:
    """A stage with one morning behind it."""
    stage = deployed(aws_session, new_hospital())
    stage.hospital.deliver(1, episode())
    first = stage.run(1)
    assert first.status == "SUCCEEDED", first.cause
    return stage


@pytest.fixture
def faults(emulator_endpoint: str) -> Iterator[Faults]:
    faults = Faults(emulator_endpoint)
    yield faults
    faults.clear()


@pytest.fixture(scope="module")
def mornings() -> Iterator[int]:
    return iter(range(2, 32))


@pytest.fixture
def morning(stage: Stage, mornings: Iterator[int]) -> int:
    """The next day of January, delivered."""
    number = next(mornings)
    stage.hospital.deliver(number, episode(), episode("E2", "S2", "P2", ward=f"W{number}"))
    return number


Place = Callable[[Stage], dict[str, Any]]


def invoking(name: str) -> Place:
    """The invocation of a function."""
    return lambda stage: {
        "service": "lambda",
        "path": f".*-{stage.settings.stage}-{name}/.*",
    }


def glue(operation: str) -> Place:
    return lambda stage: {"service": "glue", "operation": operation}


def source_bucket(stage: Stage) -> dict[str, Any]:
    return {"service": "s3", "method": "GET", "path": f"/{stage.settings.source_bucket}/?"}


def delivery_runs(stage: Stage) -> dict[str, Any]:
    bucket = stage.settings.lake_bucket
    return {"service": "s3", "method": "PUT", "path": f"/{bucket}/bronze/delivery_runs/.*"}


CALLS: dict[str, tuple[Place, str]] = {
    "claim": (invoking("claim"), "Lambda.AccessDeniedException"),
    "prepare catalog": (glue("GetTables"), "AccessDeniedException"),
    "ingest": (source_bucket, "ClientError"),
    "choose deliveries": (delivery_runs, "ClientError"),
    "publish": (glue("UpdateTable"), "AccessDeniedException"),
}
"""A call of each step that is made by a function, and the name of the error that it ends with."""

QUERIES = {
    "check source": "faulty_values",
    "build staging": r"insert into \w+\.episode_version_runs",
    "build silver": r"insert into \w+\.episode_runs",
    "audit silver": "versions_cover_bronze",
    "check vanished rows": "is_too_many",
    "build gold": r"insert into \w+\.fact_spell_runs",
    "audit gold": "episode_numbers_have_no_gaps",
}
"""What the query of each step that is one can be known by."""


def only_alert(stage: Stage, ended: Ended, published: str | None) -> dict[str, Any]:
    """The one alert of a run that failed and changed nothing for readers."""
    assert ended.status == "FAILED", ended.history
    assert stage.published() == published
    (alert,) = stage.inbox()
    assert alert.get("published") == published, ended.cause
    assert alert["execution"].endswith(ended.arn)
    return dict(alert)


@pytest.mark.parametrize("step", CALLS)
def test_a_call_that_is_refused_ends_the_run_with_one_alert(
    stage: Stage, faults: Faults, morning: int, step: str
) -> None:
    place, error = CALLS[step]
    published = stage.published()
    faults.add(**place(stage), **DENIED)
    ended = stage.run(morning)
    alert = only_alert(stage, ended, published)
    assert (alert["kind"], alert["step"]) == ("failed_run", step)
    assert alert["reason"].startswith(error)
    assert ended.error == error
    assert ended.cause.startswith(f"{step}: {error}")


@pytest.mark.parametrize("step", QUERIES)
def test_an_engine_killed_in_mid_query_ends_the_run_with_one_alert(
    stage: Stage, faults: Faults, morning: int, step: str
) -> None:
    published = stage.published()
    faults.add(engine="kill", query=QUERIES[step])
    ended = stage.run(morning)
    alert = only_alert(stage, ended, published)
    assert (alert["kind"], alert["step"], alert["error_category"]) == ("failed_query", step, 1)
    assert alert["reason"].startswith("[ErrorCode: INTERNAL_ERROR_QUERY_ENGINE]")
    assert alert["where"].endswith(alert["query_id"])
    manifest = read_manifest(stage.context, alert["run_id"])
    assert (manifest.status, manifest.failed_step) == ("failed", step)
    assert manifest.query_id == alert["query_id"]
    assert step not in [item.name for item in manifest.steps]
    assert ended.error == "QueryFailed"


def test_the_run_after_a_failed_one_is_clean(stage: Stage, faults: Faults, morning: int) -> None:
    faults.add(engine="kill", query=QUERIES["build gold"])
    assert stage.run(morning).status == "FAILED"
    assert len(stage.inbox()) == 1
    ended = stage.run(morning)
    assert ended.status == "SUCCEEDED"
    assert stage.published() == ended.output["run_id"]
    assert stage.hospital.rows("dim_ward", "ward_code")[-1] == (f"W{morning}",)
    assert stage.inbox() == []


def test_a_throttled_start_is_repeated(stage: Stage, faults: Faults, morning: int) -> None:
    faults.add(service="athena", operation="StartQueryExecution", error="TooManyRequestsException", times=2)
    ended = stage.run(morning)
    assert (ended.status, faults.struck(), stage.inbox()) == ("SUCCEEDED", 2, [])


def test_a_read_that_s3_is_too_busy_for_is_repeated(stage: Stage, faults: Faults, morning: int) -> None:
    statements = f"/{stage.settings.lake_bucket}/runs/.*/sql/gold.*"
    faults.add(service="s3", method="GET", path=statements, error="SlowDown", status=503)
    ended = stage.run(morning)
    assert (ended.status, faults.struck(), stage.inbox()) == ("SUCCEEDED", 1, [])


def test_a_function_that_times_out_ends_the_run_with_one_alert(
    stage: Stage, aws_session: boto3.Session, morning: int
) -> None:
    published, functions = stage.published(), aws_session.client("lambda")
    name = f"wardlake-{stage.settings.stage}-ingest"
    updated = functions.get_waiter("function_updated_v2")

    def change(package: bytes, timeout: int) -> None:
        functions.update_function_configuration(FunctionName=name, Timeout=timeout)
        updated.wait(FunctionName=name, WaiterConfig=AT_ONCE)
        functions.update_function_code(FunctionName=name, ZipFile=package)
        updated.wait(FunctionName=name, WaiterConfig=AT_ONCE)

    change(zipped("pipeline/handlers/ingest.py", SLEEPER), 1)
    try:
        ended = stage.run(morning)
    finally:
        change(build_package().body, 60)
    alert = only_alert(stage, ended, published)
    assert (alert["kind"], alert["step"]) == ("failed_run", "ingest")
    assert "timed out after 1.00 seconds" in alert["reason"]
    assert stage.run(morning).status == "SUCCEEDED"


def zipped(path: str, text: str) -> bytes:
    """A package of one file."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr(path, text)
    return target.getvalue()


def test_a_table_that_was_dropped_is_created_again(stage: Stage, morning: int) -> None:
    stage.context.glue.delete_table(DatabaseName=stage.settings.gold_database, Name="dim_ward_runs")
    ended = stage.run(morning)
    assert ended.status == "SUCCEEDED", ended.cause
    assert ended.entered.count("Create table") == 1
    assert stage.hospital.rows("dim_ward", "ward_code")[-1] == (f"W{morning}",)
    assert stage.inbox() == []


def test_a_purge_that_fails_is_told_and_the_day_is_published(
    stage: Stage, faults: Faults, morning: int
) -> None:
    faults.add(**invoking("purge")(stage), **DENIED)
    ended = stage.run(morning)
    assert ended.status == "SUCCEEDED"
    assert stage.published() == ended.output["run_id"]
    assert [alert["kind"] for alert in stage.inbox()] == ["failed_purge"]
    manifest = read_manifest(stage.context, ended.output["run_id"])
    assert (manifest.status, manifest.steps[-1].name) == ("published", "publish")


def test_a_failure_after_publishing_leaves_the_run_public_and_on_record_as_such(
    stage: Stage, faults: Faults, morning: int
) -> None:
    faults.add(**invoking("notify")(stage), **DENIED | {"times": 1})
    ended = stage.run(morning)
    (alert,) = stage.inbox()
    assert (ended.status, alert["step"]) == ("FAILED", "report")
    assert stage.published() == alert["run_id"] == alert["published"]
    assert read_manifest(stage.context, alert["run_id"]).status == "published"


def test_a_report_that_fails_is_told_by_the_machine_itself(
    stage: Stage, faults: Faults, morning: int
) -> None:
    published = stage.published()
    faults.add(**invoking("notify")(stage), **DENIED)
    faults.add(engine="kill", query=QUERIES["build silver"])
    ended = stage.run(morning)
    assert (ended.status, stage.published()) == ("FAILED", published)
    (alert,) = stage.inbox()
    assert (alert["kind"], alert["step"]) == ("failed_run", "build silver")
    assert "could not be reported" in ended.cause
    faults.clear()
    assert stage.run(morning).status == "SUCCEEDED", "the claim of the dead execution is taken over"


def test_an_alert_that_cannot_be_sent_still_ends_the_run_readably(
    stage: Stage, faults: Faults, morning: int
) -> None:
    faults.add(service="sns", operation="Publish", error="AuthorizationError", status=403, times=9)
    faults.add(engine="kill", query=QUERIES["build silver"])
    ended = stage.run(morning)
    assert (ended.status, ended.error) == ("FAILED", "States.TaskFailed"), ended.cause
    assert "neither a report nor an alert could be sent" in ended.cause
    faults.clear()  # the inbox is looked into by a message of its own
    assert stage.inbox() == []
