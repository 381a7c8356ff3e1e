"""The domain's invariants, checked on the tables of a run as they are, without the oracle.

Rows are dicts of the texts that Athena gives. Each function fails with the row that breaks the invariant.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from itertools import pairwise

Row = Mapping[str, str | None]
Tables = Mapping[str, list[Row]]

_KEYS = {
    "episode": ("episode_id",),
    "fact_episode": ("episode_id",),
    "fact_spell": ("spell_id",),
    "dim_patient": ("patient_id",),
    "dim_ward": ("ward_code",),
    "dim_consultant": ("consultant",),
    "episode_history": ("episode_id", "version_number"),
}
_REFERENCES = (
    ("fact_episode", "spell_id", "fact_spell", "spell_id"),
    ("fact_episode", "patient_id", "dim_patient", "patient_id"),
    ("fact_episode", "ward_code", "dim_ward", "ward_code"),
    ("fact_episode", "consultant", "dim_consultant", "consultant"),
    ("fact_spell", "patient_id", "dim_patient", "patient_id"),
    ("fact_spell", "first_episode_id", "fact_episode", "episode_id"),
    ("fact_spell", "last_episode_id", "fact_episode", "episode_id"),
    ("fact_spell", "admission_ward_code", "dim_ward", "ward_code"),
    ("fact_spell", "latest_ward_code", "dim_ward", "ward_code"),
    ("fact_spell", "admission_consultant", "dim_consultant", "consultant"),
    ("fact_spell", "latest_consultant", "dim_consultant", "consultant"),
)


def check_all(tables: Tables) -> None:
    """Check every invariant that holds of one run's tables."""
    one_row_per_key(tables)
    episodes_are_numbered_without_gaps(tables)
    length_of_stay_is_nights(tables)
    references_are_kept_and_counts_add_up(tables)
    history_replays_to_silver(tables)


def one_row_per_key(tables: Tables) -> None:
    """Invariant 1."""
    for table, key in _KEYS.items():
        keys = [tuple(row[name] for name in key) for row in tables[table]]
        assert len(set(keys)) == len(keys), (table, keys)
        assert all(value is not None for values in keys for value in values), (table, keys)


def episodes_are_numbered_without_gaps(tables: Tables) -> None:
    """Invariant 2."""
    for spell, episodes in _grouped(tables["fact_episode"], "spell_id").items():
        numbers = sorted(int(row["episode_number"] or 0) for row in episodes)
        assert numbers == list(range(1, len(episodes) + 1)), (spell, numbers)
        latest = [row["episode_number"] for row in episodes if row["is_latest_episode_in_spell"] == "true"]
        assert latest == [str(len(episodes))], (spell, latest)


def length_of_stay_is_nights(tables: Tables) -> None:
    """Invariant 3."""
    for row in tables["fact_spell"]:
        admitted = date.fromisoformat(row["admission_date"] or "")
        left = row["discharge_datetime"] and date.fromisoformat(row["discharge_datetime"][:10])
        assert (row["is_discharged"] == "true") == bool(left), row
        if left and left >= admitted:
            assert row["length_of_stay_days"] == str(left.toordinal() - admitted.toordinal()), row
        else:
            assert row["length_of_stay_days"] is None, row
        assert not (left and row["days_so_far"]), row


def references_are_kept_and_counts_add_up(tables: Tables) -> None:
    """Invariant 4."""
    for table, column, target, key in _REFERENCES:
        known = {row[key] for row in tables[target]}
        assert {row[column] for row in tables[table]} - {None} <= known, (table, column)
    silver, facts = ({row["episode_id"] for row in tables[name]} for name in ("episode", "fact_episode"))
    assert silver == facts
    assert sum(int(row["episode_count"] or 0) for row in tables["fact_spell"]) == len(facts)


def history_replays_to_silver(tables: Tables) -> None:
    """Invariant 7."""
    silver = {row["episode_id"]: row for row in tables["episode"]}
    histories = _grouped(tables["episode_history"], "episode_id")
    assert histories.keys() == silver.keys()
    for episode, versions in histories.items():
        ordered = sorted(versions, key=lambda row: int(row["version_number"] or 0))
        for before, after in pairwise(ordered):
            assert before["valid_to"] == after["valid_from"], (before, after)
            assert before["is_current"] == "false", before
        last = ordered[-1]
        assert (last["valid_to"], last["is_current"]) == (None, "true"), last
        shared = last.keys() & silver[episode].keys()
        assert len(shared) >= 14
        assert {name: last[name] for name in shared} == {name: silver[episode][name] for name in shared}
        assert all((row["valid_from"] or "") < (row["valid_to"] or "9999") for row in ordered), ordered


def _grouped(rows: Iterable[Row], key: str) -> dict[str | None, list[Row]]:
    groups: dict[str | None, list[Row]] = defaultdict(list)
    for row in rows:
        groups[row[key]].append(row)
    return groups
