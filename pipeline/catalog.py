"""Bring Glue to what `sql/tables` declares: databases, tables, public views and the pointer they all
follow."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from pipeline import presto_view, storage
from pipeline.athena import Athena
from pipeline.context import Context
from pipeline.ddl import RUN_COLUMN, TableFile, database_of, read_tables
from pipeline.errors import ConfigurationError
from pipeline.publish import CURRENT_RUN, pointer_input
from pipeline.statements import RunStatement

if TYPE_CHECKING:
    from types_boto3_glue.type_defs import TableInputTypeDef

_INPUT_FIELDS = ("Name", "Description", "TableType", "Parameters", "StorageDescriptor", "PartitionKeys")


@dataclass(frozen=True)
class CatalogReport:
    """What `ensure` did: the databases, tables and views it created, and the tables and views it changed."""

    created: tuple[str, ...]
    changed: tuple[str, ...]


@dataclass(frozen=True)
class Prepared:
    """What `prepare` did, and the tables that are still to be created."""

    report: CatalogReport
    missing: tuple[TableFile, ...]


@dataclass(frozen=True)
class _Found:
    """The tables of the stage's databases as Glue has them, by database and name."""

    databases: frozenset[str]
    tables: dict[tuple[str, str], dict[str, Any]]


def ensure(context: Context) -> CatalogReport:
    """Create what is missing, append columns that the files have added, and leave everything else as it is.

    Raises ConfigurationError when an existing table differs in another way: a column renamed, retyped or
    dropped would make past runs unreadable, so it needs a new table. Safe to repeat after any interruption.
    """
    prepared = prepare(context)
    athena = Athena(context)

    def create(table: TableFile) -> str:
        statement = create_statement(context, table)
        athena.run(statement.label, statement.text, statement.database)
        return statement.name

    created = storage.in_threads(create, list(prepared.missing))
    return CatalogReport((*prepared.report.created, *created), prepared.report.changed)


def prepare(context: Context) -> Prepared:
    """Do all of `ensure` but create the missing tables, which takes statements. Raises as `ensure`."""
    found = _find(context)
    declared = read_tables(context.settings.sql_root)
    created = [_create_database(context, name) for name in _databases(context) if name not in found.databases]
    missing = tuple(table for table in declared if _place(context, table) not in found.tables)
    changed = [table.stored_name for table in declared if _append_columns(context, found, table)]
    if (context.settings.gold_database, CURRENT_RUN) not in found.tables:
        pointer = pointer_input(context, None)
        context.glue.create_table(DatabaseName=context.settings.gold_database, TableInput=pointer)
        created.append(CURRENT_RUN)
    for table in declared:
        if table.is_by_run:
            _ensure_view(context, found, table, created, changed)
    return Prepared(CatalogReport(tuple(created), tuple(changed)), missing)


def create_statement(context: Context, table: TableFile) -> RunStatement:
    """The statement that creates a table."""
    name, database = table.stored_name, database_of(context.settings, table.level)
    return RunStatement(name, f"create.{name}", "create", database, table.statement(context.settings))


def _databases(context: Context) -> list[str]:
    settings = context.settings
    return [settings.bronze_database, settings.silver_database, settings.gold_database]


def _find(context: Context) -> _Found:
    def tables_of(database: str) -> list[dict[str, Any]] | None:
        try:
            pages = list(context.glue.get_paginator("get_tables").paginate(DatabaseName=database))
        except ClientError as error:
            if error.response["Error"]["Code"] == "EntityNotFoundException":
                return None
            raise
        return [dict(table) for page in pages for table in page["TableList"]]

    names = _databases(context)
    found = dict(zip(names, storage.in_threads(tables_of, names), strict=True))
    return _Found(
        frozenset(name for name, tables in found.items() if tables is not None),
        {(name, table["Name"]): table for name, tables in found.items() for table in tables or []},
    )


def _place(context: Context, table: TableFile) -> tuple[str, str]:
    return database_of(context.settings, table.level), table.stored_name


def _create_database(context: Context, name: str) -> str:
    context.glue.create_database(DatabaseInput={"Name": name, "Description": "Wardlake"})
    return name


def _append_columns(context: Context, found: _Found, table: TableFile) -> bool:
    """Add the columns that an existing table lacks at its end; whether there were any."""
    database, name = _place(context, table)
    existing = found.tables.get((database, name))
    if existing is None:
        return False
    there = [(column["Name"], column["Type"]) for column in existing["StorageDescriptor"]["Columns"]]
    wanted = [(column.name, column.type) for column in table.columns]
    if there == wanted:
        return False
    if wanted[: len(there)] != there:
        here, file = _first_difference(there, wanted)
        raise ConfigurationError(
            f"table {database}.{name} has column {here} where sql/tables/{table.level}/{table.name}.sql has "
            f"{file}; only columns at the end can be added: give the changed table a new name"
        )
    columns = [
        {"Name": column.name, "Type": column.type, "Comment": column.comment} for column in table.columns
    ]
    changed: Any = {field: existing[field] for field in _INPUT_FIELDS if field in existing}
    changed["StorageDescriptor"] = {**existing["StorageDescriptor"], "Columns": columns}
    context.glue.update_table(DatabaseName=database, TableInput=changed)
    return True


def _first_difference(there: list[tuple[str, str]], wanted: list[tuple[str, str]]) -> tuple[str, str]:
    padded = [*wanted, *[("nothing", "")] * len(there)]
    here, file = next((a, b) for a, b in zip(there, padded, strict=False) if a != b)
    return " ".join(here), " ".join(file).strip()


def _ensure_view(
    context: Context, found: _Found, table: TableFile, created: list[str], changed: list[str]
) -> None:
    database = database_of(context.settings, table.level)
    view = _view_input(context, table)
    existing = found.tables.get((database, table.name))
    if existing is None:
        context.glue.create_table(DatabaseName=database, TableInput=view)
        created.append(table.name)
    elif existing["ViewOriginalText"] != view["ViewOriginalText"]:
        context.glue.update_table(DatabaseName=database, TableInput=view)
        changed.append(table.name)


def _view_input(context: Context, table: TableFile) -> TableInputTypeDef:
    """The public view of a table: the rows of the current run, without the column that says so."""
    database = database_of(context.settings, table.level)
    names = ",\n".join(f'    "{column.name}"' for column in table.columns)
    pointer = f"{context.settings.gold_database}.{CURRENT_RUN}"
    sql = (
        f"select\n{names}\nfrom {database}.{table.stored_name}\n"
        f"where {RUN_COLUMN} = (select {RUN_COLUMN} from {pointer})"
    )
    columns = [(column.name, column.type) for column in table.columns]
    return presto_view.table_input(database, table.name, sql, columns, table.comment)
