"""What the functions are given, checked at the door: an event that does not fit is refused with a sentence
that says what was expected, and nothing is done."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeVar, cast
from zoneinfo import ZoneInfo

from pipeline.errors import ConfigurationError
from pipeline.manifest import Manifest
from pipeline.publish import PublishMode
from pipeline.queries import Done, StatementKind

HOSPITAL_TIME = ZoneInfo("Europe/London")
"""Where the day of a scheduled start begins and ends."""

_Item = TypeVar("_Item")


def day_of(instant: datetime) -> date:
    """The day that a time falls on in the hospital."""
    return instant.astimezone(HOSPITAL_TIME).date()


class EventRefused(ConfigurationError):
    """An event is not what the function expects."""


class Fields:
    """The members of a JSON object, each asked for by name and type; a member it may not have is refused."""

    def __init__(self, raw: object, what: str, known: Sequence[str]) -> None:
        """what: the object's name in sentences. known: its members."""
        if not isinstance(raw, dict):
            raise EventRefused(f"{what} is {_kind(raw)}; expected an object with {', '.join(known)}")
        strange = sorted(set(raw) - set(known))
        if strange:
            raise EventRefused(f"{what} has {strange[0]!r}; it may have {', '.join(known)}")
        self._raw: dict[str, Any] = raw
        self._what = what

    def has(self, name: str) -> bool:
        """Whether a member is there and not null."""
        return self._raw.get(name) is not None

    def text(self, name: str) -> str:
        """A text that is not empty."""
        value = self._raw.get(name)
        if not isinstance(value, str) or not value:
            raise self._refused(name, "a text")
        return value

    def optional_text(self, name: str) -> str | None:
        """A text, or None where the member is missing or null."""
        return self.text(name) if self.has(name) else None

    def flag(self, name: str) -> bool:
        """True or false; false where the member is missing."""
        value = self._raw.get(name, False)
        if not isinstance(value, bool):
            raise self._refused(name, "true or false")
        return value

    def count(self, name: str) -> int:
        """A whole number from 0."""
        value = self._raw.get(name)
        if not isinstance(value, int) or isinstance(value, bool) or value < 0:
            raise self._refused(name, "a whole number from 0")
        return value

    def one_of(self, name: str, allowed: Sequence[str]) -> str:
        """One of some words."""
        value = self._raw.get(name)
        if value not in allowed:
            raise self._refused(name, " or ".join(repr(word) for word in allowed))
        return str(value)

    def day(self, name: str) -> date:
        """A calendar day."""
        try:
            return date.fromisoformat(self.text(name))
        except ValueError as error:
            raise self._refused(name, "a day like 2026-01-03") from error

    def instant(self, name: str) -> datetime:
        """A time with its zone."""
        expected = "a time with its zone, like 2026-01-03T08:00:00Z"
        try:
            value = datetime.fromisoformat(self.text(name))
        except ValueError as error:
            raise self._refused(name, expected) from error
        if value.tzinfo is None:
            raise self._refused(name, expected)
        return value

    def items(self, name: str, read: Callable[[object], _Item]) -> tuple[_Item, ...]:
        """A list, each of its items read."""
        value = self._raw.get(name)
        if not isinstance(value, list):
            raise self._refused(name, "a list")
        return tuple(read(item) for item in value)

    def optional(self, name: str, read: Callable[[object], _Item]) -> _Item | None:
        """A member that is read, or None where it is missing or null."""
        return read(self._raw[name]) if self.has(name) else None

    def raw(self, name: str) -> object:
        """A member as it is, None where it is missing."""
        return self._raw.get(name)

    def _refused(self, name: str, expected: str) -> EventRefused:
        seen = f"{name} is {self._raw[name]!r}" if name in self._raw else f"no {name}"
        return EventRefused(f"{self._what} has {seen}; expected {expected}"[:300])


def _kind(raw: object) -> str:
    return "null" if raw is None else type(raw).__name__


