"""The oracle by itself: literal hospitals in, literal values out, so that it can be trusted as a judge."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import pytest

from tests.pipeline.hospital import HEADERS, Cells, day, episode, extract
from tests.pipeline.oracle import Stopped, Tables, age, tables
from tests.pipeline.oracle_source import Refused, read
from tests.pipeline.test_samples import FILES

Days = Mapping[int, list[Cells]]


def name(number: int) -> str:
    return f"Episodes {day(number):%d-%m-%Y}.csv"


def build(days: Days, as_of: int | None = None) -> Tables:
    landings = [(name(number), extract(rows)) for number, rows in days.items()]
    return tables(landings, day(as_of or max(days)))


def picked(rows: list[dict[str, Any]], *columns: str) -> list[tuple[Any, ...]]:
    return sorted((tuple(row[column] for column in columns) for row in rows), key=str)


def rules(result: Tables) -> list[str]:
    return sorted(row["rule"] for row in result["data_quality_finding"])


def test_the_samples_give_the_values_that_the_domain_states() -> None:
    result = tables([(name(number), text.encode()) for number, text in FILES.items()], day(3))
    assert picked(result["fact_spell"], "spell_id", "length_of_stay_days", "days_so_far") == [
        ("S001", 2, None),
        ("S002", None, 2),
    ]
    assert picked(result["fact_episode"], "episode_id", "episode_number", "is_latest_episode_in_spell") == [
        ("E001", 1, True),
        ("E002", 1, False),
        ("E003", 2, True),
    ]
    columns = ("episode_id", "consultant", "is_finished", "is_in_latest_snapshot", "age_at_episode_start")
    assert picked(result["fact_episode"], *columns) == [
        ("E001", "S.Smith", True, True, 46),
        ("E002", "P.Jones", True, False, None),
        ("E003", "P.Jones", False, False, None),
    ]
    history = [row for row in result["episode_history"] if row["episode_id"] == "E001"]
    assert [row["consultant"] for row in history] == ["S.Smith", "A.Turner", "S.Smith"]
    assert [(row["valid_from"], row["valid_to"]) for row in history] == [
        (day(1), day(2)),
        (day(2), day(3)),
        (day(3), None),
    ]


def test_days_after_as_of_are_not_read() -> None:
    days = {1: [episode(consultant="A")], 2: [episode(consultant="B")]}
    assert picked(build(days, as_of=1)["fact_episode"], "consultant") == [("A",)]


def test_the_latest_update_wins_within_a_snapshot_and_the_snapshot_before_it() -> None:
    late, early = episode(consultant="A", updated="01/01/2026 09:00"), episode(consultant="B")
    assert picked(build({1: [late, early]})["episode"], "consultant") == [("A",)]
    assert picked(build({1: [late], 2: [early]})["episode"], "consultant") == [("B",)]


def test_an_update_without_a_change_is_no_history() -> None:
    result = build({1: [episode()], 2: [episode(updated="02/01/2026 10:00")]})
    assert picked(result["episode_history"], "valid_from", "valid_to", "last_updated_at") == [
        (day(1), None, datetime(2026, 1, 2, 10))
    ]


def test_a_row_that_vanishes_and_comes_back_keeps_its_history() -> None:
    other = episode("E2", "S2", "P2")
    result = build({1: [episode(), other], 2: [other], 3: [episode(), other]})
    assert picked(result["episode_history"], "episode_id", "valid_from", "valid_to") == [
        ("E1", day(1), None),
        ("E2", day(1), None),
    ]


def test_episodes_are_ordered_by_start_then_end_then_discharge() -> None:
    result = build(
        {
            1: [
                episode("E1", end=""),
                episode("E2", end="01/01/2026", discharge="01/01/2026 10:00:00"),
                episode("E3", end="01/01/2026"),
                episode("E4", start="31/12/2025"),
            ]
        }
    )
    assert picked(result["fact_episode"], "episode_number", "episode_id") == [
        (1, "E4"),
        (2, "E3"),
        (3, "E2"),
        (4, "E1"),
    ]


def test_a_discharge_on_an_earlier_episode_does_not_discharge_the_spell() -> None:
    first = episode("E1", end="01/01/2026", discharge="01/01/2026 10:00:00")
    result = build({1: [first, episode("E2")]})
    assert picked(result["fact_spell"], "is_discharged", "days_so_far") == [(False, 0)]
    assert rules(result) == ["discharge_on_earlier_episode"]


def test_a_discharge_before_the_admission_gives_no_length_of_stay() -> None:
    result = build({1: [episode(end="31/12/2025", discharge="31/12/2025 10:00:00")]})
    assert picked(result["fact_spell"], "is_discharged", "length_of_stay_days", "days_so_far") == [
        (True, None, None)
    ]
    assert rules(result) == ["discharge_before_admission", "end_before_start"]


def test_a_change_after_discharge_is_a_breach_and_taking_the_discharge_back_too() -> None:
    discharged = episode(end="01/01/2026", discharge="01/01/2026 10:00:00")
    result = build({1: [episode()], 2: [discharged], 3: [episode()], 4: [episode(consultant="B")]})
    assert picked(result["post_discharge_change"], "snapshot_date", "column_name", "value_after") == [
        (day(3), "discharge_datetime", None),
        (day(3), "episode_end_date", None),
    ]


def test_the_latest_date_of_birth_gives_every_age_of_a_patient() -> None:
    first = episode(end="01/01/2026", discharge="01/01/2026 10:00:00", dob="01/01/1980")
    second = episode("E2", "S2", dob="01/01/1990", updated="01/01/2026 12:00")
    result = build({1: [first, second]})
    assert picked(result["dim_patient"], "patient_id", "patient_dob") == [("P1", date(1990, 1, 1))]
    assert picked(result["fact_spell"], "spell_id", "age_at_admission") == [("S1", 36), ("S2", 36)]


def test_a_spell_of_two_patients_belongs_to_that_of_its_last_episode() -> None:
    result = build({1: [episode("E1", end="01/01/2026"), episode("E2", patient="P2")]})
    assert picked(result["fact_spell"], "patient_id") == [("P2",)]
    assert rules(result) == ["spell_with_several_patients"]


def test_overlaps_and_gaps_are_findings_and_an_episode_that_follows_at_once_is_none() -> None:
    def spell(end: str) -> list[str]:
        return rules(build({5: [episode("E1", end=end), episode("E2", start="03/01/2026")]}))

    assert spell("04/01/2026") == ["overlapping_episodes"]
    assert spell("02/01/2026") == ["gap_between_episodes"]
    assert spell("03/01/2026") == []


def test_age_is_completed_years_also_for_one_born_on_a_leap_day() -> None:
    leap = date(2004, 2, 29)
    assert [age(leap, date(2025, 2, 28)), age(leap, date(2025, 3, 1)), age(leap, date(2024, 2, 29))] == [
        20,
        21,
        20,
    ]
    assert age(date(2026, 1, 2), date(2026, 1, 1)) is None
    assert age(None, date(2026, 1, 1)) is None
    assert age(date(1916, 1, 1), date(2026, 1, 1)) == 110


def test_of_a_days_deliveries_the_last_landed_counts_even_when_it_came_before() -> None:
    one, two = extract([episode(consultant="A")]), extract([episode(consultant="B")])
    result = tables([(name(1), one), (name(1), two), (name(1), one)], day(1))
    assert picked(result["episode"], "consultant") == [("A",)]
    assert rules(result) == ["superseded_delivery", "superseded_delivery"]
    again = tables([(name(1), one), (name(1), one)], day(1))
    assert rules(again) == []


def test_a_run_stops_without_its_own_day_and_at_bad_values() -> None:
    with pytest.raises(Stopped) as missing:
        build({1: [episode()]}, as_of=2)
    assert missing.value.kind == "missing"
    with pytest.raises(Stopped) as bad:
        build({1: [episode(), episode("E2", dob="31/02/2026", start="1/1/26")]})
    assert [(place.row, place.column, place.value, place.rule) for place in bad.value.places] == [
        (2, "Patient DOB", "31/02/2026", "bad_date"),
        (2, "Episode Start Date", "1/1/26", "bad_date"),
    ]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", ""])
def test_quotes_commas_and_line_ends_are_read_as_the_format_says(end: str) -> None:
    row = ["S1", "E1", "P1", "A,B", '"', "", "01/01/2026", "", "A", "", "x\ny", "", "z", ""]
    quoted = ['"' + value.replace('"', '""') + '"' for value in row]
    header = ",".join(HEADERS)
    for values in (quoted, [*row[:3], *quoted[3:-1], ""]):
        names, records = read(f"\ufeff{header}{end or chr(10)}{','.join(values)}{end}".encode())
        assert names == HEADERS
        assert [list(record.values()) for record in records] == [row]


@pytest.mark.parametrize("body", [b"\xe9", b"spell ID\n", b'"', b"x"])
def test_what_is_not_an_extract_is_refused(body: bytes) -> None:
    with pytest.raises(Refused):
        read(body)
