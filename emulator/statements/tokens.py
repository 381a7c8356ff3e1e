"""The words of Athena's statements, with their places, for the parsers of everything that is not a query.

Athena reads DDL with Hive's rules (names in backticks, strings in single or double quotes) and views, CTAS,
INSERT and the like with Trino's (names in double quotes). The pieces are the same; which rules hold is the
stream's `hive`.
"""

from __future__ import annotations

import contextlib
import itertools
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum
from typing import NoReturn, TypeVar

from emulator.trino.errors import ParseError, Position

_Item = TypeVar("_Item")


class Kind(Enum):
    """What a token is, by its first character."""

    WORD = "word"
    NUMBER = "number"
    BACKTICK = "backtick"
    DOUBLE = "double quoted"
    SINGLE = "single quoted"
    SYMBOL = "symbol"
    END = "end"


@dataclass(frozen=True)
class Token:
    """A piece of the statement: its text as written, and where it starts and ends in the whole text."""

    kind: Kind
    text: str
    start: int
    end: int

    @property
    def upper(self) -> str:
        """A bare word in upper case; the empty text for anything else."""
        return self.text.upper() if self.kind is Kind.WORD else ""


def _scanner(double: str, single: str) -> re.Pattern[str]:
    return re.compile(
        rf"""
        (?P<space>\s+|--[^\n]*|/\*.*?\*/)
      | (?P<word>[^\W\d]\w*)
      | (?P<number>\d+(?:\.\d+)?(?![\w])|\.\d+)
      | (?P<digits>\d\w*)
      | (?P<backtick>`(?:[^`]|``)*`)
      | (?P<double>{double})
      | (?P<single>{single})
      | (?P<symbol>[^\w\s`"'])
        """,
        re.VERBOSE | re.DOTALL,
    )


_HIVE = _scanner(r'"(?:[^"\\]|\\.|"")*"', r"'(?:[^'\\]|\\.|'')*'")
_TRINO = _scanner(r'"(?:[^"]|"")*"', r"'(?:[^']|'')*'")
_KINDS = {
    "word": Kind.WORD,
    "digits": Kind.WORD,
    "number": Kind.NUMBER,
    "backtick": Kind.BACKTICK,
    "double": Kind.DOUBLE,
    "single": Kind.SINGLE,
    "symbol": Kind.SYMBOL,
}


def position(sql: str, offset: int) -> Position:
    """The line and column of an offset, both from 1."""
    line_start = sql.rfind("\n", 0, offset) + 1
    return Position(sql.count("\n", 0, offset) + 1, offset - line_start + 1)


def scan(sql: str, hive: bool) -> Iterator[Token]:
    """The statement's tokens and a last one for its end; raises ParseError at a quote that is never closed.

    ``hive``: a backslash in a quoted string escapes the next character; in Trino's strings it means itself.
    """
    at, scanner = 0, _HIVE if hive else _TRINO
    while at < len(sql):
        found = scanner.match(sql, at)
        group = found.lastgroup if found else None
        if found is None or group is None:
            raise ParseError(f"extraneous input '{sql[at]}'", position(sql, at))
        if group != "space":
            yield Token(_KINDS[group], found.group(), at, found.end())
        at = found.end()
    yield Token(Kind.END, "<EOF>", len(sql), len(sql))


def first_words(sql: str, count: int = 4) -> tuple[str, ...]:
    """The bare words that a statement begins with, in upper case, up to ``count``."""
    words = []
    # a quote that one grammar closes and the other does not is for the statement's own parser to judge
    with contextlib.suppress(ParseError):
        for token in itertools.islice(scan(sql, hive=True), count):
            if token.kind is not Kind.WORD:
                break
            words.append(token.upper)
    return tuple(words)


