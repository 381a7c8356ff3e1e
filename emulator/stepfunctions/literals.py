"""Strings of a definition as the values that JSON gives them; moto keeps their escapes as written."""

from __future__ import annotations

import json

from antlr4 import ParserRuleContext  # type: ignore[import-untyped]


def string_value(parser_rule_context: ParserRuleContext) -> str | None:
    """The value of a string's token, of ``null`` None, of another token its text."""
    text: str = parser_rule_context.getText()
    if text == "null":
        return None
    return str(json.loads(text)) if text.startswith('"') else text
