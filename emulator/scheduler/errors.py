"""What EventBridge Scheduler refuses, with its codes."""

from __future__ import annotations


class SchedulerError(Exception):
    """An error of the service's own; `status` and `code` are what the wire shows."""

    status = 500
    code = "InternalServerException"


class ValidationError(SchedulerError):
    """The request breaks a rule."""

    status = 400
    code = "ValidationException"


class SerializationError(SchedulerError):
    """The request's body is not of the form that the model says."""

    status = 400
    code = "SerializationException"


class ResourceNotFound(SchedulerError):
    """There is no such schedule or group."""

    status = 404
    code = "ResourceNotFoundException"


class Conflict(SchedulerError):
    """It exists already, or a client token was used for another request."""

    status = 409
    code = "ConflictException"
