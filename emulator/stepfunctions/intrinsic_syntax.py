"""The text of an intrinsic function: ``States.Format('{} of {}', $.name, States.UUID())``."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

_TOKEN = re.compile(
    r"\s*(?:(?P<text>'(?:\\.|[^'\\])*')|(?P<number>-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)"
    r"|(?P<name>States\.[A-Za-z0-9]+)|(?P<word>true|false|null)|(?P<sign>[(),]))"
)
_WORDS = {"true": True, "false": False, "null": None}
_ESCAPED = re.compile(r"\\(.)")
DEEPEST = 10
"""Calls within calls that AWS allows."""


class IntrinsicSyntaxError(ValueError):
    """A text that is no call of an intrinsic function."""


@dataclass(frozen=True)
class Literal:
    """A constant; the text of a template for ``States.Format`` keeps its escapes in `raw`."""

    value: Any
    raw: str = ""


@dataclass(frozen=True)
class Path:
    """A path into the input (``$.a``), the context object (``$$.a``) or a variable (``$name.a``)."""

    path: str


@dataclass(frozen=True)
class Call:
    """A call; name without ``States.``."""

    name: str
    arguments: tuple[Literal | Path | Call, ...]
    text: str


def parse_call(text: str) -> Call:
    """The call that a text holds; raises `IntrinsicSyntaxError`."""
    parser = _Parser(text)
    call = parser.call(1)
    if text[parser.at :].strip():
        raise IntrinsicSyntaxError(f"'{text}' goes on after its call")
    return call


class _Parser:
    def __init__(self, text: str) -> None:
        self._text = text
        self.at = 0

    def call(self, depth: int) -> Call:
        """Read a call."""
        start = self.at
        name = self._take("name")
        if depth > DEEPEST:
            raise IntrinsicSyntaxError(f"'{self._text}' nests more than {DEEPEST} calls")
        self._sign("(")
        arguments: list[Literal | Path | Call] = []
        if self._peek() != ")":
            arguments.append(self._argument(depth))
            while self._peek() == ",":
                self._sign(",")
                arguments.append(self._argument(depth))
        self._sign(")")
        return Call(name.removeprefix("States."), tuple(arguments), self._text[start : self.at].strip())

    def _argument(self, depth: int) -> Literal | Path | Call:
        self._skip_spaces()
        if self._text.startswith("$", self.at):
            return self._path()
        match = _TOKEN.match(self._text, self.at)
        kind = match.lastgroup if match else None
        if kind == "name":
            return self.call(depth + 1)
        if kind == "text":
            raw = self._take("text")[1:-1]
            return Literal(_ESCAPED.sub(r"\1", raw), raw)
        if kind == "number":
            return Literal(json.loads(self._take("number")))
        if kind == "word":
            return Literal(_WORDS[self._take("word")])
        raise IntrinsicSyntaxError(f"'{self._text}' has no argument at character {self.at + 1}")

    def _path(self) -> Path:
        """Read a path: it ends at a comma or a bracket that is not within its own brackets or texts."""
        start, depth, quote = self.at, 0, ""
        while self.at < len(self._text):
            character = self._text[self.at]
            if quote:
                quote = "" if character == quote else quote
            elif character in "'\"":
                quote = character
            elif character in "[(":
                depth += 1
            elif character in "])" and depth:
                depth -= 1
            elif character in ",)":
                break
            self.at += 1
        return Path(self._text[start : self.at].strip())

    def _skip_spaces(self) -> None:
        while self.at < len(self._text) and self._text[self.at].isspace():
            self.at += 1

    def _peek(self) -> str:
        match = _TOKEN.match(self._text, self.at)
        return match.group("sign") or "" if match else ""

    def _sign(self, wanted: str) -> None:
        if self._peek() != wanted:
            raise IntrinsicSyntaxError(f"'{self._text}' lacks '{wanted}' at character {self.at + 1}")
        self._take("sign")

    def _take(self, kind: str) -> str:
        match = _TOKEN.match(self._text, self.at)
        if match is None or match.lastgroup != kind:
            raise IntrinsicSyntaxError(f"'{self._text}' cannot be read at character {self.at + 1}")
        self.at = match.end()
        return match.group(kind)
