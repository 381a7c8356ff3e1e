"""Where functions are registered and found: one entry a function, in the module of its subject.

    @function("element_at(array(T), bigint) -> T")
    def element_at(call: Call) -> str:
        ...DuckDB text over call.args, which are already coerced to the parameters' types...

Scalar functions give NULL for a NULL argument unless their text says otherwise: an emitter of native text
has to keep that rule.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from emulator.trino.emission.values import Value
from emulator.trino.errors import Position, TrinoError
from emulator.trino.functions.signatures import Bindings, LambdaShape, Signature, parse_signature
from emulator.trino.types import UNKNOWN, Type

SCALAR, AGGREGATE, WINDOW = "scalar", "aggregate", "window"


@dataclass(frozen=True)
class LambdaValue(Value):
    """A compiled lambda: `sql` is DuckDB's `lambda a, b: body`, `type` the body's."""

    parameters: tuple[str, ...] = ()
    body: str = ""


@dataclass(frozen=True)
class Call:
    """A call to compile. `invoke` dresses an aggregate with what was written around it."""

    name: str
    args: tuple[Value, ...]
    result: Type
    at: Position
    now: datetime
    distinct: bool = False
    order_by: str = ""
    filter: str | None = None
    over: str | None = None
    nulls: str | None = None

    def sql(self, index: int) -> str:
        """An argument's text."""
        return self.args[index].sql

    def invoke(self, head: str, *arguments: str, condition: str | None = None) -> str:
        """`head(DISTINCT arguments ORDER BY ...) FILTER (...) OVER (...)` as the call asks for.

        `condition` is a further condition on the rows that count.
        """
        distinct = "DISTINCT " if self.distinct else ""
        order = f" ORDER BY {self.order_by}" if self.order_by else ""
        nulls = " IGNORE NULLS" if self.nulls == "ignore" else ""
        conditions = [c for c in (self.filter, condition) if c]
        where = f" FILTER (WHERE {' AND '.join(conditions)})" if conditions else ""
        over = f" OVER {self.over}" if self.over else ""
        return f"{head}({distinct}{', '.join(arguments)}{order}{nulls}){where}{over}"

    def fail(self, message: str, error: str = "INVALID_FUNCTION_ARGUMENT") -> TrinoError:
        """An error of this call."""
        return TrinoError(error, message, self.at)


Emitter = Callable[[Call], str]


@dataclass(frozen=True)
class Function:
    """A registered function of one signature. `returns` overrides the signature's result.

    `takes_null_from` is the first place from which a NULL does not make the result NULL, where that decides
    which of several functions a bare NULL means.
    """

    signature: Signature
    emit: Emitter
    kind: str = SCALAR
    returns: Callable[[tuple[Value, ...]], Type] | None = None
    orderable: frozenset[str] = field(default_factory=frozenset)
    takes_null_from: int | None = None


_FUNCTIONS: dict[str, list[Function]] = {}


def register(
    kind: str,
    signatures: tuple[str, ...],
    emit: Emitter,
    returns: Callable[[tuple[Value, ...]], Type] | None = None,
    orderable: str = "",
    takes_null_from: int | None = None,
) -> None:
    """Register an emitter under signatures; `orderable` names type variables that must have an order."""
    for text in signatures:
        entry = Function(
            parse_signature(text), emit, kind, returns, frozenset(orderable.split()), takes_null_from
        )
        _FUNCTIONS.setdefault(entry.signature.name, []).append(entry)


def function(
    *signatures: str, kind: str = SCALAR, returns: Callable[[tuple[Value, ...]], Type] | None = None,
    orderable: str = "", takes_null_from: int | None = None,
) -> Callable[[Emitter], Emitter]:  # fmt: skip
    """Register the decorated emitter."""

    def decorate(emit: Emitter) -> Emitter:
        register(kind, signatures, emit, returns, orderable, takes_null_from)
        return emit

    return decorate


