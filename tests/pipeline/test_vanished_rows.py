"""The guard against a snapshot from which too many active episodes are missing."""

import pytest

from pipeline.errors import VanishedRows
from pipeline.manifest import GuardRecord
from tests.pipeline.hospital import Cells, Hospital, episode


def active(count: int, first: int = 0) -> list[Cells]:
    return [episode(f"E{number}", f"S{number}", f"P{number}") for number in range(first, first + count)]


@pytest.mark.parametrize(
    ("before", "left", "stops"),
    [
        (100, 79, True),  # 21 of 100: over 20 %, at least 20
        (100, 80, False),  # exactly 20 % is not over it
        (60, 41, False),  # 19: over 20 %, but fewer than 20
        (60, 40, True),  # 20 of 60
    ],
)
def test_the_guard_stops_over_the_share_and_at_the_count(
    hospital: Hospital, before: int, left: int, stops: bool
) -> None:
    hospital.deliver(1, *active(before))
    hospital.deliver(2, *active(left))
    hospital.run(1)
    if not stops:
        guard = hospital.run(2).manifest.guard
        assert guard and (guard.active, guard.vanished) == (before, before - left)
        return
    stopped = hospital.stopped(2)
    assert isinstance(stopped, VanishedRows)
    assert f"{before - left} of {before}" in stopped.public_reason
    assert hospital.query("select as_of from current_run") == [{"as_of": "2026-01-01"}]


def test_the_first_run_has_nothing_to_compare_with(hospital: Hospital) -> None:
    hospital.deliver(1, *active(1))
    assert hospital.run(1).manifest.guard == GuardRecord(None)


def test_two_truncated_files_in_a_row_both_stop(hospital: Hospital) -> None:
    hospital.deliver(1, *active(50))
    hospital.run(1)
    for number in (2, 3):
        hospital.deliver(number, *active(5))
        assert isinstance(hospital.stopped(number), VanishedRows)


def test_accepting_lets_the_run_through_and_is_on_record(hospital: Hospital) -> None:
    hospital.deliver(1, *active(50))
    hospital.deliver(2, *active(5))
    first = hospital.run(1)
    accepted = hospital.run(2, accept_vanished=True)
    assert accepted.manifest.accept_vanished
    assert accepted.manifest.guard == GuardRecord(first.run_id, 50, 45, is_accepted=True)
    assert hospital.query("select count(*) as gone from fact_episode where not is_in_latest_snapshot") == [
        {"gone": "45"}
    ]


def test_discharged_episodes_may_leave_the_snapshot(hospital: Hospital) -> None:
    gone = [
        row | {"Episode_End_Date": "01/01/2026", "dicharge_dttm": "01/01/2026 09:00:00"} for row in active(50)
    ]
    hospital.deliver(1, *gone, *active(5, first=50))
    hospital.deliver(2, *active(5, first=50))
    hospital.run(1)
    hospital.run(2)
    assert hospital.query("select count(*) as spells from fact_spell where not is_in_latest_snapshot") == [
        {"spells": "50"}
    ]


def test_an_earlier_day_is_not_compared_with_a_later_one(hospital: Hospital) -> None:
    hospital.deliver(1, *active(5))
    hospital.deliver(2, *active(50))
    hospital.run(2)
    assert hospital.run(1).manifest.guard == GuardRecord(None)


def test_the_thresholds_are_settings(hospital: Hospital) -> None:
    hospital.deliver(1, *active(4))
    hospital.deliver(2, *active(2))
    strict = hospital.with_settings(vanished_count=2, vanished_share=0.4)
    strict.run(1)
    assert isinstance(strict.stopped(2), VanishedRows)
