"""From a statement's text to what runs it on Trino: the first words decide, and no parser of queries."""

from __future__ import annotations

from collections.abc import Callable

from emulator.engine.trino.runtime import TrinoStatement
from emulator.engine.trino.select import parse_query, parse_show_functions
from emulator.statements.classify import read_statement
from emulator.statements.tokens import TokenStream

_FAMILIES: dict[tuple[str, ...], Callable[[TokenStream], TrinoStatement]] = {
    ("SHOW", "FUNCTIONS"): parse_show_functions,
}
"""Statements with Athena's own shapes or with rows of Trino's, by their first words."""


def parse_statement(sql: str) -> TrinoStatement:
    """The statement of a text, which may end with a semicolon; raises ParseError.

    Hive's DDL is the same as on the embedded engine. The text of queries is not looked at.
    """
    return read_statement(sql, _FAMILIES, parse_query)
