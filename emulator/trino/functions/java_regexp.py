r"""Java-like regular expressions, as Trino's Joni reads them, in Python's and RE2's dialects.

`\d`, `\w` and `\s` are ASCII's, `.` is all but the newline, `$` also matches before a last newline, and
`\b` goes by Unicode's letters and marks. RE2's text is given only where it means the same; it cannot look
around or refer back.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache

from emulator.trino.errors import Unsupported
from emulator.trino.functions.failures import FunctionFailure
from emulator.trino.functions.regexp_classes import (
    BadPattern,
    CharacterClass,
    escaped_character,
    read_class,
    read_property,
    word_edge,
)

_COUNTS = re.compile(r"\{(\d+)(,(\d*))?\}")
_RE2_LIMIT = 1000


@dataclass(frozen=True)
class Piece:
    """A part of a pattern in both dialects; `re2` is None where RE2 cannot say it."""

    python: str
    re2: str | None
    nullable: bool
    groups: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Pattern:
    """A translated pattern.

    `re2` may consume a last newline where `$` only looks at it: good for asking whether there is a match
    and for its groups, while `re2_exact` is good for the whole match too. `optional` are the groups that a
    match may leave out, `nullable` those (0 being the whole) that may be empty.
    """

    compiled: re.Pattern[str]
    names: dict[str, int]
    re2: str | None
    re2_exact: str | None
    optional: frozenset[int]
    nullable: frozenset[int]


@dataclass
class _Flags:
    ignore_case: bool = False
    multiline: bool = False
    dot_all: bool = False
    extended: bool = False


@dataclass
class _Reader:
    """Recursive descent over a pattern."""

    text: str
    at: int = 0
    flags: _Flags = field(default_factory=_Flags)
    count: int = 0
    names: dict[str, int] = field(default_factory=dict)
    optional: set[int] = field(default_factory=set)
    nullable: set[int] = field(default_factory=set)
    looks_at_end: bool = False

    def sees(self, wanted: str) -> bool:
        return self.text.startswith(wanted, self.at)

    def accept(self, wanted: str) -> bool:
        if self.sees(wanted):
            self.at += len(wanted)
            return True
        return False

    def alternatives(self) -> list[Piece]:
        """Branches up to a closing parenthesis or the end; flags set inside last to the end of the group."""
        branches = [self.sequence()]
        while self.accept("|"):
            branches.append(self.sequence())
        return branches

    def sequence(self) -> Piece:
        pieces: list[Piece] = []
        while self.at < len(self.text) and not self.sees("|") and not self.sees(")"):
            if self.flags.extended and self._skip_comment():
                continue
            atom = self.atom()
            if atom is not None:
                pieces.append(self.quantified(atom))
        return joined(pieces)

    def _skip_comment(self) -> bool:
        if self.text[self.at] in " \t\n\r\f\v":
            self.at += 1
            return True
        if self.sees("#"):
            end = self.text.find("\n", self.at)
            self.at = len(self.text) if end < 0 else end + 1
            return True
        return False

    def quantified(self, atom: Piece) -> Piece:
        while True:
            found = self._counts()
            if found is None:
                return atom
            shown, least, most = found
            lazy = self.accept("?")
            possessive = not lazy and self.accept("+")
            if least == 0:
                self.optional |= atom.groups
            suffix = "?" if lazy else "+" if possessive else ""
            native = atom.re2 is not None and not possessive and not atom.nullable and most <= _RE2_LIMIT
            atom = Piece(
                f"(?:{atom.python}){shown}{suffix}",
                f"(?:{atom.re2}){shown}{suffix}" if native else None,
                atom.nullable or least == 0,
                atom.groups,
            )

    def _counts(self) -> tuple[str, int, int] | None:
        """A quantifier's text, least and most (0 for no limit)."""
        for sign, least, most in (("*", 0, 0), ("+", 1, 0), ("?", 0, 1)):
            if self.accept(sign):
                return sign, least, most
        found = _COUNTS.match(self.text, self.at)
        if found is None:
            return None
        self.at = found.end()
        least = int(found[1])
        most = least if found[2] is None else int(found[3]) if found[3] else 0
        if found[3] and most < least:
            raise Unsupported(f"Regular expression quantifier {found[0]} is not supported")
        return found[0], least, max(least, most)

    def atom(self) -> Piece | None:
        """One unit; None for what stands for nothing, such as a comment or flags."""
        letter = self.text[self.at]
        if letter == "(":
            return self.group()
        if letter in "*+?":
            raise BadPattern("target of repeat operator is not specified")
        self.at += 1
        if letter == "[":
            found, self.at = read_class(self.text, self.at)
            return self._class(found)
        if letter == "\\":
            return self.escape()
        if letter == ".":
            shown = "(?s:.)" if self.flags.dot_all else r"[^\n]"
            return Piece(shown, shown, False)
        if letter == "^":
            start = r"(?:\A|(?<=\n)(?!\Z))" if self.flags.multiline else r"\A"
            return Piece(start, None if self.flags.multiline else start, True)
        if letter == "$":
            return self._end_of_line()
        return self.literal(letter)

    def _end_of_line(self) -> Piece:
        if self.flags.multiline:
            return Piece(r"(?=\n|\Z)", "(?m:$)", True)
        last = not self.text[self.at :].strip(")")
        self.looks_at_end = True
        return Piece(r"(?=\n?\Z)", r"\n?\z" if last else None, True)

    def literal(self, letter: str) -> Piece:
        shown = re.escape(letter)
        native = f"\\x{{{ord(letter):x}}}" if not (letter.isalnum() or letter in " _-") else letter
        if self.flags.ignore_case:
            return Piece(f"(?i:{shown})", f"(?i:{native})", False)
        return Piece(shown, native, False)

    def _class(self, found: CharacterClass) -> Piece:
        if self.flags.ignore_case:
            return Piece(f"(?i:{found.python})", f"(?i:{found.re2})", False)
        return Piece(found.python, found.re2, False)

    def escape(self) -> Piece | None:
        if self.at >= len(self.text):
            raise BadPattern("end pattern at escape")
        letter = self.text[self.at]
        self.at += 1
        if letter == "Q":
            return self._quoted()
        if letter in "pP":
            found, self.at = read_property(self.text, self.at, letter == "P")
            return self._class(found)
        if letter in "123456789":
            return self._reference(int(letter))
        if letter == "k":
            return self._named_reference()
        if letter in "bB":
            return Piece(word_edge(within=letter == "B"), None, True)
        anchor = _ANCHORS.get(letter)
        if anchor is not None:
            return anchor
        shorthand = SHORTHANDS.get(letter)
        if shorthand is not None:
            return Piece(shorthand, shorthand, False)
        return self.literal(self._escaped_letter(letter))

    def _escaped_letter(self, letter: str) -> str:
        point, self.at = escaped_character(self.text, letter, self.at)
        return point

    def _quoted(self) -> Piece:
        end = self.text.find("\\E", self.at)
        whole = self.text[self.at : end if end >= 0 else len(self.text)]
        self.at = end + 2 if end >= 0 else len(self.text)
        pieces = [self.literal(letter) for letter in whole]
        if pieces and self._counts_follow():
            raise Unsupported("A regular expression with a quantifier after \\E is not supported")
        return joined(pieces)

    def _counts_follow(self) -> bool:
        at = self.at
        found = self._counts()
        self.at = at
        return found is not None

    def _reference(self, number: int) -> Piece:
        if self.at < len(self.text) and self.text[self.at].isdigit():
            raise Unsupported("Regular expression references above 9 are not supported")
        if number > self.count:
            raise Unsupported("Regular expression references to later groups are not supported")
        shown = f"(?:\\{number})"
        return Piece(f"(?i:{shown})" if self.flags.ignore_case else shown, None, True)

    def _named_reference(self) -> Piece:
        found = re.compile(r"<(\w+)>").match(self.text, self.at)
        if found is None or found[1] not in self.names:
            raise BadPattern("invalid backref number/name")
        self.at = found.end()
        return Piece(f"(?:\\{self.names[found[1]]})", None, True)

    def group(self) -> Piece | None:
        before = _Flags(**vars(self.flags))
        self.at += 1
        if self.accept("?#"):
            end = self.text.find(")", self.at)
            if end < 0:
                raise BadPattern("end pattern in group")
            self.at = end + 1
            return None
        for head, build in (("?<=", self._behind), ("?<!", self._not_behind)):
            if self.accept(head):
                return self._closed(build(self.alternatives()), before)
        for head in ("?=", "?!", "?>"):
            if self.accept(head):
                inner = either(self, self.alternatives())
                if head == "?!":
                    self.optional |= inner.groups
                nullable = inner.nullable if head == "?>" else True
                return self._closed(Piece(f"({head}{inner.python})", None, nullable, inner.groups), before)
        if self.accept("?:"):
            inner = either(self, self.alternatives())
            return self._closed(wrapped(inner), before)
        name = re.compile(r"\?<([A-Za-z_]\w*)>").match(self.text, self.at)
        if name is None and self.sees("?"):
            return self._flagged(before)
        return self._capture(name, before)

    def _capture(self, name: re.Match[str] | None, before: _Flags) -> Piece:
        self.count += 1
        number = self.count
        if name is not None:
            self.at = name.end()
            if name[1] in self.names:
                raise Unsupported("Regular expressions with a group name used twice are not supported")
            self.names[name[1]] = number
        inner = either(self, self.alternatives())
        if inner.nullable:
            self.nullable.add(number)
        native = None if inner.re2 is None else f"({inner.re2})"
        groups = inner.groups | {number}
        return self._closed(Piece(f"({inner.python})", native, inner.nullable, groups), before)

    def _flagged(self, before: _Flags) -> Piece | None:
        found = re.compile(r"\?([a-zA-Z]*)(?:-([a-zA-Z]*))?([:)])").match(self.text, self.at)
        if found is None or not set(found[1] + (found[2] or "")) <= set(_FLAG_NAMES):
            raise BadPattern("undefined group option")
        self.at = found.end()
        for letter in found[1]:
            setattr(self.flags, _FLAG_NAMES[letter], True)
        for letter in found[2] or "":
            setattr(self.flags, _FLAG_NAMES[letter], False)
        if found[3] == ")":
            return self._rest_of_group()
        return self._closed(wrapped(either(self, self.alternatives())), before)

    def _rest_of_group(self) -> Piece:
        """Flags set inside a group hold for what follows in it, alternatives too: that is a group."""
        return wrapped(either(self, self.alternatives()))

    def _closed(self, piece: Piece, before: _Flags) -> Piece:
        if not self.accept(")"):
            raise BadPattern("end pattern with unmatched parenthesis")
        self.flags = before
        return piece

    def _behind(self, branches: list[Piece]) -> Piece:
        """Python looks behind by a fixed width only: one assertion a branch."""
        shown = "|".join(f"(?<={branch.python})" for branch in branches)
        return Piece(f"(?:{shown})", None, True, groups_of(branches))

    def _not_behind(self, branches: list[Piece]) -> Piece:
        self.optional |= groups_of(branches)
        return Piece("".join(f"(?<!{b.python})" for b in branches), None, True, groups_of(branches))


