"""Trino's tokens."""

from __future__ import annotations

import re
from dataclasses import dataclass

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

_TOKEN = re.compile(
    r"""(?P<space>\s+|--[^\r\n]*|/\*.*?\*/)
      | (?P<unicode>[uU]&'(?:[^']|'')*')
      | (?P<binary>[xX]'[^']*')
      | (?P<string>'(?:[^']|'')*')
      | (?P<double>(?:\d+(?:\.\d*)?|\.\d+)[eE][+-]?\d+)
      | (?P<decimal>\d+\.\d*|\.\d+)
      | (?P<digits>\d[A-Za-z0-9_]+)
      | (?P<integer>\d+)
      | (?P<word>[A-Za-z_][A-Za-z0-9_]*)
      | (?P<quoted>"(?:[^"]|"")*")
      | (?P<backquoted>`(?:[^`]|``)*`)
      | (?P<operator><>|!=|<=|>=|->|=>|\|\||[-+*/%=<>(),.\[\]?;:{}|])
    """,
    re.VERBOSE | re.DOTALL,
)


@dataclass(frozen=True)
class Token:
    """A token: its kind, text, place and offset. `word` is lower-case for words, else empty."""

    kind: str
    text: str
    at: Position
    offset: int
    word: str = ""


def tokens(sql: str) -> list[Token]:
    """The tokens of a statement, ended by one of kind `end`. Raises ParseError."""
    found: list[Token] = []
    place, line, line_start = 0, 1, 0
    while place < len(sql):
        match = _TOKEN.match(sql, place)
        at = Position(line, place - line_start + 1)
        if not match:
            raise ParseError(f"mismatched input '{sql[place]}'", at)
        kind, text = str(match.lastgroup), match.group()
        if kind == "digits":
            kind, text = _digits(text, at)
        elif kind == "backquoted":
            raise ParseError(
                "backquoted identifiers are not supported; use double quotes to quote identifiers", at
            )
        if kind != "space":
            found.append(Token(kind, text, at, place, text.lower() if kind == "word" else ""))
        newlines = text.count("\n")
        if newlines:
            line, line_start = line + newlines, place + text.rindex("\n") + 1
        place += len(text)
    found.append(Token("end", "<EOF>", Position(line, place - line_start + 1), place))
    return found


def _digits(text: str, at: Position) -> tuple[str, str]:
    """Digits run into letters are no token of Trino's; `1e5` was taken before."""
    if text.isdigit():
        return "integer", text
    raise ParseError(
        "identifiers must not start with a digit; surround the identifier with double quotes", at
    )


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
