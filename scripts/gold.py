"""The gold tables as a newcomer wants to see them: all of them, the first rows of each."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.context import Context
from scripts.output import counted, fitted, heading, results_width, show
from scripts.query import ask
from scripts.rows import numbers_of

ROWS_SHOWN = 8
_VIEW = "VIRTUAL_VIEW"
_POINTER = "current_run"


@dataclass(frozen=True)
class GoldTable:
    """A public table of gold, and how many columns it has."""

    name: str
    width: int


def gold_tables(context: Context) -> list[GoldTable]:
    """The public tables: facts, then dimensions, then the others."""
    pages = context.glue.get_paginator("get_tables").paginate(DatabaseName=context.settings.gold_database)
    found = [
        GoldTable(table["Name"], len(table["StorageDescriptor"]["Columns"]))
        for page in pages
        for table in page["TableList"]
        if table.get("TableType") == _VIEW and table["Name"] != _POINTER
    ]
    return sorted(
        found, key=lambda table: (not table.name.startswith("fact_"), table.name[:4] != "dim_", table.name)
    )


def show_gold(context: Context) -> None:
    """Print each gold table: its number of rows, and as many of the first ones as fit."""
    for table in gold_tables(context):
        _show(context, table)


def _show(context: Context, table: GoldTable) -> None:
    database = context.settings.gold_database
    (count,) = next(ask(context, f"select count(*) from {table.name}", database).rows)
    title = f"{table.name}: {counted(int(count or 0), 'row')}"
    if count == "0":
        show(heading(title))
        return
    # By all columns, so that the same rows are shown each time.
    order = ", ".join(str(position) for position in range(1, table.width + 1))
    answer = ask(context, f"select * from {table.name} order by {order} limit {ROWS_SHOWN}", database)
    names = [column.name for column in answer.columns]
    part = next(fitted(names, list(answer.rows), results_width(), numbers_of(answer.columns)))
    rest = "" if str(part.rows) == count else f", the first {part.rows} of them"
    show(heading(title + rest), part.table)
