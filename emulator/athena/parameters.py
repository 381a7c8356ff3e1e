"""ExecutionParameters: values for a statement's `?`, each an expression as text."""

from __future__ import annotations

from emulator.trino.errors import ParseError
from emulator.trino.parser import parse_expression
from emulator.trino.syntax.expressions import Identifier


def as_expression(text: str) -> str:
    """A parameter's value as an expression; a bare word, which no value could be, is taken as text.

    That is how the real service answers awswrangler's own tests, which send ``Washington`` without quotes.
    What is no expression at all is left to fail where it is used.
    """
    try:
        bare = isinstance(parse_expression(text), Identifier)
    except ParseError:
        return text
    return f"'{text.strip()}'" if bare and not text.strip().startswith('"') else text
