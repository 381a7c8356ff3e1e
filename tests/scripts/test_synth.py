"""The synthetic hospital from the command line."""

from __future__ import annotations

import hashlib
import json
from datetime import date, datetime
from pathlib import Path

import pytest

from scripts.synthetic import Mornings, Order, make_snapshots
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


@pytest.mark.parametrize(
    ("now", "waiting"),
    [
        ("2026-03-27T23:00:00Z", 3),
        ("2026-03-28T05:59:00Z", 3),
        ("2026-03-28T06:00:00Z", 2),
        ("2026-03-29T04:59:00Z", 2),  # the clocks have gone forward: it is 05:59
        ("2026-03-29T05:00:00Z", 1),
    ],
)
def test_an_extract_waits_for_six_in_the_morning_of_its_day(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], now: str, waiting: int
) -> None:
    order = Order(date(2026, 3, 28), days=3, episodes=5, seed=1)
    mornings = Mornings(order.start, datetime.fromisoformat(now))
    make_snapshots(order, tmp_path, None, mornings)
    assert f"{waiting} extract" in capsys.readouterr().err


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
