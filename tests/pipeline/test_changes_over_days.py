"""What changes from snapshot to snapshot: history, latest attributes, breaches. Each case has its own
patients."""

from collections.abc import Callable

import pytest

from tests.pipeline.hospital import Cells, Hospital, episode

DAYS = 5


def _ward_moves(number: int) -> list[Cells]:
    ward = {1: "A1", 2: "A2"}.get(number, "A2")
    return [episode("ward", "s-ward", "p-ward", ward=ward, ward_name=f"Ward {ward}")]


def _consultant_returns(number: int) -> list[Cells]:
    consultant = "A.Turner" if number == 2 else "S.Smith"
    return [episode("consultant", "s-consultant", "p-consultant", consultant=consultant)]


def _only_updated(number: int) -> list[Cells]:
    return [episode("updated", "s-updated", "p-updated", updated=f"{number:02}/01/2026 09:00")]


def _vanishes_and_returns(number: int) -> list[Cells]:
    return [] if number in (2, 3) else [episode("returns", "s-returns", "p-returns")]


def _vanishes_for_good(number: int) -> list[Cells]:
    return [episode("gone", "s-gone", "p-gone")] if number < 3 else []


def _reopened(number: int) -> list[Cells]:
    if number == 2:
        return [
            episode("reopened", "s-reopened", "p-reopened", end="02/01/2026", discharge="02/01/2026 10:00:00")
        ]
    return [episode("reopened", "s-reopened", "p-reopened")]


def _corrected_after_discharge(number: int) -> list[Cells]:
    ward = "A1" if number < 3 else "A3"
    discharged = {"end": "01/01/2026", "discharge": "01/01/2026 10:00:00"}
    return [episode("corrected", "s-corrected", "p-corrected", ward=ward, **discharged)]


def _added_after_discharge(number: int) -> list[Cells]:
    rows = [episode("added-1", "s-added", "p-added", end="01/01/2026", discharge="01/01/2026 10:00:00")]
    return rows + [episode("added-2", "s-added", "p-added", "03/01/2026")] * (number >= 3)


def _birth_corrected(number: int) -> list[Cells]:
    dob = "01/01/1980" if number == 1 else "02/01/1980"
    return [episode("birth", "s-birth", "p-birth", dob=dob, start="01/01/2026")]


def _patients_merged(number: int) -> list[Cells]:
    return [episode("merged", "s-merged", "p-old" if number < 3 else "p-new")]


def _ward_renamed(number: int) -> list[Cells]:
    return [
        episode("renamed", "s-renamed", "p-renamed", ward="R1", ward_name="Old" if number < 4 else "New"),
        *([episode("stale", "s-stale", "p-stale", ward="R1", ward_name="Older")] if number < 3 else []),
    ]


def _same_update_time(number: int) -> list[Cells]:
    return [episode("tie", "s-tie", "p-tie", surname=f"Day{number}", updated="01/01/2026 08:00")]


CASES = (
    _ward_moves,
    _consultant_returns,
    _only_updated,
    _vanishes_and_returns,
    _vanishes_for_good,
    _reopened,
    _corrected_after_discharge,
    _added_after_discharge,
    _birth_corrected,
    _patients_merged,
    _ward_renamed,
    _same_update_time,
)


@pytest.fixture(scope="module")
def changed(new_hospital: Callable[[], Hospital]) -> Hospital:
    hospital = new_hospital()
    for number in range(1, DAYS + 1):
        hospital.deliver(number, *(row for case in CASES for row in case(number)))
    hospital.run(DAYS)
    return hospital


def history(changed: Hospital, episode_id: str, *columns: str) -> list[tuple[str | None, ...]]:
    names = ", ".join(("valid_from", "valid_to", *columns))
    rows = changed.query(
        f"select {names} from episode_history where episode_id = '{episode_id}' order by version_number"
    )
    return [tuple(row.values()) for row in rows]


def breaches(changed: Hospital, spell: str) -> list[tuple[str | None, ...]]:
    rows = changed.query(
        "select snapshot_date, column_name, value_before, value_after from post_discharge_change "
        f"where spell_id = '{spell}' order by 1, 2"
    )
    return [tuple(row.values()) for row in rows]


def test_a_ward_change_within_an_episode_is_a_row_of_history(changed: Hospital) -> None:
    assert history(changed, "ward", "ward_code", "changed_columns") == [
        ("2026-01-01", "2026-01-02", "A1", None),
        ("2026-01-02", None, "A2", "ward_code,ward_name"),
    ]


