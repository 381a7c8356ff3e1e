"""Statements wrapped in others for Trino, and errors' places back in what was wrapped.

The statement begins on a line of its own, so that only lines move and no column does.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from emulator.trino.errors import TrinoError

_PLACE = re.compile(r"line (\d+)(:\d+: )")


def with_parameters(sql: str, parameters: Sequence[str]) -> str:
    """The statement with SQL expressions for its question marks."""
    quoted = sql.replace("'", "''")
    return f"EXECUTE IMMEDIATE '\n{quoted}' USING {', '.join(parameters)}"


def moved_up(error: TrinoError) -> TrinoError:
    """The error with its place in the statement; what is wrong with all of it is so at its beginning."""
    message = _PLACE.sub(_moved, error.message, count=1)
    return TrinoError(error.name, message, kind=error.type)


def _moved(found: re.Match[str]) -> str:
    line = int(found[1]) - 1
    return f"line {line}{found[2]}" if line else "line 1:1: "
