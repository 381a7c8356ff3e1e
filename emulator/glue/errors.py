"""The errors that Glue's Data Catalog answers with; codes and texts are the real service's."""

from __future__ import annotations

from emulator.typed_json import WrongType


class GlueError(Exception):
    """An error answer: its code (the exception's name for clients) and its text."""

    code = "InternalServiceException"

    def detail(self) -> dict[str, str]:
        """The ErrorDetail structure, for one item of a batch."""
        return {"ErrorCode": self.code, "ErrorMessage": str(self)}


class EntityNotFound(GlueError):
    """A database, table, version, partition or function does not exist."""

    code = "EntityNotFoundException"


class AlreadyExists(GlueError):
    """A database, table, partition or function of that name is there already."""

    code = "AlreadyExistsException"

    def __init__(self, what: str) -> None:
        super().__init__(f"{what} already exists.")


class InvalidInput(GlueError):
    """The request contradicts itself or the table."""

    code = "InvalidInputException"


class InvalidState(GlueError):
    """What the catalog holds contradicts itself: a partition's value is not of its key's type."""

    code = "InvalidStateException"


class ConcurrentModification(GlueError):
    """The table is not at the version that the caller saw."""

    code = "ConcurrentModificationException"


class AccessDenied(GlueError):
    """Another account's catalog was asked for."""

    code = "AccessDeniedException"


class Validation(GlueError):
    """The request breaks constraints of the service model."""

    code = "ValidationException"


class Serialization(GlueError):
    """The body is no JSON of the operation's shape."""

    code = "SerializationException"

    def __init__(self, cause: WrongType) -> None:
        super().__init__(cause.message or "")


def database_missing(name: str) -> EntityNotFound:
    """There is no such database."""
    return EntityNotFound(f"Database {name} not found.")


def table_missing(name: str) -> EntityNotFound:
    """There is no such table."""
    return EntityNotFound(f"Table {name} not found.")
