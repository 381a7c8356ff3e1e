"""The oracle's replay: the hospital's state as it is after each snapshot, taken in one by one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from tests.pipeline.oracle_source import Delivery, SourceRow, Values, source_row


@dataclass
class Version:
    """A time in which an episode's content stayed the same, as far as its sightings tell."""

    number: int
    values: Values
    content_hash: str
    first: date
    last: date
    next: date | None = None
    previous_spell: str | None = None
    spell_was_discharged: bool = False
    previous_spell_was_discharged: bool = False
    conflict: date | None = None

    @property
    def key(self) -> str:
        """What orders versions: snapshot, time of update, hash."""
        return f"{self.last}|{self.values['last_updated_at']:%Y-%m-%d %H:%M}|{self.content_hash}"

    @property
    def place(self) -> tuple[Any, ...]:
        """Orders the episodes of a spell: start, end with open ones last, undischarged first, episode."""
        end = self.values["episode_end_date"]
        is_discharged = self.values["discharge_datetime"] is not None
        return (self.values["episode_start_date"], end or date.max, is_discharged, self.values["episode_id"])


@dataclass
class Hospital:
    """The state after a number of snapshots: each episode's versions, and the days that were seen."""

    versions: dict[str, list[Version]] = field(default_factory=dict)
    days: list[date] = field(default_factory=list)

    def see(self, delivery: Delivery) -> None:
        """Take one day's snapshot in."""
        rows: dict[str, list[SourceRow]] = {}
        for record in delivery.records:
            row = source_row(record)
            rows.setdefault(str(row.values["episode_id"]), []).append(row)
        discharged = {spell for spell, episodes in self.spells().items() if is_discharged(episodes)}
        changed = []
        for episode, candidates in sorted(rows.items()):
            row = max(candidates, key=_recency)
            version = self._sight(episode, row.values, row.content_hash, delivery.day)
            if version.first == delivery.day:
                changed.append(version)
            if len({candidate.content_hash for candidate in candidates}) > 1:
                version.conflict = delivery.day
        for version in changed:
            version.spell_was_discharged = version.values["spell_id"] in discharged
            version.previous_spell_was_discharged = version.previous_spell in discharged
        self.days.append(delivery.day)

    def _sight(self, episode: str, values: Values, content_hash: str, day: date) -> Version:
        known = self.versions.setdefault(episode, [])
        if known and known[-1].content_hash == content_hash:
            known[-1].values, known[-1].last = values, day
            return known[-1]
        version = Version(len(known) + 1, values, content_hash, day, day)
        if known:
            known[-1].next = day
            version.previous_spell = str(known[-1].values["spell_id"])
        known.append(version)
        return version

    def episodes(self) -> list[Version]:
        """Every episode as its latest version has it."""
        return [versions[-1] for versions in self.versions.values()]

    def spells(self) -> dict[str, list[Version]]:
        """The episodes of each spell, in order."""
        spells: dict[str, list[Version]] = {}
        for episode in sorted(self.episodes(), key=lambda version: version.place):
            spells.setdefault(str(episode.values["spell_id"]), []).append(episode)
        return spells

    def newest(self, column: str) -> dict[str, Version]:
        """For each value of a key column the latest version that has it."""
        newest: dict[str, Version] = {}
        for episode in sorted(self.episodes(), key=lambda version: version.key):
            if episode.values[column] is not None:
                newest[str(episode.values[column])] = episode
        return newest


def is_discharged(episodes: Sequence[Version]) -> bool:
    """Whether a spell's last episode carries a discharge."""
    return episodes[-1].values["discharge_datetime"] is not None


def _recency(row: SourceRow) -> tuple[Any, str]:
    return row.values["last_updated_at"], row.content_hash
