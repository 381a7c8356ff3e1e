"""What the parts of one compilation share: catalog, session, made-up names, scans and WITH queries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from emulator.trino.relations import Relations, Table
from emulator.trino.syntax import expressions as ex
from emulator.trino.types import Type

if TYPE_CHECKING:
    from emulator.trino.compiler import Session


@dataclass
class ScanUse:
    """A table's reading: the columns used so far, and the partition conditions found above it.

    `values` are the texts that a partition or bucketing column may have, by its name; `conditions` is the
    rest of what is known of partition columns.
    """

    token: str
    table: Table
    used: set[str] = field(default_factory=set)
    conditions: list[str] = field(default_factory=list)
    values: dict[str, frozenset[str]] = field(default_factory=dict)

    def keep(self, column: str, texts: frozenset[str]) -> None:
        """Leave out the partitions and files whose column has another value than these."""
        self.values[column] = self.values[column] & texts if column in self.values else texts


@dataclass(frozen=True)
class Output:
    """A column of a compiled query: its name (None without one) and type; in the text it is c0, c1, ..."""

    name: str | None
    type: Type
    hidden: bool = False


@dataclass(frozen=True)
class Plan:
    """A compiled query: DuckDB text whose columns are c0, c1, ... in the outputs' order."""

    sql: str
    outputs: tuple[Output, ...]


@dataclass(frozen=True)
class Named:
    """A WITH query in sight: the DuckDB name it is defined under, its columns."""

    sql_name: str
    outputs: tuple[Output, ...]


@dataclass
class Context:
    """One compilation. `ctes` collects the definitions that go in front of the whole text."""

    relations: Relations
    session: Session
    parameters: Sequence[ex.Expression]
    scans: list[ScanUse] = field(default_factory=list)
    ctes: list[str] = field(default_factory=list)
    views: list[str] = field(default_factory=list)
    counter: int = 0

    def fresh(self, prefix: str) -> str:
        """A name not used elsewhere in the text."""
        self.counter += 1
        return f"{prefix}{self.counter}"

    def scan(self, table: Table) -> ScanUse:
        """Begin the reading of a table."""
        use = ScanUse(f"$scan_{len(self.scans)}$", table)
        self.scans.append(use)
        return use


@dataclass(frozen=True)
class Namespace:
    """WITH queries in sight, and where unqualified table names are looked for."""

    catalog: str
    database: str
    named: dict[str, Named] = field(default_factory=dict)

    def including(self, name: str, query: Named) -> Namespace:
        """The same with one more WITH query."""
        return Namespace(self.catalog, self.database, {**self.named, name: query})
