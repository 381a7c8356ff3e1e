"""Statements as objects beside the run's record: states pass their keys, whatever their length."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from pipeline import storage
from pipeline.context import Context
from pipeline.manifest import sql_key, sql_prefix
from pipeline.statements import RunStatement

Reference = dict[str, str]


def store(context: Context, run_id: str, statements: Sequence[RunStatement]) -> list[Reference]:
    """Put the texts of a run's statements, and refer to each: name, kind, database, key and token.

    The token is Athena's ClientRequestToken: the same for the same statement of a run, so that a start which
    is repeated is the same execution.
    """
    return storage.in_threads(lambda statement: _stored(context, run_id, statement), list(statements))


def _stored(context: Context, run_id: str, statement: RunStatement) -> Reference:
    key = sql_key(run_id, statement.label)
    storage.write(context.s3, context.settings.lake_bucket, key, statement.text.encode())
    return {
        "name": statement.name,
        "kind": statement.kind,
        "database": statement.database,
        "key": key,
        "token": hashlib.sha256(key.encode()).hexdigest(),
    }


def label_of(context: Context, run_id: str, text: str) -> str:
    """Which of a run's stored statements has this text; "of the run" when none has."""
    bucket, prefix = context.settings.lake_bucket, sql_prefix(run_id)
    for item in storage.list_objects(context.s3, bucket, prefix):
        if storage.read(context.s3, bucket, item.key) == text.encode():
            return item.key.removeprefix(prefix).removesuffix(".sql")
    return "of the run"
