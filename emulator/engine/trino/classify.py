"""From a statement's text to what runs it on Trino: the first words decide, and no parser of queries."""

from __future__ import annotations

from collections.abc import Callable

from emulator.engine.trino.ctas import parse_table_as
from emulator.engine.trino.explain import parse_explain
from emulator.engine.trino.insert import parse_insert
from emulator.engine.trino.prepared import parse_execute, parse_prepare
from emulator.engine.trino.runtime import TrinoStatement
from emulator.engine.trino.select import parse_query, parse_show_functions
from emulator.engine.trino.unload import parse_unload
from emulator.engine.trino.views import parse_view
from emulator.statements.classify import read_statement
from emulator.statements.prepared import parse_deallocate
from emulator.statements.tokens import TokenStream

_FAMILIES: dict[tuple[str, ...], Callable[[TokenStream], TrinoStatement]] = {
    ("CREATE", "OR", "REPLACE", "VIEW"): lambda tokens: parse_view(tokens, replace=True),
    ("CREATE", "TABLE"): parse_table_as,
    ("CREATE", "VIEW"): lambda tokens: parse_view(tokens, replace=False),
    ("INSERT", "INTO"): parse_insert,
    ("UNLOAD",): parse_unload,
    ("EXPLAIN",): parse_explain,
    ("PREPARE",): lambda tokens: parse_prepare(tokens, parse_statement),
    ("EXECUTE",): lambda tokens: parse_execute(tokens, parse_statement),
    ("DEALLOCATE", "PREPARE"): parse_deallocate,
    ("SHOW", "FUNCTIONS"): parse_show_functions,
}
"""Statements with Athena's own shapes or with rows of Trino's, by their first words."""


def parse_statement(sql: str) -> TrinoStatement:
    """The statement of a text, which may end with a semicolon; raises ParseError.

    Hive's DDL is the same as on the embedded engine. The text of queries is not looked at.
    """
    return read_statement(sql, _FAMILIES, parse_query)
