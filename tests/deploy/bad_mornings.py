"""Mornings on which something goes wrong, so that every path of the pipeline is taken once."""

from __future__ import annotations

import json
import time
from datetime import date, timedelta

from scripts.landing import snapshots_in
from tests.deploy.faults import Faults
from tests.deploy.recording import clients_of
from tests.deploy.stage import ENDS_WITHIN_SECONDS
from tests.scripts.conftest import CommandLine


def live_bad_mornings(wardlake: CommandLine) -> None:
    """Engines that die, a report that fails, a start that is refused, days with a broken file or none."""
    faults = Faults(wardlake.environment["WARDLAKE_ENDPOINT_URL"])
    faults.add(engine="kill", query=r"insert into \w+\.fact_spell_runs")
    assert "FAILED" in wardlake("clock", "advance", "1d").err
    faults.add(service="lambda", path=".*-notify/.*", error="AccessDeniedException", status=403, times=9)
    faults.add(engine="kill", query="faulty_values")
    assert "FAILED" in wardlake("clock", "advance", "1d").err
    faults.clear()
    faults.add(service="states", operation="StartExecution", error="AccessDeniedException", status=403)
    wardlake("clock", "advance", "1d")
    faults.clear()
    last = snapshots_in(wardlake.folder / "data" / "synthetic")[-1].day
    for days in (1, 2):
        broken = wardlake.folder / f"Episodes {last + timedelta(days=days):%d-%m-%Y}.csv"
        broken.write_text("this,is,no,extract\n")
        assert wardlake("land", str(broken)).code == 0
    assert "FAILED" in wardlake("clock", "advance", "1d").err
    live_a_first_morning_twice(wardlake, last - timedelta(days=1))


def live_a_first_morning_twice(wardlake: CommandLine, day: date) -> None:
    """Start a day by hand, two executions at once, where nobody has made the tables yet: as first on AWS."""
    clients = clients_of(wardlake)
    glue, states = clients("glue"), clients("stepfunctions")
    for level in ("bronze", "silver", "gold"):
        for table in glue.get_tables(DatabaseName=f"wardlake_dev_{level}")["TableList"]:
            glue.delete_table(DatabaseName=f"wardlake_dev_{level}", Name=table["Name"])
    machine = states.list_state_machines()["stateMachines"][0]["stateMachineArn"]
    started = [
        states.start_execution(stateMachineArn=machine, input=json.dumps({"as_of": str(day)}))
        for _ in range(2)
    ]
    deadline = time.monotonic() + ENDS_WITHIN_SECONDS
    while any(
        states.describe_execution(executionArn=one["executionArn"])["status"] == "RUNNING" for one in started
    ):
        assert time.monotonic() < deadline
        time.sleep(0.05)
