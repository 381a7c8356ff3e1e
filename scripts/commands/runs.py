"""`runs`, `show`, `rollback`, `purge`: the record of runs, and which one is published."""

from __future__ import annotations

from typing import Annotated

import typer

from scripts.commands.flags import Json, settings_of

RunId = Annotated[str, typer.Argument(metavar="RUN", help="The run's id, as `wardlake runs` shows it.")]


def register(app: typer.Typer) -> None:
    """Add this group's commands."""
    for command in (runs, show, rollback, purge):
        app.command()(command)


def runs(context: typer.Context, json: Json = False) -> None:
    """List the runs, newest first."""
    from scripts.provision import ready_context
    from scripts.records import show_runs

    show_runs(ready_context(settings_of(context)), as_json=json)


def show(context: typer.Context, run: RunId, json: Json = False) -> None:
    """Show one run: its inputs, steps, audits and findings."""
    from scripts.provision import ready_context
    from scripts.records import show_run

    show_run(ready_context(settings_of(context)), run, as_json=json)


def rollback(context: typer.Context, run: RunId) -> None:
    """Publish an earlier run again, all tables at once."""
    from scripts.provision import ready_context
    from scripts.records import roll_back

    roll_back(ready_context(settings_of(context)), run)


def purge(
    context: typer.Context,
    keep: Annotated[int | None, typer.Option(min=1, help="How many runs to keep, else the setting.")] = None,
) -> None:
    """Delete what old runs built.

    The newest runs and the published one stay, and every manifest.
    """
    from scripts.provision import ready_context
    from scripts.records import purge_runs

    purge_runs(ready_context(settings_of(context)), keep)
