"""The sample extracts through the command line: the values that the domain states, in every form."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.scripts.conftest import CommandLine, Said

ROOT = Path(__file__).resolve().parent.parent.parent
SAMPLES = ROOT / "fixtures" / "samples"


@pytest.fixture(scope="module")
def replayed(
    tmp_path_factory: pytest.TempPathFactory, emulator_endpoint: str, stages: Callable[[], str]
) -> tuple[CommandLine, Said]:
    """A stage in which the three samples were replayed, and what that said."""
    wardlake = CommandLine(
        tmp_path_factory.mktemp("samples"),
        {"AWS_ENDPOINT_URL": emulator_endpoint, "WARDLAKE_STAGE": stages()},
    )
    return wardlake, wardlake("replay", str(SAMPLES))


@pytest.fixture(scope="module")
def samples(replayed: tuple[CommandLine, Said]) -> CommandLine:
    wardlake, said = replayed
    assert said.code == 0, said.err
    return wardlake


def rows(wardlake: CommandLine, sql: str) -> list[dict[str, Any]]:
    said = wardlake("query", sql, "--json")
    assert said.code == 0, said.err
    found: list[dict[str, Any]] = json.loads(said.out)
    return found


def test_replay_runs_each_day_and_shows_every_gold_table(replayed: tuple[CommandLine, Said]) -> None:
    _, said = replayed
    assert said.code == 0, said.err
    for day in ("2026-01-01", "2026-01-02", "2026-01-03"):
        assert f"{day}: Episodes" in said.err
    tables = [
        "fact_episode: 6 rows", "fact_spell: 4 rows", "dim_consultant: 3 rows", "dim_patient: 4 rows",
        "dim_ward: 3 rows", "data_quality_finding: ", "episode_history: 11 rows",
        "post_discharge_change: 0 rows",
    ]  # fmt: skip
    places = [said.out.find(table) for table in tables]
    assert -1 not in places, said.out
    assert places == sorted(places)
    assert "published: 2026-01-03-" in said.err


def test_a_discharge_at_two_in_the_morning_two_days_later_is_two_nights(samples: CommandLine) -> None:
    found = rows(
        samples,
        "select episode_count, is_discharged, length_of_stay_days, days_so_far, latest_consultant "
        "from fact_spell where spell_id = 'S101'",
    )
    assert found == [
        {
            "episode_count": 1,
            "is_discharged": True,
            "length_of_stay_days": 2,
            "days_so_far": None,
            "latest_consultant": "R.Hughes",
        }
    ]


def test_a_vanished_spell_stays_open_with_its_second_episode_as_the_latest(
    samples: CommandLine,
) -> None:
    found = rows(
        samples,
        "select episode_id, episode_number, is_latest_episode_in_spell, is_finished, is_in_latest_snapshot "
        "from fact_episode where spell_id = 'S102' order by episode_number",
    )
    names = (
        "episode_id", "episode_number", "is_latest_episode_in_spell", "is_finished", "is_in_latest_snapshot"
    )  # fmt: skip
    assert found == [
        dict(zip(names, ("E102", 1, False, True, False), strict=True)),
        dict(zip(names, ("E104", 2, True, False, False), strict=True)),
    ]
    spell = rows(samples, "select length_of_stay_days, days_so_far from fact_spell where spell_id = 'S102'")
    assert spell == [{"length_of_stay_days": None, "days_so_far": 2}]


def test_a_patient_without_birth_date_has_no_age_and_a_change_back_is_three_rows_of_history(
    samples: CommandLine,
) -> None:
    ages = rows(
        samples, "select age_at_latest_episode_start as age from dim_patient where patient_id = 'P102'"
    )
    assert ages == [{"age": None}]
    history = rows(
        samples,
        "select consultant, cast(valid_from as varchar) as since, is_current "
        "from episode_history where episode_id = 'E101' order by valid_from",
    )
    assert history == [
        {"consultant": "R.Hughes", "since": "2026-01-01", "is_current": False},
        {"consultant": "L.Ferreira", "since": "2026-01-02", "is_current": False},
        {"consultant": "R.Hughes", "since": "2026-01-03", "is_current": True},
    ]


def test_replaying_again_changes_no_row_and_takes_no_delivery_twice(samples: CommandLine) -> None:
    sql = "select * from fact_episode order by episode_id"
    before = rows(samples, sql)
    again = samples("replay", str(SAMPLES))
    assert again.code == 0, again.err
    assert "already running" in again.err
    assert again.err.count("unchanged: the bytes of the delivery that counts") == 3
    assert rows(samples, sql) == before
    deliveries = json.loads(samples("deliveries", "--json").out)
    assert [item["role"] for item in deliveries].count("counts") == 3


def test_query_in_a_pipe_is_csv_that_tells_null_from_text(samples: CommandLine) -> None:
    said = samples(
        "query", "select spell_id, length_of_stay_days, '' as nothing from fact_spell order by 1 limit 2"
    )
    assert said.out == 'spell_id,length_of_stay_days,nothing\nS101,2,""\nS102,,""\n'
    assert said.err == ""
    assert len(list(csv.reader(io.StringIO(said.out)))) == 3


def test_query_json_has_numbers_booleans_and_null_as_such(samples: CommandLine) -> None:
    sql = (
        "select 1 as whole, 1.5e0 as floating, decimal '12345678901234567.10' as exact, true as truth, "
        "cast(null as integer) as nothing, date '2026-01-03' as day, nan() as odd, 'é\"' as text"
    )
    said = samples("query", sql, "--json")
    assert said.code == 0, said.err
    assert json.loads(said.out, parse_float=str) == [
        {
            "whole": 1,
            "floating": "1.5",
            "exact": "12345678901234567.10",
            "truth": True,
            "nothing": None,
            "day": "2026-01-03",
            "odd": "NaN",
            "text": 'é"',
        }
    ]


def test_query_reads_sql_from_standard_input_and_from_a_file(samples: CommandLine) -> None:
    sql = "select count(*) as spells from fact_spell"
    (samples.folder / "count.sql").write_text(sql)
    expected = '{"spells": 4}\n'
    assert samples("query", "-", "--format", "jsonl", stdin=sql).out == expected
    assert samples("query", "--file", "count.sql", "--format", "jsonl").out == expected


def test_query_as_a_table_shows_null_and_says_what_it_cost(samples: CommandLine) -> None:
    said = samples("query", "select spell_id, days_so_far from fact_spell order by 1", "--format", "table")
    assert [line.split() for line in said.out.splitlines() if line.startswith(" S")] == [
        ["S101", "null"],
        ["S102", "2"],
        ["S103", "2"],
        ["S104", "null"],
    ]
    assert "scanned" in said.err


def test_query_of_another_level_and_of_a_statement_that_is_no_query(samples: CommandLine) -> None:
    said = samples("query", "select count(*) as n from episode", "--database", "silver", "--format", "jsonl")
    assert said.out == '{"n": 6}\n'
    shown = samples("query", "show tables").out.splitlines()
    assert "fact_spell" in [line.strip() for line in shown]


def test_query_of_no_rows_in_every_form(samples: CommandLine) -> None:
    sql = "select spell_id from fact_spell where spell_id = 'none'"
    assert samples("query", sql).out == "spell_id\n"
    assert json.loads(samples("query", sql, "--json").out) == []
    assert samples("query", sql, "--format", "jsonl").out == ""
    assert samples("query", sql, "--format", "table").code == 0


@pytest.mark.parametrize(
    ("sql", "says"),
    [
        ("selec 1", "line 1:1"),
        ("select nothing from fact_spell", "COLUMN_NOT_FOUND"),
        ("select * from nowhere", "TABLE_NOT_FOUND"),
        ("select 1 / (episode_count - episode_count) from fact_spell", "DIVISION_BY_ZERO"),
    ],
)
def test_a_query_that_fails_ends_with_5_and_the_engines_reason(
    samples: CommandLine, sql: str, says: str
) -> None:
    said = samples("query", sql)
    assert said.code == 5
    assert says in said.err
    assert said.out == ""


def test_status_says_what_runs_what_is_published_and_what_came_last(samples: CommandLine) -> None:
    said = samples("status")
    assert said.code == 0
    lines = {line[:17].strip(): line[17:].strip() for line in said.out.splitlines()}
    assert "emulator" in lines["endpoint"]
    assert lines["published run"].startswith("2026-01-03-")
    assert "2026-01-03" in lines["newest snapshot"]


def test_runs_and_show_tell_the_same_of_a_run(samples: CommandLine) -> None:
    listed = json.loads(samples("runs", "--json").out)
    assert listed[0]["state"] == "published"
    run_id = listed[0]["run_id"]
    shown = json.loads(samples("show", run_id, "--json").out)
    assert shown["rows"]["fact_spell"] == 4
    assert [item["snapshot_date"] for item in shown["inputs"]] == ["2026-01-01", "2026-01-02", "2026-01-03"]
    for command in (("runs",), ("show", run_id)):
        said = samples(*command)
        assert (said.code, run_id in said.out) == (0, True)
