"""Days that go wrong, and what an operator does then, through the command line."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from pipeline.claim import acquire
from scripts.aws import open_context
from scripts.settings import load
from tests.scripts.conftest import CommandLine

HEADER = (
    "spell ID,episode_id,patient_id,Patient Forename,Patient Surname,Patient DOB,Episode Start Date,"
    "Episode_End_Date,ward,Ward Name,consultant,dicharge_dttm,last_updated_ts"
)


def snapshot(folder: Path, day: int, *rows: str) -> str:
    """Write the snapshot of a day in March 2026."""
    name = f"Episodes {day:02}-03-2026.csv"
    (folder / name).write_text("\n".join([HEADER, *rows]) + "\n")
    return name


def episode(number: int, start: str = "01/03/2026", dob: str = "01/01/1980") -> str:
    return f"S{number:03},E{number:03},P{number:03},A,B,{dob},{start},,A1,Daisy Ward,C.Dent,,{start} 08:00"


def run(lake: CommandLine, day: int) -> None:
    said = lake("run", "--as-of", f"2026-03-{day:02}")
    assert said.code == 0, said.err


def as_json(lake: CommandLine, *arguments: str) -> Any:
    said = lake(*arguments, "--json")
    assert said.code == 0, said.err
    return json.loads(said.out)


def spells(lake: CommandLine) -> list[str]:
    return [row["spell_id"] for row in as_json(lake, "query", "select spell_id from fact_spell order by 1")]


def test_a_bad_value_stops_the_run_with_file_row_column_and_value_until_it_is_quarantined(
    lake: CommandLine,
) -> None:
    lake("land", snapshot(lake.folder, 1, episode(1)))
    run(lake, 1)
    lake("land", snapshot(lake.folder, 2, episode(1), episode(2, dob="31/02/1980")))
    stopped = lake("run", "--as-of", "2026-03-02")
    assert stopped.code == 3
    for part in ("Episodes 02-03-2026.csv", "row 2", "Patient DOB", "31/02/1980"):
        assert part in stopped.err
    assert spells(lake) == ["S001"], "yesterday's tables stay readable"

    run_id = as_json(lake, "runs")[0]["run_id"]
    shown = lake("show", run_id)
    assert (shown.code, "31/02/1980" in shown.out) == (0, True)

    bad = next(item for item in as_json(lake, "deliveries") if item["snapshot_date"] == "2026-03-02")
    excluded = lake("quarantine", bad["delivery_id"], "--reason", "impossible birth date")
    assert (excluded.code, "impossible birth date" in excluded.err) == (0, True)
    assert "quarantined" in lake("deliveries").out

    lake("land", snapshot(lake.folder, 3, episode(1), episode(3)))
    run(lake, 3)
    assert spells(lake) == ["S001", "S003"]


def test_ingest_reports_each_delivery_and_ends_with_3_when_one_is_refused(lake: CommandLine) -> None:
    good = snapshot(lake.folder, 1, episode(1))
    (lake.folder / "Episodes 02-03-2026.csv").write_bytes(HEADER.encode() + b"\nS\xe9")
    said = lake("ingest", good, "Episodes 02-03-2026.csv")
    assert said.code == 3
    assert "accepted: 1 row of Episodes 01-03-2026.csv" in said.err
    assert "1 of 2 new deliveries refused" in said.err
    assert "wardlake quarantine 2026-03-02-" in said.err
    again = lake("ingest", good)
    assert (again.code, "unchanged" in again.err) == (0, True)


def test_a_file_under_another_name_is_refused_by_name_and_never_lost(lake: CommandLine) -> None:
    (lake.folder / "episodes.csv").write_text(HEADER + "\n")
    said = lake("ingest", "episodes.csv")
    assert said.code == 3
    assert "episodes.csv" in said.err
    assert [item["status"] for item in as_json(lake, "deliveries")] == ["refused"]


def test_a_day_without_a_snapshot_stops_unless_the_setting_says_to_continue(lake: CommandLine) -> None:
    lake("land", snapshot(lake.folder, 1, episode(1)))
    run(lake, 1)
    assert lake("run", "--as-of", "2026-03-02").code == 3
    going_on = replace(lake, environment=lake.environment | {"WARDLAKE_ON_MISSING_SOURCE": "continue"})
    run(going_on, 2)


def test_vanished_rows_stop_the_run_unless_they_are_accepted(lake: CommandLine) -> None:
    everyone = [episode(number) for number in range(1, 31)]
    lake("land", snapshot(lake.folder, 1, *everyone), snapshot(lake.folder, 2, *everyone[:5]))
    run(lake, 1)
    stopped = lake("run", "--as-of", "2026-03-02")
    assert stopped.code == 3
    assert "25" in stopped.err
    accepted = lake("run", "--as-of", "2026-03-02", "--accept-vanished")
    assert accepted.code == 0, accepted.err
    assert as_json(lake, "runs")[0]["accept_vanished"] is True


def test_backfill_runs_the_missed_days_and_only_those(lake: CommandLine) -> None:
    for day in (1, 2, 4):
        lake("land", snapshot(lake.folder, day, episode(1), episode(day + 1)))
    run(lake, 2)
    said = lake("backfill", "--from", "2026-03-01", "--to", "2026-03-04")
    assert said.code == 0, said.err
    outcomes = [line.split(maxsplit=1) for line in said.err.splitlines() if line.startswith("2026-03")]
    assert [day for day, _ in outcomes] == ["2026-03-01", "2026-03-02", "2026-03-03", "2026-03-04"]
    assert outcomes[1][1] == "done before"
    assert outcomes[2][1] == "no snapshot"
    assert "2 of 4 days ran" in said.err
    assert "S005" in spells(lake)


def test_backfill_without_a_range_runs_from_the_first_delivered_day_to_the_last(lake: CommandLine) -> None:
    assert lake("backfill").code == 3
    for day in (2, 3):
        lake("land", snapshot(lake.folder, day, episode(1)))
    said = lake("backfill")
    assert said.code == 0, said.err
    assert "2 of 2 days ran" in said.err
    assert [item["as_of"] for item in as_json(lake, "runs")] == ["2026-03-03", "2026-03-02"]
    assert lake("backfill", "--from", "2026-03-04").code == 2


def test_rollback_makes_an_earlier_run_public_and_purge_spares_it(lake: CommandLine) -> None:
    for day in (1, 2, 3):
        lake("land", snapshot(lake.folder, day, *[episode(number) for number in range(1, day + 1)]))
        run(lake, day)
    runs = as_json(lake, "runs")
    assert [item["state"] for item in runs] == ["published", "complete", "complete"]
    back = lake("rollback", runs[2]["run_id"])
    assert back.code == 0, back.err
    assert spells(lake) == ["S001"]
    purged = lake("purge", "--keep", "1")
    assert purged.code == 0, purged.err
    assert f"deleted {runs[1]['run_id']}" in purged.err
    assert [item["state"] for item in as_json(lake, "runs")] == ["complete", "purged", "published"]
    assert spells(lake) == ["S001"]
    assert lake("rollback", runs[1]["run_id"]).code == 7


def test_what_does_not_exist_ends_with_7_and_names_what_is_near(lake: CommandLine) -> None:
    lake("land", snapshot(lake.folder, 1, episode(1)))
    run(lake, 1)
    run_id = as_json(lake, "runs")[0]["run_id"]
    for command in ("show", "rollback"):
        said = lake(command, run_id[:-1])
        assert said.code == 7
        assert run_id in said.err
    said = lake("quarantine", "2026-03-01-000000000000", "--reason", "x")
    assert (said.code, "2026-03-01-" in said.err) == (7, True)


def test_a_day_that_another_live_process_runs_ends_with_8(lake: CommandLine) -> None:
    lake("land", snapshot(lake.folder, 1, episode(1)))
    context = open_context(load({}, lake.environment))
    acquire(context, date(2026, 3, 1), "elsewhere/1/owner", lambda owner: True)
    said = lake("run", "--as-of", "2026-03-01")
    assert said.code == 8
    assert "elsewhere/1/owner" in said.err


def test_nothing_yet_is_said_in_words(lake: CommandLine) -> None:
    assert "nothing has been delivered yet" in lake("deliveries").err
    assert "there is no run yet" in lake("runs").err
    assert "none yet" in lake("status").out
    assert spells(lake) == [], "before the first run the tables are empty, not missing"


def test_columns_that_the_contract_does_not_know_are_reported(lake: CommandLine) -> None:
    name = "Episodes 01-03-2026.csv"
    (lake.folder / name).write_text(f"{HEADER},Bed\n{episode(1)},12\n")
    lake("land", name)
    said = lake("run", "--as-of", "2026-03-01")
    assert said.code == 0, said.err
    assert "columns that the contract does not know, taken into bronze: Bed" in said.err


def test_the_status_of_a_newest_snapshot_says_that_it_is_in_quarantine(lake: CommandLine) -> None:
    assert lake("synth", "--days", "1", "--episodes", "5", "--land").code == 0
    assert lake("ingest").code == 0
    assert "2026-02-01: counts" in lake("status").out
    (delivery,) = json.loads(lake("deliveries", "--json").out)
    assert lake("quarantine", delivery["delivery_id"], "--reason", "cut off").code == 0
    assert "2026-02-01: quarantined" in lake("status").out
