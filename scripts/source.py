"""Land, ingest, list and quarantine deliveries, and say what came of it."""

from __future__ import annotations

import getpass
import json
import os
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

from rich.progress import track

from pipeline.context import Context
from pipeline.deliveries import Delivery, list_deliveries, select
from pipeline.ingest import ingest
from pipeline.quarantine import list_quarantines, quarantine
from scripts.errors import CliError, ExitCode
from scripts.landing import land
from scripts.output import counted, messages, number, say, show, size, table, warn
from scripts.progress import steps

NO_SOURCE_YET = "nothing has been delivered yet; `wardlake land FILE…` puts snapshots into the landing folder"


def land_with_progress(context: Context, files: Sequence[Path]) -> None:
    """Put files into the landing folder, with a bar on a terminal."""
    console = messages()
    for path in track(files, "landing", console=console, transient=True, disable=not console.is_terminal):
        land(context, path)
    total = size(sum(path.stat().st_size for path in files))
    say(f"landed {counted(len(files), 'file')} ({total})")


def ingest_and_report(context: Context) -> None:
    """Take what is new into bronze and say what each delivery became.

    Raises:
        CliError: a delivery was refused; all the others are taken.
    """
    with steps() as progress:
        report = ingest(context, progress)
    say_deliveries(report.new)
    refused = [delivery for delivery in report.new if delivery.status == "refused"]
    if refused:
        raise CliError(
            f"{len(refused)} of {len(report.new)} new deliveries refused: "
            + "; ".join(str(delivery.finding) for delivery in refused),
            ExitCode.SOURCE_REFUSED,
            hint="deliver the file again, or exclude it: wardlake quarantine "
            f"{refused[0].delivery_id} --reason …",
        )


def say_deliveries(deliveries: Sequence[Delivery]) -> None:
    """A line for what each new delivery became."""
    for delivery in deliveries:
        say(f"  {delivery.delivery_id}  {_outcome(delivery)}")
        if delivery.unknown_columns:
            unknown = ", ".join(delivery.unknown_columns)
            warn(f"{delivery.file}: columns that the contract does not know, taken into bronze: {unknown}")


@dataclass(frozen=True)
class Known:
    """A delivery, what it is to a run of today's knowledge, and why if there is a reason."""

    delivery: Delivery
    role: str
    reason: str | None


def known_deliveries(context: Context) -> list[Known]:
    """Every delivery, in the order of days."""
    deliveries = list_deliveries(context)
    excluded = {item.delivery_id: item.reason for item in list_quarantines(context)}
    chosen = {item.delivery.delivery_id: item for item in select(deliveries, excluded, date.max)}
    known = []
    for delivery in deliveries:
        item = chosen.get(delivery.delivery_id)
        role, reason = (item.role, item.reason) if item else (delivery.status, None)
        known.append(Known(delivery, role, reason))
    return known


def show_deliveries(context: Context, *, as_json: bool) -> None:
    """List every delivery with what it is to a run of today's knowledge."""
    known = known_deliveries(context)
    if as_json:
        rows = [asdict(item.delivery) | {"role": item.role, "reason": item.reason} for item in known]
        json.dump(rows, sys.stdout, indent=2, default=str, ensure_ascii=False)
        print()
        return
    if not known:
        say(NO_SOURCE_YET)
        return
    lines = [
        (
            str(item.delivery.snapshot_date or "–"),
            item.delivery.delivery_id,
            item.role,
            number(item.delivery.rows),
            item.delivery.landed_at[:19].replace("T", " "),
            item.delivery.file,
            item.reason or _rule(item.delivery) or "",
        )
        for item in known
    ]
    columns = ("snapshot", "delivery", "role", "rows", "landed (UTC)", "file", "reason")
    show(table(columns, lines, ("rows",)))


def put_in_quarantine(context: Context, delivery_id: str, reason: str) -> None:
    """Exclude a delivery, in the name of whoever runs this."""
    made = quarantine(context, delivery_id, reason, _who())
    say(f"{made.delivery_id} is excluded since {made.at[:19]} by {made.by}: {made.reason}")


def _who() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        # A container's user need not have a name.
        return f"user {os.getuid()}"


def _outcome(delivery: Delivery) -> str:
    match delivery.status:
        case "accepted":
            return f"accepted: {counted(delivery.rows, 'row')} of {delivery.file}"
        case "unchanged":
            return f"unchanged: the bytes of the delivery that counts ({delivery.file})"
        case "empty":
            return f"empty: no data row in {delivery.file}; it does not count as a snapshot"
        case "refused":
            return f"refused: {delivery.finding}"


def _rule(delivery: Delivery) -> str | None:
    return delivery.finding.rule if delivery.finding else None
