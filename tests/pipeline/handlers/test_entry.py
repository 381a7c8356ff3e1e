"""What every function does around its work: JSON lines, metrics, and errors that tell nothing of the data."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from pipeline.errors import BadValues, ConfigurationError, Finding
from pipeline.handlers import logs
from pipeline.handlers.entry import Answer, Function, StepFailed
from pipeline.handlers.environment import settings_from
from pipeline.handlers.events import Run
from pipeline.manifest import read_findings, read_manifest, write_manifest
from tests.pipeline.handlers.test_events import RUN
from tests.pipeline.hospital import Hospital

ROOT = Path(__file__).resolve().parents[3]
SECRET = "Featherstonehaugh"

ENVIRONMENT = {"WARDLAKE_STAGE": "prod", "WARDLAKE_ACCOUNT": "123456789012", "AWS_REGION": "eu-west-2"}


def raising(error: Exception) -> Function[Any]:
    """A function whose work ends in an error."""

    def work(context: object, event: object) -> Answer:
        raise error

    return Function("build gold", lambda raw: raw, work)


def told(hospital: Hospital, error: Exception, event: object = None) -> tuple[str, dict[str, Any]]:
    """The name of the error that Step Functions is given, and what it says."""
    with pytest.raises(StepFailed) as caught:
        raising(error).serve(hospital.context, event)
    assert caught.value.__suppress_context__
    return type(caught.value).__name__, json.loads(str(caught.value))


def test_an_answer_is_the_result_and_its_metrics_a_line_that_cloudwatch_reads(
    hospital: Hospital, capsys: pytest.CaptureFixture[str]
) -> None:
    function: Function[Any] = Function(
        "ingest", lambda raw: raw, lambda context, event: Answer({"new": 2}, {"Rows": 7, "ScannedBytes": 9})
    )
    assert function.serve(hospital.context, {"run": RUN}) == {"new": 2}
    line = json.loads(capsys.readouterr().out)
    (declared,) = line["_aws"]["CloudWatchMetrics"]
    assert (declared["Namespace"], declared["Dimensions"]) == ("Wardlake", [["Stage", "Step"]])
    assert {item["Name"]: item["Unit"] for item in declared["Metrics"]} == {
        "DurationMilliseconds": "Milliseconds",
        "Rows": "Count",
        "ScannedBytes": "Bytes",
    }
    assert (line["Stage"], line["Step"], line["Rows"]) == (hospital.context.settings.stage, "ingest", 7)
    assert (line["run_id"], line["execution"]) == (RUN["run_id"], RUN["owner"])


def test_a_stop_is_told_without_its_values_and_kept_with_them(hospital: Hospital) -> None:
    write_manifest(hospital.context, Run.read(RUN).manifest())
    finding = Finding("bad_date", file="f.csv", row=1, value=SECRET)
    name, said = told(hospital, BadValues("3 values are bad", [finding], 3), {"run": RUN})
    assert name == "BadValues"
    assert said == {"kind": "source", "alert": "bad_values", "reason": "3 values are bad", "findings": 3}
    assert read_findings(hospital.context, RUN["run_id"]) == (finding,)
    manifest = read_manifest(hospital.context, RUN["run_id"])
    assert (manifest.failed_step, manifest.error_kind) == ("build gold", "source")
    assert manifest.error and SECRET in manifest.error


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (KeyError(SECRET), "KeyError"),
        (ConfigurationError("no such file"), "no such file"),
        (
            ClientError({"Error": {"Code": "SlowDown", "Message": SECRET}}, "PutObject"),
            "ClientError: SlowDown when calling PutObject",
        ),
    ],
)
def test_an_error_is_told_as_far_as_it_cannot_quote_data(
    hospital: Hospital, error: Exception, reason: str
) -> None:
    name, said = told(hospital, error)
    assert (name, said["reason"], said["findings"]) == (type(error).__name__, reason, None)


def test_a_log_line_is_json_with_run_and_step_and_no_text_of_an_exception() -> None:
    logger = logging.getLogger("test")
    try:
        raise ValueError(SECRET)
    except ValueError:
        record = logger.makeRecord("test", 40, "f.py", 1, "%s failed", ("ingest",), sys.exc_info())
    with logs.bound(step="ingest", run_id="r"):
        line = logs.JsonLines().format(record)
    shown = json.loads(line)
    assert (shown["message"], shown["step"], shown["run_id"]) == ("ingest failed", "ingest", "r")
    assert (shown["error"], shown["level"]) == ("ValueError", "ERROR")
    assert "test_entry.py" in shown["places"][0]
    assert SECRET not in line


def test_the_fields_of_a_call_end_with_it() -> None:
    with logs.bound(run_id="r"):
        pass
    record = logging.getLogger("test").makeRecord("test", 20, "f.py", 1, "hello", (), None)
    assert "run_id" not in json.loads(logs.JsonLines().format(record))


@pytest.mark.parametrize("name", ["claim", "catalog", "publish", "purge", "notify", "watchdog"])
def test_a_function_that_needs_no_layer_starts_without_pyarrow_and_pandas(name: str) -> None:
    code = f"import sys, pipeline.handlers.{name}; print(*sorted({{'pyarrow', 'pandas'}} & set(sys.modules)))"
    ran = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert ran.stdout.split() == []


def test_settings_come_from_the_environment() -> None:
    given = {"WARDLAKE_VANISHED_SHARE": "0.5", "WARDLAKE_VANISHED_COUNT": "7", "WARDLAKE_KEEP_RUNS": "3"}
    settings = settings_from(ENVIRONMENT | given | {"WARDLAKE_ON_MISSING_SOURCE": "continue"})
    assert (settings.stage, settings.account, settings.region) == ("prod", "123456789012", "eu-west-2")
    assert (settings.vanished_share, settings.vanished_count, settings.keep_runs) == (0.5, 7, 3)
    assert settings.on_missing_source == "continue"


@pytest.mark.parametrize("name", ENVIRONMENT)
def test_an_environment_without_a_needed_variable_is_refused(name: str) -> None:
    with pytest.raises(ConfigurationError, match=f"must have {name}"):
        settings_from({key: value for key, value in ENVIRONMENT.items() if key != name})


def test_a_variable_that_is_no_number_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="WARDLAKE_KEEP_RUNS is 'many'; expected a number"):
        settings_from(ENVIRONMENT | {"WARDLAKE_KEEP_RUNS": "many"})
