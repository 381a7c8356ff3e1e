"""Run days, and say what came of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from rich.progress import Progress as Bar

from pipeline.backfill import Day, backfill
from pipeline.context import Context
from pipeline.deliveries import Delivery, list_deliveries
from pipeline.ingest import ingest
from pipeline.manifest import Manifest
from pipeline.run import RunOptions, run_day
from scripts.errors import CliError, ExitCode
from scripts.execution import StateMachine, run_deployed
from scripts.output import counted, duration, messages, number, say, size, stopwatch, warn
from scripts.progress import steps
from scripts.source import NO_SOURCE_YET, say_deliveries


def run_and_report(
    context: Context, as_of: date, options: RunOptions, machine: StateMachine | None = None
) -> Manifest:
    """Run one day with its steps shown: by the state machine, or in this process where none is given.

    Raises:
        WardlakeError, CliError: the run stopped; the tables that were public before still are.
    """
    new: Sequence[Delivery] = ()
    with steps() as progress:
        if machine:
            manifest = run_deployed(machine, context, as_of, options, progress)
        else:
            result = run_day(context, as_of, options, progress)
            manifest, new = result.manifest, result.ingested.new
    say_deliveries(new)
    say(_summary(manifest))
    findings = manifest.rows.get("data_quality_finding", 0)
    if findings:
        look = "wardlake query 'select * from data_quality_finding'"
        warn(f"{counted(findings, 'data quality finding')}: {look}")
    return manifest


def delivered_days(context: Context) -> tuple[date, date]:
    """The first and the last snapshot date of all that was delivered, after taking what is new.

    Raises:
        CliError: nothing was delivered yet.
    """
    ingest(context)
    days = sorted(delivery.snapshot_date for delivery in list_deliveries(context) if delivery.snapshot_date)
    if not days:
        raise CliError(NO_SOURCE_YET, ExitCode.SOURCE_REFUSED)
    return days[0], days[-1]


def backfill_and_report(context: Context, first: date, last: date, options: RunOptions) -> None:
    """Run the missed days of a range, a line for each.

    Raises:
        WardlakeError: a day stopped; the days before it are done.
    """
    clock = stopwatch()
    console = messages()
    days = [first + timedelta(days=offset) for offset in range((last - first).days + 1)]
    ran = 0
    with Bar(console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("backfill", total=len(days))
        for day in days:
            bar.update(task, description=str(day))
            done = backfill(context, day, day, options).days[0]
            ran += done.outcome == "ran"
            console.print(_day_line(done))
            bar.advance(task)
    say(f"{number(ran)} of {number(len(days))} days ran, in {duration(clock.seconds)}")


def _day_line(day: Day) -> str:
    if day.result is None:
        return f"{day.as_of}  {day.outcome}"
    manifest = day.result.manifest
    return f"{day.as_of}  {duration(manifest.seconds):>9}  {_volume(manifest)}  {manifest.run_id}"


def _summary(manifest: Manifest) -> str:
    state = "published" if manifest.status == "published" else "complete, not published: a later day is"
    return (
        f"{manifest.run_id} {state}: {duration(manifest.seconds)}, {_volume(manifest)}, "
        f"{counted(len(manifest.inputs), 'snapshot')} read"
    )


def _volume(manifest: Manifest) -> str:
    scanned = size(sum(statement.bytes_scanned for statement in manifest.statements))
    return f"{counted(sum(manifest.rows.values()), 'row')} written, {scanned} scanned"
