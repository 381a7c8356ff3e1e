"""Bring the catalog to what the files declare, and give the tables that Athena is still to create."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline import catalog
from pipeline.context import Context
from pipeline.handlers.entry import Answer, Function
from pipeline.handlers.events import Fields, Run
from pipeline.handlers.stored import store


@dataclass(frozen=True)
class CatalogEvent:
    """The run."""

    run: Run

    @staticmethod
    def read(raw: object) -> CatalogEvent:
        """The event of the catalog's step."""
        return CatalogEvent(Run.read(Fields(raw, "the catalog's event", ("run",)).raw("run")))


def prepare_catalog(context: Context, event: CatalogEvent) -> Answer:
    """Create or change what needs no statement; the statements of missing tables, stored with the run."""
    missing = catalog.prepare(context).missing
    statements = store(
        context, event.run.run_id, [catalog.create_statement(context, table) for table in missing]
    )
    return Answer({"bucket": context.settings.lake_bucket, "statements": statements})


handler = Function("prepare catalog", CatalogEvent.read, prepare_catalog)
