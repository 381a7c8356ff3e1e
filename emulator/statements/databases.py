"""CREATE, DROP and ALTER DATABASE (or SCHEMA)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from emulator.catalog.model import AlreadyExists
from emulator.engine.base import DDL, StatementResult
from emulator.statements.runtime import Surroundings
from emulator.statements.syntax import hive_properties, identifier, string
from emulator.statements.tokens import TokenStream
from emulator.trino.errors import TrinoError


@dataclass(frozen=True)
class CreateDatabase:
    """``CREATE DATABASE [IF NOT EXISTS] name [COMMENT …] [LOCATION …] [WITH DBPROPERTIES (…)]``."""

    name: str
    if_not_exists: bool
    comment: str | None
    location: str | None
    properties: Mapping[str, str] = field(default_factory=dict)
    statement_type: str = DDL
    substatement_type: str | None = "CREATE_DATABASE"

    def run(self, runtime: Surroundings) -> StatementResult:
        """Create it in Glue; raises TrinoError if it exists."""
        facts: dict[str, Any] = {"Name": self.name}
        if self.comment is not None:
            facts["Description"] = self.comment
        if self.location is not None:
            facts["LocationUri"] = self.location
        if self.properties:
            facts["Parameters"] = dict(self.properties)
        try:
            runtime.catalog.create_database(facts)
        except AlreadyExists as error:
            if not self.if_not_exists:
                raise TrinoError("SCHEMA_ALREADY_EXISTS", f"Schema '{self.name}' already exists") from error
        return StatementResult(DDL, self.substatement_type, text=True)


@dataclass(frozen=True)
class DropDatabase:
    """``DROP DATABASE [IF EXISTS] name [RESTRICT | CASCADE]``."""

    name: str
    if_exists: bool
    cascade: bool
    statement_type: str = DDL
    substatement_type: str | None = "DROP_DATABASE"

    def run(self, runtime: Surroundings) -> StatementResult:
        """Drop it; with CASCADE its tables go too (their data in S3 stays); raises TrinoError."""
        result = StatementResult(DDL, self.substatement_type, text=True)
        if self.if_exists and runtime.catalog.database(self.name) is None:
            return result
        runtime.database(self.name)
        if not self.cascade and runtime.catalog.tables(self.name):
            raise TrinoError(
                "SCHEMA_NOT_EMPTY",
                f"Cannot drop non-empty schema '{self.name}': use CASCADE to drop its tables",
            )
        runtime.catalog.delete_database(self.name)
        return result


@dataclass(frozen=True)
class AlterDatabase:
    """``ALTER DATABASE name SET DBPROPERTIES ('key' = 'value', …)``."""

    name: str
    properties: Mapping[str, str]
    statement_type: str = DDL
    substatement_type: str | None = "ALTER_DATABASE"

    def run(self, runtime: Surroundings) -> StatementResult:
        """Add or change properties; raises TrinoError if there is no such database."""
        found = runtime.database(self.name)
        facts: dict[str, Any] = {"Name": found.name, "Parameters": {**found.parameters, **self.properties}}
        if found.description is not None:
            facts["Description"] = found.description
        if found.location is not None:
            facts["LocationUri"] = found.location
        runtime.catalog.update_database(found.name, facts)
        return StatementResult(DDL, self.substatement_type, text=True)


def parse_create(tokens: TokenStream) -> CreateDatabase:
    """After ``CREATE DATABASE``."""
    if_not_exists = tokens.accept("IF", "NOT", "EXISTS")
    name = identifier(tokens)
    comment = string(tokens) if tokens.accept("COMMENT") else None
    location = string(tokens) if tokens.accept("LOCATION") else None
    properties = hive_properties(tokens) if tokens.accept("WITH", "DBPROPERTIES") else {}
    tokens.end()
    return CreateDatabase(name, if_not_exists, comment, location, properties)


def parse_drop(tokens: TokenStream) -> DropDatabase:
    """After ``DROP DATABASE``."""
    if_exists = tokens.accept("IF", "EXISTS")
    name = identifier(tokens)
    cascade = tokens.accept("CASCADE")
    if not cascade:
        tokens.accept("RESTRICT")
    tokens.end()
    return DropDatabase(name, if_exists, cascade)


def parse_alter(tokens: TokenStream) -> AlterDatabase:
    """After ``ALTER DATABASE``."""
    name = identifier(tokens)
    tokens.expect("SET", "DBPROPERTIES")
    properties = hive_properties(tokens)
    tokens.end()
    return AlterDatabase(name, properties)
