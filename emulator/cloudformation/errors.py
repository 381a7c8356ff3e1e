"""The errors that CloudFormation's API answers with, as they look on the wire."""

from __future__ import annotations


class CloudFormationError(Exception):
    """An error answer: the exception's name for clients, and a text."""

    code = "InternalFailure"
    status = 400


class ValidationError(CloudFormationError):
    """The request, the template or the stack's state does not allow it; the text says which and why."""

    code = "ValidationError"


class InsufficientCapabilities(CloudFormationError):
    """The template makes IAM resources and the request does not acknowledge it."""

    code = "InsufficientCapabilitiesException"

    def __init__(self, needed: str) -> None:
        super().__init__(f"Requires capabilities : [{needed}]")


class AlreadyExists(CloudFormationError):
    """A stack or change set of this name exists."""

    code = "AlreadyExistsException"


class ChangeSetNotFound(CloudFormationError):
    """No change set has this name or ARN."""

    code = "ChangeSetNotFound"
    status = 404

    def __init__(self, name: str) -> None:
        super().__init__(f"ChangeSet [{name}] does not exist")


class InvalidChangeSetStatus(CloudFormationError):
    """The change set's state does not allow the operation."""

    code = "InvalidChangeSetStatus"


class NotEmulated(CloudFormationError):
    """CloudFormation has this operation or parameter, the emulator has not."""

    code = "NotImplementedException"
    status = 501


class UnknownOperation(CloudFormationError):
    """CloudFormation has no operation of this name."""

    code = "InvalidAction"

    def __init__(self, name: str) -> None:
        super().__init__(f"Could not find operation {name} for version 2010-05-15")
