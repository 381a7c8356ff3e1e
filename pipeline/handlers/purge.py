"""Drop what runs beyond the retention built."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline import purge
from pipeline.context import Context
from pipeline.handlers.entry import Answer, Function
from pipeline.handlers.events import Fields, Run


@dataclass(frozen=True)
class PurgeEvent:
    """The run."""

    run: Run

    @staticmethod
    def read(raw: object) -> PurgeEvent:
        """The event of the purge."""
        return PurgeEvent(Run.read(Fields(raw, "the purge's event", ("run",)).raw("run")))


def purge_old(context: Context, event: PurgeEvent) -> Answer:
    """Purge; to find nothing is fine."""
    report = purge.purge(context)
    counts = {"runs": len(report.runs), "objects": report.objects}
    return Answer(counts, {"PurgedRuns": len(report.runs), "PurgedObjects": report.objects})


handler = Function("purge", PurgeEvent.read, purge_old, ends_run=False)