def test_a_consultant_who_changes_back_is_three_rows_of_history(changed: Hospital) -> None:
    assert history(changed, "consultant", "consultant") == [
        ("2026-01-01", "2026-01-02", "S.Smith"),
        ("2026-01-02", "2026-01-03", "A.Turner"),
        ("2026-01-03", None, "S.Smith"),
    ]


def test_a_new_update_time_alone_is_no_change_and_is_still_the_latest(changed: Hospital) -> None:
    assert history(changed, "updated", "last_seen_snapshot_date") == [("2026-01-01", None, "2026-01-05")]
    rows = changed.query("select last_updated_at from fact_episode where episode_id = 'updated'")
    assert str(rows[0]["last_updated_at"]).startswith("2026-01-05 09:00:00")


def test_an_absence_between_equal_rows_is_no_change(changed: Hospital) -> None:
    assert history(changed, "returns", "last_seen_snapshot_date") == [("2026-01-01", None, "2026-01-05")]
    rows = changed.query("select is_in_latest_snapshot from fact_episode where episode_id = 'returns'")
    assert rows == [{"is_in_latest_snapshot": "true"}]


def test_an_episode_that_vanishes_is_kept_and_flagged(changed: Hospital) -> None:
    assert changed.query(
        "select last_seen_snapshot_date, is_in_latest_snapshot from fact_episode where episode_id = 'gone'"
    ) == [{"last_seen_snapshot_date": "2026-01-02", "is_in_latest_snapshot": "false"}]
    assert history(changed, "gone", "is_current") == [("2026-01-01", None, "true")]


def test_a_reopened_spell_is_open_again_and_its_breach_is_logged(changed: Hospital) -> None:
    assert changed.query(
        "select is_discharged, days_so_far from fact_spell where spell_id = 's-reopened'"
    ) == [{"is_discharged": "false", "days_so_far": "4"}]
    assert breaches(changed, "s-reopened") == [
        ("2026-01-03", "discharge_datetime", "2026-01-02 10:00:00", None),
        ("2026-01-03", "episode_end_date", "2026-01-02", None),
    ]


def test_a_correction_after_discharge_is_taken_and_logged(changed: Hospital) -> None:
    assert breaches(changed, "s-corrected") == [("2026-01-03", "ward_code", "A1", "A3")]
    assert changed.query("select latest_ward_code from fact_spell where spell_id = 's-corrected'") == [
        {"latest_ward_code": "A3"}
    ]


def test_the_discharge_itself_is_no_breach(changed: Hospital) -> None:
    rows = changed.query(
        "select count(*) as breaches from post_discharge_change where snapshot_date = date '2026-01-02'"
    )
    assert rows == [{"breaches": "0"}]


def test_an_episode_added_to_a_discharged_spell_is_a_finding(changed: Hospital) -> None:
    assert changed.query(
        "select episode_id, snapshot_date from data_quality_finding "
        "where rule = 'episode_added_after_discharge'"
    ) == [{"episode_id": "added-2", "snapshot_date": "2026-01-03"}]
    assert breaches(changed, "s-added") == []


def test_a_corrected_date_of_birth_leaves_one_patient_with_the_new_one(changed: Hospital) -> None:
    assert changed.query(
        "select patient_dob, age_at_latest_episode_start as age from dim_patient where patient_id = 'p-birth'"
    ) == [{"patient_dob": "1980-01-02", "age": "45"}]
    assert changed.query(
        "select age_at_episode_start as age from fact_episode where episode_id = 'birth'"
    ) == [{"age": "45"}]


def test_a_merged_patient_identifier_leaves_the_dimension(changed: Hospital) -> None:
    rows = changed.query("select patient_id from dim_patient where patient_id in ('p-old', 'p-new')")
    assert rows == [{"patient_id": "p-new"}]


def test_a_renamed_ward_has_one_row_with_the_name_of_the_latest_version(changed: Hospital) -> None:
    assert changed.query("select ward_name from dim_ward where ward_code = 'R1'") == [{"ward_name": "New"}]


def test_with_equal_update_times_the_later_snapshot_wins(changed: Hospital) -> None:
    assert changed.query("select patient_surname from dim_patient where patient_id = 'p-tie'") == [
        {"patient_surname": "Day5"}
    ]
    assert len(history(changed, "tie")) == DAYS
