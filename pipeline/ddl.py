"""The tables as `sql/tables/<level>/<table>.sql` declares them.

Athena executes the files as they are. The pipeline also reads them, to see what an existing table lacks; so
they keep one form: one column a line, each with a comment.
"""

import re
from dataclasses import dataclass
from pathlib import Path

from pipeline import sqltext
from pipeline.errors import ConfigurationError
from pipeline.settings import Settings
from pipeline.sqltext import Identifier, Value

# Each level and the database that holds its tables, lowest first.
LEVELS = {"bronze": "bronze", "staging": "silver", "silver": "silver", "gold": "gold"}

RUN_COLUMN = "run_id"

_HEAD = re.compile(r"create external table if not exists \$\{(\w+)\}\.(\w+) \(\n(.*?)\n\)\n", re.DOTALL)
_COLUMN = re.compile(r"    (`[^`]+`|\w+) (\S+) comment '((?:[^']|'')*)',?")
_COMMENT = re.compile(r"^comment '((?:[^']|'')*)'$", re.MULTILINE)
_PROPERTY = re.compile(r"^ {4}'([^']+)' = '([^']*)',?$", re.MULTILINE)


@dataclass(frozen=True)
class Column:
    """A column: its name, its Hive type and what it holds."""

    name: str
    type: str
    comment: str


@dataclass(frozen=True)
class TableFile:
    """One declared table. name is the public one; stored_name is the table's own, which ends in _runs when
    each run has its partition. properties are its `wardlake.*` ones.
    """

    level: str
    name: str
    stored_name: str
    comment: str
    columns: tuple[Column, ...]
    properties: dict[str, str]
    text: str

    @property
    def is_by_run(self) -> bool:
        """Whether each run adds its own partition, behind a public view."""
        return self.stored_name != self.name

    def statement(self, settings: Settings) -> str:
        """The CREATE statement for one stage."""
        values: dict[str, Value] = {
            LEVELS[self.level]: Identifier(database_of(settings, self.level)),
            "location": f"{location(settings, self.level, self.stored_name)}",
        }
        return sqltext.render(self.text, values, f"sql/tables/{self.level}/{self.name}.sql")


def database_of(settings: Settings, level: str) -> str:
    """The Glue database of a level's tables."""
    return {
        "bronze": settings.bronze_database,
        "silver": settings.silver_database,
        "gold": settings.gold_database,
    }[LEVELS[level]]


def location(settings: Settings, level: str, stored_name: str) -> str:
    """Where a table's files lie; deliveries lie in the source bucket, and what runs make in the lake."""
    by_run = stored_name.endswith("_runs")
    bucket = settings.lake_bucket if by_run else settings.source_bucket
    return f"s3://{bucket}/{level}/{stored_name}/"


def read_tables(sql_root: Path) -> tuple[TableFile, ...]:
    """Every declared table, lowest level first. Raises ConfigurationError for a folder that is no level."""
    root = sql_root / "tables"
    strange = sorted(path.name for path in root.iterdir() if path.name not in LEVELS)
    if strange:
        raise ConfigurationError(f"{root / strange[0]} is no level; the levels are {', '.join(LEVELS)}")
    paths = [path for level in LEVELS for path in sorted((root / level).glob("*.sql"))]
    return tuple(read_table(path) for path in paths)


def read_table(path: Path) -> TableFile:
    """One declared table. Raises ConfigurationError where the file leaves the one form."""
    text, level, name = sqltext.read(path), path.parent.name, path.stem
    head, comment = _HEAD.match(text), _COMMENT.search(text)
    if not head or not comment:
        raise ConfigurationError(f"{path} must begin with a create statement and have a comment line")
    database, stored_name, body = head.groups()
    if database != LEVELS[level] or stored_name not in (name, f"{name}_runs"):
        raise ConfigurationError(
            f"{path} declares {database}.{stored_name}; expected {LEVELS[level]}.{name}_runs"
        )
    columns = tuple(_column(path, line) for line in body.split("\n"))
    return TableFile(level, name, stored_name, _unquoted(comment[1]), columns, _properties(text), text)


def _column(path: Path, line: str) -> Column:
    match = _COLUMN.fullmatch(line)
    if not match:
        raise ConfigurationError(f"{path}: {line.strip()!r} is not `name type comment '...'` on one line")
    name, kind, comment = match.groups()
    return Column(name.strip("`"), kind, _unquoted(comment))


def _properties(text: str) -> dict[str, str]:
    return {key: value for key, value in _PROPERTY.findall(text) if key.startswith("wardlake.")}


def _unquoted(text: str) -> str:
    return text.replace("''", "'")
