"""Data catalogs and what they hold: databases and tables as Athena's metadata operations show them."""

from __future__ import annotations

import re
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from emulator.athena.errors import InvalidRequest, MetadataError
from emulator.athena.paging import page
from emulator.athena.shapes import Json
from emulator.catalog.model import Catalog, Database, DatabaseMissing, GlueTable, HiveColumn
from emulator.catalog.name_patterns import name_pattern

DEFAULT_CATALOG = "AwsDataCatalog"
ENTITY_NOT_FOUND = "EntityNotFoundException"
_KIND = {"Type": "GLUE", "Status": "CREATE_COMPLETE"}


@dataclass(frozen=True)
class DataCatalog:
    """A registered data catalog."""

    name: str
    parameters: Mapping[str, str]
    description: str = ""
    tags: dict[str, str] = field(default_factory=dict)

    def structure(self) -> Json:
        """The DataCatalog structure."""
        described = {"Description": self.description} if self.description else {}
        return {"Name": self.name, **_KIND, "Parameters": dict(self.parameters), **described}

    def summary(self) -> Json:
        """The DataCatalogSummary structure."""
        return {"CatalogName": self.name, **_KIND}


class DataCatalogs:
    """The data catalogs of one account and region: the account's Glue, and other names for it."""

    def __init__(self, glue: Catalog, account: str) -> None:
        self._glue = glue
        self._account = account
        self._lock = threading.Lock()
        self._all = {DEFAULT_CATALOG.lower(): DataCatalog(DEFAULT_CATALOG, {"catalog-id": account})}

    def get(self, name: str) -> DataCatalog:
        """The catalog, by its name in any case; raises `InvalidRequest` if there is none."""
        found = self._all.get(name.lower())
        if found is None:
            raise InvalidRequest(f"DataCatalog {name} was not found", "DATACATALOG_NOT_FOUND")
        return found

    def query_name(self, name: str | None) -> str:
        """The name that an engine knows a catalog by: every registered name means the account's Glue."""
        if name is None or name.lower() in self._all:
            return DEFAULT_CATALOG.lower()
        return name.lower()

    def create(self, params: Json) -> Json:
        """CreateDataCatalog, for the account's own Glue catalog under another name."""
        name = params["Name"]
        self._check_type(params)
        with self._lock:
            if name.lower() in self._all:
                raise InvalidRequest(f"DataCatalog {name} already exists")
            made = DataCatalog(
                name,
                params["Parameters"],
                params.get("Description", ""),
                {tag["Key"]: tag.get("Value", "") for tag in params.get("Tags", ())},
            )
            self._all[name.lower()] = made
        return {"DataCatalog": made.structure()}

    def update(self, params: Json) -> Json:
        """UpdateDataCatalog."""
        self._check_type(params)
        with self._lock:
            found = self.get(params["Name"])
            parameters = params.get("Parameters", found.parameters)
            description = params.get("Description", found.description)
            self._all[found.name.lower()] = DataCatalog(found.name, parameters, description, found.tags)
        return {}

    def delete(self, params: Json) -> Json:
        """DeleteDataCatalog."""
        with self._lock:
            found = self.get(params["Name"])
            if found.name == DEFAULT_CATALOG:
                raise InvalidRequest(f"DataCatalog {DEFAULT_CATALOG} cannot be deleted")
            del self._all[found.name.lower()]
        return {"DataCatalog": {**found.structure(), "Status": "DELETE_COMPLETE"}}

    def describe(self, params: Json) -> Json:
        """GetDataCatalog."""
        return {"DataCatalog": self.get(params["Name"]).structure()}

    def list(self, params: Json) -> Json:
        """ListDataCatalogs, by name."""
        known = sorted(self._all.values(), key=lambda catalog: catalog.name)
        shown, token = page(known, params.get("NextToken"), params.get("MaxResults"))
        answer: Json = {"DataCatalogsSummary": [catalog.summary() for catalog in shown]}
        return {**answer, "NextToken": token} if token else answer

    def set_tags(self, name: str, tags: dict[str, str]) -> None:
        """Replace the tags of a catalog."""
        with self._lock:
            found = self.get(name)
            self._all[name.lower()] = DataCatalog(found.name, found.parameters, found.description, tags)

    def list_databases(self, params: Json) -> Json:
        """ListDatabases, by name."""
        self.get(params["CatalogName"])
        shown, token = page(self._glue.databases(), params.get("NextToken"), params.get("MaxResults"))
        answer: Json = {"DatabaseList": [_database(database) for database in shown]}
        return {**answer, "NextToken": token} if token else answer

    def get_database(self, params: Json) -> Json:
        """GetDatabase."""
        self.get(params["CatalogName"])
        found = self._glue.database(params["DatabaseName"])
        if found is None:
            raise _missing(f"Database {params['DatabaseName']} not found.")
        return {"Database": _database(found)}

    def list_tables(self, params: Json) -> Json:
        """ListTableMetadata, by name; Expression is a regular expression, as in Athena."""
        self.get(params["CatalogName"])
        try:
            tables = self._glue.tables(params["DatabaseName"])
        except DatabaseMissing as error:
            raise _missing(f"Database {params['DatabaseName']} not found.") from error
        wanted = _name_pattern(params.get("Expression"))
        chosen = [table for table in tables if wanted is None or wanted.fullmatch(table.name)]
        shown, token = page(chosen, params.get("NextToken"), params.get("MaxResults"))
        answer: Json = {"TableMetadataList": [_table(table) for table in shown]}
        return {**answer, "NextToken": token} if token else answer

    def get_table(self, params: Json) -> Json:
        """GetTableMetadata."""
        self.get(params["CatalogName"])
        found = self._glue.table(params["DatabaseName"], params["TableName"])
        if found is None:
            raise _missing("Entity Not Found")
        return {"TableMetadata": _table(found)}

    def _check_type(self, params: Json) -> None:
        kind, account = params["Type"], params.get("Parameters", {}).get("catalog-id", self._account)
        if kind != "GLUE" or account != self._account:
            raise InvalidRequest(
                f"A data catalog of type {kind} for {account} is not supported by this emulator: "
                f"only GLUE with catalog-id {self._account}"
            )


