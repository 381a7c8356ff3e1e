"""The parts that statements share: names, strings, numbers, properties, column lists and partition values."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from emulator.catalog.model import HiveColumn
from emulator.statements.reserved import RESERVED_IN_DDL, RESERVED_IN_DML
from emulator.statements.tokens import Kind, TokenStream
from emulator.trino.errors import ParseError
from emulator.trino.types import from_hive

_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "0": "\0", "Z": "\x1a"}
_ESCAPE = re.compile(r"\\(u[0-9a-fA-F]{4}|[0-3][0-7]{2}|.)", re.DOTALL)


@dataclass(frozen=True)
class Name:
    """A table's or view's name as written, in lower case; what is left out comes from the execution."""

    catalog: str | None
    database: str | None
    name: str

    def __str__(self) -> str:
        return ".".join(part for part in (self.catalog, self.database, self.name) if part is not None)


def identifier(tokens: TokenStream, either: bool = False) -> str:
    """A name, bare or quoted as the stream's grammar wants it, in lower case.

    ``either``: both kinds of quotes are taken (statements that Athena routes to both grammars).
    """
    token = tokens.token
    quotes = (Kind.BACKTICK, Kind.DOUBLE) if either else (Kind.BACKTICK if tokens.hive else Kind.DOUBLE,)
    if token.kind in quotes:
        tokens.next()
        quote = token.text[0]
        return token.text[1:-1].replace(quote * 2, quote).lower()
    if token.kind is Kind.BACKTICK and not tokens.hive:
        raise ParseError(
            "backquoted identifiers are not supported; use double quotes to quote identifiers",
            tokens.position(),
        )
    if token.kind is not Kind.WORD or _is_reserved(token.upper, tokens.hive, either):
        tokens.fail("identifier")
    return tokens.next().text.lower()


def _is_reserved(word: str, hive: bool, either: bool) -> bool:
    if either:
        return word in RESERVED_IN_DDL and word in RESERVED_IN_DML
    return word in (RESERVED_IN_DDL if hive else RESERVED_IN_DML)


def qualified(tokens: TokenStream, either: bool = False) -> Name:
    """``[[catalog.]database.]name``."""
    parts = [identifier(tokens, either)]
    while tokens.accept("."):
        parts.append(identifier(tokens, either))
    if len(parts) > 3:
        tokens.fail()
    catalog, database, name = [None] * (3 - len(parts)) + parts
    if name is None:  # pragma: no cover - a name was read
        tokens.fail("identifier")
    return Name(catalog, database, name)


def string(tokens: TokenStream) -> str:
    """A string literal: single quotes, and in Hive's grammar double ones too."""
    token = tokens.token
    if token.kind is not Kind.SINGLE and not (token.kind is Kind.DOUBLE and tokens.hive):
        tokens.fail("string")
    tokens.next()
    quote, body = token.text[0], token.text[1:-1]
    if not tokens.hive:
        return body.replace(quote * 2, quote)
    return _ESCAPE.sub(_unescaped, body.replace(quote * 2, quote))


def _unescaped(found: re.Match[str]) -> str:
    """What Hive makes of a backslash: a control character, ``\\001``, ``\\u0001``, or the next character."""
    text = found.group(1)
    if text[0] == "u" and len(text) == 5:
        return chr(int(text[1:], 16))
    if len(text) == 3:
        return chr(int(text, 8))
    # what Hive does not know it keeps with its backslash for the patterns of regular expressions
    return _ESCAPES.get(text, f"\\{text}" if text in "%_" else text)


def number(tokens: TokenStream) -> int:
    """A whole number."""
    token = tokens.token
    if token.kind is not Kind.NUMBER or not token.text.isdecimal():
        tokens.fail("number")
    return int(tokens.next().text)


def hive_properties(tokens: TokenStream) -> Mapping[str, str]:
    """``('key' = 'value', …)``."""

    def pair() -> tuple[str, str]:
        key = string(tokens)
        tokens.expect("=")
        return key, string(tokens)

    return dict(tokens.listed(pair))


def hive_type(tokens: TokenStream) -> str:
    """A column type in Glue's form (``int``, ``decimal(10,2)``, ``array<struct<a:string>>``)."""
    start = tokens.position()
    text = _type_text(tokens)
    try:
        from_hive(text)
    except ValueError as error:
        raise ParseError(f"cannot recognize the data type '{text}': {error}", start) from error
    return text


def _type_text(tokens: TokenStream) -> str:
    if tokens.token.kind is not Kind.WORD:
        tokens.fail("data type")
    name = tokens.next().text.lower()
    if name == "struct":
        return f"struct<{_angled(tokens, named=True)}>"
    if name in ("array", "map"):
        return f"{name}<{_angled(tokens, named=False)}>"
    if name == "double":
        tokens.accept("PRECISION")
    if tokens.looks_at("("):
        numbers = tokens.listed(lambda: number(tokens))
        return f"{name}({','.join(map(str, numbers))})"
    return {"integer": "int", "numeric": "decimal", "dec": "decimal"}.get(name, name)


def _angled(tokens: TokenStream, named: bool) -> str:
    tokens.expect("<")
    inner = []
    while True:
        field = ""
        if named:
            field = _field_name(tokens)
            tokens.expect(":")
            field += ":"
        inner.append(field + _type_text(tokens))
        if not tokens.accept(","):
            break
    if not tokens.accept(">"):
        tokens.fail("'>'", "','")
    return ",".join(inner)


def _field_name(tokens: TokenStream) -> str:
    """A struct's field may be any word, reserved or not."""
    if tokens.token.kind is Kind.WORD:
        return tokens.next().text.lower()
    return identifier(tokens)


def column(tokens: TokenStream) -> HiveColumn:
    """``name type [COMMENT 'text']``."""
    name = identifier(tokens)
    tokens.accept(":")
    kind = hive_type(tokens)
    return HiveColumn(name, kind, string(tokens) if tokens.accept("COMMENT") else None)


def partition_values(tokens: TokenStream) -> Mapping[str, str]:
    """``PARTITION (name = value, …)``: the values as text."""

    def pair() -> tuple[str, str]:
        name = identifier(tokens)
        tokens.expect("=")
        return name, literal_text(tokens)

    tokens.expect("PARTITION")
    return dict(tokens.listed(pair))


def literal_text(tokens: TokenStream) -> str:
    """A literal as the text of a partition value: a string, a number, a date, true or false."""
    if tokens.accept("DATE") or tokens.accept("TIMESTAMP"):
        return string(tokens)
    if tokens.token.upper in ("TRUE", "FALSE"):
        return tokens.next().text.lower()
    sign = "-" if tokens.accept("-") else ""
    if tokens.token.kind is Kind.NUMBER:
        return sign + tokens.next().text
    if sign:
        tokens.fail("number")
    return string(tokens)
