"""Where things stand: the stack, what is published, what ran last, what came last."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.context import Context
from pipeline.manifest import list_runs
from scripts.errors import Unreachable
from scripts.output import counted, facts, heading, number, show, size, table
from scripts.provision import ready_context
from scripts.records import published_run
from scripts.settings import CliSettings
from scripts.source import known_deliveries
from scripts.stack.control import Stack
from scripts.stack.health import Answer, ask_gateway
from scripts.stack.model import PartStatus

_NONE = "none yet"
_UNKNOWN = "–"
_COLUMNS = ("part", "state", "version", "memory", "endpoint", "runs as")


def show_status(settings: CliSettings) -> None:
    """Print where things stand.

    Raises:
        Unreachable: nobody answers at an endpoint of this machine.
    """
    answer = ask_gateway(settings.endpoint_url) if settings.is_local else None
    if settings.is_local:
        _show_parts(settings)
    if answer is not None and answer.state == "away":
        raise Unreachable(settings.endpoint_url)
    pairs = [("endpoint", f"{settings.endpoint_url}{_who(answer)}")]
    pairs += _of_stage(ready_context(settings))
    show(facts(pairs))


def _who(answer: Answer | None) -> str:
    if answer is None:
        return ""
    if answer.state == "other":
        return " (not Wardlake's emulator)"
    return f" (emulator {answer.version}, process {answer.pid})"


def _show_parts(settings: CliSettings) -> None:
    """The parts of the stack that this folder started, if it did."""
    running = Stack(settings).running()
    if running is None:
        return
    form, parts = running
    show(heading(f"the {form} stack"), table(_COLUMNS, [_row(part) for part in parts], right=("memory",)), "")


def _row(part: PartStatus) -> list[str]:
    memory = size(part.memory_bytes) if part.memory_bytes is not None else _UNKNOWN
    return [part.part, part.state, part.version or _UNKNOWN, memory, part.endpoint_url, part.runs_as]


def _of_stage(context: Context) -> Iterator[tuple[str, str]]:
    yield "stage", context.settings.stage
    yield "published run", published_run(context) or _NONE
    runs = list_runs(context)
    yield "last run", f"{runs[0].run_id}: {runs[0].status}" if runs else _NONE
    dated = [item for item in known_deliveries(context) if item.delivery.snapshot_date]
    if not dated:
        yield "newest snapshot", _NONE
        return
    newest, role = dated[-1].delivery, dated[-1].role
    yield (
        "newest snapshot",
        f"{newest.snapshot_date}: {role}, {counted(newest.rows, 'row')}, {newest.file}",
    )
    yield "deliveries", number(len(dated))
