"""What `make run` does: each snapshot of a folder lands, its day runs, and the gold tables are shown."""

from __future__ import annotations

from pathlib import Path

from pipeline.context import Context
from pipeline.run import RunOptions
from scripts.daily import run_and_report
from scripts.emulator_process import ensure_emulator
from scripts.execution import StateMachine, find_state_machine
from scripts.gold import show_gold
from scripts.landing import Snapshot, land, snapshots_in
from scripts.output import counted, duration, say, stopwatch
from scripts.provision import ready_context
from scripts.records import published_run
from scripts.settings import CliSettings


def replay_folder(settings: CliSettings, source: Path) -> None:
    """Replay a folder's snapshots in date order, on an emulator that stays up afterwards.

    Raises:
        NotFound: the folder is not there, or holds no snapshot.
        WardlakeError: a day stopped; the days before it are published.
    """
    snapshots = snapshots_in(source)
    if settings.is_local:
        ensure_emulator(settings)
    context = ready_context(settings)
    machine = find_state_machine(settings, context)
    clock = stopwatch()
    for snapshot in snapshots:
        _replay_day(context, machine, snapshot, is_last=snapshot is snapshots[-1])
    show_gold(context)
    published = published_run(context)
    say(f"\n{counted(len(snapshots), 'day')} in {duration(clock.seconds)}; published: {published}")
    say("the emulator stays up: try")
    say('  .venv/bin/wardlake query "select * from fact_spell"')
    say("  .venv/bin/wardlake down")


def _replay_day(context: Context, machine: StateMachine | None, snapshot: Snapshot, *, is_last: bool) -> None:
    say(f"\n{snapshot.day}: {snapshot.path.name}")
    land(context, snapshot.path)
    # A folder that is replayed again must not take readers back to its first day, but end at its last.
    run_and_report(context, snapshot.day, RunOptions(publish="always" if is_last else "newer"), machine)
