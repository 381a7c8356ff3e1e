"""Run the days of a range that were missed, oldest first."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Literal

from pipeline.context import Context, Progress, silent
from pipeline.errors import SourceMissing
from pipeline.manifest import list_runs
from pipeline.publish import current_run
from pipeline.run import RunOptions, RunResult, run_day


@dataclass(frozen=True)
class Day:
    """What a backfill did for one day: ran it, found it done before, or found no snapshot for it."""

    as_of: date
    outcome: Literal["ran", "done before", "no snapshot"]
    result: RunResult | None = None


@dataclass(frozen=True)
class BackfillReport:
    """Every day of the range, in order."""

    days: tuple[Day, ...]


def backfill(
    context: Context, first: date, last: date, options: RunOptions | None = None, progress: Progress = silent
) -> BackfillReport:
    """Run each day from first to last, both included, that has no finished run.

    A day without a snapshot is passed over (its run has said so and sent an alert); any other failure ends
    the backfill, as the later days read the same deliveries. The public tables never go back to an earlier
    day.
    """
    options = replace(options or RunOptions(), publish="newer")
    done = _done(context)
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    return BackfillReport(tuple(_day(context, day, day in done, options, progress) for day in days))


def _day(context: Context, day: date, is_done: bool, options: RunOptions, progress: Progress) -> Day:
    if is_done:
        return Day(day, "done before")
    try:
        return Day(day, "ran", run_day(context, day, options, progress))
    except SourceMissing:
        return Day(day, "no snapshot")


def _done(context: Context) -> set[date]:
    """Days that have been public, or were complete when a later day already was."""
    public = current_run(context)
    return {
        run.as_of
        for run in list_runs(context)
        if run.status == "published" or (run.status == "complete" and public and run.as_of < public.as_of)
    }
