"""What one scheduled morning uses of what AWS charges for, measured on an emulator."""

from __future__ import annotations

import json
import re
import urllib.request
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from fixtures.simulator import simulate, write
from pipeline import catalog
from pipeline.context import Context
from pipeline.ingest import ingest
from pipeline.run import RunOptions
from scripts.aws import endpoint_of, open_context, open_session
from scripts.deployment import deploy, open_target
from scripts.execution import find_state_machine, run_deployed
from scripts.landing import land
from scripts.looking import until
from scripts.settings import CliSettings

FIRST_DAY = date(2026, 2, 1)
ATHENA_LEAST_BYTES = 10_000_000
"""What Athena charges of a query at least."""

_REPORT = re.compile(r"Billed Duration: (\d+) ms\tMemory Size: (\d+) MB")
_WRITES = ("PUT", "POST")


@dataclass(frozen=True)
class Measured:
    """A day's use, of a hospital of `episodes` with `days` delivered.

    source_bytes: a day's extract; bronze_bytes: what the ingest makes of it. run_bytes: what a run builds and
    keeps until it is purged. result_bytes: results of its queries. scans: the bytes that each of its
    queries scanned, by the queries' names. s3_writes are writes and listings, s3_reads the others.
    """

    days: int
    episodes: int
    source_bytes: int
    bronze_bytes: int
    run_bytes: int
    result_bytes: int
    scans: tuple[int, ...]
    transitions: int
    invocations: int
    gigabyte_seconds: float
    s3_writes: int
    s3_reads: int
    log_bytes: int
    metrics: int

    @property
    def queries(self) -> int:
        """How many queries there are."""
        return len(self.scans)

    @property
    def scanned_bytes(self) -> int:
        """What they scan together."""
        return sum(self.scans)

    @property
    def charged_bytes(self) -> int:
        """The same as Athena charges it."""
        return sum(max(count, ATHENA_LEAST_BYTES) for count in self.scans)


def measure(settings: CliSettings, days: int, episodes: int, folder: Path) -> Measured:
    """Deploy the settings' stage to the running emulator, deliver all days, live the last as it is scheduled.

    Raises:
        CliError: the day failed.
    """
    deploy(open_target(settings), {"ScheduleState": "DISABLED"}, lambda question: True)
    context = open_context(settings)
    catalog.ensure(context)
    files = list(write(simulate(FIRST_DAY, days, episodes, seed=1), folder))
    for path in files[:-1]:
        land(context, path)
    ingest(context)
    land(context, files[-1])
    machine = find_state_machine(settings, context)
    assert machine  # it was just deployed
    _record(settings, "POST")
    last = FIRST_DAY + timedelta(days=days - 1)
    manifest = run_deployed(machine, context, last, RunOptions(), lambda event: None)
    watched = _watch(settings, last)
    requests = s3_requests(_record(settings, "DELETE"))
    statements = sorted(manifest.statements, key=lambda statement: statement.name)
    lines = until(lambda: _whole_log(settings, watched))
    billed = [(int(found[1]), int(found[2])) for line in lines if (found := _REPORT.search(line))]
    names = context.settings
    pages = machine.client.get_paginator("get_execution_history").paginate(executionArn=manifest.owner)
    return Measured(
        days=days,
        episodes=episodes,
        source_bytes=files[-1].stat().st_size,
        bronze_bytes=_stored(context, names.source_bucket, "bronze/") // days,
        run_bytes=sum(
            _stored(context, names.lake_bucket, prefix)
            for prefix in ("bronze/", "staging/", "silver/", "gold/", "runs/")
        ),
        result_bytes=_stored(context, names.lake_bucket, "results/"),
        scans=tuple(statement.bytes_scanned for statement in statements),
        transitions=sum(event["type"].endswith("StateEntered") for page in pages for event in page["events"]),
        invocations=len(billed),
        gigabyte_seconds=sum(milliseconds / 1000 * megabytes / 1024 for milliseconds, megabytes in billed),
        s3_writes=requests["writes"],
        s3_reads=requests["reads"],
        log_bytes=sum(len(line.encode()) for line in lines),
        metrics=len(set(_metrics(lines))),
    )


def _watch(settings: CliSettings, day: date) -> str:
    """Let the watchdog look after the day, as its schedule does; gives the request's id."""
    functions = open_session(settings).client("lambda", endpoint_url=endpoint_of(settings))
    event = json.dumps({"scheduled_time": f"{day}T09:00:00Z"})
    reply = functions.invoke(FunctionName=f"wardlake-{settings.stage}-watchdog", Payload=event)
    return reply["ResponseMetadata"]["RequestId"]


def s3_requests(calls: Iterable[dict[str, Any]]) -> Counter[str]:
    """The requests to S3 in recorded calls by price, `writes` and `reads`; deleting is free."""
    found: Counter[str] = Counter()
    for call in calls:
        if call["service"] == "s3" and call["role"] and call["method"] != "DELETE":
            lists = "list-type=" in call["query"] or "versions" in call["query"]
            is_write = call["method"] in _WRITES or lists
            found["writes" if is_write else "reads"] += call["times"]
    return found


def _record(settings: CliSettings, method: str) -> list[dict[str, Any]]:
    request = urllib.request.Request(f"{settings.endpoint_url}/_wardlake/calls", method=method)
    with urllib.request.urlopen(request, timeout=60) as reply:
        return list(json.loads(reply.read())["calls"])


def _stored(context: Context, bucket: str, prefix: str) -> int:
    pages = context.s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
    return sum(item["Size"] for page in pages for item in page.get("Contents", []))


def _whole_log(settings: CliSettings, last_request: str) -> list[str] | None:
    """The functions' lines; None while the end of one is still to come: they are written in batches."""
    lines = list(_log_lines(settings))
    begun, ended = (
        sum(line.startswith(f"{word} RequestId") for line in lines) for word in ("START", "REPORT")
    )
    has_last = any(line.startswith(f"REPORT RequestId: {last_request}") for line in lines)
    return lines if has_last and begun == ended else None


def _log_lines(settings: CliSettings) -> Iterator[str]:
    logs = open_session(settings).client("logs", endpoint_url=endpoint_of(settings))
    prefix = f"/aws/lambda/wardlake-{settings.stage}-"
    for group in logs.describe_log_groups(logGroupNamePrefix=prefix)["logGroups"]:
        pages = logs.get_paginator("filter_log_events").paginate(logGroupName=group["logGroupName"])
        yield from (event["message"] for page in pages for event in page["events"])


def _metrics(lines: Iterable[str]) -> Iterator[tuple[str, ...]]:
    """The custom metrics in lines of the embedded metric format: dimensions with their values, and name."""
    for line in lines:
        if '"_aws"' in line:
            value = json.loads(line)
            for directive in value["_aws"]["CloudWatchMetrics"]:
                for dimensions in directive["Dimensions"]:
                    for metric in directive["Metrics"]:
                        yield (*(f"{name}={value[name]}" for name in dimensions), metric["Name"])
