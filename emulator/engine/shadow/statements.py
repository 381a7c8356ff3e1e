"""What shadow mode needs to know of a statement's text: the query that it asks, or asks and writes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from emulator.engine.base import PreparedStatements
from emulator.statements.classify import parse_statement
from emulator.statements.insert import read_insert
from emulator.statements.query import Select
from emulator.statements.syntax import Name, identifier
from emulator.statements.table_as import read_table_as
from emulator.statements.tokens import TokenStream
from emulator.trino.errors import TrinoError
from emulator.trino.syntax.queries import Query

MOST_FILES = 100
"""Written files that are named one by one when they are read again; of more, the whole table is read."""


@dataclass(frozen=True)
class Writing:
    """A statement that writes a query's rows into a table: the query's text, and the table."""

    query: str
    table: Name
    is_new: bool

    def reading(self, manifest: Sequence[str] | None) -> str:
        """A query of what was written: all of a new table, of another one the files of the manifest."""
        parts = (self.table.catalog, self.table.database, self.table.name)
        table = ".".join('"' + part.replace('"', '""') + '"' for part in parts if part)
        if self.is_new or not manifest or len(manifest) > MOST_FILES:
            return f"SELECT * FROM {table}"
        files = ", ".join("'" + uri.replace("'", "''") + "'" for uri in manifest)
        return f'SELECT * FROM {table} WHERE "$path" IN ({files})'


def query_of(sql: str) -> Query | None:
    """The tree of a query's text; None where the embedded engine does not understand it."""
    try:
        statement = parse_statement(sql)
    except TrinoError:
        return None
    return statement.query if isinstance(statement, Select) else None


def prepared_text(sql: str, prepared: PreparedStatements | None) -> str | None:
    """The statement that an EXECUTE runs; None if it names none."""
    tokens = TokenStream(sql, hive=False)
    tokens.expect("EXECUTE")
    return prepared.get(identifier(tokens)) if prepared is not None else None


def writing_of(sql: str) -> Writing | None:
    """What an INSERT or a CREATE TABLE AS writes; None for a CREATE TABLE AS without data."""
    tokens = TokenStream(sql, hive=False)
    if tokens.accept("INSERT", "INTO"):
        into = read_insert(tokens)
        return Writing(into.query.strip(), into.table, is_new=False)
    tokens.expect("CREATE", "TABLE")
    made = read_table_as(tokens)
    return Writing(made.query.strip(), made.table, is_new=True) if made.with_data else None
