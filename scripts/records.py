"""Show the record of runs, publish an earlier one, delete old ones."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from rich.table import Table

from pipeline.context import Context
from pipeline.errors import Finding
from pipeline.manifest import Manifest, findings_key, list_runs, read_findings, read_manifest
from pipeline.publish import current_run, rollback
from pipeline.purge import purge
from scripts.output import counted, duration, facts, heading, number, say, show, size, table

FINDINGS_SHOWN = 20


def show_runs(context: Context, *, as_json: bool) -> None:
    """List all runs, newest first; the published one is marked."""
    runs = list_runs(context)
    public = published_run(context)
    if as_json:
        _write_json([_as_values(run, public) for run in runs])
        return
    if not runs:
        say("there is no run yet; `wardlake run --as-of DATE` makes one")
        return
    lines = [
        (
            "→" if run.run_id == public else "",
            run.run_id,
            str(run.as_of),
            _state(run, public),
            number(len(run.inputs)),
            number(sum(run.rows.values())),
            duration(run.seconds),
            f"{run.failed_step}: {run.error_kind}" if run.failed_step else "",
        )
        for run in runs
    ]
    columns = ("", "run", "as of", "state", "snapshots", "rows", "time", "failed at")
    show(table(columns, lines, ("snapshots", "rows", "time")))


def show_run(context: Context, run_id: str, *, as_json: bool) -> None:
    """Show one run's inputs, steps, tables and what stopped it.

    Raises:
        NotFound: there is no such run.
    """
    run = read_manifest(context, run_id)
    findings = read_findings(context, run_id)
    public = published_run(context)
    if as_json:
        _write_json(_as_values(run, public) | {"blocking_findings": [asdict(item) for item in findings]})
        return
    show(facts(_summary(run, public)))
    _print_inputs(run)
    _print_statements(run)
    if findings:
        show(heading("what stopped it"), _findings_table(findings[:FINDINGS_SHOWN]))
        where = f"s3://{context.settings.lake_bucket}/{findings_key(run_id)}"
        say(f"{counted(run.findings, 'finding')} stopped this run; all of them: {where}")


def roll_back(context: Context, run_id: str) -> None:
    """Publish an earlier run.

    Raises:
        NotFound: there is no such run, or it cannot be published.
    """
    change = rollback(context, run_id)
    if change.previous == change.current:
        say(f"{run_id} is already the published run")
    else:
        say(f"published {change.current} (before: {change.previous or 'none'})")


def purge_runs(context: Context, keep: int | None) -> None:
    """Delete old runs' tables and say which."""
    report = purge(context, keep)
    if not report.runs:
        say("nothing to delete")
        return
    for run_id in report.runs:
        say(f"deleted {run_id}")
    say(f"{counted(len(report.runs), 'run')}, {counted(report.objects, 'object')}; their manifests stay")


def published_run(context: Context) -> str | None:
    """The id of the run that is public."""
    run = current_run(context)
    return run.run_id if run else None


def _state(run: Manifest, public: str | None) -> str:
    if run.purged != "no":
        return "purged"
    if run.run_id == public:
        return "published"
    # A run that was public once is complete now.
    return "complete" if run.status == "published" else run.status


def _as_values(run: Manifest, public: str | None) -> dict[str, Any]:
    return asdict(run) | {"state": _state(run, public), "rows": run.rows}


def _write_json(value: object) -> None:
    json.dump(value, sys.stdout, indent=2, default=str, ensure_ascii=False)
    print()


def _summary(run: Manifest, public: str | None) -> Iterable[tuple[str, str]]:
    yield "run", run.run_id
    yield "as of", str(run.as_of)
    yield "state", _state(run, public)
    yield "started (UTC)", run.started_at[:19].replace("T", " ")
    yield "time", duration(run.seconds)
    yield "scanned", size(sum(statement.bytes_scanned for statement in run.statements))
    if run.guard and run.guard.baseline_run_id:
        accepted = ", accepted" if run.guard.is_accepted else ""
        yield (
            "vanished",
            f"{number(run.guard.vanished)} of {number(run.guard.active)} active episodes{accepted}",
        )
    if run.error:
        yield "failed step", run.failed_step or "?"
        yield "error", run.error
    if run.query_id:
        yield "query id", run.query_id


def _print_inputs(run: Manifest) -> None:
    lines = [(item.snapshot_date, item.delivery_id, number(item.rows), item.file) for item in run.inputs]
    if lines:
        show(heading("inputs"), table(("snapshot", "delivery", "rows", "file"), lines, ("rows",)))


def _print_statements(run: Manifest) -> None:
    lines = [
        (
            item.name,
            number(item.rows) if item.rows is not None else "",
            size(item.bytes_scanned),
            duration(item.seconds),
            item.query_id,
        )
        for item in run.statements
    ]
    if lines:
        columns = ("statement", "rows", "scanned", "time", "query id")
        show(heading("statements"), table(columns, lines, ("rows", "scanned", "time")))


def _findings_table(findings: Iterable[Finding]) -> Table:
    columns = ("rule", "file", "row", "column", "value", "hint")
    lines = [
        (item.rule, item.file or "", str(item.row or ""), item.column or "", item.value, item.hint or "")
        for item in findings
    ]
    return table(columns, lines, ("row",))
