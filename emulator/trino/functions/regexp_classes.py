"""Character classes of Java-like regular expressions, in Python's and RE2's text."""

from __future__ import annotations

import re
import sys
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from emulator.trino.errors import Unsupported

_SHORT = {"d": r"0-9", "w": r"A-Za-z0-9_", "s": r"\t\n\x0b\x0c\r "}
_CONTROL = {"t": "\t", "n": "\n", "r": "\r", "f": "\f", "v": "\v", "a": "\a", "e": "\x1b"}
_CATEGORY = re.compile(r"[LMNPSZC][a-z]?")
_NAMED = {
    "alpha": ("L", "Nl"), "alnum": ("L", "Nl", "Nd"), "digit": ("Nd",), "upper": ("Lu",), "lower": ("Ll",),
}  # fmt: skip
_PROPERTY = re.compile(r"\{(\^?)([A-Za-z_]+)\}")
_POSIX = re.compile(r"\[:(\^?)([a-z]+):\]")


class BadPattern(Exception):
    """A pattern that Trino refuses, with Joni's text."""


@dataclass(frozen=True)
class CharacterClass:
    """A class in both dialects, with its brackets."""

    python: str
    re2: str


@dataclass(frozen=True)
class _Items:
    """What stands between brackets, in both dialects."""

    python: str
    re2: str


@lru_cache(maxsize=64)
def _ranges(categories: tuple[str, ...]) -> str:
    """The code points of general categories, as ranges for a class of Python's."""
    parts: list[str] = []
    start = -1
    for point in range(sys.maxunicode + 2):
        inside = point <= sys.maxunicode and unicodedata.category(chr(point)).startswith(categories)
        if inside and start < 0:
            start = point
        elif not inside and start >= 0:
            parts.append(f"\\U{start:08x}-\\U{point - 1:08x}")
            start = -1
    return "".join(parts)


@lru_cache(maxsize=2)
def word_edge(within: bool) -> str:
    r"""Python's text of `\b`, or of `\B` if `within`: words hold marks and circled letters too."""
    word = rf"[\w{_ranges(('M', 'Pc'))}\u24b6-\u24e9]"
    after, before = ("=", "!") if within else ("!", "=")
    return f"(?:(?<={word})(?{after}{word})|(?<!{word})(?{before}{word}))"


def _property(name: str) -> _Items:
    if _CATEGORY.fullmatch(name):
        categories: tuple[str, ...] = (name,)
    elif name.lower() in _NAMED:
        categories = _NAMED[name.lower()]
    elif name.lower() == "ascii":
        return _Items(r"\x00-\x7f", r"\x00-\x7f")
    elif name.lower() == "xdigit":
        return _Items("0-9A-Fa-f", "0-9A-Fa-f")
    else:
        raise Unsupported(f"Regular expression property {name} is not supported")
    return _Items(_ranges(categories), "".join(f"\\p{{{c}}}" for c in categories))


def read_property(text: str, at: int, negative: bool) -> tuple[CharacterClass, int]:
    """What follows `\\p` or `\\P`, and where it ends."""
    found = _PROPERTY.match(text, at)
    if found is None:
        raise Unsupported("Regular expression properties without braces are not supported")
    items = _property(found[2])
    sign = "^" if negative != bool(found[1]) else ""
    return CharacterClass(f"[{sign}{items.python}]", f"[{sign}{items.re2}]"), found.end()


def escaped_character(text: str, letter: str, at: int) -> tuple[str, int]:
    """The character that a backslash and a letter stand for, and where it ends."""
    if letter in _CONTROL:
        return _CONTROL[letter], at
    if letter in "xu":
        found = re.compile(r"[0-9A-Fa-f]{2}" if letter == "x" else r"[0-9A-Fa-f]{4}").match(text, at)
        if found is None:
            raise Unsupported(f"Regular expression escape \\{letter} is not supported in this form")
        return chr(int(found[0], 16)), found.end()
    if letter.isalnum():
        raise Unsupported(f"Regular expression escape \\{letter} is not supported")
    return letter, at


def _shown(letter: str) -> str:
    """A character inside brackets, in Python's form."""
    return f"\\U{ord(letter):08x}"


def _native(letter: str) -> str:
    return f"\\x{{{ord(letter):x}}}"


def read_class(text: str, at: int) -> tuple[CharacterClass, int]:
    """What follows an opening bracket, and where it ends."""
    reader = _ClassReader(text, at)
    found = reader.whole()
    return found, reader.at


class _ClassReader:
    def __init__(self, text: str, at: int) -> None:
        self.text = text
        self.at = at
        self.python: list[str] = []
        self.re2: list[str] = []

    def whole(self) -> CharacterClass:
        negative = self.text.startswith("^", self.at)
        self.at += negative
        first = self.at
        while not (self.text.startswith("]", self.at) and self.at > first):
            if self.at >= len(self.text):
                raise BadPattern("premature end of char-class")
            self.item()
        self.at += 1
        sign = "^" if negative else ""
        return CharacterClass(f"[{sign}{''.join(self.python)}]", f"[{sign}{''.join(self.re2)}]")

    def add(self, items: _Items) -> None:
        self.python.append(items.python)
        self.re2.append(items.re2)

    def item(self) -> None:
        """A character, a range, a shorthand or a named class."""
        if self.text.startswith("&&", self.at):
            raise Unsupported("Regular expression classes with && are not supported")
        posix = _POSIX.match(self.text, self.at)
        if posix is not None and not posix[1]:
            self.at = posix.end()
            self.add(_property(posix[2]))
            return
        if self.text[self.at] == "[":
            raise Unsupported("Regular expression classes within classes are not supported")
        low = self.character()
        if low is None:
            return
        if self.text.startswith("-", self.at) and self.text[self.at + 1 : self.at + 2] not in ("]", "", "["):
            self.at += 1
            high = self.character()
            if high is None:
                raise Unsupported("Regular expression ranges to a class are not supported")
            if high < low:
                raise BadPattern("empty range in char class")
            self.add(_Items(f"{_shown(low)}-{_shown(high)}", f"{_native(low)}-{_native(high)}"))
            return
        self.add(_Items(_shown(low), _native(low)))

    def character(self) -> str | None:
        """The character there; None if it was a shorthand, which is added."""
        letter = self.text[self.at]
        self.at += 1
        if letter != "\\":
            return letter
        if self.at >= len(self.text):
            raise BadPattern("end pattern at escape")
        letter = self.text[self.at]
        self.at += 1
        if letter in _SHORT:
            self.add(_Items(_SHORT[letter], _SHORT[letter]))
            return None
        if letter in "DWS":
            self.negated(_SHORT[letter.lower()])
            return None
        if letter in "pP":
            found, self.at = read_property(self.text, self.at, letter == "P")
            if found.python.startswith("[^"):
                raise Unsupported("Regular expression classes with negated properties are not supported")
            self.add(_Items(found.python[1:-1], found.re2[1:-1]))
            return None
        if letter == "b":
            raise Unsupported("Regular expression escape \\b is not supported in a class")
        point, self.at = escaped_character(self.text, letter, self.at)
        return point

    def negated(self, items: str) -> None:
        """A negated shorthand, as the ranges it leaves."""
        inside = {ord(c) for c in map(chr, range(128)) if re.fullmatch(f"[{items}]", c)}
        points = [p for p in range(128) if p not in inside]
        self.add(
            _Items(
                "".join(_shown(chr(p)) for p in points) + "\\U00000080-\\U0010ffff",
                "".join(_native(chr(p)) for p in points) + "\\x{80}-\\x{10ffff}",
            )
        )
