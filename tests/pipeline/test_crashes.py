"""A run that dies at any AWS call: readers see the old tables or the new ones, and the next run gives the
same rows.

A few points of death by default; every one with WARDLAKE_TEST_PROFILE=ci or thorough.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.pipeline.dying_run import DIED
from tests.pipeline.hospital import Cells, Hospital, episode

ROOT = Path(__file__).resolve().parent.parent.parent

CALLS = 27
"""The mutating calls of such a run, from the claim to its release."""

POINTS = (
    [(moment, number) for number in range(1, CALLS + 1) for moment in ("before", "after")]
    if os.environ.get("WARDLAKE_TEST_PROFILE") in ("ci", "thorough")
    else [
        ("after", 1),
        ("after", 3),
        ("before", 5),
        ("after", 9),
        ("before", 23),
        ("after", 23),
        ("after", 25),
    ]
)


def second_day() -> list[Cells]:
    return [
        episode(
            "E1", "S1", "P1", end="02/01/2026", discharge="02/01/2026 09:00:00", updated="02/01/2026 10:00"
        ),
        episode("E2", "S2", "P2", "02/01/2026", ward="A2", ward_name="Poppy"),
    ]


def landed(hospital: Hospital) -> Hospital:
    """One day run, and the next one landed."""
    hospital.deliver(1, episode("E1", "S1", "P1"))
    hospital.run(1)
    hospital.deliver(2, *second_day())
    return hospital


@pytest.fixture(scope="module")
def undisturbed(new_hospital: Callable[[], Hospital]) -> tuple[object, object]:
    """All tables as they are before and after an undisturbed run of the second day."""
    hospital = landed(new_hospital())
    before = hospital.tables()
    hospital.run(2)
    return before, hospital.tables()


def run_and_die(hospital: Hospital, endpoint: str, moment: str, number: int) -> bool:
    """Run the second day in a process that dies at a call; whether it did."""
    stage, account = hospital.context.settings.stage, hospital.context.settings.account
    ended = subprocess.run(
        [sys.executable, "-m", "tests.pipeline.dying_run", stage, account, "2026-01-02", moment, str(number)],
        cwd=ROOT,
        env=os.environ | {"AWS_ENDPOINT_URL": endpoint, "AWS_EC2_METADATA_DISABLED": "true"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert ended.returncode in (DIED, 0), ended.stderr
    return ended.returncode == DIED


@pytest.mark.parametrize(("moment", "number"), POINTS)
def test_a_run_that_dies_at_a_call_is_repeated_to_the_same_rows(
    hospital: Hospital, undisturbed: tuple[object, object], emulator_endpoint: str, moment: str, number: int
) -> None:
    old, new = undisturbed
    assert run_and_die(landed(hospital), emulator_endpoint, moment, number)
    assert hospital.tables() in (old, new)
    hospital.run(2)
    assert hospital.tables() == new


def test_the_points_of_death_are_all_the_calls_there_are(hospital: Hospital, emulator_endpoint: str) -> None:
    assert not run_and_die(landed(hospital), emulator_endpoint, "before", CALLS + 1)
