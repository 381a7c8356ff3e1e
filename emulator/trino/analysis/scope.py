"""Names in sight: fields of the relations in FROM, lambda parameters, and the queries around."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from emulator.trino.errors import Position, TrinoError, Unsupported
from emulator.trino.syntax import expressions as ex
from emulator.trino.types import Type

_HIDDEN_IN_TRINO = ("$file_size", "$file_modified_time", "$partition")
"""Columns of every table of files in Trino, beside ``$path``, which is here, too."""


@dataclass(frozen=True)
class Field:
    """A column in sight: its name (None if it has none), type, DuckDB text, and the relation's name.

    `qualifier` is the alias, or catalog, database and table, in lower case. `touch` tells a scan that the
    column is used. `hidden` fields are no part of `*`.
    """

    name: str | None
    type: Type
    sql: str
    qualifier: tuple[str, ...] = ()
    hidden: bool = False
    touch: Callable[[], None] | None = None
    partition: bool = False
    bucketed: bool = False

    def matches(self, path: tuple[str, ...]) -> bool:
        """Whether a path of lower-case names, ending in the column's, means this field."""
        if self.name is None or self.name.lower() != path[-1]:
            return False
        prefix = path[:-1]
        return not prefix or self.qualifier[-len(prefix) :] == prefix


@dataclass(frozen=True)
class Scope:
    """Fields in sight, and the scope around them."""

    fields: tuple[Field, ...] = ()
    parent: Scope | None = None
    is_lambda: bool = False

    def find(self, path: tuple[str, ...], at: Position) -> tuple[Field, Scope] | None:
        """The field that a path means and the scope it was found in; inner scopes first."""
        found = [known for known in self.fields if known.matches(path)]
        if len(found) > 1:
            raise TrinoError("AMBIGUOUS_NAME", f"Column '{'.'.join(path)}' is ambiguous", at)
        if found:
            return found[0], self
        return self.parent.find(path, at) if self.parent else None

    def has_relation(self, path: tuple[str, ...]) -> bool:
        """Whether a relation of that name is in this very scope."""
        return any(known.qualifier[-len(path) :] == path for known in self.fields)


@dataclass(frozen=True)
class OuterScope(Scope):
    """What a subquery sees around it; `used` are the fields that it takes from there, named at `places`."""

    used: list[Field] = field(default_factory=list)
    places: list[Position] = field(default_factory=list)

    def find(self, path: tuple[str, ...], at: Position) -> tuple[Field, Scope] | None:
        """As the scope around finds it, and noted."""
        found = super().find(path, at)
        if found:
            self.used.append(found[0])
            self.places.append(at)
        return found


def path_of(node: ex.Expression) -> tuple[str, ...] | None:
    """The names of `a.b.c` in lower case, or None for anything else."""
    if isinstance(node, ex.Identifier):
        return (node.name.lower(),)
    if isinstance(node, ex.Dereference):
        base = path_of(node.base)
        return (*base, node.name.name.lower()) if base else None
    return None


def missing(node: ex.Expression) -> TrinoError:
    """Trino's error for a name that is not in sight."""
    path = _written(node)
    if path.rpartition(".")[2].lower() in _HIDDEN_IN_TRINO:
        return Unsupported(f"The hidden column {path} is not supported", node.at)
    return TrinoError("COLUMN_NOT_FOUND", f"Column '{path}' cannot be resolved", node.at)


def _written(node: ex.Expression) -> str:
    if isinstance(node, ex.Dereference):
        return f"{_written(node.base)}.{node.name.name.lower() if not node.name.quoted else node.name.name}"
    assert isinstance(node, ex.Identifier)
    return node.name if node.quoted else node.name.lower()
