"""The errors that Lambda's API answers with, as they look on the wire.

Codes, status and texts are those of the service model and of published recordings of the real service.
"""

from __future__ import annotations

from typing import Any


class LambdaApiError(Exception):
    """An error answer: its code (the exception's name for clients), HTTP status, text and further members."""

    code = "ServiceException"
    status = 500
    kind: str | None = "User"
    text_member = "Message"

    def __init__(self, message: str | None, **members: str) -> None:
        super().__init__(message or self.code)
        self.message = message
        self._members = members

    def body(self) -> dict[str, Any]:
        """The JSON of the answer."""
        body: dict[str, Any] = {"Type": self.kind} if self.kind else {}
        body.update(self._members)
        if self.message is not None:
            body[self.text_member] = self.message
        return body


class SerializationError(LambdaApiError):
    """The body is no JSON, or a member has another type than the operation wants."""

    code = "SerializationException"
    status = 400


class ValidationError(LambdaApiError):
    """Parameters break the constraints of the service model."""

    code = "ValidationException"
    status = 400
    kind = None
    text_member = "message"


class InvalidParameterValue(LambdaApiError):
    """A parameter is wrong, or one that this emulator does not support."""

    code = "InvalidParameterValueException"
    status = 400
    text_member = "message"


class ResourceNotFound(LambdaApiError):
    """A named resource does not exist."""

    code = "ResourceNotFoundException"
    status = 404


class ResourceConflict(LambdaApiError):
    """The resource exists already, or its state does not allow the operation."""

    code = "ResourceConflictException"
    status = 409
    text_member = "message"


class PreconditionFailed(LambdaApiError):
    """The revision that was named is not the latest one."""

    code = "PreconditionFailedException"
    status = 412
    text_member = "message"


class TooManyRequests(LambdaApiError):
    """Every environment that the limits of concurrency allow is at work."""

    code = "TooManyRequestsException"
    status = 429
    text_member = "message"

    def __init__(self, reason: str) -> None:
        super().__init__("Rate Exceeded.", Reason=reason)


class InvalidRequestContent(LambdaApiError):
    """The payload of an invocation is no JSON."""

    code = "InvalidRequestContentException"
    status = 400
    text_member = "message"


class RequestTooLarge(LambdaApiError):
    """The payload of an invocation, or a package, is larger than Lambda takes."""

    code = "RequestTooLargeException"
    status = 413
    text_member = "message"


class RequestEntityTooLarge(LambdaApiError):
    """A whole request is larger than the API takes."""

    code = "RequestEntityTooLargeException"
    status = 413
    kind = None
    text_member = "message"


class PolicyLengthExceeded(LambdaApiError):
    """A resource's policy would grow beyond 20 KB."""

    code = "PolicyLengthExceededException"
    status = 400
    text_member = "message"
