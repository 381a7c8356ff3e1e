"""Signatures as text, `element_at(array(T), bigint) -> T`, and how arguments are bound to them.

A capital letter is a type; a small letter among a type's numbers is a number (`varchar(x)`, `decimal(p,s)`);
`function(A,B,R)` is a lambda that takes A and B and gives R; `...` after the last parameter repeats it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from emulator.trino import types as t
from emulator.trino.analysis.coercion import can_coerce, common_type
from emulator.trino.types import Type

_TOKEN = re.compile(r"[A-Za-z_$][A-Za-z0-9_ ]*|\d+|\.\.\.|->|[(),]")
_VARIABLE = re.compile(r"[A-Z][0-9]?")
UNBOUNDED = -1
_MILLIS = 3
"""The precision of times where none of the arguments says one, all of them being NULL."""


@dataclass(frozen=True)
class Pattern:
    """A parameter's type with variables: `inner` for nested types, `numbers` for sizes."""

    base: str
    inner: tuple[Pattern, ...] = ()
    numbers: tuple[int | str, ...] = ()

    def __str__(self) -> str:
        parts = [*map(str, self.inner), *map(str, self.numbers)]
        return f"{self.base}({','.join(parts)})" if parts else self.base

    @property
    def is_variable(self) -> bool:
        """Whether this is a type variable."""
        return bool(_VARIABLE.fullmatch(self.base))

    @property
    def is_generic(self) -> bool:
        """Whether there is a variable in it."""
        return (
            self.is_variable
            or any(isinstance(n, str) for n in self.numbers)
            or any(inner.is_generic for inner in self.inner)
        )


@dataclass(frozen=True)
class LambdaShape:
    """Stands for an argument that is a lambda, before its body is read."""


@dataclass
class Bindings:
    """What a call's arguments say of a signature's variables."""

    types: dict[str, Type] = field(default_factory=dict)
    numbers: dict[str, int] = field(default_factory=dict)

    def bind(self, pattern: Pattern, actual: Type) -> bool:
        """Take what an argument of a type says; False if it cannot be this parameter."""
        if pattern.is_variable:
            known = self.types.get(pattern.base)
            met = actual if known is None else common_type(known, actual)
            if met is not None:
                self.types[pattern.base] = met
            return met is not None
        if actual == t.UNKNOWN:
            return True
        if pattern.inner:
            return (
                pattern.base == actual.base
                and len(pattern.inner) == len(actual.inner)
                and all(self.bind(p, a) for p, a in zip(pattern.inner, actual.inner, strict=True))
            )
        if pattern.numbers and any(isinstance(n, str) for n in pattern.numbers):
            return self._bind_numbers(pattern, actual)
        return True

    def _bind_numbers(self, pattern: Pattern, actual: Type) -> bool:
        if actual.base != pattern.base:
            met = common_type(actual, Type(pattern.base, (0,) * len(pattern.numbers)))
            if met is None or met.base != pattern.base:
                return False
            actual = _widened(actual, pattern.base, met)
        values = actual.args or (UNBOUNDED,)
        for variable, value in zip(pattern.numbers, values, strict=False):
            if isinstance(variable, str):
                known = self.numbers.get(variable)
                self.numbers[variable] = value if known is None else _larger(known, value)
        return True

    def concrete(self, pattern: Pattern) -> Type:
        """The type that a pattern stands for, unbound variables being unknown (or 0)."""
        if pattern.is_variable:
            return self.types.get(pattern.base, t.UNKNOWN)
        if pattern.base == "row" and not pattern.inner:
            return t.UNKNOWN
        if pattern.inner:
            inner = tuple(map(self.concrete, pattern.inner))
            return Type(
                pattern.base, inner=inner, names=(None,) * len(inner) if pattern.base == "row" else ()
            )
        unbound = _MILLIS if pattern.base.startswith("time") else 0
        numbers = tuple(self.numbers.get(n, unbound) if isinstance(n, str) else n for n in pattern.numbers)
        if pattern.base == "decimal" and numbers[0] == 0:
            return t.decimal(1, 0)
        if pattern.base in ("varchar", "char") and numbers == (UNBOUNDED,):
            return t.VARCHAR if pattern.base == "varchar" else t.char(65536)
        return Type(pattern.base, numbers)