def native(signature: str, template: str, kind: str = SCALAR) -> None:
    """Register a function whose text is a template over its arguments: `upper({0})`."""

    def emit(call: Call) -> str:
        return template.format(*(a.sql for a in call.args))

    # as `function`'s emitters have it by nature: the module of the subject, for whoever lists the functions
    emit.__module__ = sys._getframe(1).f_globals["__name__"]
    register(kind, (signature,), emit)


def functions() -> Mapping[str, Sequence[Function]]:
    """Every registered function by its name; its subject is the module of its emitter."""
    return _FUNCTIONS


def is_kind(name: str, kind: str) -> bool:
    """Whether a function of that name is registered as of a kind."""
    return any(entry.kind == kind for entry in _FUNCTIONS.get(name, ()))


def is_registered(name: str) -> bool:
    """Whether there is any function of that name."""
    return name in _FUNCTIONS


Candidate = tuple[Function, Bindings]


def resolve(name: str, actual: list[Type | LambdaShape], at: Position) -> Candidate:
    """The function that Trino would choose for arguments of these types.

    Raises FUNCTION_NOT_FOUND, or AMBIGUOUS_FUNCTION_CALL where Trino cannot choose either.
    """
    fitting = [
        (entry, bindings)
        for entry in _FUNCTIONS.get(name, ())
        if (bindings := entry.signature.bound(actual)) is not None and _has_order(entry, bindings)
    ]
    exact = [c for c in fitting if c[0].signature.is_exact(actual, c[1])]
    plain = [c for c in exact if not any(p.is_generic for p in c[0].signature.parameters)]
    if exact:
        return (plain or exact)[0]
    if fitting:
        return _chosen(fitting, actual, at)
    shown = ", ".join("function" if isinstance(k, LambdaShape) else str(k) for k in actual)
    expected = ", ".join(sorted(str(entry.signature) for entry in _FUNCTIONS.get(name, ())))
    raise TrinoError(
        "FUNCTION_NOT_FOUND", f"Unexpected parameters ({shown}) for function {name}. Expected: {expected}", at
    )


def _has_order(entry: Function, bindings: Bindings) -> bool:
    return all(bindings.types[v].is_orderable for v in entry.orderable if v in bindings.types)


def _parameters(candidate: Candidate, count: int) -> list[Type]:
    entry, bindings = candidate
    return [bindings.concrete(p) for p in entry.signature.spread(count) or () if p.base != "function"]


def _chosen(fitting: list[Candidate], actual: list[Type | LambdaShape], at: Position) -> Candidate:
    """Those that no other is more specific than; of several, those that coerce only bare NULLs."""

    def narrower(a: Candidate, b: Candidate) -> bool:
        """Whether b would take the values that a takes."""
        kinds = iter(_parameters(a, len(actual)))
        taken = [k if isinstance(k, LambdaShape) else next(kinds) for k in actual]
        return b[0].signature.bound(taken) is not None

    left = [
        c for c in fitting if not any(o is not c and narrower(o, c) and not narrower(c, o) for o in fitting)
    ]
    if len(left) == 1:
        return left[0]
    left = [c for c in fitting if _only_nulls_coerced(c, actual)] or left
    results = {c[1].concrete(c[0].signature.result) for c in left}
    if len(left) > 1 and (len(results) > 1 or any(_takes_nulls(entry, actual) for entry, _ in left)):
        choices = ", ".join(str(entry.signature) for entry, _ in left)
        message = "Could not choose a best candidate operator. Explicit type casts must be added."
        raise TrinoError("AMBIGUOUS_FUNCTION_CALL", f"{message} Candidates are: {choices}", at)
    return left[0]


def _takes_nulls(entry: Function, actual: list[Type | LambdaShape]) -> bool:
    """Whether none of the bare NULLs among the arguments makes the result NULL."""
    first = entry.takes_null_from
    return first is not None and UNKNOWN not in actual[:first]


def _only_nulls_coerced(candidate: Candidate, actual: list[Type | LambdaShape]) -> bool:
    kinds = [k for k in actual if not isinstance(k, LambdaShape)]
    wanted = _parameters(candidate, len(actual))
    return all(k in (UNKNOWN, w) for k, w in zip(kinds, wanted, strict=True))
