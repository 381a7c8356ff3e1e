"""Which run the public views show: one view with a constant, switched by one UpdateTable."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Literal

from botocore.exceptions import ClientError

from pipeline import presto_view
from pipeline.context import Context
from pipeline.errors import NotFound
from pipeline.manifest import FINISHED, Status, read_manifest
from pipeline.parameters import RunKey
from pipeline.sqltext import literal

if TYPE_CHECKING:
    from types_boto3_glue.type_defs import TableInputTypeDef

PublishMode = Literal["always", "newer"]

CURRENT_RUN = "current_run"

_COMMENT = "The one run that all public views show, and its day; run_id 'none' before the first run."
_POINTER = re.compile(r"select '([^']+)' as run_id, (?:cast\(null as date\)|date '([0-9-]+)') as as_of")


@dataclass(frozen=True)
class Switch:
    """A change of the pointer; previous is None when no run was public before."""

    previous: str | None
    current: str


def pointer_input(context: Context, run: RunKey | None) -> TableInputTypeDef:
    """The view `current_run` for a run, or for none: then the public tables are empty, and not missing."""
    run_id, as_of = (literal(run.run_id), literal(run.as_of)) if run else ("'none'", "cast(null as date)")
    sql = f"select {run_id} as run_id, {as_of} as as_of"
    columns = [("run_id", "string"), ("as_of", "date")]
    return presto_view.table_input(context.settings.gold_database, CURRENT_RUN, sql, columns, _COMMENT)


def current_run(context: Context) -> RunKey | None:
    """The run that is public now; None before the first, or before the catalog is set up."""
    try:
        answer = context.glue.get_table(DatabaseName=context.settings.gold_database, Name=CURRENT_RUN)
    except ClientError as error:
        if error.response["Error"]["Code"] == "EntityNotFoundException":
            return None
        raise
    match = _POINTER.fullmatch(presto_view.sql_of(answer["Table"]["ViewOriginalText"]))
    if not match or not match[2]:
        return None
    return RunKey(match[1], date.fromisoformat(match[2]))


def switch(context: Context, run: RunKey) -> Switch:
    """Make a run public, in one step: a reader sees all tables of the one run or all of the other."""
    previous = current_run(context)
    context.glue.update_table(
        DatabaseName=context.settings.gold_database, TableInput=pointer_input(context, run), SkipArchive=True
    )
    return Switch(previous.run_id if previous else None, run.run_id)


def publish_run(
    context: Context, run: RunKey, mode: PublishMode, record: Callable[[Status], None]
) -> Literal["published", "complete"]:
    """Make a run public, unless mode is "newer" and a later day is public already; what came of it.

    record writes the manifest; as complete first, so that what is public always has a record.
    """
    record("complete")
    public = current_run(context)
    if mode == "newer" and public and public.as_of > run.as_of:
        return "complete"
    switch(context, run)
    record("published")
    return "published"


def rollback(context: Context, run_id: str) -> Switch:
    """Make an earlier complete run public again. Raises NotFound when it is not complete or has been
    purged."""
    manifest = read_manifest(context, run_id)
    if manifest.status not in FINISHED or manifest.purged != "no":
        state = "purged" if manifest.purged != "no" else manifest.status
        raise NotFound(f"run {run_id} is {state}; only a complete run that is not purged can be made public")
    return switch(context, RunKey(run_id, manifest.as_of))
