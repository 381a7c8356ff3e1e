"""The front door of the language: a parsed query and the catalog in, DuckDB's text and columns out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import emulator.trino.functions.catalog  # noqa: F401  (registers the functions)
from emulator.trino.analysis import (  # noqa: F401  (register handlers)
    calls,
    json_calls,
    literals,
    operators,
    subqueries,
)
from emulator.trino.analysis.context import Context, Namespace
from emulator.trino.analysis.query import compile_plan
from emulator.trino.emission.casts import explicit_cast
from emulator.trino.emission.values import Value, null
from emulator.trino.errors import TrinoError
from emulator.trino.relations import Relations, Table
from emulator.trino.syntax.expressions import NOWHERE, Expression
from emulator.trino.syntax.queries import Query
from emulator.trino.types import UNKNOWN, Type


@dataclass(frozen=True)
class Session:
    """What a query sees of its surroundings. `now` is its start, in UTC, which is the session's zone."""

    catalog: str
    database: str
    now: datetime
    query_id: str
    user: str = "wardlake"


@dataclass(frozen=True)
class OutputColumn:
    """A column of the result; columns without a name are `_col0`, `_col1`, ... by their place."""

    name: str
    type: Type


@dataclass(frozen=True)
class Scan:
    """One table's reading in a query.

    `token` stands in the text for the select that the engine builds. `columns` are the ones used.
    `column_values` are the only texts of a partition or bucketing column (by name) that matter, whole numbers
    without leading zeros; `partition_filter` is a DuckDB condition over the quoted partition columns that
    every row that matters meets as well, or None. Both stay in the query.
    """

    token: str
    table: Table
    columns: tuple[str, ...]
    column_values: Mapping[str, frozenset[str]]
    partition_filter: str | None


@dataclass(frozen=True)
class CompiledQuery:
    """A query ready to run: the result's columns, the scans to fill in, and the text with their tokens."""

    columns: tuple[OutputColumn, ...]
    scans: tuple[Scan, ...]
    template: str

    def sql(self, scans: Mapping[str, str]) -> str:
        """DuckDB's text, each scan token replaced by the select given for it, in parentheses.

        A select gives each used column under its lower-case name in the physical type of its Trino type.
        """
        text = self.template
        for scan in self.scans:
            text = text.replace(scan.token, f"({scans[scan.token]})")
        return text

    def reshaped(self, columns: Sequence[tuple[int | None, Type]]) -> CompiledQuery:
        """The query as one of other columns: each is one of its own, by place, or NULL, cast to a type.

        Raises TrinoError for a cast that Trino has not.
        """
        items: list[str] = []
        outputs: list[OutputColumn] = []
        for place, kind in columns:
            value = null(UNKNOWN) if place is None else Value(f"q.c{place}", self.columns[place].type)
            items.append(f"{explicit_cast(value, kind, NOWHERE).sql} AS c{len(items)}")
            outputs.append(OutputColumn(f"_col{len(outputs)}", kind))
        template = f"SELECT {', '.join(items)} FROM ({self.template}) AS q"
        return replace(self, columns=tuple(outputs), template=template)


def compile_query(
    query: Query, relations: Relations, session: Session, parameters: Sequence[Expression] = ()
) -> CompiledQuery:
    """Analyse a query and give the DuckDB text that answers it as Trino would.

    `parameters` are the values of the query's `?`. Raises TrinoError with Trino's name and text for a query
    that Trino refuses, Unsupported for one that only we refuse.
    """
    context = Context(relations, session, parameters)
    try:
        plan = compile_plan(context, Namespace(session.catalog, session.database), query, None)
    except RecursionError:
        raise TrinoError(
            "STACK_OVERFLOW", "statement is too large (stack overflow during analysis)"
        ) from None
    columns = tuple(
        OutputColumn(output.name or f"_col{i}", output.type) for i, output in enumerate(plan.outputs)
    )
    definitions = f"WITH {', '.join(context.ctes)} " if context.ctes else ""
    scans = tuple(
        Scan(
            use.token,
            use.table,
            tuple(c.name for c in use.table.columns if c.name in use.used),
            use.values,
            " AND ".join(f"({c})" for c in use.conditions) or None,
        )
        for use in context.scans
    )
    return CompiledQuery(columns, scans, definitions + plan.sql)
