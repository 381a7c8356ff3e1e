"""The gold tables as a newcomer wants to see them: all of them, the first rows of each."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.context import Context
from scripts.output import number, show
from scripts.query import ask
from scripts.rows import write_table

ROWS_SHOWN = 5
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
    """Print each gold table: its number of rows, and the first of them."""
    database = context.settings.gold_database
    for table in gold_tables(context):
        count = next(ask(context, f"select count(*) from {table.name}", database).rows)[0] or "0"
        title = f"{table.name}: {number(int(count))} {'row' if count == '1' else 'rows'}"
        if count == "0":
            show(f"[bold italic]{title}[/]\n")
            continue
        # By all columns, so that the same rows are shown each time.
        order = ", ".join(str(position) for position in range(1, table.width + 1))
        answer = ask(context, f"select * from {table.name} order by {order} limit {ROWS_SHOWN}", database)
        write_table(answer.columns, answer.rows, title)
        show()
