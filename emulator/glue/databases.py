"""Operations on databases."""

from __future__ import annotations

from moto.glue.exceptions import DatabaseAlreadyExistsException
from moto.glue.models import FakeDatabase

from emulator.glue.errors import AlreadyExists, InvalidInput
from emulator.glue.requests import Json, page
from emulator.glue.store import Store, in_map_order, seconds

PAGE = 100

_EVERYONE = {
    "Principal": {"DataLakePrincipalIdentifier": "IAM_ALLOWED_PRINCIPALS"},
    "Permissions": ["ALL"],
}
"""What an account that never set Lake Formation up gives to the tables of a new database."""


class Databases:
    """Databases of one account and region."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def create(self, parameters: Json) -> Json:
        """CreateDatabase; the name is kept in lower case."""
        given = {**parameters["DatabaseInput"]}
        given["Name"] = given["Name"].lower()
        try:
            self._store.backend.create_database(given["Name"], given, parameters.get("Tags"))
        except DatabaseAlreadyExistsException as error:
            raise AlreadyExists("Database") from error
        return {}

    def get(self, parameters: Json) -> Json:
        """GetDatabase."""
        return {"Database": self._structure(self._store.database(parameters["Name"]))}

    def list(self, parameters: Json) -> Json:
        """GetDatabases, by name."""
        # FOREIGN asks for what other accounts share: there are none
        found = [] if parameters.get("ResourceShareType") == "FOREIGN" else self._store.databases()
        shown, more = page(found, parameters, PAGE)
        structures = [self._structure(database) for database in shown]
        if parameters.get("AttributesToGet") == ["NAME"]:
            structures = [{"Name": structure["Name"]} for structure in structures]
        return {"DatabaseList": structures, **more}

    def update(self, parameters: Json) -> Json:
        """UpdateDatabase; a database keeps its name."""
        found = self._store.database(parameters["Name"])
        given = {**parameters["DatabaseInput"]}
        given["Name"] = given["Name"].lower()
        if given["Name"] != found.name:
            raise InvalidInput(f"A database cannot be renamed: {found.name} to {given['Name']}")
        found.input = given
        return {}

    def delete(self, parameters: Json) -> Json:
        """DeleteDatabase, with its tables."""
        self._store.backend.delete_database(self._store.database(parameters["Name"]).name)
        return {}

    def _structure(self, found: FakeDatabase) -> Json:
        facts = found.input
        structure = {
            "Name": found.name,
            "Description": facts.get("Description"),
            "LocationUri": facts.get("LocationUri"),
            "Parameters": in_map_order(facts["Parameters"]) if facts.get("Parameters") else None,
            "CreateTime": seconds(found.created_time),
            "CreateTableDefaultPermissions": facts.get("CreateTableDefaultPermissions", [_EVERYONE]),
            "CatalogId": self._store.account,
        }
        return {name: value for name, value in structure.items() if value is not None}
