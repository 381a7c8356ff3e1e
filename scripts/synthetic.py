"""Make the synthetic hospital's snapshots, and land them if asked."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from fixtures.simulator import DIRT, UnknownDirt, simulate, write
from pipeline.source_file import snapshot_date_of
from scripts.clock import lands_at, local_day
from scripts.emulator_clock import EmulatorClock
from scripts.emulator_process import ensure_emulator, listens
from scripts.errors import ConfigurationError, UsageError
from scripts.landing import land
from scripts.output import counted, duration, messages, say, show, size, stopwatch, table
from scripts.provision import ready_context
from scripts.settings import CliSettings

ALL_DIRT = "all"


@dataclass(frozen=True)
class Order:
    """Which hospital to make: the same order gives the same bytes."""

    start: date
    days: int
    episodes: int
    seed: int
    dirt: Collection[str] = ()


@dataclass(frozen=True)
class Mornings:
    """The day of a deployed schedule's next firing, and the instant that it is, on the emulator's clock."""

    first: date
    now: datetime


def scheduled_mornings(settings: CliSettings) -> Mornings | None:
    """When the stage's daily schedule fires on the emulator; None without one or without a clock."""
    if settings.is_aws or not listens(settings):
        return None
    try:
        clock = EmulatorClock(settings).state()
    except ConfigurationError:
        return None
    group = f"wardlake-{settings.stage}"
    wanted = (settings.region, group, f"{group}-daily")
    for firing in clock.upcoming:
        if (firing.region, firing.group, firing.name) == wanted:
            return Mornings(local_day(firing.at), clock.now)
    return None


def make_snapshots(
    order: Order, out: Path, land_with: CliSettings | None, mornings: Mornings | None = None
) -> None:
    """Write the order's files, and land each as soon as it is there when settings to land with are given.

    With mornings, only files that are due by now land: the others wait for the clock.

    Raises:
        UsageError: a kind of dirt does not exist.
    """
    files = simulate(order.start, order.days, order.episodes, order.seed, _kinds(order.dirt))
    if land_with and land_with.is_local:
        ensure_emulator(land_with)
    context = ready_context(land_with) if land_with else None
    clock = stopwatch()
    written, waiting, volume = 0, 0, 0
    with _bar() as bar:
        task = bar.add_task("making snapshots", total=order.days * order.episodes)
        for path in write(files, out, lambda rows: bar.advance(task, rows)):
            bar.update(task, description=path.name)
            if mornings and lands_at(snapshot_date_of(path.name)) > mornings.now:
                waiting += 1
            elif context:
                land(context, path)
            written, volume = written + 1, volume + path.stat().st_size
    where = f"{out} and in the landing folder" if context and waiting < written else str(out)
    say(f"{counted(written, 'snapshot')} ({size(volume)}) in {where}, in {duration(clock.seconds)}")
    if mornings:
        verb = "extract waits" if waiting == 1 else "extracts wait"
        say(f"{waiting} {verb} in {out}; `wardlake clock advance {order.days}d` lands each on its day")
    elif context:
        last = order.start + timedelta(days=order.days - 1)
        say(f"run them with: wardlake backfill --from {order.start} --to {last}")


def list_dirt() -> None:
    """Print every kind of dirt."""
    rows = [(name, kind.description, "stops it" if kind.is_refused else "") for name, kind in DIRT.items()]
    show(table(("dirt", "what it is", "its day's run"), rows))


def _kinds(asked: Collection[str]) -> tuple[str, ...]:
    if ALL_DIRT in asked:
        return tuple(DIRT)
    for name in asked:
        if name not in DIRT:
            raise UsageError(str(UnknownDirt(name)), hint="`wardlake synth --list-dirt` lists them")
    return tuple(asked)


def _bar() -> Progress:
    console = messages()
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    )
