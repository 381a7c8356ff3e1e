"""Trino's tokens."""

from __future__ import annotations

import re
from typing import NamedTuple

from emulator.trino.errors import ParseError, Position

_NAMES = """
    alter and as between by case cast constraint create cross cube current_catalog current_date
    current_path current_role current_schema current_time current_timestamp current_user deallocate
    delete describe distinct drop else end escape except execute exists extract false for from full
    group grouping having in inner insert intersect into is join json_array json_exists json_object
    json_query json_table json_value left like listagg localtime localtimestamp natural normalize not
    null on or order outer prepare recursive right rollup select skip table then trim true uescape union
    unnest using values when where with
"""
RESERVED = frozenset(_NAMES.split())
"""Words that are no identifiers unless quoted."""

# what stands before a token is taken whole (?>...), so that no token is looked for within a comment
_TOKEN = re.compile(
    r"""(?>(?:\s+|--[^\r\n]*|/\*.*?\*/)*)
      (?:(?P<unicode>[uU]&'[^']*(?:''[^']*)*')
      | (?P<binary>[xX]'[^']*')
      | (?P<word>[A-Za-z_][A-Za-z0-9_]*)
      | (?P<string>'[^']*(?:''[^']*)*')
      | (?P<double>(?:\d+(?:\.\d*)?|\.\d+)[eE][+-]?\d+)
      | (?P<decimal>\d+\.\d*|\.\d+)
      | (?P<integer>\d+(?![A-Za-z0-9_]))
      | (?P<digits>\d[A-Za-z0-9_]+)
      | (?P<operator><>|!=|<=|>=|->|=>|\|\||[-+*/%=<>(),.\[\]?;:{}|])
      | (?P<quoted>"[^"]*(?:""[^"]*)*")
      | (?P<backquoted>`[^`]*(?:``[^`]*)*`)
      | (?P<end>\Z)
      | (?P<unknown>.))
    """,
    re.VERBOSE | re.DOTALL,
)
_REFUSED = {
    "digits": "identifiers must not start with a digit; surround the identifier with double quotes",
    "backquoted": "backquoted identifiers are not supported; use double quotes to quote identifiers",
    "unknown": "mismatched input '{}'",
}


class Token(NamedTuple):
    """A token: its kind, text and place. `word` is a word in lower case, an operator as it is, else empty."""

    kind: str
    text: str
    at: Position
    word: str = ""


def tokens(sql: str) -> list[Token]:
    """The tokens of a statement, ended by one of kind `end`. Raises ParseError."""
    found: list[Token] = []
    line, starts = 0, [0, *(newline.end() for newline in re.finditer("\n", sql)), len(sql) + 1]
    for match in _TOKEN.finditer(sql):
        kind = match.lastgroup or "unknown"
        start, end = match.span(kind)
        while start >= starts[line + 1]:
            line += 1
        at, text = Position(line + 1, start - starts[line] + 1), sql[start:end]
        if kind == "word":
            found.append(Token(kind, text, at, text.lower()))
        elif kind == "operator":
            found.append(Token(kind, text, at, text))
        elif kind in _REFUSED:
            raise ParseError(_REFUSED[kind].format(text), at)
        elif kind == "end":
            found.append(Token(kind, "<EOF>", at))
            break
        else:
            found.append(Token(kind, text, at))
    return found


def unicode_text(token: Token, escape: str) -> str:
    """The value of U&'...' with its escapes replaced. Raises ParseError for an invalid escape."""
    body = token.text[3:-1].replace("''", "'")
    if len(escape) != 1 or escape in "+'\" " or re.fullmatch(r"[0-9A-Fa-f]", escape):
        raise ParseError("Invalid Unicode escape character", token.at)
    mark = re.escape(escape)
    pattern = re.compile(rf"{mark}(?:({mark})|([0-9A-Fa-f]{{4}})|\+([0-9A-Fa-f]{{6}})|(.|\Z))", re.DOTALL)

    def replaced(found: re.Match[str]) -> str:
        if found.group(1):
            return escape
        digits = found.group(2) or found.group(3)
        if not digits:
            raise ParseError("Incomplete escape sequence", token.at)
        code = int(digits, 16)
        if code > 0x10FFFF or 0xD800 <= code <= 0xDFFF:
            raise ParseError(f"Invalid escaped character: {digits}", token.at)
        return chr(code)

    return pattern.sub(replaced, body)


def binary_value(token: Token) -> bytes:
    """The value of X'...'; blanks between digits are allowed. Raises ParseError."""
    digits = re.sub(r"\s", "", token.text[2:-1])
    if not re.fullmatch(r"[0-9A-Fa-f]*", digits):
        raise ParseError("Binary literal can only contain hexadecimal digits", token.at)
    if len(digits) % 2:
        raise ParseError("Binary literal must contain an even number of digits", token.at)
    return bytes.fromhex(digits)