_FLAG_NAMES = {"i": "ignore_case", "m": "multiline", "s": "dot_all", "x": "extended"}
_ANCHORS = {
    "A": Piece(r"\A", r"\A", True),
    "z": Piece(r"\Z", r"\z", True),
    "Z": Piece(r"(?=\n?\Z)", None, True),
}
SHORTHANDS = {
    "d": "[0-9]", "D": "[^0-9]", "w": "[A-Za-z0-9_]", "W": "[^A-Za-z0-9_]",
    "s": r"[\t\n\x0b\x0c\r ]", "S": r"[^\t\n\x0b\x0c\r ]",
}  # fmt: skip


def joined(pieces: list[Piece]) -> Piece:
    """Pieces one after the other."""
    native = [p.re2 for p in pieces if p.re2 is not None]
    return Piece(
        "".join(p.python for p in pieces),
        "".join(native) if len(native) == len(pieces) else None,
        all(p.nullable for p in pieces),
        groups_of(pieces),
    )


def groups_of(pieces: list[Piece]) -> frozenset[int]:
    """The groups in some pieces."""
    return frozenset().union(*(p.groups for p in pieces))


def either(reader: _Reader, branches: list[Piece]) -> Piece:
    """Alternatives; a match may leave out the groups of each."""
    if len(branches) == 1:
        return branches[0]
    groups = groups_of(branches)
    reader.optional |= groups
    native = [b.re2 for b in branches if b.re2 is not None]
    return Piece(
        "|".join(b.python for b in branches),
        "|".join(native) if len(native) == len(branches) else None,
        any(b.nullable for b in branches),
        groups,
    )


