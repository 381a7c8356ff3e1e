"""An invariant that does not hold stops the run before anything is public. The SQL is broken on purpose."""

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.errors import AuditFailed
from pipeline.settings import SQL_ROOT
from tests.pipeline.hospital import Hospital, episode

# file, what is replaced by what, the audit that must notice.
BREAKAGES = {
    "a-ward-missing": (
        "gold/dim_ward.sql",
        "where recency = 1",
        "where recency = 9",
        "fact_episode.ward_code",
    ),
    "a-ward-twice": ("gold/dim_ward.sql", "where recency = 1", "", "dim_ward.key"),
    "a-ward-without-code": (
        "gold/dim_ward.sql",
        "select\n    ward_code,",
        "select\n    nullif(ward_code, 'A1') as ward_code,",
        "dim_ward.not_null",
    ),
    "numbers-from-zero": (
        "gold/fact_episode.sql",
        "cast(episode_number as integer)",
        "cast(episode_number - 1 as integer)",
        "episode_numbers_have_no_gaps",
    ),
    "an-episode-lost": (
        "gold/fact_episode.sql",
        "from counted\n",
        "from counted where episode_number = 1\n",
        "episodes_match_silver",
    ),
    "hours-and-not-nights": (
        "gold/fact_spell.sql",
        "then date_diff('day', admission_date, discharge_date)",
        "then date_diff('day', admission_date, discharge_date) - 1",
        "length_of_stay_is_nights",
    ),
    "history-of-another-day": (
        "gold/episode_history.sql",
        "next_snapshot_date as valid_to",
        "last_snapshot_date as valid_to",
        "history_replays_to_silver",
    ),
    "silver-of-first-versions": (
        "silver/episode.sql",
        "where with_first_seen.is_latest_version",
        "where with_first_seen.version_number = 1",
        "episodes_are_their_latest_version",
    ),
    "versions-with-a-gap": (
        "staging/episode_version.sql",
        "cast(ordered.version_number as integer) as version_number",
        "cast(ordered.version_number * 2 as integer) as version_number",
        "versions_follow_each_other",
    ),
    "an-episode-never-staged": (
        "staging/episode_version.sql",
        "from ordered\nleft join states as own",
        "from (select * from ordered where episode_id <> 'E2') as ordered\nleft join states as own",
        "versions_cover_bronze",
    ),
}


@pytest.fixture(scope="module")
def moved(new_hospital: Callable[[], Hospital]) -> Hospital:
    hospital = new_hospital()
    first = episode("E1", "S1", "P1", end="02/01/2026")
    hospital.deliver(1, episode("E1", "S1", "P1"))
    hospital.deliver(
        2, first, episode("E2", "S1", "P1", "02/01/2026", "04/01/2026", "04/01/2026 02:00:00", ward="A2")
    )
    hospital.deliver(
        3, first, episode("E2", "S1", "P1", "02/01/2026", "04/01/2026", "04/01/2026 02:00:00", ward="A1")
    )
    return hospital


def broken(hospital: Hospital, folder: Path, file: str, text: str, instead: str) -> Hospital:
    root = Path(shutil.copytree(SQL_ROOT, folder / "sql"))
    good = (root / file).read_text()
    assert good.count(text) == 1
    (root / file).write_text(good.replace(text, instead))
    return Hospital(replace(hospital.context, settings=replace(hospital.context.settings, sql_root=root)))


@pytest.mark.parametrize("case", BREAKAGES)
def test_an_audit_notices_and_nothing_is_published(moved: Hospital, tmp_path: Path, case: str) -> None:
    file, text, instead, audit = BREAKAGES[case]
    before = moved.query("select run_id from current_run")
    stopped = broken(moved, tmp_path, file, text, instead).stopped(3)
    assert isinstance(stopped, AuditFailed)
    assert audit in {finding.rule for finding in stopped.findings}
    assert moved.query("select run_id from current_run") == before


def test_the_unbroken_sql_passes_the_same_audits(moved: Hospital) -> None:
    assert moved.run(3).is_published
