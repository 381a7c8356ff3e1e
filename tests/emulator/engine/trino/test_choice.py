"""Which engine a query runs on: its workgroup's tag decides, else the emulator's own choice."""

from __future__ import annotations

from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from emulator.__main__ import main
from emulator.composition import build
from emulator.options import Options
from emulator.server import EmulatorServer
from tests.emulator.engine.trino import statements
from tests.emulator.engine.trino.conftest import REGION, OnTrino
from tests.emulator.engine.trino.fake_trino import FakeTrino, page
from tests.emulator.fake_engine import rows_of

ACCOUNT = "123456789012"
COLUMNS = [{"name": "a", "typeSignature": {"rawType": "integer", "arguments": []}}]


@pytest.fixture
def sql(on_trino: OnTrino) -> str:
    """A statement that both engines know: Trino answers 1, the embedded engine 2."""
    on_trino.embedded.teach("SELECT 1 AS known", lambda context: rows_of(("2",)))
    return on_trino.trino.teach("SELECT 1 AS known", page(columns=COLUMNS, data=[[1]]))


def answer(on_trino: OnTrino, sql: str, workgroup: str) -> str:
    """The single value of a query in a workgroup."""
    execution = on_trino.run(sql, WorkGroup=workgroup)
    result = on_trino.athena.get_query_results(QueryExecutionId=execution["QueryExecutionId"])
    return result["ResultSet"]["Rows"][1]["Data"][0]["VarCharValue"]


def test_a_workgroup_without_the_tag_uses_the_emulators_engine(on_trino: OnTrino, sql: str) -> None:
    assert answer(on_trino, sql, on_trino.workgroup()) == "1"


def test_a_workgroups_tag_names_its_engine(on_trino: OnTrino, sql: str) -> None:
    assert answer(on_trino, sql, on_trino.workgroup("duckdb")) == "2"


def test_a_tag_that_is_set_or_removed_later_counts_from_then_on(on_trino: OnTrino, sql: str) -> None:
    group = on_trino.workgroup("trino")
    arn = f"arn:aws:athena:{REGION}:{ACCOUNT}:workgroup/{group}"
    on_trino.athena.tag_resource(ResourceARN=arn, Tags=[{"Key": "wardlake:engine", "Value": "duckdb"}])
    assert answer(on_trino, sql, group) == "2"
    on_trino.athena.untag_resource(ResourceARN=arn, TagKeys=["wardlake:engine"])
    assert answer(on_trino, sql, group) == "1"


def test_a_result_of_another_engine_is_not_used_again(on_trino: OnTrino, sql: str) -> None:
    group = on_trino.workgroup("trino")
    reuse: Any = {"ResultReuseByAgeConfiguration": {"Enabled": True, "MaxAgeInMinutes": 60}}
    on_trino.run(sql, WorkGroup=group, ResultReuseConfiguration=reuse)
    again = on_trino.run(sql, WorkGroup=group, ResultReuseConfiguration=reuse)
    assert again["Statistics"]["ResultReuseInformation"]["ReusedPreviousResult"] is True
    arn = f"arn:aws:athena:{REGION}:{ACCOUNT}:workgroup/{group}"
    on_trino.athena.tag_resource(ResourceARN=arn, Tags=[{"Key": "wardlake:engine", "Value": "duckdb"}])
    other = on_trino.run(sql, WorkGroup=group, ResultReuseConfiguration=reuse)
    assert other["Statistics"]["ResultReuseInformation"]["ReusedPreviousResult"] is False


def test_an_engine_that_there_is_not_is_refused_by_name(on_trino: OnTrino, sql: str) -> None:
    with pytest.raises(ClientError, match="names the engine spark, which is not known: use duckdb, trino"):
        on_trino.start(sql, WorkGroup=on_trino.workgroup("spark"))


def test_the_times_rows_and_bytes_of_a_query_are_trinos(on_trino: OnTrino) -> None:
    counted = {
        "state": "FINISHED",
        "physicalInputBytes": 12_345,
        "processedRows": 678,
        "queuedTimeMillis": 1_000_000,
        "planningTimeMillis": 2_000_000,
        "elapsedTimeMillis": 8_000_000,
    }
    sql = on_trino.trino.teach(
        "SELECT 1 AS counted", page(columns=COLUMNS, data=[[1]]), {**page(), "stats": counted}
    )
    execution = on_trino.run(sql)
    shown = execution["Statistics"]
    assert shown["DataScannedInBytes"] == 12_345
    assert shown["QueryPlanningTimeInMillis"] == 2_000_000
    assert shown["EngineExecutionTimeInMillis"] == 7_000_000
    assert shown["QueryQueueTimeInMillis"] > 1_000_000
    rows = on_trino.athena.get_query_runtime_statistics(QueryExecutionId=execution["QueryExecutionId"])
    assert rows["QueryRuntimeStatistics"]["Rows"]["InputRows"] == 678


def test_an_emulator_that_is_started_with_trino_asks_the_one_at_the_address_given(trino: FakeTrino) -> None:
    emulator, prepare = build(Options(engine="trino", trino_url=trino.url))
    server = EmulatorServer(emulator.app, "127.0.0.1", 0)
    emulator.listens_at(server.endpoint)
    thread = server.start()
    prepare()
    session = boto3.Session(aws_access_key_id="test", aws_secret_access_key="test", region_name=REGION)
    athena = session.client("athena", endpoint_url=server.endpoint)
    configuration: Any = {"ManagedQueryResultsConfiguration": {"Enabled": True}}
    athena.create_work_group(Name="managed", Configuration=configuration)
    started = athena.start_query_execution(QueryString=statements.NO_ROWS, WorkGroup="managed")
    looks = iter(lambda: athena.get_query_execution(QueryExecutionId=started["QueryExecutionId"]), None)
    states = (look["QueryExecution"]["Status"]["State"] for look in looks)
    assert next(state for state in states if state not in ("QUEUED", "RUNNING")) == "SUCCEEDED"
    assert statements.NO_ROWS in trino.asked
    server.stop()
    thread.join(timeout=10)
    emulator.close()


@pytest.mark.parametrize("url", ["127.0.0.1:8080", "ftp://trino", "http://trino/path", "http://user@trino"])
def test_an_address_that_is_no_trinos_is_refused_on_the_command_line(
    url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        main(["--engine", "trino", "--trino", url])
    assert f"'{url}' is not an address like http://127.0.0.1:8080" in capsys.readouterr().err