def _missing(message: str) -> MetadataError:
    return MetadataError(message, ENTITY_NOT_FOUND)


def _name_pattern(expression: str | None) -> re.Pattern[str] | None:
    try:
        return name_pattern(expression) if expression is not None else None
    except re.error as error:
        raise InvalidRequest(f"Expression {expression!r} is no regular expression: {error}") from error


def _database(found: Database) -> Json:
    described = {"Description": found.description} if found.description else {}
    return {"Name": found.name, **described, "Parameters": dict(found.parameters)}


def _table(found: GlueTable) -> Json:
    return {
        "Name": found.name,
        "CreateTime": _seconds(found.raw.get("CreateTime")),
        "LastAccessTime": _seconds(found.raw.get("LastAccessTime")),
        "TableType": found.table_type,
        "Columns": [_column(column) for column in found.columns],
        "PartitionKeys": [_column(column) for column in found.partition_keys],
        "Parameters": _parameters(found),
    }


def _column(column: HiveColumn) -> Json:
    commented = {"Comment": column.comment} if column.comment else {}
    return {"Name": column.name, "Type": column.type, **commented}


def _parameters(found: GlueTable) -> dict[str, str]:
    """The table's own parameters, and its storage in the words that Athena uses here."""
    storage = found.storage
    facts = {
        "location": storage.location.rstrip("/"),
        "inputformat": storage.input_format,
        "outputformat": storage.output_format,
        "serde.serialization.lib": storage.serde,
        **{f"serde.param.{name}": value for name, value in storage.serde_parameters.items()},
    }
    comment = found.description or found.parameters.get("comment")
    if comment:
        # the real service shows a comment of many lines in one (PyAthena's suite asserts it)
        facts["comment"] = re.sub(r"\s+", " ", comment)
    return {**found.parameters, **{name: value for name, value in facts.items() if value}}


def _seconds(moment: Any) -> float:
    if isinstance(moment, datetime):
        return moment.timestamp()
    return float(moment or 0)
