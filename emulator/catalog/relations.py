"""The Glue catalog as the language sees it: tables with Trino's types, and views."""

from __future__ import annotations

from functools import lru_cache

from emulator.catalog.model import CATALOG, Catalog, GlueTable, HiveColumn
from emulator.catalog.presto_view import NotAPrestoView, decode
from emulator.catalog.system_tables import INFORMATION_SCHEMA, system_table
from emulator.trino.errors import TrinoError, Unsupported
from emulator.trino.relations import Column, QualifiedName, Table, View
from emulator.trino.types import VARCHAR, Type, from_hive

PATH = "$path"


class GlueRelations:
    """`Relations` over one catalog."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog

    def has_catalog(self, catalog: str) -> bool:
        """Whether the catalog is Glue's."""
        return catalog.lower() == CATALOG

    def has_database(self, catalog: str, database: str) -> bool:
        """Whether Glue has the database."""
        if not self.has_catalog(catalog):
            return False
        return database.lower() == INFORMATION_SCHEMA or self._catalog.database(database) is not None

    def find(self, name: QualifiedName) -> Table | View | None:
        """The table or view, None if there is none; raises TrinoError for one that cannot be read."""
        if not self.has_catalog(name.catalog):
            return None
        found = self._catalog.table(name.database, name.name)
        if found is None:
            return system_table(self._catalog, name)
        return _view(name, found) if found.is_view else _table(name, found)


def _view(name: QualifiedName, found: GlueTable) -> View:
    try:
        view = decode(found.view_text or "")
    except NotAPrestoView as error:
        raise Unsupported(f"Hive views are not supported: {found.full_name}: {error}") from error
    return View(name, view.sql, view.columns, view.catalog, view.schema)


def _table(name: QualifiedName, found: GlueTable) -> Table:
    if found.parameters.get("table_type", "").upper() == "ICEBERG":
        raise Unsupported(f"Iceberg tables are not supported: {found.full_name}")
    return Table(name, table_columns(found), found)


@lru_cache(maxsize=2000)
def _columns(
    columns: tuple[HiveColumn, ...], keys: tuple[HiveColumn, ...], buckets: tuple[str, ...], table: str
) -> tuple[Column, ...]:
    return (
        *(
            Column(column.name, column_type(column, table), bucketed=column.name in buckets)
            for column in columns
        ),
        *(Column(key.name, column_type(key, table), partition=True) for key in keys),
        Column(PATH, VARCHAR, hidden=True),
    )


def table_columns(table: GlueTable) -> tuple[Column, ...]:
    """A table's columns with Trino's types, its partition keys, and the hidden ``$path``."""
    return _columns(table.columns, table.partition_keys, table.storage.bucketed_by, table.full_name)


def column_type(column: HiveColumn, table: str) -> Type:
    """The Trino type of a Glue column; raises TrinoError, naming the column, for a type that is unknown."""
    try:
        return from_hive(column.type)
    except ValueError as error:
        raise TrinoError(
            "HIVE_UNSUPPORTED_FORMAT",
            f"Column '{column.name}' of {table} has the type {column.type}: {error}",
        ) from error
