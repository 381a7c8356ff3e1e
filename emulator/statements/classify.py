"""From a statement's text to the statement: the first words say which family reads the rest."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from emulator.engine.base import DDL, DML, UTILITY, StatementResult
from emulator.statements import (
    alter,
    ctas,
    databases,
    explain,
    insert,
    partitions,
    prepared,
    query,
    show,
    tables,
    unload,
    views,
)
from emulator.statements.runtime import CatalogStatement, Statement, Surroundings
from emulator.statements.tokens import Kind, TokenStream, first_words
from emulator.trino.errors import Unsupported

Found = TypeVar("Found")
_Parser = Callable[[TokenStream], Statement]

_HIVE: dict[tuple[str, ...], Callable[[TokenStream], CatalogStatement]] = {
    ("CREATE", "DATABASE"): databases.parse_create,
    ("CREATE", "SCHEMA"): databases.parse_create,
    ("CREATE", "EXTERNAL", "TABLE"): tables.parse_create,
    ("DROP", "DATABASE"): databases.parse_drop,
    ("DROP", "SCHEMA"): databases.parse_drop,
    ("DROP", "TABLE"): tables.parse_drop,
    ("DROP", "VIEW"): views.parse_drop,
    ("ALTER", "DATABASE"): databases.parse_alter,
    ("ALTER", "SCHEMA"): databases.parse_alter,
    ("ALTER", "TABLE"): alter.parse,
    ("MSCK", "REPAIR", "TABLE"): partitions.parse_repair,
    ("SHOW", "DATABASES"): show.parse_databases,
    ("SHOW", "SCHEMAS"): show.parse_databases,
    ("SHOW", "TABLES"): show.parse_tables,
    ("SHOW", "VIEWS"): show.parse_views,
    ("SHOW", "COLUMNS"): show.parse_columns,
    ("SHOW", "PARTITIONS"): show.parse_partitions,
    ("SHOW", "TBLPROPERTIES"): show.parse_properties,
    ("SHOW", "CREATE"): show.parse_create,
    ("DESCRIBE",): show.parse_describe,
    ("DESC",): show.parse_describe,
}
_TRINO: dict[tuple[str, ...], _Parser] = {
    ("CREATE", "OR", "REPLACE", "VIEW"): lambda tokens: views.parse_create(tokens, replace=True),
    ("CREATE", "TABLE"): ctas.parse,
    ("CREATE", "VIEW"): lambda tokens: views.parse_create(tokens, replace=False),
    ("INSERT", "INTO"): insert.parse,
    ("UNLOAD",): unload.parse,
    ("EXPLAIN",): explain.parse,
    ("PREPARE",): lambda tokens: prepared.parse_prepare(tokens, parse_statement),
    ("EXECUTE",): lambda tokens: prepared.parse_execute(tokens, parse_statement),
    ("DEALLOCATE", "PREPARE"): prepared.parse_deallocate,
}
_QUERIES = ("SELECT", "WITH", "VALUES", "TABLE")
_REFUSED: dict[tuple[str, ...], tuple[str, str]] = {
    ("DELETE", "FROM"): (DML, "DELETE"),
    ("UPDATE",): (DML, "UPDATE"),
    ("MERGE", "INTO"): (DML, "MERGE"),
    ("OPTIMIZE",): (DML, "OPTIMIZE"),
    ("VACUUM",): (DDL, "VACUUM_TABLE"),
}
_NOT_HERE = (
    ("SHOW", "FUNCTIONS"),
    ("SHOW", "STATS"),
    ("SHOW", "SESSION"),
    ("SHOW", "CATALOGS"),
    ("SHOW", "ROLES"),
    ("SHOW", "ROLE"),
    ("SHOW", "GRANTS"),
    ("SHOW", "GRANT"),
    ("SHOW", "INDEXES"),
    ("SHOW", "LOCKS"),
    ("SHOW", "TRANSACTIONS"),
    ("SHOW", "BRANCHES"),
    ("ANALYZE",),
    ("CALL",),
    ("COMMENT",),
    ("COMMIT",),
    ("GRANT",),
    ("REVOKE",),
    ("ROLLBACK",),
    ("SET",),
    ("START", "TRANSACTION"),
    ("TRUNCATE",),
    ("USE",),
)
"""Statements of Hive and Trino that nothing here runs, most of them in Athena neither."""
STATEMENTS = tuple(" ".join(words) for words in (*_HIVE, *_TRINO, *((word,) for word in _QUERIES)))
"""How the statements begin that run."""
REFUSED_STATEMENTS = tuple(" ".join(words) for words in _REFUSED)
"""How the statements begin that are refused by name, as they are for Iceberg tables."""
UNSUPPORTED_STATEMENTS = tuple(" ".join(words) for words in _NOT_HERE)
"""How the other statements begin that are refused by name."""
_FIRST_WORDS = sorted({words[0] for words in (*_HIVE, *_TRINO, *_REFUSED)} | set(_QUERIES))


@dataclass(frozen=True)
class Refused:
    """A statement that Athena has and we do not: it fails by name when it runs."""

    reason: str
    statement_type: str
    substatement_type: str | None

    def run(self, runtime: Surroundings) -> StatementResult:
        """Raise Unsupported."""
        raise Unsupported(self.reason)


def parse_statement(sql: str) -> Statement:
    """The statement of a text, which may end with a semicolon, for the embedded engine.

    Raises ParseError for text that Athena would refuse at the start; what Athena takes and we do not becomes
    a `Refused`.
    """
    return read_statement(sql, _TRINO, query.parse)


def read_statement(
    sql: str,
    families: Mapping[tuple[str, ...], Callable[[TokenStream], Found]],
    read_query: Callable[[str], Found],
) -> Found | CatalogStatement:
    """The statement of a text for an engine that reads by itself what holds a query.

    ``families`` reads what follows the first words, ``read_query`` a whole query. Hive's statements are the
    same on every engine. Raises ParseError; what raises Unsupported becomes a `Refused`.
    """
    words = first_words(sql)
    try:
        return _read(words, sql, families, read_query)
    except Unsupported as error:
        return Refused(error.message, *_kind(words))


def _read(
    words: tuple[str, ...],
    sql: str,
    families: Mapping[tuple[str, ...], Callable[[TokenStream], Found]],
    read_query: Callable[[str], Found],
) -> Found | CatalogStatement:
    for start, hive_parser in _HIVE.items():
        if words[: len(start)] == start:
            return hive_parser(_after(start, TokenStream(sql)))
    for start, parser in families.items():
        if words[: len(start)] == start:
            return parser(_after(start, TokenStream(sql, hive=False)))
    for start, (kind, name) in _REFUSED.items():
        if words[: len(start)] == start:
            return Refused(f"{' '.join(start)} is not supported: it is for Iceberg tables", kind, name)
    for start in _NOT_HERE:
        if words[: len(start)] == start:
            return Refused(f"{' '.join(start)} is not supported", *_kind(start))
    tokens = TokenStream(sql, hive=False)
    if (words[:1] and words[0] not in _QUERIES) or tokens.token.kind is Kind.END:
        raise tokens.mismatch(*map(repr, _FIRST_WORDS))
    return read_query(tokens.rest())


def _after(words: tuple[str, ...], tokens: TokenStream) -> TokenStream:
    tokens.expect(*words)
    return tokens


def _kind(words: tuple[str, ...]) -> tuple[str, str | None]:
    word = words[0] if words else "SELECT"
    if word in ("SHOW", "DESCRIBE", "DESC"):
        return UTILITY, word
    return (DML if word in (*_QUERIES, "INSERT", "UNLOAD", "EXPLAIN") else DDL), word
