"""The three extracts that the domain's contract was read from give the values that it states."""

from collections.abc import Callable

import pytest

from tests.pipeline.hospital import Hospital, day

HEADER = (
    "spell ID,episode_id,patient_id,Patient Forename,Patient Surname,Patient DOB,Episode Start Date,"
    "Episode_End_Date,ward,Ward Name,consultant,dicharge_dttm,last_updated_ts"
)
FILES = {
    1: f"""{HEADER}
S001,E001,P001,John,Smith,01/01/1980,01/01/2026,,A1,Daisy Ward,S.Smith  ,,01/01/2026 08:10
S002,E002,P002,Jane,Doe,,01/01/2026,,A2,Catterpillar Ward,P.Jones,,01/01/2026 09:30
""",
    2: f"""{HEADER},Developer Comment
S001,E001,P001,John,Smith,01/01/1980,01/01/2026,,A1,Daisy Ward,A.Turner,,02/01/2026 11:15,Amended consultant
S002,E002,P002,Jane,Doe,,01/01/2026,02/01/2026,A2,Catterpillar Ward,P.Jones,,02/01/2026 14:40,episode ended
S002,E003,P002,Jane,Doe,,02/01/2026,,A2,Catterpillar Ward,P.Jones,,02/01/2026 14:40,"new episode, same spell"
""",
    3: f"""{HEADER},Developer Comment
S001,E001,P001,John,Smith,01/01/1980,01/01/2026,03/01/2026,A1,Daisy Ward,S.Smith  ,03/01/2026 02:00:00,\
03/01/2026 11:15,spell discharged
""",
}


def sampled(new_hospital: Callable[[], Hospital]) -> Hospital:
    """A hospital that has delivered the three extracts."""
    hospital = new_hospital()
    for number, text in FILES.items():
        hospital.deliver_bytes(f"Episodes {day(number):%d-%m-%Y}.csv", text.encode())
    return hospital


@pytest.fixture(scope="module")
def third_day(new_hospital: Callable[[], Hospital]) -> Hospital:
    hospital = sampled(new_hospital)
    hospital.run(3)
    return hospital


def test_the_spells_are_as_the_domain_states(third_day: Hospital) -> None:
    columns = ("spell_id", "episode_count", "length_of_stay_days", "days_so_far", "is_in_latest_snapshot")
    assert third_day.rows("fact_spell", *columns) == [
        ("S001", "1", "2", None, "true"),
        ("S002", "2", None, "2", "false"),
    ]


def test_the_episodes_are_as_the_domain_states(third_day: Hospital) -> None:
    columns = ("episode_id", "consultant", "episode_number", "is_latest_episode_in_spell", "is_finished")
    assert third_day.rows("fact_episode", *columns) == [
        ("E001", "S.Smith", "1", "true", "true"),
        ("E002", "P.Jones", "1", "false", "true"),
        ("E003", "P.Jones", "2", "true", "false"),
    ]


def test_a_patient_without_a_date_of_birth_has_no_age(third_day: Hospital) -> None:
    columns = ("patient_id", "age_at_latest_episode_start", "age_at_latest_discharge")
    assert third_day.rows("dim_patient", *columns) == [("P001", "46", "46"), ("P002", None, None)]


def test_a_consultant_who_changes_and_changes_back_has_three_rows_of_history(third_day: Hospital) -> None:
    rows = third_day.query(
        "select consultant, valid_from, valid_to from episode_history "
        "where episode_id = 'E001' order by version_number"
    )
    assert [tuple(row.values()) for row in rows] == [
        ("S.Smith", "2026-01-01", "2026-01-02"),
        ("A.Turner", "2026-01-02", "2026-01-03"),
        ("S.Smith", "2026-01-03", None),
    ]


def test_the_samples_have_no_findings(third_day: Hospital) -> None:
    assert third_day.findings() == []


def test_a_past_day_is_as_it_was_then_though_later_days_have_landed(
    new_hospital: Callable[[], Hospital],
) -> None:
    hospital = sampled(new_hospital)
    hospital.run(3)
    hospital.run(2)
    assert hospital.rows("fact_spell", "spell_id", "days_so_far", "is_in_latest_snapshot") == [
        ("S001", "1", "true"),
        ("S002", "1", "true"),
    ]
    assert hospital.query("select as_of from current_run") == [{"as_of": "2026-01-02"}]