def wrapped(piece: Piece) -> Piece:
    """A piece as a group that captures nothing."""
    native = None if piece.re2 is None else f"(?:{piece.re2})"
    return Piece(f"(?:{piece.python})", native, piece.nullable, piece.groups)


@lru_cache(maxsize=512)
def translate(pattern: str) -> Pattern:
    """A pattern in both dialects. Raises BadPattern as Trino would, or Unsupported."""
    reader = _Reader(pattern)
    whole = either(reader, reader.alternatives())
    if reader.at < len(pattern):
        raise BadPattern("unmatched close parenthesis")
    try:
        compiled = re.compile(whole.python)
    except (re.error, OverflowError) as refused:
        raise Unsupported(f"Regular expression is not supported ({refused}): {pattern}") from None
    nullable = reader.nullable | ({0} if whole.nullable else set())
    exact = None if reader.looks_at_end else whole.re2
    return Pattern(compiled, reader.names, whole.re2, exact, frozenset(reader.optional), frozenset(nullable))


def compiled(pattern: str) -> Pattern:
    """As `translate`, at run time: what it raises goes through DuckDB."""
    try:
        return translate(pattern)
    except BadPattern as refused:
        raise FunctionFailure(str(refused)) from None
    except Unsupported as refused:
        raise FunctionFailure(refused.message, refused.name) from None
