"""AWS::Glue: databases and tables."""

from __future__ import annotations

from emulator.cloudformation.resources.base import Json, Made, ResourceType, Scope, is_there, picked
from emulator.cloudformation.resources.kinds import (
    BOOLEAN,
    INTEGER,
    JSON_OBJECT,
    TEXT,
    TEXTS,
    ListOf,
    Structure,
)

_COLUMNS = ListOf(Structure({"Comment": TEXT, "Name": TEXT, "Type": TEXT}, required=("Name",)))
_STORAGE = Structure(
    {
        "BucketColumns": TEXTS,
        "Columns": _COLUMNS,
        "Compressed": BOOLEAN,
        "InputFormat": TEXT,
        "Location": TEXT,
        "NumberOfBuckets": INTEGER,
        "OutputFormat": TEXT,
        "Parameters": JSON_OBJECT,
        "SerdeInfo": Structure({"Name": TEXT, "Parameters": JSON_OBJECT, "SerializationLibrary": TEXT}),
        "SortColumns": ListOf(Structure({"Column": TEXT, "SortOrder": INTEGER})),
        "StoredAsSubDirectories": BOOLEAN,
    }
)
_TABLE = Structure(
    {
        "Description": TEXT,
        "Name": TEXT,
        "Owner": TEXT,
        "Parameters": JSON_OBJECT,
        "PartitionKeys": _COLUMNS,
        "Retention": INTEGER,
        "StorageDescriptor": _STORAGE,
        "TableType": TEXT,
        "ViewExpandedText": TEXT,
        "ViewOriginalText": TEXT,
    }
)


class Database(ResourceType):
    """A database of the catalog."""

    name = "AWS::Glue::Database"
    properties = Structure(
        {
            "CatalogId": TEXT,
            "DatabaseInput": Structure(
                {"Description": TEXT, "LocationUri": TEXT, "Name": TEXT, "Parameters": JSON_OBJECT}
            ),
            "DatabaseName": TEXT,
        },
        required=("CatalogId", "DatabaseInput"),
    )
    replaced_by = frozenset({"CatalogId", "DatabaseInput/Name", "DatabaseName"})
    named_by = "DatabaseName"  # what identifies it to CloudFormation, unlike the name in its input

    def create(self, scope: Scope, properties: Json) -> Made:
        """CreateDatabase."""
        given = properties["DatabaseInput"]
        name = given.get("Name") or properties.get("DatabaseName") or scope.new_name().lower()
        catalog = properties["CatalogId"]
        scope.client("glue").create_database(CatalogId=catalog, DatabaseInput={**given, "Name": name})
        return Made(name)

    def exists(self, scope: Scope, name: str) -> bool:
        """GetDatabase."""
        return is_there(lambda: scope.client("glue").get_database(Name=name))

    def update(self, scope: Scope, physical_id: str, before: Json, after: Json) -> Made:
        """UpdateDatabase."""
        scope.client("glue").update_database(
            CatalogId=after["CatalogId"],
            Name=physical_id,
            DatabaseInput={**after["DatabaseInput"], "Name": physical_id},
        )
        return Made(physical_id)

    def delete(self, scope: Scope, physical_id: str, properties: Json) -> None:
        """DeleteDatabase, with its tables."""
        scope.client("glue").delete_database(CatalogId=properties["CatalogId"], Name=physical_id)


class Table(ResourceType):
    """A table of the catalog."""

    name = "AWS::Glue::Table"
    properties = Structure(
        {"CatalogId": TEXT, "DatabaseName": TEXT, "Name": TEXT, "TableInput": _TABLE},
        required=("CatalogId", "DatabaseName", "TableInput"),
    )
    replaced_by = frozenset({"CatalogId", "DatabaseName", "Name", "TableInput/Name"})

    def create(self, scope: Scope, properties: Json) -> Made:
        """CreateTable."""
        given = properties["TableInput"]
        name = given.get("Name") or properties.get("Name") or scope.new_name().lower()
        where = picked(properties, "CatalogId", "DatabaseName")
        scope.client("glue").create_table(**where, TableInput={**given, "Name": name})
        return Made(name)

    def update(self, scope: Scope, physical_id: str, before: Json, after: Json) -> Made:
        """UpdateTable."""
        where = picked(after, "CatalogId", "DatabaseName")
        scope.client("glue").update_table(**where, TableInput={**after["TableInput"], "Name": physical_id})
        return Made(physical_id)

    def delete(self, scope: Scope, physical_id: str, properties: Json) -> None:
        """DeleteTable."""
        where = picked(properties, "CatalogId", "DatabaseName")
        scope.client("glue").delete_table(**where, Name=physical_id)


TYPES: tuple[ResourceType, ...] = (Database(), Table())
