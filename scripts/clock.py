"""Show the emulator's clock, and let days go by on it: extracts land, schedules fire, one line for each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn

from emulator.clock import MOST_YEARS, YEAR
from pipeline.context import Context
from scripts.emulator_clock import ClockState, EmulatorClock, Fired, Hop
from scripts.errors import CliError, ExitCode, UsageError
from scripts.landing import Snapshot, land, landed_files, snapshots_in
from scripts.output import counted, duration, facts, heading, messages, say, show, size, stopwatch, table
from scripts.provision import ready_context
from scripts.settings import CliSettings

HOSPITAL_ZONE = ZoneInfo("Europe/London")
LANDS_AT = time(6, 0)
"""When the source system puts a day's extract into the landing folder, in the hospital's time."""

_REASON_WIDTH = 160
_NAME_WIDTH = 24


@dataclass(frozen=True)
class Arrival:
    """An extract, and the instant at which it lands."""

    at: datetime
    snapshot: Snapshot


@dataclass
class Tally:
    """How the firings of a journey ended."""

    succeeded: int = 0
    failed: int = 0
    waiting: int = 0

    @property
    def text(self) -> str:
        """In words: 30 firings: 30 succeeded."""
        failed = f", {self.failed} failed" if self.failed else ""
        waiting = f", {self.waiting} waiting for a later time" if self.waiting else ""
        return f"{counted(self.firings, 'firing')}: {self.succeeded} succeeded{failed}{waiting}"

    @property
    def firings(self) -> int:
        """How many there were."""
        return self.succeeded + self.failed + self.waiting


def show_clock(settings: CliSettings) -> None:
    """Print the emulated time and the next firings.

    Raises:
        Unreachable, ConfigurationError: there is no emulator with a clock.
    """
    state = EmulatorClock(settings).state()
    pairs = [("emulated time", f"{_local(state.now)} ({HOSPITAL_ZONE.key})")]
    show(facts([*pairs, ("ahead of real time", _ahead(state))]))
    if not state.upcoming:
        show(heading("No schedule is due"))
        return
    rows = [(_local(item.at), item.name, item.group, item.region) for item in state.upcoming]
    show(heading("Next firings"), table(("time", "schedule", "group", "region"), rows))


def advance(settings: CliSettings, to: datetime | timedelta, source: Path | None) -> None:
    """Move the clock to an instant or by a length of time; the extracts in `source` land on their days.

    Raises:
        CliError: a firing failed, or what it started did not end in time.
        UsageError: the instant has passed.
        Unreachable, ConfigurationError: there is no emulator with a clock.
    """
    clock = EmulatorClock(settings)
    now = clock.state().now
    target = now + to if isinstance(to, timedelta) else to
    if target < now:
        raise UsageError(f"{_local(target)} has passed: the clock is at {_local(now)} and never goes back")
    if target - now > MOST_YEARS * YEAR:
        raise UsageError(f"{_local(target)} is more than {MOST_YEARS} years away: name an earlier time")
    arrivals = _arrivals(now, target, source)
    context = ready_context(settings) if arrivals else None
    landed = landed_files(context) if context else frozenset[str]()
    tally, watch = Tally(), stopwatch()
    with _bar(messages()) as bar:
        trip = _Trip(clock, bar, now, target, tally)
        for arrival in arrivals:
            trip.go_to(arrival.at)
            if context and arrival.snapshot.path.name not in landed:
                _land(context, arrival, bar.console)
        trip.go_to(target)
    say(f"{tally.text}, in {duration(watch.seconds)}; it is {_local(target)}")
    if tally.failed:
        raise CliError(
            f"{tally.failed} of {counted(tally.firings, 'firing')} failed",
            ExitCode.FIRING_FAILED,
            hint="`wardlake runs` and `wardlake show RUN` say more of a run",
        )


class _Trip:
    """The way to the target, with a bar of the emulated time that has passed."""

    def __init__(
        self, clock: EmulatorClock, bar: Progress, now: datetime, target: datetime, tally: Tally
    ) -> None:
        self._clock = clock
        self._bar = bar
        self._start = self._now = now
        self._tally = tally
        self._task = bar.add_task(_local(now), total=(target - now).total_seconds())

    def go_to(self, instant: datetime) -> None:
        """Move the clock, telling each firing; raises CliError when something does not come to rest."""
        if instant <= self._now:
            return  # what was started took so long that the clock has passed it by itself
        for hop in self._clock.move_to(instant):
            for fired in hop.firings:
                self._tell(fired)
            self._now = hop.now
            passed = (hop.now - self._start).total_seconds()
            self._bar.update(self._task, description=_local(hop.now), completed=passed)
            if hop.still_running:
                raise _stuck(hop)

    def _tell(self, fired: Fired) -> None:
        if fired.has_failed:
            self._tally.failed += 1
        elif fired.execution_status == "RUNNING":
            self._tally.waiting += 1
        elif not fired.will_be_retried:
            self._tally.succeeded += 1
        self._bar.console.print(escape(_line(fired)))


def _line(fired: Fired) -> str:
    execution = (fired.execution or "").rpartition(":")[2]
    outcome = fired.execution_status or fired.state
    reason = f"  {' '.join(fired.error.split())[:_REASON_WIDTH]}" if fired.error else ""
    name = f"{fired.name:<{_NAME_WIDTH}}"
    parts = [_local(fired.scheduled), name, execution, f"{outcome} in {duration(fired.seconds)}"]
    return "  ".join(part for part in parts if part) + reason


def _stuck(hop: Hop) -> CliError:
    running = "; ".join(hop.still_running)
    return CliError(
        f"{_local(hop.now)}: what was started did not end, and the clock stays: {running}",
        ExitCode.FIRING_FAILED,
        hint="stop it, or wait for its end; then advance again",
    )


def _arrivals(now: datetime, target: datetime, source: Path | None) -> Sequence[Arrival]:
    if source is None:
        return ()
    coming = [Arrival(lands_at(snapshot.day), snapshot) for snapshot in snapshots_in(source)]
    return [arrival for arrival in coming if now < arrival.at <= target]


def lands_at(day: date) -> datetime:
    """When a day's extract lands, in UTC."""
    return datetime.combine(day, LANDS_AT, HOSPITAL_ZONE).astimezone(UTC)


def _land(context: Context, arrival: Arrival, console: Console) -> None:
    path = arrival.snapshot.path
    land(context, path)
    line = f"{_local(arrival.at)}  landed {path.name} ({size(path.stat().st_size)})"
    console.print(escape(line))


def local_day(instant: datetime) -> date:
    """The day in the hospital's zone."""
    return instant.astimezone(HOSPITAL_ZONE).date()


def _local(instant: datetime) -> str:
    return f"{instant.astimezone(HOSPITAL_ZONE):%Y-%m-%d %H:%M}"


def _ahead(state: ClockState) -> str:
    hours, minutes = divmod(round(state.moved_seconds / 60), 60)
    days, hours = divmod(hours, 24)
    return f"{counted(days, 'day')} {hours} h {minutes} min" if state.moved_seconds else "not moved"


def _bar(console: Console) -> Progress:
    return Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    )
