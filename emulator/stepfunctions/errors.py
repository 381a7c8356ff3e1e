"""What operations of Step Functions answer instead of a result."""

from __future__ import annotations


class StatesError(Exception):
    """An error of the API: its code and its text are AWS's."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


def invalid_arn(arn: object) -> StatesError:
    """For what is no ARN of its kind."""
    return StatesError("InvalidArn", f"Invalid Arn: '{arn}'")


def invalid_name(name: str) -> StatesError:
    """For a name that AWS does not take."""
    return StatesError("InvalidName", f"Invalid Name: '{name}'")


def no_machine(arn: str) -> StatesError:
    """For a state machine that is not there."""
    return StatesError("StateMachineDoesNotExist", f"State Machine Does Not Exist: '{arn}'")


def no_execution(arn: str) -> StatesError:
    """For an execution that is not there."""
    return StatesError("ExecutionDoesNotExist", f"Execution Does Not Exist: '{arn}'")


def invalid_definition(message: str) -> StatesError:
    """For a definition that AWS refuses, or that we cannot run."""
    return StatesError("InvalidDefinition", f"Invalid State Machine Definition: '{message}'")


def invalid_value(message: str) -> StatesError:
    """For a parameter outside its limits."""
    return StatesError("ValidationException", message)
