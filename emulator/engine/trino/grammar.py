"""Trino's grammar asked about a statement that is only started: Athena refuses a malformed one then."""

from __future__ import annotations

import contextlib
from datetime import UTC, datetime

from emulator.catalog.model import CATALOG
from emulator.engine.base import CancelToken, EngineLost, ExecutionContext
from emulator.engine.trino.parameters import moved_up
from emulator.engine.trino.session import TrinoSession
from emulator.trino.errors import ParseError, TrinoError

CHECK_SECONDS = (2.0, 10.0)
"""A start must not wait long for a Trino that hangs."""


def check_grammar(url: str, sql: str) -> None:
    """Let Trino parse a statement without running it, which PREPARE does; raises ParseError.

    A Trino that is away refuses nothing: the statement fails when it runs, and then says so.
    """
    asking = ExecutionContext(
        query_id="check-of-grammar",
        account="",
        region="",
        catalog=CATALOG,
        database="default",
        started=datetime.now(UTC),
        output=None,
        cancel=CancelToken(),
    )
    try:
        with contextlib.suppress(EngineLost):
            TrinoSession(url, asking, answer_seconds=CHECK_SECONDS).run(
                f"PREPARE checked FROM\n{sql}"
            ).finish()
    except TrinoError as error:
        raise ParseError(moved_up(error).message) from error
