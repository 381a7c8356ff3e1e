"""Walking along the tokens: looking ahead, taking, and saying what was expected."""

from __future__ import annotations

from collections.abc import Callable
from typing import NoReturn, TypeVar

from emulator.trino.errors import ParseError, Position
from emulator.trino.syntax import queries as qu
from emulator.trino.syntax.expressions import Expression, Identifier
from emulator.trino.syntax.lexer import RESERVED, Token, tokens

_Item = TypeVar("_Item")


class Cursor:
    """A place in the tokens of one statement. Words are compared in lower case.

    This is the parser's innermost loop: plain loops over plain lists, and no more calls than needed.
    """

    def __init__(self, sql: str) -> None:
        self.sql = sql
        self.tokens = tokens(sql)
        self.last = len(self.tokens) - 1
        self.index = 0
        self.parameters = 0

    def peek(self, ahead: int = 0) -> Token:
        """The token `ahead` of here, or the end."""
        place = self.index + ahead
        return self.tokens[place if place < self.last else self.last]

    @property
    def here(self) -> Position:
        """Where the next token is."""
        return self.tokens[self.index].at

    @property
    def word(self) -> str:
        """The next token if it is a word, in lower case, or an operator; else the empty text."""
        return self.tokens[self.index].word

    def next(self) -> Token:
        """Take the next token; the end stays."""
        token = self.tokens[self.index]
        if self.index < self.last:
            self.index += 1
        return token

    def sees(self, first: str, *others: str) -> bool:
        """Whether the next tokens are these words and operators."""
        if self.tokens[self.index].word != first:
            return False
        return not others or all(self.is_at(ahead, wanted) for ahead, wanted in enumerate(others, 1))

    def is_at(self, ahead: int, wanted: str) -> bool:
        """Whether the token `ahead` of here is this word or operator."""
        return self.peek(ahead).word == wanted

    def accept(self, first: str, *others: str) -> bool:
        """Take these tokens if they are next."""
        if self.tokens[self.index].word != first or (others and not self.sees(first, *others)):
            return False
        self.index += 1 + len(others)
        return True

    def expect(self, *wanted: str) -> None:
        """Take these tokens, or fail."""
        for text in wanted:
            if not self.accept(text):
                self.fail(f"'{text.upper()}'")

    def fail(self, expected: str) -> NoReturn:
        """Trino's text for a token that does not fit."""
        token = self.peek()
        raise ParseError(f"mismatched input '{token.text}'. Expecting: {expected}", token.at)

    def listed(self, item: Callable[[], _Item]) -> tuple[_Item, ...]:
        """One or more items with commas between."""
        items = [item()]
        while self.accept(","):
            items.append(item())
        return tuple(items)

    def parenthesised(self, item: Callable[[], _Item]) -> tuple[_Item, ...]:
        """Items between parentheses."""
        self.expect("(")
        items = self.listed(item)
        self.expect(")")
        return items

    def is_identifier(self, ahead: int = 0) -> bool:
        """Whether the token `ahead` of here can be an identifier."""
        token = self.peek(ahead)
        return token.kind == "quoted" or (token.kind == "word" and token.word not in RESERVED)

    def identifier(self) -> Identifier:
        """Take an identifier."""
        if not self.is_identifier():
            self.fail("<identifier>")
        token = self.next()
        if token.kind == "quoted":
            if token.text == '""':
                raise ParseError("Zero-length delimited identifier not allowed", token.at)
            return Identifier(token.text[1:-1].replace('""', '"'), True, at=token.at)
        return Identifier(token.text, at=token.at)

    def string(self) -> str:
        """Take a plain string."""
        if self.peek().kind != "string":
            self.fail("<string>")
        return self.next().text[1:-1].replace("''", "'")

    def expression(self) -> Expression:
        """An expression; given by the expression parser."""
        raise NotImplementedError

    def query(self) -> qu.Query:
        """A query; given by the query parser."""
        raise NotImplementedError
