"""Make the synthetic hospital's snapshots, and land them if asked."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from fixtures.simulator import DIRT, UnknownDirt, simulate, write
from scripts.emulator_process import ensure_emulator
from scripts.errors import UsageError
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


def make_snapshots(order: Order, out: Path, land_with: CliSettings | None) -> None:
    """Write the order's files, and land each as soon as it is there when settings to land with are given.

    Raises:
        UsageError: a kind of dirt does not exist.
    """
    files = simulate(order.start, order.days, order.episodes, order.seed, _kinds(order.dirt))
    if land_with and land_with.is_local:
        ensure_emulator(land_with)
    context = ready_context(land_with) if land_with else None
    clock = stopwatch()
    written, volume = 0, 0
    with _bar() as bar:
        task = bar.add_task("making snapshots", total=order.days * order.episodes)
        for path in write(files, out, lambda rows: bar.advance(task, rows)):
            bar.update(task, description=path.name)
            if context:
                land(context, path)
            written, volume = written + 1, volume + path.stat().st_size
    where = f"{out} and in the landing folder" if context else str(out)
    say(f"{counted(written, 'snapshot')} ({size(volume)}) in {where}, in {duration(clock.seconds)}")
    if context:
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
