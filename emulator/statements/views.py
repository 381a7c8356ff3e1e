"""CREATE VIEW and DROP VIEW: views live in Glue in Athena's own form."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from emulator.catalog.hive_types import hive_type
from emulator.catalog.model import CATALOG, VIRTUAL_VIEW, AlreadyExists, GlueTable
from emulator.catalog.presto_view import EXPANDED_TEXT, PrestoView, encode
from emulator.engine.base import DDL, StatementResult
from emulator.statements.output import NamedType, check_output_columns
from emulator.statements.runtime import Runtime, Surroundings
from emulator.statements.syntax import Name, qualified
from emulator.statements.tokens import TokenStream
from emulator.trino.errors import TrinoError
from emulator.trino.parser import parse_query
from emulator.trino.relations import Column
from emulator.trino.syntax.queries import Query

CREATE_VIEW = "CREATE_VIEW"


@dataclass(frozen=True)
class ViewAs:
    """``CREATE [OR REPLACE] VIEW name AS query``, the same on every engine.

    ``query`` is the query's text at its place in the statement.
    """

    view: Name
    replace: bool
    query: str

    def store(self, runtime: Surroundings, columns: Sequence[NamedType]) -> StatementResult:
        """Write the view, whose query gives these columns, to Glue; raises TrinoError."""
        check_output_columns(columns)
        database, name = runtime.place(self.view)
        existing = runtime.catalog.table(database, name)
        if existing is not None and not (self.replace and existing.is_view):
            kind = "View" if existing.is_view else "Table"
            raise TrinoError("TABLE_ALREADY_EXISTS", f"{kind} already exists: '{CATALOG}.{database}.{name}'")
        facts = self._table_input(runtime, name, columns, existing)
        if existing is not None:
            runtime.catalog.update_table(database, facts)
        else:
            self._create(runtime, database, name, facts)
        return StatementResult(DDL, CREATE_VIEW, text=True)

    def _create(self, runtime: Surroundings, database: str, name: str, facts: dict[str, Any]) -> None:
        try:
            runtime.catalog.create_table(database, facts)
        except AlreadyExists as error:
            raise TrinoError(
                "TABLE_ALREADY_EXISTS", f"View already exists: '{CATALOG}.{database}.{name}'"
            ) from error

    def _table_input(
        self, runtime: Surroundings, name: str, columns: Sequence[NamedType], existing: GlueTable | None
    ) -> dict[str, Any]:
        view = PrestoView(
            sql=self.query.lstrip(),
            catalog=CATALOG,
            schema=(runtime.context.database or "default").lower(),
            columns=tuple(Column(column.name, column.type) for column in columns),
        )
        kept = dict(existing.parameters) if existing else {}
        return {
            "Name": name,
            "Owner": "hadoop",
            "Retention": 0,
            "TableType": VIRTUAL_VIEW,
            "Parameters": {**kept, "comment": "Presto View", "presto_view": "true"},
            "PartitionKeys": [],
            "ViewOriginalText": encode(view),
            "ViewExpandedText": EXPANDED_TEXT,
            "StorageDescriptor": {
                "Columns": [{"Name": column.name, "Type": hive_type(column.type)} for column in columns],
                "Location": "",
                "Compressed": False,
                "NumberOfBuckets": 0,
                "SerdeInfo": {},
                "SortColumns": [],
                "StoredAsSubDirectories": False,
            },
        }


@dataclass(frozen=True)
class CreateView:
    """A view whose query the embedded engine analyses."""

    shape: ViewAs
    query: Query
    statement_type: str = DDL
    substatement_type: str | None = CREATE_VIEW

    def run(self, runtime: Runtime) -> StatementResult:
        """Analyse the query and write the view to Glue; raises TrinoError."""
        runtime.database(runtime.place(self.shape.view)[0])
        return self.shape.store(runtime, runtime.queries.compile(self.query).columns)


@dataclass(frozen=True)
class DropView:
    """``DROP VIEW [IF EXISTS] name``."""

    view: Name
    if_exists: bool
    statement_type: str = DDL
    substatement_type: str | None = "DROP_VIEW"

    def run(self, runtime: Surroundings) -> StatementResult:
        """Drop it; raises TrinoError if it is missing or a table."""
        result = StatementResult(DDL, self.substatement_type, text=True)
        database, name = runtime.place(self.view)
        found = runtime.catalog.table(database, name)
        if found is None:
            if self.if_exists:
                return result
            raise TrinoError("TABLE_NOT_FOUND", f"View '{CATALOG}.{database}.{name}' does not exist")
        if not found.is_view:
            raise TrinoError(
                "TABLE_NOT_FOUND",
                f"View '{CATALOG}.{database}.{name}' does not exist, but a table with that name exists.",
            )
        runtime.catalog.delete_table(database, name)
        return result


def read_view(tokens: TokenStream, replace: bool) -> ViewAs:
    """After ``CREATE [OR REPLACE] VIEW``, in Trino's grammar."""
    view = qualified(tokens)
    tokens.expect("AS")
    return ViewAs(view, replace, tokens.rest())


def parse_create(tokens: TokenStream, replace: bool) -> CreateView:
    """The same for the embedded engine, which reads the query too."""
    shape = read_view(tokens, replace)
    return CreateView(shape, parse_query(shape.query))


def parse_drop(tokens: TokenStream) -> DropView:
    """After ``DROP VIEW``."""
    if_exists = tokens.accept("IF", "EXISTS")
    view = qualified(tokens, either=True)
    tokens.end()
    return DropView(view, if_exists)
