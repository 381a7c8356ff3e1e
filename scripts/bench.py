"""`make bench`: how long a day's run takes, stage by stage, and how much of that is not the engine's work.

It starts an emulator of its own on a free port and measures everything in one go: the seconds are this
machine's, the ratios hold elsewhere too.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from fixtures.simulator import simulate, write
from pipeline.athena import Athena
from pipeline.context import Context
from pipeline.ingest import ingest
from pipeline.manifest import Manifest
from pipeline.run import run_day
from scripts.bench_mornings import measure_mornings
from scripts.emulator_process import EmulatorProcess
from scripts.landing import land
from scripts.measuring import free_port, timed
from scripts.output import duration, number, say, show, size, table
from scripts.provision import ready_context
from scripts.settings import CliSettings, load

STARTS = 3
TRIVIAL_QUERIES = 30
DAY_RUNS = 3
FIRST_DAY = date(2026, 2, 1)


@dataclass(frozen=True)
class Interval:
    """A stretch of time, in seconds since the epoch."""

    start: float
    end: float


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m scripts.bench", description=__doc__)
    parser.add_argument("--days", type=int, default=30)
    parser.add_argument("--episodes", type=int, default=10_000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="wardlake-bench-") as folder:
        state = Path(folder)
        settings = load({"endpoint_url": f"http://127.0.0.1:{free_port()}", "stage": "bench"}, {})
        with _emulator(settings, state) as ready_seconds:
            context = ready_context(settings)
            lines = [
                ("wardlake --help", _median([timed(_help) for _ in range(STARTS)]), f"median of {STARTS}"),
                ("emulator ready", ready_seconds, f"median of {STARTS} starts"),
            ]
            lines += measure_mornings(settings, state / "mornings")
            lines += _measure(context, state / "snapshots", options.days, options.episodes)
    _print(lines)


Line = tuple[str, float, str]


def _measure(context: Context, folder: Path, days: int, episodes: int) -> Iterator[Line]:
    trivial = _median([timed(lambda: _select_one(context)) for _ in range(TRIVIAL_QUERIES)])
    yield "select 1", trivial, f"median of {TRIVIAL_QUERIES}, as the pipeline waits for it"
    say(f"making {days} days of about {number(episodes)} episodes")
    files = list(write(simulate(FIRST_DAY, days, episodes, seed=1), folder))
    volume = size(sum(path.stat().st_size for path in files))
    for path in files:
        land(context, path)
    taken = timed(lambda: ingest(context))
    yield f"ingest of {days} days", taken, f"{volume} of CSV; {duration(taken / days)} a day"
    last = FIRST_DAY + timedelta(days=days - 1)
    run_day(context, last - timedelta(days=1))
    manifests = [run_day(context, last).manifest for _ in range(DAY_RUNS)]
    yield from _day_run(context, sorted(manifests, key=lambda run: run.seconds)[DAY_RUNS // 2], trivial)


def _day_run(context: Context, run: Manifest, trivial: float) -> Iterator[Line]:
    """A run's time by stage, and what of it no engine worked in."""
    rows = f"{number(sum(item.rows for item in run.inputs))} source rows"
    yield "one day's run", run.seconds, f"median of {DAY_RUNS}; {len(run.inputs)} days, {rows}"
    for step in run.steps:
        yield f"  {step.name}", step.seconds, f"{step.seconds / run.seconds:.0%} of the run"
    busy = _covered([_engine_interval(context, statement.query_id) for statement in run.statements])
    other = run.seconds - busy
    yield (
        "  not engine work",
        other,
        f"{other / run.seconds:.0%} of the run, {len(run.statements)} statements",
    )
    yield "  one statement's overhead", trivial, f"{trivial / run.seconds:.1%} of the run"


def _engine_interval(context: Context, query_id: str) -> Interval:
    execution = context.athena.get_query_execution(QueryExecutionId=query_id)["QueryExecution"]
    ended = execution["Status"]["CompletionDateTime"].timestamp()
    return Interval(ended - execution["Statistics"]["EngineExecutionTimeInMillis"] / 1000, ended)


def _covered(intervals: Sequence[Interval]) -> float:
    """The seconds in which at least one interval runs: statements run side by side."""
    total, until = 0.0, 0.0
    for interval in sorted(intervals, key=lambda item: item.start):
        total += max(0.0, interval.end - max(interval.start, until))
        until = max(until, interval.end)
    return total


def _help() -> None:
    subprocess.run([sys.executable, "-m", "scripts", "--help"], stdout=subprocess.DEVNULL, check=True)


def _select_one(context: Context) -> None:
    Athena(context).query("select 1", "select 1", context.settings.gold_database)


@contextmanager
def _emulator(settings: CliSettings, state: Path) -> Iterator[float]:
    """An emulator for the block, and the median seconds of its starts."""
    emulator = EmulatorProcess(settings, state)
    seconds = []
    try:
        for attempt in range(STARTS):
            if attempt:
                emulator.stop()
            seconds.append(timed(emulator.start))
        yield _median(seconds)
    finally:
        emulator.stop()


def _median(values: Sequence[float]) -> float:
    return statistics.median(values)


def _print(lines: Sequence[Line]) -> None:
    shown = [(name, duration(seconds), note) for name, seconds, note in lines]
    show(table(("what", "time", "note"), shown, ("time",)))


if __name__ == "__main__":
    main()