def _widened(actual: Type, base: str, met: Type) -> Type:
    if base == "decimal":
        return t.decimal(t.INTEGER_DIGITS[actual.base], 0) if actual.is_integer else met
    return Type(base, actual.args) if actual.args else met


def _larger(a: int, b: int) -> int:
    return UNBOUNDED if UNBOUNDED in (a, b) else max(a, b)


def same_kind(wanted: Type, actual: Type) -> bool:
    """Whether two types differ in the lengths of varchars at most."""
    if wanted.base == actual.base == "varchar":
        return True
    if wanted.inner and wanted.base == actual.base and len(wanted.inner) == len(actual.inner):
        return all(map(same_kind, wanted.inner, actual.inner))
    return wanted == actual


@dataclass(frozen=True)
class Signature:
    """A function's name, its parameters, and its result."""

    name: str
    parameters: tuple[Pattern, ...]
    result: Pattern
    variadic: bool

    def __str__(self) -> str:
        shown = ", ".join(map(str, self.parameters))
        return f"{self.name}({shown}{'...' if self.variadic else ''})"

    def spread(self, count: int) -> tuple[Pattern, ...] | None:
        """The parameters for a call with that many arguments, or None if it cannot have them."""
        if not self.variadic:
            return self.parameters if len(self.parameters) == count else None
        fixed = len(self.parameters) - 1
        return self.parameters[:fixed] + self.parameters[-1:] * (count - fixed) if count >= fixed else None

    def bound(self, actual: Sequence[Type | LambdaShape]) -> Bindings | None:
        """The variables' values if the arguments fit; lambdas fit wherever one is taken."""
        parameters = self.spread(len(actual))
        if parameters is None:
            return None
        bindings = Bindings()
        for pattern, kind in zip(parameters, actual, strict=True):
            if isinstance(kind, LambdaShape):
                if pattern.base != "function":
                    return None
            elif pattern.base == "function" or not bindings.bind(pattern, kind):
                return None
        for pattern, kind in zip(parameters, actual, strict=True):
            if isinstance(kind, Type) and not can_coerce(kind, bindings.concrete(pattern)):
                return None
        return bindings

    def is_exact(self, actual: Sequence[Type | LambdaShape], bindings: Bindings) -> bool:
        """Whether no argument is coerced but for a varchar's length."""
        parameters = self.spread(len(actual)) or ()
        return all(
            isinstance(kind, LambdaShape) or same_kind(bindings.concrete(pattern), kind)
            for pattern, kind in zip(parameters, actual, strict=True)
        )


def parse_signature(text: str) -> Signature:
    """Read `name(parameter, ...) -> result`."""
    reader = _Reader(text)
    name = reader.take()
    parameters, variadic = reader.parameters()
    reader.expect("->")
    return Signature(name, parameters, reader.pattern(), variadic)


class _Reader:
    def __init__(self, text: str) -> None:
        self.pieces = [p.strip() for p in _TOKEN.findall(text)]
        self.at = 0

    def take(self) -> str:
        self.at += 1
        return str(self.pieces[self.at - 1])

    def peek(self) -> str:
        return str(self.pieces[self.at]) if self.at < len(self.pieces) else ""

    def expect(self, piece: str) -> None:
        if self.take() != piece:
            raise ValueError(f"{piece} expected in signature {self.pieces}")

    def parameters(self) -> tuple[tuple[Pattern, ...], bool]:
        found: list[Pattern] = []
        variadic = False
        self.expect("(")
        while self.peek() != ")":
            found.append(self.pattern())
            if self.peek() == "...":
                self.take()
                variadic = True
            if self.peek() == ",":
                self.take()
        self.expect(")")
        return tuple(found), variadic

    def pattern(self) -> Pattern:
        base = self.take()
        inner: list[Pattern] = []
        numbers: list[int | str] = []
        if self.peek() == "(":
            self.take()
            while self.peek() != ")":
                piece = self.peek()
                if piece.isdigit():
                    numbers.append(int(self.take()))
                elif len(piece) == 1 and piece.islower():
                    numbers.append(self.take())
                else:
                    inner.append(self.pattern())
                if self.peek() == ",":
                    self.take()
            self.expect(")")
        if self.peek() == "with time zone":
            base += " " + self.take()
        return Pattern(base, tuple(inner), tuple(numbers))
