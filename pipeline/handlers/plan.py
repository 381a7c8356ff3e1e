"""Choose what the run reads, and write down its statements."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, cast

from pipeline.context import Context
from pipeline.handlers.entry import Answer, Function
from pipeline.handlers.events import Fields, Run
from pipeline.handlers.stored import store
from pipeline.ingest import OddDeliveries
from pipeline.manifest import read_manifest, write_manifest
from pipeline.planning import plan_run
from pipeline.statements import GOLD


@dataclass(frozen=True)
class PlanEvent:
    """The run, and what its ingest refused or found empty."""

    run: Run
    odd: tuple[OddDeliveries, ...]

    @staticmethod
    def read(raw: object) -> PlanEvent:
        """The event of the plan."""
        fields = Fields(raw, "the plan's event", ("run", "odd"))
        return PlanEvent(Run.read(fields.raw("run")), fields.items("odd", _odd))


def _odd(raw: object) -> OddDeliveries:
    fields = Fields(raw, "a kind of odd deliveries", ("status", "count", "delivery_ids"))
    status = cast(Literal["refused", "empty"], fields.one_of("status", ("refused", "empty")))
    return OddDeliveries(status, fields.count("count"), fields.items("delivery_ids", str))


def plan(context: Context, event: PlanEvent) -> Answer:
    """The run's statements by level, as references to their texts."""
    run_id = event.run.run_id
    manifest = read_manifest(context, run_id)
    statements = plan_run(context, manifest, event.odd)
    write_manifest(context, manifest)
    stored = dict(zip(statements.all, store(context, run_id, statements.all), strict=True))
    levels = {level: [stored[item] for item in builds] for level, builds in statements.builds.items()}
    return Answer(
        {
            "bucket": context.settings.lake_bucket,
            "source_check": stored[statements.source_check],
            **levels,
            "silver_audits": [stored[audit] for audit in statements.lower_audits],
            "guard": stored[statements.guard] if statements.guard else None,
            "gold_audit": stored[statements.audits[GOLD]],
        },
        {"Snapshots": len(manifest.inputs), "SourceRows": sum(item.rows for item in manifest.inputs)},
    )


handler = Function("choose deliveries", PlanEvent.read, plan)
