"""`run`, `backfill`, `replay`: the daily job."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from scripts.commands.flags import as_day, settings_of
from scripts.errors import UsageError

AcceptVanished = Annotated[
    bool,
    typer.Option("--accept-vanished", help="Let pass that many episodes are missing; goes on record."),
]


def register(app: typer.Typer) -> None:
    """Add this group's commands."""
    for command in (run, backfill, replay):
        app.command()(command)


def run(
    context: typer.Context,
    as_of: Annotated[
        date, typer.Option(parser=as_day, metavar="DATE", help="The day; later snapshots are not read.")
    ],
    accept_vanished: AcceptVanished = False,
    direct: Annotated[
        bool, typer.Option("--direct", help="In this process, although a state machine is deployed.")
    ] = False,
) -> None:
    """Run one day: ingest, check, build, audit, publish.

    Where the stage is deployed, its state machine runs the day, and this follows it.
    """
    from pipeline.run import RunOptions
    from scripts.daily import run_and_report
    from scripts.execution import find_state_machine
    from scripts.provision import ready_context

    settings = settings_of(context)
    connected = ready_context(settings)
    machine = None if direct else find_state_machine(settings, connected)
    run_and_report(connected, as_of, RunOptions(accept_vanished), machine)


def backfill(
    context: typer.Context,
    first: Annotated[
        date | None,
        typer.Option("--from", parser=as_day, metavar="DATE", help="The first day; the first delivered one."),
    ] = None,
    last: Annotated[
        date | None,
        typer.Option("--to", parser=as_day, metavar="DATE", help="The last day; the last delivered one."),
    ] = None,
    accept_vanished: AcceptVanished = False,
) -> None:
    """Run the days of a range that have no complete run yet."""
    from pipeline.run import RunOptions
    from scripts.daily import backfill_and_report, delivered_days
    from scripts.provision import ready_context

    # What is wrong with the words is said before anything is asked of the endpoint.
    _check_order(first, last)
    connected = ready_context(settings_of(context))
    if first is None or last is None:
        oldest, newest = delivered_days(connected)
        first, last = first or oldest, last or newest
        _check_order(first, last)
    backfill_and_report(connected, first, last, RunOptions(accept_vanished))


def _check_order(first: date | None, last: date | None) -> None:
    if first and last and first > last:
        raise UsageError(f"--from {first} is after --to {last}")


def replay(
    context: typer.Context,
    source: Annotated[Path, typer.Argument(help="A folder of snapshot files.")],
) -> None:
    """Run each day of a folder and show gold.

    Starts the emulator if it is not running; each snapshot lands before its day runs.
    """
    from scripts.replay import replay_folder

    replay_folder(settings_of(context), source)
