"""The errors that Athena's API answers with, as they look on the wire.

The codes and texts were taken from the service model and from published recordings of the real service.
"""

from __future__ import annotations

from typing import Any

INVALID_INPUT = "INVALID_INPUT"
MALFORMED_QUERY = "MALFORMED_QUERY"
INVALID_QUERY_EXECUTION_STATE = "INVALID_QUERY_EXECUTION_STATE"
QUERY_EXECUTION_NOT_FOUND = "QUERY_EXECUTION_NOT_FOUND"
RESULT_NOT_FOUND = "RESULT_NOT_FOUND"
IDEMPOTENT_PARAMETER_MISMATCH = "IDEMPOTENT_PARAMETER_MISMATCH"


class AthenaApiError(Exception):
    """An error answer: its code (the exception's name for clients), text and further members."""

    code = "InternalServerException"
    status = 500

    def __init__(self, message: str | None, **members: str) -> None:
        super().__init__(message or self.code)
        self.message = message
        self.members = members

    def body(self) -> dict[str, Any]:
        """The JSON of the answer."""
        body: dict[str, Any] = {"__type": self.code, **self.members}
        if self.message is not None:
            body["Message"] = self.message
        return body


class InvalidRequest(AthenaApiError):
    """The request is wrong; `AthenaErrorCode` says in which way."""

    code = "InvalidRequestException"
    status = 400

    def __init__(self, message: str, error_code: str = INVALID_INPUT) -> None:
        # the real service sends the code under both names
        super().__init__(message, AthenaErrorCode=error_code, ErrorCode=error_code)


class ResourceNotFound(AthenaApiError):
    """A named resource does not exist."""

    code = "ResourceNotFoundException"
    status = 400

    def __init__(self, message: str, resource: str) -> None:
        super().__init__(message, ResourceName=resource)


class MetadataError(AthenaApiError):
    """The metastore behind Athena answered with an error, told in the words of Athena's own client of it."""

    code = "MetadataException"
    status = 400

    def __init__(self, message: str, cause: str) -> None:
        # clients look for the cause's code in this text to tell "no such table" from a fault
        super().__init__(
            f"{message} (Service: AmazonDataCatalog; Status Code: 400; Error Code: {cause}; "
            "Request ID: 00000000-0000-0000-0000-000000000000; Proxy: null)"
        )


class SerializationError(AthenaApiError):
    """The body is no JSON of the operation's shape."""

    code = "SerializationException"
    status = 400


class UnknownOperation(AthenaApiError):
    """Athena has no operation of this name."""

    code = "UnknownOperationException"
    status = 400


class NotEmulated(AthenaApiError):
    """Athena has this operation, the emulator has not."""

    code = "NotImplementedException"
    status = 501

    def __init__(self, operation: str) -> None:
        super().__init__(f"The Athena operation {operation} is not supported by this emulator")
