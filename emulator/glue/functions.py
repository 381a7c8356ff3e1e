"""User-defined functions: kept as given, as long as their database."""

from __future__ import annotations

import weakref
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from moto.glue.models import FakeDatabase

from emulator.glue.errors import AlreadyExists, EntityNotFound, InvalidInput
from emulator.glue.requests import Json, page, pattern_of
from emulator.glue.store import Store, seconds

PAGE = 100

Named = dict[str, Mapping[str, Any]]


class Functions:
    """User-defined functions of one account and region."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._known: weakref.WeakKeyDictionary[FakeDatabase, Named] = weakref.WeakKeyDictionary()

    def create(self, parameters: Json) -> Json:
        """CreateUserDefinedFunction; the name is kept in lower case."""
        database = self._store.database(parameters["DatabaseName"])
        known = self._known.setdefault(database, {})
        name = _name(parameters["FunctionInput"].get("FunctionName"))
        if name in known:
            raise AlreadyExists("Function")
        known[name] = self._made(database, name, parameters["FunctionInput"])
        return {}

    def get(self, parameters: Json) -> Json:
        """GetUserDefinedFunction."""
        _, known, name = self._found(parameters)
        return {"UserDefinedFunction": known[name]}

    def list(self, parameters: Json) -> Json:
        """GetUserDefinedFunctions: of a database or of all, whose whole names match the Pattern."""
        wanted = pattern_of(parameters["Pattern"])
        name = parameters.get("DatabaseName")
        databases = [self._store.database(name)] if name else self._store.databases()
        kind = parameters.get("FunctionType")
        found = [
            known[function]
            for known in (self._known.get(database, {}) for database in databases)
            for function in sorted(known)
            if wanted.fullmatch(function) and kind in (None, known[function].get("FunctionType"))
        ]
        shown, more = page(found, parameters, PAGE)
        return {"UserDefinedFunctions": [*shown], **more}

    def update(self, parameters: Json) -> Json:
        """UpdateUserDefinedFunction; a function keeps its name."""
        database, known, name = self._found(parameters)
        given = parameters["FunctionInput"]
        if _name(given.get("FunctionName", name)) != name:
            raise InvalidInput(f"A function cannot be renamed: {name} to {given['FunctionName']}")
        known[name] = self._made(database, name, given)
        return {}

    def delete(self, parameters: Json) -> Json:
        """DeleteUserDefinedFunction."""
        _, known, name = self._found(parameters)
        del known[name]
        return {}

    def _found(self, parameters: Json) -> tuple[FakeDatabase, Named, str]:
        database = self._store.database(parameters["DatabaseName"])
        known, name = self._known.get(database, {}), parameters["FunctionName"].lower()
        if name not in known:
            raise EntityNotFound(f"Function {parameters['FunctionName']} not found.")
        return database, known, name

    def _made(self, database: FakeDatabase, name: str, given: Mapping[str, Any]) -> Mapping[str, Any]:
        return {
            **given,
            "FunctionName": name,
            "DatabaseName": database.name,
            "CreateTime": seconds(datetime.now(UTC)),
            "CatalogId": self._store.account,
        }


def _name(given: str | None) -> str:
    if given is None:
        raise InvalidInput("A function must have a name")
    return given.lower()
