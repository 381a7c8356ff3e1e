"""The front door of the grammar: text to syntax tree.

The grammar is our own recursive descent over Trino's, not a general SQL library's: a library reads many
dialects at once and accepts what Trino refuses (`LIMIT 1 OFFSET 1`, `a = b = c`, `x::int`), and it rewrites
calls on the way, so that what was written can no longer be told from what was meant.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import TypeVar

from emulator.trino.errors import ParseError
from emulator.trino.syntax.expressions import Expression
from emulator.trino.syntax.queries import Query
from emulator.trino.syntax.query_parser import QueryParser

_Tree = TypeVar("_Tree", Query, Expression)


def parse_query(sql: str) -> Query:
    """The tree of one query (SELECT, WITH, VALUES, TABLE), without a semicolon.

    Raises ParseError with Trino's `line L:C: mismatched input ...`, Unsupported for grammar that is left out.
    """
    return _known_query(sql) if len(sql) <= _SHORT else _query(sql)


_SHORT = 4000
"""Texts up to this length, such as views', are kept parsed: the trees do not change and can be shared."""


def _query(sql: str) -> Query:
    parser = QueryParser(sql)
    query = _within_depth(parser.query)
    if parser.peek().kind != "end":
        parser.fail("<EOF>")
    return query


_known_query = lru_cache(maxsize=256)(_query)


def parse_expression(sql: str) -> Expression:
    """The tree of one expression, such as a parameter's value. Raises as `parse_query` does."""
    parser = QueryParser(sql)
    found = _within_depth(parser.expression)
    if parser.peek().kind != "end":
        parser.fail("<EOF>")
    return found


def _within_depth(parse: Callable[[], _Tree]) -> _Tree:
    """Trino gives up on a statement nested too deeply for its stack; so do we, with its words."""
    try:
        return parse()
    except RecursionError:
        raise ParseError("statement is too large (stack overflow while parsing)") from None
