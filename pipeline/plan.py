"""What a run executes, as data derived from the folders of `sql/`: the folder is the level, the file the
table."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pipeline import sqltext
from pipeline.ddl import LEVELS, TableFile, read_tables
from pipeline.errors import ConfigurationError

BUILD_LEVELS = ("staging", "silver", "gold")

_TABLE = re.compile(r"\$\{(?:bronze|silver|gold)\}\.(\w+)")


@dataclass(frozen=True)
class Statement:
    """A query whose rows make one table."""

    table: TableFile
    text: str


@dataclass(frozen=True)
class Audit:
    """A query that gives the offending rows of one invariant, as `record` and `observed`."""

    name: str
    text: str


@dataclass(frozen=True)
class Level:
    """Tables that read lower levels only, so they can be built at the same time, and what must hold of
    them."""

    name: str
    statements: tuple[Statement, ...]
    audits: tuple[Audit, ...]


@dataclass(frozen=True)
class Plan:
    """All declared tables, the levels to build in order, and the checks beside them by name."""

    tables: tuple[TableFile, ...]
    levels: tuple[Level, ...]
    checks: Mapping[str, str]

    def level(self, name: str) -> Level:
        """A level by its name."""
        return next(level for level in self.levels if level.name == name)


def read_plan(sql_root: Path) -> Plan:
    """The plan that the folders say.

    Raises ConfigurationError for a statement without a table, a table without a statement, and a statement
    that reads its own level or a higher one.
    """
    tables = read_tables(sql_root)
    levels = tuple(_level(sql_root, name, tables) for name in BUILD_LEVELS)
    checks = {path.stem: sqltext.read(path) for path in sorted((sql_root / "checks").glob("*.sql"))}
    return Plan(tables, levels, checks)


def _level(sql_root: Path, name: str, tables: tuple[TableFile, ...]) -> Level:
    declared = {table.name: table for table in tables if table.level == name}
    texts = _texts(sql_root / name)
    if set(texts) != set(declared):
        odd = sorted(set(texts) ^ set(declared))[0]
        missing = f"sql/tables/{name}" if odd in texts else f"sql/{name}"
        raise ConfigurationError(f"{odd}.sql is missing in {missing}: a table needs a DDL and a statement")
    audits = tuple(Audit(audit, text) for audit, text in _texts(sql_root / "audits" / name).items())
    statements = tuple(Statement(declared[table], text) for table, text in texts.items())
    for statement in statements:
        _check_reads(statement, tables)
    return Level(name, statements, audits)


def _texts(folder: Path) -> dict[str, str]:
    return {path.stem: sqltext.read(path) for path in sorted(folder.glob("*.sql"))}


def _check_reads(statement: Statement, tables: tuple[TableFile, ...]) -> None:
    order = list(LEVELS)
    level_of = {table.stored_name: table.level for table in tables}
    table = statement.table
    for read in _TABLE.findall(statement.text):
        if read not in level_of:
            raise ConfigurationError(
                f"sql/{table.level}/{table.name}.sql reads {read}, which no DDL declares"
            )
        if order.index(level_of[read]) >= order.index(table.level):
            raise ConfigurationError(f"sql/{table.level}/{table.name}.sql reads {read}, not of a lower level")
