"""Where things stand: the emulator, what is published, what ran last, what came last."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.context import Context
from pipeline.deliveries import list_deliveries
from pipeline.manifest import list_runs
from scripts.emulator_process import PortTaken, probe
from scripts.errors import Unreachable
from scripts.output import counted, facts, number, show
from scripts.provision import ready_context
from scripts.records import published_run
from scripts.settings import CliSettings

_NONE = "none yet"


def show_status(settings: CliSettings) -> None:
    """Print where things stand.

    Raises:
        Unreachable: nobody answers at an endpoint of this machine.
    """
    pairs = [("endpoint", _endpoint(settings))]
    pairs += _of_stage(ready_context(settings))
    show(facts(pairs))


def _endpoint(settings: CliSettings) -> str:
    if not settings.is_local:
        return settings.endpoint_url
    try:
        health = probe(settings)
    except PortTaken:
        return f"{settings.endpoint_url} (not Wardlake's emulator)"
    if health is None:
        raise Unreachable(settings.endpoint_url)
    return f"{settings.endpoint_url} (emulator {health.version}, process {health.pid})"


def _of_stage(context: Context) -> Iterator[tuple[str, str]]:
    yield "stage", context.settings.stage
    yield "published run", published_run(context) or _NONE
    runs = list_runs(context)
    yield "last run", f"{runs[0].run_id}: {runs[0].status}" if runs else _NONE
    dated = [delivery for delivery in list_deliveries(context) if delivery.snapshot_date]
    if not dated:
        yield "newest snapshot", _NONE
        return
    newest = dated[-1]
    yield (
        "newest snapshot",
        f"{newest.snapshot_date}: {newest.status}, {counted(newest.rows, 'row')}, {newest.file}",
    )
    yield "deliveries", number(len(dated))
