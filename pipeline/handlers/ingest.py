"""Take all of landing/ into bronze."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from pipeline.context import Context
from pipeline.handlers.entry import Answer, Function
from pipeline.handlers.events import Fields, Run
from pipeline.ingest import take_new


@dataclass(frozen=True)
class IngestEvent:
    """The run."""

    run: Run

    @staticmethod
    def read(raw: object) -> IngestEvent:
        """The event of the ingest."""
        return IngestEvent(Run.read(Fields(raw, "the ingest's event", ("run",)).raw("run")))


def ingest(context: Context, event: IngestEvent) -> Answer:
    """Take what is new; what was refused or empty is told when the run's plan is made."""
    report = take_new(context)
    odd = [asdict(item) | {"delivery_ids": list(item.delivery_ids)} for item in report.odd]
    rows = sum(delivery.rows for delivery in report.new)
    return Answer(
        {"new": len(report.new), "known": report.known, "odd": odd},
        {"Deliveries": len(report.new), "Rows": rows},
    )


handler = Function("ingest", IngestEvent.read, ingest)
