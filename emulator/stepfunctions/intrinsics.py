"""Intrinsic functions of JSONPath states; moto's drop ``null``, fail at escapes and name no error."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from moto.stepfunctions.parser.api import ExecutionFailedEventDetails, HistoryEventType
from moto.stepfunctions.parser.asl.component.common.error_name.failure_event import (
    FailureEvent,
    FailureEventException,
)
from moto.stepfunctions.parser.asl.component.common.error_name.states_error_name import StatesErrorName
from moto.stepfunctions.parser.asl.component.common.error_name.states_error_name_type import (
    StatesErrorNameType,
)
from moto.stepfunctions.parser.asl.component.eval_component import EvalComponent
from moto.stepfunctions.parser.asl.eval.environment import Environment
from moto.stepfunctions.parser.asl.utils.json_path import extract_json

from emulator.stepfunctions.expressions import variable_path
from emulator.stepfunctions.history import event_details
from emulator.stepfunctions.intrinsic_functions import FUNCTIONS, IntrinsicError
from emulator.stepfunctions.intrinsic_syntax import Call, IntrinsicSyntaxError, Literal, Path, parse_call


@dataclass(frozen=True)
class _Name:
    name: str


class IntrinsicFunction(EvalComponent):
    """A call in a definition."""

    def __init__(self, call: Call) -> None:
        self.call = call
        # moto's list of the functions that a Fail state's paths may call lacks first and last letters
        self.name = _Name(call.name[1:-1])

    def _field_name(self) -> str | None:
        return None

    def _eval_body(self, env: Environment) -> None:
        """Put the call's value on the stack, above the input that paths lead into."""
        try:
            env.stack.append(_value(self.call, env, env.stack[-1]))
        except IntrinsicError as error:
            raise _failure(env, self.call, str(error)) from error


class IntrinsicParser:
    """What moto's parser of definitions asks for intrinsic functions."""

    @staticmethod
    def parse(src: str) -> tuple[IntrinsicFunction, None]:
        """The call in a definition's text, whose escapes are still JSON's; raises `IntrinsicSyntaxError`."""
        call = parse_call(json.loads(f'"{src}"'))
        _check(call)
        return IntrinsicFunction(call), None


def _check(call: Call) -> None:
    if call.name not in FUNCTIONS:
        raise IntrinsicSyntaxError(f"the intrinsic function 'States.{call.name}' is not known")
    _, least, most = FUNCTIONS[call.name]
    count = len(call.arguments)
    if count < least or (most is not None and count > most):
        raise IntrinsicSyntaxError(f"'{call.text}' has a wrong number of arguments")
    for argument in call.arguments:
        if isinstance(argument, Call):
            _check(argument)


def _value(part: Call | Literal | Path, env: Environment, given: Any) -> Any:
    if isinstance(part, Literal):
        return part.value
    if isinstance(part, Path):
        return _at(part.path, env, given)
    function, _, _ = FUNCTIONS[part.name]
    values = [_value(argument, env, given) for argument in part.arguments]
    if part.name == "Format" and isinstance(part.arguments[0], Literal):
        values[0] = part.arguments[0].raw  # with its escapes, which tell braces from holes
    return function(*values)


def _at(path: str, env: Environment, given: Any) -> Any:
    if path.startswith("$$"):
        context = env.states.context_object.context_object_data
        return extract_json(path[1:], context) if len(path) > len("$$") else context
    if path == "$" or path.startswith(("$.", "$[")):
        return given if path == "$" else extract_json(path, given)
    return variable_path(path, env)


def _failure(env: Environment, call: Call, why: str) -> FailureEventException:
    name = StatesErrorName(StatesErrorNameType.StatesIntrinsicFailure)
    cause = f"The function '{call.text}' had the following error: {why}"
    details = ExecutionFailedEventDetails(error=name.error_name or "", cause=cause)
    return FailureEventException(
        FailureEvent(
            env=env,
            error_name=name,
            event_type=HistoryEventType.ExecutionFailed,
            event_details=event_details(executionFailedEventDetails=details),
        )
    )
