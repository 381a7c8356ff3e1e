"""The synthetic hospital from the command line."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from tests.scripts.conftest import CommandLine


def digests(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*.csv"))
    }


def test_the_same_seed_and_dates_give_the_same_bytes_and_another_seed_others(wardlake: CommandLine) -> None:
    for folder, seed in (("a", "7"), ("b", "7"), ("c", "8")):
        said = wardlake("synth", "--days", "3", "--episodes", "50", "--seed", seed, "--out", folder)
        assert said.code == 0, said.err
    first, second, other = (digests(wardlake.folder / name) for name in "abc")
    assert list(first) == [f"Episodes 0{day}-02-2026.csv" for day in (1, 2, 3)]
    assert first == second
    assert set(first) == set(other) and set(first.values()).isdisjoint(other.values())


def test_an_unknown_kind_of_dirt_is_refused_with_the_nearest(wardlake: CommandLine) -> None:
    said = wardlake("synth", "--dirt", "reopened_spel")
    assert said.code == 2
    assert "reopened_spell" in said.err
    assert not (wardlake.folder / "data").exists()


def test_the_kinds_of_dirt_are_listed_with_what_they_do(wardlake: CommandLine) -> None:
    said = wardlake("synth", "--list-dirt")
    assert said.code == 0
    assert "reopened_spell" in said.out


def test_landed_days_can_be_backfilled_at_once(lake: CommandLine) -> None:
    said = lake("synth", "--days", "3", "--episodes", "200", "--land")
    assert said.code == 0, said.err
    assert "3 snapshots" in said.err
    assert "wardlake backfill --from 2026-02-01 --to 2026-02-03" in said.err
    ran = lake("backfill", "--from", "2026-02-01", "--to", "2026-02-03")
    assert ran.code == 0, ran.err
    assert "3 of 3 days ran" in ran.err
    count = json.loads(lake("query", "select count(*) as n from fact_episode", "--json").out)
    assert count[0]["n"] >= 100
