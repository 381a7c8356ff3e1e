"""Statements of Trino's around the query of one of Athena's: the query goes to Trino as it is written."""

from __future__ import annotations

from collections.abc import Mapping

from emulator.engine.trino.parameters import moved_up
from emulator.engine.trino.runtime import TrinoRuntime
from emulator.engine.trino.session import TrinoQuery
from emulator.trino.errors import TrinoError


def run_around(
    runtime: TrinoRuntime, head: str, query: str, tail: str, properties: Mapping[str, str] | None = None
) -> TrinoQuery:
    """Run ``head query tail`` to its end, with the execution's parameters for question marks.

    ``query`` is at its place in Athena's statement and begins a line of its own here, so that errors, whose
    lines are moved back, name places in what the user wrote. Raises TrinoError, `Cancelled`, `EngineLost`.
    """
    try:
        found = runtime.session.run(f"{head}\n{query}\n{tail}", runtime.context.parameters, properties)
        found.finish()
    except TrinoError as error:
        raise moved_up(error) from error
    return found


def quoted(*parts: str) -> str:
    """A qualified name in Trino's SQL."""
    return ".".join('"' + part.replace('"', '""') + '"' for part in parts)


def literal(text: str) -> str:
    """A text in Trino's SQL."""
    return "'" + text.replace("'", "''") + "'"
