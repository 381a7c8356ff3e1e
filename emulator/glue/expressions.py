"""GetPartitions' Expression: SQL's WHERE over partition keys, read once and asked of each partition.

Operators are those that the service's reference lists: comparisons, AND, OR, NOT, IN, BETWEEN, LIKE, IS NULL.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple, NoReturn

from emulator.catalog.partitions import NULL_PARTITION
from emulator.glue.errors import InvalidInput, InvalidState
from emulator.glue.key_types import TEXT, KeyType, key_type

Answer = bool | None
Predicate = Callable[[Sequence[str]], Answer]
"""Asked with a partition's values, in the order of the keys. None: unknown, as SQL has it for NULL."""

_TOKEN = re.compile(
    r"\s*(?:(?P<text>'(?:[^']|'')*')|(?P<quoted>`[^`]+`|\"[^\"]+\")"
    r"|(?P<number>[+-]?\d+(?:\.\d+)?(?![\w.]))|(?P<word>[\w.]+)|(?P<sign><>|!=|<=|>=|=|<|>|\(|\)|,))"
)
_COMPARISONS: Mapping[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "<>": operator.ne,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_TURNED = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}
_KEYWORDS = {"and", "or", "not", "in", "between", "like", "is", "null"}


class _Unreadable(Exception):
    """What stands here is not what the grammar wants."""


class _Token(NamedTuple):
    kind: str
    text: str


class _Key(NamedTuple):
    """A partition key: where its value stands, and its type."""

    place: int
    type: KeyType

    def value(self, values: Sequence[str]) -> Any:
        """A partition's value, None for Hive's NULL; raises `InvalidState` if it is not of the key's type."""
        text = values[self.place]
        if text == NULL_PARTITION and self.type.word != TEXT:
            return None
        try:
            return self.type.read(text)
        except ValueError as error:
            raise InvalidState(str(error)) from error

    def literal(self, text: str) -> Any:
        """A literal's value in the key's type; raises `InvalidInput` if it has none."""
        try:
            return self.type.read(text)
        except ValueError as error:
            raise InvalidInput(str(error)) from error


def predicate(expression: str | None, keys: Sequence[Mapping[str, str]]) -> Predicate:
    """The predicate of an expression over a table's PartitionKeys; without one, all partitions are meant.

    Raises `InvalidInput` for what is no expression, no key, or no literal of its key's type.
    """
    if expression is None or not expression.strip():
        return lambda values: True
    try:
        return _Parser(expression, keys).whole()
    except _Unreadable as error:
        raise InvalidInput(f"Unsupported expression '{expression}'") from error


