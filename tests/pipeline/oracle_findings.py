"""The oracle's findings: one small function for each subject, over the state after the last snapshot."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from tests.pipeline.oracle_replay import Hospital, Version
from tests.pipeline.oracle_source import Delivery

Finding = dict[str, Any]

_KEYS = ("spell_id", "episode_id", "patient_id")


def findings(
    hospital: Hospital, deliveries: Sequence[Delivery], births: dict[str, Any], as_of: date
) -> list[Finding]:
    """Every finding that does not stop a build."""
    found = []
    for episodes in hospital.spells().values():
        found += [*_of_order(episodes), *_of_spell(episodes)]
        for episode in episodes:
            is_last = episode is episodes[-1]
            found += [*_of_episode(episode, is_last, as_of), *_of_birth(episode, births)]
    for versions in hospital.versions.values():
        found += [finding for version in versions for finding in _of_version(version)]
    found += [*_of_open_spells(hospital), *_of_deliveries(deliveries)]
    return found


def _finding(rule: str, about: Version | None, observed: str, day: date | None = None) -> Finding:
    values = about.values if about else {}
    return {
        "rule": rule,
        **{key: values.get(key) for key in _KEYS},
        "snapshot_date": day,
        "observed": observed,
    }


def _of_episode(episode: Version, is_last: bool, as_of: date) -> Iterator[Finding]:
    values: dict[str, Any] = episode.values
    start, end, discharge = (
        values[name] for name in ("episode_start_date", "episode_end_date", "discharge_datetime")
    )
    if discharge and not is_last:
        yield _finding(
            "discharge_on_earlier_episode", episode, f"discharge {discharge} on an episode before the last"
        )
    if discharge and is_last and discharge.date() != end:
        observed = f"discharge {discharge}, end {end or 'not given'}"
        yield _finding("discharge_differs_from_end", episode, observed)
    if end and end < start:
        yield _finding("end_before_start", episode, f"start {start}, end {end}")
    if start > as_of:
        yield _finding("start_after_as_of", episode, f"start {start}")
    if end and end > as_of:
        yield _finding("end_after_as_of", episode, f"end {end}")
    if discharge and discharge.date() > as_of:
        yield _finding("discharge_after_as_of", episode, f"discharge {discharge}")


def _of_birth(episode: Version, births: dict[str, Any]) -> Iterator[Finding]:
    born = births[str(episode.values["patient_id"])]
    start: Any = episode.values["episode_start_date"]
    discharge: Any = episode.values["discharge_datetime"]
    if born and (born > start or (discharge and born > discharge.date())):
        observed = f"born {born}, start {start}" + (f", discharge {discharge}" if discharge else "")
        yield _finding("birth_after_event", episode, observed)


def _of_order(episodes: Sequence[Version]) -> Iterator[Finding]:
    """Overlaps with any earlier episode of the spell, and gaps after all of them."""
    for number, episode in enumerate(episodes[1:], 1):
        ends: list[Any] = [before.values["episode_end_date"] for before in episodes[:number]]
        start: Any = episode.values["episode_start_date"]
        if None in ends or max(ends) > start:
            until = "is open" if None in ends else f"ends {max(ends)}"
            name = episodes[number - 1].values["episode_id"]
            observed = f"start {start}, while an earlier one, such as {name}, {until}"
            yield _finding("overlapping_episodes", episode, observed)
        elif max(ends) < start:
            observed = f"start {start}, while the ones before end {max(ends)}"
            yield _finding("gap_between_episodes", episode, observed)


def _of_spell(episodes: Sequence[Version]) -> Iterator[Finding]:
    last = episodes[-1]
    admitted: Any = episodes[0].values["episode_start_date"]
    discharge: Any = last.values["discharge_datetime"]
    if discharge and discharge.date() < admitted:
        observed = f"admission {admitted}, discharge {discharge.date()}"
        yield _finding("discharge_before_admission", last, observed) | {"episode_id": None}
    patients = sorted({str(episode.values["patient_id"]) for episode in episodes})
    if len(patients) > 1:
        observed = f"{len(patients)} patients, from {patients[0]} to {patients[-1]}"
        yield _finding("spell_with_several_patients", last, observed) | {"episode_id": None}


def _of_open_spells(hospital: Hospital) -> Iterator[Finding]:
    """Patients who are the patient of several spells without a discharge."""
    open_spells: dict[str, list[str]] = {}
    for spell, episodes in hospital.spells().items():
        if episodes[-1].values["discharge_datetime"] is None:
            open_spells.setdefault(str(episodes[-1].values["patient_id"]), []).append(spell)
    for patient, spells in open_spells.items():
        if len(spells) > 1:
            observed = f"{len(spells)} open spells, from {min(spells)} to {max(spells)}"
            yield _finding("patient_with_several_open_spells", None, observed) | {"patient_id": patient}


def _of_version(version: Version) -> Iterator[Finding]:
    if version.spell_was_discharged and version.previous_spell != version.values["spell_id"]:
        known = version.previous_spell
        observed = f"moved from spell {known}" if known else "new"
        yield _finding("episode_added_after_discharge", version, observed, version.first)
    if version.conflict:
        observed = "rows with different content; the latest update counts"
        yield _finding("conflicting_rows_in_snapshot", version, observed, version.conflict)


def _of_deliveries(deliveries: Sequence[Delivery]) -> Iterator[Finding]:
    days = []
    for delivery in deliveries:
        if delivery.role == "counts":
            days.append(delivery.day)
            for column in delivery.unknown_columns:
                yield _finding("unknown_column", None, f"column {column} in {delivery.file}", delivery.day)
        elif delivery.role != "unchanged":
            observed = f"{delivery.file}, number {delivery.sequence} of its day"
            yield _finding(f"{delivery.role}_delivery", None, observed, delivery.day)
    for before, after in pairwise(days):
        if after - before > timedelta(days=1):
            observed = f"no snapshot counts between {before} and {after}"
            yield _finding("missing_snapshots", None, observed, after)
