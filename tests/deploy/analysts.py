"""What an analyst does, and what none may do."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from typing import Any

from scripts.packaging import ROOT
from tests.deploy.called import ACCOUNT, REGION
from tests.deploy.stage import ENDS_WITHIN_SECONDS

ANALYST = "ward-analyst"
GOLD = tuple(path.stem for path in sorted((ROOT / "sql" / "gold").glob("*.sql")))
LAKE = f"wardlake-dev-lake-{ACCOUNT}"
SOURCE = f"wardlake-dev-source-{ACCOUNT}"
MACHINE = f"arn:aws:states:{REGION}:{ACCOUNT}:stateMachine:wardlake-dev-inpatient"


def create_analyst(iam: Any) -> None:
    """Create a role that has the analysts' policy and no other."""
    iam.create_role(RoleName=ANALYST, AssumeRolePolicyDocument=json.dumps({"Statement": []}))
    iam.attach_role_policy(RoleName=ANALYST, PolicyArn=f"arn:aws:iam::{ACCOUNT}:policy/wardlake-dev-analysts")


def read_gold(clients: Any) -> None:
    """Look at what there is, query each table, and read the rows."""
    for table in GOLD:
        assert query(clients, f"select * from wardlake_dev_gold.{table}") == "SUCCEEDED"
    assert query(clients, "show tables in wardlake_dev_gold") == "SUCCEEDED"
    assert query(clients, "describe wardlake_dev_gold.fact_spell") == "SUCCEEDED"


def query(clients: Any, text: str, workgroup: str = "wardlake-dev-analysts") -> str:
    """Run a query to its end, and read its rows if it has any; its state."""
    athena = clients("athena")
    query_id = athena.start_query_execution(QueryString=text, WorkGroup=workgroup)["QueryExecutionId"]
    deadline = time.monotonic() + ENDS_WITHIN_SECONDS
    while True:
        state = athena.get_query_execution(QueryExecutionId=query_id)["QueryExecution"]["Status"]["State"]
        if state not in ("QUEUED", "RUNNING"):
            break
        assert time.monotonic() < deadline
        time.sleep(0.02)
    if state == "SUCCEEDED":
        athena.get_query_results(QueryExecutionId=query_id)
    return str(state)


def _asks(text: str, **where: str) -> Callable[[Any], None]:
    return lambda clients: _succeeds(clients, text, **where)


def _succeeds(clients: Any, text: str, **where: str) -> None:
    assert query(clients, text, **where) == "SUCCEEDED"  # the emulator refuses nobody


BEYOND: Mapping[str, Callable[[Any], None]] = {
    "query_bronze": _asks("select * from wardlake_dev_bronze.episodes limit 1"),
    "query_silver": _asks("select * from wardlake_dev_silver.episode_runs limit 1"),
    "query_in_the_pipelines_workgroup": _asks("select 1", workgroup="wardlake-dev"),
    "make_a_table_in_gold": _asks("create table wardlake_dev_gold.mine as select 1 as one"),
    "read_what_was_delivered": lambda clients: clients("s3").list_objects_v2(
        Bucket=SOURCE, Prefix="landing/"
    ),
    "read_findings": lambda clients: clients("s3").list_objects_v2(Bucket=LAKE, Prefix="runs/"),
    "list_the_pipelines_results": lambda clients: clients("s3").list_objects_v2(
        Bucket=LAKE, Prefix="results/"
    ),
    "write_gold": lambda clients: clients("s3").put_object(Bucket=LAKE, Key="gold/mine", Body=b""),
    "deliver": lambda clients: clients("s3").put_object(Bucket=SOURCE, Key="landing/mine", Body=b""),
    "start_a_run": lambda clients: clients("stepfunctions").start_execution(
        stateMachineArn=MACHINE, input=json.dumps({"as_of": "2026-01-01"})
    ),
    "move_the_pointer": lambda clients: clients("glue").update_table(
        DatabaseName="wardlake_dev_gold", TableInput=_pointer(clients)
    ),
}
"""By what it would be: each in a stage that has published."""


def _pointer(clients: Any) -> Any:
    table = clients("glue").get_table(DatabaseName="wardlake_dev_gold", Name="current_run")["Table"]
    taken = ("Name", "TableType", "ViewOriginalText", "ViewExpandedText", "Parameters", "StorageDescriptor")
    return {name: table[name] for name in taken if name in table}
