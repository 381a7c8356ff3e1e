"""The schedules and groups of all regions."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime

from emulator.scheduler.errors import Conflict, ResourceNotFound, ValidationError
from emulator.scheduler.model import DEFAULT_GROUP, Group, Key, Schedule

Listener = Callable[[Key, Schedule | None], None]


class Store:
    """What was created and not deleted; safe to share between threads."""

    def __init__(self, changed: Listener) -> None:
        """changed: told of each schedule that is written (with its new state) or deleted (None)."""
        self._changed = changed
        self._schedules: dict[Key, Schedule] = {}
        self._groups: dict[tuple[str, str], Group] = {}
        self._lock = threading.RLock()

    def create(self, schedule: Schedule) -> None:
        """Add a schedule; raises `Conflict` and `ResourceNotFound` (its group)."""
        with self._lock:
            self.group(schedule.key.region, schedule.key.group)
            if schedule.key in self._schedules:
                raise Conflict(f"Schedule {schedule.key.name} already exists.")
            self._write(schedule)

    def replace(self, schedule: Schedule) -> None:
        """Write a schedule anew; raises `ResourceNotFound`."""
        with self._lock:
            self.get(schedule.key)
            self._write(schedule)

    def get(self, key: Key) -> Schedule:
        """A schedule; raises `ResourceNotFound`."""
        with self._lock:
            self.group(key.region, key.group)
            if key not in self._schedules:
                raise ResourceNotFound(f"Schedule {key.name} does not exist.")
            return self._schedules[key]

    def delete(self, key: Key) -> None:
        """Remove a schedule; raises `ResourceNotFound`."""
        with self._lock:
            self.get(key)
            del self._schedules[key]
            self._changed(key, None)

    def delete_unless_changed(self, schedule: Schedule) -> None:
        """Remove a schedule if it is still the one that is given."""
        with self._lock:
            if self._schedules.get(schedule.key) is schedule:
                self.delete(schedule.key)

    def schedules(self, region: str) -> list[Schedule]:
        """The schedules of a region by group and name."""
        with self._lock:
            found = [schedule for key, schedule in self._schedules.items() if key.region == region]
        return sorted(found, key=lambda schedule: (schedule.key.group, schedule.key.name))

    def create_group(self, region: str, name: str, tags: dict[str, str], now: datetime) -> Group:
        """Add a group; raises `Conflict`."""
        with self._lock:
            if name == DEFAULT_GROUP or (region, name) in self._groups:
                raise Conflict(f"Schedule group {name} already exists.")
            group = self._groups[(region, name)] = Group(region, name, now, now, tags)
            return group

    def group(self, region: str, name: str) -> Group:
        """A group; the default one is in each region. Raises `ResourceNotFound`."""
        with self._lock:
            if name == DEFAULT_GROUP:
                return self._groups.setdefault((region, name), Group(region, name, None, None))
            if (region, name) not in self._groups:
                raise ResourceNotFound(f"Schedule group {name} does not exist.")
            return self._groups[(region, name)]

    def delete_group(self, region: str, name: str) -> None:
        """Remove a group and its schedules, at once; raises `ResourceNotFound` and `ValidationError`."""
        with self._lock:
            if name == DEFAULT_GROUP:
                raise ValidationError("The default schedule group cannot be deleted.")
            self.group(region, name)
            for key in [key for key in self._schedules if (key.region, key.group) == (region, name)]:
                self.delete(key)
            del self._groups[(region, name)]

    def groups(self, region: str) -> list[Group]:
        """The groups of a region by name."""
        with self._lock:
            self.group(region, DEFAULT_GROUP)
            found = [group for group in self._groups.values() if group.region == region]
        return sorted(found, key=lambda group: group.name)

    def _write(self, schedule: Schedule) -> None:
        self._schedules[schedule.key] = schedule
        self._changed(schedule.key, schedule)
