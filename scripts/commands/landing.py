"""`land`, `ingest`, `deliveries`, `quarantine`, `synth`: what comes from the source."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from scripts.commands.flags import Json, as_optional_day, settings_of

START = date(2026, 2, 1)


def register(app: typer.Typer) -> None:
    """Add this group's commands."""
    for command in (synth, land, ingest, deliveries, quarantine):
        app.command()(command)


def land(
    context: typer.Context,
    paths: Annotated[list[Path], typer.Argument(help="Snapshot files, or folders of them.")],
) -> None:
    """Put snapshot files into the landing folder."""
    from scripts.landing import files_of
    from scripts.provision import ready_context
    from scripts.source import land_with_progress

    files = files_of(paths)
    land_with_progress(ready_context(settings_of(context)), files)


def ingest(
    context: typer.Context,
    paths: Annotated[list[Path] | None, typer.Argument(help="Files or folders to land first.")] = None,
) -> None:
    """Take what is new in the landing folder into bronze."""
    from scripts.landing import files_of
    from scripts.provision import ready_context
    from scripts.source import ingest_and_report, land_with_progress

    files = files_of(paths or [])
    connected = ready_context(settings_of(context))
    if files:
        land_with_progress(connected, files)
    ingest_and_report(connected)


def deliveries(context: typer.Context, json: Json = False) -> None:
    """List every delivery, and whether it counts."""
    from scripts.provision import ready_context
    from scripts.source import show_deliveries

    show_deliveries(ready_context(settings_of(context)), as_json=json)


def quarantine(
    context: typer.Context,
    delivery: Annotated[str, typer.Argument(help="The delivery's id, as `wardlake deliveries` shows it.")],
    reason: Annotated[str, typer.Option(help="Why; it stays on record.")],
) -> None:
    """Exclude a delivery from all later runs, on record."""
    from scripts.provision import ready_context
    from scripts.source import put_in_quarantine

    put_in_quarantine(ready_context(settings_of(context)), delivery, reason)


def synth(
    context: typer.Context,
    days: Annotated[int, typer.Option(min=1, help="How many days.")] = 30,
    episodes: Annotated[int, typer.Option(min=1, help="About how many rows each day's table has.")] = 10_000,
    seed: Annotated[int, typer.Option(help="The same seed and dates give the same bytes.")] = 1,
    start: Annotated[
        date | None,
        typer.Option(
            parser=as_optional_day,
            metavar="DATE",
            help=f"The first day: {START}, or with --land and a deployed schedule that of its next firing.",
        ),
    ] = None,
    out: Annotated[Path, typer.Option(help="The folder for the CSV files.")] = Path("data/synthetic"),
    dirt: Annotated[
        list[str] | None, typer.Option(metavar="KIND", help="Add a kind of dirt, or `all`; may be repeated.")
    ] = None,
    land: Annotated[
        bool,
        typer.Option("--land", help="Also put them into the landing folder, those of days to come excepted."),
    ] = False,
    list_dirt: Annotated[bool, typer.Option("--list-dirt", help="List the kinds of dirt.")] = False,
) -> None:
    """Make a synthetic hospital's daily snapshots."""
    from scripts import synthetic

    if list_dirt:
        synthetic.list_dirt()
        return
    settings = settings_of(context) if land else None
    mornings = synthetic.scheduled_mornings(settings) if settings and start is None else None
    first = start or (mornings.first if mornings else START)
    order = synthetic.Order(first, days, episodes, seed, dirt or ())
    synthetic.make_snapshots(order, out, settings, mornings)
