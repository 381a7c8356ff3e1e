"""Reads requests to the Data Catalog: by types and constraints of the service model, and by catalog."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, TypeVar

import botocore.session
from botocore.model import ServiceModel

from emulator.catalog.name_patterns import name_pattern
from emulator.constraints import summary, violations
from emulator.glue.errors import AccessDenied, EntityNotFound, InvalidInput, Serialization, Validation
from emulator.page_tokens import position_of, token_for
from emulator.typed_json import WrongType, read_object
from emulator.wire import NotEmulated

Json = dict[str, Any]
Item = TypeVar("Item")

REFUSED = {
    "TransactionId": "governed tables",
    "QueryAsOfTime": "governed tables",
    "OpenTableFormatInput": "Iceberg tables",
    "UpdateOpenTableFormatInput": "Iceberg tables",
    "ViewUpdateAction": "views of several dialects",
    "PartitionIndexes": "partition indexes",
}
"""Parameters of requests that ask for what is not emulated."""
REFUSED_INPUT = {
    "TargetDatabase": "resource links",
    "TargetTable": "resource links",
    "FederatedDatabase": "federated catalogs",
    "FederatedTable": "federated catalogs",
    "ViewDefinition": "views of several dialects",
}
"""The same, in a DatabaseInput or TableInput."""

_INPUT_NAME = re.compile(r"'(database|table|partition|function)Input\b")


class Requests:
    """The Data Catalog's operations in the service model."""

    def __init__(self, model: ServiceModel, account: str) -> None:
        self._model = model
        self._account = account

    def read(self, operation: str, body: bytes) -> Json:
        """The request's parameters, checked.

        Raises `Serialization`, `Validation`, `AccessDenied` and `EntityNotFound` (another catalog),
        `NotEmulated` (a parameter that is not supported).
        """
        shape = self._model.operation_model(operation).input_shape
        try:
            parameters = read_object(shape, body)
        except WrongType as error:
            raise Serialization(error) from error
        broken = list(violations(shape, parameters, with_values=True))
        if broken:
            # the service calls its inputs by a shorter name: 'table.storageDescriptor…'
            raise Validation(_INPUT_NAME.sub(r"'\1", summary(broken)))
        self._check_catalog(operation, parameters.get("CatalogId"))
        _refuse(operation, parameters)
        return parameters

    def _check_catalog(self, operation: str, catalog: str | None) -> None:
        if catalog is None or catalog == self._account:
            return
        if re.fullmatch(r"\d{12}", catalog):
            raise AccessDenied(
                f"User: arn:aws:iam::{self._account}:root is not authorized to perform: glue:{operation} on "
                f"resource: arn:aws:glue:*:{catalog}:catalog because no resource-based policy allows the "
                f"glue:{operation} action"
            )
        raise EntityNotFound(f"Catalog {catalog} not found.")


def load_requests(account: str) -> Requests:
    """Glue's model as botocore ships it (about 60 ms)."""
    data = botocore.session.get_session().get_component("data_loader").load_service_model("glue", "service-2")
    return Requests(ServiceModel(data, "glue"), account)


def page(items: Sequence[Item], parameters: Json, size: int) -> tuple[Sequence[Item], Json]:
    """One page of a list, and the NextToken member if there is a next one.

    size: of a page where the request says no MaxResults. Raises `InvalidInput` for a token of someone else.
    """
    token = parameters.get("NextToken")
    start = position_of(token) if token else 0
    if start is None or start > len(items):
        raise InvalidInput(f"Invalid token: {token}")
    end = start + (parameters.get("MaxResults") or size)
    return items[start:end], {"NextToken": token_for(end)} if end < len(items) else {}


def pattern_of(expression: str) -> re.Pattern[str]:
    """The pattern that a request gives for names; raises `InvalidInput`."""
    try:
        return name_pattern(expression)
    except re.error as error:
        raise InvalidInput(f"Invalid pattern {expression!r}: {error}") from error


def _refuse(operation: str, parameters: Json) -> None:
    for name, what in REFUSED.items():
        if parameters.get(name):
            raise NotEmulated(f"{operation} with {name}: {what} are not emulated")
    for part in ("DatabaseInput", "TableInput"):
        for name, what in REFUSED_INPUT.items():
            if name in parameters.get(part, ()):
                raise NotEmulated(f"{operation} with {part}.{name}: {what} are not emulated")
