"""Who holds a claim, and whether that owner may still be at work: an execution of the state machine, or a
process."""

from __future__ import annotations

from pipeline.claim import IsAlive, process_is_alive
from pipeline.context import Context

EXECUTION = "arn:"
"""What the owner begins with when it is an execution: its ARN."""


def judge(context: Context) -> IsAlive:
    """Says of an owner whether it may still run: of an execution Step Functions is asked, a process is looked
    for on this machine.
    """

    def is_alive(owner: str) -> bool:
        return execution_is_alive(context, owner) if is_execution(owner) else process_is_alive(owner)

    return is_alive


def is_execution(owner: str) -> bool:
    """Whether an owner is a state machine's execution."""
    return owner.startswith(EXECUTION)


def execution_is_alive(context: Context, arn: str) -> bool:
    """Whether an execution is running; one that Step Functions has forgotten is not."""
    try:
        return context.states.describe_execution(executionArn=arn)["status"] == "RUNNING"
    except context.states.exceptions.ExecutionDoesNotExist:
        return False


def execution_console(region: str, arn: str) -> str:
    """Link to an execution in the AWS console."""
    return f"https://{region}.console.aws.amazon.com/states/home?region={region}#/v2/executions/details/{arn}"
