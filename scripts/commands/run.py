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
) -> None:
    """Run one day: ingest, check, build, audit, publish."""
    from pipeline.run import RunOptions
    from scripts.daily import run_and_report
    from scripts.provision import ready_context

    run_and_report(ready_context(settings_of(context)), as_of, RunOptions(accept_vanished))


def backfill(
    context: typer.Context,
    first: Annotated[
        date, typer.Option("--from", parser=as_day, metavar="DATE", help="The first day, inclusive.")
    ],
    last: Annotated[
        date, typer.Option("--to", parser=as_day, metavar="DATE", help="The last day, inclusive.")
    ],
    accept_vanished: AcceptVanished = False,
) -> None:
    """Run the days of a range that have no complete run yet."""
    from pipeline.run import RunOptions
    from scripts.daily import backfill_and_report
    from scripts.provision import ready_context

    if first > last:
        raise UsageError(f"--from {first} is after --to {last}")
    backfill_and_report(ready_context(settings_of(context)), first, last, RunOptions(accept_vanished))


def replay(
    context: typer.Context,
    source: Annotated[Path, typer.Argument(help="A folder of snapshot files.")],
) -> None:
    """Run each day of a folder and show gold.

    Starts the emulator if it is not running; each snapshot lands before its day runs.
    """
    from scripts.replay import replay_folder

    replay_folder(settings_of(context), source)