@dataclass(frozen=True)
class Start:
    """What an execution was started with: the day, by a schedule's time or by hand."""

    as_of: date
    scheduled_time: str | None
    accept_vanished: bool
    publish: PublishMode

    @staticmethod
    def read(raw: object) -> Start:
        """A scheduled start gives its time, whose day in the hospital's time zone is run, and which never
        takes the public tables back to an earlier day; a start by hand gives the day.
        """
        fields = Fields(raw, "the input", ("scheduled_time", "as_of", "accept_vanished", "publish"))
        if fields.has("scheduled_time") == fields.has("as_of"):
            raise EventRefused("the input must have one of scheduled_time and as_of, the day to run")
        is_scheduled = fields.has("scheduled_time")
        mode = fields.one_of("publish", ("always", "newer")) if fields.has("publish") else None
        return Start(
            as_of=day_of(fields.instant("scheduled_time")) if is_scheduled else fields.day("as_of"),
            scheduled_time=fields.text("scheduled_time") if is_scheduled else None,
            accept_vanished=fields.flag("accept_vanished"),
            publish=cast(PublishMode, mode or ("newer" if is_scheduled else "always")),
        )


@dataclass(frozen=True)
class Run:
    """The run that an execution has claimed, as every later step is given it."""

    run_id: str
    as_of: date
    owner: str
    started_at: datetime
    accept_vanished: bool
    publish: PublishMode
    scheduled_time: str | None

    _NAMES = ("run_id", "as_of", "owner", "started_at", "accept_vanished", "publish", "scheduled_time")

    @staticmethod
    def read(raw: object) -> Run:
        """What `as_json` gave."""
        fields = Fields(raw, "the run", Run._NAMES)
        return Run(
            run_id=fields.text("run_id"),
            as_of=fields.day("as_of"),
            owner=fields.text("owner"),
            started_at=fields.instant("started_at"),
            accept_vanished=fields.flag("accept_vanished"),
            publish=cast(PublishMode, fields.one_of("publish", ("always", "newer"))),
            scheduled_time=fields.optional_text("scheduled_time"),
        )

    def as_json(self) -> dict[str, Any]:
        """The run as a value between states."""
        values: dict[str, Any] = {name: getattr(self, name) for name in self._NAMES}
        return values | {"as_of": str(self.as_of), "started_at": self.started_at.isoformat()}

    def manifest(self) -> Manifest:
        """The manifest of the run as it begins."""
        started = self.started_at.isoformat()
        manifest = Manifest(self.run_id, self.as_of, self.owner, started, self.accept_vanished)
        manifest.scheduled_time = self.scheduled_time
        return manifest


@dataclass(frozen=True)
class Entered:
    """A step that the execution has entered, and when."""

    name: str
    at: datetime

    @staticmethod
    def read(raw: object) -> Entered:
        """A step's mark."""
        fields = Fields(raw, "a step", ("name", "entered_at"))
        return Entered(fields.text("name"), fields.instant("entered_at"))


@dataclass(frozen=True)
class Caught:
    """What ended a step: an error's name and cause as Step Functions caught them; or the name of what stops a
    run, with the id of the query that found it.
    """

    step: str
    error: str
    cause: str
    query_id: str | None

    @staticmethod
    def read(raw: object) -> Caught:
        """A failure as a Catch or a Choice assigns it."""
        fields = Fields(raw, "the failure", ("step", "error", "query_id"))
        error = Fields(fields.raw("error"), "the error", ("Error", "Cause"))
        return Caught(
            fields.text("step"),
            error.text("Error"),
            str(error.raw("Cause") or ""),
            fields.optional_text("query_id"),
        )


def done_of(raw: object) -> Done:
    """A statement that succeeded."""
    fields = Fields(raw, "a statement", ("name", "kind", "query_id"))
    kind = cast(StatementKind, fields.one_of("kind", ("create", "build", "check")))
    return Done(fields.text("name"), kind, fields.text("query_id"))
