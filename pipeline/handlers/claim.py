"""Claim the day for an execution, so that one at a time runs it, and begin the run's record."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from pipeline import claim, owners
from pipeline.context import Context
from pipeline.errors import RunBusy
from pipeline.handlers.entry import Answer, Function
from pipeline.handlers.events import Fields, Run, Start
from pipeline.manifest import scheduled_run, write_manifest

TOKEN_LENGTH = 4


@dataclass(frozen=True)
class ClaimEvent:
    """What an execution was started with, its ARN and its start."""

    start: Start
    execution: str
    started_at: datetime

    @staticmethod
    def read(raw: object) -> ClaimEvent:
        """The event of the claim."""
        fields = Fields(raw, "the claim's event", ("input", "execution", "started_at"))
        return ClaimEvent(
            Start.read(fields.raw("input")), fields.text("execution"), fields.instant("started_at")
        )


def claim_day(context: Context, event: ClaimEvent) -> Answer:
    """Claim the day, or say who has it; a dead owner's claim is taken over.

    A schedule may fire twice for one of its times: when a run of that time has ended well, there is nothing
    to do. The same execution gets the same run however often it asks.
    """
    start = event.start
    try:
        claim.acquire(context, start.as_of, event.execution, owners.judge(context))
    except RunBusy as busy:
        return Answer({"outcome": "busy", "as_of": str(start.as_of), "owner": busy.owner})
    if start.scheduled_time:
        done = scheduled_run(context, start.as_of, start.scheduled_time)
        if done:
            claim.release(context, start.as_of, event.execution)
            return Answer({"outcome": "done", "as_of": str(start.as_of), "run_id": done.run_id})
    run = _run(event)
    write_manifest(context, run.manifest())
    return Answer({"outcome": "claimed", "run": run.as_json()})


def _run(event: ClaimEvent) -> Run:
    start = event.start
    token = hashlib.sha256(event.execution.encode()).hexdigest()[:TOKEN_LENGTH]
    return Run(
        run_id=claim.run_id_of(start.as_of, event.started_at, token),
        as_of=start.as_of,
        owner=event.execution,
        started_at=event.started_at,
        accept_vanished=start.accept_vanished,
        publish=start.publish,
        scheduled_time=start.scheduled_time,
    )


handler = Function("claim", ClaimEvent.read, claim_day)