class TokenStream:
    """The tokens of one statement and how far they are read.

    The text is scanned as far as it is asked about: the query that most statements end with has a lexer of
    its own.
    """

    def __init__(self, sql: str, hive: bool = True) -> None:
        self.sql = sql
        self.hive = hive
        self._unread = scan(sql, hive)
        self._tokens = [next(self._unread)]
        self._at = 0

    @property
    def beginning(self) -> Position:
        """Where the statement begins."""
        return position(self.sql, self._tokens[0].start)

    @property
    def token(self) -> Token:
        """The token that comes next."""
        return self.ahead(0)

    def ahead(self, count: int) -> Token:
        """The token that comes after ``count`` others; the end's beyond the end."""
        missing = self._at + count + 1 - len(self._tokens)
        if missing > 0:
            self._tokens.extend(itertools.islice(self._unread, missing))
        return self._tokens[min(self._at + count, len(self._tokens) - 1)]

    def next(self) -> Token:
        """Take the next token; the end stays."""
        token = self.token
        if token.kind is not Kind.END:
            self._at += 1
        return token

    def looks_at(self, *words: str) -> bool:
        """Whether these words (or symbols) come next."""
        return all(_is(self.ahead(index), word) for index, word in enumerate(words))

    def accept(self, *words: str) -> bool:
        """Take these words (or symbols) if they come next, all of them or none."""
        if not self.looks_at(*words):
            return False
        for _ in words:
            self.next()
        return True

    def expect(self, *words: str) -> None:
        """Take these words (or symbols); raises ParseError where another comes."""
        for word in words:
            if not self.accept(word):
                self.fail(f"'{word}'")

    def end(self) -> None:
        """Take a semicolon, if there is one, and the end; raises ParseError if anything else comes."""
        self.accept(";")
        if self.token.kind is not Kind.END:
            self.fail("<EOF>")

    def fail(self, *expected: str) -> NoReturn:
        """Raise ParseError for the token that comes next."""
        raise self.mismatch(*expected)

    def mismatch(self, *expected: str) -> ParseError:
        """The error of a token that does not fit: what it is, where, and what was expected."""
        wanted = f". Expecting: {', '.join(expected)}" if expected else ""
        return ParseError(f"mismatched input '{self.token.text}'{wanted}", self.position())

    def position(self) -> Position:
        """Where the next token is."""
        return position(self.sql, self.token.start)

    def rest(self) -> str:
        """The text from the next token on, without a last semicolon, at its place."""
        return self.sliced(self.token.start, self._end())

    def whole(self) -> str:
        """The whole statement as written, without a last semicolon."""
        return self.sql[: self._end()]

    def last(self, count: int) -> list[Token]:
        """The last tokens before the end and its semicolon; fewer if there are not as many."""
        tokens = self._all()[:-1]
        if tokens and _is(tokens[-1], ";"):
            tokens.pop()
        return tokens[-count:]

    def has_word(self, word: str) -> bool:
        """Whether a bare word comes anywhere in the statement."""
        return any(token.upper == word for token in self._all())

    def _end(self) -> int:
        if ";" in self.sql[self.token.start :]:
            last = self._all()[-2:][0]
            if _is(last, ";"):
                return last.start
        return len(self.sql)

    def _all(self) -> list[Token]:
        self._tokens.extend(self._unread)
        return self._tokens

    def sliced(self, start: int, end: int) -> str:
        """A part of the text, moved to its place by blanks, so that its errors name the right place."""
        return re.sub(r"[^\n]", " ", self.sql[:start]) + self.sql[start:end]

    def skip_parentheses(self) -> tuple[int, int]:
        """Take ``( … )``, with what it holds; gives the places of its content in the text."""
        start = self.token.end
        self.expect("(")
        depth = 1
        while True:
            token = self.token
            if token.kind is Kind.END:
                self.fail("')'")
            depth += {"(": 1, ")": -1}.get(token.text, 0)
            self.next()
            if depth == 0:
                return start, token.start

    def listed(self, item: Callable[[], _Item]) -> tuple[_Item, ...]:
        """A parenthesised list of one or more items."""
        self.expect("(")
        items = [item()]
        while self.accept(","):
            items.append(item())
        if not self.accept(")"):
            self.fail("')'", "','")
        return tuple(items)


def _is(token: Token, word: str) -> bool:
    if word[0].isalpha():
        return token.upper == word
    return token.kind is Kind.SYMBOL and token.text == word
