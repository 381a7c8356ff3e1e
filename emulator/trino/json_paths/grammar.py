"""The grammar of paths: text in, nodes out."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import NoReturn

from emulator.trino.json_paths import predicates as pr
from emulator.trino.json_paths.items import Item, Refused
from emulator.trino.json_paths.methods import NAMES, Method
from emulator.trino.json_paths.nodes import (
    Arithmetic,
    Current,
    Descendants,
    Elements,
    Last,
    Literal,
    Member,
    Named,
    Node,
    Root,
    Sign,
)

_TOKEN = re.compile(
    r'\s*(?:("(?:[^"\\]|\\.)*")|(\d+\.\d*(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?|\d+[eE][+-]?\d+|\d+)'
    r"|(\$?[A-Za-z_][A-Za-z0-9_]*)|(\.\.|==|<>|!=|<=|>=|&&|\|\||[$@.*?()\[\],+\-/%<>!])|(\S))"
)
_COMPARISONS = {"==": "==", "<>": "<>", "!=": "<>", "<": "<", "<=": "<=", ">": ">", ">=": ">="}


class BadPath(Exception):
    """Text that is no path: SYNTAX_ERROR, with its text."""


@dataclass(frozen=True)
class Path:
    """A path with its mode."""

    lax: bool
    node: Node
    names: frozenset[str]


@lru_cache(maxsize=512)
def parse_path(text: str) -> Path:
    """Read a path such as `lax $.a[*]?(@ > 3)`. Raises BadPath, or Refused for what is not supported."""
    return _Parser(text).path()


class _Parser:
    def __init__(self, text: str) -> None:
        self.tokens = [found.group().strip() for found in _TOKEN.finditer(text)]
        self.at = 0

    def peek(self, ahead: int = 0) -> str:
        at = self.at + ahead
        return self.tokens[at] if at < len(self.tokens) else ""

    def take(self) -> str:
        self.at += 1
        return self.peek(-1)

    def accept(self, *words: str) -> bool:
        if any(self.peek(i) != word for i, word in enumerate(words)):
            return False
        self.at += len(words)
        return True

    def expect(self, word: str) -> None:
        if not self.accept(word):
            self.fail()

    def fail(self) -> NoReturn:
        raise BadPath(f"mismatched input '{self.peek() or '<EOF>'}' in JSON path")

    def path(self) -> Path:
        mode = self.take()
        if mode not in ("lax", "strict"):
            raise BadPath(f"mismatched input '{mode}' expecting {{'lax', 'strict'}}")
        node = self.expression()
        if self.at != len(self.tokens):
            self.fail()
        names = frozenset(token[1:] for token in self.tokens if re.match(r"\$\w", token))
        return Path(mode == "lax", node, names)

    def expression(self) -> Node:
        left = self.product()
        while self.peek() in ("+", "-"):
            left = Arithmetic(self.take(), left, self.product())
        return left

    def product(self) -> Node:
        left = self.signed()
        while self.peek() in ("*", "/", "%"):
            left = Arithmetic(self.take(), left, self.signed())
        return left

    def signed(self) -> Node:
        if self.peek() in ("+", "-"):
            return Sign(self.take() == "-", self.signed())
        return self.accessor()

    def accessor(self) -> Node:
        node = self.primary()
        while True:
            if self.accept("[", "*", "]"):
                node = Elements(node, ())
            elif self.accept("["):
                node = Elements(node, self.subscripts())
            elif self.accept(".."):
                node = Descendants(node, self.key())
            elif self.accept(".", "*"):
                node = Member(node, None)
            elif self.accept("."):
                node = self.member(node)
            elif self.accept("?", "("):
                node = pr.Filter(node, self.predicate())
                self.expect(")")
            else:
                return node

    def member(self, base: Node) -> Node:
        if self.peek(1) == "(" and self.peek() == "datetime":
            raise Refused("JSON path method datetime()")
        if self.peek(1) == "(" and self.peek() in NAMES:
            name = self.take()
            self.expect("(")
            self.expect(")")
            return Method(base, name)
        return Member(base, self.key())

    def key(self) -> str:
        token = self.take()
        if token.startswith('"'):
            return _unquoted(token)
        if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", token):
            self.at -= 1
            self.fail()
        return token

    def subscripts(self) -> tuple[tuple[Node, Node | None], ...]:
        found = [self.subscript()]
        while self.accept(","):
            found.append(self.subscript())
        self.expect("]")
        return tuple(found)

    def subscript(self) -> tuple[Node, Node | None]:
        first = self.expression()
        return first, self.expression() if self.accept("to") else None

    def primary(self) -> Node:
        token = self.take()
        if token == "(":
            node = self.expression()
            self.expect(")")
            return node
        simple: dict[str, Node] = {"$": Root(), "@": Current(), "last": Last()}
        if token in simple:
            return simple[token]
        if token in _WORDS:
            return Literal(_WORDS[token])
        if token.startswith("$"):
            return Named(token[1:])
        if token.startswith('"'):
            return Literal(_unquoted(token))
        if token[:1].isdigit() or (token.startswith(".") and token[1:2].isdigit()):
            return Literal(_number(token))
        self.at -= 1
        return self.fail()

    def predicate(self) -> pr.Predicate:
        left = self.conjunction()
        while self.accept("||"):
            left = pr.Both("||", left, self.conjunction())
        return left

    def conjunction(self) -> pr.Predicate:
        left = self.condition()
        while self.accept("&&"):
            left = pr.Both("&&", left, self.condition())
        return left

    def condition(self) -> pr.Predicate:
        if self.accept("!"):
            return pr.Negation(self.condition())
        if self.accept("exists", "("):
            node = self.expression()
            self.expect(")")
            return pr.Exists(node)
        start = self.at
        if self.accept("("):
            inner = self.bracketed()
            if inner is not None:
                return inner
            self.at = start
        return self.comparison()

    def bracketed(self) -> pr.Predicate | None:
        """`(predicate) [is unknown]`, or None if the parentheses are an expression's."""
        try:
            inner = self.predicate()
            self.expect(")")
        except BadPath:
            return None
        return pr.Unknown(inner) if self.accept("is", "unknown") else inner

    def comparison(self) -> pr.Predicate:
        left = self.expression()
        if self.peek() in _COMPARISONS:
            op = _COMPARISONS[self.take()]
            return pr.Comparison(op, left, self.expression())
        if self.accept("starts", "with"):
            return pr.StartsWith(left, self.primary())
        if self.peek() == "like_regex":
            raise Refused("like_regex predicate in JSON path")
        return self.fail()


_WORDS: dict[str, Item] = {"true": True, "false": False, "null": None}


def _unquoted(token: str) -> str:
    import json

    try:
        return str(json.loads(token))
    except ValueError:
        raise BadPath(f"invalid string in JSON path: {token}") from None


def _number(token: str) -> Item:
    if "e" in token.lower():
        return float(token)
    return Decimal(token) if "." in token else int(token)