class _Parser:
    """Reads one expression, by recursive descent."""

    def __init__(self, expression: str, keys: Sequence[Mapping[str, str]]) -> None:
        self._expression = expression
        self._keys = {key["Name"].lower(): (place, key.get("Type", "")) for place, key in enumerate(keys)}
        self._tokens = list(self._tokenized())
        self._at = 0

    def whole(self) -> Predicate:
        found = self._any()
        if self._at < len(self._tokens):
            self._wrong()
        return found

    def _any(self) -> Predicate:
        parts = [self._all()]
        while self._take("or"):
            parts.append(self._all())
        return parts[0] if len(parts) == 1 else lambda values: _or(part(values) for part in parts)

    def _all(self) -> Predicate:
        parts = [self._one()]
        while self._take("and"):
            parts.append(self._one())
        return parts[0] if len(parts) == 1 else lambda values: not_(_or(not_(part(values)) for part in parts))

    def _one(self) -> Predicate:
        if self._take("not"):
            inner = self._one()
            return lambda values: not_(inner(values))
        begin = self._at
        try:
            return self._comparison()
        except _Unreadable:
            # a parenthesis may begin an operand, as in (a) = 1, or a group of conditions
            self._at = begin
        self._expect("(")
        group = self._any()
        self._expect(")")
        return group

    def _comparison(self) -> Predicate:
        left = self._operand()
        if left.kind in ("text", "number"):
            sign = self._sign()
            return self._compare(self._key(self._operand()), _TURNED.get(sign, sign), left)
        key = self._key(left)
        if self._take("is"):
            return self._null_test(key)
        negated = self._take("not")
        found = self._special(key)
        if found is None:
            if negated:
                self._wrong()
            return self._compare(key, self._sign(), self._operand())
        return (lambda values: not_(found(values))) if negated else found

    def _special(self, key: _Key) -> Predicate | None:
        if self._take("in"):
            return self._membership(key)
        if self._take("between"):
            low = key.literal(self._literal())
            self._expect("and")
            high = key.literal(self._literal())
            return lambda values: _known(key.value(values), lambda value: low <= value <= high)
        if self._take("like"):
            return self._like(key)
        return None

    def _compare(self, key: _Key, sign: str, other: _Token) -> Predicate:
        compare = _COMPARISONS[sign]
        if other.kind not in ("text", "number"):
            second = self._key(other)
            return lambda values: _known(
                key.value(values),
                lambda value: _known(second.value(values), lambda against: compare(value, against)),
            )
        literal = key.literal(other.text)
        return lambda values: _known(key.value(values), lambda value: compare(value, literal))

    def _null_test(self, key: _Key) -> Predicate:
        negated = self._take("not")
        self._expect("null")
        return lambda values: (values[key.place] == NULL_PARTITION) != negated

    def _membership(self, key: _Key) -> Predicate:
        self._expect("(")
        wanted = [key.literal(self._literal())]
        while self._take(","):
            wanted.append(key.literal(self._literal()))
        self._expect(")")
        return lambda values: _known(key.value(values), lambda value: value in wanted)

    def _like(self, key: _Key) -> Predicate:
        if key.type.word != TEXT:
            raise InvalidInput(f"{key.type.word} data type doesn't support operation 'LIKE'")
        parts = re.split("([%_])", self._literal())
        wildcards = {"%": ".*", "_": "."}
        wanted = re.compile("".join(wildcards.get(part, re.escape(part)) for part in parts), re.DOTALL)
        return lambda values: wanted.fullmatch(values[key.place]) is not None

    def _operand(self) -> _Token:
        """A key's name or a literal, perhaps in parentheses; DATE '…' and TIMESTAMP '…' are their texts."""
        if self._take("("):
            inner = self._operand()
            self._expect(")")
            return inner
        token = self._next()
        typed = token.kind == "word" and token.text.lower() in ("date", "timestamp")
        if typed and self._at < len(self._tokens) and self._tokens[self._at].kind == "text":
            return self._next()
        if token.kind == "sign" or (token.kind == "word" and token.text.lower() in _KEYWORDS):
            self._wrong()
        return token

    def _literal(self) -> str:
        token = self._operand()
        if token.kind not in ("text", "number"):
            self._wrong()
        return token.text

    def _sign(self) -> str:
        token = self._next()
        if token.text not in _COMPARISONS or token.kind != "sign":
            self._wrong()
        return token.text

    def _key(self, token: _Token) -> _Key:
        found = self._keys.get(token.text.lower()) if token.kind in ("word", "quoted") else None
        if found is None:
            raise InvalidInput("Invalid partition expression!")
        place, declared = found
        known = key_type(declared)
        if known is None:
            raise InvalidInput(f"Unknown type : '{declared}'")
        return _Key(place, known)

    def _next(self) -> _Token:
        if self._at >= len(self._tokens):
            self._wrong()
        self._at += 1
        return self._tokens[self._at - 1]

    def _take(self, text: str) -> bool:
        """Whether this keyword or sign comes next; it is passed then."""
        here = self._tokens[self._at] if self._at < len(self._tokens) else None
        found = here is not None and here.kind in ("word", "sign") and here.text.lower() == text
        self._at += found
        return found

    def _expect(self, text: str) -> None:
        if not self._take(text):
            self._wrong()

    def _wrong(self) -> NoReturn:
        raise _Unreadable

    def _tokenized(self) -> Iterator[_Token]:
        at, end = 0, len(self._expression.rstrip())
        while at < end:
            found = _TOKEN.match(self._expression, at)
            if found is None or found.lastgroup is None:
                self._wrong()
            kind, text = found.lastgroup, found[found.lastgroup]
            if kind == "text":
                text = text[1:-1].replace("''", "'")
            yield _Token(kind, text[1:-1] if kind == "quoted" else text)
            at = found.end()


def not_(answer: Answer) -> Answer:
    """SQL's NOT."""
    return None if answer is None else not answer


def _or(answers: Iterator[Answer]) -> Answer:
    unknown = False
    for answer in answers:
        if answer:
            return True
        unknown = unknown or answer is None
    return None if unknown else False


def _known(value: Any, ask: Callable[[Any], Answer]) -> Answer:
    return None if value is None else ask(value)
