"""Operations on tables and their versions."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import Any

from moto.glue.models import FakeTable

from emulator.catalog.glue import current_facts
from emulator.glue.errors import (
    AlreadyExists,
    ConcurrentModification,
    EntityNotFound,
    GlueError,
    InvalidInput,
)
from emulator.glue.requests import Json, page, pattern_of
from emulator.glue.store import Store, in_map_order, seconds

PAGE = 100
CONCURRENT = "Update table failed due to concurrent modifications."


class Tables:
    """Tables of one account and region. moto counts versions from 1, Glue from 0."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._updating = threading.Lock()

    def create(self, parameters: Json) -> Json:
        """CreateTable; the name is kept in lower case."""
        database = self._store.database(parameters["DatabaseName"])
        given = _kept(parameters)
        if given["Name"] in database.tables:
            raise AlreadyExists("Table")
        self._store.backend.create_table(database.name, given["Name"], given)
        return {}

    def get(self, parameters: Json) -> Json:
        """GetTable."""
        return {"Table": self.structure(self._store.table(parameters, "Name"))}

    def list(self, parameters: Json) -> Json:
        """GetTables, by name; those whose whole name matches the Expression."""
        found = self._store.tables(parameters["DatabaseName"])
        if parameters.get("Expression"):
            wanted = pattern_of(parameters["Expression"])
            found = [table for table in found if wanted.fullmatch(table.name)]
        shown, more = page(found, parameters, PAGE)
        structures = [self.structure(table) for table in shown]
        attributes = parameters.get("AttributesToGet")
        if attributes:
            names = {"NAME": "Name", "TABLE_TYPE": "TableType"}
            kept = {"Name", *(names[attribute] for attribute in attributes)}
            structures = [{name: row[name] for name in row if name in kept} for row in structures]
        return {"TableList": structures, **more}

    def update(self, parameters: Json) -> Json:
        """UpdateTable: a new version, with SkipArchive in the place of the one before.

        A VersionId that is not the table's current one is a ConcurrentModificationException.
        """
        given = _kept(parameters)
        if str(parameters.get("Name", given["Name"])).lower() != given["Name"]:
            raise InvalidInput(f"A table cannot be renamed: {parameters['Name']} to {given['Name']}")
        with self._updating:
            found = self._store.table({**parameters, "TableName": given["Name"]})
            seen = parameters.get("VersionId")
            if seen is not None and seen != current_version(found):
                raise ConcurrentModification(CONCURRENT)
            before = str(found._current_version)
            found.update(given)
            if parameters.get("SkipArchive"):
                found.versions.pop(before, None)
        return {}

    def delete(self, parameters: Json) -> Json:
        """DeleteTable, with its partitions."""
        found = self._store.table(parameters, "Name")
        self._store.backend.delete_table(found.database_name, found.name)
        return {}

    def delete_batch(self, parameters: Json) -> Json:
        """BatchDeleteTable."""
        self._store.database(parameters["DatabaseName"])
        errors = []
        for name in parameters["TablesToDelete"]:
            try:
                self.delete({"DatabaseName": parameters["DatabaseName"], "Name": name})
            except EntityNotFound:
                errors.append({"TableName": name, "ErrorDetail": EntityNotFound("Table not found").detail()})
        return {"Errors": errors}

    def get_version(self, parameters: Json) -> Json:
        """GetTableVersion; without VersionId the current one."""
        found = self._store.table(parameters)
        version = _version(found, parameters.get("VersionId") or current_version(found))
        return {"TableVersion": self._version_structure(found, version)}

    def list_versions(self, parameters: Json) -> Json:
        """GetTableVersions, the newest first."""
        found = self._store.table(parameters)
        versions = sorted(map(int, list(found.versions)), reverse=True)
        shown, more = page(versions, parameters, PAGE)
        return {
            "TableVersions": [self._version_structure(found, str(version)) for version in shown],
            **more,
        }

    def delete_version(self, parameters: Json) -> Json:
        """DeleteTableVersion, of a version that is not the current one."""
        found = self._store.table(parameters)
        version = _version(found, parameters["VersionId"])
        if version == str(found._current_version):
            raise InvalidInput("Cannot delete the current version of a table.")
        del found.versions[version]
        return {}

    def delete_versions(self, parameters: Json) -> Json:
        """BatchDeleteTableVersion."""
        found = self._store.table(parameters)
        errors = []
        for version in parameters["VersionIds"]:
            try:
                self.delete_version({**parameters, "VersionId": version})
            except GlueError as error:
                errors.append({"TableName": found.name, "VersionId": version, "ErrorDetail": error.detail()})
        return {"Errors": errors}

    def structure(self, found: FakeTable, version: str | None = None) -> Json:
        """The Table structure of a version as moto counts them, None for the current one."""
        current, facts = current_facts(found)
        at = int(version or current)
        if at != current:
            facts = found.versions[str(at)]
        created = seconds(found.created_time)
        structure = {
            "Name": found.name,
            "DatabaseName": found.database_name,
            "CreateTime": created,
            "UpdateTime": seconds(found.updated_time) if found.updated_time else created,
            "Retention": 0,
            "CreatedBy": f"arn:aws:iam::{self._store.account}:root",
            "IsRegisteredWithLakeFormation": False,
            "IsMultiDialectView": False,
            "CatalogId": self._store.account,
            "VersionId": str(at - 1),
        }
        # what the client left empty is left out, so that it can send back what it got
        given = {name: value for name, value in facts.items() if value not in (None, "") and name != "Name"}
        return {**structure, **given, **_storage(given), **_parameters(given)}

    def _version_structure(self, found: FakeTable, version: str) -> Json:
        return {"Table": self.structure(found, version), "VersionId": str(int(version) - 1)}


def current_version(found: FakeTable) -> str:
    """The VersionId of a table as Glue counts."""
    return str(found._current_version - 1)


def _kept(parameters: Json) -> Json:
    """The TableInput as it is kept: named in lower case, as Hive wants it."""
    given: Json = parameters["TableInput"]
    return {**given, "Name": given["Name"].lower()}


def _version(found: FakeTable, version: str) -> str:
    """moto's number of a VersionId; raises `InvalidInput`, `EntityNotFound`."""
    try:
        number = str(int(version) + 1)
    except ValueError as error:
        raise InvalidInput(f"Version id {version} is not an integer") from error
    if number not in found.versions:
        raise EntityNotFound("Version not found.")
    return number


def _storage(facts: Mapping[str, Any]) -> Json:
    descriptor = facts.get("StorageDescriptor")
    if not descriptor:
        return {}
    filled = {"Compressed": False, "NumberOfBuckets": 0, "StoredAsSubDirectories": False, **descriptor}
    return {"StorageDescriptor": {**filled, **_parameters(descriptor)}}


def _parameters(facts: Mapping[str, Any]) -> Json:
    return {"Parameters": in_map_order(facts["Parameters"])} if "Parameters" in facts else {}
